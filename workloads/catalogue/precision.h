#ifndef HC_WORKLOADS_CATALOGUE_PRECISION_H
#define HC_WORKLOADS_CATALOGUE_PRECISION_H

/** Number formats in which matrices are multiplied, or weights are kept. */
typedef enum hc_precision {
    HC_FP32 = 0,
    HC_TF32, /**< fp32 in memory */
    HC_FP16,
    HC_BF16,
    HC_FP8,   /**< one scale per tensor */
    HC_MXFP8, /**< one scale per 32 values */
    HC_FP4,   /**< NVFP4, MXFP4: one scale per 16 or 32 values */
    HC_INT8,
    HC_INT4, /**< weights only; multiplied in 16 bits */
    HC_PRECISION_COUNT,
} hc_precision;

#define HC_PRECISION_NAMES "fp32|tf32|fp16|bf16|fp8|mxfp8|fp4|int8|int4"

/** Bytes of one value, its share of the scales included. */
double hc_precision_bytes(hc_precision precision);

/** "bf16". Borrowed for ever. */
const char *hc_precision_name(hc_precision precision);

/** The format that a text names ("BF16", "FP8-CS", "FP8-MX", "NVFP4", "fp16 mixed"), without regard to case.
 *  @return HC_PRECISION_COUNT when it names none. */
hc_precision hc_precision_find(const char *text);

#endif
