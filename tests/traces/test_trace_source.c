#include "tests/traces/trace_testing.h"
#include "traces/trace_source.h"

#include <stdio.h>
#include <string.h>

#define HEADER "id,submit,start,run,gpus,kind,cpus,user,vc,queue\n"

enum { MAX_JOBS = 16 };

/* Logs, the source over them, and the jobs that have left it. */
typedef struct bench {
    hc_machine *machine;
    hc_job_trace *traces[3];
    size_t trace_count;
    hc_job_source source;
    hc_job_spec jobs[MAX_JOBS];
    size_t job_count;
} bench;

static hc_trace_options columns(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    options.columns[HC_COLUMN_JOB_ID] = "id";
    options.columns[HC_COLUMN_SUBMIT] = "submit";
    options.columns[HC_COLUMN_START] = "start";
    options.columns[HC_COLUMN_RUNTIME] = "run";
    options.columns[HC_COLUMN_GPUS] = "gpus";
    options.columns[HC_COLUMN_GPU_KIND] = "kind";
    options.columns[HC_COLUMN_CPUS] = "cpus";
    options.columns[HC_COLUMN_USER] = "user";
    options.columns[HC_COLUMN_GROUP] = "vc";
    options.columns[HC_COLUMN_PARTITION] = "queue";
    return options;
}

static hc_machine *build(const hc_node_group *groups, size_t count)
{
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void pull_all(bench *b)
{
    hc_error error = HC_ERROR_NONE;
    while (b->source.next(b->source.self, &b->jobs[b->job_count], &error) == 1) {
        b->job_count++;
        CU_ASSERT_FATAL(b->job_count < MAX_JOBS);
    }
    CU_ASSERT_EQUAL(error.count, 0);
}

/* @param texts  rows of up to three logs, ended by NULL */
static bench open_bench(hc_machine *machine, const char *const *texts, hc_time begin)
{
    bench b = {.machine = machine};
    hc_trace_options options = columns();
    hc_error error = HC_ERROR_NONE;
    for (; texts[b.trace_count] != NULL; b.trace_count++) {
        char text[2048];
        (void)snprintf(text, sizeof text, HEADER "%s", texts[b.trace_count]);
        b.traces[b.trace_count] = hc_test_read(&options, text);
    }
    CU_ASSERT_EQUAL_FATAL(hc_trace_source_create(&b.source, (const hc_job_trace *const *)b.traces,
                                                 b.trace_count, machine, begin, &error),
                          0);
    return b;
}

static void close_bench(bench *b)
{
    b->source.destroy(b->source.self);
    for (size_t i = 0; i < b->trace_count; i++) {
        hc_job_trace_destroy(b->traces[i]);
    }
    hc_machine_destroy(b->machine);
}

static hc_machine *eight_gpus(void)
{
    return build(&(hc_node_group){.count = 1, .gpu_count = 8}, 1);
}

/* Names of the jobs and the logs they came from: "7@0 8@1". */
static const char *order_of(const bench *b)
{
    static char out[512];
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < b->job_count; i++) {
        const char *name = b->jobs[i].name;
        length += (size_t)snprintf(out + length, sizeof out - length, "%s%s@%u", i == 0 ? "" : " ",
                                   name == NULL ? "-" : name, b->jobs[i].trace);
    }
    return out;
}

/* At one instant ids decide: numbers as numbers, texts behind them; equal ids in the order of the logs. */
static void several_logs_are_merged_in_the_order_of_submission(void)
{
    static const char *const TEXTS[] = {
        "9,10,,1,1,,,,,\n10,10,,1,1,,,,,\nz,10,,1,1,,,,,\n1,30,,1,1,,,,,\n",
        "8,10,,1,1,,,,,\n10,10,,1,1,,,,,\n100,9,,1,1,,,,,\n2,29,,1,1,,,,,\n",
        "a,10,,1,1,,,,,\n",
        NULL,
    };
    bench b = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    pull_all(&b);
    CU_ASSERT_STRING_EQUAL(order_of(&b), "100@1 8@1 9@0 10@0 10@1 a@2 z@0 2@1 1@0");
    CU_ASSERT_EQUAL(b.jobs[0].submit, 9 * HC_SECOND);
    CU_ASSERT_EQUAL(b.jobs[0].line, 4);
    CU_ASSERT_EQUAL(b.source.facts(b.source.self).last_submit, 30 * HC_SECOND);
    close_bench(&b);
}

/* A saved run knows its jobs by trace and place. */
static void texts_of_a_job_are_found_again_by_its_place(void)
{
    static const char *const TEXTS[] = {
        "9,10,,1,1,,,,,\nz,10,,1,1,,,,,\n",
        "8,10,,1,1,,,,,\n7,11,,1,1,,,,,\n",
        NULL,
    };
    bench b = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    bench other = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    hc_job_spec nowhere = {.trace = 2};
    pull_all(&b);
    CU_ASSERT_EQUAL_FATAL(b.job_count, 4);
    for (size_t i = 0; i < b.job_count; i++) {
        hc_job_spec found = b.jobs[i];
        found.name = "another";
        CU_ASSERT_EQUAL(other.source.find_texts(other.source.self, &found), 0);
        CU_ASSERT_STRING_EQUAL(found.name, b.jobs[i].name);
    }
    CU_ASSERT_EQUAL(b.source.find_texts(b.source.self, &nowhere), -1);
    nowhere = (hc_job_spec){.trace = 1, .place = 2};
    CU_ASSERT_EQUAL(b.source.find_texts(b.source.self, &nowhere), -1);
    close_bench(&b);
    close_bench(&other);
}

static void the_order_of_the_rows_does_not_matter(void)
{
    static const char *const FORWARD[] = {
        "18446744073709551617,10,,1,1,,,,,\n18446744073709551616,10,,1,1,,,,,\nb,10,,1,1,,,,,\n",
        "9,10,,1,1,,,,,\nB,10,,1,1,,,,,\n007,10,,1,1,,,,,\n7,10,,1,1,,,,,\n", NULL};
    static const char *const BACKWARD[] = {
        "b,10,,1,1,,,,,\n18446744073709551616,10,,1,1,,,,,\n18446744073709551617,10,,1,1,,,,,\n",
        "7,10,,1,1,,,,,\n007,10,,1,1,,,,,\nB,10,,1,1,,,,,\n9,10,,1,1,,,,,\n", NULL};
    static const char EXPECTED[] =
        "7@1 007@1 9@1 18446744073709551616@0 18446744073709551617@0 B@1 b@0";
    bench forward = open_bench(eight_gpus(), FORWARD, HC_TIME_MISSING);
    bench backward = open_bench(eight_gpus(), BACKWARD, HC_TIME_MISSING);
    pull_all(&forward);
    pull_all(&backward);
    CU_ASSERT_STRING_EQUAL(order_of(&forward), EXPECTED);
    CU_ASSERT_STRING_EQUAL(order_of(&backward), EXPECTED);
    close_bench(&forward);
    close_bench(&backward);
}

static void a_log_without_jobs_adds_nothing(void)
{
    static const char *const NONE[] = {NULL};
    bench b = open_bench(eight_gpus(), NONE, HC_TIME_MISSING);
    pull_all(&b);
    CU_ASSERT_EQUAL(b.job_count, 0);
    CU_ASSERT_EQUAL(b.source.facts(b.source.self).last_submit, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(b.source.user_count(b.source.self), 0);
    close_bench(&b);
}

/* A user of two logs is one user; their numbers are known before the first job leaves. */
static void users_and_groups_are_numbered_over_all_logs(void)
{
    static const char *const TEXTS[] = {"1,10,,1,1,,,zoe,nlp,\n2,20,,1,1,,,adam,nlp,\n",
                                        "3,5,,1,1,,,adam,cv,\n4,6,,1,1,,,,,\n", NULL};
    bench b = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    void *self = b.source.self;
    CU_ASSERT_EQUAL_FATAL(b.source.user_count(self), 2);
    CU_ASSERT_EQUAL_FATAL(b.source.group_count(self), 2);
    CU_ASSERT_STRING_EQUAL(b.source.user_name(self, 0), "zoe");
    CU_ASSERT_STRING_EQUAL(b.source.user_name(self, 1), "adam");
    CU_ASSERT_STRING_EQUAL(b.source.group_name(self, 1), "cv");
    pull_all(&b);
    CU_ASSERT_STRING_EQUAL(order_of(&b), "3@1 4@1 1@0 2@0");
    CU_ASSERT_EQUAL(b.jobs[0].user, 1);
    CU_ASSERT_EQUAL(b.jobs[0].group, 1);
    CU_ASSERT_EQUAL(b.jobs[1].user, HC_NO_INDEX);
    CU_ASSERT_EQUAL(b.jobs[1].group, HC_NO_INDEX);
    CU_ASSERT_EQUAL(b.jobs[3].user, 1);
    CU_ASSERT_EQUAL(b.jobs[3].group, 0);
    CU_ASSERT_EQUAL(b.source.user_count(self), 2);
    close_bench(&b);
}

/* At 100: who had started and not ended runs; who ends or is submitted at 100 does not. */
static void a_warm_start_marks_the_jobs_that_run_at_the_begin(void)
{
    static const char *const TEXTS[] = {"1,10,20,81,1,,,,,\n" /* ends at 101 */
                                        "2,10,20,80,1,,,,,\n" /* ends at 100 */
                                        "3,10,100,5,1,,,,,\n" /* starts at 100 */
                                        "4,10,101,5,1,,,,,\n" /* waits */
                                        "5,10,,95,1,,,,,\n"   /* start unknown: from 10 on */
                                        "6,100,100,50,1,,,,,\n" /* submitted at 100 */,
                                        NULL};
    static const bool IS_RUNNING[] = {true, false, true, false, true, false};
    bench warm = open_bench(eight_gpus(), TEXTS, 100 * HC_SECOND);
    bench cold = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    pull_all(&warm);
    pull_all(&cold);
    CU_ASSERT_EQUAL_FATAL(warm.job_count, COUNT_OF(IS_RUNNING));
    for (size_t i = 0; i < warm.job_count; i++) {
        CU_ASSERT_EQUAL(warm.jobs[i].is_running_at_start, IS_RUNNING[i]);
        CU_ASSERT(!cold.jobs[i].is_running_at_start);
    }
    CU_ASSERT_EQUAL(warm.jobs[0].running_since, 20 * HC_SECOND);
    CU_ASSERT_EQUAL(warm.jobs[4].running_since, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(warm.jobs[4].recorded_start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(warm.jobs[0].recorded_end, 101 * HC_SECOND);
    close_bench(&warm);
    close_bench(&cold);
}

static void partitions_and_kinds_are_looked_up_by_name(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 8, .kind = "A100", .partition = "train"},
        {.count = 1, .gpu_count = 8, .kind = "T4", .partition = "serve"},
    };
    static const char *const TEXTS[] = {"1,1,,1,1,,,,,serve\n2,2,,1,1,T4|H100,,,,train\n"
                                        "3,3,,1,1,H100,,,,none\n4,4,,1,1,A100|T4,,,,\n"
                                        "5,5,,1,0,H100,2,,,train\n",
                                        NULL};
    bench b = open_bench(build(GROUPS, 2), TEXTS, HC_TIME_MISSING);
    pull_all(&b);
    CU_ASSERT_EQUAL(b.jobs[0].partition.index, 1);
    CU_ASSERT_EQUAL(b.jobs[0].request.kinds, UINT64_MAX);
    CU_ASSERT_EQUAL(b.jobs[1].partition.index, 0);
    CU_ASSERT_EQUAL(b.jobs[1].request.kinds, 2);
    CU_ASSERT_EQUAL(b.jobs[2].partition.index, UINT16_MAX);
    CU_ASSERT_EQUAL(b.jobs[2].request.kinds, 0);
    CU_ASSERT_EQUAL(b.jobs[3].partition.index, UINT16_MAX);
    CU_ASSERT_EQUAL(b.jobs[3].request.kinds, 3);
    CU_ASSERT_EQUAL(b.jobs[4].request.kinds, UINT64_MAX); /* a CPU job runs anywhere */
    CU_ASSERT(b.jobs[4].request.is_single_node);
    CU_ASSERT(!b.jobs[0].request.is_single_node);
    close_bench(&b);
}

static void on_a_machine_with_one_partition_all_jobs_go_there(void)
{
    static const char *const TEXTS[] = {"1,1,,1,1,,,,,serve\n2,2,,1,1,,,,,\n", NULL};
    bench b = open_bench(eight_gpus(), TEXTS, HC_TIME_MISSING);
    pull_all(&b);
    CU_ASSERT_EQUAL(b.jobs[0].partition.index, 0);
    CU_ASSERT_EQUAL(b.jobs[1].partition.index, 0);
    close_bench(&b);
}

/* What the occupancy has to keep indexes for. */
static void parts_of_gpus_and_host_needs_are_announced(void)
{
    static const char *const WHOLE[] = {"1,1,,1,1,,,,,\n", "2,2,,1,8,,,,,\n", NULL};
    static const char *const PARTS[] = {"1,1,,1,1,,,,,\n", "2,2,,1,0.5,,,,,\n", NULL};
    static const char *const CORES[] = {"1,1,,1,1,,,,,\n", "2,2,,1,1,,4,,,\n", NULL};
    bench whole = open_bench(eight_gpus(), WHOLE, HC_TIME_MISSING);
    bench parts = open_bench(eight_gpus(), PARTS, HC_TIME_MISSING);
    bench cores = open_bench(eight_gpus(), CORES, HC_TIME_MISSING);
    CU_ASSERT(!whole.source.facts(whole.source.self).has_shared_gpus);
    CU_ASSERT(!whole.source.facts(whole.source.self).has_host_needs);
    CU_ASSERT(parts.source.facts(parts.source.self).has_shared_gpus);
    CU_ASSERT(!parts.source.facts(parts.source.self).has_host_needs);
    CU_ASSERT(!cores.source.facts(cores.source.self).has_shared_gpus);
    CU_ASSERT(cores.source.facts(cores.source.self).has_host_needs);
    close_bench(&whole);
    close_bench(&parts);
    close_bench(&cores);
}

static void jobs_without_an_id_have_no_name(void)
{
    hc_trace_options options = columns();
    hc_machine *machine = eight_gpus();
    hc_job_trace *trace = NULL;
    hc_job_source source;
    hc_job_spec job;
    options.columns[HC_COLUMN_JOB_ID] = NULL;
    trace = hc_test_read(&options, HEADER "7,1,,3,1,,,,,\n");
    CU_ASSERT_EQUAL_FATAL(hc_trace_source_create(&source, (const hc_job_trace *const *)&trace, 1,
                                                 machine, HC_TIME_MISSING, NULL),
                          0);
    CU_ASSERT_EQUAL(source.next(source.self, &job, NULL), 1);
    CU_ASSERT_PTR_NULL(job.name);
    CU_ASSERT_EQUAL(job.run_time, 3 * HC_SECOND);
    CU_ASSERT_EQUAL(job.time_limit, 3 * HC_SECOND);
    CU_ASSERT(!job.is_limit_requested);
    CU_ASSERT_EQUAL(source.next(source.self, &job, NULL), 0);
    source.destroy(source.self);
    hc_job_trace_destroy(trace);
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"several_logs_are_merged_in_the_order_of_submission",
     several_logs_are_merged_in_the_order_of_submission},
    {"texts_of_a_job_are_found_again_by_its_place", texts_of_a_job_are_found_again_by_its_place},
    {"the_order_of_the_rows_does_not_matter", the_order_of_the_rows_does_not_matter},
    {"a_log_without_jobs_adds_nothing", a_log_without_jobs_adds_nothing},
    {"users_and_groups_are_numbered_over_all_logs", users_and_groups_are_numbered_over_all_logs},
    {"a_warm_start_marks_the_jobs_that_run_at_the_begin",
     a_warm_start_marks_the_jobs_that_run_at_the_begin},
    {"partitions_and_kinds_are_looked_up_by_name", partitions_and_kinds_are_looked_up_by_name},
    {"on_a_machine_with_one_partition_all_jobs_go_there",
     on_a_machine_with_one_partition_all_jobs_go_there},
    {"parts_of_gpus_and_host_needs_are_announced", parts_of_gpus_and_host_needs_are_announced},
    {"jobs_without_an_id_have_no_name", jobs_without_an_id_have_no_name},
};

HC_TEST_MAIN("trace_source", CASES)
