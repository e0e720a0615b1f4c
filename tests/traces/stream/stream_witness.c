#include "tests/traces/stream/stream_witness.h"

#include "traces/stream/sockets.h"

#include <CUnit/CUnit.h>
#include <unistd.h>

enum { STEP_MS = 50 };

void hc_witness_open(hc_witness *w, const hc_stage *stage, bool has_replay, bool is_from_now)
{
    hc_error error = HC_ERROR_NONE;
    const hc_stream_reader_options options = {.endpoint = stage->endpoint,
                                              .replay = has_replay ? stage->replay : NULL,
                                              .is_from_now = is_from_now};
    *w = (hc_witness){
        .rows = stage->options.rows, .is_right = true, .first = UINT64_MAX, .patience_seconds = 20};
    atomic_init(&w->is_stalled, false);
    atomic_init(&w->got, 0);
    CU_ASSERT_EQUAL_FATAL(hc_stream_reader_open(&w->reader, &options, &error), 0);
}

/* Rows are the next ones, or the first of all. */
static void go_on(hc_witness *w, const hc_stream_item *item)
{
    if (w->first == UINT64_MAX) {
        w->first = item->first;
        w->next = item->first;
    }
    w->is_right = w->is_right && item->first == w->next && item->count > 0;
    w->next = item->first + item->count;
}

static void take_batch(hc_witness *w, const hc_stream_item *item)
{
    go_on(w, item);
    w->is_right = w->is_right && w->is_greeted && item->count <= HC_BATCH_ROWS &&
                  hc_stage_has_rows(w->rows, item->table, item->first, item->count, item->rows);
    atomic_fetch_add(&w->got, item->count);
    if (w->pause_us > 0) {
        (void)usleep(w->pause_us);
    }
}

static void take(hc_witness *w, const hc_stream_item *item)
{
    switch (item->kind) {
    case HC_STREAM_NOTHING:
        return;
    case HC_STREAM_HELLO:
        w->is_greeted = item->hello->ranks == 1 && item->hello->gpus == 16;
        return;
    case HC_STREAM_BATCH:
        take_batch(w, item);
        return;
    case HC_STREAM_HEARTBEAT:
        w->heartbeats++;
        return;
    case HC_STREAM_LOST:
        go_on(w, item);
        w->lost += item->count;
        w->lost_items++;
        return;
    case HC_STREAM_NOTE:
        w->notes++;
        return;
    case HC_STREAM_RANK_END:
        w->ending = item->ending;
        return;
    case HC_STREAM_END:
        w->is_over = true;
        return;
    }
}

static void *work(void *self)
{
    hc_witness *w = self;
    double begin = hc_wall_clock();
    while (!w->is_over && w->failures == 0 && hc_wall_clock() - begin < w->patience_seconds) {
        hc_error error = HC_ERROR_NONE;
        hc_stream_item item;
        if (atomic_load(&w->is_stalled)) {
            (void)usleep(5000);
            continue;
        }
        if (hc_stream_reader_next(w->reader, STEP_MS, &item, &error) < 0) {
            w->failures++;
        } else {
            take(w, &item);
        }
    }
    w->counts = hc_stream_reader_count(w->reader);
    hc_stream_reader_close(w->reader);
    return NULL;
}

void hc_witness_start(hc_witness *w)
{
    CU_ASSERT_EQUAL_FATAL(pthread_create(&w->thread, NULL, work, w), 0);
}

void hc_witness_join(hc_witness *w)
{
    (void)pthread_join(w->thread, NULL);
}
