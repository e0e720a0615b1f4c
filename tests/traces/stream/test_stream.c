#include "traces/stream/stream.h"

#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "tests/traces/stream/random_rows.h"
#include "tests/traces/stream/stream_stage.h"
#include "tests/traces/stream/stream_witness.h"
#include "traces/stream/sockets.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static hc_stage stage;
static hc_witness witness;
static hc_witness other;

/* Waits until a reader has so many rows, at most ten seconds. */
static void await_rows(hc_witness *w, uint64_t rows)
{
    for (int i = 0; i < 10000 && atomic_load(&w->got) < rows; i++) {
        (void)hc_stream_tick(stage.stream, NULL);
        (void)usleep(1000);
    }
    CU_ASSERT_EQUAL(atomic_load(&w->got), rows);
}

/* All rows of the stage, once each, and an end that says so. */
static void check_complete(const hc_witness *w)
{
    CU_ASSERT(w->is_over);
    CU_ASSERT(w->is_right);
    CU_ASSERT_EQUAL(w->failures, 0);
    CU_ASSERT_EQUAL(w->first, 0);
    CU_ASSERT_EQUAL(w->next, stage.given);
    CU_ASSERT_EQUAL(w->lost, 0);
    CU_ASSERT_EQUAL(w->counts.rows, stage.given);
    CU_ASSERT_EQUAL(w->counts.lost, 0);
    CU_ASSERT_EQUAL(w->counts.broken, 0);
    CU_ASSERT_EQUAL(w->ending.published, stage.given);
    CU_ASSERT(w->ending.is_equal);
    CU_ASSERT(w->ending.is_complete);
    CU_ASSERT_STRING_EQUAL(w->ending.run_digest, "00000000000000ff");
}

/* Lets the reader run, then gives so many rows, ends the run, and waits for the reader to have it all. */
static void run_to_the_end(uint64_t rows, bool is_complete)
{
    hc_witness_start(&witness);
    hc_stage_await(&stage, 1);
    hc_stage_give(&stage, rows);
    hc_stage_end(&stage, is_complete);
    hc_stage_close(&stage);
    hc_witness_join(&witness);
}

/* Rows that are published before a reader comes. */
static void publish_early(uint64_t rows)
{
    hc_stage_give(&stage, rows);
    (void)usleep(100000);
    (void)hc_stream_tick(stage.stream, NULL);
    (void)usleep(100000);
}

static void check_from_the_begin(hc_stream_format format, bool has_replay, uint64_t rows)
{
    hc_stage_open(&stage, &(hc_stage_options){.format = format, .has_replay = has_replay});
    hc_witness_open(&witness, &stage, has_replay, false);
    run_to_the_end(rows, true);
    check_complete(&witness);
    CU_ASSERT_EQUAL(witness.ending.dropped, 0);
}

static void a_reader_from_the_begin_has_all_rows(void)
{
    check_from_the_begin(HC_STREAM_COLUMNS, false, 60000);
    check_from_the_begin(HC_STREAM_COLUMNS, true, 60000);
    check_from_the_begin(HC_STREAM_MAP, false, 20000);
    check_from_the_begin(HC_STREAM_MAP, true, 20000);
}

static void check_late(hc_stream_format format, uint64_t rows)
{
    hc_stage_open(&stage, &(hc_stage_options){.format = format, .has_replay = true});
    hc_stage_give(&stage, rows);
    hc_witness_open(&witness, &stage, true, false);
    run_to_the_end(rows, true);
    check_complete(&witness);
    CU_ASSERT(witness.counts.replayed > 0);
}

static void a_late_reader_is_complete_by_replay(void)
{
    check_late(HC_STREAM_COLUMNS, 30000);
    check_late(HC_STREAM_MAP, 12000);
}

static void a_reader_after_the_end_is_complete_by_replay(void)
{
    double since = 0;
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true, .linger_seconds = 10});
    hc_stage_give(&stage, 30000);
    hc_stage_end(&stage, true);
    hc_stage_await_over(&stage);
    hc_witness_open(&witness, &stage, true, false);
    hc_witness_start(&witness);
    hc_witness_join(&witness);
    since = hc_wall_clock();
    hc_stage_close(&stage);
    CU_ASSERT(hc_wall_clock() - since < 5); /* who has all is not waited for */
    check_complete(&witness);
    CU_ASSERT_EQUAL(witness.counts.replayed, 30000);
}

static void a_publisher_waits_for_readers_that_are_not_done(void)
{
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true, .linger_seconds = 10});
    hc_witness_open(&witness, &stage, true, false);
    witness.pause_us = 200;
    run_to_the_end(15000, true);
    check_complete(&witness);
}

static void nobody_waits_for_a_reader_that_has_closed(void)
{
    double since = 0;
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true, .linger_seconds = 10});
    hc_witness_open(&witness, &stage, true, false);
    witness.patience_seconds = 0.5; /* it leaves before the end */
    hc_witness_start(&witness);
    hc_stage_await(&stage, 1);
    hc_stage_give(&stage, 5000);
    hc_witness_join(&witness);
    hc_stage_end(&stage, true);
    since = hc_wall_clock();
    hc_stage_close(&stage);
    CU_ASSERT(hc_wall_clock() - since < 5);
    CU_ASSERT(!witness.is_over);
}

/* One message to a row, so that queues are full after some thousand rows. */
static void check_stalled(hc_stream_format format)
{
    hc_publisher_counts counts;
    hc_stage_open(&stage, &(hc_stage_options){.rows = HC_STAGE_SPARSE,
                                              .format = format,
                                              .has_replay = true,
                                              .patience_seconds = 0.3});
    hc_witness_open(&witness, &stage, true, false);
    hc_witness_open(&other, &stage, true, false);
    hc_witness_start(&witness);
    hc_witness_start(&other);
    hc_stage_await(&stage, 2);
    hc_stage_give(&stage, 100);
    await_rows(&other, 100);
    atomic_store(&other.is_stalled, true);
    hc_stage_give(&stage, format == HC_STREAM_MAP ? 150000 : 20000);
    CU_ASSERT(hc_stage_await_left_behind(&stage));
    await_rows(&witness, stage.given);
    atomic_store(&other.is_stalled, false);
    hc_stage_give(&stage, 2000);
    hc_stage_end(&stage, true);
    counts = hc_publisher_count(hc_stream_publisher(stage.stream));
    CU_ASSERT(counts.left_behind > 0);
    hc_stage_close(&stage);
    hc_witness_join(&witness);
    hc_witness_join(&other);
    check_complete(&witness);
    check_complete(&other);
    CU_ASSERT(other.counts.replayed > 1000);
}

static void a_stalled_reader_is_left_behind_and_fills_its_gap(void)
{
    check_stalled(HC_STREAM_COLUMNS);
}

static void without_replay_a_stalled_reader_has_lost_what_it_missed(void)
{
    hc_stage_open(&stage, &(hc_stage_options){.rows = HC_STAGE_SPARSE, .patience_seconds = 0.3});
    hc_witness_open(&witness, &stage, false, false);
    hc_witness_open(&other, &stage, false, false);
    hc_witness_start(&witness);
    hc_witness_start(&other);
    hc_stage_await(&stage, 2);
    hc_stage_give(&stage, 100);
    await_rows(&other, 100);
    atomic_store(&other.is_stalled, true);
    hc_stage_give(&stage, 20000);
    CU_ASSERT(hc_stage_await_left_behind(&stage));
    atomic_store(&other.is_stalled, false);
    hc_stage_give(&stage, 5000);
    hc_stage_end(&stage, true);
    hc_stage_close(&stage);
    hc_witness_join(&witness);
    hc_witness_join(&other);
    check_complete(&witness);
    CU_ASSERT_EQUAL(witness.ending.dropped, 0); /* some reader had each row */
    CU_ASSERT(other.is_over);
    CU_ASSERT(other.is_right);
    CU_ASSERT(other.lost > 0);
    CU_ASSERT_EQUAL(other.counts.rows + other.lost, stage.given);
    CU_ASSERT_EQUAL(other.counts.lost, other.lost);
    CU_ASSERT(!other.ending.is_equal);
}

static void check_lossy(bool has_replay, hc_stream_format format)
{
    hc_stage_open(&stage, &(hc_stage_options){.rows = HC_STAGE_SPARSE,
                                              .format = format,
                                              .is_lossy = true,
                                              .has_replay = has_replay});
    hc_witness_open(&witness, &stage, has_replay, false);
    witness.pause_us = 300;
    run_to_the_end(30000, true);
    CU_ASSERT(witness.is_over);
    CU_ASSERT(witness.is_right);
    CU_ASSERT_EQUAL(witness.next, stage.given);
    CU_ASSERT_EQUAL(witness.ending.published, stage.given);
    CU_ASSERT(witness.ending.dropped > 0);
    CU_ASSERT_EQUAL(witness.counts.rows + witness.lost, stage.given);
    CU_ASSERT_EQUAL(witness.ending.is_equal, witness.lost == 0);
}

static void of_a_lossy_stream_what_was_dropped_is_counted(void)
{
    check_lossy(false, HC_STREAM_COLUMNS);
    CU_ASSERT_EQUAL(witness.ending.dropped, witness.lost);
    check_lossy(false, HC_STREAM_MAP);
    CU_ASSERT_EQUAL(witness.ending.dropped, witness.lost);
}

/* What the publisher had taken, but could not send, it has on disk; what it could not take is gone. */
static void of_a_lossy_stream_replay_brings_back_what_was_taken(void)
{
    check_lossy(true, HC_STREAM_COLUMNS);
    CU_ASSERT(witness.lost <= witness.ending.dropped);
}

static void a_reader_from_now_has_what_comes_from_now_on(void)
{
    for (int has_replay = 0; has_replay < 2; has_replay++) {
        hc_stage_open(&stage, &(hc_stage_options){.has_replay = true});
        publish_early(7000);
        hc_witness_open(&witness, &stage, has_replay == 1, true);
        run_to_the_end(9000, true);
        CU_ASSERT(witness.is_over);
        CU_ASSERT(witness.is_right);
        CU_ASSERT_EQUAL(witness.first, 7000);
        CU_ASSERT_EQUAL(witness.next, 16000);
        CU_ASSERT_EQUAL(witness.lost, 0);
        CU_ASSERT(!witness.ending.is_equal);
    }
}

static void without_replay_a_late_reader_is_told_what_it_has_missed(void)
{
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = false});
    publish_early(7000);
    hc_witness_open(&witness, &stage, false, false);
    run_to_the_end(9000, true);
    CU_ASSERT(witness.is_over);
    CU_ASSERT(witness.is_right);
    CU_ASSERT_EQUAL(witness.first, 0);
    CU_ASSERT_EQUAL(witness.next, 16000);
    CU_ASSERT_EQUAL(witness.lost, 7000);
    CU_ASSERT_EQUAL(witness.lost_items, 1);
    CU_ASSERT_EQUAL(witness.counts.rows, 9000);
    CU_ASSERT_EQUAL(witness.ending.dropped, 0);
    CU_ASSERT(!witness.ending.is_equal);
}

static void a_run_that_is_broken_off_says_so(void)
{
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true});
    hc_witness_open(&witness, &stage, true, false);
    run_to_the_end(1500, false);
    CU_ASSERT(witness.is_over);
    CU_ASSERT(witness.is_right);
    CU_ASSERT_EQUAL(witness.counts.rows, 1500);
    CU_ASSERT(witness.ending.is_equal);
    CU_ASSERT(!witness.ending.is_complete);
    CU_ASSERT_STRING_EQUAL(witness.ending.run_digest, "");
}

static void a_stream_of_nothing_ends_as_well(void)
{
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true});
    hc_witness_open(&witness, &stage, true, false);
    run_to_the_end(0, true);
    CU_ASSERT(witness.is_over);
    CU_ASSERT_EQUAL(witness.counts.rows, 0);
    CU_ASSERT(witness.ending.is_equal);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The disk is full after a mebibyte: the run goes on, and a reader that would have needed the replay is told. */
static void a_full_disk_ends_the_replay_and_nothing_else(void)
{
    char text[512] = "";
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(1 << 20);
    hc_stage_open(&stage, &(hc_stage_options){.rows = HC_STAGE_DENSE, .has_replay = true});
    hc_witness_open(&witness, &stage, true, false);
    hc_witness_start(&witness);
    hc_stage_await(&stage, 1);
    hc_stage_give(&stage, 100000);
    (void)usleep(200000);
    hc_witness_open(&other, &stage, true, false);
    hc_witness_start(&other);
    hc_stage_await(&stage, 2);
    hc_stage_give(&stage, 10000);
    hc_stage_end(&stage, true);
    CU_ASSERT(hc_publisher_take_note(hc_stream_publisher(stage.stream), text, sizeof text));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "cannot be written"));
    hc_stage_close(&stage);
    hc_witness_join(&witness);
    hc_witness_join(&other);
    limit_files(RLIM_INFINITY);
    (void)signal(SIGXFSZ, SIG_DFL);
    check_complete(&witness);
    CU_ASSERT(other.is_over);
    CU_ASSERT(other.is_right);
    CU_ASSERT(other.lost > 0);
    CU_ASSERT_EQUAL(other.next, stage.given);
    CU_ASSERT(!other.ending.is_equal);
}

/* Hands rows [first, first + count) to a publisher, or its end for no rows. */
static void put(hc_parcel_queue *queue, uint64_t first, uint32_t count)
{
    hc_random stream = hc_random_stream(first, 1, HC_RANDOM_BENCH);
    hc_parcel *parcel = hc_parcel_queue_room(queue, true);
    hc_random_parcel(&stream, HC_TABLE_SERIES, 0, first, count, parcel);
    if (count == 0) {
        parcel->kind = HC_PARCEL_END;
        parcel->content.conclusion = (hc_run_conclusion){.is_complete = true};
    }
    hc_parcel_queue_put(queue);
}

/* Reads to the end, by the clock of a patient user. @return rows; lost ones in `lost` */
static uint64_t read_to_the_end(const hc_stream_reader_options *options, uint64_t *lost,
                                hc_stream_ending *ending)
{
    hc_error error = HC_ERROR_NONE;
    hc_stream_reader *reader = NULL;
    hc_stream_item item = {.kind = HC_STREAM_NOTHING};
    hc_stream_reader_counts counts;
    double begin = hc_wall_clock();
    CU_ASSERT_EQUAL_FATAL(hc_stream_reader_open(&reader, options, &error), 0);
    while (item.kind != HC_STREAM_END && hc_wall_clock() - begin < 5) {
        CU_ASSERT_EQUAL(hc_stream_reader_next(reader, 50, &item, &error), 0);
        if (item.kind == HC_STREAM_RANK_END) {
            *ending = item.ending;
        }
    }
    CU_ASSERT_EQUAL(item.kind, HC_STREAM_END);
    counts = hc_stream_reader_count(reader);
    *lost = counts.lost;
    hc_stream_reader_close(reader);
    return counts.rows;
}

/* A publisher of rows that are handed to its queue. @return NULL: it could not bind */
static hc_publisher *start_publisher(const char *endpoint, const char *replay,
                                     hc_parcel_queue **queue)
{
    static const uint32_t RANKS[] = {0};
    hc_error error = HC_ERROR_NONE;
    hc_publisher *publisher = NULL;
    hc_publisher_options options = {.endpoint = endpoint,
                                    .replay = replay,
                                    .folder = hc_private_place(),
                                    .linger_seconds = 10,
                                    .facts = {"r", "n", "p", "civil", 0, 1, 1, NULL, 0},
                                    .ranks = RANKS,
                                    .rank_count = 1};
    CU_ASSERT_EQUAL_FATAL(hc_parcel_queue_create(queue, 8, &error), 0);
    options.queue = *queue;
    (void)hc_publisher_start(&publisher, &options, &error);
    return publisher;
}

/* Of a lossy rank: the first five rows, and the last five, found no room on their way to the publisher. */
static void rows_that_never_reached_the_publisher_are_lost_and_counted(void)
{
    const hc_stream_reader_options reader = {.endpoint = hc_in_place("ipc://", "events"),
                                             .replay = hc_in_place("ipc://", "replay")};
    hc_parcel_queue *queue = NULL;
    hc_publisher *publisher = start_publisher(reader.endpoint, reader.replay, &queue);
    hc_stream_ending ending = {.published = 0};
    uint64_t lost = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(publisher);
    put(queue, 5, 10);
    put(queue, 20, 0);
    CU_ASSERT_EQUAL(read_to_the_end(&reader, &lost, &ending), 10);
    CU_ASSERT_EQUAL(lost, 10);
    CU_ASSERT_EQUAL(ending.published, 20);
    CU_ASSERT_EQUAL(ending.dropped, 10);
    CU_ASSERT(!ending.is_equal);
    hc_publisher_stop(publisher);
    hc_parcel_queue_destroy(queue);
}

static void a_reader_comes_by_ipv6(void)
{
    hc_stream_reader_options reader = {.endpoint = NULL};
    hc_parcel_queue *queue = NULL;
    hc_publisher *publisher = start_publisher("tcp://[::1]:*", "tcp://[::1]:*", &queue);
    hc_stream_ending ending = {.published = 0};
    uint64_t lost = 0;
    if (publisher == NULL) {
        printf("no IPv6 here\n");
    } else {
        reader.endpoint = hc_publisher_endpoint(publisher);
        reader.replay = hc_publisher_replay(publisher);
        put(queue, 0, 10);
        put(queue, 10, 0);
        CU_ASSERT_EQUAL(read_to_the_end(&reader, &lost, &ending), 10);
        CU_ASSERT(ending.is_equal);
        hc_publisher_stop(publisher);
    }
    hc_parcel_queue_destroy(queue);
}

static void sockets_of_a_stream_are_gone_after_it(void)
{
    struct stat status;
    hc_stage_open(&stage, &(hc_stage_options){.has_replay = true});
    CU_ASSERT_EQUAL(stat(stage.endpoint + strlen("ipc://"), &status), 0);
    CU_ASSERT_EQUAL(stat(stage.replay + strlen("ipc://"), &status), 0);
    hc_stage_close(&stage);
    CU_ASSERT_EQUAL(stat(stage.endpoint + strlen("ipc://"), &status), -1);
    CU_ASSERT_EQUAL(stat(stage.replay + strlen("ipc://"), &status), -1);
}

static const hc_test_case CASES[] = {
    {"a_reader_from_the_begin_has_all_rows", a_reader_from_the_begin_has_all_rows},
    {"a_late_reader_is_complete_by_replay", a_late_reader_is_complete_by_replay},
    {"a_reader_after_the_end_is_complete_by_replay", a_reader_after_the_end_is_complete_by_replay},
    {"a_publisher_waits_for_readers_that_are_not_done",
     a_publisher_waits_for_readers_that_are_not_done},
    {"nobody_waits_for_a_reader_that_has_closed", nobody_waits_for_a_reader_that_has_closed},
    {"a_stalled_reader_is_left_behind_and_fills_its_gap",
     a_stalled_reader_is_left_behind_and_fills_its_gap},
    {"without_replay_a_stalled_reader_has_lost_what_it_missed",
     without_replay_a_stalled_reader_has_lost_what_it_missed},
    {"of_a_lossy_stream_what_was_dropped_is_counted",
     of_a_lossy_stream_what_was_dropped_is_counted},
    {"of_a_lossy_stream_replay_brings_back_what_was_taken",
     of_a_lossy_stream_replay_brings_back_what_was_taken},
    {"a_reader_from_now_has_what_comes_from_now_on", a_reader_from_now_has_what_comes_from_now_on},
    {"without_replay_a_late_reader_is_told_what_it_has_missed",
     without_replay_a_late_reader_is_told_what_it_has_missed},
    {"a_run_that_is_broken_off_says_so", a_run_that_is_broken_off_says_so},
    {"a_stream_of_nothing_ends_as_well", a_stream_of_nothing_ends_as_well},
    {"a_full_disk_ends_the_replay_and_nothing_else", a_full_disk_ends_the_replay_and_nothing_else},
    {"rows_that_never_reached_the_publisher_are_lost_and_counted",
     rows_that_never_reached_the_publisher_are_lost_and_counted},
    {"a_reader_comes_by_ipv6", a_reader_comes_by_ipv6},
    {"sockets_of_a_stream_are_gone_after_it", sockets_of_a_stream_are_gone_after_it},
};

HC_TEST_MAIN("stream", CASES)
