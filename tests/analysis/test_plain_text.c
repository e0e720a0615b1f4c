#include "analysis/plain_text.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#define BAD "\xef\xbf\xbd"

static const char *clean(const char *text)
{
    static char out[64];
    return hc_plain_text(text, out, sizeof out);
}

/* Well-formed and ill-formed sequences of Unicode 15, section 3.9. */
static void bytes_that_are_no_characters_are_replaced_one_by_one(void)
{
    static const struct {
        const char *text;
        const char *expected;
    } TEXTS[] = {
        {"", ""},
        {"job 17", "job 17"},
        {"M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x98\x80",
         "M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"M\xfcnchen", "M" BAD "nchen"}, /* Latin-1 */
        {"\xc3", BAD},                   /* ends too early */
        {"\xe2\x82", BAD BAD},
        {"\xc0\xaf", BAD BAD}, /* longer than needed */
        {"\xe0\x80\x80", BAD BAD BAD},
        {"\xf0\x80\x80\x80", BAD BAD BAD BAD},
        {"\xed\xa0\x80", BAD BAD BAD},         /* half of a pair */
        {"\xf4\x90\x80\x80", BAD BAD BAD BAD}, /* beyond U+10FFFF */
        {"\xf5\x80\x80\x80", BAD BAD BAD BAD},
        {"\x80\xbf", BAD BAD},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        CU_ASSERT_STRING_EQUAL(clean(TEXTS[i].text), TEXTS[i].expected);
    }
    CU_ASSERT_STRING_EQUAL(clean(NULL), "");
}

static void a_terminal_gets_no_commands(void)
{
    CU_ASSERT_STRING_EQUAL(clean("a\x1b[2Jb\n\x7f"), "a" BAD "[2Jb" BAD BAD);
    CU_ASSERT_STRING_EQUAL(clean("\xc2\x9b"
                                 "2J"),
                           BAD BAD "2J");
    CU_ASSERT_STRING_EQUAL(clean("\xc2\xa0"), "\xc2\xa0");
}

static void long_texts_are_cut_between_characters(void)
{
    char out[6];
    CU_ASSERT_STRING_EQUAL(hc_plain_text("abcdefgh", out, sizeof out), "abcde");
    CU_ASSERT_STRING_EQUAL(hc_plain_text("abc\xe2\x82\xac", out, sizeof out), "abc");
    CU_ASSERT_STRING_EQUAL(hc_plain_text("ab\xe2\x82\xac", out, sizeof out), "ab\xe2\x82\xac");
    CU_ASSERT_STRING_EQUAL(hc_plain_text("abc\xfc", out, sizeof out), "abc");
    CU_ASSERT_STRING_EQUAL(hc_plain_text("abc", out, 1), "");
}

static void json_takes_any_text(void)
{
    char text[5000];
    json_t *made = hc_json_text("a\xff"
                                "b");
    CU_ASSERT_STRING_EQUAL(json_string_value(made), "a" BAD "b");
    json_decref(made);
    made = hc_json_text(NULL);
    CU_ASSERT(json_is_null(made));
    json_decref(made);
    memset(text, 0xfe, sizeof text);
    text[sizeof text - 1] = '\0';
    made = hc_json_text(text);
    CU_ASSERT_EQUAL(json_string_length(made), 3 * (sizeof text - 1));
    json_decref(made);
}

static const hc_test_case CASES[] = {
    {"bytes_that_are_no_characters_are_replaced_one_by_one",
     bytes_that_are_no_characters_are_replaced_one_by_one},
    {"a_terminal_gets_no_commands", a_terminal_gets_no_commands},
    {"long_texts_are_cut_between_characters", long_texts_are_cut_between_characters},
    {"json_takes_any_text", json_takes_any_text},
};

HC_TEST_MAIN("plain_text", CASES)
