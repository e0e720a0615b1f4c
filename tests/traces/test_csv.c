#include "tests/traces/trace_testing.h"

#include <stdio.h>
#include <string.h>

#define HEADER "id,submit,start,end,run,limit,gpus,kind,cpus,mem,user,vc,queue,state\n"

/* Every column has a name here. */
static hc_trace_options all_columns(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    options.columns[HC_COLUMN_JOB_ID] = "id";
    options.columns[HC_COLUMN_SUBMIT] = "submit";
    options.columns[HC_COLUMN_START] = "start";
    options.columns[HC_COLUMN_END] = "end";
    options.columns[HC_COLUMN_RUNTIME] = "run";
    options.columns[HC_COLUMN_TIME_LIMIT] = "limit";
    options.columns[HC_COLUMN_GPUS] = "gpus";
    options.columns[HC_COLUMN_GPU_KIND] = "kind";
    options.columns[HC_COLUMN_CPUS] = "cpus";
    options.columns[HC_COLUMN_MEMORY] = "mem";
    options.columns[HC_COLUMN_USER] = "user";
    options.columns[HC_COLUMN_GROUP] = "vc";
    options.columns[HC_COLUMN_PARTITION] = "queue";
    options.columns[HC_COLUMN_STATUS] = "state";
    return options;
}

/* The fewest that a job can be read from. */
static hc_trace_options few_columns(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    options.columns[HC_COLUMN_SUBMIT] = "t";
    options.columns[HC_COLUMN_RUNTIME] = "run";
    options.columns[HC_COLUMN_GPUS] = "gpus";
    return options;
}

static void missing_columns_are_named(void)
{
    hc_trace_options options = few_columns();
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, "t,duration,gpu\n1,2,3\n", HC_ERROR_TRACE),
               ": no column run, gpus; found: t, duration, gpu"));
    options.columns[HC_COLUMN_GPUS] = NULL;
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, "t,run,gpus\n1,2,3\n", HC_ERROR_USAGE),
                                  "no name is given for gpus"));
    options.columns[HC_COLUMN_GPUS] = "gpus";
    options.columns[HC_COLUMN_RUNTIME] = NULL;
    options.columns[HC_COLUMN_END] = "end";
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, "t,end,gpus\n1,2,3\n", HC_ERROR_USAGE),
                                  "a name is needed for runtime, or for start and end"));
    options.columns[HC_COLUMN_SUBMIT] = NULL;
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, "t,end,gpus\n1,2,3\n", HC_ERROR_USAGE),
                                  "no name is given for submit"));
}

static void a_list_without_rows_is_refused(void)
{
    hc_trace_options options = few_columns();
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, "", HC_ERROR_TRACE), ": empty"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, "t,run,gpus\n\n", HC_ERROR_TRACE), ": no job in it"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, "t,run,gpus,t\n1,2,3,4\n", HC_ERROR_TRACE),
               "two columns (1 and 4) are called t"));
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"1,100,,,60,,8,,,,,,", HC_QUARANTINE_FIELD_COUNT},
        {"1,100,,,60,,8,,,,,,,,", HC_QUARANTINE_FIELD_COUNT},
        {"1,100,,,60,,8,,,,\"x\"y,,,", HC_QUARANTINE_BAD_TEXT},
        {"1,100,,,sixty,,8,,,,,,,", HC_QUARANTINE_NOT_A_NUMBER},
        {"1,100,,,60,,eight,,,,,,,", HC_QUARANTINE_NOT_A_NUMBER},
        {"1,100,,,60,,8,,,80Gi,,,,", HC_QUARANTINE_NOT_A_NUMBER},
        {"1,100,,,1e30,,8,,,,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,100,,,60,,1.5,,,,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,100,,,60,,0.0001,,,,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,100,,,60,,4294967296,,,,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,100,,,60,,8,,-1,,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"1,100,,,60,,8,,,-4096,,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {",100,,,60,,8,,,,,,,", HC_QUARANTINE_NO_ID},
        {"1,,,,60,,8,,,,,,,", HC_QUARANTINE_NO_SUBMIT},
        {"1,-100,,,60,,8,,,,,,,", HC_QUARANTINE_NO_SUBMIT},
        {"1,100,,,60,,,,,,,,,", HC_QUARANTINE_NO_SIZE},
        {"1,100,,,60,,-8,,,,,,,", HC_QUARANTINE_NO_SIZE},
        {"1,100,,,,,8,,,,,,,", HC_QUARANTINE_NO_RUN_TIME},
        {"1,100,,,,,8,,,,,,,RUNNING", HC_QUARANTINE_NO_RUN_TIME},
        {"1,100,110,,,,8,,,,,,,CANCELLED", HC_QUARANTINE_NO_RUN_TIME},
        {"1,100,,,-60,,8,,,,,,,", HC_QUARANTINE_BAD_TIMES},
        {"1,100,90,150,,,8,,,,,,,", HC_QUARANTINE_BAD_TIMES},
        {"1,100,110,105,,,8,,,,,,,", HC_QUARANTINE_BAD_TIMES},
        {"1,100,,90,60,,8,,,,,,,", HC_QUARANTINE_BAD_TIMES},
        {"1,100,,,60,,8,,,,\"a\tb\",,,", HC_QUARANTINE_BAD_TEXT},
        {"1,100,None,Unknown,,,8,,,,,,,CANCELLED by 5012", HC_FATE_NEVER_RUN},
        {"1,100,,130,,,8,,,,,,,cancelled", HC_FATE_NEVER_RUN},
        {"1,100,,,,,,,,,,,,PENDING", HC_FATE_NEVER_RUN},
        {"1,100,,,60,,8,,,,,,,", HC_FATE_KEPT},
        {"1,100,,,0,,8,,,,,,,", HC_FATE_KEPT},
        {"1,100,,,60,,0,,4,,,,,", HC_FATE_KEPT},
    };
    hc_test_rows(all_columns(), HEADER, CASES, COUNT_OF(CASES));
}

static void long_names_spoil_their_row(void)
{
    hc_trace_options options = all_columns();
    char text[1024];
    char name[260];
    hc_job_trace *trace = NULL;
    memset(name, 'n', sizeof name);
    options.quarantine_limit = 0.5;
    (void)snprintf(text, sizeof text, HEADER "%.255s,1,,,1,,1,,,,,,,\n%.256s,1,,,1,,1,,,,,,,\n",
                   name, name);
    trace = hc_test_read(&options, text);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_BAD_TEXT], 1);
    hc_job_trace_destroy(trace);
}

/* What goes into a run file and onto a terminal is UTF-8 without control characters. */
static void names_that_are_not_utf8_are_read_as_latin1(void)
{
    hc_trace_options options = all_columns();
    hc_job_trace *trace =
        hc_test_read(&options, HEADER "j\xf6\x62,1,,,1,,1,caf\xe9,,,Ren\xe9\x65,z\xfc,\xff,\n"
                                      "job,2,,,1,,1,,,,Ren\xc3\xa9\x65,,,\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "j\xc3\xb6\x62");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->kinds), "caf\xc3\xa9");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "Ren\xc3\xa9\x65");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "z\xc3\xbc");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->partition), "\xc3\xbf");
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->user, job->user);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_LATIN1], 1);
    CU_ASSERT_STRING_EQUAL(hc_repair_name(HC_REPAIR_LATIN1), "latin1");
    hc_job_trace_destroy(trace);
}

static void control_characters_in_names_spoil_their_row(void)
{
    static const hc_test_row ROWS[] = {
        {"a\x1b[2J,1,,,1,,1,,,,,,,", HC_QUARANTINE_BAD_TEXT},
        {"a\tb,1,,,1,,1,,,,,,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,,,,\x7f,,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,,,,,\x9b\x32J,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,,,,,\xc2\x9b\x32J,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,,,,,,\xe2\x80\xa8,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,A\x01,,,,,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,,,1,,1,,,,,,,done\x1b", HC_FATE_KEPT}, /* is read, not kept */
    };
    hc_test_rows(all_columns(), HEADER, ROWS, COUNT_OF(ROWS));
}

/* 128 bytes of Latin-1 are 256 of UTF-8. */
static void names_that_become_too_long_spoil_their_row(void)
{
    hc_trace_options options = all_columns();
    char text[1024];
    char name[129];
    hc_job_trace *trace = NULL;
    memset(name, '\xe9', sizeof name);
    options.quarantine_limit = 0.5;
    (void)snprintf(text, sizeof text, HEADER "%.127s,1,,,1,,1,,,,,,,\n%.128s,1,,,1,,1,,,,,,,\n",
                   name, name);
    trace = hc_test_read(&options, text);
    CU_ASSERT_EQUAL(strlen(hc_test_id(trace, 0)), 254);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_LATIN1], 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_BAD_TEXT], 1);
    hc_job_trace_destroy(trace);
}

static void fields_go_where_they_belong(void)
{
    hc_trace_options options = all_columns();
    hc_job_trace *trace = hc_test_read(
        &options, HEADER "j#1,100.5,110,170.25,,90,8,A100|H100,12.5,80GiB,\"Doe, J\",nlp,"
                         "batch,TIMEOUT\n");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "j#1");
    CU_ASSERT_EQUAL(job->submit, 100500 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->start, 110 * HC_SECOND);
    CU_ASSERT_EQUAL(job->end, 170250 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->run_time, 60250 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(job->time_limit, 90 * HC_SECOND);
    CU_ASSERT(job->is_limit_requested);
    CU_ASSERT_EQUAL(job->gpu_count, 8);
    CU_ASSERT_EQUAL(job->gpu_milli, 1000);
    CU_ASSERT_EQUAL(job->cpu_milli, 12500);
    CU_ASSERT_EQUAL(job->memory_bytes, UINT64_C(80) << 30);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->kinds), "A100|H100");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "Doe, J");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "nlp");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->partition), "batch");
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_TIMEOUT);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    hc_job_trace_destroy(trace);
}

static void gpus_are_whole_or_a_part_of_one(void)
{
    static const struct {
        const char *gpus;
        uint32_t count;
        uint16_t milli;
        uint64_t rounded;
    } CASES[] = {
        {"0.47", 1, 470, 0}, {"1", 1, 1000, 0},         {"63.0", 63, 1000, 0},
        {"0.001", 1, 1, 0},  {"0", 0, 1000, 0},         {"0.3333", 1, 333, 1},
        {"8e0", 8, 1000, 0}, {"2.0000001", 2, 1000, 1},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = few_columns();
        char text[128];
        hc_job_trace *trace = NULL;
        (void)snprintf(text, sizeof text, "t,run,gpus\n1,60,%s\n", CASES[i].gpus);
        trace = hc_test_read(&options, text);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->gpu_count, CASES[i].count);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->gpu_milli, CASES[i].milli);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_ROUNDED],
                        CASES[i].rounded);
        hc_job_trace_destroy(trace);
    }
}

static void memory_is_bytes_or_has_a_unit(void)
{
    hc_trace_options options = few_columns();
    hc_job_trace *trace = NULL;
    options.columns[HC_COLUMN_MEMORY] = "mem";
    trace =
        hc_test_read(&options, "t,run,gpus,mem\n1,1,1,4096\n2,1,1,1.5 kB\n3,1,1,\n4,1,1,2TiB\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->memory_bytes, 4096);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->memory_bytes, 1500);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->memory_bytes, 0);
    CU_ASSERT_EQUAL(hc_test_job(trace, 3)->memory_bytes, UINT64_C(2) << 40);
    hc_job_trace_destroy(trace);
}

static void times_are_seconds_or_dates_but_not_both(void)
{
    hc_trace_options options = few_columns();
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 0.5;
    trace = hc_test_read(&options, "t,run,gpus\n1583020800.125,60,1\n2020-03-01 00:00:00,60,1\n");
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_NOT_A_NUMBER], 1);
    hc_job_trace_destroy(trace);
    trace = hc_test_read(&options,
                         "t,run,gpus\n,60,1\n2020-03-01 00:00:00.125,60,1\n"
                         "2020-03-01T08:00:01+08:00,60,1\n2020-03-02,60,1\n1583020800,60,1\n");
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_NO_SUBMIT], 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[HC_QUARANTINE_NOT_A_NUMBER], 1);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->submit, INT64_C(1583020800125) * HC_MILLISECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->submit, INT64_C(1583020801) * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->submit, INT64_C(1583107200) * HC_SECOND);
    hc_job_trace_destroy(trace);
}

/* Kalos of Acme gives the time since submission as duration. */
static void the_run_time_is_end_less_start_whatever_the_duration_says(void)
{
    hc_trace_options options = all_columns();
    hc_job_trace *trace =
        hc_test_read(&options, HEADER
                     "1,2023-01-02 03:00:00+00:00,2023-01-02 03:00:10+00:00,"
                     "2023-01-02 03:00:18+00:00,18.0,,8,,,,,,,FAILED\n"
                     "2,2023-01-02 04:00:00,2023-01-02 04:00:10,2023-01-02 04:00:20,10,,8,,,,,,,"
                     "COMPLETED\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->run_time, 8 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->run_time, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_TIMES_DISAGREE], 1);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_WAIT_DROPPED], 0);
    hc_job_trace_destroy(trace);
}

static void the_end_follows_from_start_and_run_time(void)
{
    hc_trace_options options = all_columns();
    hc_job_trace *trace =
        hc_test_read(&options, HEADER "1,100,110,,60,,8,,,,,,,\n2,100,,,60,,8,,,,,,,\n"
                                      "3,100,,160,60,,8,,,,,,,\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->end, 170 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->end, 160 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_WAIT_DROPPED], 2);
    hc_job_trace_destroy(trace);
}

static void states_of_many_schedulers_are_known(void)
{
    static const struct {
        const char *state;
        hc_outcome outcome;
    } CASES[] = {
        {"", HC_OUTCOME_UNKNOWN},
        {"SUSPENDED", HC_OUTCOME_UNKNOWN},
        {"COMPLETED", HC_OUTCOME_COMPLETED},
        {"Pass", HC_OUTCOME_COMPLETED},
        {"Succeeded", HC_OUTCOME_COMPLETED},
        {"Terminated", HC_OUTCOME_COMPLETED},
        {"FAILED", HC_OUTCOME_FAILED},
        {"OUT_OF_MEMORY", HC_OUTCOME_FAILED},
        {"CANCELLED by 5012", HC_OUTCOME_CANCELLED},
        {"canceled", HC_OUTCOME_CANCELLED},
        {"Killed", HC_OUTCOME_CANCELLED},
        {"TIMEOUT", HC_OUTCOME_TIMEOUT},
        {"NODE_FAIL", HC_OUTCOME_NODE_FAIL},
        {"Running", HC_OUTCOME_RUNNING},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = few_columns();
        char text[128];
        hc_job_trace *trace = NULL;
        options.columns[HC_COLUMN_STATUS] = "state";
        (void)snprintf(text, sizeof text, "t,run,gpus,state\n1,60,1,%s\n", CASES[i].state);
        trace = hc_test_read(&options, text);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->outcome, CASES[i].outcome);
        hc_job_trace_destroy(trace);
    }
}

static void rows_without_ids_are_ordered_by_content(void)
{
    hc_trace_options options = few_columns();
    hc_job_trace *trace =
        hc_test_read(&options, "t,run,gpus\n5,60,2\n5,60,1\n4,9,9\n5,59,2\n5,60,1\n");
    static const uint64_t LINES[] = {4, 3, 6, 5, 2};
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->line, LINES[i]);
        CU_ASSERT_EQUAL(hc_test_job(trace, i)->id, 0);
    }
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->duplicate_count, 1);
    hc_job_trace_destroy(trace);
}

static void mark_crlf_and_quoted_line_ends_keep_line_numbers(void)
{
    hc_trace_options options = few_columns();
    hc_job_trace *trace = NULL;
    options.columns[HC_COLUMN_USER] = "name";
    trace =
        hc_test_read(&options, "\xef\xbb\xbf"
                               "t,run,gpus,\"name\"\r\n1,60,1,a\r\n\r\n2,60,1,\"b\"\r\n3,60,1,c");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 2);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->line, 4);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->line, 5);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->blank_line_count, 1);
    hc_job_trace_destroy(trace);
    options.columns[HC_COLUMN_USER] = NULL;
    trace = hc_test_read(&options, "t,run,gpus,name\n1,60,1,\"two\nlines\"\n2,60,1,x\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 2);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->line, 4);
    hc_job_trace_destroy(trace);
}

/* The Lingjun list begins its header with '#', has times on a grid of minutes and jobs that ran 0 s. */
static void names_of_columns_are_taken_as_they_are(void)
{
    hc_trace_options options = few_columns();
    hc_job_trace *trace = NULL;
    options.columns[HC_COLUMN_JOB_ID] = "#job id";
    options.columns[HC_COLUMN_SUBMIT] = "arrival time (sec)";
    options.columns[HC_COLUMN_GPUS] = "size";
    options.columns[HC_COLUMN_RUNTIME] = "duration (sec)";
    trace = hc_test_read(&options, "#job id,arrival time (sec),topology,shape,size,duration (sec)\n"
                                   "1,0,CLOS,8,8,0\n2,60,CLOS,64,64,420\n");
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 2);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->run_time, 0);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"missing_columns_are_named", missing_columns_are_named},
    {"a_list_without_rows_is_refused", a_list_without_rows_is_refused},
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"long_names_spoil_their_row", long_names_spoil_their_row},
    {"names_that_are_not_utf8_are_read_as_latin1", names_that_are_not_utf8_are_read_as_latin1},
    {"control_characters_in_names_spoil_their_row", control_characters_in_names_spoil_their_row},
    {"names_that_become_too_long_spoil_their_row", names_that_become_too_long_spoil_their_row},
    {"fields_go_where_they_belong", fields_go_where_they_belong},
    {"gpus_are_whole_or_a_part_of_one", gpus_are_whole_or_a_part_of_one},
    {"memory_is_bytes_or_has_a_unit", memory_is_bytes_or_has_a_unit},
    {"times_are_seconds_or_dates_but_not_both", times_are_seconds_or_dates_but_not_both},
    {"the_run_time_is_end_less_start_whatever_the_duration_says",
     the_run_time_is_end_less_start_whatever_the_duration_says},
    {"the_end_follows_from_start_and_run_time", the_end_follows_from_start_and_run_time},
    {"states_of_many_schedulers_are_known", states_of_many_schedulers_are_known},
    {"rows_without_ids_are_ordered_by_content", rows_without_ids_are_ordered_by_content},
    {"mark_crlf_and_quoted_line_ends_keep_line_numbers",
     mark_crlf_and_quoted_line_ends_keep_line_numbers},
    {"names_of_columns_are_taken_as_they_are", names_of_columns_are_taken_as_they_are},
};

HC_TEST_MAIN("csv", CASES)
