#include "tests/testing.h"
#include "topology/collectives.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef double formula(double bytes, uint32_t ranks, hc_link link);

/* How golden/closed_forms/parallel.csv names them. */
static const struct {
    const char *model;
    formula *seconds;
} FORMULAS[] = {
    {"ring all-reduce", hc_ring_all_reduce_seconds},
    {"ring all-gather / reduce-scatter", hc_ring_all_gather_seconds},
    {"ring all-gather / reduce-scatter", hc_ring_reduce_scatter_seconds},
    {"recursive halving-doubling all-reduce", hc_halving_doubling_all_reduce_seconds},
    {"double binary tree all-reduce", hc_tree_all_reduce_seconds},
    {"all-to-all", hc_all_to_all_seconds},
    {"broadcast", hc_ring_broadcast_seconds},
};
enum { FORMULA_COUNT = sizeof FORMULAS / sizeof FORMULAS[0] };

static int check_row(const char *model, const char *parameters)
{
    uint32_t ranks = 0;
    double bytes = 0;
    double expected = 0;
    hc_link link = {0, 0};
    int checked = 0;
    if (sscanf(parameters, ",n=%u;bytes=%lf;alpha_s=%lf;B=%lf,t_s,%lf", &ranks, &bytes,
               &link.latency_seconds, &link.bytes_per_second, &expected) != 5) {
        return 0;
    }
    for (int i = 0; i < FORMULA_COUNT; i++) {
        if (strncmp(model, FORMULAS[i].model, strlen(FORMULAS[i].model)) == 0) {
            CU_ASSERT_DOUBLE_EQUAL(FORMULAS[i].seconds(bytes, ranks, link), expected,
                                   1e-9 * expected);
            checked++;
        }
    }
    return checked;
}

static void all_are_the_closed_forms(void)
{
    FILE *file = fopen(hc_test_shared_file("golden/closed_forms/parallel.csv"), "r");
    char line[512];
    int checked = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *parameters = strstr(line, ",n=");
        if (parameters != NULL) {
            checked += check_row(line[0] == '"' ? line + 1 : line, parameters);
        }
    }
    (void)fclose(file);
    CU_ASSERT_EQUAL(checked, 5 * FORMULA_COUNT); /* five sets of parameters */
}

static void one_rank_has_nothing_to_do(void)
{
    hc_link link = {1, 1};
    for (int i = 0; i < FORMULA_COUNT; i++) {
        CU_ASSERT_EQUAL(FORMULAS[i].seconds(1e9, 1, link), 0);
    }
    CU_ASSERT_EQUAL(hc_ring_volume(2, 1), 0);
}

static void a_message_costs_a_latency_and_its_bytes(void)
{
    CU_ASSERT_DOUBLE_EQUAL(hc_send_seconds(1e9, (hc_link){6e-6, 50e9}), 0.020006, 1e-15);
}

static const hc_test_case CASES[] = {
    {"all_are_the_closed_forms", all_are_the_closed_forms},
    {"one_rank_has_nothing_to_do", one_rank_has_nothing_to_do},
    {"a_message_costs_a_latency_and_its_bytes", a_message_costs_a_latency_and_its_bytes},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("collectives", CASES, sizeof CASES / sizeof CASES[0]);
}
