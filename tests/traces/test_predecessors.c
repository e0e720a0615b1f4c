#include "tests/traces/trace_testing.h"
#include "traces/trace_source.h"

#include <string.h>

/* What a log tells beside size and times, on its way from a row to the simulator. */

#define HEADER "id,submit,run,gpus,limit,prio,after,think,where\n"

enum { MAX_JOBS = 8 };

static hc_trace_options columns(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    options.columns[HC_COLUMN_JOB_ID] = "id";
    options.columns[HC_COLUMN_SUBMIT] = "submit";
    options.columns[HC_COLUMN_RUNTIME] = "run";
    options.columns[HC_COLUMN_GPUS] = "gpus";
    options.columns[HC_COLUMN_TIME_LIMIT] = "limit";
    options.columns[HC_COLUMN_PRIORITY] = "prio";
    options.columns[HC_COLUMN_DEPENDS_ON] = "after";
    options.columns[HC_COLUMN_THINK_TIME] = "think";
    options.columns[HC_COLUMN_NODES] = "where";
    return options;
}

/* Jobs of a source over one or two logs. Texts in them live as long as `source`. */
static size_t pull(hc_job_source *source, const hc_machine *machine,
                   const hc_job_trace *const *traces, size_t count, hc_job_spec *jobs)
{
    size_t pulled = 0;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(
        hc_trace_source_create(source, traces, count, machine, HC_TIME_MISSING, &error), 0);
    while (pulled < MAX_JOBS && source->next(source->self, &jobs[pulled], &error) == 1) {
        pulled++;
    }
    return pulled;
}

static hc_machine *eight_gpus(void)
{
    hc_machine *machine = hc_machine_create();
    hc_node_group group = {.count = 1, .gpu_count = 8};
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &group, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void rows_reach_the_simulator_in_full(void)
{
    hc_trace_options options = columns();
    hc_machine *machine = eight_gpus();
    hc_job_spec jobs[MAX_JOBS];
    hc_job_source source;
    hc_job_trace *trace = hc_test_read(
        &options, HEADER "a,0,100,16,60,-5,,,gpu-1:8+gpu-2:8\nb,200,10,1,60,2147483647,a,90.5,\n"
                         "c,300,10,1,,null,none,7,null\n");
    CU_ASSERT_EQUAL(pull(&source, machine, (const hc_job_trace *const *)&trace, 1, jobs), 3);
    CU_ASSERT_EQUAL(jobs[0].requested_time, 60 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].time_limit, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].priority, -5);
    CU_ASSERT(!jobs[0].has_preceding);
    CU_ASSERT_STRING_EQUAL(jobs[0].recorded_nodes, "gpu-1:8+gpu-2:8");
    CU_ASSERT_EQUAL(jobs[1].priority, INT32_MAX);
    CU_ASSERT(jobs[1].has_preceding);
    CU_ASSERT_EQUAL(jobs[1].preceding, 0);
    CU_ASSERT_EQUAL(jobs[1].think_time, 90 * HC_SECOND + HC_SECOND / 2);
    CU_ASSERT_PTR_NULL(jobs[1].recorded_nodes);
    CU_ASSERT_EQUAL(jobs[2].priority, 0);
    CU_ASSERT(!jobs[2].has_preceding);
    CU_ASSERT(!jobs[2].is_limit_requested);
    CU_ASSERT_PTR_NULL(jobs[2].recorded_nodes);
    source.destroy(source.self);
    hc_job_trace_destroy(trace);
    hc_machine_destroy(machine);
}

/* Two logs with the same ids: everybody follows a job of his own log, by its number in the merge. */
static void numbers_count_over_all_logs(void)
{
    hc_trace_options options = columns();
    hc_machine *machine = eight_gpus();
    hc_job_spec jobs[MAX_JOBS];
    hc_job_source source;
    hc_job_trace *traces[] = {
        hc_test_read(&options, HEADER "1,0,1,1,,,,,\n2,20,1,1,,,1,5,\n"),
        hc_test_read(&options, HEADER "1,10,1,1,,,,,\n2,11,1,1,,,,,\n3,30,1,1,,,2,6,\n"),
    };
    CU_ASSERT_EQUAL(pull(&source, machine, (const hc_job_trace *const *)traces, 2, jobs), 5);
    CU_ASSERT_EQUAL(jobs[3].trace, 0);
    CU_ASSERT_EQUAL(jobs[3].preceding, 0);
    CU_ASSERT_EQUAL(jobs[4].trace, 1);
    CU_ASSERT_EQUAL(jobs[4].preceding, 2);
    source.destroy(source.self);
    hc_job_trace_destroy(traces[0]);
    hc_job_trace_destroy(traces[1]);
    hc_machine_destroy(machine);
}

static void swf_has_its_own_fields(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_SWF);
    hc_job_trace *trace = hc_test_read(&options, "1 0 0 10 4 -1 -1 4 5 -1 1 7 1 -1 1 -1 -1 -1\n"
                                                 "2 50 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 1 40\n"
                                                 "3 70 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 2 -1\n"
                                                 "4 80 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 9 3\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->preceding, HC_NO_INDEX);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->requested_time, 5 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->preceding, 0);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->think_time, 40 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->preceding, 1);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->think_time, 10 * HC_SECOND); /* from 60 to 70 */
    CU_ASSERT_EQUAL(hc_test_job(trace, 3)->preceding, HC_NO_INDEX);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_PREDECESSOR_UNKNOWN], 1);
    CU_ASSERT_STRING_EQUAL(hc_repair_name(HC_REPAIR_PREDECESSOR_UNKNOWN), "predecessor_unknown");
    hc_job_trace_destroy(trace);
}

/* Rows that are left out are no predecessors. */
static void predecessors_have_to_be_kept(void)
{
    hc_trace_options options = columns();
    hc_job_trace *trace = NULL;
    options.has_from = true;
    options.from = 10 * HC_SECOND;
    trace = hc_test_read(&options, HEADER "1,0,1,1,,,,,\n2,20,1,1,,,1,5,\n3,30,1,1,,,2,,\n");
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->preceding, HC_NO_INDEX);
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->preceding, 0);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->repair_counts[HC_REPAIR_PREDECESSOR_UNKNOWN], 1);
    hc_job_trace_destroy(trace);
}

static void bad_values_spoil_their_row(void)
{
    static const hc_test_row ROWS[] = {
        {"a,1,1,1,,2147483648,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"a,1,1,1,,-2147483649,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"a,1,1,1,,1.5,,,", HC_QUARANTINE_OUT_OF_RANGE},
        {"a,1,1,1,,high,,,", HC_QUARANTINE_NOT_A_NUMBER},
        {"a,1,1,1,,,,soon,", HC_QUARANTINE_NOT_A_NUMBER},
        {"a,1,1,1,,,b\x01,,", HC_QUARANTINE_BAD_TEXT},
        {"a,1,1,1,,,,,n\x1b:8", HC_QUARANTINE_BAD_TEXT},
        {"a,1,1,1,,,b,-1,", HC_FATE_KEPT},
        {"a,1,1,1,,-2147483648,,,", HC_FATE_KEPT},
        {"a,1,1,1,,,,,+n:8+", HC_FATE_KEPT},
    };
    hc_test_rows(columns(), HEADER, ROWS, COUNT_OF(ROWS));
}

/* Together longer than any name may be. */
static void lists_of_many_nodes_are_kept(void)
{
    hc_trace_options options = columns();
    hc_job_trace *trace = NULL;
    char list[1600] = "node-0:8";
    char text[4096];
    for (int i = 1; i < 100; i++) {
        (void)sprintf(list + strlen(list), "+node-%d:8", i);
    }
    (void)snprintf(text, sizeof text, HEADER "a,1,1,800,,,,,%s\nb,2,1,800,,,,,%s\n", list, list);
    trace = hc_test_read(&options, text);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_string(trace, hc_test_job(trace, 0)->nodes), list);
    CU_ASSERT_EQUAL(hc_test_job(trace, 0)->nodes, hc_test_job(trace, 1)->nodes);
    hc_job_trace_destroy(trace);
}

static const hc_test_case CASES[] = {
    {"rows_reach_the_simulator_in_full", rows_reach_the_simulator_in_full},
    {"numbers_count_over_all_logs", numbers_count_over_all_logs},
    {"swf_has_its_own_fields", swf_has_its_own_fields},
    {"predecessors_have_to_be_kept", predecessors_have_to_be_kept},
    {"bad_values_spoil_their_row", bad_values_spoil_their_row},
    {"lists_of_many_nodes_are_kept", lists_of_many_nodes_are_kept},
};

HC_TEST_MAIN("predecessors", CASES)
