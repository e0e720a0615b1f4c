#include "analysis/live/live_state.h"

#include "analysis/metrics.h"
#include "sim/interfaces/sink.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const hc_stream_hello HELLO = {.run = "r1",
                                      .name = "march",
                                      .policy = "easy",
                                      .clock = "unknown zero",
                                      .gpus = 8,
                                      .rank_count = 1,
                                      .ranks = 1};

/* In thousandths of a GPU x ns. */
#define GPU_HOUR ((hc_int128)INT64_C(3600000000000000))

static hc_live_state *make_state(void)
{
    hc_live_state *state = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_live_state_create(&state, false, NULL), 0);
    return state;
}

static void take(hc_live_state *state, hc_stream_item item)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static void hello(hc_live_state *state)
{
    take(state, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &HELLO});
}

static void rows(hc_live_state *state, uint32_t rank, hc_run_table table, const void *from,
                 uint64_t count)
{
    take(state,
         (hc_stream_item){
             .kind = HC_STREAM_BATCH, .rank = rank, .table = table, .rows = from, .count = count});
}

static void event(hc_live_state *state, hc_time time, hc_event_type type, uint64_t value)
{
    const hc_event_row row = {.time = time, .type = (uint8_t)type, .value = value};
    rows(state, 0, HC_TABLE_EVENTS, &row, 1);
}

static void end(hc_live_state *state, bool is_equal, bool is_complete)
{
    take(state, (hc_stream_item){.kind = HC_STREAM_RANK_END,
                                 .ending = {.stream_digest = 7,
                                            .is_equal = is_equal,
                                            .is_complete = is_complete,
                                            .run_digest = "feed"}});
    take(state, (hc_stream_item){.kind = HC_STREAM_END});
}

static hc_live_view view_of(const hc_live_state *state)
{
    hc_live_view view;
    hc_live_state_view(state, &view);
    return view;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

/* 8 GPUs. Job 1 takes 4 of them from 10 s to 110 s, job 2 all 8, submitted at 20 s, from 110 s to 160 s; job 3 asks for
 * 9 and is rejected. Held: 4 x 100 + 8 x 50 = 800 GPU-seconds of 8 x 150 since the begin at 10 s. */
static void a_small_run_adds_up_by_hand(void)
{
    hc_live_state *state = make_state();
    hc_live_view view;
    hello(state);
    take(state, (hc_stream_item){.kind = HC_STREAM_HEARTBEAT,
                                 .heartbeat = {.begin = 10 * HC_SECOND,
                                               .now = HC_TIME_MISSING,
                                               .last_submit = 110 * HC_SECOND,
                                               .events_per_second = 5}});
    event(state, 10 * HC_SECOND, HC_EVENT_SUBMIT, 4000);
    event(state, 10 * HC_SECOND, HC_EVENT_START, 4000);
    event(state, 20 * HC_SECOND, HC_EVENT_SUBMIT, 8000);
    event(state, 35 * HC_SECOND, HC_EVENT_SUBMIT, 9000);
    event(state, 35 * HC_SECOND, HC_EVENT_REJECT, HC_REJECTION_SIZE);
    event(state, 60 * HC_SECOND, HC_EVENT_PASS, 1);
    view = view_of(state);
    CU_ASSERT_EQUAL(view.jobs.submitted, 3);
    CU_ASSERT_EQUAL(view.jobs.waiting, 1);
    CU_ASSERT_EQUAL(view.jobs.running, 1);
    CU_ASSERT_EQUAL(view.jobs.rejected, 1);
    CU_ASSERT_EQUAL(view.busy_milli, 4000);
    CU_ASSERT(is_near(view.utilization, 0.5));
    CU_ASSERT(is_near(view.progress, 0.5)); /* 60 s is half way from 10 s to 110 s */
    CU_ASSERT_EQUAL(view.now, 60 * HC_SECOND);
    CU_ASSERT(view.held_milli_ns == (hc_int128)4000 * 50 * HC_SECOND);
    CU_ASSERT(is_near(view.simulated_events_per_second, 5));
    event(state, 110 * HC_SECOND, HC_EVENT_END, 4000);
    event(state, 110 * HC_SECOND, HC_EVENT_START, 8000);
    event(state, 160 * HC_SECOND, HC_EVENT_END, 8000);
    end(state, true, true);
    view = view_of(state);
    CU_ASSERT_EQUAL(view.jobs.ended, 2);
    CU_ASSERT_EQUAL(view.jobs.waiting + view.jobs.running + view.busy_milli, 0);
    CU_ASSERT(view.held_milli_ns == (hc_int128)800 * 1000 * HC_SECOND);
    CU_ASSERT(is_near(view.utilization_so_far, 800.0 / (8 * 150)));
    CU_ASSERT(view.is_over && view.is_complete && view.is_exact && view.is_digest_right);
    CU_ASSERT_EQUAL(view.stream_digest, 7);
    CU_ASSERT_STRING_EQUAL(view.run_digest, "feed");
    CU_ASSERT(is_near(view.progress, 1));
    hc_live_state_destroy(state);
}

static void who_starts_at_once_never_waited(void)
{
    hc_live_state *state = make_state();
    static hc_live_point points[HC_LIVE_POINTS];
    hello(state);
    for (int i = 0; i < 100; i++) {
        event(state, i * HC_SECOND, HC_EVENT_SUBMIT, 1000);
        event(state, i * HC_SECOND, HC_EVENT_START, 1000);
        event(state, i * HC_SECOND + 5, HC_EVENT_END, 1000);
    }
    CU_ASSERT_EQUAL(hc_live_series_points(hc_live_state_series(state), HC_LIVE_QUEUE, points), 0);
    CU_ASSERT(hc_live_series_points(hc_live_state_series(state), HC_LIVE_RUNNING, points) > 100);
    hc_live_state_destroy(state);
}

/* 4 of 8 GPUs go out of service for 10 of 40 s, while 4 are held: 4 x 40 of 8 x 30 + 4 x 10. */
static void gpus_out_of_service_are_no_capacity(void)
{
    const hc_sample_row sample = {.time = 0, .busy_milli = 0, .free_milli = 8000};
    hc_live_state *state = make_state();
    hc_live_view view;
    hello(state);
    rows(state, 0, HC_TABLE_SERIES, &sample, 1);
    event(state, 0, HC_EVENT_START, 4000);
    event(state, 10 * HC_SECOND, HC_EVENT_CAPACITY, 4000);
    view = view_of(state);
    CU_ASSERT_EQUAL(view.service_milli, 4000);
    CU_ASSERT(is_near(view.utilization, 1));
    event(state, 20 * HC_SECOND, HC_EVENT_CAPACITY, 8000);
    event(state, 40 * HC_SECOND, HC_EVENT_END, 4000);
    view = view_of(state);
    CU_ASSERT(is_near(view.utilization_so_far, 160.0 / 280));
    hc_live_state_destroy(state);
}

/* The same rows as a stream and as a run file. */
static void the_ledger_gives_the_utilization_of_the_report(void)
{
    static const hc_ledger_record LEDGER[] = {
        {{0}, HC_BUCKET_BUSY, GPU_HOUR * 5},         {{0}, HC_BUCKET_IDLE_EMPTY, GPU_HOUR * 7},
        {{0}, HC_BUCKET_IDLE_BLOCKED, GPU_HOUR * 2}, {{0}, HC_BUCKET_RESTART, GPU_HOUR},
        {{0}, HC_BUCKET_LOST, GPU_HOUR * 3},         {{0}, HC_BUCKET_OFFLINE, GPU_HOUR * 6}};
    const hc_made_run run = {.gpu_count = 8, .ledger = LEDGER, .ledger_count = 6};
    hc_run_reader *reader = hc_made_run_open(&run);
    hc_live_state *state = make_state();
    hc_rows ledger = HC_ROWS_NONE;
    hc_metrics metrics;
    CU_ASSERT_EQUAL_FATAL(hc_metrics_compute(&metrics, reader, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_read(reader, HC_TABLE_LEDGER, 0, 100, &ledger, NULL), 0);
    hello(state);
    event(state, 0, HC_EVENT_SUBMIT, 1000);
    rows(state, 0, HC_TABLE_LEDGER, ledger.rows, ledger.count);
    end(state, true, true);
    CU_ASSERT_EQUAL(view_of(state).utilization_so_far, metrics.utilization);
    CU_ASSERT(is_near(metrics.utilization, 0.5)); /* 9 of 18 GPU-hours */
    hc_rows_destroy(&ledger);
    hc_metrics_free(&metrics);
    hc_live_state_destroy(state);
    hc_made_run_close(reader);
}

static void preempted_and_timed_out_jobs_are_counted(void)
{
    const hc_attempt_row attempts[] = {{.how = HC_ATTEMPT_PREEMPTED}, {.how = HC_ATTEMPT_TIMEOUT}};
    hc_live_state *state = make_state();
    hc_live_view view;
    hello(state);
    event(state, 0, HC_EVENT_SUBMIT, 1000);
    event(state, 0, HC_EVENT_START, 1000);
    event(state, 10, HC_EVENT_PREEMPT, 1000);
    CU_ASSERT_EQUAL(view_of(state).jobs.waiting, 1);
    event(state, 20, HC_EVENT_START, 1000);
    event(state, 50, HC_EVENT_END, 1000);
    rows(state, 0, HC_TABLE_ATTEMPTS, attempts, 2);
    view = view_of(state);
    CU_ASSERT_EQUAL(view.jobs.preemptions, 1);
    CU_ASSERT_EQUAL(view.jobs.timed_out, 1);
    CU_ASSERT(view.held_milli_ns == (hc_int128)1000 * 40);
    hc_live_state_destroy(state);
}

/* Two ranks at different times: what lies before the one behind is known. */
static void the_rank_furthest_behind_tells_the_time(void)
{
    hc_stream_hello two = HELLO;
    const hc_event_row first = {.time = 100 * HC_SECOND};
    const hc_event_row second = {.time = 30 * HC_SECOND, .partition = 1};
    hc_live_state *state = make_state();
    two.rank_count = 2;
    two.ranks = 2;
    take(state, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &two});
    rows(state, 0, HC_TABLE_EVENTS, &first, 1);
    rows(state, 1, HC_TABLE_EVENTS, &second, 1);
    CU_ASSERT_EQUAL(view_of(state).now, 30 * HC_SECOND);
    take(state, (hc_stream_item){.kind = HC_STREAM_RANK_END, .rank = 1});
    CU_ASSERT_EQUAL(view_of(state).now, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(view_of(state).ended_ranks, 1);
    hc_live_state_destroy(state);
}

/* The heartbeat knows the jobs, the next sample what the partition does. */
static void after_a_loss_heartbeats_and_samples_tell(void)
{
    const hc_sample_row sample = {.time = 9 * HC_SECOND,
                                  .queue_length = 3,
                                  .running = 2,
                                  .busy_milli = 6000,
                                  .free_milli = 2000};
    hc_live_state *state = make_state();
    hc_live_view view;
    hello(state);
    event(state, 0, HC_EVENT_END, 1000);
    event(state, 1, HC_EVENT_END, 1000);
    CU_ASSERT_EQUAL(view_of(state).busy_milli, 0);
    take(state, (hc_stream_item){.kind = HC_STREAM_LOST, .count = 40});
    rows(state, 0, HC_TABLE_SERIES, &sample, 1);
    take(state,
         (hc_stream_item){
             .kind = HC_STREAM_HEARTBEAT,
             .heartbeat = {
                 .submitted = 50, .waiting = 3, .running = 2, .completed = 44, .rejected = 1}});
    view = view_of(state);
    CU_ASSERT(!view.is_exact);
    CU_ASSERT_EQUAL(view.lost_rows, 40);
    CU_ASSERT_EQUAL(view.jobs.submitted, 50);
    CU_ASSERT_EQUAL(view.jobs.ended, 44);
    CU_ASSERT_EQUAL(view.busy_milli, 6000);
    end(state, true, true);
    CU_ASSERT(!view_of(state).is_complete);
    hc_live_state_destroy(state);
}

static void a_wrong_digest_is_told(void)
{
    hc_live_state *state = make_state();
    hello(state);
    end(state, false, true);
    CU_ASSERT(view_of(state).is_over);
    CU_ASSERT(!view_of(state).is_digest_right);
    CU_ASSERT(!view_of(state).is_complete);
    hc_live_state_destroy(state);
}

static void another_run_is_an_error(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_stream_hello other = HELLO;
    hc_stream_item item = {.kind = HC_STREAM_HELLO, .hello = &other};
    hc_live_state *state = make_state();
    hello(state);
    hello(state);
    other.run = "r2";
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "another run (r2)"));
    hc_live_state_destroy(state);
}

static void amounts_that_cannot_be_are_left_out(void)
{
    const hc_event_row strange[] = {{.time = INT64_MAX, .type = HC_EVENT_SUBMIT},
                                    {.time = INT64_MIN, .type = HC_EVENT_SUBMIT},
                                    {.time = 5, .type = HC_EVENT_START, .value = UINT64_MAX},
                                    {.time = 5, .type = HC_EVENT_END, .value = UINT64_C(1) << 40},
                                    {.time = 5, .type = 200},
                                    {.time = 6, .type = HC_EVENT_SUBMIT, .partition = UINT16_MAX}};
    const hc_sample_row sample = {.time = 7, .busy_milli = UINT64_MAX, .free_milli = 1};
    const hc_ledger_row ledger[] = {{.bucket = 77},
                                    {.held = {.seconds = -1}},
                                    {.held = {.seconds = 1, .nanoseconds = INT32_MAX}}};
    hc_live_state *state = make_state();
    hello(state);
    rows(state, 0, HC_TABLE_EVENTS, strange, 6);
    rows(state, 0, HC_TABLE_SERIES, &sample, 1);
    rows(state, 0, HC_TABLE_LEDGER, ledger, 3);
    rows(state, 9, HC_TABLE_EVENTS, strange, 1);
    CU_ASSERT_EQUAL(view_of(state).broken_rows, 10);
    CU_ASSERT_EQUAL(view_of(state).jobs.submitted, 1);
    CU_ASSERT_EQUAL(view_of(state).busy_milli, 0);
    hc_live_state_destroy(state);
}

static void a_flood_of_starts_does_not_overflow(void)
{
    hc_live_state *state = make_state();
    hello(state);
    for (int i = 0; i < 100; i++) {
        event(state, i * (HC_TIME_LIMIT / 100), HC_EVENT_START, UINT64_C(1) << 37);
    }
    for (int i = 0; i < 100; i++) {
        event(state, HC_TIME_LIMIT, HC_EVENT_END, UINT64_C(1) << 37);
    }
    CU_ASSERT(view_of(state).broken_rows > 150);
    hc_live_state_destroy(state);
}

static void names_are_plain(void)
{
    hc_stream_hello strange = HELLO;
    hc_live_state *state = make_state();
    strange.name = "a\x1b[2Jb\xff";
    take(state, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &strange});
    CU_ASSERT_STRING_EQUAL(view_of(state).name, "a\xef\xbf\xbd[2Jb\xef\xbf\xbd");
    hc_live_state_destroy(state);
}

static void ranks_and_gpus_that_cannot_be_are_refused(void)
{
    hc_stream_hello strange = HELLO;
    hc_stream_item item = {.kind = HC_STREAM_HELLO, .hello = &strange};
    hc_live_state *state = make_state();
    strange.ranks = 0;
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, NULL), -1);
    strange.ranks = HC_STREAM_MAX_RANKS + 1;
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, NULL), -1);
    strange.ranks = 1;
    strange.gpus = UINT64_MAX;
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, NULL), -1);
    hc_live_state_destroy(state);
}

static const hc_test_case CASES[] = {
    {"a_small_run_adds_up_by_hand", a_small_run_adds_up_by_hand},
    {"who_starts_at_once_never_waited", who_starts_at_once_never_waited},
    {"gpus_out_of_service_are_no_capacity", gpus_out_of_service_are_no_capacity},
    {"the_ledger_gives_the_utilization_of_the_report",
     the_ledger_gives_the_utilization_of_the_report},
    {"preempted_and_timed_out_jobs_are_counted", preempted_and_timed_out_jobs_are_counted},
    {"the_rank_furthest_behind_tells_the_time", the_rank_furthest_behind_tells_the_time},
    {"after_a_loss_heartbeats_and_samples_tell", after_a_loss_heartbeats_and_samples_tell},
    {"a_wrong_digest_is_told", a_wrong_digest_is_told},
    {"another_run_is_an_error", another_run_is_an_error},
    {"amounts_that_cannot_be_are_left_out", amounts_that_cannot_be_are_left_out},
    {"a_flood_of_starts_does_not_overflow", a_flood_of_starts_does_not_overflow},
    {"names_are_plain", names_are_plain},
    {"ranks_and_gpus_that_cannot_be_are_refused", ranks_and_gpus_that_cannot_be_are_refused},
};

HC_TEST_MAIN("live_state", CASES)
