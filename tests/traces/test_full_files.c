#include "tests/traces/recorded_rows.h"
#include "tests/traces/trace_testing.h"
#include "traces/openb_nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The published logs, row by row: counts that independent readers of them agree on. */

typedef struct swf_case {
    const char *file;
    uint64_t row_count;
    uint64_t processors; /* MaxProcs */
    const char *zone;
    int64_t first_submit_seconds;
    uint64_t no_submit, never_run, no_run; /* submit -1; run -1 with and without a submit time */
    uint64_t zero_run;
    uint64_t no_allocated, no_requested, no_limit; /* <= 0 */
    uint64_t over_limit;                           /* ran longer than requested */
    uint64_t no_wait;
    uint64_t outcomes[HC_OUTCOME_COUNT];
    bool is_unsorted;
} swf_case;

static const swf_case SWF_CASES[] = {
    {.file = "HPC2N-2002-2.1-cln",
     .row_count = 202876,
     .processors = 240,
     .zone = "Europe/Stockholm",
     .over_limit = 14817,
     .no_wait = 1,
     .outcomes = {[HC_OUTCOME_COMPLETED] = 201998, [HC_OUTCOME_UNKNOWN] = 878}},
    {.file = "KTH-SP2-1996-2.1-cln",
     .row_count = 27992,
     .processors = 100,
     .zone = "Europe/Stockholm",
     .first_submit_seconds = 599850,
     .outcomes = {[HC_OUTCOME_COMPLETED] = 20483, [HC_OUTCOME_FAILED] = 7509}},
    {.file = "LLNL-Thunder-2007-1.1-cln",
     .row_count = 121039,
     .processors = 4008,
     .zone = "US/Pacific",
     .no_submit = 1190,
     .no_run = 1190,
     .zero_run = 6236,
     .no_allocated = 2248,
     .no_requested = 2252,
     .no_limit = 82437,
     .over_limit = 1101,
     .no_wait = 121039,
     .outcomes = {[HC_OUTCOME_COMPLETED] = 104162,
                  [HC_OUTCOME_FAILED] = 8856,
                  [HC_OUTCOME_CANCELLED] = 8021},
     .is_unsorted = true},
    {.file = "NASA-iPSC-1993-3.1-cln",
     .row_count = 18239,
     .processors = 128,
     .zone = "US/Pacific",
     .zero_run = 173,
     .no_requested = 18239,
     .no_limit = 18239,
     .no_wait = 18239,
     .outcomes = {[HC_OUTCOME_UNKNOWN] = 18239}},
    {.file = "RICC-2010-2",
     .row_count = 447794,
     .zone = "",
     .zero_run = 10,
     .no_requested = 2,
     .no_limit = 2,
     .over_limit = 7092,
     .outcomes = {[HC_OUTCOME_COMPLETED] = 431549, [HC_OUTCOME_CANCELLED] = 16245}},
    {.file = "SDSC-BLUE-2000-4.2-cln",
     .row_count = 243306,
     .processors = 1152,
     .zone = "US/Pacific",
     .first_submit_seconds = 430593,
     .never_run = 10744,
     .no_run = 10744,
     .zero_run = 26,
     .no_allocated = 19516,
     .over_limit = 23434,
     .outcomes = {[HC_OUTCOME_COMPLETED] = 195586,
                  [HC_OUTCOME_CANCELLED] = 47718,
                  [HC_OUTCOME_UNKNOWN] = 2}},
};

static const char *swf_path(const char *file)
{
    char relative[128];
    (void)snprintf(relative, sizeof relative, "data/jobs_swf/%s.swf.gz", file);
    return hc_test_shared_file(relative);
}

/* Rows whose preferred size is missing: the other one stands in, or there is none. */
static uint64_t count_without_size(const hc_test_recorded_list *rows)
{
    uint64_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        count += rows->rows[i].has_fallback || rows->rows[i].size <= 0 ? 1 : 0;
    }
    return count;
}

static void check_rows_of_swf(const swf_case *expected, const hc_test_recorded_list *rows)
{
    swf_case found = {0};
    for (size_t i = 0; i < rows->count; i++) {
        const hc_test_recorded *row = &rows->rows[i];
        bool has_limit = row->time_limit > 0;
        found.no_submit += row->submit < 0 ? 1 : 0;
        found.no_run += row->is_never_run ? 1 : 0;
        found.zero_run += row->run_time == 0 ? 1 : 0;
        found.no_limit += has_limit ? 0 : 1;
        found.over_limit += has_limit && row->run_time > row->time_limit ? 1 : 0;
        found.no_wait += row->wait == HC_TIME_MISSING ? 1 : 0;
        found.outcomes[row->outcome]++;
    }
    CU_ASSERT_EQUAL(rows->count, expected->row_count);
    CU_ASSERT_EQUAL(found.no_submit, expected->no_submit);
    CU_ASSERT_EQUAL(found.no_run, expected->no_run);
    CU_ASSERT_EQUAL(found.zero_run, expected->zero_run);
    CU_ASSERT_EQUAL(found.no_limit, expected->no_limit);
    CU_ASSERT_EQUAL(found.over_limit, expected->over_limit);
    CU_ASSERT_EQUAL(found.no_wait, expected->no_wait);
    CU_ASSERT_EQUAL(memcmp(found.outcomes, expected->outcomes, sizeof found.outcomes), 0);
}

static void rows_of_swf_logs_are_as_published(void)
{
    for (size_t i = 0; i < COUNT_OF(SWF_CASES); i++) {
        const swf_case *expected = &SWF_CASES[i];
        const char *path = swf_path(expected->file);
        hc_test_recorded_list allocated =
            hc_test_read_rows(HC_FORMAT_SWF, HC_SIZE_ALLOCATED_FIRST, path);
        hc_test_recorded_list requested =
            hc_test_read_rows(HC_FORMAT_SWF, HC_SIZE_REQUESTED_FIRST, path);
        check_rows_of_swf(expected, &allocated);
        CU_ASSERT_EQUAL(count_without_size(&allocated), expected->no_allocated);
        CU_ASSERT_EQUAL(count_without_size(&requested), expected->no_requested);
        free(allocated.rows);
        free(requested.rows);
    }
}

/* In Thunder 1,058 rows ran without a size; elsewhere all that ran can be used. */
static void every_row_of_swf_logs_has_one_fate(void)
{
    for (size_t i = 0; i < COUNT_OF(SWF_CASES); i++) {
        const swf_case *expected = &SWF_CASES[i];
        bool is_thunder = expected->no_submit > 0;
        uint64_t no_size = is_thunder ? 1058 : 0;
        hc_job_trace *trace =
            hc_test_read_path(hc_test_options(HC_FORMAT_SWF), swf_path(expected->file));
        const hc_import_report *report = hc_job_trace_report(trace);
        const hc_trace_facts *facts = hc_job_trace_facts(trace);
        CU_ASSERT_EQUAL(report->row_count, expected->row_count);
        CU_ASSERT_EQUAL(report->never_run_count, expected->never_run);
        CU_ASSERT_EQUAL(report->quarantine_counts[HC_QUARANTINE_NO_SUBMIT], expected->no_submit);
        CU_ASSERT_EQUAL(report->quarantine_counts[HC_QUARANTINE_NO_SIZE], no_size);
        CU_ASSERT_EQUAL(report->kept_count,
                        expected->row_count - expected->never_run - expected->no_submit - no_size);
        CU_ASSERT_EQUAL(report->repair_counts[HC_REPAIR_LIMIT_RAISED], expected->over_limit);
        CU_ASSERT_EQUAL(report->duplicate_count, 0);
        CU_ASSERT_EQUAL(report->is_unsorted, expected->is_unsorted);
        CU_ASSERT_EQUAL(facts->header_processors, expected->processors);
        CU_ASSERT_STRING_EQUAL(facts->zone, expected->zone);
        CU_ASSERT_EQUAL(facts->first_submit, expected->first_submit_seconds * HC_SECOND);
        hc_job_trace_destroy(trace);
    }
}

static void ricc_has_no_header(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_SWF), swf_path("RICC-2010-2"));
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    hc_job_trace_destroy(trace);
}

/* This copy of KTH lacks 484 rows in 441 gaps of the job numbers; it begins with job 15. */
static void kth_has_gaps_in_its_job_numbers(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_SWF), swf_path("KTH-SP2-1996-2.1-cln"));
    long last = 14;
    long gaps = 0;
    long missing = 0;
    for (size_t i = 0; i < hc_job_trace_count(trace); i++) {
        long id = strtol(hc_test_id(trace, i), NULL, 10);
        gaps += id > last + 1 ? 1 : 0;
        missing += id - last - 1;
        last = id;
    }
    CU_ASSERT_EQUAL(gaps, 441);
    CU_ASSERT_EQUAL(missing, 484);
    hc_job_trace_destroy(trace);
}

/* The hash that the list of the shared files gives, and `sha256sum` finds. */
static void the_hash_is_that_of_the_packed_file(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_SWF), swf_path("KTH-SP2-1996-2.1-cln"));
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->sha256,
                           "c8c1a8db8b99cce4aa8d823a769280debca90485e30758ba35a76b17ac5485bb");
    hc_job_trace_destroy(trace);
}

static void philly_is_unsorted_with_50_duplicates_and_a_blank_line(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_PHILLY_SIA),
                          hc_test_shared_file("data/jobs_gpu/philly_sia_without_2vcs.csv.gz"));
    const hc_import_report *report = hc_job_trace_report(trace);
    CU_ASSERT_EQUAL(report->row_count, 64871);
    CU_ASSERT_EQUAL(report->kept_count, 64871);
    CU_ASSERT_EQUAL(report->duplicate_count, 50);
    CU_ASSERT_EQUAL(report->blank_line_count, 1);
    CU_ASSERT_EQUAL(report->repair_counts[HC_REPAIR_TIMES_DISAGREE], 0);
    CU_ASSERT(report->is_unsorted);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    hc_job_trace_destroy(trace);
}

/* The weeks in which the log is whole: 2017-10-02 to 2017-12-10. */
static void philly_can_be_cut_by_dates(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY_SIA);
    hc_job_trace *trace = NULL;
    options.has_from = true;
    options.is_from_civil = true;
    options.from = INT64_C(1506902400) * HC_SECOND; /* 2017-10-02 */
    options.has_to = true;
    options.is_to_civil = true;
    options.to = INT64_C(1512950400) * HC_SECOND; /* 2017-12-11 */
    trace = hc_test_read_path(options,
                              hc_test_shared_file("data/jobs_gpu/philly_sia_without_2vcs.csv.gz"));
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 57305);
    hc_job_trace_destroy(trace);
}

static uint64_t count_clamped(const hc_job_trace *trace)
{
    uint64_t clamped = 0;
    for (size_t i = 0; i < hc_job_trace_count(trace); i++) {
        clamped += hc_job_trace_job(trace, i).run_time == 172800 * HC_SECOND ? 1 : 0;
    }
    return clamped;
}

static void venus_and_pai_have_clamped_run_times(void)
{
    static const struct {
        const char *file;
        uint64_t rows;
        uint64_t clamped;
    } CASES[] = {
        {"data/jobs_gpu/helios_venus_gpu_jobs_to_2020-08-31.csv.gz", 99707, 1907},
        {"data/jobs_gpu/pai_v2020_sub.csv.gz", 60105, 90},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_job_trace *trace = hc_test_read_path(hc_test_options(HC_FORMAT_HELIOS),
                                                hc_test_shared_file(CASES[i].file));
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, CASES[i].rows);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, CASES[i].rows);
        CU_ASSERT_EQUAL(count_clamped(trace), CASES[i].clamped);
        hc_job_trace_destroy(trace);
    }
}

static void check_pods(const hc_test_recorded_list *rows)
{
    uint64_t fractional = 0;
    uint64_t without_gpu = 0;
    for (size_t i = 0; i < rows->count; i++) {
        fractional += rows->rows[i].size > 0 && rows->rows[i].size < 1 ? 1 : 0;
        without_gpu += rows->rows[i].size == 0 ? 1 : 0;
    }
    CU_ASSERT_EQUAL(rows->count, 8152);
    CU_ASSERT_EQUAL(fractional, 3078);
    CU_ASSERT_EQUAL(without_gpu, 1088);
}

/* 36 of the 1,088 pods without GPU were pending. */
static void openb_pods_are_as_published(void)
{
    static const char *const FILES[] = {"data/alibaba/openb_pod_list_default.csv",
                                        "data/alibaba/openb_pod_list_gpuspec33.csv"};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        const char *path = hc_test_shared_file(FILES[i]);
        hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
        hc_test_recorded_list rows = hc_test_read_rows(HC_FORMAT_OPENB, 0, path);
        hc_job_trace *trace = NULL;
        check_pods(&rows);
        free(rows.rows);
        options.keeps_cpu_jobs = false;
        trace = hc_test_read_path(options, path);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->never_run_count, 897);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->filter_counts[HC_FILTER_CPU_JOB], 1052);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 6203);
        hc_job_trace_destroy(trace);
    }
}

static void openb_pods_without_times_are_refused(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    options.path = hc_test_shared_file("data/alibaba/openb_pod_list_multigpu50.csv");
    CU_ASSERT_EQUAL(hc_job_trace_read(&trace, &options, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "without times"));
}

typedef struct model_case {
    const char *model;
    uint32_t nodes;
    uint32_t gpus;
} model_case;

static void check_model(const hc_machine *machine, const model_case *expected)
{
    uint32_t nodes = 0;
    uint32_t gpus = 0;
    for (uint32_t i = 0; i < hc_machine_class_count(machine); i++) {
        const hc_node_class *class = hc_machine_class(machine, i);
        const char *model =
            class->kind == HC_NO_INDEX ? "" : hc_machine_kind_name(machine, class->kind);
        if (strcmp(model, expected->model) == 0) {
            nodes += class->node_count;
            gpus += class->node_count * class->gpu_count;
        }
    }
    CU_ASSERT_EQUAL(nodes, expected->nodes);
    CU_ASSERT_EQUAL(gpus, expected->gpus);
}

static void openb_nodes_are_as_published(void)
{
    static const model_case MODELS[] = {
        {"", 310, 0},       {"A10", 2, 2},    {"G2", 549, 4392},    {"G3", 39, 312},
        {"P100", 134, 265}, {"T4", 404, 842}, {"V100M16", 55, 195}, {"V100M32", 30, 204},
    };
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    const char *path = hc_test_shared_file("data/alibaba/openb_node_list_all_node.csv");
    CU_ASSERT_EQUAL_FATAL(hc_openb_nodes_read(machine, path, NULL, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), 1523);
    CU_ASSERT_EQUAL(hc_machine_gpu_count(machine), 6212);
    for (size_t i = 0; i < COUNT_OF(MODELS); i++) {
        check_model(machine, &MODELS[i]);
    }
    hc_machine_destroy(machine);
}

/* Lingjun: a header that begins with '#', jobs that ran 0 s, sizes up to 744. */
static void lingjun_is_read_as_csv(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_job_trace *trace = NULL;
    size_t count = 0;
    size_t zero_run = 0;
    uint64_t gpus = 0;
    options.columns[HC_COLUMN_JOB_ID] = "#job id";
    options.columns[HC_COLUMN_SUBMIT] = "arrival time (sec)";
    options.columns[HC_COLUMN_GPUS] = "size";
    options.columns[HC_COLUMN_RUNTIME] = "duration (sec)";
    trace =
        hc_test_read_path(options, hc_test_shared_file("data/jobs_gpu/lingjun2023_crux_rfold.csv"));
    count = hc_job_trace_count(trace);
    for (size_t i = 0; i < count; i++) {
        zero_run += hc_test_job(trace, i)->run_time == 0 ? 1 : 0;
        gpus += hc_test_job(trace, i)->gpu_count;
    }
    CU_ASSERT_EQUAL(count, 2498);
    CU_ASSERT_EQUAL(zero_run, 241);
    CU_ASSERT_DOUBLE_EQUAL((double)gpus / 2498, 40.06, 0.005);
    hc_job_trace_destroy(trace);
}

/* The examples of its README, as a CSV with dates. */
static void helios_and_acme_samples_are_read_as_csv(void)
{
    static const struct {
        const char *file;
        uint64_t rows;
        uint64_t disagree;
    } CASES[] = {
        {"data/format_samples/helios_cluster_log.head.csv", 3, 0},
        {"data/format_samples/acme_trace_seren.head.csv", 2, 0},
        {"data/format_samples/acme_trace_kalos.head.csv", 2, 2},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
        hc_job_trace *trace = NULL;
        options.columns[HC_COLUMN_JOB_ID] = "job_id";
        options.columns[HC_COLUMN_SUBMIT] = "submit_time";
        options.columns[HC_COLUMN_START] = "start_time";
        options.columns[HC_COLUMN_END] = "end_time";
        options.columns[HC_COLUMN_RUNTIME] = "duration";
        options.columns[HC_COLUMN_GPUS] = "gpu_num";
        options.columns[HC_COLUMN_CPUS] = "cpu_num";
        options.columns[HC_COLUMN_USER] = "user";
        options.columns[HC_COLUMN_STATUS] = "state";
        trace = hc_test_read_path(options, hc_test_shared_file(CASES[i].file));
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, CASES[i].rows);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_TIMES_DISAGREE],
                        CASES[i].disagree);
        CU_ASSERT_NOT_EQUAL(hc_test_job(trace, 0)->outcome, HC_OUTCOME_UNKNOWN);
        hc_job_trace_destroy(trace);
    }
}

static const hc_test_case CASES[] = {
    {"rows_of_swf_logs_are_as_published", rows_of_swf_logs_are_as_published},
    {"every_row_of_swf_logs_has_one_fate", every_row_of_swf_logs_has_one_fate},
    {"ricc_has_no_header", ricc_has_no_header},
    {"kth_has_gaps_in_its_job_numbers", kth_has_gaps_in_its_job_numbers},
    {"the_hash_is_that_of_the_packed_file", the_hash_is_that_of_the_packed_file},
    {"philly_is_unsorted_with_50_duplicates_and_a_blank_line",
     philly_is_unsorted_with_50_duplicates_and_a_blank_line},
    {"philly_can_be_cut_by_dates", philly_can_be_cut_by_dates},
    {"venus_and_pai_have_clamped_run_times", venus_and_pai_have_clamped_run_times},
    {"openb_pods_are_as_published", openb_pods_are_as_published},
    {"openb_pods_without_times_are_refused", openb_pods_without_times_are_refused},
    {"openb_nodes_are_as_published", openb_nodes_are_as_published},
    {"lingjun_is_read_as_csv", lingjun_is_read_as_csv},
    {"helios_and_acme_samples_are_read_as_csv", helios_and_acme_samples_are_read_as_csv},
};

HC_TEST_MAIN("full_files", CASES)
