#ifndef HC_SIM_CLUSTER_REQUEST_H
#define HC_SIM_CLUSTER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

enum { HC_WHOLE_GPU = 1000 /**< thousandths of a GPU in one GPU */ };

/** What a job asks of a cluster. All of it is held from start to end, or nothing (a gang). */
typedef struct hc_request {
    uint64_t kinds; /**< bit k: GPU kind k will do; all ones: any node, also those without GPUs */
    uint64_t
        cpu_milli; /**< thousandths of a core, whole job, shared out over nodes by their GPUs */
    uint64_t memory_bytes; /**< host memory, whole job, shared out likewise */
    uint32_t gpu_count;
    uint16_t gpu_milli;  /**< thousandths of each GPU; below 1000 only with gpu_count 1 */
    bool is_single_node; /**< must not span nodes */
} hc_request;

/** GPU demand in thousandths. */
static inline uint64_t hc_request_milli(const hc_request *request)
{
    return (uint64_t)request->gpu_count * request->gpu_milli;
}

#endif
