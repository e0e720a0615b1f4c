#include "tests/sim/reference_steps.h"

#include "tests/testing.h"

static hc_machine *build_machine(const hc_replay *replay)
{
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < replay->group_count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &replay->groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static uint64_t gpus_before(const hc_machine *machine, uint32_t node)
{
    return node == hc_machine_node_count(machine)
               ? hc_machine_gpu_count(machine)
               : hc_machine_node(machine, (hc_node_id){node})->first_gpu;
}

static void add(hc_calendar *calendar, const hc_machine *machine, hc_time at, uint32_t node_count)
{
    char complaint[HC_CALENDAR_TEXT_SIZE];
    CU_ASSERT_EQUAL_FATAL(hc_calendar_add(calendar, machine, at * HC_SECOND,
                                          gpus_before(machine, node_count), complaint),
                          0);
}

static hc_time later(hc_random *random, hc_time grid, hc_time at)
{
    return at + grid + (hc_time)hc_random_exponential(random, 900) / grid * grid;
}

hc_calendar hc_ref_draw_steps(hc_random *random, hc_time grid, const hc_replay *replay)
{
    hc_machine *machine = build_machine(replay);
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    uint32_t node_count = hc_machine_node_count(machine);
    hc_time last = replay->jobs[replay->job_count - 1].spec.submit / HC_SECOND;
    hc_time at = later(random, grid, -600);
    for (; at < last; at = later(random, grid, at)) {
        add(&calendar, machine, at, (uint32_t)hc_random_below(random, node_count + 1));
    }
    if (hc_random_below(random, 2) == 1) {
        add(&calendar, machine, at, node_count);
    }
    hc_machine_destroy(machine);
    return calendar;
}
