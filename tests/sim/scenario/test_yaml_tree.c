#include "sim/scenario/yaml_tree.h"
#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct refusal {
    const char *text;
    const char *messages;
} refusal;

static void check_refusals(const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        demo_expect_error(cases[i].text, NULL, cases[i].messages);
    }
}

static void a_scenario_is_a_map(void)
{
    static const refusal CASES[] = {
        {"", "t.yaml:1:1: error: expected a map with the key hindcast"},
        {"\xef\xbb\xbf", "t.yaml:1:1: error: expected a map with the key hindcast"},
        {"\n\n", "t.yaml:1:1: error: expected a map with the key hindcast"},
        {"# no value\n", "t.yaml:1:1: error: expected a map with the key hindcast\n# no value\n^"},
        {"---\n...\n", "t.yaml:2:1: error: expected a map with the key hindcast\n...\n^"},
        {"- 1\n", "t.yaml:1:1: error: expected a map with the key hindcast, got a list\n- 1\n^"},
        {"eight\n",
         "t.yaml:1:1: error: expected a map with the key hindcast, got \"eight\"\neight\n^"},
    };
    check_refusals(CASES, COUNT_OF(CASES));
}

static void syntax_errors_have_a_position(void)
{
    static const refusal CASES[] = {
        {"hindcast: [1, 2\n",
         "t.yaml:2:1: error: did not find expected ',' or ']' while parsing a flow sequence"},
        {"hindcast: 1\n name: x\n",
         "t.yaml:2:6: error: mapping values are not allowed in this context\n name: x\n     ^"},
        {"hindcast: }\n",
         "t.yaml:1:11: error: did not find expected node content while parsing a block node\n"
         "hindcast: }\n          ^"},
        {"cluster:\n\tnodes: []\n",
         "t.yaml:2:1: error: a tab cannot stand here; indent with spaces\n\tnodes: []\n^"},
        {"name: @x\n", "t.yaml:1:7: error: found character that cannot start any token while "
                       "scanning for the next "
                       "token\nname: @x\n      ^"},
    };
    check_refusals(CASES, COUNT_OF(CASES));
}

static void bytes_that_are_no_text_are_refused_where_they_stand(void)
{
    static const refusal CASES[] = {
        {"name: \xff\n", "t.yaml:1:7: error: invalid UTF-8: byte 0xff\nname: \\xff\n      ^"},
        {"a: 1\nname: \xe2\x82\xac\xc0\xaf\n",
         "t.yaml:2:8: error: invalid UTF-8: byte 0xc0\nname: \xe2\x82\xac\\xc0\\xaf\n       ^"},
        {"\xff\xfeh", "t.yaml:1:1: error: invalid UTF-8: byte 0xff\n\\xff\\xfeh\n^"},
        {"name: \x1b[31m\n", "t.yaml:1:7: error: the control character U+001B is not "
                             "allowed\nname: \\x1b[31m\n      ^"},
        {"name: a\xc2\x85z\n",
         "t.yaml:1:8: error: the control character U+0085 is not allowed\nname: a\\x85z\n       ^"},
        {"name: a\xe2\x80\xa8z\n", "t.yaml:1:8: error: the control character U+2028 is not "
                                   "allowed\nname: a\\u2028z\n       ^"},
        {"a\xef\xbb\xbf: 1\n",
         "t.yaml:1:2: error: the control character U+FEFF is not allowed\na\\ufeff: 1\n ^"},
        {DEMO_BASE "name: \"a\\0z\"\n", "t.yaml:3:7: error: the control character U+0000 is not "
                                        "allowed\nname: \"a\\0z\"\n      ^"},
    };
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    check_refusals(CASES, COUNT_OF(CASES));
    CU_ASSERT_EQUAL(
        hc_scenario_parse(&scenario, "t.yaml", "name: a\0z", 9, NULL, 0, NULL, 0, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text,
                           "t.yaml:1:8: error: the control character U+0000 is not allowed\n"
                           "name: a\\x00z\n       ^");
}

static void what_yaml_can_do_beyond_values_is_refused(void)
{
    static const refusal CASES[] = {
        {"%YAML 1.2\n---\nhindcast: 1\n",
         "t.yaml:1:1: error: directives (%) are not allowed\n%YAML 1.2\n^"},
        {DEMO_BASE "---\n" DEMO_BASE,
         "t.yaml:3:1: error: a second document begins; only one is allowed\n---\n^"},
        {DEMO_BASE "...\n---\n",
         "t.yaml:4:1: error: a second document begins; only one is allowed\n---\n^"},
        {DEMO_BASE "name: &a x\n",
         "t.yaml:3:7: error: anchors (&) are not allowed\nname: &a x\n      ^"},
        {"*a\n", "t.yaml:1:1: error: aliases (*) are not allowed\n*a\n^"},
        {DEMO_BASE "name: *a\n",
         "t.yaml:3:7: error: aliases (*) are not allowed\nname: *a\n      ^"},
        {DEMO_BASE "name: !!str x\n",
         "t.yaml:3:7: error: tags (!) are not allowed\nname: !!str x\n      ^"},
        {DEMO_BASE "name: ! x\n",
         "t.yaml:3:7: error: tags (!) are not allowed\nname: ! x\n      ^"},
        {DEMO_BASE "scheduler: !map {}\n",
         "t.yaml:3:12: error: tags (!) are not allowed\nscheduler: !map {}\n           ^"},
        {DEMO_BASE "<<: { name: x }\n",
         "t.yaml:3:1: error: merge keys (<<) are not allowed\n<<: { name: x }\n^"},
        {DEMO_BASE "*a : 1\n", "t.yaml:3:1: error: aliases (*) are not allowed\n*a : 1\n^"},
        {DEMO_BASE "? [name]\n: x\n",
         "t.yaml:3:3: error: a map or list cannot be a key\n? [name]\n  ^"},
        {DEMO_BASE "notes:\n  ?\n  : 1\n", "t.yaml:4:4: error: expected a key\n  ?\n   ^"},
        {DEMO_BASE "workload: { traces: [&a { file: x }, *a] }\n",
         "t.yaml:3:22: error: anchors (&) are not allowed\n"
         "workload: { traces: [&a { file: x }, *a] }\n                     ^\n"
         "t.yaml:3:38: error: aliases (*) are not allowed\n"
         "workload: { traces: [&a { file: x }, *a] }\n                                     ^"},
    };
    check_refusals(CASES, COUNT_OF(CASES));
}

/* `count` times the same piece. */
static char *repeat(const char *piece, size_t count)
{
    size_t length = strlen(piece);
    char *text = malloc(length * count + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * length, piece, length);
    }
    text[length * count] = '\0';
    return text;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void hostile_nesting_is_refused_within_a_tenth_of_a_second(void)
{
    static const struct {
        const char *piece;
        const char *start;
    } CASES[] = {
        {"[", "t.yaml:1:33: error: more than 32 levels\n"},
        {"[\n", "t.yaml:33:1: error: more than 32 levels\n"},
        {"{a: ", "t.yaml:1:129: error: more than 32 levels\n"},
        {"- ", "t.yaml:1:65: error: more than 32 levels\n"},
        {"{? ", "t.yaml:1:4: error: a map or list cannot be a key\n"},
        {"? ", "t.yaml:1:3: error: a map or list cannot be a key\n"},
        {"%TAG !a! b\n", "t.yaml:1:1: error: directives (%) are not allowed\n"},
        {"[*a,", "t.yaml:1:2: error: aliases (*) are not allowed\n"},
        {"{x: [\"a\", ", "t.yaml:1:161: error: more than 32 levels\n"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char *text = repeat(CASES[i].piece, 200000);
        hc_error error;
        clock_t start = clock();
        hc_scenario *scenario = demo_parse(text, NULL, &error);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        CU_ASSERT_PTR_NULL(scenario);
        CU_ASSERT(begins_with(error.text, CASES[i].start));
        CU_ASSERT(seconds < 0.1);
        free(text);
    }
}

static void thirty_two_levels_are_allowed(void)
{
    char *deep = repeat("[", 29);
    char *end = repeat("]", 29);
    char text[200];
    hc_error error;
    (void)snprintf(text, sizeof text, "%sname: { a: [{ b: %s%s }] }\n", DEMO_BASE, deep, end);
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT(begins_with(error.text, "t.yaml:3:46: error: more than 32 levels\n"));
    (void)snprintf(text, sizeof text, "%sname: { a: [{ b: %s%s }] }\n", DEMO_BASE, deep + 1,
                   end + 1);
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT(begins_with(error.text, "t.yaml:3:7: error: name: expected text of 1 to 4096 bytes"));
    CU_ASSERT_EQUAL(error.count, 1);
    free(deep);
    free(end);
}

static void sixteen_mebibytes_are_allowed(void)
{
    char *text = repeat("#", HC_YAML_BYTE_LIMIT + 1);
    hc_error error;
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "t.yaml: error: larger than 16 MiB");
    memcpy(text, DEMO_BASE, strlen(DEMO_BASE));
    text[HC_YAML_BYTE_LIMIT] = '\0';
    hc_scenario_destroy(demo_parse(text, NULL, &error));
    CU_ASSERT_EQUAL(error.count, 0);
    free(text);
}

static void the_number_of_values_is_bounded(void)
{
    char *text = repeat("- 1\n", HC_YAML_VALUE_LIMIT);
    hc_error error;
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "t.yaml:262144:3: error: more than 262144 values\n- 1\n  ^");
    free(text);
    text = repeat("  - file: x\n", 60000);
    memcpy(text, DEMO_BASE "workload:\n traces: #", strlen(DEMO_BASE "workload:\n traces: #"));
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "t.yaml:52432:5: error: more than 262144 values with the "
                                       "defaults\n  - file: x\n    ^");
    free(text);
}

static void lines_end_as_in_any_editor(void)
{
    static const refusal CASES[] = {
        {"hindcast: 1\r\ncluster: { nodes: [{ gpus: 8 }] }\r\nseed: x\r\n",
         "t.yaml:3:7: error: seed: expected a whole number of at least 0, got \"x\"\nseed: x\n"
         "      ^"},
        {"hindcast: 1\rcluster: { nodes: [{ gpus: 8 }] }\rseed: x\r",
         "t.yaml:3:7: error: seed: expected a whole number of at least 0, got \"x\"\nseed: x\n"
         "      ^"},
        {"\xef\xbb\xbfhindcast: x\ncluster: { nodes: [{ gpus: 8 }] }\n",
         "t.yaml:1:11: error: hindcast: expected 1, got \"x\"\nhindcast: x\n          ^"},
    };
    check_refusals(CASES, COUNT_OF(CASES));
}

static const hc_test_case CASES[] = {
    {"a_scenario_is_a_map", a_scenario_is_a_map},
    {"syntax_errors_have_a_position", syntax_errors_have_a_position},
    {"bytes_that_are_no_text_are_refused_where_they_stand",
     bytes_that_are_no_text_are_refused_where_they_stand},
    {"what_yaml_can_do_beyond_values_is_refused", what_yaml_can_do_beyond_values_is_refused},
    {"hostile_nesting_is_refused_within_a_tenth_of_a_second",
     hostile_nesting_is_refused_within_a_tenth_of_a_second},
    {"thirty_two_levels_are_allowed", thirty_two_levels_are_allowed},
    {"sixteen_mebibytes_are_allowed", sixteen_mebibytes_are_allowed},
    {"the_number_of_values_is_bounded", the_number_of_values_is_bounded},
    {"lines_end_as_in_any_editor", lines_end_as_in_any_editor},
};

HC_TEST_MAIN("yaml_tree", CASES)
