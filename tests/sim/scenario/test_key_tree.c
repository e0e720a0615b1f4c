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

static const hc_test_case CASES[] = {
    {"broken_tables_are_reported_with_the_row", broken_tables_are_reported_with_the_row},
    {"keys_are_no_deeper_than_files", keys_are_no_deeper_than_files},
};

HC_TEST_MAIN("key_tree", CASES)
