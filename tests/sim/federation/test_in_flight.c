#include "sim/federation/in_flight.h"
#include "tests/testing.h"

static void what_had_arrived_at_a_report_is_forgotten(void)
{
    hc_in_flight f = {0};
    CU_ASSERT_EQUAL(hc_in_flight_add(&f, 10, 2000, 7), 0);
    CU_ASSERT_EQUAL(hc_in_flight_add(&f, 20, 1000, 5), 0);
    CU_ASSERT_EQUAL(hc_in_flight_add(&f, 20, 500, 4), 0);
    CU_ASSERT_EQUAL(f.claimed_milli, 3500);
    CU_ASSERT(f.work == 2000 * 7 + 1000 * 5 + 500 * 4);
    hc_in_flight_forget(&f, 9);
    CU_ASSERT_EQUAL(f.claimed_milli, 3500);
    hc_in_flight_forget(&f, 10);
    CU_ASSERT_EQUAL(f.claimed_milli, 1500);
    hc_in_flight_forget(&f, 20);
    CU_ASSERT_EQUAL(f.claimed_milli, 0);
    CU_ASSERT_EQUAL(f.count, 0);
    CU_ASSERT(f.work == 0);
    hc_in_flight_free(&f);
}

/* Jobs 0, 1, 2, ... arrive at these times; at each step one more is sent and two thirds of time have been reported. */
static void a_long_queue_keeps_its_sum(void)
{
    hc_in_flight f = {0};
    for (int i = 0; i < 1000; i++) {
        uint64_t expected = 0;
        int reported = i * 2 / 3;
        CU_ASSERT_EQUAL_FATAL(hc_in_flight_add(&f, i, (uint64_t)i, 3), 0);
        hc_in_flight_forget(&f, reported);
        for (int j = reported + 1; j <= i; j++) {
            expected += (uint64_t)j;
        }
        CU_ASSERT_EQUAL_FATAL(f.claimed_milli, expected);
        CU_ASSERT_EQUAL_FATAL(f.count, (size_t)(i - reported));
    }
    hc_in_flight_free(&f);
}

static const hc_test_case CASES[] = {
    {"what_had_arrived_at_a_report_is_forgotten", what_had_arrived_at_a_report_is_forgotten},
    {"a_long_queue_keeps_its_sum", a_long_queue_keeps_its_sum},
};

HC_TEST_MAIN("in_flight", CASES)
