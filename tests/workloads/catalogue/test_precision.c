#include "tests/testing.h"
#include "workloads/catalogue/precision.h"

#include <stddef.h>
#include <string.h>

static void texts_of_published_tables_name_a_format(void)
{
    static const struct {
        const char *text;
        hc_precision precision;
    } CASES[] = {
        {"bf16", HC_BF16},
        {"BF16", HC_BF16},
        {"fp16 mixed", HC_FP16},
        {"FP8", HC_FP8},
        {"FP8-CS", HC_FP8},
        {"FP8-SC", HC_FP8},
        {"FP8-MX", HC_MXFP8},
        {"MXFP8", HC_MXFP8},
        {"NVFP4", HC_FP4},
        {"mxfp4", HC_FP4},
        {"nf4", HC_INT4},
        {"tf32", HC_TF32},
        {"fp32", HC_FP32},
        {"int8", HC_INT8},
        {"int4", HC_INT4},
        {"", HC_PRECISION_COUNT},
        {"fp", HC_PRECISION_COUNT},
        {"fp160", HC_PRECISION_COUNT},
        {"sixteen", HC_PRECISION_COUNT},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        CU_ASSERT_EQUAL(hc_precision_find(CASES[i].text), CASES[i].precision);
    }
}

static void names_are_found_again_in_the_order_of_the_choices(void)
{
    const char *choice = HC_PRECISION_NAMES;
    for (int i = 0; i < HC_PRECISION_COUNT; i++) {
        const char *name = hc_precision_name((hc_precision)i);
        CU_ASSERT_EQUAL(hc_precision_find(name), (hc_precision)i);
        CU_ASSERT_EQUAL(strncmp(choice, name, strlen(name)), 0);
        choice += strlen(name) + 1;
    }
}

/* Bits of a block of values with its scales, over the values. */
static void bytes_include_the_scales_of_blocks(void)
{
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_FP32), 4);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_TF32), 4);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_BF16), 2);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_FP8), 1);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_MXFP8) * 32, 33);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_FP4) * 16, 9);
    CU_ASSERT_EQUAL(hc_precision_bytes(HC_INT4) * 128, 66);
}

static const hc_test_case CASES[] = {
    {"texts_of_published_tables_name_a_format", texts_of_published_tables_name_a_format},
    {"names_are_found_again_in_the_order_of_the_choices",
     names_are_found_again_in_the_order_of_the_choices},
    {"bytes_include_the_scales_of_blocks", bytes_include_the_scales_of_blocks},
};

HC_TEST_MAIN("precision", CASES)
