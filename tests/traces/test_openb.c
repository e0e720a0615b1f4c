#include "tests/traces/trace_testing.h"

#include <stdio.h>
#include <string.h>

#define HEADER                                                                          \
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time," \
    "deletion_time,scheduled_time\n"

static void a_list_without_times_is_refused_with_the_reason(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
    const char *text = hc_test_refuse(
        &options, "name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,1,1,1000\n", HC_ERROR_TRACE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "creation_time, deletion_time, scheduled_time; found: name"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "without times"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "cannot be replayed"));
}

static void pods_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"p,1,1,1,1000,,LS,Running,0,9,0,0", HC_QUARANTINE_FIELD_COUNT},
        {"p,1,1,1,1000,,LS,Running,zero,9,0", HC_QUARANTINE_NOT_A_NUMBER},
        {"p,1,x,1,1000,,LS,Running,0,9,0", HC_QUARANTINE_NOT_A_NUMBER},
        {"p,1,9223372036854775807,1,1000,,LS,Running,0,9,0", HC_QUARANTINE_OUT_OF_RANGE},
        {"p,-1,1,1,1000,,LS,Running,0,9,0", HC_QUARANTINE_OUT_OF_RANGE},
        {"p,1,1,1,1001,,LS,Running,0,9,0", HC_QUARANTINE_OUT_OF_RANGE},
        {"p,1,1,2,500,,LS,Running,0,9,0", HC_QUARANTINE_OUT_OF_RANGE},
        {",1,1,1,1000,,LS,Running,0,9,0", HC_QUARANTINE_NO_ID},
        {"p,1,1,1,1000,,LS,Running,,9,0", HC_QUARANTINE_NO_SUBMIT},
        {"p,1,1,,1000,,LS,Running,0,9,0", HC_QUARANTINE_NO_SIZE},
        {"p,1,1,1,,,LS,Running,0,9,0", HC_QUARANTINE_NO_SIZE},
        {"p,1,1,1,0,,LS,Running,0,9,0", HC_QUARANTINE_NO_SIZE},
        {"p,1,1,1,1000,,LS,Running,0,,0", HC_QUARANTINE_NO_RUN_TIME},
        {"p,1,1,1,1000,,LS,Failed,0,9,", HC_QUARANTINE_NO_RUN_TIME},
        {"p,1,1,1,1000,,LS,Running,5,9,4", HC_QUARANTINE_BAD_TIMES},
        {"p,1,1,1,1000,,LS,Running,5,9,10", HC_QUARANTINE_BAD_TIMES},
        {"p,1,1,1,1000,,LS,Pending,0,9,", HC_FATE_NEVER_RUN},
        {"p,1,1,0,0,,LS,Pending,0,9,", HC_FATE_NEVER_RUN},
        {"p,1,1,1,1000,,LS,Running,0,9,0", HC_FATE_KEPT},
        {"p,1,1,0,0,,LS,Running,0,9,0", HC_FATE_KEPT},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_OPENB), HEADER, CASES, COUNT_OF(CASES));
}

static void pods_without_gpu_are_filtered_on_request(void)
{
    static const hc_test_row CASES[] = {
        {"p,1,1,0,0,,LS,Running,0,9,0", HC_FATE_FILTERED},
        {"p,1,1,1,10,,LS,Running,0,9,0", HC_FATE_KEPT},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
    options.keeps_cpu_jobs = false;
    hc_test_rows(options, HEADER, CASES, COUNT_OF(CASES));
}

static void fields_go_where_they_belong(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
    hc_job_trace *trace = hc_test_read(
        &options, HEADER "openb-pod-x,5000,10240,1,350,V100M16|V100M32,LS,Running,500001,"
                         "700003,500003\nopenb-pod-y,1000,1,0,0,,BE,Failed,500002,500005,500003\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "openb-pod-x");
    CU_ASSERT_EQUAL(job->submit, 500001 * HC_SECOND);
    CU_ASSERT_EQUAL(job->start, 500003 * HC_SECOND);
    CU_ASSERT_EQUAL(job->end, 700003 * HC_SECOND);
    CU_ASSERT_EQUAL(job->run_time, 200000 * HC_SECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 1);
    CU_ASSERT_EQUAL(job->gpu_milli, 350);
    CU_ASSERT_EQUAL(job->cpu_milli, 5000);
    CU_ASSERT_EQUAL(job->memory_bytes, UINT64_C(10) << 30);
    CU_ASSERT(job->is_single_node);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->kinds), "V100M16|V100M32");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "LS");
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->gpu_count, 0);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->gpu_milli, HC_WHOLE_GPU);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->kinds, 0);
    hc_job_trace_destroy(trace);
}

static void phases_tell_the_outcome(void)
{
    static const struct {
        const char *phase;
        hc_outcome outcome;
    } CASES[] = {
        {"Unknown", HC_OUTCOME_UNKNOWN},   {"Pending", HC_OUTCOME_UNKNOWN},
        {"Running", HC_OUTCOME_COMPLETED}, {"Succeeded", HC_OUTCOME_COMPLETED},
        {"Failed", HC_OUTCOME_FAILED},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_OPENB);
        char text[512];
        hc_job_trace *trace = NULL;
        (void)snprintf(text, sizeof text, HEADER "p,1,1,1,1000,,LS,%s,0,9,1\n", CASES[i].phase);
        trace = hc_test_read(&options, text);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->outcome, CASES[i].outcome);
        hc_job_trace_destroy(trace);
    }
}

static const hc_test_case CASES[] = {
    {"a_list_without_times_is_refused_with_the_reason",
     a_list_without_times_is_refused_with_the_reason},
    {"pods_are_judged_by_their_fields", pods_are_judged_by_their_fields},
    {"pods_without_gpu_are_filtered_on_request", pods_without_gpu_are_filtered_on_request},
    {"fields_go_where_they_belong", fields_go_where_they_belong},
    {"phases_tell_the_outcome", phases_tell_the_outcome},
};

HC_TEST_MAIN("openb", CASES)
