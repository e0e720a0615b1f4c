#ifndef HC_SIM_IDS_H
#define HC_SIM_IDS_H

#include <stdint.h>

/** Identities are one-field structs, so that the compiler catches a swap.
 *  An id is an index: dense, from 0, stable for the whole run. */

/** A job, in the order of (submit time, job id). In a federation of n sites each site has every n-th number: dense
 *  and in that order at each site, but not over all. */
typedef struct hc_job_id {
    uint32_t index;
} hc_job_id;

/** A node, in the order of the scenario's groups. */
typedef struct hc_node_id {
    uint32_t index;
} hc_node_id;

/** A partition: nodes that share a queue and a scheduler. */
typedef struct hc_partition_id {
    uint16_t index;
} hc_partition_id;

/** A logical process of the engine. */
typedef struct hc_process_id {
    uint32_t index;
} hc_process_id;

/** "None" for every kind of index of 32 bits. */
#define HC_NO_INDEX UINT32_MAX

#endif
