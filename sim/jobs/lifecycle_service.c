#include "sim/jobs/lifecycle_state.h"

static void change_view(hc_occupancy *view, uint32_t before, uint32_t after)
{
    for (uint32_t node = after; view != NULL && node < before; node++) {
        hc_occupancy_close(view, node);
    }
    for (uint32_t node = before; view != NULL && node < after; node++) {
        hc_occupancy_open(view, node);
    }
}

void hc_lifecycle_restrict_views(hc_lifecycle *l, uint32_t before, uint32_t after)
{
    change_view(l->occupancy, before, after);
    change_view(l->beside, before, after);
    change_view(l->forecast, before, after);
}

static uint64_t service_gpus(const hc_lifecycle *l)
{
    const hc_machine *machine = l->options.machine;
    const hc_partition_range *range = hc_machine_partition(machine, l->options.partition);
    hc_node_id next = {range->first_node + l->service_count};
    uint32_t first_gpu = hc_machine_node(machine, (hc_node_id){range->first_node})->first_gpu;
    return l->service_count == range->node_count
               ? range->gpu_count
               : hc_machine_node(machine, next)->first_gpu - first_gpu;
}

int hc_lifecycle_set_service(hc_lifecycle *l, uint32_t node_count)
{
    if (node_count == l->service_count) {
        return 0;
    }
    hc_ledger_advance(&l->ledger, l->now);
    hc_lifecycle_restrict_views(l, l->service_count, node_count);
    l->service_count = node_count;
    l->ledger.offline_milli = hc_occupancy_offline_milli(l->occupancy);
    return hc_lifecycle_note(l, HC_EVENT_CAPACITY, NULL, service_gpus(l) * HC_WHOLE_GPU);
}

bool hc_lifecycle_is_reduced(const hc_lifecycle *l)
{
    return l->service_count < hc_occupancy_node_count(l->occupancy);
}

uint32_t hc_lifecycle_nodes_in_service(const hc_lifecycle *l)
{
    return l->service_count;
}

uint32_t hc_lifecycle_gpus_in_service(const hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(l, slot);
    uint32_t slice = job->allocation.first_slice;
    uint32_t count = 0;
    if (!hc_lifecycle_is_reduced(l)) {
        return job->spec.request.gpu_count;
    }
    while (slice != HC_NO_INDEX) {
        const hc_slice *s = hc_occupancy_slice(l->occupancy, slice);
        count += s->node < l->service_count ? s->count : 0;
        slice = s->next;
    }
    return count;
}
