#include "tests/testing.h"
#include "traces/strings.h"

#include <stdio.h>
#include <string.h>

static uint32_t intern(hc_strings *strings, const char *text)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t index = 77;
    CU_ASSERT_EQUAL_FATAL(hc_strings_intern(strings, text, strlen(text), &index, &error), 0);
    CU_ASSERT_STRING_EQUAL(hc_strings_text(strings, index), text);
    return index;
}

static void the_empty_text_has_index_0(void)
{
    hc_strings *strings = hc_strings_create();
    hc_error error = HC_ERROR_NONE;
    uint32_t index = 77;
    CU_ASSERT_STRING_EQUAL(hc_strings_text(strings, 0), "");
    CU_ASSERT_EQUAL(intern(strings, ""), 0);
    CU_ASSERT_EQUAL(hc_strings_append(strings, "x", 0, &index, &error), 0);
    CU_ASSERT_EQUAL(index, 0);
    CU_ASSERT_EQUAL(hc_strings_interned_count(strings), 0);
    hc_strings_destroy(strings);
}

static void equal_texts_are_interned_once(void)
{
    hc_strings *strings = hc_strings_create();
    uint32_t alice = intern(strings, "alice");
    CU_ASSERT_NOT_EQUAL(intern(strings, "alic"), alice);
    CU_ASSERT_NOT_EQUAL(intern(strings, "alices"), alice);
    CU_ASSERT_EQUAL(intern(strings, "alice"), alice);
    CU_ASSERT_EQUAL(hc_strings_interned_count(strings), 3);
    hc_strings_destroy(strings);
}

static void appended_texts_are_kept_apart(void)
{
    hc_strings *strings = hc_strings_create();
    hc_error error = HC_ERROR_NONE;
    uint32_t first = 0;
    uint32_t second = 0;
    CU_ASSERT_EQUAL(hc_strings_append(strings, "17#1", 2, &first, &error), 0);
    CU_ASSERT_EQUAL(hc_strings_append(strings, "17", 2, &second, &error), 0);
    CU_ASSERT_NOT_EQUAL(first, second);
    CU_ASSERT_STRING_EQUAL(hc_strings_text(strings, first), "17");
    CU_ASSERT_STRING_EQUAL(hc_strings_text(strings, second), "17");
    hc_strings_destroy(strings);
}

static void many_texts_keep_their_indices(void)
{
    enum { COUNT = 20000 };
    static uint32_t indices[COUNT];
    hc_strings *strings = hc_strings_create();
    char text[32];
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(text, sizeof text, "user%d", i);
        indices[i] = intern(strings, text);
    }
    CU_ASSERT_EQUAL(hc_strings_interned_count(strings), COUNT);
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(text, sizeof text, "user%d", i);
        CU_ASSERT_EQUAL(intern(strings, text), indices[i]);
    }
    CU_ASSERT_EQUAL(hc_strings_interned_count(strings), COUNT);
    hc_strings_destroy(strings);
}

static const hc_test_case CASES[] = {
    {"the_empty_text_has_index_0", the_empty_text_has_index_0},
    {"equal_texts_are_interned_once", equal_texts_are_interned_once},
    {"appended_texts_are_kept_apart", appended_texts_are_kept_apart},
    {"many_texts_keep_their_indices", many_texts_keep_their_indices},
};

HC_TEST_MAIN("strings", CASES)
