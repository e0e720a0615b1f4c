/* Fragmentation against the amounts that the simulator of its authors printed: 2,896 pods of a published trace, on the
 * nodes that it chose. */

#include "sim/ids.h"
#include "sim/placement/fragmentation.h"
#include "tests/sim/golden_csv.h"
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_GPUS = 8 };

typedef struct node {
    const char *name;
    uint16_t free_milli[MAX_GPUS];
    hc_node_rest rest;
    double fragmentation;
} node;

static uint64_t number(const hc_golden *table, size_t row, const char *column)
{
    return strtoull(hc_golden_cell(table, row, hc_golden_column(table, column)), NULL, 10);
}

static hc_golden read_table(const char *file)
{
    return hc_golden_read(hc_test_shared_file(file));
}

/* All pods ask for any kind in this trace. */
static hc_request request_of(const hc_golden *pods, size_t row)
{
    hc_request r = {.kinds = UINT64_MAX,
                    .cpu_milli = number(pods, row, "cpu_milli"),
                    .gpu_count = (uint32_t)number(pods, row, "num_gpu"),
                    .gpu_milli = (uint16_t)number(pods, row, "gpu_milli")};
    CU_ASSERT_STRING_EQUAL(hc_golden_cell(pods, row, hc_golden_column(pods, "gpu_spec")), "");
    return r;
}

static hc_task_mix read_mix(void)
{
    hc_golden pods = read_table("data/alibaba/openb_pod_list_default.csv");
    hc_request *requests = calloc(pods.row_count, sizeof *requests);
    hc_task_mix mix;
    for (size_t i = 0; i < pods.row_count; i++) {
        requests[i] = request_of(&pods, i);
    }
    CU_ASSERT_EQUAL_FATAL(hc_task_mix_make(&mix, requests, pods.row_count, 0.95), 0);
    free(requests);
    hc_golden_free(&pods);
    return mix;
}

static node *read_nodes(const hc_golden *list, const hc_task_mix *mix)
{
    node *nodes = calloc(list->row_count, sizeof *nodes);
    for (size_t i = 0; i < list->row_count; i++) {
        node *n = &nodes[i];
        n->name = hc_golden_cell(list, i, 0);
        n->rest.free_milli = n->free_milli;
        n->rest.gpu_count = (uint32_t)number(list, i, "gpu");
        n->rest.free_cpu_milli = number(list, i, "cpu_milli");
        CU_ASSERT_FATAL(n->rest.gpu_count <= MAX_GPUS);
        for (uint32_t d = 0; d < n->rest.gpu_count; d++) {
            n->free_milli[d] = HC_WHOLE_GPU;
        }
        n->fragmentation = hc_fragmentation(mix, &n->rest);
    }
    return nodes;
}

/* A part of a GPU goes to the GPU of the best score, the first of equals; whole GPUs are the first that are free. */
static void place(node *n, const hc_request *r, const hc_task_mix *mix)
{
    int best = -1;
    uint32_t chosen = 0;
    uint32_t left = r->gpu_count;
    n->rest.free_cpu_milli -= r->cpu_milli;
    for (uint32_t d = 0; d < n->rest.gpu_count && r->gpu_milli < HC_WHOLE_GPU; d++) {
        if (n->free_milli[d] >= r->gpu_milli && left == 1) {
            int score = 0;
            n->free_milli[d] = (uint16_t)(n->free_milli[d] - r->gpu_milli);
            score = hc_fragmentation_score(n->fragmentation, hc_fragmentation(mix, &n->rest));
            n->free_milli[d] = (uint16_t)(n->free_milli[d] + r->gpu_milli);
            chosen = score > best ? d : chosen;
            best = score > best ? score : best;
        }
    }
    if (best >= 0) {
        n->free_milli[chosen] = (uint16_t)(n->free_milli[chosen] - r->gpu_milli);
        left = 0;
    }
    for (uint32_t d = 0; d < n->rest.gpu_count && left > 0; d++) {
        if (n->free_milli[d] == HC_WHOLE_GPU) {
            n->free_milli[d] = 0;
            left--;
        }
    }
    CU_ASSERT_EQUAL_FATAL(left, 0);
}

static node *find(node *nodes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(nodes[i].name, name) == 0) {
            return &nodes[i];
        }
    }
    CU_FAIL_FATAL("no such node");
    return NULL;
}

static void the_typical_tasks_are_the_published_ones(void)
{
    hc_task_mix mix = read_mix();
    double sum = 0;
    for (size_t i = 0; i < mix.count; i++) {
        sum += mix.classes[i].share;
    }
    CU_ASSERT_EQUAL(mix.count, 35);
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
    hc_task_mix_free(&mix);
}

static void the_amounts_are_those_of_the_authors_simulator(void)
{
    hc_task_mix mix = read_mix();
    hc_golden list = read_table("data/alibaba/openb_node_list_gpu_node.csv");
    hc_golden golden = read_table("golden/scheduling/fgd_openb_FGD.csv");
    node *nodes = read_nodes(&list, &mix);
    double amount = 0;
    size_t compared = 0;
    for (size_t i = 0; i < list.row_count; i++) {
        amount += nodes[i].fragmentation;
    }
    CU_ASSERT_DOUBLE_EQUAL(amount, 866232.55, 0.005);
    for (size_t i = 0; i < golden.row_count; i++) {
        const char *after =
            hc_golden_cell(&golden, i, hc_golden_column(&golden, "frag_amount_after"));
        const char *name = hc_golden_cell(&golden, i, hc_golden_column(&golden, "node"));
        node *n = find(nodes, list.row_count, strchr(name, '-') + 1); /* behind a number */
        hc_request request = request_of(&golden, i);
        place(n, &request, &mix);
        amount -= n->fragmentation;
        n->fragmentation = hc_fragmentation(&mix, &n->rest);
        amount += n->fragmentation;
        if (after[0] != '\0') {
            CU_ASSERT_DOUBLE_EQUAL(amount, strtod(after, NULL), 0.005);
            compared++;
        }
    }
    CU_ASSERT_EQUAL(compared, 2895);
    free(nodes);
    hc_golden_free(&golden);
    hc_golden_free(&list);
    hc_task_mix_free(&mix);
}

/* By hand: a node with 1000, 400 and 0 thousandths free; two thirds of the tasks ask for 500, one third for none. */
static void fragments_of_one_node(void)
{
    static const uint16_t FREE[] = {1000, 400, 0};
    hc_request requests[] = {
        {.kinds = UINT64_MAX, .gpu_count = 1, .gpu_milli = 500},
        {.kinds = UINT64_MAX, .gpu_count = 1, .gpu_milli = 500},
        {.kinds = UINT64_MAX, .cpu_milli = 8000},
    };
    hc_node_rest rest = {.free_milli = FREE, .gpu_count = 3, .kind = 1, .free_cpu_milli = 1000};
    hc_task_mix mix;
    CU_ASSERT_EQUAL_FATAL(hc_task_mix_make(&mix, requests, 3, 1), 0);
    CU_ASSERT_EQUAL(mix.count, 2);
    CU_ASSERT_DOUBLE_EQUAL(hc_fragmentation(&mix, &rest), (2 * 400 + 1400) / 3.0, 1e-9);
    mix.classes[0].kinds = 1; /* of another kind: everything is a fragment */
    CU_ASSERT_DOUBLE_EQUAL(hc_fragmentation(&mix, &rest), 1400, 1e-9);
    hc_task_mix_free(&mix);
    CU_ASSERT_EQUAL(hc_fragmentation_score(500, 500), 50);
    CU_ASSERT_EQUAL(hc_fragmentation_score(1000, 0), 73); /* 100 / (1 + e^-1) = 73.1 */
}

static const hc_test_case CASES[] = {
    {"fragments_of_one_node", fragments_of_one_node},
    {"the_typical_tasks_are_the_published_ones", the_typical_tasks_are_the_published_ones},
    {"the_amounts_are_those_of_the_authors_simulator",
     the_amounts_are_those_of_the_authors_simulator},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("fragmentation", CASES, sizeof CASES / sizeof CASES[0]);
}
