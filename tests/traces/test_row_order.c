/* The rows of a log may stand in any order: the jobs, their order and the digest of a run stay the same. */

#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/traces/trace_testing.h"
#include "traces/trace_source.h"

#include <stdio.h>
#include <string.h>

enum { ROW_COUNT = 80, ROW_SIZE = 128, ROUND_COUNT = 6 };

typedef struct log_rows {
    hc_trace_options options;
    const char *header;
    char rows[ROW_COUNT][ROW_SIZE];
} log_rows;

/* What the rows are made of: few submit times, sizes and run times, so that many rows tie. */
typedef struct draw {
    unsigned submit, run, gpus, user, number;
} draw;

static draw draw_row(hc_random *random)
{
    return (draw){
        .submit = 100 + 60 * (unsigned)hc_random_below(random, 5),
        .run = 30 * (unsigned)hc_random_below(random, 4),
        .gpus = 1 + (unsigned)hc_random_below(random, 3),
        .user = (unsigned)hc_random_below(random, 2),
        .number = (unsigned)hc_random_below(random, 12),
    };
}

/* Numbers below and beyond 64 bits, with and without leading zeros, and texts. */
static const char *draw_id(const draw *d)
{
    static const char *const IDS[] = {
        "7",
        "007",
        "12",
        "18446744073709551615",
        "18446744073709551616",
        "018446744073709551616",
        "99999999999999999999999999",
        "12a",
        "j2",
        "j10",
        "Z",
        "caf\xc3\xa9",
    };
    return IDS[d->number];
}

static void write_swf(const draw *d, char *out)
{
    (void)snprintf(out, ROW_SIZE, "%s %u 0 %u %u -1 -1 %u 90 -1 1 %u 1 -1 1 -1 -1 -1\n", draw_id(d),
                   d->submit, d->run, d->gpus, d->gpus, d->user);
}

static void write_csv(const draw *d, char *out)
{
    (void)snprintf(out, ROW_SIZE, "%s,%u,%u,%u,u%u,%s\n", draw_id(d), d->submit, d->run, d->gpus,
                   d->user, d->number % 2 == 0 ? "COMPLETED" : "FAILED");
}

static void write_philly(const draw *d, char *out)
{
    (void)snprintf(out, ROW_SIZE, "2018-02-03 04:%02u:00,%u,%u,%u,vc%u\n", d->submit / 60, d->run,
                   d->gpus, d->run * d->gpus, d->user);
}

static void write_helios(const draw *d, char *out)
{
    (void)snprintf(out, ROW_SIZE, "%s,%u,%u,%u\n", draw_id(d), d->submit, d->run, d->gpus);
}

static void write_openb(const draw *d, char *out)
{
    (void)snprintf(out, ROW_SIZE, "%s,%u,0,1,%u,,LS,Succeeded,%u,%u,%u\n", draw_id(d),
                   1000 * d->user, 250 * d->gpus, d->submit, d->submit + d->run, d->submit);
}

static void name_columns(hc_trace_options *options, bool has_ids)
{
    options->columns[HC_COLUMN_JOB_ID] = has_ids ? "id" : NULL;
    options->columns[HC_COLUMN_SUBMIT] = "submit";
    options->columns[HC_COLUMN_RUNTIME] = "run";
    options->columns[HC_COLUMN_GPUS] = "gpus";
    options->columns[HC_COLUMN_USER] = "user";
    options->columns[HC_COLUMN_STATUS] = "status";
}

static void shuffle(log_rows *rows, hc_random *random)
{
    for (size_t i = ROW_COUNT; i > 1; i--) {
        size_t other = hc_random_below(random, i);
        char row[ROW_SIZE];
        memcpy(row, rows->rows[i - 1], ROW_SIZE);
        memcpy(rows->rows[i - 1], rows->rows[other], ROW_SIZE);
        memcpy(rows->rows[other], row, ROW_SIZE);
    }
}

static hc_job_trace *read_rows(const log_rows *rows)
{
    static char text[ROW_COUNT * ROW_SIZE + 256];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", rows->header);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s", rows->rows[i]);
    }
    return hc_test_read(&rows->options, text);
}

static hc_machine *build_machine(void)
{
    static const hc_node_group NODES = {
        .count = 2, .gpu_count = 2, .cpu_milli = HC_UNLIMITED, .memory_bytes = HC_UNLIMITED};
    hc_machine *machine = hc_machine_create();
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &NODES, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static hc_digest simulate(const hc_job_trace *trace)
{
    hc_simulation_options options = {
        .machine = build_machine(),
        .scheduling = {.policy = hc_policy_of(&hc_policy_find("easy")->options),
                       .policy_options = hc_policy_find("easy")->options,
                       .placement = hc_placement_find("packed")},
        .begin = HC_TIME_MISSING,
    };
    hc_simulation *simulation = NULL;
    hc_error error = HC_ERROR_NONE;
    hc_digest digest;
    bool is_over = false;
    CU_ASSERT_EQUAL_FATAL(hc_trace_source_create(&options.source, &trace, 1, options.machine,
                                                 HC_TIME_MISSING, &error),
                          0);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_create(&simulation, &options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_run(simulation, UINT64_MAX, &is_over, &error), 0);
    CU_ASSERT_FATAL(is_over);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_finish(simulation, &error), 0);
    digest = hc_simulation_digest(simulation);
    hc_simulation_destroy(simulation);
    return digest;
}

/* Every field but the line, texts by what they say. */
static bool is_same_job(const hc_job_trace *a, const hc_job_trace *b, size_t index)
{
    const hc_trace_job *x = hc_test_job(a, index);
    const hc_trace_job *y = hc_test_job(b, index);
    return strcmp(hc_test_id(a, index), hc_test_id(b, index)) == 0 &&
           strcmp(hc_job_trace_string(a, x->user), hc_job_trace_string(b, y->user)) == 0 &&
           strcmp(hc_job_trace_string(a, x->group), hc_job_trace_string(b, y->group)) == 0 &&
           x->submit == y->submit && x->start == y->start && x->end == y->end &&
           x->run_time == y->run_time && x->time_limit == y->time_limit &&
           x->gpu_count == y->gpu_count && x->gpu_milli == y->gpu_milli &&
           x->cpu_milli == y->cpu_milli && x->outcome == y->outcome;
}

static void check_rounds(log_rows *rows, hc_random *random)
{
    hc_job_trace *first = read_rows(rows);
    hc_digest digest = simulate(first);
    for (int round = 0; round < ROUND_COUNT; round++) {
        hc_job_trace *again = NULL;
        hc_digest other;
        shuffle(rows, random);
        again = read_rows(rows);
        other = simulate(again);
        CU_ASSERT_EQUAL(digest.value, other.value);
        CU_ASSERT_EQUAL(hc_job_trace_report(again)->kept_count, ROW_COUNT);
        CU_ASSERT_EQUAL(hc_job_trace_report(again)->duplicate_count,
                        hc_job_trace_report(first)->duplicate_count);
        for (size_t i = 0; i < ROW_COUNT; i++) {
            CU_ASSERT_FATAL(is_same_job(first, again, i));
        }
        hc_job_trace_destroy(again);
    }
    hc_job_trace_destroy(first);
}

static void check_format(hc_trace_format format, const char *header, double load,
                         void (*write)(const draw *d, char *out))
{
    static log_rows rows;
    hc_random random = hc_random_stream(5, (uint64_t)format, HC_RANDOM_BENCH);
    rows.header = header;
    rows.options = hc_test_options(format);
    rows.options.load = load;
    if (format == HC_FORMAT_CSV) {
        name_columns(&rows.options, strncmp(header, "id,", 3) == 0);
    }
    for (size_t i = 0; i < ROW_COUNT; i++) {
        draw d = draw_row(&random);
        write(&d, rows.rows[i]);
    }
    check_rounds(&rows, &random);
}

static void ids_decide_among_jobs_of_one_instant(void)
{
    check_format(HC_FORMAT_SWF, "", 1, write_swf);
    check_format(HC_FORMAT_CSV, "id,submit,run,gpus,user,status\n", 1, write_csv);
    check_format(HC_FORMAT_HELIOS, "job_id,arrival_s,service_sec,gpu_count\n", 1, write_helios);
    check_format(HC_FORMAT_OPENB,
                 "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,"
                 "creation_time,deletion_time,scheduled_time\n",
                 1, write_openb);
}

static void without_ids_the_content_decides(void)
{
    check_format(HC_FORMAT_CSV, "x,submit,run,gpus,user,status\n", 1, write_csv);
    check_format(HC_FORMAT_PHILLY_SIA, "timestamp,duration,num_gpus,gpu_time,cluster\n", 1,
                 write_philly);
}

static void a_load_changes_nothing_in_that(void)
{
    check_format(HC_FORMAT_SWF, "", 1000, write_swf);
    check_format(HC_FORMAT_CSV, "x,submit,run,gpus,user,status\n", 0.7, write_csv);
}

/* 400 and 300 ns behind the first job are the same instant at load 1000: there the ids decide. */
static void jobs_that_a_load_brings_together_are_put_in_order_then(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    hc_job_trace *trace = NULL;
    options.load = 1000;
    trace = hc_test_read(&options, "job_id,arrival_s,service_sec,gpu_count\n"
                                   "3,0,1,1\n2,0.0000003,1,1\n1,0.0000004,1,1\n");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "1");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "2");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 2), "3");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, hc_test_job(trace, 2)->submit);
    hc_job_trace_destroy(trace);
}

/* The digest does tell other orders apart: else the tests above would say nothing. */
static void another_schedule_has_another_digest(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    static const char HEADER[] = "job_id,arrival_s,service_sec,gpu_count\n";
    static const char *const ROWS[] = {"1,0,60,4\n2,0,30,4\n", "2,0,60,4\n1,0,30,4\n"};
    hc_digest digests[2];
    for (size_t i = 0; i < 2; i++) {
        char text[128];
        hc_job_trace *trace = NULL;
        (void)snprintf(text, sizeof text, "%s%s", HEADER, ROWS[i]);
        trace = hc_test_read(&options, text);
        digests[i] = simulate(trace);
        hc_job_trace_destroy(trace);
    }
    CU_ASSERT_NOT_EQUAL(digests[0].value, digests[1].value);
}

static const hc_test_case CASES[] = {
    {"ids_decide_among_jobs_of_one_instant", ids_decide_among_jobs_of_one_instant},
    {"without_ids_the_content_decides", without_ids_the_content_decides},
    {"a_load_changes_nothing_in_that", a_load_changes_nothing_in_that},
    {"jobs_that_a_load_brings_together_are_put_in_order_then",
     jobs_that_a_load_brings_together_are_put_in_order_then},
    {"another_schedule_has_another_digest", another_schedule_has_another_digest},
};

HC_TEST_MAIN("row_order", CASES)
