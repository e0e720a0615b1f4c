#include "tests/traces/recorded_rows.h"
#include "tests/traces/trace_testing.h"
#include "traces/trace_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBMITTED "\"submitted_time\":\"2017-10-07 01:00:00\""
#define JOB_HEAD "{\"status\":\"Pass\",\"vc\":\"v\",\"jobid\":\"j\",\"user\":\"u\"," SUBMITTED
#define TIMES "\"start_time\":\"2017-10-07 01:00:10\",\"end_time\":\"2017-10-07 01:01:10\""
#define DETAIL "\"detail\":[{\"ip\":\"m1\",\"gpus\":[\"gpu0\",\"gpu1\"]}]"
#define ATTEMPT "{" TIMES "," DETAIL "}"
#define ATTEMPTS(list) ",\"attempts\":[" list "]}"

static hc_job_trace *read_text(const char *text)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    options.quarantine_limit = 1;
    return hc_test_read(&options, text);
}

/* The list of nodes is not kept in a trace: it is taken from the reader. */
static void first_nodes(const char *text, char *out, size_t size)
{
    const hc_trace_reader *reader = hc_trace_reader_of(HC_FORMAT_PHILLY);
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    hc_trace_facts facts = {0};
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_trace_record record;
    void *self = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&input, "m", text, strlen(text), &error), 0);
    CU_ASSERT_EQUAL_FATAL(reader->open(&self, input, &options, &facts, &error), 0);
    CU_ASSERT_EQUAL_FATAL(reader->next(self, &record, &error), 1);
    (void)snprintf(out, size, "%.*s", (int)record.recorded_nodes.length,
                   record.recorded_nodes.text);
    reader->close(self);
    hc_input_file_close(input);
}

/* From its first start, 01:12:09, to its last end, 06:53:12 two days later. Without the 7 s between the two
 * attempts it would be 193,256 s. */
static void the_sample_runs_for_193263_seconds(void)
{
    hc_job_trace *trace = hc_test_read_path(
        hc_test_options(HC_FORMAT_PHILLY),
        hc_test_shared_file("data/format_samples/philly_cluster_job_log.one_entry.json"));
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 1);
    CU_ASSERT_EQUAL(job->run_time, 193263 * HC_SECOND);
    CU_ASSERT_EQUAL(job->start - job->submit, 30 * HC_SECOND);
    CU_ASSERT_EQUAL(job->submit, INT64_C(1507338699) * HC_SECOND); /* 2017-10-07 01:11:39 */
    CU_ASSERT_EQUAL(job->gpu_count, 8);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_COMPLETED);
    CU_ASSERT_EQUAL(job->line, 1);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "application_1506638472019_14199");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->user), "ce2f4c");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->group), "ee9e8c");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, job->partition), "ee9e8c");
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->sha256,
                           "5bb2f43aaa729aa055b1356d607aaaef3bae401287f242c63e34ade7f4b120d2");
    hc_job_trace_destroy(trace);
}

static void jobs_are_judged_by_their_members(void)
{
    static const hc_test_row CASES[] = {
        {JOB_HEAD ATTEMPTS(ATTEMPT), HC_FATE_KEPT},
        {JOB_HEAD ATTEMPTS(""), HC_FATE_NEVER_RUN},
        {JOB_HEAD "}", HC_FATE_NEVER_RUN},
        {JOB_HEAD ",\"attempts\":null}", HC_FATE_NEVER_RUN},
        {JOB_HEAD ATTEMPTS("{\"start_time\":null,\"end_time\":\"\"}"), HC_FATE_NEVER_RUN},
        {JOB_HEAD ATTEMPTS("{\"start_time\":\"None\",\"end_time\":\"None\"," DETAIL "}"),
         HC_FATE_NEVER_RUN},
        {JOB_HEAD ATTEMPTS("{\"start_time\":\"2017-10-07 01:00:10\",\"end_time\":null," DETAIL "}"),
         HC_QUARANTINE_NO_RUN_TIME},
        {JOB_HEAD ATTEMPTS(
             ATTEMPT ",{\"start_time\":\"2017-10-07 02:00:10\",\"end_time\":\"\"," DETAIL "}"),
         HC_QUARANTINE_NO_RUN_TIME},
        {JOB_HEAD ATTEMPTS("{\"start_time\":null,\"end_time\":\"2017-10-07 02:00:10\"," DETAIL "}"),
         HC_QUARANTINE_NO_RUN_TIME},
        {JOB_HEAD ATTEMPTS("{" TIMES "}"), HC_QUARANTINE_NO_SIZE},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":null}"), HC_QUARANTINE_NO_SIZE},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[]}"), HC_FATE_KEPT}, /* of 0 GPUs */
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"ip\":\"m1\",\"gpus\":[]}]}"), HC_FATE_KEPT},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[7]}"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":{}}"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"gpus\":8}]}"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"gpus\":[[]]}]}"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ",\"attempts\":{}}", HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ",\"attempts\":3}", HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("null"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("{\"start_time\":1e300,\"end_time\":0," DETAIL "}"),
         HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ATTEMPTS("{\"start_time\":true," DETAIL "}"), HC_QUARANTINE_NOT_A_NUMBER},
        {JOB_HEAD ",\"vc\":[]" ATTEMPTS(ATTEMPT), HC_QUARANTINE_NOT_A_NUMBER},
        {"{" SUBMITTED ATTEMPTS(ATTEMPT), HC_QUARANTINE_NO_ID},
        {"{\"jobid\":\"None\"," SUBMITTED ATTEMPTS(ATTEMPT), HC_QUARANTINE_NO_ID},
        {"{\"jobid\":\"j\"" ATTEMPTS(ATTEMPT), HC_QUARANTINE_NO_SUBMIT},
        {"{\"jobid\":\"j\",\"submitted_time\":\"None\"" ATTEMPTS(ATTEMPT), HC_QUARANTINE_NO_SUBMIT},
        {"{\"jobid\":\"j\\u0000\"," SUBMITTED ATTEMPTS(ATTEMPT), HC_QUARANTINE_BAD_TEXT},
        {"{\"jobid\":\"j\\n\"," SUBMITTED ATTEMPTS(ATTEMPT), HC_QUARANTINE_BAD_TEXT},
        {"{\"jobid\":\"j\xff\"," SUBMITTED ATTEMPTS(ATTEMPT), HC_FATE_KEPT}, /* Latin-1 */
        {"{\"jobid\":12," SUBMITTED ATTEMPTS(ATTEMPT), HC_FATE_KEPT},
        {JOB_HEAD ",\"more\":{\"attempts\":[[{}]],\"n\":1e999},\"x\":[1,{}]" ATTEMPTS(ATTEMPT),
         HC_FATE_KEPT},
        {"{\"jobid\":\"j\",\"submitted_time\":\"2017-10-07 02:00:00\"" ATTEMPTS(ATTEMPT),
         HC_QUARANTINE_BAD_TIMES},
        {"{}", HC_QUARANTINE_NO_ID},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[4096];
        hc_test_row row = {text, CASES[i].fate};
        (void)snprintf(text, sizeof text, "%s]", CASES[i].row);
        hc_test_rows(options, "[", &row, 1);
    }
}

/* Three attempts: the size is that of the first, the run time counts from its start to the end of the last. */
static void attempts_make_one_job(void)
{
    hc_job_trace *trace = read_text("[" JOB_HEAD ATTEMPTS(
        ATTEMPT ",{\"start_time\":null,\"end_time\":null,\"detail\":[]},"
                "{\"start_time\":\"2017-10-07 02:00:00\",\"end_time\":\"2017-10-07 02:00:10\","
                "\"detail\":[{\"ip\":\"m9\",\"gpus\":[\"gpu0\"]}]}") "]");
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(job->gpu_count, 2);
    CU_ASSERT_EQUAL(job->start - job->submit, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(job->run_time, HC_HOUR);
    hc_job_trace_destroy(trace);
}

static void states_are_outcomes(void)
{
    static const struct {
        const char *status;
        hc_outcome outcome;
    } CASES[] = {{"\"Pass\"", HC_OUTCOME_COMPLETED},
                 {"\"Killed\"", HC_OUTCOME_CANCELLED},
                 {"\"Failed\"", HC_OUTCOME_FAILED},
                 {"null", HC_OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[1024];
        hc_job_trace *trace = NULL;
        (void)snprintf(text, sizeof text, "[{\"jobid\":\"j\",\"status\":%s,%s]", CASES[i].status,
                       SUBMITTED ATTEMPTS(ATTEMPT));
        trace = read_text(text);
        CU_ASSERT_EQUAL(hc_test_job(trace, 0)->outcome, CASES[i].outcome);
        hc_job_trace_destroy(trace);
    }
}

/* What ran when the log was taken is known to have done so, though not for how long. */
static void a_job_without_last_end_was_running(void)
{
    const char *path = hc_test_text_file("[" JOB_HEAD ATTEMPTS(
        ATTEMPT ",{\"start_time\":\"2017-10-07 02:00:00\",\"end_time\":null," DETAIL "}") "]");
    hc_test_recorded_list rows = hc_test_read_rows(HC_FORMAT_PHILLY, 0, path);
    CU_ASSERT_EQUAL_FATAL(rows.count, 1);
    CU_ASSERT_EQUAL(rows.rows[0].outcome, HC_OUTCOME_RUNNING);
    CU_ASSERT_EQUAL(rows.rows[0].wait, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(rows.rows[0].run_time, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(rows.rows[0].size, 2);
    CU_ASSERT_FALSE(rows.rows[0].is_never_run);
    free(rows.rows);
}

static void nodes_of_the_first_attempt_are_recorded(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    hc_job_trace *trace = NULL;
    char nodes[256];
    first_nodes(
        "[" JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"gpus\":[\"gpu0\"],\"ip\":\"m47\"},"
                              "{\"ip\":\"m412\",\"gpus\":[\"gpu3\",\"gpu4\"]}]}," ATTEMPT) "]",
        nodes, sizeof nodes);
    CU_ASSERT_STRING_EQUAL(nodes, "m47:1+m412:2");
    first_nodes("[" JOB_HEAD ATTEMPTS("") "]", nodes, sizeof nodes);
    CU_ASSERT_STRING_EQUAL(nodes, "");
    first_nodes(
        "[" JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"ip\":\"fe80::1\",\"gpus\":[1]}]}") "]",
        nodes, sizeof nodes);
    CU_ASSERT_STRING_EQUAL(nodes, ""); /* cannot be told from its count */
    trace = hc_test_read(
        &options,
        "[" JOB_HEAD ATTEMPTS("{" TIMES ",\"detail\":[{\"ip\":\"fe80::1\",\"gpus\":[1]}]}") "]");
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_NODES_DROPPED], 1);
    hc_job_trace_destroy(trace);
}

/* As Python's json does. */
static void the_last_of_equal_members_counts(void)
{
    char nodes[256];
    hc_job_trace *trace = read_text(
        "[{\"jobid\":\"a\",\"jobid\":\"b\"," SUBMITTED ",\"attempts\":[" ATTEMPT "," ATTEMPT "]"
        ",\"attempts\":[{" TIMES ",\"detail\":[],\"detail\":[{\"ip\":\"m7\",\"gpus\":[1,2],"
        "\"gpus\":[3]}]}]}]");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "b");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->gpu_count, 1);
    hc_job_trace_destroy(trace);
    first_nodes("[" JOB_HEAD ",\"attempts\":[" ATTEMPT
                "]" ATTEMPTS("{" TIMES ",\"detail\":[{\"ip\":\"m7\",\"gpus\":[1]}]}") "]",
                nodes, sizeof nodes);
    CU_ASSERT_STRING_EQUAL(nodes, "m7:1");
}

/* The line of a job is that of its brace. */
static void jobs_know_their_lines(void)
{
    hc_job_trace *trace = read_text("\xef\xbb\xbf[\r\n  " JOB_HEAD "\n" ATTEMPTS(
        ATTEMPT) ",\n\n  {\n\"jobid\":\n\"k\","
                 "\"submitted_time\":\"2017-10-06 01:00:00\"" ATTEMPTS(ATTEMPT) "\n]\n\n");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "k");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->line, 5);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->line, 2);
    CU_ASSERT(hc_job_trace_report(trace)->is_unsorted);
    hc_job_trace_destroy(trace);
}

/* Errors name the line and the column. */
static void what_is_not_a_job_log_is_refused(void)
{
    static const struct {
        const char *text;
        const char *part;
    } CASES[] = {
        {"", ":1:1: parse error: premature EOF"},
        {"[", ":1:2: parse error: premature EOF"},
        {"[\n" JOB_HEAD ATTEMPTS(ATTEMPT) ",\n", ":3:1: parse error: premature EOF"},
        {"[" JOB_HEAD, "parse error: premature EOF"},
        {"[]", ": no job in it"},
        {"{}", ":1:1: expected an array of jobs"},
        {"7", ":1:2: expected an array of jobs"},
        {"\"x\"", ":1:3: expected an array of jobs"},
        {"[\n\n 7]", ":3:2: expected a job"},
        {"[[", ":1:2: expected a job"},
        {"[" JOB_HEAD ATTEMPTS(ATTEMPT) "]\n\n  x", ":3:3: parse error: trailing garbage"},
        {"[" JOB_HEAD ATTEMPTS(ATTEMPT) "][]", "parse error: trailing garbage"},
        {"[{\"a\" 1}]", ":1:7: parse error: object key and value must be separated by a colon"},
        {"[{\"a\": \"\t\"}]", ":1:8: lexical error: invalid character inside string"},
        {"[{\"a\": \"\\x\"}]", "lexical error: inside a string"},
        {"[{\"a\": nul}]", "lexical error: invalid string in json text"},
        {"[{\"a\": 01}]", "parse error: after key and value, inside map"},
        {"[/* a comment */]", "lexical error"},
        {"timestamp,duration,num_gpus\n", "is read as format philly-sia"},
        {"[{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", ":1:37: nested deeper than"},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    options.quarantine_limit = 1;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *text = hc_test_refuse(&options, CASES[i].text, HC_ERROR_TRACE);
        if (strstr(text, CASES[i].part) == NULL) {
            printf("\n    %s\n    got %s\n", CASES[i].text, text);
            CU_FAIL("wrong message");
        }
    }
}

static void quarantined_jobs_show_how_they_begin(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PHILLY);
    const char *list = hc_test_text_file("");
    char text[1024];
    size_t length = 0;
    FILE *file = NULL;
    hc_job_trace *trace = NULL;
    options.quarantine_limit = 1;
    options.quarantine_path = list;
    trace = hc_test_read(&options, "[\n{\"jobid\":\n\"j\"}]");
    file = fopen(list, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    CU_ASSERT_STRING_EQUAL(text, "line,reason,text\n"
                                 "2,no_submit,\"{\"\"jobid\"\":\\x0a\"\"j\"\"}\"\n");
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"the_sample_runs_for_193263_seconds", the_sample_runs_for_193263_seconds},
    {"jobs_are_judged_by_their_members", jobs_are_judged_by_their_members},
    {"attempts_make_one_job", attempts_make_one_job},
    {"states_are_outcomes", states_are_outcomes},
    {"a_job_without_last_end_was_running", a_job_without_last_end_was_running},
    {"nodes_of_the_first_attempt_are_recorded", nodes_of_the_first_attempt_are_recorded},
    {"the_last_of_equal_members_counts", the_last_of_equal_members_counts},
    {"jobs_know_their_lines", jobs_know_their_lines},
    {"what_is_not_a_job_log_is_refused", what_is_not_a_job_log_is_refused},
    {"quarantined_jobs_show_how_they_begin", quarantined_jobs_show_how_they_begin},
};

HC_TEST_MAIN("philly", CASES)
