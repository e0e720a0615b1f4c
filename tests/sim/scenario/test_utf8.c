#include "sim/scenario/utf8.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void what_is_no_utf8_is_refused(void)
{
    static const char *const REFUSED[] = {
        "\x80",             /* continuation without a start */
        "\xc3",             /* cut */
        "\xc3(",            /* no continuation */
        "\xc0\xaf",         /* overlong slash */
        "\xe0\x80\xaf",     /* overlong slash */
        "\xed\xa0\x80",     /* surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf8\x88\x80\x80", /* five bytes */
        "\xff",
    };
    uint32_t code = 0;
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        CU_ASSERT_EQUAL(hc_utf8_decode(REFUSED[i], strlen(REFUSED[i]), &code), 0);
    }
    CU_ASSERT_EQUAL(hc_utf8_decode("", 0, &code), 0);
    CU_ASSERT_EQUAL(hc_utf8_decode("\xe2\x82\xac", 2, &code), 0);
}

static void characters_of_every_length_are_decoded(void)
{
    static const struct {
        const char *text;
        uint32_t code;
        size_t bytes;
    } CASES[] = {
        {"A", 0x41, 1},
        {"\xc3\xa9", 0xe9, 2},
        {"\xe2\x82\xac", 0x20ac, 3},
        {"\xf0\x9f\x9a\x80", 0x1f680, 4},
        {"\xf4\x8f\xbf\xbf", 0x10ffff, 4},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        uint32_t code = 0;
        CU_ASSERT_EQUAL(hc_utf8_decode(CASES[i].text, strlen(CASES[i].text), &code),
                        CASES[i].bytes);
        CU_ASSERT_EQUAL(code, CASES[i].code);
    }
}

static void what_a_terminal_would_obey_is_escaped(void)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *shown;
    } CASES[] = {
        {"plain", 60, "plain"},
        {"a\x1b[31mb", 60, "a\\x1b[31mb"},
        {"a\tb\nc\rd\x7f", 60, "a\\tb\\nc\\x0dd\\x7f"},
        {"\xc2\x85\xe2\x80\xa8\xef\xbb\xbf", 60, "\\x85\\u2028\\ufeff"},
        {"\xe2\x80\xae"
         "abc",
         60, "\\u202eabc"},
        {"\xff\xc3(", 60, "\\xff\\xc3("},
        {"\xc3\xa9t\xc3\xa9", 60, "\xc3\xa9t\xc3\xa9"},
        {"0123456789", 10, "0123456789"},
        {"0123456789a", 10, "0123456..."},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 4, "\xc3\xa9..."},
        {"abc\x01", 6, "abc..."},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        CU_ASSERT_PTR_NOT_NULL_FATAL(out);
        hc_utf8_show(out, CASES[i].text, strlen(CASES[i].text), CASES[i].limit);
        (void)fclose(out);
        CU_ASSERT_STRING_EQUAL(text, CASES[i].shown);
        free(text);
    }
}

static const hc_test_case CASES[] = {
    {"what_is_no_utf8_is_refused", what_is_no_utf8_is_refused},
    {"characters_of_every_length_are_decoded", characters_of_every_length_are_decoded},
    {"what_a_terminal_would_obey_is_escaped", what_a_terminal_would_obey_is_escaped},
};

HC_TEST_MAIN("utf8", CASES)
