#include "traces/run/lanes.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 8 };

/* Of lanes that are free at the same time the older one comes first. */
static bool is_before(const hc_lane *a, const hc_lane *b)
{
    return a->free_from != b->free_from ? a->free_from < b->free_from : a->id < b->id;
}

static void swap(hc_lane *a, hc_lane *b)
{
    hc_lane kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(hc_lane *heap, size_t at)
{
    while (at > 0 && is_before(&heap[at], &heap[(at - 1) / 2])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(hc_lane *heap, size_t count)
{
    size_t at = 0;
    for (;;) {
        size_t first = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            first = is_before(&heap[child], &heap[first]) ? child : first;
        }
        if (first == at) {
            return;
        }
        swap(&heap[at], &heap[first]);
        at = first;
    }
}

static int reserve(hc_lanes *lanes)
{
    size_t capacity = lanes->capacity == 0 ? FIRST_CAPACITY : 2 * lanes->capacity;
    hc_lane *heap = NULL;
    if (lanes->count < lanes->capacity) {
        return 0;
    }
    heap = realloc(lanes->heap, capacity * sizeof *heap);
    if (heap == NULL) {
        return -1;
    }
    lanes->heap = heap;
    lanes->capacity = capacity;
    return 0;
}

uint64_t hc_lanes_take(hc_lanes *lanes, hc_time start, hc_time end, uint64_t new_id, bool *is_new)
{
    assert(start <= end && new_id != 0);
    *is_new = lanes->count == 0 || lanes->heap[0].free_from > start;
    if (!*is_new) {
        uint64_t id = lanes->heap[0].id;
        lanes->heap[0].free_from = end;
        sift_down(lanes->heap, lanes->count);
        return id;
    }
    if (reserve(lanes) < 0) {
        return 0;
    }
    lanes->heap[lanes->count] = (hc_lane){.free_from = end, .id = new_id};
    sift_up(lanes->heap, lanes->count);
    lanes->count++;
    return new_id;
}

void hc_lanes_release(hc_lanes *lanes)
{
    free(lanes->heap);
    *lanes = (hc_lanes){0};
}
