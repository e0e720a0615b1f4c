#include "workloads/training/pace_memory.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* else uthash ends the process when memory is short */
#include <uthash.h>

/* Bytes of all shapes that are kept; when they are more, all are forgotten: the answers are the same, only later. */
enum { ROOM_BYTES = 64 << 20 };

/* A node of a shape; what was not there before. */
typedef struct shape_node {
    uint32_t gpu_count;
    uint8_t kind;
    uint8_t is_new_rack;
    uint8_t is_new_pod;
    uint8_t is_new_site;
} shape_node;

typedef struct answer {
    UT_hash_handle hh;
    struct answer *before; /* that was kept before it */
    hc_pace pace;
    uint32_t key[]; /* the work, then the nodes */
} answer;

struct hc_pace_memory {
    answer *answers; /* by key */
    answer *last;    /* that was kept */
    size_t bytes;
    uint32_t *key; /* that was looked for last */
    size_t key_size;
    size_t key_capacity;
};

hc_pace_memory *hc_pace_memory_create(void)
{
    return calloc(1, sizeof(hc_pace_memory));
}

static void forget_all(hc_pace_memory *m)
{
    HASH_CLEAR(hh, m->answers);
    while (m->last != NULL) {
        answer *before = m->last->before;
        free(m->last);
        m->last = before;
    }
    m->bytes = 0;
}

void hc_pace_memory_destroy(hc_pace_memory *m)
{
    if (m == NULL) {
        return;
    }
    forget_all(m);
    free(m->key);
    free(m);
}

static bool make_room(hc_pace_memory *m, uint32_t ranks)
{
    size_t needed = sizeof *m->key + (size_t)ranks * sizeof(shape_node);
    uint32_t *grown = NULL;
    if (needed <= m->key_capacity) {
        return true;
    }
    grown = realloc(m->key, 2 * needed);
    if (grown == NULL) {
        return false;
    }
    m->key = grown;
    m->key_capacity = 2 * needed;
    return true;
}

static bool is_other(const uint32_t *values, uint32_t rank)
{
    return rank == 0 || values[rank] != values[rank - 1];
}

/* Nodes of a rack, a pod and a site follow each other: where one begins says it all. */
static void write_key(hc_pace_memory *m, uint32_t work, const hc_work_place *place)
{
    const hc_rank_layout *layout = place->layout;
    shape_node *nodes = (shape_node *)(void *)(m->key + 1);
    size_t count = 0;
    m->key[0] = work;
    for (uint32_t rank = 0; rank < layout->ranks; rank++) {
        if (is_other(layout->node_of, rank)) {
            nodes[count++] = (shape_node){
                .kind = (uint8_t)place->kind_of[rank],
                .is_new_rack = is_other(layout->rack_of, rank),
                .is_new_pod = is_other(layout->pod_of, rank),
                .is_new_site = is_other(layout->site_of, rank),
            };
        }
        nodes[count - 1].gpu_count++;
    }
    m->key_size = sizeof *m->key + count * sizeof *nodes;
}

/* NOLINTNEXTLINE(readability-function-size): its size is that of the macros of uthash */
bool hc_pace_memory_find(hc_pace_memory *m, uint32_t work, const hc_work_place *place, hc_pace *out)
{
    answer *found = NULL;
    m->key_size = 0;
    if (!make_room(m, place->layout->ranks)) {
        return false;
    }
    write_key(m, work, place);
    HASH_FIND(hh, m->answers, m->key, m->key_size, found);
    if (found != NULL) {
        *out = found->pace;
    }
    return found != NULL;
}

/* NOLINTNEXTLINE(readability-function-size): its size is that of the macros of uthash */
void hc_pace_memory_keep(hc_pace_memory *m, const hc_pace *pace)
{
    answer *kept = NULL;
    if (m->key_size == 0) {
        return;
    }
    if (m->bytes + m->key_size > ROOM_BYTES) {
        forget_all(m);
    }
    kept = malloc(sizeof *kept + m->key_size);
    if (kept == NULL) {
        return;
    }
    memcpy(kept->key, m->key, m->key_size);
    kept->pace = *pace;
    HASH_ADD_KEYPTR(hh, m->answers, kept->key, m->key_size, kept);
    if (kept->hh.tbl == NULL) { /* uthash had no memory */
        free(kept);
        return;
    }
    kept->before = m->last;
    m->last = kept;
    m->bytes += m->key_size;
}

size_t hc_pace_memory_count(const hc_pace_memory *m)
{
    return HASH_COUNT(m->answers);
}
