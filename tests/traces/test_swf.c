#include "tests/traces/trace_testing.h"

#include <stdio.h>
#include <string.h>

/* job, submit, wait, run, allocated, cpu, memory, requested, limit, memory, status, user, group, executable,
 * queue, partition, preceding job, think time */
#define SOUND "1 100 5 60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1"

static hc_job_trace *read_swf(const char *text)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    return hc_test_read(&options, text);
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"1 100 5 60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1", HC_QUARANTINE_FIELD_COUNT},
        {SOUND " 0 0", HC_QUARANTINE_FIELD_COUNT},
        {"garbage", HC_QUARANTINE_FIELD_COUNT},
        {"1 x 5 60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NOT_A_NUMBER},
        {"1 100 5 60 4 -1 -1 eight 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NOT_A_NUMBER},
        {"1 100 5 1e15 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_OUT_OF_RANGE},
        {"1 4600000000 4600000000 4600000000 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1",
         HC_QUARANTINE_OUT_OF_RANGE},
        {"1 100 5 60 4 -1 -1 4294967296 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_OUT_OF_RANGE},
        {"1 100 5 60 4 -1 -1 1.5 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_OUT_OF_RANGE},
        {"-1 100 5 60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NO_ID},
        {"1 -1 5 60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NO_SUBMIT},
        {"1 100 5 60 -1 -1 -1 -1 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NO_SIZE},
        {"1 100 5 60 0 -1 -1 0 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NO_SIZE},
        {"1 100 5 nan 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_NO_RUN_TIME},
        {"1 100 5 -60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_QUARANTINE_BAD_TIMES},
        {"1 100 5 60 4 -1 -1 8 90 -1 1 a\x01 3 -1 1 2 -1 -1", HC_QUARANTINE_BAD_TEXT},
        {"1 100 5 -1 4 -1 -1 8 90 -1 5 16 3 -1 1 2 -1 -1", HC_FATE_NEVER_RUN},
        {"1 100 -1 -1 -1 -1 -1 -1 -1 -1 5 16 3 -1 1 2 -1 -1", HC_FATE_NEVER_RUN},
        {"1 100 5 0 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1", HC_FATE_KEPT},
        {"1 0 0 0 1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1", HC_FATE_KEPT},
        {SOUND, HC_FATE_KEPT},
        {SOUND " 0.5", HC_FATE_KEPT},
        {"  1\t100  5\t\t60 4 -1 -1 8 90 -1 1 16 3 -1 1 2 -1 -1 \t", HC_FATE_KEPT},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_SWF), "; MaxProcs: 8\n", CASES, COUNT_OF(CASES));
}

/* 1,190 rows of LLNL-Thunder have submit -1 and run time -1. */
static void a_row_without_submit_is_quarantined_even_if_it_never_ran(void)
{
    static const hc_test_row CASES[] = {
        {"1 -1 -1 -1 -1 -1 -1 -1 -1 -1 1 9 -1 9 -1 1 -1 -1", HC_QUARANTINE_NO_SUBMIT},
    };
    hc_test_rows(hc_test_options(HC_FORMAT_SWF), "", CASES, COUNT_OF(CASES));
}

static void a_nul_byte_spoils_one_row(void)
{
    static const char TEXT[] = SOUND "\n2 100 5 60 4 -1 -1 8 90 -1 1 \0 3 -1 1 2 -1 -1\n";
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 0.5;
    trace = hc_test_read_path(options, hc_test_file(TEXT, sizeof TEXT - 1));
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_BAD_TEXT], 1);
    hc_job_trace_destroy(trace);
}

static void fields_go_where_they_belong(void)
{
    hc_job_trace *trace = read_swf(SOUND "\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "1");
    CU_ASSERT_EQUAL(job->submit, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(job->start, 105 * HC_SECOND);
    CU_ASSERT_EQUAL(job->end, 165 * HC_SECOND);
    CU_ASSERT_EQUAL(job->run_time, 60 * HC_SECOND);
    CU_ASSERT_EQUAL(job->time_limit, 90 * HC_SECOND);
    CU_ASSERT(job->is_limit_requested);
    CU_ASSERT_EQUAL(job->gpu_count, 8);
    CU_ASSERT_EQUAL(job->gpu_milli, 1000);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_COMPLETED);
    CU_ASSERT_EQUAL(job->line, 1);
    CU_ASSERT(!job->is_single_node);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "16");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "3");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->partition), "2");
    CU_ASSERT_EQUAL(job->kinds, 0);
    hc_job_trace_destroy(trace);
}

static void minus_one_is_nobody_and_0_is_somebody(void)
{
    hc_job_trace *trace = read_swf("1 100 5 60 4 -1 -1 8 90 -1 1 0 -1 -1 1 -1 -1 -1\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "0");
    CU_ASSERT_EQUAL(job->group, 0);
    CU_ASSERT_EQUAL(job->partition, 0);
    hc_job_trace_destroy(trace);
}

static void times_may_be_fractions(void)
{
    hc_job_trace *trace = read_swf("1 0.5 1.25 552.25 4 -1 -1 8 1e3 -1 1 1 1 -1 1 -1 -1 -1\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(job->submit, 500 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->start, 1750 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->end, 554000 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->time_limit, 1000 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static void sizes_fall_back_to_the_other_field(void)
{
    static const struct {
        const char *allocated;
        const char *requested;
        int preference;
        uint32_t size;
        uint64_t fallbacks;
    } CASES[] = {
        {"4", "8", HC_SIZE_REQUESTED_FIRST, 8, 0},  {"4", "8", HC_SIZE_ALLOCATED_FIRST, 4, 0},
        {"4", "-1", HC_SIZE_REQUESTED_FIRST, 4, 1}, {"0", "8", HC_SIZE_ALLOCATED_FIRST, 8, 1},
        {"-1", "8", HC_SIZE_REQUESTED_FIRST, 8, 0},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        hc_job_trace *trace = NULL;
        char row[128];
        options.size_preference = CASES[i].preference;
        (void)snprintf(row, sizeof row, "1 0 0 60 %s -1 -1 %s 90 -1 1 1 1 -1 1 -1 -1 -1\n",
                       CASES[i].allocated, CASES[i].requested);
        trace = hc_test_read(&options, row);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->gpu_count, CASES[i].size);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_SIZE_FALLBACK],
                        CASES[i].fallbacks);
        hc_job_trace_destroy(trace);
    }
}

static void a_limit_below_the_run_time_is_raised(void)
{
    static const char TEXT[] = "1 0 0 60 4 -1 -1 8 59 -1 1 1 1 -1 1 -1 -1 -1\n"
                               "2 0 0 60 4 -1 -1 8 60 -1 1 1 1 -1 1 -1 -1 -1\n"
                               "3 0 0 60 4 -1 -1 8 -1 -1 1 1 1 -1 1 -1 -1 -1\n"
                               "4 0 0 60 4 -1 -1 8 0 -1 1 1 1 -1 1 -1 -1 -1\n";
    hc_job_trace *trace = read_swf(TEXT);
    const hc_import_report *report = hc_job_trace_report(trace);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->time_limit, 60 * HC_SECOND);
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->is_limit_requested, i < 2);
    }
    CU_ASSERT_EQUAL(report->repair_counts[HC_REPAIR_LIMIT_RAISED], 1);
    CU_ASSERT_EQUAL(report->repair_counts[HC_REPAIR_LIMIT_MISSING], 2);
    hc_job_trace_destroy(trace);
}

/* HPC2N has one wait below zero; Thunder and NASA have none at all. */
static void a_missing_wait_leaves_the_start_unknown(void)
{
    hc_job_trace *trace = read_swf("1 10 -1 60 4 -1 -1 8 60 -1 1 1 1 -1 1 -1 -1 -1\n"
                                   "2 10 -7 60 4 -1 -1 8 60 -1 1 1 1 -1 1 -1 -1 -1\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_WAIT_DROPPED], 2);
    hc_job_trace_destroy(trace);
}

static void status_tells_the_outcome(void)
{
    static const struct {
        const char *status;
        hc_outcome outcome;
    } CASES[] = {
        {"-1", HC_OUTCOME_UNKNOWN}, {"0", HC_OUTCOME_FAILED},    {"1", HC_OUTCOME_COMPLETED},
        {"2", HC_OUTCOME_UNKNOWN},  {"5", HC_OUTCOME_CANCELLED}, {"17", HC_OUTCOME_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char row[128];
        hc_job_trace *trace = NULL;
        (void)snprintf(row, sizeof row, "1 0 0 60 4 -1 -1 8 90 -1 %s 1 1 -1 1 -1 -1 -1\n",
                       CASES[i].status);
        trace = read_swf(row);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->outcome, CASES[i].outcome);
        hc_job_trace_destroy(trace);
    }
}

typedef struct header_case {
    const char *header;
    hc_trace_clock clock;
    int64_t zero;
    const char *zone;
    uint64_t processors;
} header_case;

static void the_header_names_zero_zone_and_processors(void)
{
    static const header_case CASES[] = {
        {"", HC_CLOCK_UNKNOWN_ZERO, 0, "", 0},
        {"; UnixStartTime: UNKNOWN\n; MaxProcs: none\n", HC_CLOCK_UNKNOWN_ZERO, 0, "", 0},
        {"; UnixStartTime: -1\n; MaxProcs: -1\n", HC_CLOCK_UNKNOWN_ZERO, 0, "", 0},
        {"; Version: 2.2\n; UnixStartTime: 1000000007\n; TimeZone: 3600\n"
         "; TimeZoneString: Europe/Stockholm\n; MaxNodes: 120\n; MaxProcs: 240\n;\n",
         HC_CLOCK_UNIX_ZERO, 1000000007, "Europe/Stockholm", 240},
        {"; MaxProcs: 4008\n; MaxNodes: 1002\n", HC_CLOCK_UNKNOWN_ZERO, 0, "", 4008},
        {"; MaxNodes: 1002\n", HC_CLOCK_UNKNOWN_ZERO, 0, "", 1002},
        {";maxprocs:128\r\n;\tTimeZoneString:\tUS/Pacific \n", HC_CLOCK_UNKNOWN_ZERO, 0,
         "US/Pacific", 128},
        {"; TimeZoneString: caf\xe9\n", HC_CLOCK_UNKNOWN_ZERO, 0, "caf\xc3\xa9", 0},
        {"; TimeZoneString: \x1b[2J\n; TimeZoneString: B\n", HC_CLOCK_UNKNOWN_ZERO, 0, "B", 0},
        /* Names that repeat, and lines that go on: the first value stands. */
        {"; Information: http://www.pdc.kth.se/\n;              http://www.cs.huji.ac.il/\n"
         "; Note: MaxProcs: 7\n; MaxProcs: 100\n; MaxProcs: 200\n; UnixStartTime: 5\n"
         "; UnixStartTime: 6\n; TimeZoneString: A\n; TimeZoneString: B\n",
         HC_CLOCK_UNIX_ZERO, 5, "A", 100},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[1024];
        hc_job_trace *trace = NULL;
        const hc_trace_facts *facts = NULL;
        (void)snprintf(text, sizeof text, "%s" SOUND "\n; MaxProcs: 999\n", CASES[i].header);
        trace = read_swf(text);
        facts = hc_job_trace_facts(trace);
        CU_ASSERT_EQUAL(facts->clock, CASES[i].clock);
        CU_ASSERT_EQUAL(facts->unix_zero_seconds, CASES[i].zero);
        CU_ASSERT_STRING_EQUAL(facts->zone, CASES[i].zone);
        CU_ASSERT_EQUAL(facts->header_processors, CASES[i].processors);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 1);
        hc_job_trace_destroy(trace);
    }
}

static void counts_in_the_header_are_not_believed(void)
{
    hc_job_trace *trace = read_swf("; MaxJobs: 527371\n; MaxRecords: 527371\n" SOUND "\n");
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 1);
    hc_job_trace_destroy(trace);
}

static void blank_lines_and_comments_are_no_rows(void)
{
    hc_job_trace *trace = read_swf("\n; a\n\n" SOUND "\n;b\n \t\n" SOUND);
    const hc_import_report *report = hc_job_trace_report(trace);
    CU_ASSERT_EQUAL(report->row_count, 2);
    CU_ASSERT_EQUAL(report->blank_line_count, 3);
    CU_ASSERT_EQUAL(report->duplicate_count, 1);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 4);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->line, 7);
    hc_job_trace_destroy(trace);
}

static void gaps_between_job_numbers_are_normal(void)
{
    hc_job_trace *trace = read_swf("15 700100 0 60 4 -1 -1 8 90 -1 1 1 1 -1 1 -1 -1 -1\n"
                                   "900 700101 0 60 4 -1 -1 8 90 -1 1 1 1 -1 1 -1 -1 -1\n");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "15");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "900");
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->first_submit, 700100 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->last_submit, 700101 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static void job_numbers_compare_as_numbers(void)
{
    hc_job_trace *trace = read_swf("10 5 0 60 4 -1 -1 8 90 -1 1 1 1 -1 1 -1 -1 -1\n"
                                   "9 5 0 60 4 -1 -1 8 90 -1 1 1 1 -1 1 -1 -1 -1\n"
                                   "123456789012345678901234567890 5 0 60 4 -1 -1 8 90 -1 1 1 1 -1 "
                                   "1 -1 -1 -1\n"
                                   "11 4 0 60 4 -1 -1 8 90 -1 1 1 1 -1 1 -1 -1 -1\n");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "11");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "9");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 2), "10");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 3), "123456789012345678901234567890");
    CU_ASSERT(hc_job_trace_report(trace)->is_unsorted);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"a_row_without_submit_is_quarantined_even_if_it_never_ran",
     a_row_without_submit_is_quarantined_even_if_it_never_ran},
    {"a_nul_byte_spoils_one_row", a_nul_byte_spoils_one_row},
    {"fields_go_where_they_belong", fields_go_where_they_belong},
    {"minus_one_is_nobody_and_0_is_somebody", minus_one_is_nobody_and_0_is_somebody},
    {"times_may_be_fractions", times_may_be_fractions},
    {"sizes_fall_back_to_the_other_field", sizes_fall_back_to_the_other_field},
    {"a_limit_below_the_run_time_is_raised", a_limit_below_the_run_time_is_raised},
    {"a_missing_wait_leaves_the_start_unknown", a_missing_wait_leaves_the_start_unknown},
    {"status_tells_the_outcome", status_tells_the_outcome},
    {"the_header_names_zero_zone_and_processors", the_header_names_zero_zone_and_processors},
    {"counts_in_the_header_are_not_believed", counts_in_the_header_are_not_believed},
    {"blank_lines_and_comments_are_no_rows", blank_lines_and_comments_are_no_rows},
    {"gaps_between_job_numbers_are_normal", gaps_between_job_numbers_are_normal},
    {"job_numbers_compare_as_numbers", job_numbers_compare_as_numbers},
};

HC_TEST_MAIN("swf", CASES)
