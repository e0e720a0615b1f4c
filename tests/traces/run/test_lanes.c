#include "tests/testing.h"
#include "traces/run/lanes.h"

#include <stdlib.h>

enum { INTERVALS = 300 };

typedef struct interval {
    hc_time start;
    hc_time end;
    uint64_t lane;
} interval;

static uint64_t lay(hc_lanes *lanes, hc_time start, hc_time end, uint64_t new_id)
{
    bool is_new = false;
    uint64_t lane = hc_lanes_take(lanes, start, end, new_id, &is_new);
    CU_ASSERT_EQUAL(is_new, lane == new_id);
    return lane;
}

static void what_touches_shares_a_lane(void)
{
    hc_lanes lanes = {0};
    CU_ASSERT_EQUAL(lay(&lanes, 0, 10, 1), 1);
    CU_ASSERT_EQUAL(lay(&lanes, 10, 20, 2), 1);
    CU_ASSERT_EQUAL(lay(&lanes, 19, 30, 2), 2);
    CU_ASSERT_EQUAL(lay(&lanes, 20, 20, 3), 1); /* no length */
    CU_ASSERT_EQUAL(lay(&lanes, 20, HC_TIME_NEVER, 3), 1);
    CU_ASSERT_EQUAL(lay(&lanes, 25, 26, 3), 3);
    CU_ASSERT_EQUAL(lay(&lanes, HC_TIME_LIMIT, HC_TIME_LIMIT, 4), 3);
    hc_lanes_release(&lanes);
}

static bool overlap(const interval *a, const interval *b)
{
    return a->start < b->end && b->start < a->end;
}

/* As many as hold an instant: the most is reached where one begins. */
static size_t most_at_once(const interval *all)
{
    size_t most = 0;
    for (size_t i = 0; i < INTERVALS; i++) {
        size_t count = 0;
        for (size_t j = 0; j < INTERVALS; j++) {
            count += all[j].start <= all[i].start && all[i].start < all[j].end ? 1 : 0;
        }
        most = count > most ? count : most;
    }
    return most;
}

static void check_apart(const interval *all)
{
    for (size_t i = 0; i < INTERVALS; i++) {
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT_FALSE(all[i].lane == all[j].lane && overlap(&all[i], &all[j]));
        }
    }
}

static int compare_starts(const void *a, const void *b)
{
    const interval *left = a;
    const interval *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

/* @return how many lanes were taken. */
static size_t lay_all(interval *all)
{
    hc_lanes lanes = {0};
    uint64_t next = 1;
    for (size_t i = 0; i < INTERVALS; i++) {
        all[i].lane = lay(&lanes, all[i].start, all[i].end, next);
        next += all[i].lane == next ? 1 : 0;
    }
    hc_lanes_release(&lanes);
    return next - 1;
}

/* Numerical Recipes' linear congruence; the upper bits. */
static hc_time draw(uint32_t *state, uint32_t below)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (*state >> 8) % below;
}

static void intervals_of_a_lane_never_overlap(void)
{
    uint32_t state = 7;
    for (uint32_t round = 0; round < 20; round++) {
        interval all[INTERVALS];
        for (size_t i = 0; i < INTERVALS; i++) {
            all[i].start = draw(&state, 1000) - 500;
            all[i].end = all[i].start + 1 + draw(&state, 1 + round * 10);
        }
        (void)lay_all(all); /* in any order */
        check_apart(all);
        qsort(all, INTERVALS, sizeof all[0], compare_starts);
        CU_ASSERT_EQUAL(lay_all(all), most_at_once(all));
        check_apart(all);
    }
}

static const hc_test_case CASES[] = {
    {"what_touches_shares_a_lane", what_touches_shares_a_lane},
    {"intervals_of_a_lane_never_overlap", intervals_of_a_lane_never_overlap},
};

HC_TEST_MAIN("lanes", CASES)
