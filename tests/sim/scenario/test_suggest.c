#include "sim/scenario/suggest.h"
#include "tests/sim/scenario/demo_keys.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void edits_are_counted(void)
{
    static const struct {
        const char *a;
        const char *b;
        size_t distance;
    } CASES[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"policy", "policy", 0},
        {"polcy", "policy", 1},
        {"poilcy", "policy", 1},
        {"gpus", "gpu", 1},
        {"kitten", "sitting", 3},
        {"ca", "abc", 3},
        {"abcd", "badc", 2},
    };
    char longest[HC_SUGGEST_LENGTH_LIMIT + 1];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *a = CASES[i].a;
        const char *b = CASES[i].b;
        CU_ASSERT_EQUAL(hc_suggest_distance(a, strlen(a), b, strlen(b)), CASES[i].distance);
        CU_ASSERT_EQUAL(hc_suggest_distance(b, strlen(b), a, strlen(a)), CASES[i].distance);
    }
    CU_ASSERT_EQUAL(hc_suggest_distance(longest, sizeof longest - 1, "x", 1),
                    HC_SUGGEST_LENGTH_LIMIT - 1);
    CU_ASSERT_EQUAL(hc_suggest_distance(longest, sizeof longest, "x", 1), SIZE_MAX);
}

static void unknown_keys_are_compared_with_their_siblings_and_found_elsewhere(void)
{
    static const struct {
        const char *map; /* name of a map at the top; NULL: the top itself */
        const char *word;
        const char *ending;
    } CASES[] = {
        {NULL, "zzzzzz", ""},
        {NULL, "x", ""},
        {NULL, "ab", ""},
        {NULL, "sheduler", "; did you mean \"scheduler\"?"},
        {NULL, "worklaod", "; did you mean \"workload\"?"},
        {NULL, "policy", "; did you mean scheduler.policy?"},
        {NULL, "gpus", "; did you mean cluster.nodes[].gpus?"},
        {"scheduler", "placment", "; did you mean \"placement\"?"},
        {"scheduler", "plcmnt", ""},
        {"workload", "quarantainelimmit", "; did you mean \"quarantine_limit\"?"},
        {"faults", "repairs", "; did you mean \"repair\"?"},
        {"workload", "trace", "; did you mean \"traces\"?"},
        {"workload", "name", "; did you mean name?"},
        {"cluster", "node", "; did you mean \"nodes\"?"},
        {"notes", "load", "; did you mean workload.traces[].load?"},
        {"notes", "seed", "; did you mean seed?"},
        {"faults", "kin", "; did you mean \"kind\"?"},
        {"cluster", "notes", "; did you mean \"nodes\" or notes?"},
    };
    hc_arena arena = {0};
    hc_defects defects = {.kind = HC_ERROR_INTERNAL};
    hc_key_node *root = hc_key_tree_build(&arena, DEMO_TABLES, DEMO_TABLE_COUNT, &defects);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *map = CASES[i].map;
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        hc_suggest_write(out, map == NULL ? root : hc_key_find(root, map, strlen(map)),
                         CASES[i].word, strlen(CASES[i].word));
        (void)fclose(out);
        CU_ASSERT_STRING_EQUAL(text, CASES[i].ending);
        free(text);
    }
    CU_ASSERT_EQUAL(hc_defects_finish(&defects, NULL), 0);
    hc_arena_release(&arena);
}

static void choices_are_compared_too(void)
{
    static const char CHOICES[] = "fifo|easy|conservative";
    CU_ASSERT_PTR_NULL(hc_suggest_choice(CHOICES, "sjf-with-backfill", 17));
    CU_ASSERT_STRING_EQUAL(hc_suggest_choice(CHOICES, "esay", 4), "easy|conservative");
    CU_ASSERT_STRING_EQUAL(hc_suggest_choice(CHOICES, "conservatif", 11), "conservative");
}

static const hc_test_case CASES[] = {
    {"edits_are_counted", edits_are_counted},
    {"unknown_keys_are_compared_with_their_siblings_and_found_elsewhere",
     unknown_keys_are_compared_with_their_siblings_and_found_elsewhere},
    {"choices_are_compared_too", choices_are_compared_too},
};

HC_TEST_MAIN("suggest", CASES)
