#include "sim/federation/broker.h"
#include "tests/testing.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Three sites: the home has 10 GPUs, the others 40 and 20. Loads with a job of 2 GPUs: 1.2, 0.55 and 0.3. */
static const hc_candidate SITES[] = {
    {.capacity_milli = 10000,
     .claimed_milli = 10000,
     .wait = 600,
     .price = 3,
     .carbon = 200,
     .site = 4,
     .is_home = true},
    {.capacity_milli = 40000,
     .claimed_milli = 20000,
     .travel = 500,
     .price = 1,
     .carbon = 400,
     .site = 5},
    {.capacity_milli = 20000,
     .claimed_milli = 4000,
     .travel = 700,
     .price = 2,
     .carbon = 30,
     .site = 6},
};

static size_t choose(hc_broker_policy policy, uint32_t limit_milli, const hc_candidate *sites)
{
    hc_broker_rule rule = {policy, limit_milli};
    return hc_broker_choose(&rule, sites, COUNT_OF(SITES), 2000);
}

static void each_policy_chooses_what_its_name_says(void)
{
    CU_ASSERT_EQUAL(choose(HC_BROKER_HOME_FIRST, 1200, SITES), 0);
    CU_ASSERT_EQUAL(choose(HC_BROKER_HOME_FIRST, 1199, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_LEAST_LOADED, 1000, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_CHEAPEST, 1000, SITES), 1);
    CU_ASSERT_EQUAL(choose(HC_BROKER_CHEAPEST, 549, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_GREENEST, 1000, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_DATA_LOCAL, 1000, SITES), 1);
}

static void who_is_over_the_limit_everywhere_goes_where_the_load_is_least(void)
{
    CU_ASSERT_EQUAL(choose(HC_BROKER_HOME_FIRST, 100, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_CHEAPEST, 100, SITES), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_GREENEST, 100, SITES), 2);
}

static void data_stays_at_home_unless_the_wait_there_is_longer_than_the_way(void)
{
    hc_candidate sites[COUNT_OF(SITES)];
    memcpy(sites, SITES, sizeof sites);
    sites[0].wait = 500;
    CU_ASSERT_EQUAL(choose(HC_BROKER_DATA_LOCAL, 1000, sites), 0);
    sites[0].wait = 501;
    CU_ASSERT_EQUAL(choose(HC_BROKER_DATA_LOCAL, 1000, sites), 1);
    sites[1].wait = 2;
    CU_ASSERT_EQUAL(choose(HC_BROKER_DATA_LOCAL, 1000, sites), 0);
}

static void ties_go_to_the_first(void)
{
    hc_candidate sites[COUNT_OF(SITES)];
    for (size_t i = 0; i < COUNT_OF(SITES); i++) {
        sites[i] = SITES[0];
        sites[i].is_home = i == 0;
    }
    for (int policy = 0; policy < HC_BROKER_POLICY_COUNT; policy++) {
        CU_ASSERT_EQUAL(choose((hc_broker_policy)policy, 1000, sites), 0);
        CU_ASSERT_EQUAL(choose((hc_broker_policy)policy, 2000, sites), 0);
    }
}

/* 1/3 and 333333/1000000 differ by less than a float can tell. */
static void loads_are_compared_exactly(void)
{
    const hc_candidate sites[] = {
        {.capacity_milli = 3000000000000, .claimed_milli = 999999998000},
        {.capacity_milli = 3000000000001, .claimed_milli = 999999998000},
        {.capacity_milli = 3000000000000, .claimed_milli = 999999998000},
    };
    CU_ASSERT_EQUAL(choose(HC_BROKER_LEAST_LOADED, 1000, sites), 1);
}

static void a_site_without_gpus_is_the_last_choice(void)
{
    hc_candidate sites[COUNT_OF(SITES)];
    memcpy(sites, SITES, sizeof sites);
    sites[0].capacity_milli = 0;
    sites[0].claimed_milli = 0;
    CU_ASSERT_EQUAL(choose(HC_BROKER_LEAST_LOADED, 1000, sites), 2);
    CU_ASSERT_EQUAL(choose(HC_BROKER_HOME_FIRST, 1000, sites), 2);
}

static void an_open_home_keeps_its_jobs_without_a_look_at_the_others(void)
{
    const hc_broker_rule home_first = {HC_BROKER_HOME_FIRST, 1200};
    const hc_broker_rule strict = {HC_BROKER_HOME_FIRST, 1199};
    const hc_broker_rule least_loaded = {HC_BROKER_LEAST_LOADED, 1200};
    CU_ASSERT(hc_broker_keeps(&home_first, &SITES[0], 2000));
    CU_ASSERT_FALSE(hc_broker_keeps(&strict, &SITES[0], 2000));
    CU_ASSERT_FALSE(hc_broker_keeps(&least_loaded, &SITES[0], 2000));
}

static const hc_test_case CASES[] = {
    {"each_policy_chooses_what_its_name_says", each_policy_chooses_what_its_name_says},
    {"who_is_over_the_limit_everywhere_goes_where_the_load_is_least",
     who_is_over_the_limit_everywhere_goes_where_the_load_is_least},
    {"data_stays_at_home_unless_the_wait_there_is_longer_than_the_way",
     data_stays_at_home_unless_the_wait_there_is_longer_than_the_way},
    {"ties_go_to_the_first", ties_go_to_the_first},
    {"loads_are_compared_exactly", loads_are_compared_exactly},
    {"a_site_without_gpus_is_the_last_choice", a_site_without_gpus_is_the_last_choice},
    {"an_open_home_keeps_its_jobs_without_a_look_at_the_others",
     an_open_home_keeps_its_jobs_without_a_look_at_the_others},
};

HC_TEST_MAIN("broker", CASES)
