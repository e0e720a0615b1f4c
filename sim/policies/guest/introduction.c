#include "sim/policies/guest/guest_state.h"

#include <stdlib.h>

static hc_guest_nodes describe_class(const hc_node_class *class)
{
    return (hc_guest_nodes){
        .gpus = class->gpu_count,
        .kind = class->kind,
        .cpu_milli = class->cpu_milli,
        .memory_bytes = class->memory_bytes,
    };
}

static bool is_alike(const hc_guest_nodes *a, const hc_guest_nodes *b)
{
    return a->gpus == b->gpus && a->kind == b->kind && a->cpu_milli == b->cpu_milli &&
           a->memory_bytes == b->memory_bytes;
}

/* The nodes of the partition, those that are alike and follow each other as one.
 * @param out  room for all of them, or NULL to count @return how many */
static size_t list_nodes(const hc_lifecycle_options *setup, hc_guest_nodes *out)
{
    const hc_partition_range *range = hc_machine_partition(setup->machine, setup->partition);
    hc_guest_nodes last = {.count = 0};
    size_t count = 0;
    for (uint32_t i = 0; i < range->node_count; i++) {
        const hc_node *node = hc_machine_node(setup->machine, (hc_node_id){range->first_node + i});
        hc_guest_nodes next = describe_class(hc_machine_class(setup->machine, node->class_index));
        if (count == 0 || !is_alike(&last, &next)) {
            last = next;
            count++;
        }
        last.count++;
        if (out != NULL) {
            out[count - 1] = last;
        }
    }
    return count;
}

int hc_guest_introduce(hc_guest *g, hc_error *error)
{
    static const char *const PREEMPTIONS[HC_PREEMPTION_COUNT] = {"none", "requeue", "suspend"};
    const hc_lifecycle_options *setup = hc_lifecycle_setup(g->lifecycle);
    const char *kinds[HC_MACHINE_MAX_KINDS];
    uint32_t kind_count = hc_machine_kind_count(setup->machine);
    size_t nodes_count = list_nodes(setup, NULL);
    hc_guest_nodes *nodes = calloc(nodes_count == 0 ? 1 : nodes_count, sizeof *nodes);
    int status = -1;
    if (nodes == NULL) {
        return hc_error_memory(error);
    }
    (void)list_nodes(setup, nodes);
    for (uint32_t i = 0; i < kind_count; i++) {
        kinds[i] = hc_machine_kind_name(setup->machine, i);
    }
    status = g->port->open(
        g->port->self,
        &(hc_guest_cluster){
            .version = HC_GUEST_VERSION,
            .partition = setup->partition.index,
            .name = hc_machine_partition_name(setup->machine, setup->partition),
            .placement = setup->placement->name,
            .preemption = PREEMPTIONS[g->preemption],
            .begin_ns = setup->begin,
            .total_milli = hc_occupancy_capacity_milli(hc_lifecycle_occupancy(g->lifecycle)),
            .nodes = nodes,
            .nodes_count = nodes_count,
            .kinds = kinds,
            .kinds_count = kind_count,
        },
        &g->session, error);
    free(nodes);
    return status;
}
