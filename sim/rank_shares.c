#include "sim/rank_shares.h"

#include <stdlib.h>

typedef struct piece {
    uint64_t weight;
    size_t index;
} piece;

static int compare_pieces(const void *a, const void *b)
{
    const piece *x = a;
    const piece *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

static uint32_t least_loaded(const uint64_t *loads, uint32_t rank_count)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < rank_count; i++) {
        least = loads[i] < loads[least] ? i : least;
    }
    return least;
}

int hc_rank_shares(const uint64_t *weights, size_t count, uint32_t rank_count, uint32_t *ranks)
{
    piece *pieces = calloc(count + 1, sizeof *pieces);
    uint64_t *loads = calloc(rank_count, sizeof *loads);
    if (pieces == NULL || loads == NULL) {
        free(pieces);
        free(loads);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        pieces[i] = (piece){weights[i], i};
    }
    qsort(pieces, count, sizeof *pieces, compare_pieces);
    for (size_t i = 0; i < count; i++) {
        uint32_t rank = least_loaded(loads, rank_count);
        ranks[pieces[i].index] = rank;
        loads[rank] += pieces[i].weight + 1; /* pieces without weight are spread as well */
    }
    free(pieces);
    free(loads);
    return 0;
}
