#include "sim/engine/random.h"
#include "sim/jobs/pace.h"
#include "tests/testing.h"

static void a_pace_is_an_exact_ratio(void)
{
    const hc_pace slow = {.here = 5, .reference = 3};
    CU_ASSERT_EQUAL(hc_pace_time(&slow, 3 * HC_SECOND), 5 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_pace_time(&slow, 1), 2); /* 5/3 */
    CU_ASSERT_EQUAL(hc_pace_work(&slow, 2), 1); /* 6/5 */
    CU_ASSERT_EQUAL(hc_pace_work(&slow, 5 * HC_SECOND), 3 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_pace_time(&hc_pace_as_recorded, 17), 17);
}

static void what_takes_too_long_is_capped(void)
{
    const hc_pace slow = {.here = HC_TIME_LIMIT, .reference = 1};
    CU_ASSERT_EQUAL(hc_pace_time(&slow, 2), HC_TIME_LIMIT + 1);
    CU_ASSERT_EQUAL(hc_pace_time(&slow, HC_TIME_LIMIT), HC_TIME_LIMIT + 1);
}

static hc_time below(hc_random *random, hc_time limit)
{
    return (hc_time)(hc_random_bits(random) % (uint64_t)limit);
}

/* In the time of some work just that work is done, and not a nanosecond earlier. */
static void work_is_done_when_its_time_is_over(void)
{
    hc_random random = hc_random_stream(1, 2, HC_RANDOM_BENCH);
    for (int i = 0; i < 100000; i++) {
        hc_pace pace = {.here = 1 + below(&random, HC_DAY),
                        .reference = 1 + below(&random, HC_DAY)};
        hc_time work = 1 + below(&random, 1000 * HC_DAY);
        hc_time time = hc_pace_time(&pace, work);
        if (time <= HC_TIME_LIMIT) {
            CU_ASSERT_FATAL(hc_pace_work(&pace, time) >= work);
            CU_ASSERT_FATAL(hc_pace_work(&pace, time - 1) < work);
        }
    }
}

static void paces_that_do_not_get_on_are_unsound(void)
{
    CU_ASSERT(hc_pace_is_sound(&hc_pace_as_recorded));
    CU_ASSERT(!hc_pace_is_sound(&(hc_pace){.here = 0, .reference = 1}));
    CU_ASSERT(!hc_pace_is_sound(&(hc_pace){.here = 1, .reference = 0}));
    CU_ASSERT(!hc_pace_is_sound(&(hc_pace){.here = 1, .reference = -1}));
    CU_ASSERT(!hc_pace_is_sound(&(hc_pace){.here = HC_TIME_NEVER, .reference = 1}));
}

static const hc_test_case CASES[] = {
    {"a_pace_is_an_exact_ratio", a_pace_is_an_exact_ratio},
    {"what_takes_too_long_is_capped", what_takes_too_long_is_capped},
    {"work_is_done_when_its_time_is_over", work_is_done_when_its_time_is_over},
    {"paces_that_do_not_get_on_are_unsound", paces_that_do_not_get_on_are_unsound},
};

HC_TEST_MAIN("sim/jobs/pace", CASES)
