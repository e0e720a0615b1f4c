#include "tests/traces/trace_testing.h"

#include <string.h>

#define HEADER "timestamp,duration,num_gpus,gpu_time,cluster\n"

static hc_job_trace *read_philly(const char *rows)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY_SIA);
    return hc_test_read(&options, rows);
}

static void another_header_is_refused(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY_SIA);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        hc_test_refuse(&options, "time,duration,gpus,gpu_time,vc\n1,2,3,4,5\n", HC_ERROR_TRACE),
        ": no column timestamp, num_gpus, cluster; found: time, duration, gpus, gpu_time, vc"));
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"2018-02-03 04:05:06,70.0,1,70.0", HC_QUARANTINE_FIELD_COUNT},
        {"1517630706,70.0,1,70.0,a", HC_QUARANTINE_NOT_A_NUMBER},
        {"2018-02-03 25:05:06,70.0,1,70.0,a", HC_QUARANTINE_NOT_A_NUMBER},
        {"2018-02-03 04:05:06,long,1,70.0,a", HC_QUARANTINE_NOT_A_NUMBER},
        {"2018-02-03 04:05:06,70.0,1,much,a", HC_QUARANTINE_NOT_A_NUMBER},
        {"2018-02-03 04:05:06,70.0,1.5,99.0,a", HC_QUARANTINE_OUT_OF_RANGE},
        {"2100-01-01 00:00:00,70.0,1,70.0,a", HC_QUARANTINE_NOT_A_NUMBER},
        {",70.0,1,70.0,a", HC_QUARANTINE_NO_SUBMIT},
        {"None,70.0,1,70.0,a", HC_QUARANTINE_NO_SUBMIT},
        {"1969-12-31 23:59:59,70.0,1,70.0,a", HC_QUARANTINE_NO_SUBMIT},
        {"2018-02-03 04:05:06,70.0,,70.0,a", HC_QUARANTINE_NO_SIZE},
        {"2018-02-03 04:05:06,70.0,-1,70.0,a", HC_QUARANTINE_NO_SIZE},
        {"2018-02-03 04:05:06,,1,70.0,a", HC_QUARANTINE_NO_RUN_TIME},
        {"2018-02-03 04:05:06,-70.0,1,70.0,a", HC_QUARANTINE_BAD_TIMES},
        {"2018-02-03 04:05:06,70.0,1,70.0,a", HC_FATE_KEPT},
        {"2018-02-03 04:05:06,70.0,1,,", HC_FATE_KEPT},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_PHILLY_SIA), HEADER, CASES, COUNT_OF(CASES));
}

static void times_are_naive_dates(void)
{
    hc_job_trace *trace = read_philly(HEADER "2018-02-03 04:05:06,70.5,2,141.0,a1b2c3\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    CU_ASSERT_EQUAL(job->submit, INT64_C(1517630706) * HC_SECOND); /* date -u -d ... +%s */
    CU_ASSERT_EQUAL(job->run_time, 70500 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->gpu_count, 2);
    CU_ASSERT_EQUAL(job->start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(job->id, 0);
    CU_ASSERT_EQUAL(job->user, 0);
    CU_ASSERT(!job->is_limit_requested);
    CU_ASSERT_EQUAL(job->time_limit, job->run_time);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_TIMES_DISAGREE], 0);
    hc_job_trace_destroy(trace);
}

static void the_virtual_cluster_is_group_and_partition(void)
{
    hc_job_trace *trace = read_philly(HEADER "2018-02-03 04:05:06,70.0,1,70.0,a1b2c3\n");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, hc_test_job(trace, 0)->group), "a1b2c3");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, hc_test_job(trace, 0)->partition), "a1b2c3");
    hc_job_trace_destroy(trace);
}

static void gpu_time_is_checked(void)
{
    hc_job_trace *trace = read_philly(HEADER "2018-02-03 04:05:06,70.0,2,70.0,a\n"
                                             "2018-02-03 04:05:07,70.0,2,140.0,a\n");
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_TIMES_DISAGREE], 1);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->run_time, 70 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static void rows_are_sorted_and_duplicates_counted(void)
{
    hc_job_trace *trace = read_philly(HEADER "2018-02-03 04:05:06,70.0,1,70.0,a\n"
                                             "2018-02-03 03:02:01,1234.0,1,1234.0,b\n"
                                             "2018-02-03 04:05:06,70.0,1,70.0,a\n"
                                             "\n");
    const hc_import_report *report = hc_job_trace_report(trace);
    CU_ASSERT(report->is_unsorted);
    CU_ASSERT_EQUAL(report->row_count, 3);
    CU_ASSERT_EQUAL(report->kept_count, 3);
    CU_ASSERT_EQUAL(report->duplicate_count, 1);
    CU_ASSERT_EQUAL(report->blank_line_count, 1);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 3);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->line, 2);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->line, 4);
    hc_job_trace_destroy(trace);
}

static void columns_may_stand_in_any_order(void)
{
    hc_job_trace *trace = read_philly("cluster,extra,gpu_time,num_gpus,duration,timestamp\n"
                                      "a,x,70,1,70,2018-02-03 04:05:06\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->run_time, 70 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"another_header_is_refused", another_header_is_refused},
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"times_are_naive_dates", times_are_naive_dates},
    {"the_virtual_cluster_is_group_and_partition", the_virtual_cluster_is_group_and_partition},
    {"gpu_time_is_checked", gpu_time_is_checked},
    {"rows_are_sorted_and_duplicates_counted", rows_are_sorted_and_duplicates_counted},
    {"columns_may_stand_in_any_order", columns_may_stand_in_any_order},
};

HC_TEST_MAIN("philly_sia", CASES)
