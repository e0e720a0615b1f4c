#include "cli/prediction.h"

#include "topology/hierarchy.h"
#include "topology/network_keys.h"

#include <stdio.h>

static uint32_t gpus_per_node(const hc_accelerator *accelerator, const hc_training_place *place)
{
    enum { USUAL = 8 };
    uint32_t sold = accelerator->gpus_per_node > 0 ? accelerator->gpus_per_node : USUAL;
    return place->gpus_per_node > 0 ? place->gpus_per_node : sold;
}

/* Kinds without NICs (TPUs) go on with their own links beyond a node. */
static double nic_of(const hc_accelerator *accelerator, const hc_training_place *place)
{
    double sold = accelerator->nic_bytes_per_second > 0 ? accelerator->nic_bytes_per_second
                                                        : accelerator->scaleup_bytes_per_second;
    return place->nic_bytes_per_second > 0 ? place->nic_bytes_per_second : sold;
}

int hc_training_network(hc_network *out, const hc_accelerator *accelerator,
                        const hc_training_place *place, hc_error *error)
{
    double nic = nic_of(accelerator, place);
    hc_hierarchy_options options = hc_hierarchy_options_default(
        accelerator->scaleup_bytes_per_second, nic, gpus_per_node(accelerator, place));
    hc_network_read(place->network, &options);
    return hc_hierarchy_create(out, &options, error);
}

static uint32_t divided_up(uint32_t a, uint32_t b)
{
    return a / b + (a % b > 0 ? 1 : 0);
}

/* Each site has so many nodes: in the racks and pods that were asked for, else in one. */
static void spread_over_sites(hc_rank_layout *layout, uint32_t sites)
{
    uint32_t nodes = divided_up(divided_up(layout->ranks, layout->ranks_per_node), sites);
    if (layout->nodes_per_rack == 0) {
        layout->nodes_per_rack = nodes;
    }
    uint32_t racks = divided_up(nodes, layout->nodes_per_rack);
    if (layout->racks_per_pod == 0) {
        layout->racks_per_pod = racks;
    }
    layout->pods_per_site = divided_up(racks, layout->racks_per_pod);
}

hc_rank_layout hc_training_layout(const hc_accelerator *accelerator, const hc_training_place *place,
                                  uint32_t ranks)
{
    hc_rank_layout layout = {.ranks = ranks,
                             .ranks_per_node = gpus_per_node(accelerator, place),
                             .nodes_per_rack = place->nodes_per_rack,
                             .racks_per_pod = place->racks_per_pod};
    if (place->sites > 1) {
        spread_over_sites(&layout, place->sites);
    }
    return layout;
}

int hc_prediction_check_precision(const hc_accelerator *accelerator, hc_precision precision,
                                  hc_error *error)
{
    char known[256] = "";
    size_t length = 0;
    if (accelerator->flops[precision] > 0) {
        return 0;
    }
    for (int i = 0; i < HC_PRECISION_COUNT && length < sizeof known; i++) {
        if (accelerator->flops[i] > 0) {
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                       length > 0 ? ", " : "", hc_precision_name((hc_precision)i));
        }
    }
    return hc_error_set(error, HC_ERROR_USAGE, "%s does not multiply in %s; it has %s",
                        accelerator->name, hc_precision_name(precision), known);
}

/* Memory of the stage that fills the largest share of its GPUs. */
static void need_memory(hc_prediction *out, const hc_step_setting *setting)
{
    uint32_t stage = 0;
    double fullest = -1;
    if (setting->stage_kind_count == 0) {
        hc_training_memory_need(setting->shape, setting->plan, &out->memory);
        out->gpu_memory_bytes = setting->accelerator->memory_bytes;
    }
    for (uint32_t kind = 0; kind < setting->stage_kind_count; kind++) {
        double room = setting->stage_kinds[kind].accelerator->memory_bytes;
        for (uint32_t i = 0; i < setting->stage_kinds[kind].stages; i++) {
            hc_training_memory memory;
            hc_training_memory_of_stage(setting->shape, setting->plan, stage++, &memory);
            if (memory.total / room > fullest) {
                fullest = memory.total / room;
                out->memory = memory;
                out->gpu_memory_bytes = room;
            }
        }
    }
    out->fits = out->memory.total <= out->gpu_memory_bytes;
}

int hc_predict(hc_prediction *out, const hc_model_shape *shape, const hc_parallel_plan *plan,
               const hc_accelerator *accelerator, const hc_training_place *place,
               const hc_efficiency *efficiency, hc_error *error)
{
    hc_network network;
    hc_rank_layout layout = hc_training_layout(accelerator, place, plan->gpus);
    hc_step_setting setting = {.shape = shape,
                               .plan = plan,
                               .accelerator = accelerator,
                               .network = &network,
                               .layout = &layout,
                               .stage_kinds = place->stage_kinds,
                               .stage_kind_count = place->stage_kind_count};
    *out = (hc_prediction){.efficiency = efficiency};
    if (efficiency == NULL) {
        out->efficiency = hc_efficiency_for(accelerator, &out->is_borrowed);
    }
    if (hc_training_network(&network, accelerator, place, error) < 0) {
        return -1;
    }
    setting.efficiency = out->efficiency;
    hc_step_time_predict(&setting, &out->step);
    need_memory(out, &setting);
    network.destroy(network.self);
    return 0;
}
