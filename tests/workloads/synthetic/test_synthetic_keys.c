#include "tests/testing.h"
#include "workloads/synthetic/arrivals.h"
#include "workloads/synthetic/presets.h"
#include "workloads/synthetic/synthetic_keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const hc_key *find(size_t end, const char *path, size_t length)
{
    for (size_t i = 0; i < end; i++) {
        const char *other = hc_synthetic_keys.keys[i].path;
        if (strlen(other) == length && memcmp(other, path, length) == 0) {
            return &hc_synthetic_keys.keys[i];
        }
    }
    return NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* Length of the path of the map or list that a row is in. */
static size_t parent_length(const char *path)
{
    return ends_with(path, "[]") ? strlen(path) - 2 : (size_t)(strrchr(path, '.') - path);
}

/* The first row hangs on `workload`, which is not ours. */
static void every_row_stands_behind_the_row_it_is_in(void)
{
    CU_ASSERT_STRING_EQUAL(hc_synthetic_keys.keys[0].path, "workload.synthetic");
    for (size_t i = 1; i < hc_synthetic_keys.count; i++) {
        const hc_key *key = &hc_synthetic_keys.keys[i];
        const hc_key *parent = find(i, key->path, parent_length(key->path));
        CU_ASSERT_PTR_NOT_NULL_FATAL(parent);
        CU_ASSERT_EQUAL(parent->type, ends_with(key->path, "[]") ? HC_KEY_LIST : HC_KEY_MAP);
        CU_ASSERT_PTR_NULL(find(i, key->path, strlen(key->path)));
    }
}

static void every_list_has_a_row_for_its_items(void)
{
    char items[200];
    for (size_t i = 0; i < hc_synthetic_keys.count; i++) {
        const hc_key *key = &hc_synthetic_keys.keys[i];
        (void)snprintf(items, sizeof items, "%s[]", key->path);
        CU_ASSERT(key->type != HC_KEY_LIST ||
                  find(hc_synthetic_keys.count, items, strlen(items)) != NULL);
    }
}

static void every_row_helps_in_a_sentence_without_a_full_stop(void)
{
    for (size_t i = 0; i < hc_synthetic_keys.count; i++) {
        const hc_key *key = &hc_synthetic_keys.keys[i];
        CU_ASSERT(key->help != NULL && key->help[0] != '\0' && !ends_with(key->help, "."));
        CU_ASSERT_EQUAL(key->choices != NULL, key->type == HC_KEY_CHOICE);
    }
}

/* The reader turns the place of a choice into an enum. */
static int choice_count(const char *choices)
{
    int count = 1;
    for (; *choices != '\0'; choices++) {
        count += *choices == '|';
    }
    return count;
}

static void choices_are_as_many_as_the_enums_have(void)
{
    CU_ASSERT_EQUAL(choice_count(HC_PRESET_NAMES), HC_PRESET_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_DISTRIBUTION_KIND_NAMES), HC_DISTRIBUTION_KIND_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_ARRIVAL_PROCESS_NAMES), HC_ARRIVALS_BURSTY + 1);
}

static const hc_test_case CASES[] = {
    {"every_row_stands_behind_the_row_it_is_in", every_row_stands_behind_the_row_it_is_in},
    {"every_list_has_a_row_for_its_items", every_list_has_a_row_for_its_items},
    {"every_row_helps_in_a_sentence_without_a_full_stop",
     every_row_helps_in_a_sentence_without_a_full_stop},
    {"choices_are_as_many_as_the_enums_have", choices_are_as_many_as_the_enums_have},
};

HC_TEST_MAIN("synthetic_keys", CASES)
