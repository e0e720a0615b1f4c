#include "sim/cluster/occupancy.h"
#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "tests/testing.h"

enum { NODES = 6, GPUS = 4, JOBS = 64 };

/* A partition of six nodes with four GPUs each, a forecast of it, and the rule that plans on them. */
typedef struct bench {
    hc_machine *machine;
    hc_occupancy *occupancy;
    hc_occupancy *forecast; /* holds what is held */
    const hc_placement *rule;
} bench;

static bench open_bench(const char *rule)
{
    static const hc_node_group SIX = {
        .count = NODES, .gpu_count = GPUS, .cpu_milli = 64000, .memory_bytes = 1000};
    hc_occupancy_options options = {.is_shared = true, .has_host_needs = true, .may_close = true};
    bench b = {.machine = hc_machine_create(), .rule = hc_placement_find(rule)};
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(b.machine, &SIX, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(b.machine, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(
        hc_occupancy_create(&b.occupancy, b.machine, (hc_partition_id){0}, &options, NULL), 0);
    options.is_forecast = true;
    CU_ASSERT_EQUAL_FATAL(
        hc_occupancy_create(&b.forecast, b.machine, (hc_partition_id){0}, &options, NULL), 0);
    return b;
}

static void check_bench(const bench *b)
{
    CU_ASSERT_FATAL(hc_occupancy_check(b->occupancy));
    CU_ASSERT_FATAL(hc_occupancy_check(b->forecast));
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b->forecast), hc_occupancy_free_milli(b->occupancy));
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b->forecast),
                    hc_occupancy_offline_milli(b->occupancy));
}

static void close_bench(bench *b)
{
    check_bench(b);
    hc_occupancy_destroy(b->occupancy);
    hc_occupancy_destroy(b->forecast);
    hc_machine_destroy(b->machine);
}

static void close_node(bench *b, uint32_t node)
{
    hc_occupancy_close(b->occupancy, node);
    hc_occupancy_close(b->forecast, node);
    check_bench(b);
}

static void open_node(bench *b, uint32_t node)
{
    hc_occupancy_open(b->occupancy, node);
    hc_occupancy_open(b->forecast, node);
    check_bench(b);
}

static hc_request whole(uint32_t gpu_count)
{
    return (hc_request){.kinds = UINT64_MAX, .gpu_count = gpu_count, .gpu_milli = HC_WHOLE_GPU};
}

static hc_request part(uint16_t milli)
{
    return (hc_request){.kinds = UINT64_MAX, .gpu_count = 1, .gpu_milli = milli};
}

static bool place(bench *b, const hc_request *request, hc_allocation *out)
{
    hc_plan *plan = hc_occupancy_plan(b->occupancy);
    if (!b->rule->plan(b->occupancy, request, plan)) {
        return false;
    }
    CU_ASSERT_EQUAL_FATAL(hc_occupancy_take(b->occupancy, request, plan, out), 0);
    hc_occupancy_hold(b->forecast, b->occupancy, request, out);
    check_bench(b);
    return true;
}

static void release(bench *b, const hc_request *request, hc_allocation *allocation)
{
    hc_occupancy_let_go(b->forecast, b->occupancy, request, allocation);
    hc_occupancy_release(b->occupancy, request, allocation);
    check_bench(b);
}

static uint32_t node_of(const bench *b, const hc_allocation *a)
{
    return hc_occupancy_slice(b->occupancy, a->first_slice)->node;
}

static void a_closed_node_is_offered_to_nobody(void)
{
    bench b = open_bench("first");
    hc_request four = whole(4);
    hc_request all = whole(24);
    hc_request most = whole(20);
    hc_allocation a;
    close_node(&b, 0);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 20000);
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b.occupancy), 4000);
    CU_ASSERT_EQUAL(hc_occupancy_capacity_milli(b.occupancy), 24000);
    CU_ASSERT_EQUAL(b.rule->largest_milli(b.occupancy), 20000);
    CU_ASSERT_EQUAL(hc_occupancy_class(b.occupancy, 0)->whole_node_count, 5);
    CU_ASSERT_FALSE(hc_occupancy_is_open(b.occupancy, 0, 0));
    CU_ASSERT(hc_occupancy_is_open(b.occupancy, 0, 1));
    CU_ASSERT_FALSE(place(&b, &all, &a));
    CU_ASSERT(place(&b, &four, &a));
    CU_ASSERT_EQUAL(node_of(&b, &a), 1);
    release(&b, &four, &a);
    CU_ASSERT(place(&b, &most, &a));
    release(&b, &most, &a);
    open_node(&b, 0);
    CU_ASSERT(place(&b, &all, &a));
    release(&b, &all, &a);
    close_bench(&b);
}

/* Two of four GPUs are held and half of a third: 1.5 go offline, then 3.5, then all 4. */
static void what_is_released_on_a_closed_node_stays_offline(void)
{
    bench b = open_bench("first");
    hc_request two = whole(2);
    hc_request half = part(500);
    hc_allocation a;
    hc_allocation h;
    hc_allocation again;
    CU_ASSERT(place(&b, &two, &a));
    CU_ASSERT(place(&b, &half, &h));
    close_node(&b, 0);
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b.occupancy), 1500);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 20000);
    release(&b, &two, &a);
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b.occupancy), 3500);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 20000);
    CU_ASSERT(place(&b, &half, &again));
    CU_ASSERT_EQUAL(node_of(&b, &again), 1);
    open_node(&b, 0);
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b.occupancy), 0);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 23000);
    close_node(&b, 0);
    release(&b, &half, &h);
    CU_ASSERT_EQUAL(hc_occupancy_offline_milli(b.occupancy), 4000);
    release(&b, &half, &again);
    close_bench(&b);
}

static void a_partition_may_be_closed_as_a_whole(void)
{
    bench b = open_bench("packed");
    hc_request one = whole(1);
    hc_request none = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU, .is_single_node = true};
    hc_allocation a;
    for (uint32_t node = 0; node < NODES; node++) {
        close_node(&b, node);
    }
    CU_ASSERT_EQUAL(b.rule->largest_milli(b.occupancy), 0);
    CU_ASSERT_EQUAL(hc_occupancy_fragmented_milli(b.occupancy), 0);
    CU_ASSERT_FALSE(place(&b, &one, &a));
    CU_ASSERT_FALSE(place(&b, &none, &a));
    open_node(&b, 3);
    CU_ASSERT(place(&b, &none, &a));
    CU_ASSERT_EQUAL(node_of(&b, &a), 3);
    release(&b, &none, &a);
    close_bench(&b);
}

/* The same in arrays: what is free on each node, and which are closed. */
typedef struct naive {
    uint32_t free_gpus[NODES];
    bool is_closed[NODES];
} naive;

static uint32_t sum_free(const naive *n, bool is_closed)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < NODES; i++) {
        sum += n->is_closed[i] == is_closed ? n->free_gpus[i] : 0;
    }
    return sum;
}

/* The lowest open node with room, NODES when there is none: rule `first` for a job that stays on one node. */
static uint32_t lowest_with(const naive *n, uint32_t gpu_count)
{
    uint32_t node = 0;
    while (node < NODES && (n->is_closed[node] || n->free_gpus[node] < gpu_count)) {
        node++;
    }
    return node;
}

typedef struct held_job {
    hc_request request;
    hc_allocation allocation;
    uint32_t node;
} held_job;

static void try_place(bench *b, naive *n, held_job *jobs, size_t *count, uint32_t gpu_count)
{
    held_job *job = &jobs[*count];
    job->request = whole(gpu_count);
    job->request.is_single_node = true;
    job->request.cpu_milli = (uint64_t)gpu_count * 1000;
    job->node = lowest_with(n, gpu_count);
    CU_ASSERT_EQUAL_FATAL(place(b, &job->request, &job->allocation), job->node < NODES);
    if (job->node < NODES) {
        CU_ASSERT_EQUAL(node_of(b, &job->allocation), job->node);
        n->free_gpus[job->node] -= gpu_count;
        ++*count;
    }
}

static void end_one(bench *b, naive *n, held_job *jobs, size_t *count, size_t which)
{
    n->free_gpus[jobs[which].node] += jobs[which].request.gpu_count;
    release(b, &jobs[which].request, &jobs[which].allocation);
    jobs[which] = jobs[--*count];
}

static void turn(bench *b, naive *n, uint32_t node)
{
    if (n->is_closed[node]) {
        open_node(b, node);
    } else {
        close_node(b, node);
    }
    n->is_closed[node] = !n->is_closed[node];
}

static void random_changes_match_a_naive_model(void)
{
    bench b = open_bench("first");
    hc_random random = hc_random_stream(20260303, 0, HC_RANDOM_BENCH);
    naive n = {{GPUS, GPUS, GPUS, GPUS, GPUS, GPUS}, {false}};
    held_job jobs[JOBS];
    size_t count = 0;
    for (int i = 0; i < 5000; i++) {
        uint64_t what = hc_random_below(&random, 10);
        if (what < 5 && count < JOBS) {
            try_place(&b, &n, jobs, &count, 1 + (uint32_t)hc_random_below(&random, GPUS));
        } else if (what < 8 && count > 0) {
            end_one(&b, &n, jobs, &count, hc_random_below(&random, count));
        } else {
            turn(&b, &n, (uint32_t)hc_random_below(&random, NODES));
        }
        CU_ASSERT_EQUAL_FATAL(hc_occupancy_free_milli(b.occupancy),
                              (uint64_t)sum_free(&n, false) * HC_WHOLE_GPU);
        CU_ASSERT_EQUAL_FATAL(hc_occupancy_offline_milli(b.occupancy),
                              (uint64_t)sum_free(&n, true) * HC_WHOLE_GPU);
    }
    close_bench(&b);
}

static const hc_test_case CASES[] = {
    {"a_closed_node_is_offered_to_nobody", a_closed_node_is_offered_to_nobody},
    {"what_is_released_on_a_closed_node_stays_offline",
     what_is_released_on_a_closed_node_stays_offline},
    {"a_partition_may_be_closed_as_a_whole", a_partition_may_be_closed_as_a_whole},
    {"random_changes_match_a_naive_model", random_changes_match_a_naive_model},
};

HC_TEST_MAIN("occupancy_service", CASES)
