#include "tests/traces/trace_testing.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROW(id, submit, run) #id " " #submit " 10 " #run " 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1\n"

static const hc_import_report *report_of(const hc_job_trace *trace)
{
    return hc_job_trace_report(trace);
}

static void options_out_of_range_are_refused(void)
{
    static const double LOADS[] = {0, -1, 0.0009, 1001, INFINITY, NAN};
    static const double LIMITS[] = {-0.1, 1.1, NAN};
    for (size_t i = 0; i < COUNT_OF(LOADS); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        options.load = LOADS[i];
        CU_ASSERT_PTR_NOT_NULL(
            strstr(hc_test_refuse(&options, ROW(1, 0, 1), HC_ERROR_USAGE), "load: expected"));
    }
    for (size_t i = 0; i < COUNT_OF(LIMITS); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        options.quarantine_limit = LIMITS[i];
        CU_ASSERT_PTR_NOT_NULL(
            strstr(hc_test_refuse(&options, ROW(1, 0, 1), HC_ERROR_USAGE), "limit of quarantined"));
    }
}

static void a_file_that_is_not_there_is_an_input_error(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    options.path = "/no/such/trace.swf";
    CU_ASSERT_EQUAL(hc_job_trace_read(&trace, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
    CU_ASSERT_STRING_EQUAL(error.text, "/no/such/trace.swf: No such file or directory");
}

static void an_input_without_rows_is_refused(void)
{
    static const char *const TEXTS[] = {"", "\n\n", "; MaxProcs: 5\n"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(hc_test_refuse(&options, TEXTS[i], HC_ERROR_TRACE), ": no job in it"));
    }
}

static void too_many_unusable_rows_are_refused_with_reasons_and_lines(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    const char *text = hc_test_refuse(&options,
                                      "bad\n" ROW(1, 0, 1) "bad\n" ROW(2, -5, 1) "bad\nbad\n"
                                                                                 "bad\n",
                                      HC_ERROR_TRACE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, ": 6 of 7 rows cannot be used (85.7 %, at most 5 % are accepted):\n"
                     "  field_count 5 (lines 1, 3, 5, ...): too few or too many fields\n"
                     "  no_submit 1 (line 4): the submit time is missing or negative"));
}

static void the_limit_itself_is_accepted(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 0.25;
    trace = hc_test_read(&options, "bad\n" ROW(1, 0, 1) ROW(2, 0, 1) ROW(3, 0, 1));
    CU_ASSERT_EQUAL(hc_import_quarantined(report_of(trace)), 1);
    hc_job_trace_destroy(trace);
    options.quarantine_limit = 0;
    (void)hc_test_refuse(&options, "bad\n" ROW(1, 0, 1), HC_ERROR_TRACE);
    options.quarantine_limit = 1;
    trace = hc_test_read(&options, "bad\n");
    CU_ASSERT_EQUAL(report_of(trace)->row_count, 1);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->first_submit, HC_TIME_MISSING);
    hc_job_trace_destroy(trace);
}

/* A file of another format is not read to its end: the message tells of the first 10,000 rows. */
static void a_hopeless_file_is_given_up_early(void)
{
    enum { ROW_COUNT = 30000, ROW_SIZE = 4 };
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    static char text[ROW_COUNT * ROW_SIZE + 1];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        memcpy(text + i * ROW_SIZE, "a,b\n", ROW_SIZE);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, text, HC_ERROR_TRACE),
                                  ": 10000 of 10000 rows cannot be used (100.0 %"));
}

static void a_gzip_file_is_read_like_a_plain_one(void)
{
    static const char TEXT[] = ROW(2, 5, 1) ROW(1, 4, 1);
    unsigned char packed[256];
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    size_t size = hc_test_gzip(TEXT, sizeof TEXT - 1, packed, sizeof packed);
    hc_job_trace *trace = hc_test_read_path(options, hc_test_file(packed, size));
    CU_ASSERT_EQUAL(report_of(trace)->kept_count, 2);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "1");
    CU_ASSERT_EQUAL(strlen(hc_job_trace_facts(trace)->sha256), 64);
    hc_job_trace_destroy(trace);
}

static void the_licence_is_as_given_or_not_asserted(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = hc_test_read(&options, ROW(1, 0, 1));
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->licence, "NOASSERTION");
    hc_job_trace_destroy(trace);
    options.licence = "CC-BY-4.0";
    trace = hc_test_read(&options, ROW(1, 0, 1));
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->licence, "CC-BY-4.0");
    hc_job_trace_destroy(trace);
}

/* Ids of the jobs kept, in order: "1 2 4". */
static const char *ids_of(const hc_job_trace *trace)
{
    static char out[1024];
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < hc_job_trace_count(trace); i++) {
        length += (size_t)snprintf(out + length, sizeof out - length, "%s%s", i == 0 ? "" : " ",
                                   hc_test_id(trace, i));
    }
    return out;
}

/* Submitted at 0, 100, 200, 300, 400; each waits 10 s and runs 60 s, but the first runs 190 s. */
#define FIVE ROW(1, 0, 190) ROW(2, 100, 60) ROW(3, 200, 60) ROW(4, 300, 60) ROW(5, 400, 60)

static void a_range_filters_what_is_submitted_outside(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.has_from = true;
    options.from = 100 * HC_SECOND;
    options.has_to = true;
    options.to = 300 * HC_SECOND;
    trace = hc_test_read(&options, FIVE);
    CU_ASSERT_STRING_EQUAL(ids_of(trace), "2 3");
    CU_ASSERT_EQUAL(report_of(trace)->filter_counts[HC_FILTER_BEFORE_FROM], 1);
    CU_ASSERT_EQUAL(report_of(trace)->filter_counts[HC_FILTER_AFTER_TO], 2);
    CU_ASSERT_EQUAL(hc_import_filtered(report_of(trace)), 3);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, 100 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static void a_warm_start_keeps_what_waits_or_runs_at_from(void)
{
    static const struct {
        hc_time from;
        const char *kept;
    } CASES[] = {
        {199 * HC_SECOND, "1 3 4 5"},   /* 1 runs until 200 */
        {200 * HC_SECOND, "3 4 5"},     /* ends at `from`: it does not run any more */
        {105 * HC_SECOND, "1 2 3 4 5"}, /* 2 waits until 110 */
        {169 * HC_SECOND, "1 2 3 4 5"}, {170 * HC_SECOND, "1 3 4 5"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        hc_job_trace *trace = NULL;
        options.has_from = true;
        options.is_warm_start = true;
        options.from = CASES[i].from;
        trace = hc_test_read(&options, FIVE);
        CU_ASSERT_STRING_EQUAL(ids_of(trace), CASES[i].kept);
        hc_job_trace_destroy(trace);
    }
}

static void without_recorded_times_a_warm_start_assumes_no_wait(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HELIOS);
    hc_job_trace *trace = NULL;
    options.has_from = true;
    options.is_warm_start = true;
    options.from = 100 * HC_SECOND;
    trace =
        hc_test_read(&options, "job_id,arrival_s,service_sec,gpu_count\n1,0,100,1\n2,0,101,1\n");
    CU_ASSERT_STRING_EQUAL(ids_of(trace), "2");
    hc_job_trace_destroy(trace);
}

static void a_date_needs_a_clock_that_knows_dates(void)
{
    static const char HEADER[] = "; UnixStartTime: 1000000000\n";
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    char text[1024];
    hc_job_trace *trace = NULL;
    options.has_from = true;
    options.is_from_civil = true;
    options.from = INT64_C(1000000200) * HC_SECOND;
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, FIVE, HC_ERROR_TRACE),
                                  ": from is a date, but the file does not say when its time 0 "
                                  "was; give a duration since its zero, such as 14d"));
    (void)snprintf(text, sizeof text, "%s%s", HEADER, FIVE);
    trace = hc_test_read(&options, text);
    CU_ASSERT_STRING_EQUAL(ids_of(trace), "3 4 5");
    hc_job_trace_destroy(trace);
    options.is_from_civil = false;
    options.from = 300 * HC_SECOND;
    trace = hc_test_read(&options, text);
    CU_ASSERT_STRING_EQUAL(ids_of(trace), "4 5");
    hc_job_trace_destroy(trace);
}

static void a_file_of_dates_needs_dates(void)
{
    static const char TEXT[] = "timestamp,duration,num_gpus,gpu_time,cluster\n"
                               "2018-02-03 00:00:00,60,1,60,a\n2018-02-04 00:00:00,60,1,60,b\n";
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY_SIA);
    hc_job_trace *trace = NULL;
    options.has_to = true;
    options.to = HC_DAY;
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, TEXT, HC_ERROR_TRACE),
                                  ": to is a duration, but the file has dates; give a date"));
    options.is_to_civil = true;
    options.to = INT64_C(1517702400) * HC_SECOND; /* 2018-02-04 */
    trace = hc_test_read(&options, TEXT);
    CU_ASSERT_EQUAL(report_of(trace)->kept_count, 1);
    CU_ASSERT_EQUAL(report_of(trace)->filter_counts[HC_FILTER_AFTER_TO], 1);
    hc_job_trace_destroy(trace);
}

static void an_empty_range_is_refused(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    options.has_from = true;
    options.has_to = true;
    options.from = 5;
    options.to = 5;
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, FIVE, HC_ERROR_TRACE), ": to is not later than from"));
}

static void load_counts_from_the_first_job_or_from(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.load = 2;
    trace = hc_test_read(&options, ROW(2, 300, 60) ROW(1, 100, 60));
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->submit, 200 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->last_submit, 200 * HC_SECOND);
    hc_job_trace_destroy(trace);
    options.has_from = true;
    options.from = 50 * HC_SECOND;
    trace = hc_test_read(&options, ROW(2, 300, 60) ROW(1, 100, 60));
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, 75 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->submit, 175 * HC_SECOND);
    hc_job_trace_destroy(trace);
}

static void too_low_a_load_is_refused(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    options.load = 0.001;
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, ROW(1, 0, 1) ROW(2, 4000000000, 1), HC_ERROR_TRACE),
               "load 0.001 moves submissions beyond the latest time"));
}

/* Every field but the line must be the same. */
static void check_equal(const hc_job_trace *a, const hc_job_trace *b)
{
    for (size_t i = 0; i < hc_job_trace_count(a); i++) {
        const hc_trace_job *x = hc_test_job(a, i);
        const hc_trace_job *y = hc_test_job(b, i);
        CU_ASSERT(x->submit == y->submit && x->run_time == y->run_time && x->start == y->start &&
                  x->time_limit == y->time_limit && x->gpu_count == y->gpu_count);
        CU_ASSERT_STRING_EQUAL(hc_test_id(a, i), hc_test_id(b, i));
        CU_ASSERT_STRING_EQUAL(hc_job_trace_string(a, x->user), hc_job_trace_string(b, y->user));
    }
}

static void the_order_of_the_rows_does_not_matter(void)
{
    enum { ROW_COUNT = 40 };
    char forward[ROW_COUNT * 80] = "";
    char backward[ROW_COUNT * 80] = "";
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *a = NULL;
    hc_job_trace *b = NULL;
    for (int i = 0; i < ROW_COUNT; i++) {
        int j = ROW_COUNT - 1 - i;
        (void)sprintf(forward + strlen(forward), "%d %d 0 %d 4 -1 -1 4 9 -1 1 %d 1 -1 1 -1 -1 -1\n",
                      i % 7, i / 9, i % 3, i % 4);
        (void)sprintf(backward + strlen(backward),
                      "%d %d 0 %d 4 -1 -1 4 9 -1 1 %d 1 -1 1 -1 -1 -1\n", j % 7, j / 9, j % 3,
                      j % 4);
    }
    a = hc_test_read(&options, forward);
    b = hc_test_read(&options, backward);
    check_equal(a, b);
    CU_ASSERT(!report_of(a)->is_unsorted);
    CU_ASSERT(report_of(b)->is_unsorted);
    hc_job_trace_destroy(a);
    hc_job_trace_destroy(b);
}

/* The first bytes of a file. */
static const char *read_list(const char *path)
{
    static char out[4096];
    FILE *file = fopen(path, "r");
    size_t length = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    length = fread(out, 1, sizeof out - 1, file);
    out[length] = '\0';
    (void)fclose(file);
    return out;
}

static void unusable_rows_are_listed(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    char text[1024];
    char expected[1024];
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 1;
    options.quarantine_path = hc_test_text_file("an old list");
    (void)snprintf(text, sizeof text,
                   "say \"hi\" \\ \x1b\n" ROW(1, 0, 1) "%0198dZo\xc3\xab"
                                                       "el\n" ROW(2, -1, 1),
                   0);
    trace = hc_test_read(&options, text);
    (void)snprintf(expected, sizeof expected,
                   "line,reason,text\n"
                   "1,field_count,\"say \"\"hi\"\" \\\\ \\x1b\"\n"
                   "3,field_count,\"%0198dZo\"\n"
                   "4,no_submit,\"2 -1 10 1 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1\"\n",
                   0);
    CU_ASSERT_STRING_EQUAL(read_list(options.quarantine_path), expected);
    hc_job_trace_destroy(trace);
}

/* The list is UTF-8, whatever the log is. */
static void what_is_not_utf8_is_escaped_in_the_list(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 1;
    options.quarantine_path = hc_test_text_file("");
    trace = hc_test_read(&options, "\xe9 \xc3\xa9 \xc2\x9b \xe2\x80\xa8 \xf0\x9f\n");
    CU_ASSERT_STRING_EQUAL(read_list(options.quarantine_path),
                           "line,reason,text\n1,field_count,\"\\xe9 \xc3\xa9 \\xc2\\x9b "
                           "\\xe2\\x80\\xa8 \\xf0\\x9f\"\n");
    hc_job_trace_destroy(trace);
}

static void the_list_is_written_also_when_there_are_too_many(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    options.quarantine_path = hc_test_text_file("");
    (void)hc_test_refuse(&options, "bad\n", HC_ERROR_TRACE);
    CU_ASSERT_STRING_EQUAL(read_list(options.quarantine_path),
                           "line,reason,text\n1,field_count,\"bad\"\n");
}

static void a_list_that_cannot_be_written_is_an_output_error(void)
{
    static const char *const PATHS[] = {"/dev/full", "/no/such/folder/list.csv", "/tmp"};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
        const char *text = NULL;
        options.quarantine_path = PATHS[i];
        text = hc_test_refuse(&options, ROW(1, 0, 1), HC_ERROR_OUTPUT);
        CU_ASSERT_EQUAL(strncmp(text, PATHS[i], strlen(PATHS[i])), 0);
    }
}

static void a_list_may_go_to_a_device(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = NULL;
    options.quarantine_path = "/dev/null";
    trace = hc_test_read(&options, ROW(1, 0, 1));
    CU_ASSERT_EQUAL(report_of(trace)->kept_count, 1);
    hc_job_trace_destroy(trace);
}

static void the_list_does_not_replace_the_trace(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    options.path = hc_test_text_file(ROW(1, 0, 1));
    options.quarantine_path = options.path;
    CU_ASSERT_EQUAL(hc_job_trace_read(&trace, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(read_list(options.path), ROW(1, 0, 1));
}

static void an_input_that_breaks_off_leaves_no_list(void)
{
    static const unsigned char CUT_OFF[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    char partial[128];
    options.path = hc_test_file(CUT_OFF, sizeof CUT_OFF);
    options.quarantine_path = hc_test_text_file("an old list");
    CU_ASSERT_EQUAL(hc_job_trace_read(&trace, &options, &error), -1);
    CU_ASSERT_STRING_EQUAL(read_list(options.quarantine_path), "an old list");
    (void)snprintf(partial, sizeof partial, "%s.partial", options.quarantine_path);
    CU_ASSERT_EQUAL(access(partial, F_OK), -1);
}

static void reasons_have_names_and_sentences(void)
{
    CU_ASSERT_STRING_EQUAL(hc_quarantine_name(HC_QUARANTINE_NO_SUBMIT), "no_submit");
    CU_ASSERT_STRING_EQUAL(hc_filter_name(HC_FILTER_CPU_JOB), "cpu_job");
    CU_ASSERT_STRING_EQUAL(hc_repair_name(HC_REPAIR_ROUNDED), "rounded");
    CU_ASSERT_STRING_EQUAL(hc_trace_format_name(HC_FORMAT_PHILLY_SIA), "philly-sia");
    CU_ASSERT_STRING_EQUAL(hc_column_name(HC_COLUMN_TIME_LIMIT), "time_limit");
    for (int i = 0; i < HC_QUARANTINE_COUNT; i++) {
        CU_ASSERT(strlen(hc_quarantine_sentence((hc_quarantine_reason)i)) > 8);
    }
    for (int i = 0; i < HC_FILTER_COUNT; i++) {
        CU_ASSERT(strlen(hc_filter_sentence((hc_filter_reason)i)) > 8);
    }
    for (int i = 0; i < HC_REPAIR_COUNT; i++) {
        CU_ASSERT(strlen(hc_repair_sentence((hc_repair)i)) > 8);
    }
}

static const hc_test_case CASES[] = {
    {"options_out_of_range_are_refused", options_out_of_range_are_refused},
    {"a_file_that_is_not_there_is_an_input_error", a_file_that_is_not_there_is_an_input_error},
    {"an_input_without_rows_is_refused", an_input_without_rows_is_refused},
    {"too_many_unusable_rows_are_refused_with_reasons_and_lines",
     too_many_unusable_rows_are_refused_with_reasons_and_lines},
    {"the_limit_itself_is_accepted", the_limit_itself_is_accepted},
    {"a_hopeless_file_is_given_up_early", a_hopeless_file_is_given_up_early},
    {"a_gzip_file_is_read_like_a_plain_one", a_gzip_file_is_read_like_a_plain_one},
    {"the_licence_is_as_given_or_not_asserted", the_licence_is_as_given_or_not_asserted},
    {"a_range_filters_what_is_submitted_outside", a_range_filters_what_is_submitted_outside},
    {"a_warm_start_keeps_what_waits_or_runs_at_from",
     a_warm_start_keeps_what_waits_or_runs_at_from},
    {"without_recorded_times_a_warm_start_assumes_no_wait",
     without_recorded_times_a_warm_start_assumes_no_wait},
    {"a_date_needs_a_clock_that_knows_dates", a_date_needs_a_clock_that_knows_dates},
    {"a_file_of_dates_needs_dates", a_file_of_dates_needs_dates},
    {"an_empty_range_is_refused", an_empty_range_is_refused},
    {"load_counts_from_the_first_job_or_from", load_counts_from_the_first_job_or_from},
    {"too_low_a_load_is_refused", too_low_a_load_is_refused},
    {"the_order_of_the_rows_does_not_matter", the_order_of_the_rows_does_not_matter},
    {"unusable_rows_are_listed", unusable_rows_are_listed},
    {"what_is_not_utf8_is_escaped_in_the_list", what_is_not_utf8_is_escaped_in_the_list},
    {"the_list_is_written_also_when_there_are_too_many",
     the_list_is_written_also_when_there_are_too_many},
    {"a_list_that_cannot_be_written_is_an_output_error",
     a_list_that_cannot_be_written_is_an_output_error},
    {"a_list_may_go_to_a_device", a_list_may_go_to_a_device},
    {"the_list_does_not_replace_the_trace", the_list_does_not_replace_the_trace},
    {"an_input_that_breaks_off_leaves_no_list", an_input_that_breaks_off_leaves_no_list},
    {"reasons_have_names_and_sentences", reasons_have_names_and_sentences},
};

HC_TEST_MAIN("job_trace", CASES)
