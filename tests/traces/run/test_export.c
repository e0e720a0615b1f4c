#include "tests/testing.h"
#include "tests/traces/run/run_rows.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/export_csv.h"
#include "traces/run/export_swf.h"
#include "traces/run/run_file.h"
#include "traces/run/run_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_scratch scratch;
static hc_run_rows_contents prepared;
static hc_run_reader *reader;

#define S HC_SECOND

/* Four jobs, in the order in which they end; names that need care; times that need decimals. */
static const hc_job_spec SPECS[] = {
    {.name = "=1+1, \"x\"",
     .submit = 0,
     .run_time = 10 * S,
     .time_limit = 20 * S,
     .recorded_start = 1 * S,
     .recorded_end = HC_TIME_MISSING,
     .line = 2,
     .request = {.gpu_count = 1, .gpu_milli = 470},
     .user = 0,
     .group = HC_NO_INDEX,
     .outcome = HC_OUTCOME_FAILED},
    {.name = "-7",
     .submit = 1500000000,
     .run_time = 5 * S,
     .time_limit = 60 * S,
     .recorded_start = HC_TIME_MISSING,
     .recorded_end = HC_TIME_MISSING,
     .line = 3,
     .request = {.gpu_count = 16, .gpu_milli = 1000},
     .user = 1,
     .group = 2,
     .is_limit_requested = true,
     .partition = {1},
     .outcome = HC_OUTCOME_COMPLETED},
    {.name = "big",
     .submit = 2 * S,
     .run_time = 1 * S,
     .time_limit = 1 * S,
     .recorded_start = HC_TIME_MISSING,
     .recorded_end = HC_TIME_MISSING,
     .line = 4,
     .request = {.gpu_count = 4000, .gpu_milli = 1000},
     .user = HC_NO_INDEX,
     .group = HC_NO_INDEX,
     .partition = {UINT16_MAX}},
    {.name = "last",
     .submit = -3 * S,
     .run_time = 1 * S,
     .time_limit = 1 * S,
     .recorded_start = HC_TIME_MISSING,
     .recorded_end = HC_TIME_MISSING,
     .line = 5,
     .request = {.gpu_count = 0, .gpu_milli = 1000},
     .user = 3,
     .group = 0},
};

static const hc_job_record RECORDS[] = {
    {.spec = &SPECS[2],
     .job = {2},
     .state = HC_JOB_REJECTED,
     .rejection = HC_REJECTION_SIZE,
     .first_start = HC_TIME_MISSING,
     .last_end = HC_TIME_MISSING,
     .wait = HC_TIME_MISSING},
    {.spec = &SPECS[1],
     .job = {1},
     .state = HC_JOB_COMPLETED,
     .first_start = 2 * S,
     .last_end = 8000000001,
     .wait = 1 * S,
     .held_milli_ns = (hc_int128)16000 * 5 * S,
     .node_count = 2,
     .attempt_count = 2,
     .preemption_count = 1,
     .is_measured = true},
    {.spec = &SPECS[0],
     .job = {0},
     .state = HC_JOB_RUNNING,
     .first_start = 0,
     .last_end = HC_TIME_MISSING,
     .held_milli_ns = 4700 * S + 1,
     .node_count = 1,
     .attempt_count = 1},
    {.spec = &SPECS[3],
     .job = {3},
     .state = HC_JOB_PENDING,
     .first_start = HC_TIME_MISSING,
     .last_end = HC_TIME_MISSING,
     .wait = 11 * S},
};

static const hc_placement_record PLACEMENTS[] = {
    {.job = {1}, .attempt = 2, .node = {0}, .device = 0, .count = 8, .milli = 1000},
    {.job = {1}, .attempt = 2, .node = {399}, .device = 0, .count = 8, .milli = 1000},
    {.job = {77}, .attempt = 1, .node = {1}, .device = 3, .count = 1, .milli = 470},
};

static void send(hc_run_file *file)
{
    hc_error error = HC_ERROR_NONE;
    hc_sink sink = hc_run_sink(file);
    const hc_event_record event = {.time = 1500000000,
                                   .type = HC_EVENT_PASS,
                                   .job = {HC_NO_INDEX},
                                   .partition = {0},
                                   .value = 3};
    const hc_decision_record decision = {.job = {0},
                                         .time = 5,
                                         .reason = HC_WAIT_FRAGMENTED,
                                         .blocker = {HC_NO_INDEX},
                                         .position = 1,
                                         .free_milli = 1000,
                                         .largest_milli = 500};
    const hc_ledger_record ledger = {
        .partition = {1}, .bucket = HC_BUCKET_IDLE_EMPTY, .milli_ns = (hc_int128)1500 * S};
    for (size_t i = 0; i < sizeof RECORDS / sizeof RECORDS[0]; i++) {
        CU_ASSERT_EQUAL_FATAL(sink.job(sink.self, &RECORDS[i], &error), 0);
    }
    for (size_t i = 0; i < sizeof PLACEMENTS / sizeof PLACEMENTS[0]; i++) {
        CU_ASSERT_EQUAL_FATAL(sink.placement(sink.self, &PLACEMENTS[i], &error), 0);
    }
    CU_ASSERT_EQUAL(sink.event(sink.self, &event, &error), 0);
    CU_ASSERT_EQUAL(sink.decision(sink.self, &decision, &error), 0);
    CU_ASSERT_EQUAL(sink.ledger(sink.self, &ledger, &error), 0);
}

static void set_up(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    hc_run_file_options options = {.events = HC_EVENTS_ALL};
    const hc_run_totals totals = {.digest = {1}, .is_complete = true};
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, 4, &error), 0);
    options.path = hc_scratch_file(&scratch, "run.h5");
    options.provenance = &prepared.provenance;
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_begin(file, &prepared.contents, &error), 0);
    send(file);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, options.path, &error), 0);
}

static void tear_down(void)
{
    hc_run_reader_close(reader);
    hc_run_rows_release(&prepared);
    hc_scratch_remove(&scratch);
}

/* The table as CSV, HC_TABLE_COUNT: the schedule as SWF. The caller frees it. */
static char *export(hc_run_table table)
{
    char *text = NULL;
    size_t length = 0;
    hc_error error = HC_ERROR_NONE;
    FILE *out = open_memstream(&text, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    if (table == HC_TABLE_COUNT) {
        CU_ASSERT_EQUAL(hc_export_swf(reader, out, "memory", &error), 0);
    } else {
        CU_ASSERT_EQUAL(hc_export_csv(reader, table, out, "memory", &error), 0);
    }
    CU_ASSERT_STRING_EQUAL(error.text, "");
    (void)fclose(out);
    return text;
}

static void check_csv(hc_run_table table, const char *expected)
{
    char *text = export(table);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0) {
        printf("\n%s", text);
    }
    free(text);
}

static void jobs_come_in_the_order_of_submission(void)
{
    set_up();
    check_csv(
        HC_TABLE_JOBS,
        "job_id,submit_s,start_s,end_s,gpus,nodes,state,attempts,preemptions,wait_s,"
        "run_time_s,time_limit_s,recorded_start_s,recorded_end_s,outcome,rejection,held_gpu_s,"
        "partition,user,group,is_measured,is_limit_requested,trace,line,home\n"
        "\"=1+1, \"\"x\"\"\",0,0,,0.47,1,RUNNING,1,0,0,"
        "10,20,1,,failed,none,4.700000000001,train,u0000,,0,0,0,2,train\n"
        "-7,1.5,2,8.000000001,16,2,COMPLETED,2,1,1,"
        "5,60,,,completed,none,80,serve,u0001,group-2,1,1,0,3,train\n"
        "big,2,,,4000,0,REJECTED,0,0,,"
        "1,1,,,unknown,size,0,,,,0,0,0,4,train\n"
        "last,-3,,,0,0,PENDING,0,0,11,"
        "1,1,,,unknown,none,0,train,u0003,group-0,0,0,0,5,train\n");
    tear_down();
}

static void placements_name_job_and_node(void)
{
    set_up();
    check_csv(HC_TABLE_PLACEMENTS, "job_id,attempt,node,device,count,milli,node_name\n"
                                   "-7,2,0,0,8,1000,a0\n"
                                   "-7,2,399,0,8,1000,login\n"
                                   ",1,1,3,1,470,a1\n");
    tear_down();
}

static void the_other_tables_follow_their_columns(void)
{
    set_up();
    check_csv(HC_TABLE_EVENTS, "time_s,type,job_id,partition,value\n1.5,pass,,train,3\n");
    check_csv(HC_TABLE_DECISIONS, "job_id,time_s,reason,blocker,position,free_milli,largest_milli\n"
                                  "\"=1+1, \"\"x\"\"\",0.000000005,fragmented,,1,1000,500\n");
    check_csv(HC_TABLE_LEDGER, "partition,bucket,held_gpu_s\nserve,idle_empty,1.5\n");
    check_csv(HC_TABLE_ATTEMPTS,
              "job_id,attempt,nodes,gpu_milli,start_s,end_s,restart_s,lost_s,how,step_s\n");
    check_csv(HC_TABLE_SITES, "index,name\n0,site\n1,attic\n");
    check_csv(HC_TABLE_IMPORT_COUNTS, "input,category,reason,rows\n"
                                      "0,quarantined,no_size,30\n0,filtered,cpu_job,20\n");
    tear_down();
}

/* What any reader of SWF does: comments away, 18 numbers per line. */
static size_t parse_swf(const char *text, double fields[][18], size_t limit)
{
    size_t count = 0;
    while (*text != '\0') {
        if (*text != ';') {
            char *end = NULL;
            CU_ASSERT_FATAL(count < limit);
            for (size_t i = 0; i < 18; i++, text = end) {
                fields[count][i] = strtod(text, &end);
                CU_ASSERT_PTR_NOT_EQUAL(text, end);
            }
            CU_ASSERT_EQUAL(*text, '\n');
            count++;
        }
        text += strcspn(text, "\n");
        text += *text == '\n' ? 1 : 0;
    }
    return count;
}

static void the_schedule_is_swf(void)
{
    static const double EXPECTED[4][18] = {
        {1, -3, -1, -1, 0, -1, -1, 0, -1, -1, -1, 4, 1, -1, -1, 1, -1, -1},
        {2, 0, 0, -1, 1, -1, -1, 1, -1, -1, -1, 1, -1, -1, -1, 1, -1, -1},
        {3, 1.5, 0.5, 6.000000001, 16, -1, -1, 16, 60, -1, 1, 2, 3, -1, -1, 2, -1, -1},
        {4, 2, -1, -1, 4000, -1, -1, 4000, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1},
    };
    double fields[4][18] = {{0}};
    char *text = NULL;
    set_up();
    text = export(HC_TABLE_COUNT);
    CU_ASSERT_EQUAL(parse_swf(text, fields, 4), 4);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 18; j++) {
            CU_ASSERT_EQUAL(fields[i][j], EXPECTED[i][j]);
        }
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "; Version: 2.2\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "; UnixStartTime: 1507000000\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "; MaxProcs: 2796\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "; Partition: 2 serve\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "job numbers count the jobs"));
    free(text);
    tear_down();
}

static void a_full_disk_is_an_output_error(void)
{
    hc_error error = HC_ERROR_NONE;
    FILE *out = fopen("/dev/full", "w");
    if (out == NULL) {
        return; /* not every system has one */
    }
    set_up();
    CU_ASSERT_EQUAL(hc_export_csv(reader, HC_TABLE_NODES, out, "out.csv", &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "out.csv: cannot write: No space left on device");
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_export_swf(reader, out, "out.swf", &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "out.swf: cannot write: No space left on device");
    (void)fclose(out);
    tear_down();
}

static const hc_test_case CASES[] = {
    {"jobs_come_in_the_order_of_submission", jobs_come_in_the_order_of_submission},
    {"placements_name_job_and_node", placements_name_job_and_node},
    {"the_other_tables_follow_their_columns", the_other_tables_follow_their_columns},
    {"the_schedule_is_swf", the_schedule_is_swf},
    {"a_full_disk_is_an_output_error", a_full_disk_is_an_output_error},
};

HC_TEST_MAIN("export", CASES)
