#include "sim/scenario/scenario.h"
#include "tests/testing.h"

#include <math.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Reads "{}" with one table of a few rows. */
static void parse_with(const hc_key *keys, size_t count, hc_error *error)
{
    const hc_key_table table = {keys, count};
    hc_scenario *scenario = NULL;
    (void)hc_scenario_parse(&scenario, "t.yaml", "{}", 2, &table, 1, NULL, 0, error);
    hc_scenario_destroy(scenario);
}

#define UNSOUND "a: bounds in the wrong order, or beyond what its type can be"

#define UNSOUND_SHORTHAND "a: a shorthand that is no scalar of it, or not all that it requires"

static void broken_tables_are_reported_with_the_row(void)
{
    static const struct {
        hc_key keys[3];
        size_t count;
        const char *message;
    } CASES[] = {
        {{{.path = "a.b", .type = HC_KEY_TEXT}},
         1,
         "a.b: no row before it has a map or list that this key can be in"},
        {{{.path = "a.b", .type = HC_KEY_TEXT}, {.path = "a", .type = HC_KEY_MAP}},
         2,
         "a.b: no row before it has a map or list that this key can be in"},
        {{{.path = "a", .type = HC_KEY_TEXT}, {.path = "a.b", .type = HC_KEY_TEXT}},
         2,
         "a.b: no row before it has a map or list that this key can be in"},
        {{{.path = "a", .type = HC_KEY_MAP}, {.path = "a[]", .type = HC_KEY_TEXT}},
         2,
         "a[]: no row before it has a map or list that this key can be in"},
        {{{.path = "a b", .type = HC_KEY_TEXT}},
         1,
         "a b: no row before it has a map or list that this key can be in"},
        {{{.path = "", .type = HC_KEY_MAP}},
         1,
         ": no row before it has a map or list that this key can be in"},
        {{{.path = "a", .type = HC_KEY_TEXT}, {.path = "a", .type = HC_KEY_TEXT}},
         2,
         "a: a second row for the same key"},
        {{{.path = "a", .type = HC_KEY_LIST}}, 1, "a: a list without a row for its items"},
        {{{.path = "a", .type = HC_KEY_INTEGER, .minimum = 2, .maximum = 1}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_REAL, .minimum = NAN}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_LIST, .minimum = 3, .maximum = 2},
          {.path = "a[]", .type = HC_KEY_TEXT}},
         2,
         UNSOUND},
        {{{.path = "a", .type = HC_KEY_TEXT, .minimum = 1, .maximum = 80}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_DURATION, .minimum = 1e10, .maximum = 1e11}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_INTEGER, .minimum = 1e19, .maximum = HUGE_VAL}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_BYTES, .minimum = -2, .maximum = -1}}, 1, UNSOUND},
        {{{.path = "a", .type = HC_KEY_CHOICE}}, 1, "a: a choice without choices"},
        {{{.path = "a", .type = HC_KEY_TEXT, .fallback = "x", .is_required = true}},
         1,
         "a: required, and yet has a default"},
        {{{.path = "a", .type = HC_KEY_MAP, .fallback = "{}"}},
         1,
         "a: the defaults of a map are those of its keys"},
        {{{.path = "a", .type = HC_KEY_LIST},
          {.path = "a[]", .type = HC_KEY_TEXT, .fallback = "x"}},
         2,
         "a[]: the items of a list have no default"},
        {{{.path = "a", .type = HC_KEY_TEXT, .fallback = ""}}, 1, "a: an empty default"},
        {{{.path = "a", .type = HC_KEY_INTEGER, .fallback = "many"}},
         1,
         "a: expected a whole number, got \"many\""},
        {{{.path = "a", .type = HC_KEY_LIST, .fallback = "[1, x]"},
          {.path = "a[]", .type = HC_KEY_INTEGER}},
         2,
         "a[1]: expected a whole number, got \"x\""},
        {{{.path = "a", .type = HC_KEY_TEXT, .shorthand = "b"}}, 1, UNSOUND_SHORTHAND},
        {{{.path = "a", .type = HC_KEY_MAP, .shorthand = "b"}}, 1, UNSOUND_SHORTHAND},
        {{{.path = "a", .type = HC_KEY_MAP, .shorthand = "b"}, {.path = "a.b", .type = HC_KEY_MAP}},
         2,
         UNSOUND_SHORTHAND},
        {{{.path = "a", .type = HC_KEY_MAP, .shorthand = "b"},
          {.path = "a.b", .type = HC_KEY_TEXT},
          {.path = "a.c", .type = HC_KEY_TEXT, .is_required = true}},
         3,
         UNSOUND_SHORTHAND},
        {{{.path = "a", .type = HC_KEY_TEXT, .fallback = "["}},
         1,
         "did not find expected node content while parsing a flow node"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_error error = HC_ERROR_NONE;
        char expected[200];
        (void)snprintf(expected, sizeof expected, "key tables: error: %s", CASES[i].message);
        parse_with(CASES[i].keys, CASES[i].count, &error);
        CU_ASSERT_STRING_EQUAL(error.text, expected);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_INTERNAL);
    }
}

static void keys_are_no_deeper_than_files(void)
{
    char paths[33][33 * 2];
    hc_key keys[33];
    hc_error error = HC_ERROR_NONE;
    for (size_t i = 0; i < 33; i++) {
        for (size_t j = 0; j <= i; j++) {
            memcpy(paths[i] + 2 * j, "a.", 2);
        }
        paths[i][2 * i + 1] = '\0';
        keys[i] = (hc_key){.path = paths[i], .type = HC_KEY_MAP};
    }
    parse_with(keys, 31, &error);
    CU_ASSERT_EQUAL(error.count, 0);
    parse_with(keys, 33, &error);
    CU_ASSERT_EQUAL(error.count, 2);
}

/* Sites that have the keys of a machine. */
static const hc_key SITES[] = {
    {.path = "machine", .type = HC_KEY_MAP},
    {.path = "machine.nodes", .type = HC_KEY_LIST},
    {.path = "machine.nodes[]", .type = HC_KEY_MAP},
    {.path = "machine.nodes[].gpus", .type = HC_KEY_INTEGER, .fallback = "8"},
    {.path = "machine.rule", .type = HC_KEY_CHOICE, .choices = "easy|fcfs", .fallback = "easy"},
    {.path = "sites", .type = HC_KEY_LIST},
    {.path = "sites[]", .type = HC_KEY_MAP},
    {.path = "sites[].machine", .type = HC_KEY_MAP, .same_as = "machine"},
};

static hc_scenario *parse_sites(const char *text, hc_error *error)
{
    const hc_key_table table = {SITES, COUNT_OF(SITES)};
    hc_scenario *scenario = NULL;
    (void)hc_scenario_parse(&scenario, "t.yaml", text, strlen(text), &table, 1, NULL, 0, error);
    return scenario;
}

static void a_map_that_is_the_same_as_another_has_its_keys_and_defaults(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = parse_sites("sites: [{machine: {nodes: [{}, {gpus: 4}]}}]", &error);
    const hc_value *machine = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    machine =
        hc_value_get(hc_value_at(hc_value_get(hc_scenario_root(scenario), "sites"), 0), "machine");
    CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(machine, "rule")), "easy");
    CU_ASSERT_EQUAL(
        hc_value_integer(hc_value_get(hc_value_at(hc_value_get(machine, "nodes"), 0), "gpus")), 8);
    CU_ASSERT_EQUAL(
        hc_value_integer(hc_value_get(hc_value_at(hc_value_get(machine, "nodes"), 1), "gpus")), 4);
    hc_scenario_destroy(scenario);
}

/* So that the one at the top can stand in. */
static void a_map_that_is_the_same_as_another_is_not_made_of_defaults(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = parse_sites("sites: [{}]", &error);
    const hc_value *root = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    root = hc_scenario_root(scenario);
    CU_ASSERT_PTR_NOT_NULL(hc_value_get(root, "machine"));
    CU_ASSERT_PTR_NULL(hc_value_get(hc_value_at(hc_value_get(root, "sites"), 0), "machine"));
    hc_scenario_destroy(scenario);
}

static void its_defects_are_told_where_they_stand(void)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_PTR_NULL(parse_sites("sites: [{machine: {nodes: [{gpu: 4}]}}]", &error));
    CU_ASSERT_STRING_EQUAL(error.text,
                           "t.yaml:1:29: error: sites[0].machine.nodes[0].gpu: unknown key; did "
                           "you mean \"gpus\"?\n"
                           "sites: [{machine: {nodes: [{gpu: 4}]}}]\n"
                           "                            ^");
}

static void only_a_map_at_the_top_can_be_copied(void)
{
    static const hc_key KEYS[][3] = {
        {{.path = "a", .type = HC_KEY_MAP},
         {.path = "c", .type = HC_KEY_TEXT},
         {.path = "a.b", .type = HC_KEY_MAP, .same_as = "d"}},
        {{.path = "a", .type = HC_KEY_MAP},
         {.path = "c", .type = HC_KEY_TEXT},
         {.path = "a.b", .type = HC_KEY_MAP, .same_as = "c"}},
    };
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        hc_error error = HC_ERROR_NONE;
        parse_with(KEYS[i], 3, &error);
        CU_ASSERT_STRING_EQUAL(error.text,
                               "key tables: error: a.b: not the same as a map at the top");
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_INTERNAL);
    }
}

static const hc_test_case CASES[] = {
    {"only_a_map_at_the_top_can_be_copied", only_a_map_at_the_top_can_be_copied},
    {"a_map_that_is_the_same_as_another_has_its_keys_and_defaults",
     a_map_that_is_the_same_as_another_has_its_keys_and_defaults},
    {"a_map_that_is_the_same_as_another_is_not_made_of_defaults",
     a_map_that_is_the_same_as_another_is_not_made_of_defaults},
    {"its_defects_are_told_where_they_stand", its_defects_are_told_where_they_stand},
    {"broken_tables_are_reported_with_the_row", broken_tables_are_reported_with_the_row},
    {"keys_are_no_deeper_than_files", keys_are_no_deeper_than_files},
};

HC_TEST_MAIN("key_tree", CASES)
