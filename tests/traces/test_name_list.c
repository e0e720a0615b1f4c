#include "tests/testing.h"
#include "traces/name_list.h"

#include <stdio.h>

static uint32_t add(hc_name_list *list, const char *name)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t number = UINT32_MAX;
    CU_ASSERT_EQUAL_FATAL(hc_name_list_add(list, name, &number, &error), 0);
    return number;
}

static void names_are_numbered_as_they_come(void)
{
    hc_name_list *list = hc_name_list_create();
    CU_ASSERT_EQUAL(hc_name_list_count(list), 0);
    CU_ASSERT_EQUAL(add(list, "zoe"), 0);
    CU_ASSERT_EQUAL(add(list, "adam"), 1);
    CU_ASSERT_EQUAL(add(list, "zoe"), 0);
    CU_ASSERT_EQUAL(add(list, "Zoe"), 2);
    CU_ASSERT_EQUAL(add(list, ""), 3);
    CU_ASSERT_EQUAL(add(list, "zo"), 4);
    CU_ASSERT_EQUAL(hc_name_list_count(list), 5);
    CU_ASSERT_STRING_EQUAL(hc_name_list_get(list, 0), "zoe");
    CU_ASSERT_STRING_EQUAL(hc_name_list_get(list, 3), "");
    hc_name_list_destroy(list);
}

static void names_are_found_by_their_bytes(void)
{
    hc_name_list *list = hc_name_list_create();
    hc_error error = HC_ERROR_NONE;
    uint32_t number = 7;
    CU_ASSERT_FALSE(hc_name_list_find(list, "zoe", 3, &number));
    CU_ASSERT_EQUAL(number, 7);
    CU_ASSERT_EQUAL(hc_name_list_add_bytes(list, "zoe,adam", 3, &number, &error), 0);
    CU_ASSERT_EQUAL(add(list, "zoe"), number);
    CU_ASSERT(hc_name_list_find(list, "zoe;", 3, &number));
    CU_ASSERT_EQUAL(number, 0);
    CU_ASSERT_FALSE(hc_name_list_find(list, "zoe;", 4, &number));
    CU_ASSERT_EQUAL(hc_name_list_count(list), 1);
    hc_name_list_destroy(list);
}

/* The list copies: what is behind a name may change. */
static void names_are_copied_and_stay_where_they_are(void)
{
    enum { COUNT = 5000 };
    hc_name_list *list = hc_name_list_create();
    const char *first = NULL;
    char name[16];
    for (uint32_t i = 0; i < COUNT; i++) {
        (void)snprintf(name, sizeof name, "u%u", i * 7919 % COUNT);
        CU_ASSERT_EQUAL(add(list, name), i);
        first = i == 0 ? hc_name_list_get(list, 0) : first;
    }
    CU_ASSERT_PTR_EQUAL(hc_name_list_get(list, 0), first);
    CU_ASSERT_STRING_EQUAL(first, "u0");
    for (uint32_t i = 0; i < COUNT; i++) {
        (void)snprintf(name, sizeof name, "u%u", i * 7919 % COUNT);
        CU_ASSERT_EQUAL(add(list, name), i);
        CU_ASSERT_STRING_EQUAL(hc_name_list_get(list, i), name);
    }
    CU_ASSERT_EQUAL(hc_name_list_count(list), COUNT);
    hc_name_list_destroy(list);
}

static void an_empty_list_and_none_are_destroyed(void)
{
    hc_name_list_destroy(hc_name_list_create());
    hc_name_list_destroy(NULL);
    CU_PASS("no leak, no crash");
}

static const hc_test_case CASES[] = {
    {"names_are_numbered_as_they_come", names_are_numbered_as_they_come},
    {"names_are_found_by_their_bytes", names_are_found_by_their_bytes},
    {"names_are_copied_and_stay_where_they_are", names_are_copied_and_stay_where_they_are},
    {"an_empty_list_and_none_are_destroyed", an_empty_list_and_none_are_destroyed},
};

HC_TEST_MAIN("name_list", CASES)
