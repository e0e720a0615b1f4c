#include "sim/cluster/fit_index.h"
#include "sim/cluster/ordered_set.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

enum { NODES = 300, PER_NODE = 2, ITEMS = NODES * PER_NODE, LEVELS = 9, ABSENT = 99 };

/* The obvious index: the level of each item in an array. */
typedef struct plain_index {
    uint64_t levels[ITEMS]; /* ABSENT: not in the index */
    hc_host host[NODES];
} plain_index;

static bool has(const plain_index *plain, uint64_t item, hc_host need)
{
    const hc_host *host = &plain->host[item / PER_NODE];
    return host->cpu_milli >= need.cpu_milli && host->memory_bytes >= need.memory_bytes;
}

static hc_fit plain_next(const plain_index *plain, uint64_t level, uint64_t item, hc_host need)
{
    for (uint64_t l = level; l < LEVELS; l++) {
        for (uint64_t i = l == level ? item : 0; i < ITEMS; i++) {
            if (plain->levels[i] == l && has(plain, i, need)) {
                return (hc_fit){l, i};
            }
        }
    }
    return (hc_fit){HC_SET_NONE, HC_SET_NONE};
}

static hc_fit plain_highest(const plain_index *plain, uint64_t level, hc_host need)
{
    for (uint64_t l = LEVELS; l-- > level;) {
        hc_fit found = plain_next(plain, l, 0, need);
        if (found.level == l) {
            return found;
        }
    }
    return (hc_fit){HC_SET_NONE, HC_SET_NONE};
}

static hc_fit plain_lowest(const plain_index *plain, uint64_t level, uint64_t item, hc_host need)
{
    for (uint64_t i = item; i < ITEMS; i++) {
        if (plain->levels[i] != ABSENT && plain->levels[i] >= level && has(plain, i, need)) {
            return (hc_fit){plain->levels[i], i};
        }
    }
    return (hc_fit){HC_SET_NONE, HC_SET_NONE};
}

static void check_same(hc_fit found, hc_fit expected)
{
    CU_ASSERT_EQUAL_FATAL(found.level, expected.level);
    CU_ASSERT_EQUAL_FATAL(found.item, expected.item);
}

static void check_searches(const hc_fit_index *index, const plain_index *plain, hc_random *random)
{
    uint64_t level = hc_random_below(random, LEVELS);
    uint64_t item = hc_random_below(random, ITEMS);
    hc_host need = {hc_random_below(random, 110), hc_random_below(random, 110)};
    if (hc_random_below(random, 4) == 0) {
        need = (hc_host){0};
    }
    check_same(hc_fit_index_next(index, level, item, need), plain_next(plain, level, item, need));
    check_same(hc_fit_index_highest(index, level, need), plain_highest(plain, level, need));
    check_same(hc_fit_index_lowest(index, level, item, need),
               plain_lowest(plain, level, item, need));
}

static void move_item(hc_fit_index *index, plain_index *plain, hc_random *random)
{
    uint64_t item = hc_random_below(random, ITEMS);
    uint64_t level = hc_random_below(random, LEVELS);
    if (plain->levels[item] != ABSENT) {
        hc_fit_index_remove(index, plain->levels[item], item);
        plain->levels[item] = ABSENT;
    } else {
        hc_fit_index_insert(index, level, item);
        plain->levels[item] = level;
    }
}

static void change_host(hc_fit_index *index, plain_index *plain, hc_random *random)
{
    uint64_t node = hc_random_below(random, NODES);
    plain->host[node] = (hc_host){hc_random_below(random, 100), hc_random_below(random, 100)};
    for (uint64_t item = node * PER_NODE; item < (node + 1) * PER_NODE; item++) {
        if (plain->levels[item] != ABSENT) {
            hc_fit_index_refresh(index, plain->levels[item], item);
        }
    }
}

static void searches_find_what_a_scan_finds(void)
{
    static plain_index plain;
    hc_fit_index *index = NULL;
    hc_random random = hc_random_stream(2, 0, HC_RANDOM_BENCH);
    for (uint64_t i = 0; i < ITEMS; i++) {
        plain.levels[i] = ABSENT;
    }
    index = hc_fit_index_create(ITEMS, LEVELS, PER_NODE, plain.host);
    for (int step = 0; step < 30000; step++) {
        uint64_t choice = hc_random_below(&random, 10);
        if (choice < 5) {
            move_item(index, &plain, &random);
        } else if (choice < 8) {
            change_host(index, &plain, &random);
        } else {
            check_searches(index, &plain, &random);
        }
        if (step % 500 == 0) {
            CU_ASSERT_FATAL(hc_fit_index_check(index));
        }
    }
    hc_fit_index_destroy(index);
}

static void levels_below_are_found_without_host_resources(void)
{
    hc_fit_index *index = hc_fit_index_create(10, 9, 1, NULL);
    hc_fit_index_insert(index, 8, 3);
    hc_fit_index_insert(index, 2, 5);
    hc_fit_index_insert(index, 0, 1);
    CU_ASSERT_EQUAL(hc_fit_index_level_below(index, 9), 8);
    CU_ASSERT_EQUAL(hc_fit_index_level_below(index, 8), 2);
    CU_ASSERT_EQUAL(hc_fit_index_level_below(index, 2), 0);
    CU_ASSERT_EQUAL(hc_fit_index_level_below(index, 0), HC_SET_NONE);
    CU_ASSERT(hc_fit_index_contains(index, 2, 5));
    CU_ASSERT_FALSE(hc_fit_index_contains(index, 2, 4));
    hc_fit_index_destroy(index);
    hc_fit_index_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"searches_find_what_a_scan_finds", searches_find_what_a_scan_finds},
    {"levels_below_are_found_without_host_resources",
     levels_below_are_found_without_host_resources},
};

HC_TEST_MAIN("fit_index", CASES)
