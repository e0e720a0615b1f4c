/* Figures worked out by hand: four GPUs, six jobs, the first 50 seconds are warm-up.
 *
 *   job  submit start  end  GPUs  wait  run   slowdown             recorded start, end
 *   a         0     0  100     4     0  100   (in the warm-up)     0, 100
 *   b        50   100  150     2    50   50   (50+50)/50 = 2       70, 120: wait 20, slowdown 1.4
 *   c        60   100  104     2    40    4   (40+4)/10 = 4.4
 *   d       120   120  125     2     0    5   1                    150, 155: wait 30, slowdown 3.5
 *   e       130     -    -     8     -  1 h   (rejected)
 *   f       140   150  250     4    10  100   1.1
 *
 * The ledger counts from 50 to 250: 800 GPU-seconds, of which a holds 200, b 100, c 8, d 10 and f 400. Two GPUs are
 * free for 10 s while f waits. Waiting in that time: b 50 s, c 40 s, f 10 s. */

#include "analysis/metrics.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define S HC_SECOND
#define GPU_SECONDS(n) ((hc_int128)(n)*1000 * HC_SECOND)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const double EXACT = 1e-12;

#define SPEC(id, submitted, gpus, run, recorded_from, recorded_to)                             \
    {                                                                                          \
        .name = (id), .submit = (submitted)*S, .run_time = (run)*S, .time_limit = (run)*S,     \
        .recorded_start = (recorded_from), .recorded_end = (recorded_to), .user = HC_NO_INDEX, \
        .group = HC_NO_INDEX, .request = {                                                     \
            .gpu_count = (gpus),                                                               \
            .gpu_milli = HC_WHOLE_GPU                                                          \
        }                                                                                      \
    }
#define UNRECORDED(id, submitted, gpus, run) \
    SPEC(id, submitted, gpus, run, HC_TIME_MISSING, HC_TIME_MISSING)

static const hc_job_spec SPECS[] = {
    SPEC("a", 0, 4, 100, 0, 100 * S), SPEC("b", 50, 2, 50, 70 * S, 120 * S),
    UNRECORDED("c", 60, 2, 4),        SPEC("d", 120, 2, 5, 150 * S, 155 * S),
    UNRECORDED("e", 130, 8, 3600),    UNRECORDED("f", 140, 4, 100),
};

static hc_job_record completed(const hc_job_spec *spec, uint32_t index, hc_time start,
                               bool is_measured)
{
    return (hc_job_record){.spec = spec,
                           .job = {index},
                           .state = HC_JOB_COMPLETED,
                           .first_start = start,
                           .last_end = start + spec->run_time,
                           .wait = start - spec->submit,
                           .attempt_count = 1,
                           .node_count = 1,
                           .is_measured = is_measured};
}

static hc_job_record rejected(const hc_job_spec *spec, uint32_t index)
{
    return (hc_job_record){.spec = spec,
                           .job = {index},
                           .state = HC_JOB_REJECTED,
                           .rejection = HC_REJECTION_SIZE,
                           .first_start = HC_TIME_MISSING,
                           .last_end = HC_TIME_MISSING,
                           .is_measured = true};
}

static hc_metrics compute(const hc_made_run *run)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = hc_made_run_open(run);
    hc_metrics metrics;
    int status = hc_metrics_compute(&metrics, reader, &error);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL_FATAL(status, 0);
    hc_made_run_close(reader);
    return metrics;
}

/* The six jobs, in the order of their ends. */
static hc_metrics compute_six(void)
{
    const hc_job_record jobs[] = {
        completed(&SPECS[0], 0, 0, false),      completed(&SPECS[2], 2, 100 * S, true),
        completed(&SPECS[3], 3, 120 * S, true), rejected(&SPECS[4], 4),
        completed(&SPECS[1], 1, 100 * S, true), completed(&SPECS[5], 5, 150 * S, true),
    };
    static const hc_ledger_record LEDGER[] = {
        {.bucket = HC_BUCKET_BUSY, .milli_ns = GPU_SECONDS(718)},
        {.bucket = HC_BUCKET_IDLE_EMPTY, .milli_ns = GPU_SECONDS(62)},
        {.bucket = HC_BUCKET_IDLE_BLOCKED, .milli_ns = GPU_SECONDS(20)},
    };
    const hc_made_run run = {.gpu_count = 4,
                             .measure_from = 50 * S,
                             .jobs = jobs,
                             .job_count = COUNT_OF(jobs),
                             .ledger = LEDGER,
                             .ledger_count = COUNT_OF(LEDGER)};
    return compute(&run);
}

static void waits_and_slowdowns_are_those_of_measured_jobs_that_started(void)
{
    hc_metrics m = compute_six();
    CU_ASSERT_EQUAL(m.measured_count, 4);
    CU_ASSERT_EQUAL(m.wait.count, 4);
    CU_ASSERT_DOUBLE_EQUAL(m.wait.mean, 25, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.slowdown.mean, 2.125, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.slowdown.maximum, 4.4, EXACT);
    hc_metrics_free(&m);
}

/* Of 0, 10, 40, 50: the 95th percentile lies at place 0.95 * 3 = 2.85 from the first. */
static void quantiles_interpolate_between_neighbours(void)
{
    hc_metrics m = compute_six();
    CU_ASSERT_DOUBLE_EQUAL(m.wait.median, 25, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.wait.p95, 48.5, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.wait.maximum, 50, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.slowdown.median, 1.55, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.slowdown.p95, 4.04, EXACT);
    hc_metrics_free(&m);
}

static void gpu_time_is_what_the_ledger_says(void)
{
    hc_metrics m = compute_six();
    CU_ASSERT_EQUAL(m.gpu_count, 4);
    CU_ASSERT(m.capacity == GPU_SECONDS(800));
    CU_ASSERT(m.ledger[HC_BUCKET_IDLE_BLOCKED] == GPU_SECONDS(20));
    CU_ASSERT_DOUBLE_EQUAL(m.utilization, 718.0 / 800, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.queue_mean, 100.0 / 200, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(hc_gpu_hours(m.rejected), 8, EXACT);
    hc_metrics_free(&m);
}

static void jobs_are_counted_by_what_became_of_them(void)
{
    hc_metrics m = compute_six();
    CU_ASSERT_EQUAL(m.job_count, 6);
    CU_ASSERT_EQUAL(m.state_counts[HC_JOB_COMPLETED], 5);
    CU_ASSERT_EQUAL(m.state_counts[HC_JOB_REJECTED], 1);
    CU_ASSERT_EQUAL(m.rejection_counts[HC_REJECTION_SIZE], 1);
    CU_ASSERT_EQUAL(m.requested_count, 0);
    CU_ASSERT_EQUAL(m.first_submit, 0);
    CU_ASSERT_EQUAL(m.last_submit, 140 * S);
    CU_ASSERT_EQUAL(hc_metrics_makespan(&m), 250 * S);
    hc_metrics_free(&m);
}

/* a is recorded, but belongs to the warm-up: its second half is busy time, its wait does not count. */
static void the_record_is_measured_like_the_simulation(void)
{
    hc_metrics m = compute_six();
    CU_ASSERT_EQUAL(m.recorded_wait.count, 2);
    CU_ASSERT_DOUBLE_EQUAL(m.recorded_wait.mean, 25, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.recorded_wait.p95, 29.5, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.recorded_slowdown.mean, (1.4 + 3.5) / 2, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.recorded_utilization, (200.0 + 100 + 10) / 800, EXACT);
    CU_ASSERT_EQUAL_FATAL(m.period_count, 1);
    CU_ASSERT_STRING_EQUAL(m.period_name, "hour");
    CU_ASSERT_DOUBLE_EQUAL(m.periods[0].wait_simulated_seconds, 25, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.periods[0].wait_recorded_seconds, 25, EXACT);
    hc_metrics_free(&m);
}

/* One GPU, first come first served. The queue is counted second by second, all times being whole seconds; its mean
 * must be the arrival rate times the mean wait (Little 1961). */
static void the_mean_queue_is_exact(void)
{
    enum { JOBS = 3000, FROM = 777, END = JOBS * 50 + 3000 };
    static hc_job_spec specs[JOBS];
    static hc_job_record jobs[JOBS];
    static uint32_t waiting[END];
    hc_ledger_record ledger = {.bucket = HC_BUCKET_BUSY};
    hc_made_run run = {.gpu_count = 1,
                       .measure_from = FROM * S,
                       .jobs = jobs,
                       .job_count = JOBS,
                       .ledger = &ledger,
                       .ledger_count = 1};
    uint64_t sum = 0;
    hc_time end = 0;
    hc_metrics m;
    memset(waiting, 0, sizeof waiting);
    for (uint32_t i = 0; i < JOBS; i++) {
        hc_time submit = i * 40 + i * 7919 % 37;
        hc_time start = end > submit ? end : submit;
        specs[i] = (hc_job_spec)UNRECORDED(NULL, submit, 1, 1 + i * 104729 % 79);
        jobs[i] = completed(&specs[i], i, start * S, submit >= FROM);
        end = start + specs[i].run_time / S;
        for (hc_time t = submit; t < start; t++) {
            waiting[t]++;
        }
    }
    CU_ASSERT_FATAL(end < END);
    for (hc_time t = FROM; t < end; t++) {
        sum += waiting[t];
    }
    ledger.milli_ns = GPU_SECONDS(end - FROM);
    m = compute(&run);
    CU_ASSERT_DOUBLE_EQUAL(m.queue_mean * (double)(end - FROM) / (double)sum, 1, 1e-9);
    hc_metrics_free(&m);
}

/* 2017-10-02 was a Monday. The job that was there before has been submitted four weeks earlier. */
static void a_warm_start_counts_from_the_begin_of_the_simulation(void)
{
    static const hc_time MONDAY = 1506902400 * S;
    hc_job_spec specs[] = {UNRECORDED("old", 0, 1, 0), UNRECORDED("new", 0, 1, 0)};
    hc_job_record jobs[2];
    hc_made_run run = {.gpu_count = 1,
                       .clock = HC_CLOCK_CIVIL,
                       .begin = MONDAY + 6 * HC_HOUR,
                       .measure_from = MONDAY + 6 * HC_HOUR,
                       .jobs = jobs,
                       .job_count = 2};
    hc_metrics m;
    specs[0].submit = MONDAY - 28 * HC_DAY;
    specs[0].run_time = 28 * HC_DAY + 12 * HC_HOUR;
    specs[0].is_running_at_start = true;
    specs[1].submit = MONDAY + 9 * HC_DAY;
    specs[1].run_time = 30 * HC_DAY;
    jobs[0] = completed(&specs[0], 0, specs[0].submit, false);
    jobs[1] = completed(&specs[1], 1, specs[1].submit, true);
    m = compute(&run);
    CU_ASSERT_EQUAL(m.first_submit, MONDAY - 28 * HC_DAY);
    CU_ASSERT_EQUAL(m.begin, MONDAY + 6 * HC_HOUR);
    CU_ASSERT_EQUAL(hc_metrics_makespan(&m), 39 * HC_DAY - 6 * HC_HOUR);
    CU_ASSERT_STRING_EQUAL(m.period_name, "week");
    CU_ASSERT_EQUAL_FATAL(m.period_count, 6);
    CU_ASSERT_EQUAL(m.periods[0].begin, MONDAY);
    CU_ASSERT_EQUAL(m.periods[5].begin, MONDAY + 35 * HC_DAY);
    CU_ASSERT_EQUAL(m.periods[1].wait_simulated_seconds, 0);
    CU_ASSERT(isnan(m.periods[0].wait_simulated_seconds));
    hc_metrics_free(&m);
}

/* Two samples in the first day, one in the third. */
static void samples_are_averaged_by_period(void)
{
    static const hc_sample_record SAMPLES[] = {
        {.time = 10 * HC_HOUR, .queue_length = 3, .busy_milli = 4000},
        {.time = 20 * HC_HOUR, .queue_length = 6, .busy_milli = 1000, .free_milli = 3000},
        {.time = 50 * HC_HOUR, .queue_length = 0, .busy_milli = 2000, .free_milli = 2000},
    };
    const hc_job_spec spec = UNRECORDED("x", 0, 1, 5 * 86400);
    const hc_job_record job = completed(&spec, 0, 0, true);
    const hc_made_run run = {.gpu_count = 4,
                             .jobs = &job,
                             .job_count = 1,
                             .samples = SAMPLES,
                             .sample_count = COUNT_OF(SAMPLES)};
    hc_metrics m = compute(&run);
    CU_ASSERT_STRING_EQUAL(m.period_name, "day");
    CU_ASSERT_EQUAL_FATAL(m.period_count, 6);
    CU_ASSERT_DOUBLE_EQUAL(m.periods[0].utilization, 2.5 / 4, EXACT);
    CU_ASSERT_DOUBLE_EQUAL(m.periods[0].queue_length, 4.5, EXACT);
    CU_ASSERT(isnan(m.periods[1].utilization));
    CU_ASSERT_DOUBLE_EQUAL(m.periods[2].utilization, 0.5, EXACT);
    hc_metrics_free(&m);
}

/* Hours begin on the hour, and only when the zero is known. */
static void periods_begin_where_people_would_begin_them(void)
{
    static const struct {
        hc_trace_clock clock;
        hc_time begin;
    } CASES[] = {{HC_CLOCK_UNKNOWN_ZERO, 5000 * S}, {HC_CLOCK_CIVIL, 3600 * S}};
    const hc_job_spec spec = UNRECORDED("x", 5000, 1, 60);
    const hc_job_record job = completed(&spec, 0, 5000 * S, true);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const hc_made_run run = {
            .gpu_count = 4, .clock = CASES[i].clock, .jobs = &job, .job_count = 1};
        hc_metrics m = compute(&run);
        CU_ASSERT_EQUAL_FATAL(m.period_count, 1);
        CU_ASSERT_EQUAL(m.periods[0].begin, CASES[i].begin);
        hc_metrics_free(&m);
    }
}

static void what_was_not_simulated_is_not_known(void)
{
    const hc_made_run run = {.gpu_count = 4};
    hc_metrics m = compute(&run);
    CU_ASSERT_EQUAL(m.job_count, 0);
    CU_ASSERT_EQUAL(m.wait.count, 0);
    CU_ASSERT_EQUAL(m.period_count, 0);
    CU_ASSERT_EQUAL(m.begin, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_metrics_makespan(&m), 0);
    CU_ASSERT(isnan(m.utilization));
    CU_ASSERT(isnan(m.queue_mean));
    CU_ASSERT(isnan(m.recorded_utilization));
    hc_metrics_free(&m);
}

static void refuse(const hc_made_run *run, const char *message)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = hc_made_run_open(run);
    hc_metrics m;
    CU_ASSERT_EQUAL(hc_metrics_compute(&m, reader, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, message));
    CU_ASSERT_PTR_NULL(m.periods);
    hc_made_run_close(reader);
}

static void files_that_cannot_be_true_are_refused(void)
{
    const hc_job_spec spec = UNRECORDED("x", 0, 1, 60);
    hc_job_spec early = spec;
    hc_job_spec late = spec;
    hc_job_record jobs[2] = {completed(&spec, 0, 0, true)};
    hc_ledger_record ledger = {.milli_ns = (hc_int128)HC_TIME_LIMIT * 4000 + 4000};
    hc_made_run run = {.gpu_count = 4, .jobs = jobs, .job_count = 1};
    run.begin = HC_TIME_LIMIT + 1;
    refuse(&run, "attribute begin_ns is missing or no time");
    run.begin = 0;
    run.measure_from = HC_TIME_MISSING;
    refuse(&run, "attribute measure_from_ns is missing or no time");
    run.measure_from = 0;
    run.ledger = &ledger;
    run.ledger_count = 1;
    refuse(&run, "table ledger: more GPU time than its GPUs have in 146 years");
    ledger.milli_ns = -1;
    refuse(&run, "holds an amount of GPU time that cannot be");
    run.ledger_count = 0;
    late.submit = HC_TIME_LIMIT;
    late.run_time = 0;
    early.submit = -1;
    jobs[0] = completed(&early, 0, 0, true);
    jobs[1] = completed(&late, 1, HC_TIME_LIMIT, true);
    run.job_count = 2;
    refuse(&run, "its jobs span more than 146 years");
}

static const hc_test_case CASES[] = {
    {"waits_and_slowdowns_are_those_of_measured_jobs_that_started",
     waits_and_slowdowns_are_those_of_measured_jobs_that_started},
    {"quantiles_interpolate_between_neighbours", quantiles_interpolate_between_neighbours},
    {"gpu_time_is_what_the_ledger_says", gpu_time_is_what_the_ledger_says},
    {"jobs_are_counted_by_what_became_of_them", jobs_are_counted_by_what_became_of_them},
    {"the_record_is_measured_like_the_simulation", the_record_is_measured_like_the_simulation},
    {"the_mean_queue_is_exact", the_mean_queue_is_exact},
    {"a_warm_start_counts_from_the_begin_of_the_simulation",
     a_warm_start_counts_from_the_begin_of_the_simulation},
    {"samples_are_averaged_by_period", samples_are_averaged_by_period},
    {"periods_begin_where_people_would_begin_them", periods_begin_where_people_would_begin_them},
    {"what_was_not_simulated_is_not_known", what_was_not_simulated_is_not_known},
    {"files_that_cannot_be_true_are_refused", files_that_cannot_be_true_are_refused},
};

HC_TEST_MAIN("metrics", CASES)
