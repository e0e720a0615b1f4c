#include "sim/cluster/ordered_set.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

#include <string.h>

enum { MAX_BOUND = 5000 };

/* The obvious set: one byte per number. */
typedef struct plain_set {
    unsigned char is_in[MAX_BOUND];
    uint64_t bound;
} plain_set;

static uint64_t plain_next(const plain_set *set, uint64_t from)
{
    for (uint64_t i = from; i < set->bound; i++) {
        if (set->is_in[i]) {
            return i;
        }
    }
    return HC_SET_NONE;
}

static uint64_t plain_previous(const plain_set *set, uint64_t before)
{
    for (uint64_t i = before < set->bound ? before : set->bound; i-- > 0;) {
        if (set->is_in[i]) {
            return i;
        }
    }
    return HC_SET_NONE;
}

static uint64_t plain_take_run(plain_set *set, uint64_t from, uint64_t limit, uint64_t *begin)
{
    uint64_t count = 0;
    *begin = plain_next(set, from);
    while (*begin != HC_SET_NONE && count < limit && *begin + count < set->bound &&
           set->is_in[*begin + count]) {
        set->is_in[*begin + count++] = 0;
    }
    return count;
}

static void insert_some(hc_ordered_set *set, plain_set *plain, hc_random *random)
{
    uint64_t begin = hc_random_below(random, plain->bound);
    uint64_t count = 1 + hc_random_below(random, 200);
    count = count < plain->bound - begin ? count : plain->bound - begin;
    hc_ordered_set_insert_run(set, begin, count);
    memset(plain->is_in + begin, 1, count);
}

static void remove_some(hc_ordered_set *set, plain_set *plain, hc_random *random)
{
    uint64_t at = plain_next(plain, hc_random_below(random, plain->bound));
    if (at != HC_SET_NONE) {
        hc_ordered_set_remove(set, at);
        plain->is_in[at] = 0;
    }
}

static void take_some(hc_ordered_set *set, plain_set *plain, hc_random *random)
{
    uint64_t from = hc_random_below(random, plain->bound);
    uint64_t limit = 1 + hc_random_below(random, 300);
    uint64_t begin = 0;
    uint64_t expected_begin = 0;
    uint64_t expected = plain_take_run(plain, from, limit, &expected_begin);
    CU_ASSERT_EQUAL_FATAL(hc_ordered_set_take_run(set, from, limit, &begin), expected);
    CU_ASSERT_EQUAL_FATAL(begin, expected_begin);
}

static void check_searches(const hc_ordered_set *set, const plain_set *plain, hc_random *random)
{
    uint64_t at = hc_random_below(random, plain->bound + 70);
    CU_ASSERT_EQUAL_FATAL(hc_ordered_set_next(set, at), plain_next(plain, at));
    CU_ASSERT_EQUAL_FATAL(hc_ordered_set_previous(set, at), plain_previous(plain, at));
    CU_ASSERT_EQUAL_FATAL(hc_ordered_set_contains(set, at), at < plain->bound && plain->is_in[at]);
}

static void it_behaves_like_an_array_of_flags(void)
{
    static const uint64_t BOUNDS[] = {1, 2, 63, 64, 65, 4095, 4096, 4097, 5000};
    static plain_set plain;
    for (size_t i = 0; i < sizeof BOUNDS / sizeof BOUNDS[0]; i++) {
        hc_ordered_set *set = hc_ordered_set_create(BOUNDS[i]);
        hc_random random = hc_random_stream(1, i, HC_RANDOM_BENCH);
        memset(&plain, 0, sizeof plain);
        plain.bound = BOUNDS[i];
        for (int step = 0; step < 2000; step++) {
            uint64_t choice = hc_random_below(&random, 10);
            if (choice < 3) {
                insert_some(set, &plain, &random);
            } else if (choice < 6) {
                remove_some(set, &plain, &random);
            } else if (choice < 7) {
                take_some(set, &plain, &random);
            } else {
                check_searches(set, &plain, &random);
            }
        }
        CU_ASSERT(hc_ordered_set_check(set));
        hc_ordered_set_destroy(set);
    }
}

static void a_run_may_cross_many_words(void)
{
    hc_ordered_set *set = hc_ordered_set_create(UINT64_C(1) << 24);
    uint64_t begin = 0;
    hc_ordered_set_insert_run(set, 0, UINT64_C(1) << 24);
    CU_ASSERT_EQUAL(hc_ordered_set_take_run(set, 7, UINT64_C(1) << 23, &begin), UINT64_C(1) << 23);
    CU_ASSERT_EQUAL(begin, 7);
    CU_ASSERT_EQUAL(hc_ordered_set_next(set, 7), (UINT64_C(1) << 23) + 7);
    CU_ASSERT_EQUAL(hc_ordered_set_previous(set, (UINT64_C(1) << 23) + 7), 6);
    CU_ASSERT(hc_ordered_set_check(set));
    hc_ordered_set_destroy(set);
    hc_ordered_set_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"it_behaves_like_an_array_of_flags", it_behaves_like_an_array_of_flags},
    {"a_run_may_cross_many_words", a_run_may_cross_many_words},
};

HC_TEST_MAIN("ordered_set", CASES)
