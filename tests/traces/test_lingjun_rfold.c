#include "tests/traces/trace_testing.h"

#include <string.h>

#define HEADER "#job id,arrival time (sec),topology,shape,size,duration (sec)\n"

/* As published: 2,498 jobs on a grid of minutes, 241 of which ran for less than one. */
static void lingjun_has_a_grid_of_minutes_and_run_times_of_0(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_LINGJUN_RFOLD),
                          hc_test_shared_file("data/jobs_gpu/lingjun2023_crux_rfold.csv"));
    const hc_import_report *report = hc_job_trace_report(trace);
    const hc_trace_job *last = NULL;
    size_t zero_count = 0;
    for (size_t i = 0; i < report->kept_count; i++) {
        const hc_trace_job *job = hc_test_job(trace, i);
        CU_ASSERT_EQUAL(job->submit % HC_MINUTE, 0);
        CU_ASSERT_EQUAL(job->run_time % HC_MINUTE, 0);
        zero_count += job->run_time == 0 ? 1 : 0;
    }
    CU_ASSERT_EQUAL(report->kept_count, 2498);
    CU_ASSERT_EQUAL(zero_count, 241);
    CU_ASSERT_EQUAL(report->row_count, 2498);
    CU_ASSERT_EQUAL(report->is_unsorted, false);
    CU_ASSERT_EQUAL(report->blank_line_count, 0);
    CU_ASSERT_EQUAL(report->repair_counts[HC_REPAIR_LIMIT_MISSING], 2498);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 2497), "2497");
    last = hc_test_job(trace, 2497);
    CU_ASSERT_EQUAL(last->submit, 1375200 * HC_SECOND);
    CU_ASSERT_EQUAL(last->run_time, 74400 * HC_SECOND);
    CU_ASSERT_EQUAL(last->gpu_count, 48);
    CU_ASSERT_EQUAL(last->start, HC_TIME_MISSING);
    hc_job_trace_destroy(trace);
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"0,0.0,CLOS,48,48", HC_QUARANTINE_FIELD_COUNT},
        {"0,x,CLOS,48,48,60", HC_QUARANTINE_NOT_A_NUMBER},
        {"#job id,arrival time (sec),topology,shape,size,duration (sec)",
         HC_QUARANTINE_NOT_A_NUMBER},
        {"0,0,CLOS,48,1e300,60", HC_QUARANTINE_OUT_OF_RANGE},
        {"0,1e300,CLOS,48,48,60", HC_QUARANTINE_OUT_OF_RANGE},
        {",0,CLOS,48,48,60", HC_QUARANTINE_NO_ID},
        {"0,-60,CLOS,48,48,60", HC_QUARANTINE_NO_SUBMIT},
        {"0,0,CLOS,48,,60", HC_QUARANTINE_NO_SIZE},
        {"0,0,CLOS,48,48,", HC_QUARANTINE_NO_RUN_TIME},
        {"0,0,CLOS,48,48,-60", HC_QUARANTINE_BAD_TIMES},
        {"0,0,CLOS,48,48,0", HC_FATE_KEPT},
        {"0,0,torus,4x4x4,64,60", HC_FATE_KEPT},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_LINGJUN_RFOLD), HEADER, CASES, COUNT_OF(CASES));
}

static void a_header_without_its_mark_is_another_format(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_LINGJUN_RFOLD);
    const char *text = hc_test_refuse(
        &options, "job id,arrival time (sec),topology,shape,size,duration (sec)\n", HC_ERROR_TRACE);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, ": no column #job id; found: job id, arrival time"));
}

static const hc_test_case CASES[] = {
    {"lingjun_has_a_grid_of_minutes_and_run_times_of_0",
     lingjun_has_a_grid_of_minutes_and_run_times_of_0},
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"a_header_without_its_mark_is_another_format", a_header_without_its_mark_is_another_format},
};

HC_TEST_MAIN("lingjun_rfold", CASES)
