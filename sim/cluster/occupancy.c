#include "sim/cluster/occupancy_state.h"

#include "sim/int128.h"

#include <assert.h>
#include <stdlib.h>

enum { SHARED_LEVELS = HC_WHOLE_GPU };

static int create_class(hc_occupancy *o, uint32_t class_index)
{
    hc_class_state *c = &o->classes[class_index];
    const hc_node_class *facts = hc_machine_class(o->machine, o->range.first_class + class_index);
    uint64_t gpu_total = (uint64_t)facts->node_count * facts->gpu_count;
    c->has_cpu_limit = facts->cpu_milli != HC_UNLIMITED;
    c->has_memory_limit = facts->memory_bytes != HC_UNLIMITED;
    c->node_of_item = malloc(facts->node_count * sizeof *c->node_of_item);
    c->free_gpus = calloc(facts->node_count, sizeof *c->free_gpus);
    c->is_closed = calloc(facts->node_count, sizeof *c->is_closed);
    if (o->options.has_host_needs && (c->has_cpu_limit || c->has_memory_limit)) {
        c->free_host = calloc(facts->node_count, sizeof *c->free_host);
        if (c->free_host == NULL) {
            return -1;
        }
    }
    c->nodes =
        hc_fit_index_create(facts->node_count, (uint64_t)facts->gpu_count + 1, 1, c->free_host);
    if (o->options.is_shared && gpu_total > 0) {
        c->free_milli = malloc(gpu_total * sizeof *c->free_milli);
        c->shared = hc_fit_index_create(gpu_total, SHARED_LEVELS, facts->gpu_count, c->free_host);
        if (c->free_milli == NULL || c->shared == NULL) {
            return -1;
        }
    }
    if (c->node_of_item == NULL || c->free_gpus == NULL || c->is_closed == NULL ||
        c->nodes == NULL) {
        return -1;
    }
    c->view = (hc_class_view){
        .kind = facts->kind,
        .gpu_count = facts->gpu_count,
        .nodes = c->nodes,
        .shared = c->shared,
        .node_of_item = c->node_of_item,
        .free_host = c->free_host,
    };
    return 0;
}

/* Puts one node, wholly free, into its class. */
static void add_node(hc_occupancy *o, uint32_t node)
{
    uint32_t machine_class =
        hc_machine_node(o->machine, (hc_node_id){o->range.first_node + node})->class_index;
    const hc_node_class *facts = hc_machine_class(o->machine, machine_class);
    uint32_t class_index = machine_class - o->range.first_class;
    hc_class_state *c = &o->classes[class_index];
    uint32_t item = c->view.node_count++;
    o->places[node] = (hc_node_place){class_index, item};
    c->node_of_item[item] = node;
    c->free_gpus[item] = facts->gpu_count;
    if (c->free_host != NULL) {
        c->free_host[item] = (hc_host){facts->cpu_milli, facts->memory_bytes};
    }
    for (uint32_t d = 0; c->free_milli != NULL && d < facts->gpu_count; d++) {
        c->free_milli[item * facts->gpu_count + d] = HC_WHOLE_GPU;
    }
    hc_fit_index_insert(c->nodes, facts->gpu_count, item);
    c->view.whole_node_count++;
    c->view.free_gpu_count += facts->gpu_count;
    c->view.free_milli += (uint64_t)facts->gpu_count * HC_WHOLE_GPU;
}

static int create_parts(hc_occupancy *o)
{
    uint64_t bound = o->range.gpu_count == 0 ? 1 : o->range.gpu_count;
    o->classes = calloc(o->range.class_count, sizeof *o->classes);
    o->places = malloc(o->range.node_count * sizeof *o->places);
    o->plan.parts = malloc(o->range.node_count * sizeof *o->plan.parts);
    if (o->classes == NULL || o->places == NULL || o->plan.parts == NULL) {
        return -1;
    }
    if (!o->options.is_forecast) {
        o->free_devices = hc_ordered_set_create(bound);
        if (o->free_devices == NULL) {
            return -1;
        }
        hc_ordered_set_insert_run(o->free_devices, 0, o->range.gpu_count);
    }
    for (uint32_t i = 0; i < o->range.class_count; i++) {
        if (create_class(o, i) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_occupancy_create(hc_occupancy **out, const hc_machine *machine, hc_partition_id partition,
                        const hc_occupancy_options *options, hc_error *error)
{
    hc_occupancy *o = NULL;
    const hc_partition_range *range = hc_machine_partition(machine, partition);
    if (options->is_shared && range->gpu_count > HC_OCCUPANCY_MAX_SHARED_GPUS) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "cluster: jobs that share GPUs need a partition of at most %llu GPUs",
                            (unsigned long long)HC_OCCUPANCY_MAX_SHARED_GPUS);
    }
    o = calloc(1, sizeof *o);
    if (o == NULL) {
        return hc_error_memory(error);
    }
    o->machine = machine;
    o->range = *range;
    o->options = *options;
    o->first_gpu = hc_machine_node(machine, (hc_node_id){range->first_node})->first_gpu;
    o->free_slice = HC_NO_INDEX;
    if (create_parts(o) < 0) {
        hc_occupancy_destroy(o);
        return hc_error_memory(error);
    }
    for (uint32_t node = 0; node < range->node_count; node++) {
        add_node(o, node);
    }
    o->capacity_milli = hc_occupancy_free_milli(o);
    *out = o;
    return 0;
}

void hc_occupancy_destroy(hc_occupancy *o)
{
    if (o == NULL) {
        return;
    }
    for (uint32_t i = 0; o->classes != NULL && i < o->range.class_count; i++) {
        hc_fit_index_destroy(o->classes[i].nodes);
        hc_fit_index_destroy(o->classes[i].shared);
        free(o->classes[i].node_of_item);
        free(o->classes[i].free_gpus);
        free(o->classes[i].free_host);
        free(o->classes[i].free_milli);
        free(o->classes[i].is_closed);
    }
    free(o->classes);
    free(o->places);
    free(o->plan.parts);
    hc_ordered_set_destroy(o->free_devices);
    free(o->slices);
    free(o);
}

uint32_t hc_occupancy_class_count(const hc_occupancy *o)
{
    return o->range.class_count;
}

const hc_class_view *hc_occupancy_class(const hc_occupancy *o, uint32_t class_index)
{
    assert(class_index < o->range.class_count);
    return &o->classes[class_index].view;
}

bool hc_class_is_allowed(const hc_class_view *view, const hc_request *request)
{
    if (request->kinds == UINT64_MAX) {
        return true;
    }
    return view->kind != HC_NO_INDEX && (request->kinds >> view->kind & 1) != 0;
}

static uint64_t share_of(uint64_t amount, uint32_t part, uint32_t whole)
{
    hc_uint128 product = (hc_uint128)amount * part;
    return (uint64_t)((product + whole - 1) / whole);
}

hc_host hc_request_share(const hc_request *request, uint32_t gpu_count)
{
    if (request->gpu_count == 0 || gpu_count == request->gpu_count) {
        return (hc_host){request->cpu_milli, request->memory_bytes};
    }
    return (hc_host){share_of(request->cpu_milli, gpu_count, request->gpu_count),
                     share_of(request->memory_bytes, gpu_count, request->gpu_count)};
}

uint32_t hc_class_usable(const hc_class_view *view, uint64_t item, const hc_request *request,
                         uint64_t limit)
{
    uint32_t low = 1;
    uint32_t high = (uint32_t)limit;
    if (view->free_host == NULL) {
        return high;
    }
    while (low < high) { /* shares rise with the number of GPUs */
        uint32_t middle = high - (high - low) / 2;
        hc_host share = hc_request_share(request, middle);
        if (view->free_host[item].cpu_milli >= share.cpu_milli &&
            view->free_host[item].memory_bytes >= share.memory_bytes) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

uint64_t hc_occupancy_free_milli(const hc_occupancy *o)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < o->range.class_count; i++) {
        sum += o->classes[i].view.free_milli;
    }
    return sum;
}

uint64_t hc_occupancy_free_milli_for(const hc_occupancy *o, const hc_request *request)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < o->range.class_count; i++) {
        const hc_class_view *view = &o->classes[i].view;
        sum += hc_class_is_allowed(view, request) ? view->free_milli : 0;
    }
    return sum;
}

uint64_t hc_occupancy_capacity_milli(const hc_occupancy *o)
{
    return o->capacity_milli;
}

uint64_t hc_occupancy_fragmented_milli(const hc_occupancy *o)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < o->range.class_count; i++) {
        const hc_class_view *view = &o->classes[i].view;
        sum += view->free_milli - (uint64_t)view->whole_node_count * view->gpu_count * HC_WHOLE_GPU;
    }
    return sum;
}

bool hc_occupancy_is_countable(const hc_occupancy *o)
{
    return o->range.node_count == 1 && !o->options.may_close && !o->options.is_shared &&
           o->classes[0].free_host == NULL;
}

hc_plan *hc_occupancy_plan(hc_occupancy *o)
{
    o->plan.count = 0;
    return &o->plan;
}

void hc_plan_add(hc_plan *plan, uint32_t class_index, uint64_t item, uint64_t gpu_count,
                 uint32_t device)
{
    plan->parts[plan->count++] =
        (hc_part){class_index, (uint32_t)item, (uint32_t)gpu_count, device};
}

const hc_slice *hc_occupancy_slice(const hc_occupancy *o, uint32_t slice)
{
    assert(slice < o->slice_capacity);
    return &o->slices[slice];
}

uint32_t hc_occupancy_free_gpus(const hc_occupancy *o, uint32_t class_index, uint32_t item)
{
    return o->classes[class_index].free_gpus[item];
}

hc_host hc_occupancy_free_host(const hc_occupancy *o, uint32_t class_index, uint32_t item)
{
    const hc_class_state *c = &o->classes[class_index];
    return c->free_host == NULL ? (hc_host){HC_UNLIMITED, HC_UNLIMITED} : c->free_host[item];
}

hc_part hc_occupancy_place_of(const hc_occupancy *o, uint32_t node)
{
    assert(node < o->range.node_count);
    return (hc_part){.class_index = o->places[node].class_index,
                     .item = o->places[node].item,
                     .device = HC_NO_INDEX};
}

uint32_t hc_occupancy_node_count(const hc_occupancy *o)
{
    return o->range.node_count;
}
