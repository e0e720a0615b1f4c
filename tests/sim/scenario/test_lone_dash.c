#include "sim/scenario/scenario.h"
#include "tests/testing.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const hc_key KEYS[] = {
    {.path = "file", .type = HC_KEY_PATH},
    {.path = "note", .type = HC_KEY_TEXT},
    {.path = "seed", .type = HC_KEY_INTEGER},
    {.path = "traces", .type = HC_KEY_LIST},
    {.path = "traces[]", .type = HC_KEY_MAP},
    {.path = "traces[].file", .type = HC_KEY_PATH},
    {.path = "traces[].format", .type = HC_KEY_TEXT},
};
static const hc_key_table TABLE = {KEYS, COUNT_OF(KEYS)};

static hc_scenario *parse(const char *text, const char *override, hc_error *error)
{
    hc_scenario *scenario = NULL;
    *error = HC_ERROR_NONE;
    (void)hc_scenario_parse(&scenario, "t.yaml", text, strlen(text), &TABLE, 1, &override,
                            override == NULL ? 0 : 1, error);
    return scenario;
}

static void a_dash_is_a_file_however_it_is_written(void)
{
    static const char *const TEXTS[] = {
        "traces: [{ file: -, format: csv }]\n",
        "traces: [{ file: - }]\n",
        "traces: [{ file: - , format: csv }]\n",
        "traces: [{ format: csv, file: -}]\n",
        "traces:\n  - file: -\n    format: csv\n",
        "traces:\n  - format: csv\n    file:   -   # standard input\n",
        "traces:\n  - { file: \"-\" }\n",
        "traces:\n  - file: '-'\n",
        "traces:\n  - file: -\r\n    format: csv\r\n",
        "traces:\n  - file: -",
        "{\"traces\": [{\"file\": \"-\"}]}",
    };
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        hc_error error;
        hc_scenario *scenario = parse(TEXTS[i], NULL, &error);
        const hc_value *traces = NULL;
        CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
        traces = hc_value_get(hc_scenario_root(scenario), "traces");
        CU_ASSERT_EQUAL_FATAL(hc_value_count(traces), 1);
        CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(hc_value_at(traces, 0), "file")), "-");
        hc_scenario_destroy(scenario);
    }
}

static void a_dash_on_the_command_line(void)
{
    static const char *const OVERRIDES[] = {"file=-", "traces[0].file=-"};
    static const char *const PATHS[] = {"file", "traces"};
    for (size_t i = 0; i < COUNT_OF(OVERRIDES); i++) {
        hc_error error;
        hc_scenario *scenario = parse("file: x\ntraces: [{ file: y }]\n", OVERRIDES[i], &error);
        const hc_value *value = NULL;
        CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
        value = hc_value_get(hc_scenario_root(scenario), PATHS[i]);
        value = i == 0 ? value : hc_value_get(hc_value_at(value, 0), "file");
        CU_ASSERT_STRING_EQUAL(hc_value_text(value), "-");
        hc_scenario_destroy(scenario);
    }
}

static void other_text_stays_as_it_is(void)
{
    static const char *const TEXTS[][2] = {
        {"file: -\nnote: \"a: - , Q\"\n", "a: - , Q"},
        {"file: -\nnote: 'b: -'\n", "b: -"},
        {"file: -\nnote: a-b - c\n", "a-b - c"},
        {"file: -\nnote: -x\n", "-x"},
        {"file: -\nnote: - x: -\n", NULL}, /* a list cannot begin there */
    };
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        hc_error error;
        hc_scenario *scenario = parse(TEXTS[i][0], NULL, &error);
        if (TEXTS[i][1] == NULL) {
            CU_ASSERT_PTR_NULL(scenario);
            continue;
        }
        CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
        CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(hc_scenario_root(scenario), "note")),
                               TEXTS[i][1]);
        hc_scenario_destroy(scenario);
    }
}

static void messages_show_the_dash(void)
{
    hc_error error;
    CU_ASSERT_PTR_NULL(parse("file: -\nseed: -\n", NULL, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "t.yaml:2:7: error: seed: expected a whole number, got "
                                       "\"-\"\nseed: -\n      ^");
}

static const hc_test_case CASES[] = {
    {"a_dash_is_a_file_however_it_is_written", a_dash_is_a_file_however_it_is_written},
    {"a_dash_on_the_command_line", a_dash_on_the_command_line},
    {"other_text_stays_as_it_is", other_text_stays_as_it_is},
    {"messages_show_the_dash", messages_show_the_dash},
};

HC_TEST_MAIN("lone_dash", CASES)
