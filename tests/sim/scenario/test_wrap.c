#include "sim/scenario/wrap.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static void expect(const char *text, size_t column, const char *expected)
{
    char *written = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&written, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    hc_wrap_write(out, text, column);
    CU_ASSERT_EQUAL(fclose(out), 0);
    CU_ASSERT_STRING_EQUAL(written, expected);
    free(written);
}

static void a_short_text_is_one_line(void)
{
    expect("", 4, "\n");
    expect("one", 4, "one\n");
    expect("one  two ", 4, "one two\n");
}

/* Six columns from 94 on: "ab cde" fills them, one letter more does not fit. */
static void lines_end_at_the_last_column(void)
{
    char expected[200];
    expect("ab cde", 94, "ab cde\n");
    (void)snprintf(expected, sizeof expected, "ab\n%*scdef\n", 94, "");
    expect("ab cdef", 94, expected);
    (void)snprintf(expected, sizeof expected, "abcdefghi\n%*sj\n", 94, "");
    expect("abcdefghi j", 94, expected);
}

static void a_character_of_many_bytes_is_one_column(void)
{
    expect("\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\xc3\xa9", 94,
           "\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\xc3\xa9\n");
}

static const hc_test_case CASES[] = {
    {"a_short_text_is_one_line", a_short_text_is_one_line},
    {"lines_end_at_the_last_column", lines_end_at_the_last_column},
    {"a_character_of_many_bytes_is_one_column", a_character_of_many_bytes_is_one_column},
};

HC_TEST_MAIN("wrap", CASES)
