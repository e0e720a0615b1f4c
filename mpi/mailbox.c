#include "mpi/mailbox.h"

#include "mpi/ranks_state.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_RANKS = 64, /* slots grow with the square of the ranks: 128 MiB in all at the limit */
    SLOT_BYTES = 4 * 1024,
    SLOTS = 2 * HC_PACKET_ROUNDS, /* for each way, in turn */
    CACHE_LINE = 64,
    SPINS = 4000, /* some 10 us, before the core is offered to others */
};

/* One way between two ranks. The number of the round and the head of the packet share a cache line. */
typedef struct slot {
    _Alignas(CACHE_LINE) _Atomic uint64_t round; /* of the packet that lies here */
    hc_packet packet;
} slot;

_Static_assert(sizeof(slot) <= SLOT_BYTES, "a packet fits its slot");

struct hc_mailbox {
    uint32_t rank;
    uint32_t count;
    int spins;
    MPI_Win window;
    char **inboxes; /* of all ranks, as this one sees them: by sender, SLOTS each */
};

static int count_on_node(const hc_ranks *ranks)
{
    MPI_Comm node;
    int count = 0;
    (void)MPI_Comm_split_type(ranks->all, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    (void)MPI_Comm_size(node, &count);
    (void)MPI_Comm_free(&node);
    return count;
}

bool hc_mailbox_is_possible(const hc_ranks *ranks)
{
    int64_t missing = (int64_t)ranks->count - count_on_node(ranks);
    hc_ranks_max(ranks, &missing, 1);
    return missing == 0 && ranks->count <= MAX_RANKS;
}

/* With fewer cores than ranks whoever spins keeps the one from working that it waits for. */
static int choose_spins(uint32_t rank_count)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) < 0) {
        return 0;
    }
    /* A rank bound to one core has it for itself. */
    return CPU_COUNT(&cores) == 1 || (uint32_t)CPU_COUNT(&cores) >= rank_count ? SPINS : 0;
}

/* The segments of a window begin anywhere; slots begin with a cache line. All processes map the window to whole pages, so
 * they find the same place. */
static char *first_slot(char *segment)
{
    size_t beyond = (uintptr_t)segment % CACHE_LINE;
    return beyond == 0 ? segment : segment + (CACHE_LINE - beyond);
}

static void map_inboxes(hc_mailbox *m, const hc_ranks *ranks)
{
    MPI_Aint bytes = (MPI_Aint)m->count * SLOTS * SLOT_BYTES + CACHE_LINE;
    char *own = NULL;
    (void)MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, ranks->all, &own, &m->window);
    for (uint32_t i = 0; i < m->count; i++) {
        char *segment = NULL;
        int unit = 0;
        (void)MPI_Win_shared_query(m->window, (int)i, &bytes, &unit, &segment);
        m->inboxes[i] = first_slot(segment);
    }
}

int hc_mailbox_create(hc_mailbox **out, const hc_ranks *ranks, hc_error *error)
{
    hc_mailbox *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return hc_error_memory(error);
    }
    m->inboxes = calloc(ranks->count, sizeof *m->inboxes);
    if (m->inboxes == NULL) {
        free(m);
        return hc_error_memory(error);
    }
    m->rank = ranks->rank;
    m->count = ranks->count;
    m->spins = choose_spins(ranks->count);
    map_inboxes(m, ranks);
    memset(m->inboxes[m->rank], 0, (size_t)m->count * SLOTS * SLOT_BYTES);
    hc_ranks_wait(ranks);
    *out = m;
    return 0;
}

void hc_mailbox_destroy(hc_mailbox *m)
{
    if (m == NULL) {
        return;
    }
    (void)MPI_Win_free(&m->window);
    free(m->inboxes);
    free(m);
}

/* Whoever opens round n has taken round n - R, R being the rounds it may be ahead; its partner posted that after having
 * taken round n - 2 R, which was here before. */
static slot *find_slot(const hc_mailbox *m, uint32_t from, uint32_t to, uint64_t round)
{
    size_t index = (size_t)from * SLOTS + round % SLOTS;
    return (slot *)(void *)(m->inboxes[to] + index * SLOT_BYTES);
}

hc_packet *hc_mailbox_outgoing(const hc_mailbox *m, uint32_t rank, uint64_t round)
{
    return &find_slot(m, m->rank, rank, round)->packet;
}

void hc_mailbox_post(const hc_mailbox *m, uint32_t rank, uint64_t round)
{
    atomic_store_explicit(&find_slot(m, m->rank, rank, round)->round, round, memory_order_release);
}

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

const hc_packet *hc_mailbox_take(const hc_mailbox *m, uint32_t rank, uint64_t round)
{
    slot *from = find_slot(m, rank, m->rank, round);
    int spins = 0;
    while (atomic_load_explicit(&from->round, memory_order_acquire) != round) {
        if (++spins > m->spins) {
            (void)sched_yield();
        } else {
            relax();
        }
    }
    return &from->packet;
}
