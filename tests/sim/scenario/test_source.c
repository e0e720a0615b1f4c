#include "sim/scenario/source.h"
#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void the_caret_stands_under_the_value(void)
{
    static const struct {
        const char *text;
        const char *messages;
    } CASES[] = {
        {DEMO_BASE "seed:\tx\n",
         "t.yaml:3:7: error: seed: expected a whole number of at least 0, got \"x\"\nseed:\tx\n"
         "     \t^"},
        {DEMO_BASE "notes: {\tdelta:\tx }\n", "t.yaml:3:17: error: notes.delta: expected a whole "
                                              "number, got \"x\"\nnotes: {\tdelta:\tx }\n"
                                              "        \t      \t^"},
        {DEMO_BASE "name: [x",
         "t.yaml:3:9: error: did not find expected ',' or ']' while parsing a flow sequence\n"
         "name: [x\n        ^"},
        {"hindcast: 1\ncluster: { nodes: [{ gpu: \xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80, gpus: x }] "
         "}\n",
         "t.yaml:2:38: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, "
         "got "
         "\"x\"\ncluster: { nodes: [{ gpu: \xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80, gpus: x }] }\n"
         "                                     ^"},
        {DEMO_BASE "name: [\xe2\x80\xae"
                   "a, b]\nseed: [\xe2\x80\xae]\n",
         "t.yaml:3:7: error: name: expected text of 1 to 4096 bytes without control characters, "
         "got a "
         "list\nname: [\\u202ea, b]\n      ^\n"
         "t.yaml:4:7: error: seed: expected a whole number of at least 0, got a list\n"
         "seed: [\\u202e]\n      ^"},
        {DEMO_BASE "\xe2\x80\xae: 1\n", "t.yaml:3:1: error: \\u202e: unknown key\n\\u202e: 1\n^"},
        {DEMO_BASE "scheduler: { name: \"\xe2\x80\xae\", policy: x }\n",
         "t.yaml:3:14: error: scheduler.name: unknown key; did you mean name?\n"
         "scheduler: { name: \"\\u202e\", policy: x }\n             ^\n"
         "t.yaml:3:33: error: scheduler.policy: expected one of fifo, easy, conservative, got "
         "\"x\"\n"
         "scheduler: { name: \"\\u202e\", policy: x }\n                                     ^"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        demo_expect_error(CASES[i].text, NULL, CASES[i].messages);
    }
}

enum { MAX_LENGTH = 300, EXCERPT_SIZE = 4 * MAX_LENGTH };

/* The excerpt of a line of digits (or of `fill`) with an `x` at the caret. */
static void write_excerpt(size_t length, size_t column, char fill, char *excerpt)
{
    char line[MAX_LENGTH + 1] = "";
    hc_source source = {.kind = HC_SOURCE_FILE, .name = "t", .text = line, .length = length};
    hc_position position = {&source, 0, (uint32_t)column};
    FILE *out = fmemopen(excerpt, EXCERPT_SIZE, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    for (size_t i = 0; i < length; i++) {
        line[i] = fill != '\0' ? fill : (char)('0' + i % 10);
    }
    if (column < length) {
        line[column] = 'x';
    }
    hc_position_write_excerpt(out, &position);
    (void)fclose(out);
}

#define TEN "0123456789"
#define FORTY TEN TEN TEN TEN
#define BLANKS_49 "                                                 "
#define BLANKS_50 "                                                  "

static void check_excerpt(size_t length, size_t column, const char *expected)
{
    char text[EXCERPT_SIZE];
    const char *caret = NULL;
    write_excerpt(length, column, '\0', text);
    caret = strchr(text + 1, '\n');
    CU_ASSERT_PTR_NOT_NULL_FATAL(caret);
    CU_ASSERT(caret - text - 1 <= 100);
    if (column < length) {
        CU_ASSERT_EQUAL(strchr(text, 'x') - text - 1, (long)strlen(caret) - 2);
    }
    if (strcmp(text, expected) != 0) {
        printf("\n%zu of %zu:%s\nexpected:%s\n", column, length, text, expected);
        CU_FAIL("other excerpt than expected");
    }
}

static void long_lines_are_cut_around_the_caret(void)
{
    check_excerpt(100, 0, "\nx123456789" FORTY FORTY TEN "\n^");
    check_excerpt(101, 0, "\nx123456789" FORTY FORTY "0123456...\n^");
    check_excerpt(101, 100, "\n...456789" FORTY FORTY TEN "x\n" BLANKS_49 BLANKS_50 "^");
    check_excerpt(300, 60,
                  "\n" FORTY TEN TEN "x123456789" TEN TEN "0123456...\n" BLANKS_50 "          ^");
    check_excerpt(300, 61,
                  "\n...456789" FORTY TEN "0x23456789" TEN TEN "01234567...\n" BLANKS_50
                  "          ^");
    check_excerpt(300, 300, "\n...3456789" FORTY FORTY TEN "\n" BLANKS_50 BLANKS_50 "^");
}

static void cut_lines_keep_their_width_with_tabs_and_escapes(void)
{
    char text[EXCERPT_SIZE];
    write_excerpt(200, 90, '\t', text);
    CU_ASSERT_PTR_NULL(strchr(text, '\t'));
    CU_ASSERT_EQUAL(strchr(text, 'x') - text, 61);
    CU_ASSERT_EQUAL(strrchr(text, '^') - strrchr(text, '\n'), 61);
    write_excerpt(200, 90, '\x01', text);
    CU_ASSERT(strrchr(text, '\n') - text - 1 <= 100);
    CU_ASSERT_EQUAL(strstr(text, "\\x01x") + 4 - text, strrchr(text, '^') - strrchr(text, '\n'));
}

static void positions_are_ordered_by_source_line_and_column(void)
{
    hc_source first = {.rank = 0};
    hc_source second = {.rank = 1};
    const hc_position sorted[] = {
        {&first, 0, 0}, {&first, 0, 7}, {&first, 1, 3}, {&second, 0, 0}, {&second, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(sorted); i++) {
        for (size_t j = 0; j < COUNT_OF(sorted); j++) {
            int order = hc_position_compare(&sorted[i], &sorted[j]);
            CU_ASSERT_EQUAL((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static const hc_test_case CASES[] = {
    {"the_caret_stands_under_the_value", the_caret_stands_under_the_value},
    {"long_lines_are_cut_around_the_caret", long_lines_are_cut_around_the_caret},
    {"cut_lines_keep_their_width_with_tabs_and_escapes",
     cut_lines_keep_their_width_with_tabs_and_escapes},
    {"positions_are_ordered_by_source_line_and_column",
     positions_are_ordered_by_source_line_and_column},
};

HC_TEST_MAIN("source", CASES)
