#include "sim/cluster/occupancy_state.h"

#include <assert.h>

/* Thousandths of GPUs free on a node. */
static uint64_t free_on(const hc_class_state *c, uint32_t item)
{
    uint64_t milli = (uint64_t)c->free_gpus[item] * HC_WHOLE_GPU;
    uint32_t first = item * c->view.gpu_count;
    for (uint32_t i = 0; c->free_milli != NULL && i < c->view.gpu_count; i++) {
        milli += c->free_milli[first + i] < HC_WHOLE_GPU ? c->free_milli[first + i] : 0;
    }
    return milli;
}

static bool is_whole(const hc_class_state *c, uint32_t item)
{
    return c->free_gpus[item] == c->view.gpu_count;
}

void hc_occupancy_close(hc_occupancy *o, uint32_t node)
{
    hc_node_place at = o->places[node];
    hc_class_state *c = &o->classes[at.class_index];
    uint64_t milli = free_on(c, at.item);
    assert(o->options.may_close && !c->is_closed[at.item]);
    hc_fit_index_remove(c->nodes, c->free_gpus[at.item], at.item);
    if (c->free_milli != NULL) {
        hc_occupancy_hide_parts(c, at.item, true);
    }
    c->view.free_gpu_count -= c->free_gpus[at.item];
    c->view.whole_node_count -= is_whole(c, at.item) ? 1 : 0;
    c->view.free_milli -= milli;
    o->offline_milli += milli;
    c->is_closed[at.item] = true;
}

void hc_occupancy_open(hc_occupancy *o, uint32_t node)
{
    hc_node_place at = o->places[node];
    hc_class_state *c = &o->classes[at.class_index];
    uint64_t milli = free_on(c, at.item);
    assert(c->is_closed[at.item]);
    c->is_closed[at.item] = false;
    hc_fit_index_insert(c->nodes, c->free_gpus[at.item], at.item);
    if (c->free_milli != NULL) {
        hc_occupancy_hide_parts(c, at.item, false);
    }
    c->view.free_gpu_count += c->free_gpus[at.item];
    c->view.whole_node_count += is_whole(c, at.item) ? 1 : 0;
    c->view.free_milli += milli;
    o->offline_milli -= milli;
}

bool hc_occupancy_is_open(const hc_occupancy *o, uint32_t class_index, uint32_t item)
{
    return !o->classes[class_index].is_closed[item];
}

uint64_t hc_occupancy_offline_milli(const hc_occupancy *o)
{
    return o->offline_milli;
}
