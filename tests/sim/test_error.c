#include "sim/error.h"
#include "tests/testing.h"

#include <string.h>

static void messages_stand_on_lines_of_their_own(void)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_error_set(&error, HC_ERROR_USAGE, "a: %d", 1), -1);
    CU_ASSERT_EQUAL(hc_error_set(&error, HC_ERROR_TRACE, "b"), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "a: 1\nb");
    CU_ASSERT_EQUAL(error.count, 2);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
}

static void no_message_is_cut_in_the_middle(void)
{
    hc_error error = HC_ERROR_NONE;
    char longest[300];
    size_t lines = 1;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    for (int i = 0; i < 100; i++) {
        (void)hc_error_set(&error, HC_ERROR_USAGE, "%s", longest);
    }
    for (const char *at = error.text; *at != '\0'; at++) {
        lines += *at == '\n' ? 1 : 0;
    }
    CU_ASSERT_EQUAL(error.count, 100);
    CU_ASSERT_EQUAL(error.length, lines * 300 - 1);
    CU_ASSERT_EQUAL(strlen(error.text), error.length);
}

static void a_first_message_that_is_too_long_is_cut_at_the_end(void)
{
    hc_error error = HC_ERROR_NONE;
    (void)hc_error_set(&error, HC_ERROR_USAGE, "%*d", HC_ERROR_TEXT_SIZE * 2, 7);
    CU_ASSERT_EQUAL(strlen(error.text), HC_ERROR_TEXT_SIZE - 1);
    CU_ASSERT_EQUAL(hc_error_set(NULL, HC_ERROR_USAGE, "nobody listens"), -1);
}

static const hc_test_case CASES[] = {
    {"messages_stand_on_lines_of_their_own", messages_stand_on_lines_of_their_own},
    {"no_message_is_cut_in_the_middle", no_message_is_cut_in_the_middle},
    {"a_first_message_that_is_too_long_is_cut_at_the_end",
     a_first_message_that_is_too_long_is_cut_at_the_end},
};

HC_TEST_MAIN("error", CASES)
