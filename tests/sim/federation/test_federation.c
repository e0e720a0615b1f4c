#include "sim/federation/federation.h"

#include "sim/policies/registry.h"
#include "tests/testing.h"

static const hc_broker_options BROKER = {.rule = {HC_BROKER_HOME_FIRST, 1000},
                                         .dispatch = 2 * HC_SECOND,
                                         .report_every = HC_MINUTE,
                                         .report_delay = 3 * HC_SECOND};

static hc_machine *build_machine(void)
{
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    const hc_node_group groups[] = {
        {.count = 4,
         .gpu_count = 8,
         .kind = "A100",
         .partition = "a",
         .cpu_milli = 64000,
         .memory_bytes = HC_UNLIMITED},
        {.count = 1,
         .gpu_count = 4,
         .kind = "H100",
         .partition = "b",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED},
        {.count = 3,
         .gpu_count = 2,
         .kind = "A100",
         .partition = "b",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED},
    };
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &groups[i], &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

static hc_federation *create(hc_machine *machine, const hc_broker_options *broker, hc_error *error)
{
    hc_federation *federation = NULL;
    const hc_placement *packed = hc_placement_find("packed");
    const hc_federation_site sites[] = {
        {{.price_per_gpu_hour = 1.5, .bytes_per_second = 1000, .data_bytes = 3000}, packed},
        {{.carbon_grams_per_kwh = 40, .bytes_per_second = 400, .data_bytes = 1}, packed},
    };
    const hc_occupancy_options occupancy = {.has_host_needs = true};
    (void)hc_federation_create(&federation, machine, broker, sites, &occupancy, error);
    return federation;
}

static hc_job_spec ask(uint32_t gpus, uint64_t kinds, uint64_t cpu_milli, bool is_single_node)
{
    return (hc_job_spec){.request = {.kinds = kinds,
                                     .cpu_milli = cpu_milli,
                                     .gpu_count = gpus,
                                     .gpu_milli = HC_WHOLE_GPU,
                                     .is_single_node = is_single_node}};
}

static void the_way_is_dispatch_and_data_at_the_slower_end(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = build_machine();
    hc_federation *f = create(machine, &BROKER, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(hc_federation_travel(f, 0, 0), 0);
    CU_ASSERT_EQUAL(hc_federation_travel(f, 0, 1), 2 * HC_SECOND + 7500 * HC_MILLISECOND);
    CU_ASSERT_EQUAL(hc_federation_travel(f, 1, 0), 2 * HC_SECOND + 2500 * HC_MICROSECOND);
    CU_ASSERT_EQUAL(hc_federation_price(f, 0, 0), 1.5);
    CU_ASSERT_EQUAL(hc_federation_carbon(f, 1, 0), 40);
    CU_ASSERT_EQUAL(hc_federation_capacity_milli(f, 1), 10000);
    hc_federation_destroy(f);
    hc_machine_destroy(machine);
}

/* By hand: the shortest way is 2 s and 2.5 ms, from the second site to the first. */
static void nothing_gets_elsewhere_sooner_than_the_lookahead(void)
{
    static const hc_time DELAYS[] = {HC_SECOND, 2 * HC_SECOND + 2499 * HC_MICROSECOND,
                                     2 * HC_SECOND + 2501 * HC_MICROSECOND, HC_HOUR};
    hc_time shortest = 2 * HC_SECOND + 2500 * HC_MICROSECOND;
    hc_machine *machine = build_machine();
    for (size_t i = 0; i < sizeof DELAYS / sizeof DELAYS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_broker_options broker = BROKER;
        hc_federation *f = NULL;
        broker.report_delay = DELAYS[i];
        f = create(machine, &broker, &error);
        CU_ASSERT_PTR_NOT_NULL_FATAL(f);
        CU_ASSERT_EQUAL(hc_federation_lookahead(f), DELAYS[i] < shortest ? DELAYS[i] : shortest);
        hc_federation_destroy(f);
    }
    hc_machine_destroy(machine);
}

static void a_site_can_run_what_would_fit_on_it_when_it_is_empty(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = build_machine();
    hc_federation *f = create(machine, &BROKER, &error);
    const struct {
        hc_job_spec spec;
        bool can[2];
    } cases[] = {
        {ask(32, UINT64_MAX, 0, false), {true, false}},
        {ask(33, UINT64_MAX, 0, false), {false, false}},
        {ask(6, UINT64_MAX, 0, false), {true, true}},
        {ask(7, UINT64_MAX, 0, false), {true, false}}, /* a gang lies on nodes of one class */
        {ask(4, hc_machine_kinds(machine, "H100"), 0, false), {false, true}},
        {ask(5, UINT64_MAX, 0, true), {true, false}},
        {ask(1, UINT64_MAX, 65000, true), {false, true}},
    };
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(hc_federation_can_run(f, 0, &cases[i].spec), cases[i].can[0]);
        CU_ASSERT_EQUAL(hc_federation_can_run(f, 1, &cases[i].spec), cases[i].can[1]);
    }
    hc_federation_destroy(f);
    hc_machine_destroy(machine);
}

static void sites_without_a_delay_between_them_are_refused(void)
{
    hc_machine *machine = build_machine();
    hc_broker_options broker[3] = {BROKER, BROKER, BROKER};
    broker[0].dispatch = HC_FEDERATION_LEAST_DELAY - 1;
    broker[1].report_delay = 0;
    broker[2].report_every = 0;
    for (size_t i = 0; i < 3; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_PTR_NULL(create(machine, &broker[i], &error));
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    }
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"nothing_gets_elsewhere_sooner_than_the_lookahead",
     nothing_gets_elsewhere_sooner_than_the_lookahead},
    {"the_way_is_dispatch_and_data_at_the_slower_end",
     the_way_is_dispatch_and_data_at_the_slower_end},
    {"a_site_can_run_what_would_fit_on_it_when_it_is_empty",
     a_site_can_run_what_would_fit_on_it_when_it_is_empty},
    {"sites_without_a_delay_between_them_are_refused",
     sites_without_a_delay_between_them_are_refused},
};

HC_TEST_MAIN("federation", CASES)
