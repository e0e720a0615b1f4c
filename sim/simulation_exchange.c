#include "sim/archive.h"
#include "sim/engine/event_groups.h"
#include "sim/simulation_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* How a simulation is saved: one section is common to all ranks, each partition has one that its rank writes. Which rank
 * had which partition is not saved. */

static const char COMMON[] = "common";

static void name_partition(uint32_t partition, char *name)
{
    (void)snprintf(name, HC_STATE_NAME_SIZE, "partition %" PRIu32, partition);
}

static int check_policy(const hc_policy *policy, hc_error *error)
{
    return policy->exchange != NULL
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE,
                              "the scheduling policy cannot save its state: this run cannot be "
                              "stopped and resumed");
}

static int check_sites(const hc_simulation_site *sites, uint32_t count, hc_error *error)
{
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < count; i++) {
        status = check_policy(sites[i].scheduling.policy, error);
    }
    return status;
}

int hc_simulation_check_resumable(const hc_simulation_options *options, hc_error *error)
{
    return options->sites != NULL
               ? check_sites(options->sites, hc_machine_partition_count(options->machine), error)
               : check_policy(options->scheduling.policy, error);
}

static int check_resumable(const hc_simulation *s, hc_error *error)
{
    return hc_simulation_is_federation(s) ? check_sites(s->sites, s->cluster_count, error)
                                          : check_policy(s->options.scheduling.policy, error);
}

/* Users of all sites have numbers of their own; a job's texts are those of its home. */
static uint32_t count_users(void *self)
{
    const hc_simulation *s = self;
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->source_count; i++) {
        const hc_job_source *source = &s->sites[i].source;
        if (source->user_count == NULL) {
            return HC_NO_INDEX;
        }
        count = s->sites[i].first_user + source->user_count(source->self);
    }
    return count;
}

static uint32_t count_groups(void *self)
{
    const hc_simulation *s = self;
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->source_count; i++) {
        const hc_job_source *source = &s->sites[i].source;
        if (source->group_count == NULL) {
            return HC_NO_INDEX;
        }
        count = s->sites[i].first_group + source->group_count(source->self);
    }
    return count;
}

static int find_texts(void *self, hc_job_spec *spec)
{
    const hc_simulation *s = self;
    const hc_simulation_site *home = NULL;
    hc_job_spec at_home = *spec;
    if (spec->home.index >= s->cluster_count) {
        return -1;
    }
    home = &s->sites[spec->home.index];
    if (home->source.find_texts == NULL) {
        return 0;
    }
    if (spec->trace < home->first_trace) {
        return -1;
    }
    at_home.trace = (uint16_t)(spec->trace - home->first_trace);
    if (home->source.find_texts(home->source.self, &at_home) < 0) {
        return -1;
    }
    spec->name = at_home.name;
    spec->recorded_nodes =
        spec->partition.index == spec->home.index ? at_home.recorded_nodes : NULL;
    return 0;
}

/* Where the texts of a saved job are found again. */
static hc_job_source texts_of(hc_simulation *s)
{
    return hc_simulation_is_federation(s) ? (hc_job_source){.self = s,
                                                            .user_count = count_users,
                                                            .group_count = count_groups,
                                                            .find_texts = find_texts}
                                          : s->options.source;
}

/* How far all ranks have come. */
typedef struct progress {
    int64_t now;
    uint64_t executed_count;
} progress;

/* What tells this simulation from another one, as far as it is seen here. */
static void exchange_begin(const hc_simulation *s, hc_archive *archive)
{
    hc_time begin = s->begin;
    uint32_t partition_count = s->cluster_count;
    HC_EXCHANGE(archive, begin);
    HC_EXCHANGE(archive, partition_count);
    (void)hc_archive_require(archive, begin == s->begin && partition_count == s->cluster_count,
                             "the simulation is the same");
}

static void exchange_common(hc_simulation *s, hc_archive *archive, progress *p)
{
    hc_archive_mark(archive, "simulation");
    exchange_begin(s, archive);
    HC_EXCHANGE(archive, p->now);
    HC_EXCHANGE(archive, p->executed_count);
    for (uint32_t i = 0; i < s->source_count; i++) {
        hc_submissions_exchange(s->submissions[i], archive);
    }
}

static void exchange_partition(hc_simulation *s, hc_archive *archive, uint32_t partition,
                               const hc_event_groups *groups, hc_time *posted_to)
{
    const hc_job_source texts = texts_of(s);
    hc_archive_mark(archive, "partition");
    HC_EXCHANGE(archive, *posted_to);
    hc_cluster_exchange(s->clusters[partition], s->engine, archive, groups, &texts);
}

static hc_archive_port port_of(const hc_state_store *store)
{
    return (hc_archive_port){store->self, store->write, store->read};
}

static int close_section(hc_archive *archive, const hc_state_store *store, hc_error *error)
{
    return hc_archive_close(archive) < 0 ? -1 : store->close(store->self, error);
}

static hc_archive *open_section(const hc_archive_port *port, const hc_state_store *store,
                                const char *name, hc_error *error)
{
    if (store->open(store->self, name, error) < 0) {
        return NULL;
    }
    return store->read == NULL ? hc_archive_save(port, error) : hc_archive_load(port, error);
}

/* The one function for both directions; the store knows which. */
static int common_section(hc_simulation *s, const hc_state_store *store, progress *p,
                          hc_error *error)
{
    hc_archive_port port = port_of(store);
    hc_archive *archive = open_section(&port, store, COMMON, error);
    if (archive == NULL) {
        return -1;
    }
    exchange_common(s, archive, p);
    return close_section(archive, store, error);
}

static int partition_section(hc_simulation *s, const hc_state_store *store, uint32_t partition,
                             const hc_event_groups *groups, hc_time *posted_to, hc_error *error)
{
    char name[HC_STATE_NAME_SIZE];
    hc_archive_port port = port_of(store);
    hc_archive *archive = NULL;
    name_partition(partition, name);
    archive = open_section(&port, store, name, error);
    if (archive == NULL) {
        return -1;
    }
    exchange_partition(s, archive, partition, groups, posted_to);
    return close_section(archive, store, error);
}

static progress measure(const hc_simulation *s)
{
    progress p = {hc_engine_now(s->engine), hc_engine_executed(s->engine)};
    s->executor.max(s->executor.self, &p.now, 1);
    s->executor.sum(s->executor.self, &p.executed_count, 1);
    return p;
}

int hc_simulation_save(hc_simulation *s, const hc_state_store *store, hc_error *error)
{
    progress p = measure(s);
    hc_event_groups *groups = NULL;
    int status = check_resumable(s, error);
    if (status == 0 && s->executor.rank == 0) {
        status = common_section(s, store, &p, error);
    }
    if (status < 0) {
        return -1;
    }
    groups = hc_engine_group_events(s->engine);
    status = groups == NULL ? hc_error_memory(error) : 0;
    for (uint32_t i = 0; status == 0 && i < s->cluster_count; i++) {
        if (s->clusters[i] != NULL) {
            uint32_t source = hc_simulation_is_federation(s) ? i : 0;
            hc_time posted_to = hc_submissions_posted_to(s->submissions[source]);
            status = partition_section(s, store, i, groups, &posted_to, error);
        }
    }
    hc_event_groups_destroy(groups);
    return status;
}

/* The sources of this rank's sites, or the one of all partitions. */
static int resume_sources(hc_simulation *s, const hc_time *posted_to, hc_error *error)
{
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < s->source_count; i++) {
        if (!hc_simulation_is_federation(s) || s->clusters[i] != NULL) {
            status = hc_submissions_resume(s->submissions[i], s->engine, s->clusters,
                                           s->cluster_count, s->begin, posted_to, error);
        }
    }
    return status;
}

static int load_partitions(hc_simulation *s, const hc_state_store *store, hc_error *error)
{
    hc_time *posted_to = calloc(s->cluster_count, sizeof *posted_to);
    int status = posted_to == NULL ? hc_error_memory(error) : 0;
    for (uint32_t i = 0; status == 0 && i < s->cluster_count; i++) {
        if (s->clusters[i] != NULL) {
            status = partition_section(s, store, i, NULL, &posted_to[i], error);
        }
    }
    if (status == 0) {
        status = resume_sources(s, posted_to, error);
    }
    free(posted_to);
    return status;
}

/* The events that were executed before are counted once, by the first rank. */
int hc_simulation_load(hc_simulation *s, const hc_state_store *store, hc_error *error)
{
    progress p = {0};
    if (check_resumable(s, error) < 0 || common_section(s, store, &p, error) < 0) {
        return -1;
    }
    hc_engine_take_up(s->engine, p.now, s->executor.rank == 0 ? p.executed_count : 0);
    if (load_partitions(s, store, error) < 0) {
        return -1;
    }
    return hc_simulation_check(s) ? 0
                                  : hc_error_set(error, HC_ERROR_RUNTIME,
                                                 "the saved state cannot be used: it contradicts "
                                                 "itself");
}
