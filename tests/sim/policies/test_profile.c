#include "sim/engine/random.h"
#include "sim/policies/profile.h"
#include "tests/testing.h"

#include <stdlib.h>

enum { HORIZON = 400, GPUS = 40, CHANGES = 3000 };

/* The profile instant by instant, from 0 to the horizon; it does not change any more behind it. */
typedef struct naive {
    uint32_t free[HORIZON + 1];
} naive;

static bool stays(const naive *n, uint32_t gpus, hc_time from, hc_time to)
{
    for (hc_time t = from; t < to && t <= HORIZON; t++) {
        if (n->free[t] < gpus) {
            return false;
        }
    }
    return to <= HORIZON || n->free[HORIZON] >= gpus;
}

static hc_time naive_find(const naive *n, uint32_t gpus, hc_time duration, hc_time from)
{
    for (hc_time t = from; t <= HORIZON; t++) {
        if (stays(n, gpus, t, t + duration)) {
            return t;
        }
    }
    return HC_TIME_NEVER;
}

static hc_time naive_first_below(const naive *n, uint32_t gpus, hc_time from)
{
    for (hc_time t = from; t <= HORIZON; t++) {
        if (n->free[t] < gpus) {
            return t;
        }
    }
    return HC_TIME_NEVER;
}

static void naive_add(naive *n, hc_time from, hc_time to, int gpus)
{
    for (hc_time t = from; t < to && t <= HORIZON; t++) {
        n->free[t] = (uint32_t)((int)n->free[t] + gpus);
    }
}

static void compare(const hc_profile *p, const naive *n, hc_random *random)
{
    uint32_t gpus = (uint32_t)hc_random_below(random, GPUS + 2);
    hc_time from = (hc_time)hc_random_below(random, HORIZON);
    hc_time duration = 1 + (hc_time)hc_random_below(random, HORIZON / 2);
    CU_ASSERT_FATAL(hc_profile_check(p));
    CU_ASSERT_EQUAL_FATAL(hc_profile_at(p, from), n->free[from]);
    CU_ASSERT_EQUAL_FATAL(hc_profile_first_below(p, from, gpus), naive_first_below(n, gpus, from));
    CU_ASSERT_EQUAL_FATAL(hc_profile_find(p, gpus, duration, from),
                          naive_find(n, gpus, duration, from));
}

/* A held span: what was taken is given back later, so that nothing is ever negative. */
typedef struct held {
    hc_time from;
    hc_time to;
    uint32_t gpus;
} held;

static void check_moving_forward(const hc_profile *p, naive *n, const held *h)
{
    hc_time found = hc_profile_find_earlier(p, h->gpus, h->to - h->from, 0, h->from);
    naive_add(n, h->from, h->to, (int)h->gpus);
    CU_ASSERT_EQUAL_FATAL(found, naive_find(n, h->gpus, h->to - h->from, 0));
    naive_add(n, h->from, h->to, -(int)h->gpus);
}

static void a_profile_equals_an_array_of_instants(void)
{
    hc_random random = hc_random_stream(7, 0, HC_RANDOM_BENCH);
    hc_profile *p = hc_profile_create();
    held spans[64];
    size_t count = 0;
    naive n;
    CU_ASSERT_EQUAL_FATAL(hc_profile_restart(p, 0, GPUS), 0);
    for (int t = 0; t <= HORIZON; t++) {
        n.free[t] = GPUS;
    }
    for (int i = 0; i < CHANGES; i++) {
        held h = {.gpus = 1 + (uint32_t)hc_random_below(&random, 8)};
        hc_time duration = 1 + (hc_time)hc_random_below(&random, 60);
        h.from = naive_find(&n, h.gpus, duration, (hc_time)hc_random_below(&random, HORIZON / 2));
        h.to = h.from + duration;
        if (count < 64 && h.from < HORIZON - 60 && hc_random_below(&random, 2) == 0) {
            CU_ASSERT_EQUAL_FATAL(hc_profile_take(p, h.from, h.to, h.gpus), 0);
            naive_add(&n, h.from, h.to, -(int)h.gpus);
            check_moving_forward(p, &n, &h);
            spans[count++] = h;
        } else if (count > 0) {
            size_t at = hc_random_below(&random, count);
            h = spans[at];
            spans[at] = spans[--count];
            CU_ASSERT_EQUAL_FATAL(hc_profile_give(p, h.from, h.to, h.gpus), 0);
            naive_add(&n, h.from, h.to, (int)h.gpus);
        }
        compare(p, &n, &random);
    }
    hc_profile_destroy(p);
}

/* Hundreds of steps, in many blocks; what has passed is forgotten, the rest is the same in a copy. */
static void steps_that_have_passed_are_forgotten(void)
{
    hc_profile *p = hc_profile_create();
    hc_profile *copy = hc_profile_create();
    CU_ASSERT_EQUAL_FATAL(hc_profile_restart(p, 0, 0), 0);
    for (hc_time t = 1; t <= 1000; t++) {
        CU_ASSERT_EQUAL_FATAL(hc_profile_append(p, t, 1), 0);
    }
    CU_ASSERT_EQUAL(hc_profile_find(p, 1000, 5, 0), 1000);
    CU_ASSERT_EQUAL(hc_profile_find(p, 1001, 5, 0), HC_TIME_NEVER);
    hc_profile_forget(p, 700);
    CU_ASSERT(hc_profile_check(p));
    CU_ASSERT_EQUAL(hc_profile_at(p, 700), 700);
    CU_ASSERT_EQUAL(hc_profile_take(p, 750, HC_TIME_NEVER, 750), 0);
    CU_ASSERT_EQUAL_FATAL(hc_profile_copy(copy, p), 0);
    hc_profile_destroy(p);
    CU_ASSERT(hc_profile_check(copy));
    CU_ASSERT_EQUAL(hc_profile_at(copy, 749), 749);
    CU_ASSERT_EQUAL(hc_profile_at(copy, 750), 0);
    CU_ASSERT_EQUAL(hc_profile_first_below(copy, 700, 700), 750);
    CU_ASSERT_EQUAL(hc_profile_find(copy, 200, 1000, 700), 950);
    hc_profile_destroy(copy);
}

static const hc_test_case CASES[] = {
    {"a_profile_equals_an_array_of_instants", a_profile_equals_an_array_of_instants},
    {"steps_that_have_passed_are_forgotten", steps_that_have_passed_are_forgotten},
};

HC_TEST_MAIN("profile", CASES)
