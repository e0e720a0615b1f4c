/* A run of three days on eight GPUs, from Monday 2017-10-02: a holds all of them for two days, b waits a day for four
 * of them (it was recorded to wait 8 h 24), c asks for 16. Waits are 0 and 24 h, 0 and 8 h 24 as recorded; of 576
 * GPU-hours 384 and 96 are busy; one job waits for one of three days. */

#include "analysis/report.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY (INT64_C(1506902400) * HC_SECOND)
#define GPU_HOURS(n) ((hc_int128)(n)*1000 * HC_HOUR)

static const hc_job_spec A = {.name = "a",
                              .submit = MONDAY,
                              .run_time = 2 * HC_DAY,
                              .time_limit = 3 * HC_DAY,
                              .recorded_start = MONDAY,
                              .recorded_end = MONDAY + 2 * HC_DAY,
                              .request = {.gpu_count = 8, .gpu_milli = HC_WHOLE_GPU},
                              .is_limit_requested = true};
static const hc_job_spec B = {.name = "b",
                              .submit = MONDAY + HC_DAY,
                              .run_time = HC_DAY,
                              .time_limit = HC_DAY,
                              .recorded_start = MONDAY + HC_DAY + 504 * HC_MINUTE,
                              .recorded_end = MONDAY + 2 * HC_DAY + 504 * HC_MINUTE,
                              .request = {.gpu_count = 4, .gpu_milli = HC_WHOLE_GPU},
                              .is_limit_requested = true};
static const hc_job_spec C = {.name = "c",
                              .submit = MONDAY + HC_DAY,
                              .run_time = HC_HOUR,
                              .time_limit = HC_HOUR,
                              .recorded_start = HC_TIME_MISSING,
                              .recorded_end = HC_TIME_MISSING,
                              .request = {.gpu_count = 16, .gpu_milli = HC_WHOLE_GPU}};

static const hc_job_record JOBS[] = {
    {.spec = &C,
     .job = {2},
     .state = HC_JOB_REJECTED,
     .rejection = HC_REJECTION_SIZE,
     .first_start = HC_TIME_MISSING,
     .last_end = HC_TIME_MISSING,
     .is_measured = true},
    {.spec = &A,
     .state = HC_JOB_COMPLETED,
     .first_start = MONDAY,
     .last_end = MONDAY + 2 * HC_DAY,
     .is_measured = true},
    {.spec = &B,
     .job = {1},
     .state = HC_JOB_COMPLETED,
     .first_start = MONDAY + 2 * HC_DAY,
     .last_end = MONDAY + 3 * HC_DAY,
     .wait = HC_DAY,
     .is_measured = true},
};

static const hc_sample_record SAMPLES[] = {
    {.time = MONDAY + 12 * HC_HOUR, .busy_milli = 8000},
    {.time = MONDAY + 36 * HC_HOUR, .busy_milli = 8000, .queue_length = 1},
    {.time = MONDAY + 60 * HC_HOUR, .busy_milli = 4000, .free_milli = 4000},
};

static const hc_ledger_record LEDGER[] = {
    {.bucket = HC_BUCKET_BUSY, .milli_ns = GPU_HOURS(480)},
    {.bucket = HC_BUCKET_IDLE_EMPTY, .milli_ns = GPU_HOURS(96)},
};

static const hc_input_row INPUT = {.rows = 27992,
                                   .kept = 26000,
                                   .quarantined = 1000,
                                   .never_run = 900,
                                   .filtered = 92,
                                   .file = "march.csv"};

static const hc_made_run RUN = {.name = "march",
                                .node_count = 2,
                                .gpu_count = 4,
                                .clock = HC_CLOCK_CIVIL,
                                .begin = MONDAY,
                                .measure_from = MONDAY,
                                .jobs = JOBS,
                                .job_count = 3,
                                .samples = SAMPLES,
                                .sample_count = 3,
                                .ledger = LEDGER,
                                .ledger_count = 2,
                                .inputs = &INPUT,
                                .input_count = 1};

static int write_report(const hc_made_run *run, char **text, hc_error *error)
{
    size_t size = 0;
    FILE *out = open_memstream(text, &size);
    hc_run_reader *reader = hc_made_run_open(run);
    hc_metrics metrics;
    int status = hc_metrics_compute(&metrics, reader, error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL_FATAL(status, 0);
    status = hc_report_write(out, &metrics, reader, error);
    (void)fclose(out);
    hc_metrics_free(&metrics);
    hc_made_run_close(reader);
    return status;
}

static void expect(const hc_made_run *run, const char *expected)
{
    hc_error error = HC_ERROR_NONE;
    char *text = NULL;
    CU_ASSERT_EQUAL(write_report(run, &text, &error), 0);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0) {
        printf("\nexpected:\n%sfound:\n%s", expected, text);
    }
    free(text);
}

static void a_report_says_what_happened(void)
{
    expect(&RUN,
           "march: 3 jobs on 8 GPUs, 3 d 00 h simulated, digest 0000000000001234\n"
           "policy easy, placement packed, one pass per instant, limits: 67 % requested, else run "
           "time\n"
           "                       simulated     recorded\n"
           "  utilisation             83.3 %       83.3 %   ██▄   per day\n"
           "  wait        median     12 h 00       4 h 12\n"
           "              mean       12 h 00       4 h 12\n"
           "              p95        22 h 48       7 h 58\n"
           "  slowdown    mean           1.5          1.2   bounded, 10 s\n"
           "  queue       mean           0.3            -   ▁█▁   per day\n"
           "  GPU-hours                  576: 83.3 % busy, 0.0 % idle (jobs wait), 16.7 % idle "
           "(nothing waits)\n"
           "  rejected                     1: 16 GPU-hours, 1 asked for more GPUs than there are\n"
           "  input march.csv: 27,992 rows, 26,000 jobs, 1,000 quarantined, 900 never ran, 92 left "
           "out\n"
           "  Largest difference: day of 2017-10-03, mean wait 1 d 00 h simulated, 8 h 24 "
           "recorded\n");
}

/* The same jobs with nothing recorded and no limit asked for. */
static void what_was_not_recorded_is_a_dash(void)
{
    hc_job_spec specs[] = {A, B};
    hc_job_record jobs[] = {JOBS[1], JOBS[2]};
    hc_made_run run = RUN;
    for (size_t i = 0; i < 2; i++) {
        specs[i].recorded_start = HC_TIME_MISSING;
        specs[i].recorded_end = HC_TIME_MISSING;
        specs[i].is_limit_requested = false;
        jobs[i].spec = &specs[i];
    }
    run.jobs = jobs;
    run.job_count = 2;
    run.sample_count = 0;
    run.input_count = 0;
    expect(&run, "march: 2 jobs on 8 GPUs, 3 d 00 h simulated, digest 0000000000001234\n"
                 "policy easy, placement packed, one pass per instant, limits: run time, none "
                 "requested\n"
                 "                       simulated     recorded\n"
                 "  utilisation             83.3 %            -\n"
                 "  wait        median     12 h 00            -\n"
                 "              mean       12 h 00            -\n"
                 "              p95        22 h 48            -\n"
                 "  slowdown    mean           1.5            -   bounded, 10 s\n"
                 "  queue       mean           0.3            -\n"
                 "  GPU-hours                  576: 83.3 % busy, 0.0 % idle (jobs wait), 16.7 % "
                 "idle (nothing waits)\n");
}

/* b had started when the run was stopped, and no time was measured. */
static void a_run_that_was_stopped_says_so(void)
{
    hc_job_record jobs[] = {JOBS[1], JOBS[2]};
    hc_made_run run = RUN;
    jobs[1].state = HC_JOB_RUNNING;
    jobs[1].last_end = HC_TIME_MISSING;
    run.jobs = jobs;
    run.job_count = 2;
    run.note = "stopped by SIGINT\x1b";
    run.sample_count = 0;
    run.ledger_count = 0;
    run.input_count = 0;
    expect(&run, "march: 2 jobs on 8 GPUs, 2 d 00 h simulated, digest 0000000000001234\n"
                 "policy easy, placement packed, one pass per instant, limits: as requested\n"
                 "NOT COMPLETE: stopped by SIGINT\xef\xbf\xbd\n"
                 "                       simulated     recorded\n"
                 "  utilisation                  -            -\n"
                 "  wait        median     12 h 00       4 h 12\n"
                 "              mean       12 h 00       4 h 12\n"
                 "              p95        22 h 48       7 h 58\n"
                 "  slowdown    mean           1.5          1.2   bounded, 10 s\n"
                 "  queue       mean             -            -\n"
                 "  GPU-hours                  0.0: no time was measured\n"
                 "  left over                    1: 1 running, 0 waiting\n"
                 "  Largest difference: hour of 2017-10-03 00:00:00, mean wait 1 d 00 h simulated, "
                 "8 h 24 recorded\n");
}

static void an_empty_run_has_a_report(void)
{
    const hc_made_run run = {.gpu_count = 4000};
    expect(&run, "made: 0 jobs on 4,000 GPUs, nothing simulated, digest 0000000000001234\n"
                 "policy easy, placement packed, one pass per instant\n"
                 "  no job was simulated\n");
}

/* Beside the escapes of UTF-8, no line is wider than 100 columns in the widest case. */
static void no_line_is_wider_than_100_columns(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_job_spec spec = B;
    hc_job_record job = JOBS[2];
    hc_made_run run = RUN;
    char *text = NULL;
    spec.run_time = 40 * 7 * HC_DAY;
    job.last_end = job.first_start + spec.run_time;
    job.spec = &spec;
    run.jobs = &job;
    run.job_count = 1;
    run.input_count = 0;
    CU_ASSERT_EQUAL(write_report(&run, &text, &error), 0);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        size_t columns = 0;
        for (const char *at = line; *at != '\0'; at++) {
            columns += ((unsigned char)*at & 0xc0) == 0x80 ? 0 : 1;
        }
        CU_ASSERT(columns <= 100);
    }
    free(text);
}

static void an_account_that_does_not_add_up_is_refused(void)
{
    static const hc_input_row WRONG[] = {
        {.rows = 3, .kept = 1, .filtered = 1},
        {.rows = 1, .kept = UINT64_MAX, .filtered = 2},
        {.rows = UINT64_C(1) << 63, .kept = UINT64_C(1) << 63},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        const hc_made_run run = {.gpu_count = 1, .inputs = &WRONG[i], .input_count = 1};
        hc_error error = HC_ERROR_NONE;
        char *text = NULL;
        CU_ASSERT_EQUAL(write_report(&run, &text, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "the rows of input 0 do not add up"));
        free(text);
    }
}

static void a_full_disk_is_an_error(void)
{
    hc_error error = HC_ERROR_NONE;
    FILE *full = fopen("/dev/full", "w");
    hc_run_reader *reader = hc_made_run_open(&RUN);
    hc_metrics metrics;
    CU_ASSERT_PTR_NOT_NULL_FATAL(full);
    CU_ASSERT_EQUAL_FATAL(hc_metrics_compute(&metrics, reader, &error), 0);
    CU_ASSERT_EQUAL(hc_report_write(full, &metrics, reader, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    (void)fclose(full);
    hc_metrics_free(&metrics);
    hc_made_run_close(reader);
}

static void the_same_is_there_as_json(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_made_run run = RUN;
    hc_run_reader *reader = NULL;
    hc_metrics metrics;
    json_t *report = NULL;
    run.name = "M\xe4rz";
    reader = hc_made_run_open(&run);
    CU_ASSERT_EQUAL_FATAL(hc_metrics_compute(&metrics, reader, &error), 0);
    report = hc_report_json(&metrics, reader);
    CU_ASSERT_PTR_NOT_NULL_FATAL(report);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(report, "name")), "M\xef\xbf\xbdrz");
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(report, "jobs")), 3);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(report, "events")), 77);
    CU_ASSERT_EQUAL(json_real_value(json_object_get(report, "makespan_s")), 3 * 86400.0);
    CU_ASSERT_EQUAL(json_real_value(json_object_get(report, "wait_mean_s")), 43200.0);
    CU_ASSERT_DOUBLE_EQUAL(json_real_value(json_object_get(report, "utilization")), 480.0 / 576,
                           1e-12);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(report, "periods")), 4);
    json_decref(report);
    hc_metrics_free(&metrics);
    hc_made_run_close(reader);
}

static size_t key_count(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    size_t count = 0;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path, &error), 0);
    count = hc_run_reader_key_count(reader);
    hc_run_reader_close(reader);
    return count;
}

/* @return whether the file can be opened without it */
static bool delete_attribute(const char *path, size_t index, char *key, size_t size)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hid_t file = -1;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path, &error), 0);
    (void)snprintf(key, size, "%s", hc_run_reader_key(reader, index));
    hc_run_reader_close(reader);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    CU_ASSERT_FATAL(file >= 0 && H5Adelete(file, key) >= 0);
    CU_ASSERT_FATAL(H5Fclose(file) >= 0);
    return strncmp(key, "format", 6) != 0;
}

/* Files of earlier versions, and of others, lack some: there is a report or a message, as text and as JSON. */
static void any_attribute_may_be_missing(void)
{
    size_t count = key_count(hc_made_run_write(&RUN));
    hc_made_run_remove();
    CU_ASSERT(count > 20);
    for (size_t i = 0; i < count; i++) {
        const char *path = hc_made_run_write(&RUN);
        hc_error error = HC_ERROR_NONE;
        hc_run_reader *reader = NULL;
        hc_metrics metrics;
        char key[64];
        if (delete_attribute(path, i, key, sizeof key)) {
            FILE *out = fopen("/dev/null", "w");
            CU_ASSERT_PTR_NOT_NULL_FATAL(out);
            CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path, &error), 0);
            if (hc_metrics_compute(&metrics, reader, &error) == 0) {
                CU_ASSERT_EQUAL(hc_report_write(out, &metrics, reader, &error), 0);
                json_decref(hc_report_json(&metrics, reader));
            } else {
                CU_ASSERT_PTR_NOT_NULL(strstr(error.text, key));
            }
            hc_metrics_free(&metrics);
            hc_run_reader_close(reader);
            (void)fclose(out);
        }
        hc_made_run_remove();
    }
}

static const hc_test_case CASES[] = {
    {"any_attribute_may_be_missing", any_attribute_may_be_missing},
    {"a_report_says_what_happened", a_report_says_what_happened},
    {"what_was_not_recorded_is_a_dash", what_was_not_recorded_is_a_dash},
    {"a_run_that_was_stopped_says_so", a_run_that_was_stopped_says_so},
    {"an_empty_run_has_a_report", an_empty_run_has_a_report},
    {"no_line_is_wider_than_100_columns", no_line_is_wider_than_100_columns},
    {"an_account_that_does_not_add_up_is_refused", an_account_that_does_not_add_up_is_refused},
    {"a_full_disk_is_an_error", a_full_disk_is_an_error},
    {"the_same_is_there_as_json", the_same_is_there_as_json},
};

HC_TEST_MAIN("report", CASES)
