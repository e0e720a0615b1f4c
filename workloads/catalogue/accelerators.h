#ifndef HC_WORKLOADS_CATALOGUE_ACCELERATORS_H
#define HC_WORKLOADS_CATALOGUE_ACCELERATORS_H

#include "workloads/catalogue/precision.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A kind of accelerator, as its maker and public measurements describe it. Base units; 0: not offered, not known. */
typedef struct hc_accelerator {
    const char *name;                 /**< "H100-SXM5-80GB" */
    const char *aliases;              /**< other names of it, joined by '|'; NULL: none */
    double flops[HC_PRECISION_COUNT]; /**< dense peak, FLOP/s, by what matrices are multiplied in */
    double memory_bytes;
    double memory_bytes_per_second;
    double
        scaleup_bytes_per_second; /**< per direction to the other GPUs of its node (NVLink, xGMI) */
    double host_bytes_per_second; /**< per direction to the host */
    double watts;                 /**< thermal design power */
    bool has_sparsity;            /**< multiplies 2:4 sparse matrices at twice the rate */
    double gemm_flops_bf16;       /**< largest rate measured for a matrix multiplication */
    double gemm_flops_fp8;
    uint32_t gpus_per_node; /**< that its own links join, in the systems it is usually sold in */
    double nic_bytes_per_second; /**< per GPU and direction, of the same systems */
    double dollars_per_hour;     /**< on demand, median of published prices */
    const char *source;          /**< of the figures */
    const char *price_source;    /**< NULL without a price */
} hc_accelerator;

/** The catalogue, in its order. Borrowed for ever. */
size_t hc_accelerator_count(void);
const hc_accelerator *hc_accelerator_at(size_t index);

/** Looks a name or an alias up, without regard to case, '-', '_' and ' ' ("B200 SXM" finds "B200-SXM-180GB").
 *  @return NULL when there is none. */
const hc_accelerator *hc_accelerator_find(const char *name);

/** The name of the catalogue most like `name`, for "did you mean"; NULL when none is. */
const char *hc_accelerator_suggest(const char *name);

#endif
