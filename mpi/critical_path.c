#include "mpi/critical_path.h"

#include "mpi/packet.h"

#include <assert.h>
#include <stdlib.h>

enum { KEPT_ROUNDS = HC_PACKET_ROUNDS + 1 };

struct hc_critical_path {
    uint32_t rank_count;
    uint64_t posted;
    uint64_t taken;
    uint32_t
        waits[KEPT_ROUNDS]; /* by round, in turn: it waits for all ranks' round so far before it */
    uint64_t latest[KEPT_ROUNDS]; /* likewise: when the last rank was through */
    uint64_t *through;            /* when a rank was through the round taken last */
};

hc_critical_path *hc_critical_path_create(uint32_t rank_count)
{
    hc_critical_path *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    p->rank_count = rank_count;
    p->through = calloc(rank_count, sizeof *p->through);
    if (p->through == NULL) {
        hc_critical_path_destroy(p);
        return NULL;
    }
    return p;
}

void hc_critical_path_destroy(hc_critical_path *p)
{
    if (p != NULL) {
        free(p->through);
        free(p);
    }
}

void hc_critical_path_post(hc_critical_path *p, uint32_t pending)
{
    assert(pending < HC_PACKET_ROUNDS);
    p->waits[++p->posted % KEPT_ROUNDS] = pending + 1;
}

void hc_critical_path_take(hc_critical_path *p, const uint64_t *executed)
{
    uint64_t round = ++p->taken;
    uint32_t waits = p->waits[round % KEPT_ROUNDS];
    uint64_t start = round < waits ? 0 : p->latest[(round - waits) % KEPT_ROUNDS];
    uint64_t latest = 0;
    for (uint32_t i = 0; i < p->rank_count; i++) {
        uint64_t from = p->through[i] > start ? p->through[i] : start;
        p->through[i] = from + executed[i];
        latest = p->through[i] > latest ? p->through[i] : latest;
    }
    p->latest[round % KEPT_ROUNDS] = latest;
}

uint64_t hc_critical_path_length(const hc_critical_path *p)
{
    return p->latest[p->taken % KEPT_ROUNDS];
}
