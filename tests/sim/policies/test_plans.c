#include "sim/jobs/lifecycle.h"
#include "sim/policies/registry.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

#include <string.h>

static hc_machine *make_machine(void)
{
    hc_node_group group = {
        .count = 4, .gpu_count = 8, .cpu_milli = HC_UNLIMITED, .memory_bytes = HC_UNLIMITED};
    hc_machine *machine = hc_machine_create();
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &group, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void parts_of_gpus_are_refused(void)
{
    static const char *const NAMES[] = {"conservative", "conservative_compress", "easy"};
    hc_machine *machine = make_machine();
    hc_lifecycle_options options = {.machine = machine,
                                    .placement = hc_placement_find("packed"),
                                    .occupancy = {.is_shared = true}};
    hc_lifecycle *lifecycle = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_lifecycle_create(&lifecycle, &options, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        hc_policy_options policy = hc_policy_find(NAMES[i])->options;
        hc_error error = HC_ERROR_NONE;
        policy.reservation_count = 2;
        CU_ASSERT_PTR_NULL(hc_policy_of(&policy)->create(lifecycle, &policy, &error));
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "cannot plan for parts of a GPU"));
    }
    hc_lifecycle_destroy(lifecycle);
    hc_machine_destroy(machine);
}

/* Replays jobs of (submit, GPUs, run, limit) seconds and compares the starts. */
static void expect_starts(const hc_policy_options *policy, const hc_node_group *machine,
                          const int64_t (*rows)[5], size_t count)
{
    hc_replay_job jobs[8];
    hc_replay replay = {.groups = machine,
                        .group_count = 1,
                        .policy = "conservative",
                        .policy_options = policy,
                        .begin = 0,
                        .checks_every_event = true,
                        .jobs = jobs,
                        .job_count = count};
    memset(jobs, 0, sizeof jobs);
    for (size_t i = 0; i < count; i++) {
        jobs[i].spec = hc_replay_spec(rows[i][0], (uint32_t)rows[i][1], rows[i][2], rows[i][3]);
    }
    hc_replay_run(&replay);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, rows[i][4] * HC_SECOND);
    }
}

/* 10 GPUs. The third job could start at once beside the head's reservation (EASY), but would delay the second. */
static void the_second_in_the_queue_is_delayed_by_easy_only(void)
{
    static const hc_node_group MACHINE = {.count = 1, .gpu_count = 10};
    static const int64_t EASY[][5] = {
        {0, 6, 100, 100, 0},   /* leaves 4 GPUs free */
        {1, 5, 100, 100, 100}, /* the head: reserved at 100, with 5 beside it */
        {2, 5, 100, 100, 150}, /* delayed from 100 to 150 by the job behind it */
        {3, 4, 147, 147, 3},
    };
    static const int64_t PLANNED[][5] = {
        {0, 6, 100, 100, 0},
        {1, 5, 100, 100, 100},
        {2, 5, 100, 100, 100},
        {3, 4, 147, 147, 200},
    };
    hc_policy_options easy = hc_policy_find("easy")->options;
    hc_policy_options easy_2 = easy;
    easy_2.reservation_count = 2;
    expect_starts(&easy, &MACHINE, EASY, 4);
    expect_starts(&easy_2, &MACHINE, PLANNED, 4);
    expect_starts(&hc_policy_find("conservative")->options, &MACHINE, PLANNED, 4);
    expect_starts(&hc_policy_find("conservative_compress")->options, &MACHINE, PLANNED, 4);
}

/* 4 GPUs. With a depth of one, the short job behind the second is not looked at. */
static void a_depth_leaves_jobs_alone_that_would_fit(void)
{
    static const hc_node_group MACHINE = {.count = 1, .gpu_count = 4};
    static const int64_t ONE[][5] = {
        {0, 2, 100, 100, 0}, {1, 4, 10, 10, 100}, {2, 3, 10, 10, 110}, {3, 1, 10, 10, 110}};
    static const int64_t ALL[][5] = {
        {0, 2, 100, 100, 0}, {1, 4, 10, 10, 100}, {2, 3, 10, 10, 110}, {3, 1, 10, 10, 3}};
    hc_policy_options easy = hc_policy_find("easy")->options;
    hc_policy_options planned = hc_policy_find("conservative")->options;
    expect_starts(&easy, &MACHINE, ALL, 4);
    expect_starts(&planned, &MACHINE, ALL, 4);
    easy.depth = 1;
    planned.depth = 2;
    expect_starts(&easy, &MACHINE, ONE, 4);
    expect_starts(&planned, &MACHINE, ONE, 4);
}

/* 2 nodes of 2 GPUs, one busy GPU on each: 2 are free in number, and no node is. The planned job keeps the node that
 * becomes whole first, so that a long one may take the GPU of the other only. */
static void plans_hold_places_on_nodes(void)
{
    static const hc_node_group MACHINE = {
        .count = 2, .gpu_count = 2, .cpu_milli = HC_UNLIMITED, .memory_bytes = HC_UNLIMITED};
    static const int64_t JOBS[][5] = {
        {0, 2, 5, 5, 0},     /* node 0 */
        {0, 1, 100, 100, 0}, /* node 1, its first GPU */
        {0, 1, 50, 50, 0},   /* node 1, its second */
        {5, 1, 60, 60, 5},   /* node 0 */
        {6, 2, 10, 10, 65},  /* needs a node: node 0 is whole at 65, node 1 at 100 */
        {7, 1, 200, 200,
         50} /* the free GPU of node 0 would be in its way; one of node 1 is free at 50 */
    };
    expect_starts(&hc_policy_find("conservative")->options, &MACHINE, JOBS, 6);
    expect_starts(&hc_policy_find("conservative_compress")->options, &MACHINE, JOBS, 6);
}

static const hc_test_case CASES[] = {
    {"parts_of_gpus_are_refused", parts_of_gpus_are_refused},
    {"the_second_in_the_queue_is_delayed_by_easy_only",
     the_second_in_the_queue_is_delayed_by_easy_only},
    {"a_depth_leaves_jobs_alone_that_would_fit", a_depth_leaves_jobs_alone_that_would_fit},
    {"plans_hold_places_on_nodes", plans_hold_places_on_nodes},
};

HC_TEST_MAIN("plans", CASES)
