#include "cli/assemble_training.h"

#include "topology/network_keys.h"

#include <stdlib.h>

/* What a node has where the catalogue does not say what its kind of GPU is sold with. */
static const double USUAL_NODE_BYTES_PER_SECOND = 12.5e9; /* 100 Gb/s */

/* Most GPUs of a kind that a node has. */
static uint32_t gpus_per_node(const hc_machine *machine, uint32_t kind)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < hc_machine_class_count(machine); i++) {
        const hc_node_class *c = hc_machine_class(machine, i);
        if (c->kind == kind && c->gpu_count > most) {
            most = c->gpu_count;
        }
    }
    return most;
}

/* @param network  of the scenario; NULL: what is usual for the kind */
static hc_hierarchy_options network_of(const hc_accelerator *accelerator, uint32_t gpu_count,
                                       const hc_value *network)
{
    double scaleup = accelerator->scaleup_bytes_per_second > 0
                         ? accelerator->scaleup_bytes_per_second
                         : accelerator->host_bytes_per_second;
    double nic = accelerator->nic_bytes_per_second > 0 ? accelerator->nic_bytes_per_second
                                                       : USUAL_NODE_BYTES_PER_SECOND / gpu_count;
    hc_hierarchy_options options = hc_hierarchy_options_default(scaleup, nic, gpu_count);
    hc_network_read(network, &options);
    return options;
}

static int open_kind(hc_assembly *a, uint32_t kind, hc_training_kind *out, hc_error *error)
{
    const hc_accelerator *accelerator = hc_accelerator_find(hc_machine_kind_name(a->machine, kind));
    hc_hierarchy_options options;
    *out = (hc_training_kind){.accelerator = accelerator, .network = &a->networks[kind]};
    if (accelerator == NULL) {
        return 0;
    }
    options = network_of(accelerator, gpus_per_node(a->machine, kind),
                         hc_value_get(hc_scenario_root(a->scenario), "cluster.network"));
    return hc_hierarchy_create(&a->networks[kind], &options, error);
}

int hc_assembly_open_training(hc_assembly *a, hc_error *error)
{
    uint32_t count = hc_machine_kind_count(a->machine);
    hc_training_kind *kinds = NULL;
    int status = 0;
    if (!a->is_analytic) {
        return 0;
    }
    kinds = calloc((size_t)count + 1, sizeof *kinds);
    a->networks = calloc((size_t)count + 1, sizeof *a->networks);
    if (kinds == NULL || a->networks == NULL) {
        free(kinds);
        return hc_error_memory(error);
    }
    for (; status == 0 && a->network_count < count; a->network_count++) {
        status = open_kind(a, a->network_count, &kinds[a->network_count], error);
    }
    if (status == 0) {
        status = hc_training_create(&a->training, a->machine, kinds, error);
    }
    free(kinds);
    if (status == 0) {
        a->workload = hc_training_workload(a->training);
    }
    return status;
}

const hc_workload *hc_assembly_workload(const hc_assembly *a)
{
    return a->training == NULL ? NULL : &a->workload;
}

const char **hc_assembly_work_names(const hc_assembly *a)
{
    uint32_t count = a->training == NULL ? 0 : hc_training_count(a->training);
    const char **names = calloc((size_t)count + 1, sizeof *names);
    for (uint32_t i = 0; names != NULL && i < count; i++) {
        names[i] = hc_training_facts_of(a->training, i + 1)->title;
    }
    return names;
}

void hc_assembly_close_training(hc_assembly *a)
{
    hc_training_destroy(a->training);
    for (uint32_t i = 0; i < a->network_count; i++) {
        if (a->networks[i].destroy != NULL) {
            a->networks[i].destroy(a->networks[i].self);
        }
    }
    free(a->networks);
}
