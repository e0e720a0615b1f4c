#include "tests/traces/trace_testing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A log of 100,000 jobs, laid out as the published sample is and 103 MB long, comes through a pipe, as from
 * a decompressor: its statistics must come out, and memory must not grow with its length.
 *
 * Of every ten jobs one never ran and one still ran when the log was taken; the others made 1 to 3 attempts.
 * Submissions are 97 s apart, but not in order. */

enum { JOB_COUNT = 100000, STRIDE = 7919 /* coprime to the count */, GAP_SECONDS = 97 };

static int64_t submit_of(int64_t i)
{
    return 1502064000 + i * STRIDE % JOB_COUNT * GAP_SECONDS; /* from 2017-08-07 on */
}

static bool never_ran(int64_t i)
{
    return i % 10 == 3;
}

static bool is_running(int64_t i)
{
    return i % 10 == 7;
}

static int attempt_count_of(int64_t i)
{
    return never_ran(i) ? 0 : 1 + (int)(i % 3);
}

static int gpu_count_of(int64_t i)
{
    return 1 + (int)(i % 8);
}

/* Each attempt, and each gap between two of them. */
static int64_t attempt_seconds_of(int64_t i)
{
    return 60 + i % 5000;
}

enum { PAUSE_SECONDS = 7, WAIT_SECONDS = 30 };

static int64_t run_seconds_of(int64_t i)
{
    int count = attempt_count_of(i);
    return count * attempt_seconds_of(i) + INT64_C(1) * (count - 1) * PAUSE_SECONDS;
}

static const char *date_of(int64_t seconds, char *out, size_t size)
{
    time_t time = (time_t)seconds;
    struct tm parts;
    (void)strftime(out, size, "%Y-%m-%d %H:%M:%S", gmtime_r(&time, &parts));
    return out;
}

static void write_detail(FILE *file, int gpu_count, int64_t i)
{
    (void)fprintf(file,
                  "            \"detail\": [\n                {\n"
                  "                    \"ip\": \"m%" PRId64 "\",\n"
                  "                    \"gpus\": [\n",
                  i % 552);
    for (int gpu = 0; gpu < gpu_count; gpu++) {
        (void)fprintf(file, "                        \"gpu%d\"%s\n", gpu,
                      gpu + 1 < gpu_count ? "," : "");
    }
    (void)fputs("                    ]\n                }\n            ]\n", file);
}

static void write_attempt(FILE *file, int64_t i, int attempt)
{
    char start[32];
    char end[32];
    int64_t begin =
        submit_of(i) + WAIT_SECONDS + (int64_t)attempt * (attempt_seconds_of(i) + PAUSE_SECONDS);
    bool is_last = attempt + 1 == attempt_count_of(i);
    (void)date_of(begin, start, sizeof start);
    (void)date_of(begin + attempt_seconds_of(i), end, sizeof end);
    (void)fprintf(file, "        {\n            \"start_time\": \"%s\",\n", start);
    if (is_last && is_running(i)) {
        (void)fputs("            \"end_time\": null,\n", file);
    } else {
        (void)fprintf(file, "            \"end_time\": \"%s\",\n", end);
    }
    write_detail(file, attempt == 0 ? gpu_count_of(i) : 8, i);
    (void)fprintf(file, "        }%s\n", is_last ? "" : ",");
}

static void write_job(FILE *file, int64_t i)
{
    static const char *const STATUS[] = {"Pass", "Killed", "Failed"};
    char date[32];
    (void)fprintf(file,
                  "%s{\n    \"status\": \"%s\",\n    \"vc\": \"vc%" PRId64 "\",\n"
                  "    \"jobid\": \"application_1506638472019_%" PRId64 "\",\n"
                  "    \"attempts\": [\n",
                  i == 0 ? "[" : ", ", STATUS[i % 3], i % 15, i);
    for (int attempt = 0; attempt < attempt_count_of(i); attempt++) {
        write_attempt(file, i, attempt);
    }
    (void)fprintf(file,
                  "    ],\n    \"submitted_time\": \"%s\",\n    \"user\": \"u%" PRId64 "\"\n}",
                  date_of(submit_of(i), date, sizeof date), i % 319);
}

/* In a process of its own. @return the end of the pipe to read from. */
static int start_writer(pid_t *writer)
{
    int ends[2];
    FILE *file = NULL;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    *writer = fork();
    CU_ASSERT_FATAL(*writer >= 0);
    if (*writer > 0) {
        (void)close(ends[1]);
        return ends[0];
    }
    (void)close(ends[0]);
    file = fdopen(ends[1], "w");
    for (int64_t i = 0; file != NULL && i < JOB_COUNT; i++) {
        write_job(file, i);
    }
    _exit(file != NULL && fputs("]\n", file) >= 0 && fclose(file) == 0 ? 0 : 1);
}

static long peak_kibibytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static hc_job_trace *read_large(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    char path[32];
    int status = -1;
    pid_t writer = 0;
    int descriptor = start_writer(&writer);
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 0.1;
    (void)snprintf(path, sizeof path, "/dev/fd/%d", descriptor);
    trace = hc_test_read_path(options, path);
    (void)close(descriptor);
    CU_ASSERT_EQUAL(waitpid(writer, &status, 0), writer);
    CU_ASSERT_EQUAL(status, 0);
    return trace;
}

static void check_report(const hc_job_trace *trace)
{
    const hc_import_report *report = hc_job_trace_report(trace);
    CU_ASSERT_EQUAL(report->row_count, JOB_COUNT);
    CU_ASSERT_EQUAL(report->never_run_count, JOB_COUNT / 10);
    CU_ASSERT_EQUAL(report->quarantine_counts[HC_QUARANTINE_NO_RUN_TIME], JOB_COUNT / 10);
    CU_ASSERT_EQUAL(report->kept_count, JOB_COUNT * 4U / 5);
    CU_ASSERT_EQUAL(report->duplicate_count, 0);
    CU_ASSERT(report->is_unsorted);
}

static void check_jobs(const hc_job_trace *trace)
{
    uint64_t count = hc_job_trace_report(trace)->kept_count;
    int64_t found_seconds = 0;
    int64_t seconds = 0;
    uint64_t outcomes[HC_OUTCOME_COUNT] = {0};
    uint64_t completed = 0;
    for (uint64_t j = 0; j < count; j++) {
        const hc_trace_job *job = hc_test_job(trace, j);
        found_seconds += job->run_time / HC_SECOND * job->gpu_count;
        outcomes[job->outcome]++;
        CU_ASSERT_EQUAL(job->start - job->submit, WAIT_SECONDS * HC_SECOND);
    }
    for (int64_t i = 0; i < JOB_COUNT; i++) {
        bool is_kept = !never_ran(i) && !is_running(i);
        seconds += is_kept ? run_seconds_of(i) * gpu_count_of(i) : 0;
        completed += is_kept && i % 3 == 0 ? 1 : 0;
    }
    CU_ASSERT_EQUAL(found_seconds, seconds);
    CU_ASSERT_EQUAL(outcomes[HC_OUTCOME_COMPLETED], completed);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, submit_of(0) * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 1);
}

/* The jobs kept take about 20 MB. */
static void a_log_of_100000_jobs_is_read_in_bounded_memory(void)
{
    long before = peak_kibibytes();
    hc_job_trace *trace = read_large();
    long used = peak_kibibytes() - before;
    check_report(trace);
    check_jobs(trace);
    printf(" (%ld MiB) ", used / 1024);
    CU_ASSERT(used < 65536L);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"a_log_of_100000_jobs_is_read_in_bounded_memory",
     a_log_of_100000_jobs_is_read_in_bounded_memory},
};

HC_TEST_MAIN("philly_large", CASES)
