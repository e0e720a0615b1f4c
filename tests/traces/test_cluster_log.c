#include "tests/traces/trace_testing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HELIOS_HEADER                                                                         \
    "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration," \
    "queue\n"
#define SEREN_HEADER                                                                            \
    "job_id,user,node_num,gpu_num,cpu_num,type,state,submit_time,start_time,end_time,duration," \
    "queue,gpu_time\n"
#define KALOS_HEADER                                                                     \
    "job_id,user,node_num,gpu_num,cpu_num,mem_per_pod_GB,shared_mem_per_pod,type,state," \
    "submit_time,start_time,end_time,fail_time,stop_time,duration,queue,gpu_time\n"

#define GB INT64_C(1000000000)

static hc_job_trace *read_sample(hc_trace_format format, const char *file)
{
    return hc_test_read_path(hc_test_options(format), hc_test_shared_file(file));
}

static uint64_t disagreeing_count(const hc_job_trace *trace)
{
    return hc_job_trace_report(trace)->repair_counts[HC_REPAIR_TIMES_DISAGREE];
}

/* Rows quoted in the README of HeliosData. */
static void the_sample_of_helios_is_read(void)
{
    hc_job_trace *trace =
        read_sample(HC_FORMAT_HELIOS_LOG, "data/format_samples/helios_cluster_log.head.csv");
    const hc_trace_job *job = hc_test_job(trace, 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 3);
    CU_ASSERT_EQUAL(disagreeing_count(trace), 0);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->zone, "");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "1425512");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "uVMrF");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "vchbv");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->partition), "vchbv");
    CU_ASSERT_EQUAL(job->submit, INT64_C(1591728087) * HC_SECOND); /* 2020-06-09 18:41:27 */
    CU_ASSERT_EQUAL(job->start, job->submit);
    CU_ASSERT_EQUAL(job->run_time, 249 * HC_SECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 4);
    CU_ASSERT_EQUAL(job->cpu_milli, 16000);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_FAILED);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->outcome, HC_OUTCOME_COMPLETED);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->outcome, HC_OUTCOME_CANCELLED);
    hc_job_trace_destroy(trace);
}

/* Rows quoted in the README of AcmeTrace: durations as in the columns. 2023-03-01 00:18:22 at +08:00 is
 * 2023-02-28 16:18:22 of UTC. */
static void the_sample_of_seren_obeys(void)
{
    hc_job_trace *trace =
        read_sample(HC_FORMAT_ACME_SEREN, "data/format_samples/acme_trace_seren.head.csv");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 2);
    CU_ASSERT_EQUAL(disagreeing_count(trace), 0);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->zone, "UTC");
    CU_ASSERT_EQUAL(job->submit, INT64_C(1677601102) * HC_SECOND);
    CU_ASSERT_EQUAL(job->start - job->submit, 32 * HC_SECOND);
    CU_ASSERT_EQUAL(job->run_time, 117 * HC_SECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 8);
    CU_ASSERT_EQUAL(job->cpu_milli, 128000);
    CU_ASSERT_EQUAL(job->memory_bytes, 0);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_FAILED);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->run_time, 2693 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

/* The given durations, 18 and 82 s, count from the submission: the jobs ran for 8 and 70 s. */
static void the_sample_of_kalos_disagrees(void)
{
    hc_job_trace *trace =
        read_sample(HC_FORMAT_ACME_KALOS, "data/format_samples/acme_trace_kalos.head.csv");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 2);
    CU_ASSERT_EQUAL(disagreeing_count(trace), 2);
    CU_ASSERT_EQUAL(job->submit, INT64_C(1684321258) * HC_SECOND); /* 2023-05-17 11:00:58 */
    CU_ASSERT_EQUAL(job->start - job->submit, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(job->run_time, 8 * HC_SECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 64);
    CU_ASSERT_EQUAL(job->cpu_milli, 960000);
    CU_ASSERT_EQUAL((int64_t)job->memory_bytes, GB * 1000 * 8); /* in 8 pods of 1,000 GB */
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->run_time, 70 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->outcome, HC_OUTCOME_CANCELLED);
    hc_job_trace_destroy(trace);
}

#define AT "2020-06-09 18:41:0" /* and a second */

static void helios_rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"1,u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,2", HC_QUARANTINE_FIELD_COUNT},
        {"1,u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1,9", HC_QUARANTINE_FIELD_COUNT},
        {"1,u,v,x,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_QUARANTINE_NOT_A_NUMBER},
        {"1,u,v,1,1,1,COMPLETED,17," AT "2," AT "4,2,1", HC_QUARANTINE_NOT_A_NUMBER},
        {HELIOS_HEADER, HC_QUARANTINE_NOT_A_NUMBER},
        {"1,u,v,1e300,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,1e300,1", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,u,v,1,-1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_QUARANTINE_OUT_OF_RANGE},
        {",u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_QUARANTINE_NO_ID},
        {"1,u,v,1,1,1,COMPLETED,," AT "2," AT "4,2,1", HC_QUARANTINE_NO_SUBMIT},
        {"1,u,v,,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_QUARANTINE_NO_SIZE},
        {"1,u,v,1,1,1,RUNNING," AT "1," AT "2,,,1", HC_QUARANTINE_NO_RUN_TIME},
        {"1,u,v,1,1,1,FAILED," AT "1,None,None,,", HC_QUARANTINE_NO_RUN_TIME},
        {"1,u,v,1,1,1,COMPLETED," AT "1," AT "4," AT "2,2,1", HC_QUARANTINE_BAD_TIMES},
        {"1,u,v,1,1,1,COMPLETED," AT "3," AT "2," AT "4,2,-1", HC_QUARANTINE_BAD_TIMES},
        {"1,u,v,1,1,1,CANCELLED," AT "1,,,,", HC_FATE_NEVER_RUN},
        {"1,u,v,1,1,1,CANCELLED," AT "1,None," AT "4,,", HC_FATE_NEVER_RUN},
        {"1,u,v,1,1,1,PENDING," AT "1,,,,", HC_FATE_NEVER_RUN},
        {"1,u,v,1,1,1,SUSPENDED," AT "1," AT "2," AT "4,2,1", HC_FATE_KEPT},
        {"1,u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,,", HC_FATE_KEPT},
        {"1,u,v,0,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_FATE_KEPT},
    };
    static const hc_test_row CPU_JOB[] = {
        {"1,u,v,0,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1", HC_FATE_FILTERED},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS_LOG);
    hc_test_rows(options, HELIOS_HEADER, CASES, COUNT_OF(CASES));
    options.keeps_cpu_jobs = false;
    hc_test_rows(options, HELIOS_HEADER, CPU_JOB, COUNT_OF(CPU_JOB));
}

static void columns_are_found_in_any_order(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS_LOG);
    hc_job_trace *trace =
        hc_test_read(&options, "queue,duration,end_time,start_time,submit_time,state,extra,"
                               "node_num,cpu_num,gpu_num,vc,user,job_id\r\n"
                               "1,2," AT "4," AT "2," AT "1,TIMEOUT,?,2,32,16,v,u,7\r\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "7");
    CU_ASSERT_EQUAL(job->gpu_count, 16);
    CU_ASSERT_EQUAL(job->run_time, 2 * HC_SECOND);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_TIMEOUT);
    hc_job_trace_destroy(trace);
}

/* Each state of the README, in the order of the rows. */
static void states_are_outcomes(void)
{
    static const hc_outcome OUTCOMES[] = {
        HC_OUTCOME_COMPLETED, HC_OUTCOME_CANCELLED, HC_OUTCOME_FAILED,
        HC_OUTCOME_TIMEOUT,   HC_OUTCOME_NODE_FAIL, HC_OUTCOME_UNKNOWN,
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS_LOG);
    hc_job_trace *trace =
        hc_test_read(&options, HELIOS_HEADER "1,u,v,1,1,1,COMPLETED," AT "1," AT "2," AT "4,2,1\n"
                                             "2,u,v,1,1,1,CANCELLED," AT "1," AT "2," AT "4,2,1\n"
                                             "3,u,v,1,1,1,FAILED," AT "1," AT "2," AT "4,2,1\n"
                                             "4,u,v,1,1,1,TIMEOUT," AT "1," AT "2," AT "4,2,1\n"
                                             "5,u,v,1,1,1,NODE_FAIL," AT "1," AT "2," AT "4,2,1\n"
                                             "6,u,v,1,1,1,SUSPENDED," AT "1," AT "2," AT "4,2,1\n");
    for (size_t i = 0; i < COUNT_OF(OUTCOMES); i++) {
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->outcome, OUTCOMES[i]);
    }
    hc_job_trace_destroy(trace);
}

/* Of five jobs the second has a wrong duration, the third a wrong queue, the fourth a wrong GPU time. */
static void what_follows_from_the_dates_is_checked(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_ACME_SEREN);
    hc_job_trace *trace =
        hc_test_read(&options, SEREN_HEADER
                     "1,u,1,8,9,T,FAILED," AT "1+08:00," AT "2+08:00," AT "5+08:00,3,1,24.0\n"
                     "2,u,1,8,9,T,FAILED," AT "1+08:00," AT "2+08:00," AT "5+08:00,4,1,24.0\n"
                     "3,u,1,8,9,T,FAILED," AT "1+08:00," AT "2+08:00," AT "5+08:00,3,0,24.0\n"
                     "4,u,1,8,9,T,FAILED," AT "1+08:00," AT "2+08:00," AT "5+08:00,3,1,32.0\n"
                     "5,u,1,8,9,T,FAILED," AT "1+08:00," AT "2+08:00," AT "5+08:00,,,\n");
    CU_ASSERT_EQUAL(disagreeing_count(trace), 3);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->run_time, 3 * HC_SECOND);
    }
    hc_job_trace_destroy(trace);
}

static void kalos_rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"1,u,2,16,9,1.5,0,T,COMPLETED," AT "1+00:00," AT "2+00:00," AT "4+00:00,,,3,1,48",
         HC_FATE_KEPT},
        {"1,u,2,0,9,1.5,0,T,COMPLETED," AT "1+00:00," AT "2+00:00," AT "4+00:00,,,3,1,0",
         HC_FATE_KEPT},
        {"1,u,2,16,9,,0,T,COMPLETED," AT "1+00:00," AT "2+00:00," AT "4+00:00,,,3,1,48",
         HC_FATE_KEPT},
        {"1,u,2,16,9,1.5,0,T,RUNNING," AT "1+00:00," AT "2+00:00,,,,,1,",
         HC_QUARANTINE_NO_RUN_TIME},
        {"1,u,2,16,9,-2,0,T,COMPLETED," AT "1+00:00," AT "2+00:00," AT "4+00:00,,,3,1,48",
         HC_QUARANTINE_OUT_OF_RANGE},
        {"1,u,99999999,16,9,4000000000,0,T,FAILED," AT "1+00:00," AT "2+00:00," AT
         "4+00:00,,,3,1,48",
         HC_QUARANTINE_OUT_OF_RANGE},
        {"1,u,2,16,9,1.5,0,T,COMPLETED," AT "1+99:00," AT "2+00:00," AT "4+00:00,,,3,1,48",
         HC_QUARANTINE_NOT_A_NUMBER},
        {KALOS_HEADER, HC_QUARANTINE_NOT_A_NUMBER},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_ACME_KALOS), KALOS_HEADER, CASES, COUNT_OF(CASES));
}

/* A log that is read as the wrong one of these formats lacks a column, and the message names the right one. */
static void logs_are_told_from_each_other(void)
{
    static const struct {
        hc_trace_format format;
        const char *header;
        const char *missing;
        const char *advice;
    } CASES[] = {
        {HC_FORMAT_HELIOS_LOG, SEREN_HEADER, ": no column vc; found:", "acme-seren"},
        {HC_FORMAT_HELIOS_LOG, "job_id,arrival_s,service_sec,gpu_count\n", ": no column user, vc",
         "are read as format helios,"},
        {HC_FORMAT_ACME_SEREN, HELIOS_HEADER, ": no column gpu_time; found:", "helios-log"},
        {HC_FORMAT_ACME_KALOS, SEREN_HEADER, ": no column mem_per_pod_GB; found:", "acme-seren"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(CASES[i].format);
        const char *text = hc_test_refuse(&options, CASES[i].header, HC_ERROR_TRACE);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, CASES[i].missing));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, CASES[i].advice));
    }
}

/* A log of the size of a month of Helios: of every ten rows five are CPU jobs, one was cancelled while it waited,
 * one has a wrong duration. Written unsorted, by the formulas below. */

enum { LARGE_COUNT = 100000, STRIDE = 7919 /* coprime to the count */ };

static int64_t submit_of(int64_t i)
{
    return 1585699200 + i * STRIDE % LARGE_COUNT * 13; /* from 2020-04-01 on */
}

static int gpu_count_of(int64_t i)
{
    return i % 10 < 5 ? 0 : 1 << i % 7;
}

static int64_t run_seconds_of(int64_t i)
{
    return i * i % 172801;
}

static const char *date_of(int64_t seconds, char out[32])
{
    time_t time = (time_t)seconds;
    struct tm parts;
    (void)strftime(out, 32, "%Y-%m-%d %H:%M:%S", gmtime_r(&time, &parts));
    return out;
}

static void write_row(FILE *file, int64_t i)
{
    char submit[32];
    char start[32];
    char end[32];
    int64_t wait = i % 50;
    (void)fprintf(file, "%" PRId64 ",u%" PRId64 ",vc%" PRId64 ",%d,%d,1,", i, i % 400, i % 15,
                  gpu_count_of(i), 4);
    (void)date_of(submit_of(i), submit);
    if (i % 10 == 8) {
        (void)fprintf(file, "CANCELLED,%s,None,None,,\n", submit);
        return;
    }
    (void)fprintf(file, "COMPLETED,%s,%s,%s,%" PRId64 ",%" PRId64 "\n", submit,
                  date_of(submit_of(i) + wait, start),
                  date_of(submit_of(i) + wait + run_seconds_of(i), end),
                  run_seconds_of(i) + (i % 10 == 9 ? 1 : 0), wait);
}

static hc_job_trace *read_large(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS_LOG);
    char path[] = "/tmp/hc_test_helios_XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    hc_job_trace *trace = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(HELIOS_HEADER, file);
    for (int64_t i = 0; i < LARGE_COUNT; i++) {
        write_row(file, i);
    }
    CU_ASSERT_EQUAL(fclose(file), 0);
    options.keeps_cpu_jobs = false;
    trace = hc_test_read_path(options, path);
    (void)unlink(path);
    return trace;
}

static void a_log_of_100000_rows_has_its_statistics(void)
{
    hc_job_trace *trace = read_large();
    const hc_import_report *report = hc_job_trace_report(trace);
    int64_t found = 0;
    int64_t expected = 0;
    for (uint64_t j = 0; j < report->kept_count; j++) {
        const hc_trace_job *job = hc_test_job(trace, j);
        found += job->run_time / HC_SECOND * job->gpu_count;
    }
    for (int64_t i = 0; i < LARGE_COUNT; i++) {
        expected += i % 10 == 8 ? 0 : run_seconds_of(i) * gpu_count_of(i);
    }
    CU_ASSERT_EQUAL(report->row_count, LARGE_COUNT);
    CU_ASSERT_EQUAL(report->filter_counts[HC_FILTER_CPU_JOB], LARGE_COUNT / 2);
    CU_ASSERT_EQUAL(report->never_run_count, LARGE_COUNT / 10);
    CU_ASSERT_EQUAL(report->kept_count, LARGE_COUNT * 4 / 10);
    CU_ASSERT_EQUAL(disagreeing_count(trace), LARGE_COUNT / 10);
    CU_ASSERT(report->is_unsorted);
    CU_ASSERT_EQUAL(found, expected);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"the_sample_of_helios_is_read", the_sample_of_helios_is_read},
    {"the_sample_of_seren_obeys", the_sample_of_seren_obeys},
    {"the_sample_of_kalos_disagrees", the_sample_of_kalos_disagrees},
    {"helios_rows_are_judged_by_their_fields", helios_rows_are_judged_by_their_fields},
    {"columns_are_found_in_any_order", columns_are_found_in_any_order},
    {"states_are_outcomes", states_are_outcomes},
    {"what_follows_from_the_dates_is_checked", what_follows_from_the_dates_is_checked},
    {"kalos_rows_are_judged_by_their_fields", kalos_rows_are_judged_by_their_fields},
    {"logs_are_told_from_each_other", logs_are_told_from_each_other},
    {"a_log_of_100000_rows_has_its_statistics", a_log_of_100000_rows_has_its_statistics},
};

HC_TEST_MAIN("cluster_log", CASES)
