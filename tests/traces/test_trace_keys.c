#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "traces/trace_keys.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A trace of a scenario, written on one line behind this. */
#define TRACE "workload: { traces: [{ file: f, "

static const hc_value *workload_of(const hc_scenario *scenario)
{
    return hc_value_get(hc_scenario_root(scenario), "workload");
}

static int read_first(const hc_scenario *scenario, hc_trace_options *out, hc_error *error)
{
    const hc_value *workload = workload_of(scenario);
    return hc_trace_options_read(out, hc_value_at(hc_value_get(workload, "traces"), 0), workload,
                                 error);
}

/* Options of a trace that must be sound. Texts in them are borrowed from the scenario. */
static hc_scenario *read(const char *text, hc_trace_options *out)
{
    hc_scenario *scenario = hc_test_scenario(text, &hc_workload_keys, 1);
    hc_error error = HC_ERROR_NONE;
    if (read_first(scenario, out, &error) < 0) {
        printf("\n%s\n", error.text);
        CU_FAIL_FATAL("the trace was refused");
    }
    return scenario;
}

static const struct {
    const char *text;
    const char *messages;
} REFUSED_BY_TABLE[] = {
    {"workload: { traces: [] }",
     "s.yaml:1:21: error: workload.traces: expected a list of 1 to 1024 items, got 0\n"
     "workload: { traces: [] }\n"
     "                    ^"},
    {"workload: { traces: [{ format: swf }] }",
     "s.yaml:1:22: error: workload.traces[0].file: required, but missing; expected a path of 1 "
     "to 4096 bytes without control characters\n"
     "workload: { traces: [{ format: swf }] }\n"
     "                     ^"},
    {"workload: { traces: [{ file: f }] }",
     "s.yaml:1:22: error: workload.traces[0].format: required, but missing; expected one of "
     "swf, csv, philly-sia, helios, openb, helios-log, acme-seren, acme-kalos, lingjun-rfold, "
     "philly, pai, hindcast\n"
     "workload: { traces: [{ file: f }] }\n"
     "                     ^"},
    {TRACE "format: slurm }] }", "s.yaml:1:41: error: workload.traces[0].format: expected one "
                                 "of swf, csv, philly-sia, helios, openb, helios-log, acme-seren, "
                                 "acme-kalos, lingjun-rfold, philly, pai, hindcast, got \"slurm\"\n"
                                 "workload: { traces: [{ file: f, format: slurm }] }\n"
                                 "                                        ^"},
    {TRACE "format: csv, columns: { gpuss: n } }] }",
     "s.yaml:1:57: error: workload.traces[0].columns.gpuss: unknown key; did you mean "
     "\"gpus\"?\n"
     "workload: { traces: [{ file: f, format: csv, columns: { gpuss: n } }] }\n"
     "                                                        ^"},
    {TRACE "format: swf, from: yesterday, to: 5 }] }",
     "s.yaml:1:52: error: workload.traces[0].from: expected a date (2017-10-02), a date with "
     "time (2017-10-02 06:00:00) or a duration (14d), got \"yesterday\"\n"
     "workload: { traces: [{ file: f, format: swf, from: yesterday, to: 5 }] }\n"
     "                                                   ^\n"
     "s.yaml:1:67: error: workload.traces[0].to: 5 has no unit; write 5d or 5h\n"
     "workload: { traces: [{ file: f, format: swf, from: yesterday, to: 5 }] }\n"
     "                                                                  ^"},
    {TRACE "format: swf, load: 0, size: largest }] }",
     "s.yaml:1:52: error: workload.traces[0].load: expected a number from 0.001 to 1000, got "
     "0\n"
     "workload: { traces: [{ file: f, format: swf, load: 0, size: largest }] }\n"
     "                                                   ^\n"
     "s.yaml:1:61: error: workload.traces[0].size: expected one of requested_first, "
     "allocated_first, got \"largest\"\n"
     "workload: { traces: [{ file: f, format: swf, load: 0, size: largest }] }\n"
     "                                                            ^"},
    {"workload: { warm_start: yes, warmup: 30, cpu_jobs: keep, quarantine_limit: 5 }",
     "s.yaml:1:25: error: workload.warm_start: expected true or false, got \"yes\"\n"
     "workload: { warm_start: yes, warmup: 30, cpu_jobs: keep, quarantine_limit: 5 }\n"
     "                        ^\n"
     "s.yaml:1:38: error: workload.warmup: 30 has no unit; write 30min or 30h\n"
     "workload: { warm_start: yes, warmup: 30, cpu_jobs: keep, quarantine_limit: 5 }\n"
     "                                     ^\n"
     "s.yaml:1:52: error: workload.cpu_jobs: expected one of leave_out, run, got \"keep\"\n"
     "workload: { warm_start: yes, warmup: 30, cpu_jobs: keep, quarantine_limit: 5 }\n"
     "                                                   ^\n"
     "s.yaml:1:76: error: workload.quarantine_limit: expected a number from 0 to 1, got 5\n"
     "workload: { warm_start: yes, warmup: 30, cpu_jobs: keep, quarantine_limit: 5 }\n"
     "                                                                           ^"},
};

static void what_a_scenario_gets_wrong_is_named_to_the_letter(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED_BY_TABLE); i++) {
        hc_test_scenario_refused(REFUSED_BY_TABLE[i].text, &hc_workload_keys, 1,
                                 REFUSED_BY_TABLE[i].messages);
    }
}

static const struct {
    const char *text;
    const char *message;
} REFUSED_BY_READER[] = {
    {TRACE "format: swf, columns: { submit: t } }] }",
     "s.yaml:1:55: error: workload.traces[0].columns: only format csv has a map of columns\n"
     "workload: { traces: [{ file: f, format: swf, columns: { submit: t } }] }\n"
     "                                                      ^"},
    {TRACE "format: openb, columns: {} }] }",
     "s.yaml:1:57: error: workload.traces[0].columns: only format csv has a map of columns\n"
     "workload: { traces: [{ file: f, format: openb, columns: {} }] }\n"
     "                                                        ^"},
    {TRACE "format: swf, licence: "
           "0123456789012345678901234567890123456789012345678901234567890123 }] }",
     "s.yaml:1:55: error: workload.traces[0].licence: expected an SPDX id of at most 63 bytes, "
     "got 64 bytes\n"
     "workload: { traces: [{ file: f, format: swf, licence: "
     "0123456789012345678901234567890123456789012...\n"
     "                                                      ^"},
};

static void what_only_the_reader_can_see_is_named_too(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED_BY_READER); i++) {
        hc_scenario *scenario = hc_test_scenario(REFUSED_BY_READER[i].text, &hc_workload_keys, 1);
        hc_trace_options options;
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(read_first(scenario, &options, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        hc_test_message(&error, REFUSED_BY_READER[i].message);
        hc_scenario_destroy(scenario);
    }
}

/* Cold, GPU jobs alone, times untouched, at most 5 % of the rows unusable. */
static void what_is_not_said_has_a_default(void)
{
    hc_trace_options options;
    hc_scenario *scenario = read(TRACE "format: swf }] }", &options);
    const hc_value *workload = workload_of(scenario);
    CU_ASSERT_PTR_NULL(options.path);
    CU_ASSERT_PTR_NULL(options.quarantine_path);
    CU_ASSERT_STRING_EQUAL(options.licence, "NOASSERTION");
    CU_ASSERT_EQUAL(options.size_preference, HC_SIZE_REQUESTED_FIRST);
    CU_ASSERT(!options.has_from && !options.has_to);
    CU_ASSERT(!options.is_warm_start && !options.keeps_cpu_jobs);
    CU_ASSERT(options.load == 1.0);
    CU_ASSERT(options.quarantine_limit == 0.05);
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(workload, "warmup")), 0);
    for (int i = 0; i < HC_COLUMN_COUNT; i++) {
        CU_ASSERT_PTR_NULL(options.columns[i]);
    }
    hc_scenario_destroy(scenario);
}

static void formats_are_named_as_the_readers_name_them(void)
{
    for (int format = 0; format < HC_FORMAT_COUNT; format++) {
        char text[128];
        hc_trace_options options;
        hc_scenario *scenario = NULL;
        (void)snprintf(text, sizeof text, TRACE "format: %s }] }",
                       hc_trace_format_name((hc_trace_format)format));
        scenario = read(text, &options);
        CU_ASSERT_EQUAL(options.format, (hc_trace_format)format);
        hc_scenario_destroy(scenario);
    }
}

static void columns_are_named_as_the_reader_names_them(void)
{
    for (int column = 0; column < HC_COLUMN_COUNT; column++) {
        char text[128];
        hc_trace_options options;
        hc_scenario *scenario = NULL;
        (void)snprintf(text, sizeof text, TRACE "format: csv, columns: { %s: \"my column\" } }] }",
                       hc_column_name((hc_column)column));
        scenario = read(text, &options);
        for (int i = 0; i < HC_COLUMN_COUNT; i++) {
            CU_ASSERT_EQUAL(options.columns[i] != NULL, i == column);
        }
        CU_ASSERT_STRING_EQUAL(options.columns[column], "my column");
        hc_scenario_destroy(scenario);
    }
}

static void bounds_are_dates_or_durations(void)
{
    hc_trace_options options;
    hc_scenario *scenario =
        read(TRACE "format: philly-sia, from: 2018-02-03 04:05:06, to: 14d }] }", &options);
    CU_ASSERT(options.has_from && options.is_from_civil);
    CU_ASSERT_EQUAL(options.from, 1517630706 * HC_SECOND); /* date -u -d ... +%s */
    CU_ASSERT(options.has_to && !options.is_to_civil);
    CU_ASSERT_EQUAL(options.to, 14 * HC_DAY);
    hc_scenario_destroy(scenario);
}

static void every_key_goes_where_it_belongs(void)
{
    static const char TEXT[] = "workload:\n"
                               "  traces:\n"
                               "    - file: f\n"
                               "      format: swf\n"
                               "      load: 1.25\n"
                               "      size: allocated_first\n"
                               "      licence: CC-BY-4.0\n"
                               "  warm_start: true\n"
                               "  cpu_jobs: run\n"
                               "  quarantine_limit: 12 %\n";
    hc_trace_options options;
    hc_scenario *scenario = read(TEXT, &options);
    CU_ASSERT(options.load == 1.25);
    CU_ASSERT_EQUAL(options.size_preference, HC_SIZE_ALLOCATED_FIRST);
    CU_ASSERT_STRING_EQUAL(options.licence, "CC-BY-4.0");
    CU_ASSERT(options.is_warm_start && options.keeps_cpu_jobs);
    CU_ASSERT(options.quarantine_limit == 0.12);
    hc_scenario_destroy(scenario);
}

/* The three tables stand beside each other in one scenario. */
static void nodes_from_and_output_have_keys_too(void)
{
    static const hc_key CLUSTER[] = {{.path = "cluster", .type = HC_KEY_MAP, .help = "c"}};
    const hc_key_table tables[] = {
        {CLUSTER, 1}, hc_workload_keys, hc_nodes_from_keys, hc_output_keys};
    hc_scenario *scenario =
        hc_test_scenario("cluster: { nodes_from: { file: n.csv, format: openb } }\nworkload: {}\n"
                         "output: { events: all, sample: 0s }\n",
                         tables, 4);
    const hc_value *root = hc_scenario_root(scenario);
    CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(root, "cluster.nodes_from.file")), "n.csv");
    CU_ASSERT_EQUAL(hc_value_choice(hc_value_get(root, "output.events")), 2);
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(root, "output.sample")), 0);
    hc_scenario_destroy(scenario);
    scenario = hc_test_scenario("workload: {}\n", tables, 4);
    root = hc_scenario_root(scenario);
    CU_ASSERT_EQUAL(hc_value_choice(hc_value_get(root, "output.events")), 1);
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(root, "output.sample")), 10 * HC_MINUTE);
    CU_ASSERT_PTR_NULL(hc_value_get(root, "cluster.nodes_from"));
    hc_scenario_destroy(scenario);
    hc_test_scenario_refused(
        "cluster: { nodes_from: { format: slurm } }\nworkload: {}\n"
        "output: { events: some, sample: 10 }\n",
        tables, 4,
        "s.yaml:1:24: error: cluster.nodes_from.file: required, but missing; expected a path of 1 "
        "to 4096 bytes without control characters\n"
        "cluster: { nodes_from: { format: slurm } }\n"
        "                       ^\n"
        "s.yaml:1:34: error: cluster.nodes_from.format: expected one of openb, got \"slurm\"\n"
        "cluster: { nodes_from: { format: slurm } }\n"
        "                                 ^\n"
        "s.yaml:3:19: error: output.events: expected one of none, jobs, all, got \"some\"; did you "
        "mean \"none\"?\n"
        "output: { events: some, sample: 10 }\n"
        "                  ^\n"
        "s.yaml:3:33: error: output.sample: 10 has no unit; write 10min or 10h\n"
        "output: { events: some, sample: 10 }\n"
        "                                ^");
}

static const hc_test_case CASES[] = {
    {"what_a_scenario_gets_wrong_is_named_to_the_letter",
     what_a_scenario_gets_wrong_is_named_to_the_letter},
    {"what_only_the_reader_can_see_is_named_too", what_only_the_reader_can_see_is_named_too},
    {"what_is_not_said_has_a_default", what_is_not_said_has_a_default},
    {"formats_are_named_as_the_readers_name_them", formats_are_named_as_the_readers_name_them},
    {"columns_are_named_as_the_reader_names_them", columns_are_named_as_the_reader_names_them},
    {"bounds_are_dates_or_durations", bounds_are_dates_or_durations},
    {"every_key_goes_where_it_belongs", every_key_goes_where_it_belongs},
    {"nodes_from_and_output_have_keys_too", nodes_from_and_output_have_keys_too},
};

HC_TEST_MAIN("trace_keys", CASES)
