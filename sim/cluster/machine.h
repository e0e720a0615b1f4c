#ifndef HC_SIM_CLUSTER_MACHINE_H
#define HC_SIM_CLUSTER_MACHINE_H

#include "sim/error.h"
#include "sim/ids.h"

#include <stddef.h>
#include <stdint.h>

/** What a cluster consists of: sites, racks, nodes, GPU kinds, partitions. Read-only once frozen.
 *
 *  A node has any number of GPUs of one kind (an SWF machine is one node with as many GPUs as it had
 *  processors), CPU and memory. Nodes of one partition that are alike form a class. Within a partition nodes
 *  have consecutive ids; partitions share no node.
 *  Life: create, add nodes, freeze, use. Cost of everything but freezing: O(1) or O(names). */
typedef struct hc_machine hc_machine;

#define HC_UNLIMITED UINT64_MAX
#define HC_MACHINE_MAX_GPUS (UINT64_C(1) << 28)
#define HC_MACHINE_MAX_NODES (UINT64_C(1) << 24)
enum { HC_MACHINE_MAX_KINDS = 63, HC_MACHINE_MAX_PARTITIONS = 4096 };

/** `count` nodes that are alike. Texts are copied; NULL takes the default. */
typedef struct hc_node_group {
    uint64_t count;         /**< >= 1 */
    uint64_t gpu_count;     /**< per node, may be 0 */
    const char *kind;       /**< name of the GPU kind; default "GPU" */
    uint64_t cpu_milli;     /**< thousandths of a core per node, HC_UNLIMITED when not modelled */
    uint64_t memory_bytes;  /**< per node, HC_UNLIMITED when not modelled */
    uint64_t per_rack;      /**< nodes per rack; 0: the group is one rack */
    uint64_t racks_per_pod; /**< 0: as hc_machine_set_racks_per_pod says */
    const char *partition;  /**< default "default" */
    const char *site;       /**< default "site" */
    const char *name; /**< of the node when count is 1 and no other group has it; else the prefix
                           before its number, counted over all groups of the name; default "n" */
} hc_node_group;

typedef struct hc_node {
    uint32_t class_index; /**< among the machine's classes */
    uint32_t rack;        /**< numbered over the whole machine */
    uint32_t pod;         /**< likewise; racks that are joined below the top of the network */
    uint32_t first_gpu;   /**< GPUs are numbered over the whole machine, node by node */
    uint16_t site;
    hc_partition_id partition;
} hc_node;

/** Nodes that are alike, in one partition. Their ids need not be consecutive. */
typedef struct hc_node_class {
    uint32_t node_count;
    uint32_t gpu_count; /**< per node */
    uint32_t kind;      /**< index among the kinds; HC_NO_INDEX when there are no GPUs */
    hc_partition_id partition;
    uint64_t cpu_milli;
    uint64_t memory_bytes;
} hc_node_class;

typedef struct hc_partition_range {
    uint32_t first_node;
    uint32_t node_count;
    uint32_t first_class;
    uint32_t class_count;
    uint64_t gpu_count;
} hc_partition_range;

/** @return a machine that the caller owns, or NULL when memory is short. */
hc_machine *hc_machine_create(void);
void hc_machine_destroy(hc_machine *machine);

/** Racks in a pod, of the groups that are added later and do not say it: each of them has pods of its own.
 *  0, unless it is set: they are in the one pod of all such groups of their site. */
void hc_machine_set_racks_per_pod(hc_machine *machine, uint64_t racks_per_pod);

/** Adds nodes before the freeze. @return 0, or -1 with `error` set when a limit is exceeded. */
int hc_machine_add(hc_machine *machine, const hc_node_group *group, hc_error *error);

/** Numbers nodes (by partition in order of first mention, then in order of addition), racks and GPUs, and
 *  builds the classes. O(nodes). @return 0, or -1 with `error` set (no node, no memory). */
int hc_machine_freeze(hc_machine *machine, hc_error *error);

uint32_t hc_machine_node_count(const hc_machine *machine);
uint64_t hc_machine_gpu_count(const hc_machine *machine);
uint32_t hc_machine_rack_count(const hc_machine *machine);
/** Pods are numbered below it; of some numbers there is none. */
uint32_t hc_machine_pod_count(const hc_machine *machine);
const hc_node *hc_machine_node(const hc_machine *machine, hc_node_id node);
/** Name of a node, written to `out` (at least `size` bytes, cut when longer). */
void hc_machine_node_name(const hc_machine *machine, hc_node_id node, char *out, size_t size);

uint32_t hc_machine_class_count(const hc_machine *machine);
const hc_node_class *hc_machine_class(const hc_machine *machine, uint32_t class_index);

uint32_t hc_machine_partition_count(const hc_machine *machine);
const hc_partition_range *hc_machine_partition(const hc_machine *machine,
                                               hc_partition_id partition);
const char *hc_machine_partition_name(const hc_machine *machine, hc_partition_id partition);

uint32_t hc_machine_site_count(const hc_machine *machine);
const char *hc_machine_site_name(const hc_machine *machine, uint32_t site);

uint32_t hc_machine_kind_count(const hc_machine *machine);
const char *hc_machine_kind_name(const hc_machine *machine, uint32_t kind);

/** The set of kinds named in `names`, joined by '|'; names that the machine lacks add nothing.
 *  Empty text: all ones (any). */
uint64_t hc_machine_kinds(const hc_machine *machine, const char *names);

/** @return the partition of that name, index UINT16_MAX when there is none. */
hc_partition_id hc_machine_find_partition(const hc_machine *machine, const char *name);

#endif
