#include "traces/run/interleave.h"

#include "traces/run/order_reader.h"

#include <assert.h>
#include <stdlib.h>

/* A merge of k sorted sequences with a heap (Knuth, TAOCP 3, 5.4.1): the root is the source whose next event comes
 * first. As long as it stays there its events are only counted; their rows are moved when another one takes over. */

/* One source: its rows, and the next of its events. */
typedef struct strand {
    hc_row_stream streams[HC_GROWING_TABLE_COUNT];
    hc_order_reader order;
    hc_order_entry_rows event;
    size_t index; /* the order of sources decides between equal keys */
} strand;

typedef struct heap {
    strand **items;
    size_t count;
} heap;

static bool precedes(const strand *a, const strand *b)
{
    int order = hc_order_key_compare(&a->event.key, &b->event.key);
    return order != 0 ? order < 0 : a->index < b->index;
}

/* The first child of a place in the heap, or the place itself when it has none. */
static size_t first_child(const heap *h, size_t place)
{
    size_t left = 2 * place + 1;
    if (left >= h->count) {
        return place;
    }
    return left + 1 < h->count && precedes(h->items[left + 1], h->items[left]) ? left + 1 : left;
}

static void sift_down(heap *h, size_t place)
{
    strand *moved = h->items[place];
    size_t child = first_child(h, place);
    while (child != place && precedes(h->items[child], moved)) {
        h->items[place] = h->items[child];
        place = child;
        child = first_child(h, place);
    }
    h->items[place] = moved;
}

static bool is_still_first(const heap *h)
{
    size_t child = first_child(h, 0);
    return child == 0 || precedes(h->items[0], h->items[child]);
}

static int open_strand(strand *s, const hc_merge_target *target, const hc_strand_source *source,
                       uint64_t *lost_rows, hc_error *error)
{
    uint64_t counts[HC_GROWING_TABLE_COUNT];
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        if (hc_row_stream_open(&s->streams[table], &target->set->tables[table], source->file,
                               source->path, source->rows[table],
                               lost_rows == NULL ? NULL : &lost_rows[table], error) < 0) {
            return -1;
        }
        counts[table] = hc_row_stream_left(&s->streams[table]);
    }
    return hc_order_reader_open(&s->order, source->file, source->path, counts, lost_rows != NULL,
                                error);
}

static void close_strand(strand *s)
{
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        hc_row_stream_close(&s->streams[table]);
    }
    hc_order_reader_close(&s->order);
}

static int move_rows(hc_merge_target *target, strand *s,
                     const uint64_t rows[HC_GROWING_TABLE_COUNT], hc_error *error)
{
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        if (rows[table] > 0 && hc_merge_target_take(target, (hc_run_table)table, &s->streams[table],
                                                    rows[table], error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Moves the rows of the first source's events up to the next event of another one.
 * @return 1, 0 when that was its last event, -1 with `error` set. */
static int move_run(heap *h, hc_merge_target *target, hc_error *error)
{
    uint64_t rows[HC_GROWING_TABLE_COUNT] = {0};
    strand *first = h->items[0];
    int more = 1;
    do {
        for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
            rows[table] += first->event.rows[table];
        }
        more = hc_order_reader_next(&first->order, &first->event, error);
    } while (more == 1 && is_still_first(h));
    return more < 0 || move_rows(target, first, rows, error) < 0 ? -1 : more;
}

static int merge_all(heap *h, hc_merge_target *target, hc_error *error)
{
    for (size_t place = h->count / 2; place-- > 0;) {
        sift_down(h, place);
    }
    while (h->count > 0) {
        int more = move_run(h, target, error);
        if (more < 0) {
            return -1;
        }
        if (more == 0) {
            h->items[0] = h->items[--h->count];
        }
        if (h->count > 0) {
            sift_down(h, 0);
        }
    }
    return 0;
}

/* Opens the sources; those that have an event take part. */
static int open_all(strand *strands, heap *h, const hc_merge_target *target,
                    const hc_strand_source *sources, size_t count, uint64_t *lost_rows,
                    hc_error *error)
{
    for (size_t i = 0; i < count; i++) {
        strand *s = &strands[i];
        int more = open_strand(s, target, &sources[i], lost_rows, error);
        more = more < 0 ? -1 : hc_order_reader_next(&s->order, &s->event, error);
        if (more < 0) {
            return -1;
        }
        if (more == 1) {
            h->items[h->count++] = s;
        }
    }
    return 0;
}

static strand *create_strands(size_t count)
{
    strand *strands = calloc(count, sizeof *strands);
    for (size_t i = 0; strands != NULL && i < count; i++) {
        strands[i].index = i;
        strands[i].order = HC_ORDER_READER_NONE;
        for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
            strands[i].streams[table] = HC_ROW_STREAM_NONE;
        }
    }
    return strands;
}

int hc_interleave(hc_merge_target *target, const hc_strand_source *sources, size_t source_count,
                  uint64_t *lost_rows, uint64_t *unordered_rows, hc_error *error)
{
    heap h = {.items = calloc(source_count, sizeof *h.items)};
    strand *strands = create_strands(source_count);
    int status = -1;
    assert(source_count >= 1);
    if (h.items == NULL || strands == NULL) {
        (void)hc_error_memory(error);
    } else if (open_all(strands, &h, target, sources, source_count, lost_rows, error) == 0) {
        status = merge_all(&h, target, error);
    }
    for (size_t i = 0; strands != NULL && i < source_count; i++) {
        *unordered_rows += strands[i].order.unordered_rows;
        close_strand(&strands[i]);
    }
    free(strands);
    free(h.items);
    return status;
}
