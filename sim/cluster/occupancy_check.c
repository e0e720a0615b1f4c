#include "sim/cluster/occupancy_state.h"

/* GPUs of a node that are wholly free, seen from the device numbers. */
static uint32_t count_free_devices(const hc_occupancy *o, uint32_t node, uint32_t gpu_count)
{
    uint64_t base = hc_occupancy_first_gpu(o, node);
    uint32_t count = 0;
    for (uint32_t d = 0; d < gpu_count; d++) {
        count += hc_ordered_set_contains(o->free_devices, base + d) ? 1 : 0;
    }
    return count;
}

/* The shared GPUs of a node; those of a closed one stand in no index. */
static bool check_shared(const hc_class_state *c, uint32_t item, uint64_t *milli)
{
    for (uint32_t d = 0; d < c->view.gpu_count; d++) {
        uint32_t gpu = item * c->view.gpu_count + d;
        uint16_t level = c->free_milli[gpu];
        if (level > HC_WHOLE_GPU) {
            return false;
        }
        if (level > 0 && level < HC_WHOLE_GPU) {
            *milli += level;
            if (hc_fit_index_contains(c->shared, level, gpu) == c->is_closed[item]) {
                return false;
            }
        }
    }
    return true;
}

/* @param offline  [in, out] sum of what is free on closed nodes */
static bool check_class(const hc_occupancy *o, uint32_t class_index, uint64_t *offline)
{
    const hc_class_state *c = &o->classes[class_index];
    uint32_t whole = 0;
    uint32_t free_gpu_count = 0;
    uint64_t milli = 0;
    for (uint32_t item = 0; item < c->view.node_count; item++) {
        uint32_t free_gpus = c->free_gpus[item];
        uint32_t node = c->node_of_item[item];
        uint64_t on_node = (uint64_t)free_gpus * HC_WHOLE_GPU;
        if (hc_fit_index_contains(c->nodes, free_gpus, item) == c->is_closed[item] ||
            o->places[node].class_index != class_index || o->places[node].item != item ||
            (!o->options.is_forecast &&
             count_free_devices(o, node, c->view.gpu_count) != free_gpus)) {
            return false;
        }
        if (c->free_milli != NULL && !check_shared(c, item, &on_node)) {
            return false;
        }
        if (c->is_closed[item]) {
            *offline += on_node;
            continue;
        }
        whole += free_gpus == c->view.gpu_count ? 1 : 0;
        free_gpu_count += free_gpus;
        milli += on_node;
    }
    return whole == c->view.whole_node_count && free_gpu_count == c->view.free_gpu_count &&
           milli == c->view.free_milli && hc_fit_index_check(c->nodes) &&
           (c->shared == NULL || hc_fit_index_check(c->shared));
}

bool hc_occupancy_check(const hc_occupancy *o)
{
    uint64_t offline = 0;
    for (uint32_t i = 0; i < o->range.class_count; i++) {
        if (!check_class(o, i, &offline)) {
            return false;
        }
    }
    return offline == o->offline_milli &&
           (o->options.is_forecast || hc_ordered_set_check(o->free_devices));
}
