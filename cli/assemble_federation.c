#include "cli/assemble_federation.h"

#include "cli/assemble_jobs.h"
#include "cli/assemble_training.h"
#include "sim/cluster/machine_keys.h"
#include "sim/engine/random.h"
#include "sim/federation/joined_source.h"
#include "topology/network_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a site says itself, or what stands at the top. */
static const hc_value *part_of(const hc_assembly *a, const hc_assembled_site *site, const char *key)
{
    const hc_value *own = hc_value_get(site->choice->value, key);
    return own != NULL ? own : hc_value_get(hc_scenario_root(a->scenario), key);
}

/* What a federation does not know. */
static int refuse_given(const hc_value *map, const char *key, const char *why, hc_error *error)
{
    const hc_value *value = hc_value_get(map, key);
    return value != NULL && hc_value_is_given(value) ? hc_value_error(value, error, "%s", why) : 0;
}

static int check_cluster(const hc_assembly *a, const hc_assembled_site *site, hc_error *error)
{
    const hc_value *cluster = part_of(a, site, "cluster");
    int status = 0;
    if (cluster == NULL) {
        return hc_value_error(site->choice->value, error,
                              "needs a cluster, here or at the top of the scenario");
    }
    status |= refuse_given(cluster, "nodes_from", "sites of a federation list their nodes", error);
    status |=
        refuse_given(cluster, "capacity", "the nodes of a federation are always in service", error);
    if (hc_value_get(cluster, "nodes") == NULL) {
        status = hc_value_error(cluster, error, "a cluster needs nodes");
    }
    return status;
}

static int check_workload(const hc_assembly *a, const hc_assembled_site *site, hc_error *error)
{
    const hc_value *workload = part_of(a, site, "workload");
    const hc_value *dependencies = hc_value_get(workload, "dependencies");
    const hc_value *warm_start = hc_value_get(workload, "warm_start");
    const hc_value *zone = hc_value_get(site->choice->value, "time_zone");
    int status = 0;
    if (!hc_value_is_given(workload)) {
        return hc_value_error(site->choice->value, error,
                              "needs a workload, here or at the top of the scenario");
    }
    if (hc_value_choice(dependencies) == 1) {
        status = hc_value_error(dependencies, error,
                                "jobs of a federation are submitted as they were recorded");
    }
    if (hc_value_boolean(warm_start)) {
        status = hc_value_error(warm_start, error, "a federation begins with empty sites");
    }
    if (workload != hc_value_get(hc_scenario_root(a->scenario), "workload")) {
        status |=
            refuse_given(workload, "warmup",
                         "the warm-up is one for all sites: workload.warmup at the top", error);
    }
    if (site->choice->zone != 0 && hc_value_get(workload, "traces") != NULL) {
        status = hc_value_error(zone, error, "a log has times of its own: they are not shifted");
    }
    return status;
}

static int read_scheduler(const hc_assembly *a, hc_assembled_site *site, hc_error *error)
{
    const hc_value *scheduler = part_of(a, site, "scheduler");
    int status = hc_scheduler_read(&site->scheduler, scheduler, error);
    if (status < 0) {
        return -1;
    }
    status = hc_assembled_port_check(&site->scheduler, a->scenario, NULL, true, error);
    if (site->scheduler.options.is_recorded) {
        status = hc_value_error(hc_value_get(scheduler, "policy"), error,
                                "policy recorded knows no other sites");
    }
    if (site->scheduler.is_pass_per_event) {
        status = hc_value_error(hc_value_get(scheduler, "pass"), error,
                                "sites of a federation make one pass per instant");
    }
    return status;
}

int hc_assembly_read_federation(hc_assembly *a, const hc_value *federation, hc_error *error)
{
    int status = hc_federation_read(&a->federation, federation, error);
    if (status < 0) {
        return -1;
    }
    a->sites = calloc(a->federation.site_count, sizeof *a->sites);
    if (a->sites == NULL) {
        return hc_error_memory(error);
    }
    for (; a->site_count < a->federation.site_count; a->site_count++) {
        hc_assembled_site *site = &a->sites[a->site_count];
        const hc_value *value = a->federation.sites[a->site_count].value;
        bool is_copy = a->site_count > 0 && site[-1].choice->value == value;
        site->choice = &a->federation.sites[a->site_count];
        if (is_copy && status < 0) {
            continue; /* its defects are told */
        }
        status |= read_scheduler(a, site, error);
        status |= check_cluster(a, site, error);
        status |= check_workload(a, site, error);
    }
    return status;
}

static int build_machine(hc_assembly *a, hc_error *error)
{
    a->machine = hc_machine_create();
    if (a->machine == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < a->site_count; i++) {
        const hc_assembled_site *site = &a->sites[i];
        const hc_value *cluster = part_of(a, site, "cluster");
        hc_machine_set_racks_per_pod(a->machine,
                                     hc_network_racks_per_pod(hc_value_get(cluster, "network")));
        if (hc_machine_read_site(a->machine, cluster, site->choice->name, error) < 0) {
            return -1;
        }
    }
    return hc_machine_freeze(a->machine, error);
}

/* Two sites with the same workload have jobs of their own: what is random is drawn from the number of the site. */
static uint64_t seed_of(const hc_assembly *a, size_t site)
{
    hc_random stream = hc_random_stream(a->seed, site, HC_RANDOM_SITE);
    return hc_random_bits(&stream);
}

static int open_source(hc_assembly *a, size_t index, const hc_assembly_options *options,
                       hc_error *error)
{
    hc_assembled_site *site = &a->sites[index];
    hc_partition_id partition = {(uint16_t)index};
    hc_workload_request request = {
        .workload = part_of(a, site, "workload"),
        .options = options,
        .seed = seed_of(a, index),
        .capacity_gpus = hc_machine_partition(a->machine, partition)->gpu_count,
        .zone = site->choice->zone,
        .partition = partition,
    };
    site->first_trace = a->trace_count;
    if (hc_assembly_open_workload(a, &request, &site->source, error) < 0) {
        return -1;
    }
    site->has_source = true;
    return a->trace_count <= UINT16_MAX
               ? 0
               : hc_value_error(site->choice->value, error, "more than 65535 traces");
}

/* Numbers the users of all sites; the joined source stands for all jobs until they are simulated. */
static int join_sources(hc_assembly *a, hc_error *error)
{
    hc_joined_part *parts = calloc(a->site_count, sizeof *parts);
    int status = -1;
    if (parts == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < a->site_count; i++) {
        parts[i] =
            (hc_joined_part){.site = a->sites[i].choice->name, .source = &a->sites[i].source};
    }
    status = hc_joined_source_create(&a->source, parts, (uint32_t)a->site_count, error);
    a->has_source = status == 0;
    for (size_t i = 0; i < a->site_count; i++) {
        a->sites[i].first_user = parts[i].first_user;
        a->sites[i].first_group = parts[i].first_group;
    }
    free(parts);
    return status;
}

int hc_assembly_build_federation(hc_assembly *a, const hc_assembly_options *options,
                                 hc_error *error)
{
    if (build_machine(a, error) < 0 || hc_assembly_open_training(a, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < a->site_count; i++) {
        if (open_source(a, i, options, error) < 0) {
            return -1;
        }
    }
    hc_assembly_settle_begin(a);
    return join_sources(a, error);
}

hc_simulation_site *hc_assembly_simulated_sites(const hc_assembly *a)
{
    hc_simulation_site *sites = calloc(a->site_count, sizeof *sites);
    for (size_t i = 0; sites != NULL && i < a->site_count; i++) {
        const hc_assembled_site *site = &a->sites[i];
        sites[i] = (hc_simulation_site){
            .source = site->source,
            .scheduling = hc_assembly_scheduling(&site->scheduler),
            .terms = site->choice->terms,
            .first_user = site->first_user,
            .first_group = site->first_group,
            .first_trace = (uint16_t)site->first_trace,
        };
    }
    return sites;
}

void hc_assembly_write_federation(const hc_assembly *a, char *out, size_t size)
{
    const hc_value *broker = hc_value_get(hc_scenario_root(a->scenario), "federation.broker");
    (void)snprintf(out, size, "%zu site%s, broker %s, limit %g %%", a->site_count,
                   a->site_count == 1 ? "" : "s", hc_value_text(hc_value_get(broker, "policy")),
                   a->federation.broker.rule.limit_milli / 10.0);
}

void hc_assembly_close_federation(hc_assembly *a)
{
    for (size_t i = 0; i < a->site_count; i++) {
        if (a->sites[i].has_source) {
            a->sites[i].source.destroy(a->sites[i].source.self);
        }
        hc_assembled_port_close(&a->sites[i].port);
        hc_scheduler_release(&a->sites[i].scheduler);
    }
    free(a->sites);
    hc_federation_release(&a->federation);
}
