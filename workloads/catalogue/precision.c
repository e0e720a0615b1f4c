#include "workloads/catalogue/precision.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

/* A format as texts name it. Words that begin with one of these mean it: "fp8-cs", "fp16 mixed". */
static const struct {
    const char *word;
    hc_precision precision;
} WORDS[] = {
    {"fp32", HC_FP32},    {"float32", HC_FP32}, {"tf32", HC_TF32},    {"fp16", HC_FP16},
    {"float16", HC_FP16}, {"half", HC_FP16},    {"bf16", HC_BF16},    {"bfloat16", HC_BF16},
    {"mxfp8", HC_MXFP8},  {"fp8-mx", HC_MXFP8}, {"fp8_mx", HC_MXFP8}, {"fp8 mx", HC_MXFP8},
    {"fp8", HC_FP8},      {"nvfp4", HC_FP4},    {"mxfp4", HC_FP4},    {"fp4", HC_FP4},
    {"nf4", HC_INT4},     {"int8", HC_INT8},    {"int4", HC_INT4},
};

static const char *const NAMES[HC_PRECISION_COUNT] = {
    [HC_FP32] = "fp32", [HC_TF32] = "tf32", [HC_FP16] = "fp16",
    [HC_BF16] = "bf16", [HC_FP8] = "fp8",   [HC_MXFP8] = "mxfp8",
    [HC_FP4] = "fp4",   [HC_INT8] = "int8", [HC_INT4] = "int4",
};

/* Scales: MXFP8 has 1 byte per 32 values (OCP microscaling formats 1.0, section 5.2), NVFP4 1 byte per 16 values
 * (MXFP4 per 32: the larger one is taken), 4-bit integers 2 bytes per 128 values (GPTQ's and AWQ's usual group; NF4 with
 * double quantisation has 0.516, Dettmers et al. 2023, section 3). Scales of whole tensors or rows weigh nothing. */
double hc_precision_bytes(hc_precision precision)
{
    static const double BYTES[HC_PRECISION_COUNT] = {
        [HC_FP32] = 4,
        [HC_TF32] = 4,
        [HC_FP16] = 2,
        [HC_BF16] = 2,
        [HC_FP8] = 1,
        [HC_MXFP8] = 1 + 1.0 / 32,
        [HC_FP4] = 0.5 + 1.0 / 16,
        [HC_INT8] = 1,
        [HC_INT4] = 0.5 + 2.0 / 128,
    };
    return BYTES[precision];
}

const char *hc_precision_name(hc_precision precision)
{
    return NAMES[precision];
}

/* Whether a text begins with a word, and the word ends there: "fp16 mixed" and "fp16", but not "fp160". */
static bool begins_with(const char *text, const char *word)
{
    while (*word != '\0') {
        if (tolower((unsigned char)*text) != *word) {
            return false;
        }
        text++;
        word++;
    }
    return isalnum((unsigned char)*text) == 0;
}

hc_precision hc_precision_find(const char *text)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (begins_with(text, WORDS[i].word)) {
            return WORDS[i].precision;
        }
    }
    return HC_PRECISION_COUNT;
}
