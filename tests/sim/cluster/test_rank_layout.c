#include "sim/cluster/rank_layout.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

#include <stdbool.h>
#include <stddef.h>

enum { MOST_RANKS = 4096, LAYOUTS = 3000 };

/* Where each rank lies, written down. */
typedef struct places {
    uint32_t ranks;
    uint32_t unit_of[4][MOST_RANKS]; /* node, rack, pod, site */
} places;

static hc_rank_layout layout_of(const places *at)
{
    return (hc_rank_layout){.ranks = at->ranks,
                            .ranks_per_node = 1,
                            .node_of = at->unit_of[0],
                            .rack_of = at->unit_of[1],
                            .pod_of = at->unit_of[2],
                            .site_of = at->unit_of[3]};
}

static void write_down(const hc_rank_layout *regular, places *out)
{
    uint64_t factors[4] = {regular->ranks_per_node, regular->nodes_per_rack, regular->racks_per_pod,
                           regular->pods_per_site};
    uint64_t unit = 1;
    out->ranks = regular->ranks;
    for (int level = 0; level < 4; level++) {
        unit = factors[level] == 0 || unit * factors[level] > MOST_RANKS ? MOST_RANKS
                                                                         : unit * factors[level];
        for (uint32_t rank = 0; rank < regular->ranks; rank++) {
            out->unit_of[level][rank] = (uint32_t)(rank / unit);
        }
    }
}

/* The obvious way: the members of each group one by one, and who of them is on which unit. */
typedef struct group_facts {
    uint32_t units[4];
    uint32_t fullest;
} group_facts;

static group_facts look_at(const places *at, uint32_t start, uint32_t count, uint32_t stride)
{
    group_facts facts = {{0}, 0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = start + i * stride;
        uint32_t together = 0;
        for (int level = 0; level < 4; level++) {
            bool is_first = true;
            for (uint32_t k = 0; k < i && is_first; k++) {
                is_first = at->unit_of[level][start + k * stride] != at->unit_of[level][rank];
            }
            facts.units[level] += is_first ? 1 : 0;
        }
        for (uint32_t k = 0; k < count; k++) {
            together += at->unit_of[0][start + k * stride] == at->unit_of[0][rank] ? 1 : 0;
        }
        facts.fullest = together > facts.fullest ? together : facts.fullest;
    }
    return facts;
}

static bool is_worse(const group_facts *a, const group_facts *b)
{
    for (int level = 3; level >= 0; level--) {
        if (a->units[level] != b->units[level]) {
            return a->units[level] > b->units[level];
        }
    }
    return a->fullest < b->fullest;
}

static hc_comm_group by_brute_force(const places *at, uint32_t count, uint32_t stride)
{
    static uint32_t leaving[MOST_RANKS];   /* groups that leave a node, by node */
    static uint32_t last_seen[MOST_RANKS]; /* group that was counted last on a node */
    hc_comm_group result = {.ranks = count, .sharers = 1, .site_sharers = 0};
    group_facts worst = {{0}, 0};
    for (uint32_t i = 0; i < MOST_RANKS; i++) {
        leaving[i] = 0;
        last_seen[i] = UINT32_MAX;
    }
    for (uint32_t start = 0; start < at->ranks; start++) {
        if (start / stride % count != 0) {
            continue; /* not the first of its group */
        }
        group_facts facts = look_at(at, start, count, stride);
        worst = is_worse(&facts, &worst) ? facts : worst;
        result.site_sharers += facts.units[3] > 1 ? 1 : 0;
        for (uint32_t i = 0; i < count && facts.units[0] > 1; i++) {
            uint32_t node = at->unit_of[0][start + i * stride];
            leaving[node] += last_seen[node] == start ? 0 : 1;
            last_seen[node] = start;
            result.sharers = leaving[node] > result.sharers ? leaving[node] : result.sharers;
        }
    }
    result.nodes = worst.units[0];
    result.racks = worst.units[1];
    result.pods = worst.units[2];
    result.sites = worst.units[3];
    result.ranks_per_node = worst.fullest;
    result.site_sharers = result.site_sharers == 0 ? 1 : result.site_sharers;
    return result;
}

static void check_same(const hc_comm_group *found, const hc_comm_group *expected)
{
    CU_ASSERT_EQUAL(found->ranks, expected->ranks);
    CU_ASSERT_EQUAL(found->ranks_per_node, expected->ranks_per_node);
    CU_ASSERT_EQUAL(found->nodes, expected->nodes);
    CU_ASSERT_EQUAL(found->racks, expected->racks);
    CU_ASSERT_EQUAL(found->pods, expected->pods);
    CU_ASSERT_EQUAL(found->sites, expected->sites);
    CU_ASSERT_EQUAL(found->sharers, expected->sharers);
    CU_ASSERT_EQUAL(found->site_sharers, expected->site_sharers);
}

static uint32_t draw(hc_random *random, uint32_t most)
{
    return 1 + (uint32_t)hc_random_below(random, most);
}

/* Small numbers as they are, and some that divide nothing. */
static hc_rank_layout random_layout(hc_random *random, uint32_t *count, uint32_t *stride)
{
    hc_rank_layout layout = {.ranks_per_node = draw(random, 9)};
    *count = draw(random, 12);
    *stride = draw(random, 14);
    layout.ranks = *count * *stride * draw(random, 8);
    layout.nodes_per_rack = draw(random, 6) - 1;
    layout.racks_per_pod = draw(random, 4) - 1;
    layout.pods_per_site = draw(random, 4) - 1;
    return layout;
}

static void regular_layouts_are_what_following_each_rank_finds(void)
{
    static places at;
    for (uint32_t i = 0; i < LAYOUTS; i++) {
        hc_random random = hc_random_stream(1, i, HC_RANDOM_BENCH);
        uint32_t count = 0;
        uint32_t stride = 0;
        hc_rank_layout regular = random_layout(&random, &count, &stride);
        write_down(&regular, &at);
        hc_rank_layout irregular = layout_of(&at);
        hc_comm_group expected = by_brute_force(&at, count, stride);
        hc_comm_group found = hc_rank_layout_group(&regular, count, stride);
        hc_comm_group from_arrays = hc_rank_layout_group(&irregular, count, stride);
        check_same(&found, &expected);
        check_same(&from_arrays, &expected);
    }
}

/* Nodes of different sizes; racks, pods and sites as it comes; numbers that are neither small nor in order. */
static void torn_layouts_are_what_following_each_rank_finds(void)
{
    static places at;
    for (uint32_t i = 0; i < LAYOUTS; i++) {
        hc_random random = hc_random_stream(2, i, HC_RANDOM_BENCH);
        uint32_t count = draw(&random, 12);
        uint32_t stride = draw(&random, 14);
        uint32_t units[4] = {0};
        at.ranks = count * stride * draw(&random, 8);
        for (uint32_t rank = 0; rank < at.ranks; rank++) {
            uint64_t border = hc_random_below(&random, 60);
            int levels = border < 1 ? 4 : border < 4 ? 3 : border < 8 ? 2 : border < 16 ? 1 : 0;
            for (int level = 0; level < levels; level++) {
                units[level]++;
            }
            for (int level = 0; level < 4; level++) {
                at.unit_of[level][rank] = MOST_RANKS - 1 - units[level];
            }
        }
        hc_rank_layout layout = layout_of(&at);
        hc_comm_group expected = by_brute_force(&at, count, stride);
        hc_comm_group found = hc_rank_layout_group(&layout, count, stride);
        check_same(&found, &expected);
    }
}

/* 64 nodes of 8 in racks of 4 nodes and pods of 4 racks: tensor 8, data 16, pipeline 4. */
static void a_usual_plan_lies_as_one_expects(void)
{
    hc_rank_layout layout = {
        .ranks = 512, .ranks_per_node = 8, .nodes_per_rack = 4, .racks_per_pod = 4};
    hc_comm_group tensor = hc_rank_layout_group(&layout, 8, 1);
    hc_comm_group data = hc_rank_layout_group(&layout, 16, 8);
    hc_comm_group pipeline = hc_rank_layout_group(&layout, 4, 128);
    check_same(&tensor, &(hc_comm_group){8, 8, 1, 1, 1, 1, 1, 1});
    check_same(&data, &(hc_comm_group){16, 1, 16, 4, 1, 1, 8, 1});
    check_same(&pipeline, &(hc_comm_group){4, 1, 4, 4, 4, 1, 8, 1});
}

static void one_rank_is_a_group_of_its_own(void)
{
    hc_rank_layout layout = {.ranks = 48, .ranks_per_node = 8, .pods_per_site = 1};
    hc_comm_group alone = hc_rank_layout_group(&layout, 1, 8);
    check_same(&alone, &(hc_comm_group){1, 1, 1, 1, 1, 1, 1, 1});
}

/* Products of the parts would not fit into 32 or 64 bits. */
static void the_largest_layouts_do_not_overflow(void)
{
    hc_rank_layout layout = {.ranks = UINT32_MAX,
                             .ranks_per_node = UINT32_MAX,
                             .nodes_per_rack = UINT32_MAX,
                             .racks_per_pod = UINT32_MAX,
                             .pods_per_site = UINT32_MAX};
    hc_comm_group all = hc_rank_layout_group(&layout, UINT32_MAX, 1);
    check_same(&all, &(hc_comm_group){UINT32_MAX, UINT32_MAX, 1, 1, 1, 1, 1, 1});
    all = hc_rank_layout_group(&layout, 3, 1);
    check_same(&all, &(hc_comm_group){3, 3, 1, 1, 1, 1, 1, 1});
    layout = (hc_rank_layout){.ranks = UINT32_MAX, .ranks_per_node = 1, .nodes_per_rack = 1};
    all = hc_rank_layout_group(&layout, UINT32_MAX, 1);
    check_same(&all, &(hc_comm_group){UINT32_MAX, 1, UINT32_MAX, UINT32_MAX, 1, 1, 1, 1});
}

static const hc_test_case CASES[] = {
    {"regular_layouts_are_what_following_each_rank_finds",
     regular_layouts_are_what_following_each_rank_finds},
    {"torn_layouts_are_what_following_each_rank_finds",
     torn_layouts_are_what_following_each_rank_finds},
    {"a_usual_plan_lies_as_one_expects", a_usual_plan_lies_as_one_expects},
    {"one_rank_is_a_group_of_its_own", one_rank_is_a_group_of_its_own},
    {"the_largest_layouts_do_not_overflow", the_largest_layouts_do_not_overflow},
};

HC_TEST_MAIN("rank_layout", CASES)
