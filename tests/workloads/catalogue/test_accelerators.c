#include "tests/testing.h"
#include "workloads/catalogue/accelerators.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of gpu_specs.csv before the source, in their order. */
enum column {
    NAME,
    FP32,
    TF32,
    FP16,
    BF16,
    FP8,
    INT8,
    FP4,
    MEMORY,
    BANDWIDTH,
    SCALEUP,
    HOST,
    WATTS,
    SPARSE,
    GEMM_BF16,
    GEMM_FP8,
    COLUMN_COUNT
};

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-12 * fabs(b);
}

static const hc_accelerator *known(const char *name)
{
    const hc_accelerator *gpu = hc_accelerator_find(name);
    if (gpu == NULL) {
        (void)fprintf(stderr, "%s: not in the catalogue\n", name);
        exit(EXIT_FAILURE);
    }
    return gpu;
}

static void compare_row(char *line)
{
    char *cells[COLUMN_COUNT] = {NULL};
    double v[COLUMN_COUNT] = {0};
    const hc_accelerator *gpu = NULL;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        cells[i] = strsep(&line, ",");
        CU_ASSERT_PTR_NOT_NULL(cells[i]);
        v[i] = cells[i] == NULL ? NAN : strtod(cells[i], NULL);
    }
    gpu = known(cells[NAME]);
    CU_ASSERT(is_near(gpu->flops[HC_FP32], v[FP32] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_TF32], v[TF32] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_FP16], v[FP16] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_BF16], v[BF16] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_FP8], v[FP8] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_INT8], v[INT8] * 1e12));
    CU_ASSERT(is_near(gpu->flops[HC_FP4], v[FP4] * 1e12));
    CU_ASSERT(is_near(gpu->memory_bytes, v[MEMORY] * 1073741824));
    CU_ASSERT(is_near(gpu->memory_bytes_per_second, v[BANDWIDTH] * 1e9));
    CU_ASSERT(is_near(gpu->scaleup_bytes_per_second, v[SCALEUP] * 1e9));
    CU_ASSERT(is_near(gpu->host_bytes_per_second, v[HOST] * 1e9));
    CU_ASSERT(is_near(gpu->watts, v[WATTS]));
    CU_ASSERT_EQUAL(gpu->has_sparsity, v[SPARSE] != 0);
    CU_ASSERT(is_near(gpu->gemm_flops_bf16, v[GEMM_BF16] * 1e12));
    CU_ASSERT(is_near(gpu->gemm_flops_fp8, v[GEMM_FP8] * 1e12));
}

static void figures_are_those_of_the_published_table(void)
{
    char line[1024];
    size_t rows = 0;
    FILE *file = fopen(hc_test_shared_file("golden/closed_forms/gpu_specs.csv"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, file)); /* header */
    while (fgets(line, sizeof line, file) != NULL) {
        compare_row(line);
        rows++;
    }
    CU_ASSERT_EQUAL(rows, hc_accelerator_count());
    (void)fclose(file);
}

static void prices_are_the_published_medians(void)
{
    static const struct {
        const char *gpu;
        double dollars;
    } CASES[] = {
        {"H100-SXM", 3.95},
        {"A100-SXM4-80GB", 2.93},
        {"A100-SXM4-40GB", 1.29},
        {"A100-PCIe", 1.485},
        {"H100-PCIe", 2.49},
        {"L40S", 0.88},
        {"TPUv4", 3.22},
        {"TPUv5e", 1.32},
        {"TPUv6e", 2.97},
        {"H800", 2},
        {"H20", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const hc_accelerator *gpu = known(CASES[i].gpu);
        CU_ASSERT_EQUAL(gpu->dollars_per_hour, CASES[i].dollars);
        CU_ASSERT_EQUAL(gpu->price_source != NULL, CASES[i].dollars > 0);
    }
}

static void names_of_published_tables_are_found(void)
{
    static const struct {
        const char *wanted;
        const char *name;
    } CASES[] = {
        {"A100-80GB", "A100-SXM4-80GB"},
        {"A100-SXM4-80GB", "A100-SXM4-80GB"},
        {"A100-80G SXM (Selene)", "A100-SXM4-80GB"},
        {"A100-80G SXM", "A100-SXM4-80GB"},
        {"a100-80g", "A100-SXM4-80GB"},
        {"A100", "A100-SXM4-80GB"},
        {"DGX-H100", "H100-SXM5-80GB"},
        {"H100", "H100-SXM5-80GB"},
        {"H800", "H800-SXM5-80GB"},
        {"B200 SXM", "B200-SXM-180GB"},
        {"DGX-GB200", "GB200-186GB"},
        {"TPU v4", "TPU-v4"},
        {"V100-SXM2-32GB", "V100-SXM2-32GB"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const hc_accelerator *gpu = known(CASES[i].wanted);
        CU_ASSERT_STRING_EQUAL(gpu->name, CASES[i].name);
    }
    CU_ASSERT_PTR_NULL(hc_accelerator_find(""));
    CU_ASSERT_PTR_NULL(hc_accelerator_find("H1000"));
}

static void an_unknown_name_is_compared_with_all_known_ones(void)
{
    char long_name[4096];
    memset(long_name, 'H', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    CU_ASSERT_STRING_EQUAL(hc_accelerator_suggest("H1000"), "H100-SXM5-80GB");
    CU_ASSERT_STRING_EQUAL(hc_accelerator_suggest("A100-SMX4-80GB"), "A100-SXM4-80GB");
    CU_ASSERT_PTR_NULL(hc_accelerator_suggest("wheelbarrow"));
    CU_ASSERT_PTR_NULL(hc_accelerator_suggest(long_name));
    CU_ASSERT_PTR_NULL(hc_accelerator_find(long_name));
}

static void every_entry_is_whole_and_found_by_its_name(void)
{
    for (size_t i = 0; i < hc_accelerator_count(); i++) {
        const hc_accelerator *gpu = hc_accelerator_at(i);
        CU_ASSERT_PTR_EQUAL(hc_accelerator_find(gpu->name), gpu);
        CU_ASSERT(gpu->memory_bytes > 0 && gpu->memory_bytes_per_second > 0);
        CU_ASSERT(gpu->scaleup_bytes_per_second > 0 && gpu->gpus_per_node > 0);
        CU_ASSERT(fmax(gpu->flops[HC_FP16], gpu->flops[HC_BF16]) > 0);
        CU_ASSERT_EQUAL(gpu->flops[HC_INT4], fmax(gpu->flops[HC_FP16], gpu->flops[HC_BF16]));
        CU_ASSERT(gpu->gemm_flops_bf16 <= gpu->flops[HC_BF16]);
        CU_ASSERT(gpu->gemm_flops_fp8 <= gpu->flops[HC_FP8]);
        CU_ASSERT_PTR_NOT_NULL(gpu->source);
    }
}

/* Block scales are a property of Blackwell's and CDNA 4's units; Hopper has none. */
static void block_scaled_formats_run_at_the_rate_of_eight_bits_where_they_exist(void)
{
    CU_ASSERT_EQUAL(known("GB200")->flops[HC_MXFP8], 5000e12);
    CU_ASSERT_EQUAL(known("GB200")->flops[HC_FP4], 4 * known("GB200")->flops[HC_BF16]);
    CU_ASSERT_EQUAL(known("MI355X")->flops[HC_MXFP8], 4600e12);
    CU_ASSERT_EQUAL(known("H100")->flops[HC_MXFP8], 0);
}

/* DGX-1: 4 x 100 Gb/s for 8 GPUs; DGX A100: 200 Gb/s each; DGX H100: 400 Gb/s each. */
static void network_cards_are_shared_by_the_gpus_of_a_node(void)
{
    CU_ASSERT_EQUAL(known("V100")->nic_bytes_per_second, 6.25e9);
    CU_ASSERT_EQUAL(known("A100")->nic_bytes_per_second, 25e9);
    CU_ASSERT_EQUAL(known("H100")->nic_bytes_per_second, 50e9);
}

static const hc_test_case CASES[] = {
    {"figures_are_those_of_the_published_table", figures_are_those_of_the_published_table},
    {"prices_are_the_published_medians", prices_are_the_published_medians},
    {"names_of_published_tables_are_found", names_of_published_tables_are_found},
    {"an_unknown_name_is_compared_with_all_known_ones",
     an_unknown_name_is_compared_with_all_known_ones},
    {"every_entry_is_whole_and_found_by_its_name", every_entry_is_whole_and_found_by_its_name},
    {"block_scaled_formats_run_at_the_rate_of_eight_bits_where_they_exist",
     block_scaled_formats_run_at_the_rate_of_eight_bits_where_they_exist},
    {"network_cards_are_shared_by_the_gpus_of_a_node",
     network_cards_are_shared_by_the_gpus_of_a_node},
};

HC_TEST_MAIN("accelerators", CASES)
