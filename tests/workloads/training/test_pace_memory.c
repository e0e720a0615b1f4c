#include "tests/testing.h"
#include "workloads/training/pace_memory.h"

static const uint32_t ZEROS[6] = {0};

typedef struct question {
    uint32_t work;
    uint32_t nodes[6];
    uint32_t racks[6];
    uint32_t kinds[6];
} question;

static bool find(hc_pace_memory *memory, const question *q, hc_pace *out)
{
    hc_rank_layout layout = {.ranks = 6,
                             .ranks_per_node = 2,
                             .node_of = q->nodes,
                             .rack_of = q->racks,
                             .pod_of = ZEROS,
                             .site_of = ZEROS};
    hc_work_place place = {&layout, q->kinds};
    return hc_pace_memory_find(memory, q->work, &place, out);
}

static void shapes_are_the_same_whatever_the_numbers(void)
{
    static const question FIRST = {1, {4, 4, 5, 5, 6, 6}, {1, 1, 1, 1, 2, 2}, {0}};
    static const question ALIKE = {1, {9, 9, 2, 2, 7, 7}, {8, 8, 8, 8, 3, 3}, {0}};
    static const question OTHERS[] = {
        {2, {4, 4, 5, 5, 6, 6}, {1, 1, 1, 1, 2, 2}, {0}},
        {1, {4, 4, 4, 5, 6, 6}, {1, 1, 1, 1, 2, 2}, {0}},
        {1, {4, 4, 5, 5, 6, 6}, {1, 1, 2, 2, 2, 2}, {0}},
        {1, {4, 4, 5, 5, 6, 6}, {1, 1, 1, 1, 2, 2}, {0, 0, 0, 0, 1, 1}},
    };
    hc_pace_memory *memory = hc_pace_memory_create();
    const hc_pace pace = {3, 2, 7};
    hc_pace found = {0};
    CU_ASSERT(!find(memory, &FIRST, &found));
    hc_pace_memory_keep(memory, &pace);
    CU_ASSERT(find(memory, &FIRST, &found));
    CU_ASSERT_EQUAL(found.here, 3);
    CU_ASSERT(find(memory, &ALIKE, &found));
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        CU_ASSERT(!find(memory, &OTHERS[i], &found));
    }
    CU_ASSERT_EQUAL(hc_pace_memory_count(memory), 1);
    hc_pace_memory_destroy(memory);
}

static const hc_test_case CASES[] = {
    {"shapes_are_the_same_whatever_the_numbers", shapes_are_the_same_whatever_the_numbers},
};

HC_TEST_MAIN("workloads/training/pace_memory", CASES)
