#include "tests/mpi/rank_testing.h"

static void sums_and_maxima_are_over_all_ranks(void)
{
    uint64_t rank = hc_ranks_rank(hc_test_ranks());
    uint64_t count = hc_ranks_count(hc_test_ranks());
    uint64_t sums[2] = {rank + 1, UINT64_MAX};
    int64_t largest[2] = {(int64_t)rank, -(int64_t)rank};
    hc_ranks_sum(hc_test_ranks(), sums, 2);
    hc_ranks_max(hc_test_ranks(), largest, 2);
    CU_ASSERT_EQUAL(sums[0], count * (count + 1) / 2);
    CU_ASSERT_EQUAL(sums[1], (uint64_t)0 - count); /* modulo 2^64 */
    CU_ASSERT_EQUAL(largest[0], (int64_t)count - 1);
    CU_ASSERT_EQUAL(largest[1], 0);
}

static void what_rank_0_has_all_get(void)
{
    char text[8] = "others";
    if (hc_ranks_rank(hc_test_ranks()) == 0) {
        (void)snprintf(text, sizeof text, "first");
    }
    hc_ranks_broadcast(hc_test_ranks(), text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "first");
}

static void the_lowest_rank_that_failed_brings_its_code(void)
{
    uint32_t rank = hc_ranks_rank(hc_test_ranks());
    uint32_t count = hc_ranks_count(hc_test_ranks());
    uint32_t failed = UINT32_MAX;
    CU_ASSERT_EQUAL(hc_ranks_first_failure(hc_test_ranks(), 0, &failed), 0);
    CU_ASSERT_EQUAL(failed, UINT32_MAX);
    for (uint32_t first = 0; first < count; first++) {
        int code = rank < first ? 0 : 10 + (int)rank;
        CU_ASSERT_EQUAL(hc_ranks_first_failure(hc_test_ranks(), code, &failed), 10 + (int)first);
        CU_ASSERT_EQUAL(failed, first);
    }
}

static const hc_test_case CASES[] = {
    {"sums_and_maxima_are_over_all_ranks", sums_and_maxima_are_over_all_ranks},
    {"what_rank_0_has_all_get", what_rank_0_has_all_get},
    {"the_lowest_rank_that_failed_brings_its_code", the_lowest_rank_that_failed_brings_its_code},
};

int main(void)
{
    return hc_test_ranks_main("ranks", CASES, sizeof CASES / sizeof CASES[0]);
}
