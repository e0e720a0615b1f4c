#include "tests/traces/trace_testing.h"

#include <string.h>

#define HEADER "job_id,arrival_s,service_sec,gpu_count\n"

static void a_cluster_log_is_told_from_the_list(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    const char *text = hc_test_refuse(&options,
                                      "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,"
                                      "start_time,end_time,duration,queue\n",
                                      HC_ERROR_TRACE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, ": no column arrival_s, service_sec, gpu_count; found: job_id"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "is read as format helios-log"));
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"a#1,0,1", HC_QUARANTINE_FIELD_COUNT},
        {"a#1,x,1,8", HC_QUARANTINE_NOT_A_NUMBER},
        {"a#1,2020-03-18 04:01:39,1,8", HC_QUARANTINE_NOT_A_NUMBER},
        {"a#1,0,1,0.5", HC_QUARANTINE_OUT_OF_RANGE},
        {",0,1,8", HC_QUARANTINE_NO_ID},
        {"a#1,-1,1,8", HC_QUARANTINE_NO_SUBMIT},
        {"a#1,0,1,", HC_QUARANTINE_NO_SIZE},
        {"a#1,0,,8", HC_QUARANTINE_NO_RUN_TIME},
        {"a#1,0,-1,8", HC_QUARANTINE_BAD_TIMES},
        {"a#1,0,1,8", HC_FATE_KEPT},
        {"a#1,0,0.0,8.0", HC_FATE_KEPT},
        {"a#1,0,1,0", HC_FATE_KEPT},
    };
    static const hc_test_row WITHOUT_CPU_JOBS[] = {
        {"a#1,0,1,0", HC_FATE_FILTERED},
        {"a#1,0,1,1", HC_FATE_KEPT},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    hc_test_rows(options, HEADER, CASES, COUNT_OF(CASES));
    options.keeps_cpu_jobs = false;
    hc_test_rows(options, HEADER, WITHOUT_CPU_JOBS, COUNT_OF(WITHOUT_CPU_JOBS));
}

static void ids_keep_their_index(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    hc_job_trace *trace = hc_test_read(&options, HEADER "4711#0,0.0,172800.0,24\r\n"
                                                        "pai-17ab-worker#12,0.0,5.5,8\r\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "4711#0");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "pai-17ab-worker#12");
    CU_ASSERT_EQUAL(job->submit, 0);
    CU_ASSERT_EQUAL(job->run_time, 172800 * HC_SECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 24);
    CU_ASSERT_EQUAL(job->start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_UNKNOWN);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"a_cluster_log_is_told_from_the_list", a_cluster_log_is_told_from_the_list},
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"ids_keep_their_index", ids_keep_their_index},
};

HC_TEST_MAIN("helios", CASES)
