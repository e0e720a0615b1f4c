#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A value of a key in a map at the top, as it is written. */
typedef struct scalar_case {
    const char *map;
    const char *key;
    const char *value;
    const char *result; /* how it is resolved, or the message that refuses it */
} scalar_case;

static void write_scenario(const scalar_case *c, char *text, size_t size)
{
    (void)snprintf(text, size, "%s%s:\n  %s: %s\n%s", DEMO_BASE, c->map, c->key, c->value,
                   strcmp(c->map, "faults") == 0 ? "  kind: trace\n" : "");
}

static void check_refused(const scalar_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const scalar_case *c = &cases[i];
        char text[500];
        char messages[1000];
        int column = (int)strlen(c->key) + 4;
        write_scenario(c, text, sizeof text);
        (void)snprintf(messages, sizeof messages, "t.yaml:4:%d: error: %s.%s: %s\n  %s: %s\n%*s^",
                       column + 1, c->map, c->key, c->result, c->key, c->value, column, "");
        demo_expect_error(text, NULL, messages);
    }
}

static void check_read(const scalar_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const scalar_case *c = &cases[i];
        hc_error error;
        hc_scenario *scenario = NULL;
        char text[500];
        char line[500];
        write_scenario(c, text, sizeof text);
        (void)snprintf(line, sizeof line, "\n  %s: %s\n", c->key, c->result);
        scenario = demo_parse(text, NULL, &error);
        if (scenario == NULL || strstr(hc_scenario_text(scenario), line) == NULL) {
            printf("\n%s\n%s\nwithout%s", text,
                   scenario == NULL ? error.text : hc_scenario_text(scenario), line);
            CU_FAIL("not read as expected");
        }
        hc_scenario_destroy(scenario);
    }
}

static void booleans_are_true_and_false(void)
{
    static const scalar_case REFUSED[] = {
        {"workload", "warm_start", "yes", "expected true or false, got \"yes\""},
        {"workload", "warm_start", "1", "expected true or false, got 1"},
        {"workload", "warm_start", "\"true\"",
         "expected true or false, got the text \"true\"; write it without quotes"},
        {"workload", "warm_start", "tRUE", "expected true or false, got \"tRUE\""},
        {"workload", "warm_start", "[true]", "expected true or false, got a list"},
        {"workload", "warm_start", "~", "no value; expected true or false"},
    };
    static const scalar_case READ[] = {
        {"workload", "warm_start", "true", "true"},
        {"workload", "warm_start", "True", "true"},
        {"workload", "warm_start", "FALSE", "false"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
}

static void whole_numbers_are_decimal_digits(void)
{
    static const scalar_case REFUSED[] = {
        {"notes", "delta", "eight", "expected a whole number, got \"eight\""},
        {"notes", "delta", "8.5", "expected a whole number, got 8.5"},
        {"notes", "delta", "8.0", "expected a whole number, got 8.0; write 8"},
        {"notes", "delta", "1e6", "expected a whole number, got 1e6; write 1000000"},
        {"notes", "delta", "1_000", "expected a whole number, got \"1_000\""},
        {"notes", "delta", "0x10", "expected a whole number, got \"0x10\""},
        {"notes", "delta", "5 %", "expected a whole number, got \"5 %\""},
        {"notes", "delta", "'8'",
         "expected a whole number, got the text \"8\"; write it without quotes"},
        {"notes", "delta", "true", "expected a whole number, got true"},
        {"notes", "delta", "{ a: 1 }", "expected a whole number, got a map"},
        {"notes", "delta", "+", "expected a whole number, got \"+\""},
        {"notes", "delta", "9223372036854775808",
         "expected a whole number, got 9223372036854775808, which is too large"},
        {"notes", "delta", "null", "no value; expected a whole number"},
        {"notes", "delta", "", "no value; expected a whole number"},
    };
    static const scalar_case READ[] = {
        {"notes", "delta", "8", "8"},
        {"notes", "delta", "+8", "8"},
        {"notes", "delta", "-8", "-8"},
        {"notes", "delta", "007", "7"},
        {"notes", "delta", "9223372036854775807", "9223372036854775807"},
        {"notes", "delta", "-9223372036854775807", "-9223372036854775807"},
        {"notes", "delta", "8 # nodes", "8"},
    };
    /* a null value stands behind its key, not behind the space */
    check_refused(REFUSED, COUNT_OF(REFUSED) - 1);
    demo_expect_error(
        DEMO_BASE "notes:\n  delta:\n", NULL,
        "t.yaml:4:9: error: notes.delta: no value; expected a whole number\n  delta:\n"
        "        ^");
    check_read(READ, COUNT_OF(READ));
}

static void ranges_are_inclusive(void)
{
    static const struct {
        const char *gpus;
        const char *message;
    } CASES[] = {
        {"0", "expected a whole number from 1 to 16777216, got 0"},
        {"16777217", "expected a whole number from 1 to 16777216, got 16777217"},
        {"1e9", "expected a whole number from 1 to 16777216, got 1e9"},
        {"-1", "expected a whole number from 1 to 16777216, got -1"},
        {"99999999999999999999",
         "expected a whole number from 1 to 16777216, got 99999999999999999999"},
        {"1", NULL},
        {"16777216", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[200];
        char messages[400];
        hc_error error;
        (void)snprintf(text, sizeof text, "hindcast: 1\ncluster: { nodes: [{ gpus: %s }] }\n",
                       CASES[i].gpus);
        if (CASES[i].message == NULL) {
            hc_scenario_destroy(demo_parse(text, NULL, &error));
            CU_ASSERT_EQUAL(error.count, 0);
            continue;
        }
        (void)snprintf(messages, sizeof messages,
                       "t.yaml:2:28: error: cluster.nodes[0].gpus: %s\n"
                       "cluster: { nodes: [{ gpus: %s }] }\n                           ^",
                       CASES[i].message, CASES[i].gpus);
        demo_expect_error(text, NULL, messages);
    }
}

static void numbers_may_be_percentages(void)
{
    static const scalar_case REFUSED[] = {
        {"notes", "offset", "half", "expected a number, got \"half\""},
        {"notes", "offset", "5 percent", "expected a number, got \"5 percent\""},
        {"notes", "offset", "5 %%", "expected a number, got \"5 %%\""},
        {"notes", "offset", "1e1 %", "expected a number, got \"1e1 %\""},
        {"notes", "offset", ".inf", "expected a number, got \".inf\""},
        {"notes", "offset", ".nan", "expected a number, got \".nan\""},
        {"notes", "offset", "nan", "expected a number, got \"nan\""},
        {"notes", "offset", "1e999", "expected a number, got 1e999, which is too large"},
        {"notes", "offset", "0x1p3", "expected a number, got \"0x1p3\""},
        {"notes", "offset", "'0.5'",
         "expected a number, got the text \"0.5\"; write it without quotes"},
        {"notes", "least", "-0.5", "expected a number of at least 0, got -0.5"},
        {"workload", "quarantine_limit", "1.01", "expected a number from 0 to 1, got 1.01"},
        {"workload", "quarantine_limit", "101 %", "expected a number from 0 to 1, got \"101 %\""},
    };
    static const scalar_case READ[] = {
        {"notes", "offset", "1", "1"},
        {"notes", "offset", "-1.5e-3", "-0.0015"},
        {"notes", "offset", ".5", "0.5"},
        {"notes", "offset", "5.", "5"},
        {"notes", "offset", "0.1", "0.1"},
        {"notes", "offset", "1e300", "1e+300"},
        {"notes", "offset", "0.1 %", "0.001"},
        {"notes", "offset", "-5%", "-0.05"},
        {"notes", "offset", "0.30000000000000004", "0.30000000000000004"},
        {"notes", "least", "1e308", "1e+308"},
        {"workload", "quarantine_limit", "5 %", "0.05"},
        {"workload", "quarantine_limit", "'5 %'", "0.05"},
        {"workload", "quarantine_limit", "100%", "1"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
}

#define TEXT_EXPECTED "expected text of 1 to 4096 bytes without control characters, got "

static void text_is_taken_as_it_is_written(void)
{
    static const struct {
        const char *value;
        const char *message;
    } REFUSED[] = {
        {"''", TEXT_EXPECTED "\"\""},
        {"\"a\\nb\"", TEXT_EXPECTED "\"a\\nb\""},
        {"\"a\\x1b\"", TEXT_EXPECTED "\"a\\x1b\""},
        {"\"a\\u2028\"", TEXT_EXPECTED "\"a\\u2028\""},
        {"\"\\ufeff\"", TEXT_EXPECTED "\"\\ufeff\""},
        {"[]", TEXT_EXPECTED "a list"},
        {"~", "no value; expected text of 1 to 4096 bytes without control characters"},
    };
    static const struct {
        const char *value;
        const char *resolved;
    } READ[] = {
        {"demo", "demo"},
        {"2024", "\"2024\""},
        {"true", "\"true\""},
        {"'null'", "\"null\""},
        {"Yes", "\"Yes\""},
        {"a b", "\"a b\""},
        {"a, [b]: c", NULL},
        {"'a, [b]: c'", "\"a, [b]: c\""},
        {"'it''s'", "\"it's\""},
        {"\"\\\"q\\\" \\\\\"", "\"\\\"q\\\" \\\\\""},
        {"caf\xc3\xa9 \xe2\x82\xac", "\"caf\xc3\xa9 \xe2\x82\xac\""},
        {"2017-10-02", "\"2017-10-02\""},
        {"V100-SXM2-32GB", "V100-SXM2-32GB"},
        {"/data/x.csv.gz", "/data/x.csv.gz"},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        char text[200];
        char messages[400];
        (void)snprintf(text, sizeof text, "%sname: %s\n", DEMO_BASE, REFUSED[i].value);
        (void)snprintf(messages, sizeof messages, "t.yaml:3:7: error: name: %s\nname: %s\n      ^",
                       REFUSED[i].message, REFUSED[i].value);
        demo_expect_error(text, NULL, messages);
    }
    for (size_t i = 0; i < COUNT_OF(READ); i++) {
        char text[200];
        char resolved[500];
        hc_error error;
        (void)snprintf(text, sizeof text, "%sname: %s\n", DEMO_BASE, READ[i].value);
        if (READ[i].resolved == NULL) {
            CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
            continue;
        }
        (void)snprintf(resolved, sizeof resolved,
                       "hindcast: 1\nname: %s\nseed: 1\ncluster:\n  nodes:\n    - count: 1\n"
                       "      gpus: 8\n%s%s",
                       READ[i].resolved, DEMO_WORKLOAD_TEXT, DEMO_SCHEDULER_TEXT);
        demo_expect_text(text, NULL, resolved);
    }
}

static void text_is_at_most_4096_bytes(void)
{
    char text[4300];
    hc_error error;
    size_t start = (size_t)snprintf(text, sizeof text, "%sname: ", DEMO_BASE);
    memset(text + start, 'x', 4097);
    text[start + 4096] = '\0';
    hc_scenario_destroy(demo_parse(text, NULL, &error));
    CU_ASSERT_EQUAL(error.count, 0);
    text[start + 4096] = 'x';
    text[start + 4097] = '\0';
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, TEXT_EXPECTED
                                  "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                  "...\"\nname: xxx"));
}

static void choices_are_named(void)
{
    static const scalar_case REFUSED[] = {
        {"scheduler", "policy", "esay",
         "expected one of fifo, easy, conservative, got \"esay\"; did you mean \"easy\"?"},
        {"scheduler", "policy", "shortest",
         "expected one of fifo, easy, conservative, got \"shortest\""},
        {"scheduler", "policy", "1", "expected one of fifo, easy, conservative, got 1"},
        {"scheduler", "policy", "fifo|easy",
         "expected one of fifo, easy, conservative, got \"fifo|easy\""},
        {"scheduler", "policy", "[easy]", "expected one of fifo, easy, conservative, got a list"},
    };
    static const scalar_case READ[] = {
        {"scheduler", "policy", "easy", "easy"},
        {"scheduler", "policy", "'conservative'", "conservative"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
}

static void durations_need_a_unit(void)
{
    static const scalar_case REFUSED[] = {
        {"faults", "repair", "30", "30 has no unit; write 30min or 30h"},
        {"faults", "repair", "'30'", "30 has no unit; write 30min or 30h"},
        {"faults", "repair", "1e6", "1e6 has no unit; write 1e6s or 1e6ms"},
        {"faults", "repair", "-1", "expected a duration from 1min to 30d, got -1"},
        {"faults", "repair", "0", "expected a duration from 1min to 30d, got 0"},
        {"faults", "repair", "59s", "expected a duration from 1min to 30d, got \"59s\""},
        {"faults", "repair", "31d", "expected a duration from 1min to 30d, got \"31d\""},
        {"faults", "repair", "30 parsecs",
         "expected a duration from 1min to 30d, got \"30 parsecs\""},
        {"workload", "warmup", "366d", "expected a duration of at most 365d, got \"366d\""},
        {"scheduler", "interval", "soon",
         "expected a duration such as 90s, 15min or 2h30min, got \"soon\""},
        {"scheduler", "interval", "{}",
         "expected a duration such as 90s, 15min or 2h30min, got a map"},
    };
    static const scalar_case READ[] = {
        {"faults", "repair", "60s", "1min"},       {"faults", "repair", "30d", "30d"},
        {"faults", "repair", "1.5h", "1h30min"},   {"faults", "repair", "'2h'", "2h"},
        {"faults", "repair", "1 d 12 h", "1d12h"}, {"workload", "warmup", "0", "0s"},
        {"workload", "warmup", "2w", "14d"},       {"scheduler", "interval", "250ns", "250ns"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
}

static void memory_needs_a_unit(void)
{
    static const scalar_case REFUSED[] = {
        {"notes", "buffer", "512", "512 has no unit; write 512GiB or 512GB"},
        {"notes", "buffer", "80Gi",
         "expected an amount of memory such as 512MiB or 80GiB, got \"80Gi\""},
        {"notes", "buffer", "-1", "expected an amount of memory such as 512MiB or 80GiB, got -1"},
        {"notes", "buffer", "[1GiB]",
         "expected an amount of memory such as 512MiB or 80GiB, got a list"},
    };
    static const scalar_case READ[] = {
        {"notes", "buffer", "0", "0B"},
        {"notes", "buffer", "512GiB", "512GiB"},
        {"notes", "buffer", "'1.5 KiB'", "1536B"},
        {"notes", "buffer", "80 GB", "78125000KiB"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
    demo_expect_error(
        "hindcast: 1\ncluster:\n  nodes:\n  - gpus: 8\n    memory: 1GiB\n"
        "  - gpus: 8\n    memory: 1023KiB\n  - gpus: 8\n    memory: 4e6\n",
        NULL,
        "t.yaml:7:13: error: cluster.nodes[1].memory: expected an amount of memory from "
        "1MiB to 1024TiB, got \"1023KiB\"\n    memory: 1023KiB\n            ^\n"
        "t.yaml:9:13: error: cluster.nodes[2].memory: 4e6 has no unit; write 4e6MiB or "
        "4e6KiB\n    memory: 4e6\n            ^");
}

static void bandwidths_need_a_unit(void)
{
    static const scalar_case REFUSED[] = {
        {"notes", "link", "400", "400 has no unit; write 400Gbps or 400GB/s"},
        {"notes", "link", "400GB", "expected a bandwidth from 1kB/s to 1TB/s, got \"400GB\""},
        {"notes", "link", "999B/s", "expected a bandwidth from 1kB/s to 1TB/s, got \"999B/s\""},
        {"notes", "link", "0", "expected a bandwidth from 1kB/s to 1TB/s, got 0"},
    };
    static const scalar_case READ[] = {
        {"notes", "link", "400Gbps", "50GB/s"},
        {"notes", "link", "'1.5 MiB/s'", "1572864B/s"},
        {"notes", "link", "8 Tbps", "1TB/s"},
    };
    check_refused(REFUSED, COUNT_OF(REFUSED));
    check_read(READ, COUNT_OF(READ));
}

#define INSTANT_EXPECTED                                                                         \
    "expected a date (2017-10-02), a date with time (2017-10-02 06:00:00) or a duration (14d), " \
    "got "

static void instants_are_dates_or_durations(void)
{
    static const struct {
        const char *value;
        const char *message;
    } REFUSED[] = {
        {"14", "14 has no unit; write 14d or 14h"},
        {"2017-13-01", INSTANT_EXPECTED "\"2017-13-01\""},
        {"2017-10-02 25:00:00", INSTANT_EXPECTED "\"2017-10-02 25:00:00\""},
        {"02.10.2017", INSTANT_EXPECTED "\"02.10.2017\""},
        {"1900-01-01T00:00:00+14:00", INSTANT_EXPECTED "\"1900-01-01T00:00:00+14:00\""},
        {"yesterday", INSTANT_EXPECTED "\"yesterday\""},
    };
    static const struct {
        const char *value;
        const char *resolved;
        bool is_civil;
        hc_time time;
    } READ[] = {
        {"2017-10-02", "2017-10-02", true, INT64_C(1506902400) * HC_SECOND},
        {"2017-10-02 06:00:00", "2017-10-02 06:00:00", true, INT64_C(1506924000) * HC_SECOND},
        {"'2017-10-02T06:00:00Z'", "2017-10-02 06:00:00", true, INT64_C(1506924000) * HC_SECOND},
        {"2017-10-02T08:00:00+08:00", "2017-10-02", true, INT64_C(1506902400) * HC_SECOND},
        {"1969-12-31 23:59:59.250", "1969-12-31 23:59:59.25", true, -750 * HC_MILLISECOND},
        {"14d", "14d", false, 14 * HC_DAY},
        {"0", "0s", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        char text[200];
        char messages[500];
        (void)snprintf(text, sizeof text, "%sworkload:\n  traces:\n  - { file: x, from: %s }\n",
                       DEMO_BASE, REFUSED[i].value);
        (void)snprintf(messages, sizeof messages,
                       "t.yaml:5:22: error: workload.traces[0].from: %s\n"
                       "  - { file: x, from: %s }\n                     ^",
                       REFUSED[i].message, REFUSED[i].value);
        demo_expect_error(text, NULL, messages);
    }
    for (size_t i = 0; i < COUNT_OF(READ); i++) {
        char text[200];
        char line[100];
        hc_error error;
        bool is_civil = !READ[i].is_civil;
        hc_scenario *scenario = NULL;
        const hc_value *trace = NULL;
        (void)snprintf(text, sizeof text, "%sworkload:\n  traces:\n  - { file: x, from: %s }\n",
                       DEMO_BASE, READ[i].value);
        (void)snprintf(line, sizeof line, "\n      from: %s\n", READ[i].resolved);
        scenario = demo_parse(text, NULL, &error);
        CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
        trace = hc_value_at(hc_value_get(hc_scenario_root(scenario), "workload.traces"), 0);
        CU_ASSERT_EQUAL(hc_value_instant(hc_value_get(trace, "from"), &is_civil), READ[i].time);
        CU_ASSERT_EQUAL(is_civil, READ[i].is_civil);
        CU_ASSERT_PTR_NOT_NULL(strstr(hc_scenario_text(scenario), line));
        hc_scenario_destroy(scenario);
    }
}

static const hc_test_case CASES[] = {
    {"booleans_are_true_and_false", booleans_are_true_and_false},
    {"whole_numbers_are_decimal_digits", whole_numbers_are_decimal_digits},
    {"ranges_are_inclusive", ranges_are_inclusive},
    {"numbers_may_be_percentages", numbers_may_be_percentages},
    {"text_is_taken_as_it_is_written", text_is_taken_as_it_is_written},
    {"text_is_at_most_4096_bytes", text_is_at_most_4096_bytes},
    {"choices_are_named", choices_are_named},
    {"durations_need_a_unit", durations_need_a_unit},
    {"memory_needs_a_unit", memory_needs_a_unit},
    {"bandwidths_need_a_unit", bandwidths_need_a_unit},
    {"instants_are_dates_or_durations", instants_are_dates_or_durations},
};

HC_TEST_MAIN("scalar", CASES)
