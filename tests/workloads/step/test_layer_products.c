/* Products of layers against measured ones (Vidur's, one GPU of a tensor-parallel group). The profiles were fitted on
 * tp 1, 2 and 4 of Llama 2 (H100) and on whole steps (A100): tp 8 was not used. */

#include "tests/sim/golden_csv.h"
#include "tests/testing.h"
#include "workloads/step/efficiency_fit.h"
#include "workloads/step/layer_time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROW_LIMIT = 2048, LEAST_TOKENS = 256 };

typedef struct {
    const hc_golden *table;
    size_t row;
    const hc_layer_setting *setting;
    double *errors;
    size_t count;
} measured;

static double number(const measured *m, const char *column)
{
    return strtod(hc_golden_cell(m->table, m->row, hc_golden_column(m->table, column)), NULL);
}

static void compare(measured *m, const char *column, double n, double k)
{
    double seconds = hc_layer_product_seconds(m->setting, m->setting->half_flops_per_second, 2,
                                              number(m, "tokens"), n, k);
    m->errors[m->count++] = seconds / (number(m, column) / 1000) - 1;
}

static void compare_row(measured *m)
{
    double tp = number(m, "tp");
    double h = number(m, "n_embd");
    double query = h / tp;
    double keys = h * number(m, "n_kv_head") / number(m, "n_head") / tp;
    double width = number(m, "ffn") / tp;
    compare(m, "attn_pre_proj_ms", query + 2 * keys, h);
    compare(m, "attn_post_proj_ms", h, query);
    compare(m, "mlp_up_proj_ms", 2 * width, h); /* all of them are gated */
    compare(m, "mlp_down_proj_ms", h, width);
}

static hc_error_summary errors_on(const char *gpu, const char *profile, bool is_used)
{
    static double errors[ROW_LIMIT];
    hc_golden table = hc_golden_read(hc_test_shared_file("data/training/vidur_gemm_times.csv"));
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_setting step = {.shape = hc_model_find("llama2-7b"),
                            .plan = &plan,
                            .accelerator = hc_accelerator_find(gpu),
                            .efficiency = hc_efficiency_find(profile)};
    plan.micro_batch = 1;
    plan.sequence = 1;
    hc_layer_setting setting = hc_layer_setting_of(&step);
    measured m = {.table = &table, .setting = &setting, .errors = errors};
    for (m.row = 0; m.row < table.row_count; m.row++) {
        const char *kind = hc_golden_cell(&table, m.row, hc_golden_column(&table, "gpu"));
        if (strcasecmp(kind, gpu) == 0 && (number(&m, "tp") < 8) == is_used &&
            number(&m, "tokens") >= LEAST_TOKENS && m.count + 4 <= ROW_LIMIT) {
            compare_row(&m);
        }
    }
    hc_error_summary summary;
    hc_error_summary_of(errors, m.count, &summary);
    printf("%s, tp %s: %zu products, mean %.1f %%, median %.1f %%, p90 %.1f %%, worst %.1f %%, "
           "bias %+.1f %%\n",
           gpu, is_used ? "1 to 4" : "8", summary.count, 100 * summary.mean, 100 * summary.median,
           100 * summary.p90, 100 * summary.worst, 100 * summary.bias);
    hc_golden_free(&table);
    return summary;
}

static void products_of_h100_are_met(void)
{
    (void)errors_on("H100", "h100-2026", true);
    hc_error_summary unused = errors_on("H100", "h100-2026", false);
    CU_ASSERT_TRUE(unused.count > 0 && unused.median < 0.10 && unused.mean < 0.12);
}

static void products_of_a100_are_met(void)
{
    (void)errors_on("A100", "a100-2026", true);
    hc_error_summary unused = errors_on("A100", "a100-2026", false);
    CU_ASSERT_TRUE(unused.count > 0 && unused.median < 0.10 && unused.mean < 0.15);
}

static const hc_test_case CASES[] = {
    {"products_of_h100_are_met", products_of_h100_are_met},
    {"products_of_a100_are_met", products_of_a100_are_met},
};

HC_TEST_MAIN("layer_products", CASES)
