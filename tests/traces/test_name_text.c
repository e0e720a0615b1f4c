#include "tests/testing.h"
#include "traces/name_text.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static hc_field field_of(const char *text)
{
    return (hc_field){text, strlen(text)};
}

/* Overlong forms, surrogates, codes beyond U+10FFFF and cut sequences are no UTF-8 (RFC 3629). */
static void valid_utf8_is_told_from_other_bytes(void)
{
    static const struct {
        const char *text;
        bool is_utf8;
    } CASES[] = {
        {"\xe9", false},         {"\x80", false},
        {"\xc0\xaf", false},     {"\xe2\x82", false},
        {"\xed\xa0\x80", false}, {"\xf4\x90\x80\x80", false},
        {"a\xc3(", false},       {"", true},
        {"abc", true},           {"Zo\xc3\xab", true},
        {"\xe2\x82\xac", true},  {"\xf0\x9f\x98\x80", true},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        if (hc_text_is_utf8(field_of(CASES[i].text)) != CASES[i].is_utf8) {
            printf("\n    case %zu\n", i);
            CU_FAIL("wrong");
        }
    }
}

static void every_byte_of_latin1_is_the_character_of_its_number(void)
{
    for (unsigned int code = 1; code < 256; code++) {
        char byte = (char)code;
        char out[3];
        char expected[3] = {(char)code, '\0', '\0'};
        hc_field text = hc_text_from_latin1((hc_field){&byte, 1}, out);
        if (code >= 0x80) { /* 110000xx 10xxxxxx */
            expected[0] = (char)(code < 0xc0 ? 0xc2 : 0xc3);
            expected[1] = (char)(code < 0xc0 ? code : code - 0x40);
        }
        CU_ASSERT_STRING_EQUAL(text.text, expected);
        CU_ASSERT_EQUAL(text.length, strlen(expected));
        CU_ASSERT(hc_text_is_utf8(text));
    }
}

static void names_have_no_control_characters(void)
{
    static const struct {
        const char *text;
        hc_name_state state;
    } CASES[] = {
        {"a\tb", HC_NAME_UNFIT},
        {"\x1b[2J", HC_NAME_UNFIT},
        {"\x7f", HC_NAME_UNFIT},
        {"\x9b", HC_NAME_UNFIT},         /* C1 in Latin-1: what ESC [ is for some terminals */
        {"\xc2\x9b", HC_NAME_UNFIT},     /* and in UTF-8 */
        {"\xe9\x1b", HC_NAME_UNFIT},     /* Latin-1 with ESC */
        {"\xe2\x80\xa8", HC_NAME_UNFIT}, /* U+2028 */
        {"\xef\xbb\xbf", HC_NAME_UNFIT}, /* a byte order mark */
        {"\xef\xbb\xbf\xe9", HC_NAME_LATIN1},
        {"\xe9", HC_NAME_LATIN1},
        {"caf\xe9 \xc3\xa9", HC_NAME_LATIN1},
        {"", HC_NAME_UTF8},
        {"a b|c,\"", HC_NAME_UTF8},
        {"Zo\xc3\xab", HC_NAME_UTF8},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_name_state state = hc_name_judge(field_of(CASES[i].text));
        if (state != CASES[i].state) {
            printf("\n    case %zu: %d\n", i, (int)state);
            CU_FAIL("wrong");
        }
    }
}

static void names_are_at_most_255_bytes_of_utf8(void)
{
    char plain[HC_NAME_LIMIT + 1];
    char accents[HC_NAME_LIMIT + 1];
    char euros[HC_NAME_LIMIT + 3];
    memset(plain, 'x', sizeof plain);
    memset(accents, '\xe9', sizeof accents);
    for (size_t i = 0; i < sizeof euros; i += 3) {
        memcpy(euros + i, "\xe2\x82\xac", 3);
    }
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){plain, 255}), HC_NAME_UTF8);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){plain, 256}), HC_NAME_UNFIT);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){accents, 127}), HC_NAME_LATIN1);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){accents, 128}), HC_NAME_UNFIT);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){accents, 256}), HC_NAME_UNFIT);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){euros, 255}), HC_NAME_UTF8);
    CU_ASSERT_EQUAL(hc_name_judge((hc_field){euros, 258}), HC_NAME_UNFIT);
}

static void names_are_copied_or_converted(void)
{
    char out[HC_NAME_SIZE];
    CU_ASSERT_STRING_EQUAL(hc_name_read((hc_field){"abcdef", 3}, out).text, "abc");
    CU_ASSERT_STRING_EQUAL(hc_name_read((hc_field){NULL, 0}, out).text, "");
    CU_ASSERT_STRING_EQUAL(hc_name_read(field_of("caf\xe9"), out).text, "caf\xc3\xa9");
    CU_ASSERT_STRING_EQUAL(hc_name_read(field_of("caf\xc3\xa9"), out).text, "caf\xc3\xa9");
}

static const hc_test_case CASES[] = {
    {"valid_utf8_is_told_from_other_bytes", valid_utf8_is_told_from_other_bytes},
    {"every_byte_of_latin1_is_the_character_of_its_number",
     every_byte_of_latin1_is_the_character_of_its_number},
    {"names_have_no_control_characters", names_have_no_control_characters},
    {"names_are_at_most_255_bytes_of_utf8", names_are_at_most_255_bytes_of_utf8},
    {"names_are_copied_or_converted", names_are_copied_or_converted},
};

HC_TEST_MAIN("name_text", CASES)
