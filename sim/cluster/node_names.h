#ifndef HC_SIM_CLUSTER_NODE_NAMES_H
#define HC_SIM_CLUSTER_NODE_NAMES_H

#include "sim/cluster/machine.h"
#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** The nodes of a partition by name. */
typedef struct hc_node_names hc_node_names;

enum { HC_NODE_NAME_SIZE = 256 };

/** @param machine  borrowed, outlives the names
 *  @return owned by the caller, or NULL when memory is short. O(nodes log nodes). */
hc_node_names *hc_node_names_create(const hc_machine *machine, hc_partition_id partition);
void hc_node_names_destroy(hc_node_names *names);

/** Number of a node inside the partition, HC_NO_INDEX when there is none of that name; of several the first.
 *  O(log nodes). */
uint32_t hc_node_names_find(const hc_node_names *names, const char *name, size_t length);

#endif
