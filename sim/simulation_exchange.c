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

int hc_simulation_check_resumable(const hc_simulation_options *options, hc_error *error)
{
    return options->policy->exchange != NULL
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE,
                              "the scheduling policy cannot save its state: this run cannot be "
                              "stopped and resumed");
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
    hc_submissions_exchange(s->submissions, archive);
}

static void exchange_partition(hc_simulation *s, hc_archive *archive, uint32_t partition,
                               const hc_event_groups *groups, hc_time *posted_to)
{
    hc_archive_mark(archive, "partition");
    HC_EXCHANGE(archive, *posted_to);
    hc_cluster_exchange(s->clusters[partition], s->engine, archive, groups, &s->options.source);
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
    hc_time posted_to = hc_submissions_posted_to(s->submissions);
    hc_event_groups *groups = NULL;
    int status = hc_simulation_check_resumable(&s->options, error);
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
            status = partition_section(s, store, i, groups, &posted_to, error);
        }
    }
    hc_event_groups_destroy(groups);
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
        status = hc_submissions_resume(s->submissions, s->engine, s->clusters, s->cluster_count,
                                       s->begin, posted_to, error);
    }
    free(posted_to);
    return status;
}

/* The events that were executed before are counted once, by the first rank. */
int hc_simulation_load(hc_simulation *s, const hc_state_store *store, hc_error *error)
{
    progress p = {0};
    if (hc_simulation_check_resumable(&s->options, error) < 0 ||
        common_section(s, store, &p, error) < 0) {
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
