#include "sim/simulation_state.h"

#include "sim/engine/sequential.h"
#include "sim/interfaces/port.h"
#include "sim/rank_shares.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLE_COUNT = 50000000 };

static const hc_job_source *source_at(const hc_simulation *s, uint32_t index)
{
    return hc_simulation_is_federation(s) ? &s->sites[index].source : &s->options.source;
}

static hc_submissions *submissions_of(const hc_simulation *s, uint32_t partition)
{
    return s->submissions[hc_simulation_is_federation(s) ? partition : 0];
}

static const hc_scheduling *scheduling_of(const hc_simulation *s, uint32_t partition)
{
    return hc_simulation_is_federation(s) ? &s->sites[partition].scheduling
                                          : &s->options.scheduling;
}

static int check_sampling(const hc_simulation *s, hc_error *error)
{
    hc_time interval = s->options.sample_interval;
    if (interval > 0 && s->facts.last_submit != HC_TIME_MISSING &&
        (s->facts.last_submit - s->begin) / interval > MAX_SAMPLE_COUNT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "output.sample: more than %d samples over the span of the jobs; "
                            "sample less often",
                            MAX_SAMPLE_COUNT);
    }
    return 0;
}

static hc_occupancy_options occupancy_of(const hc_simulation *s)
{
    return (hc_occupancy_options){.is_shared = s->facts.has_shared_gpus,
                                  .has_host_needs = s->facts.has_host_needs};
}

static int create_cluster(hc_simulation *s, uint32_t partition, hc_error *error)
{
    const hc_simulation_options *o = &s->options;
    const hc_scheduling *scheduling = scheduling_of(s, partition);
    hc_submissions *submissions = submissions_of(s, partition);
    hc_cluster_options cluster = {
        .jobs = {.machine = o->machine,
                 .partition = {(uint16_t)partition},
                 .placement = scheduling->placement,
                 .workload = o->workload,
                 .occupancy = occupancy_of(s),
                 .sink = o->sink,
                 .begin = s->begin,
                 .measure_from = s->begin + o->warmup,
                 .is_pass_per_event = scheduling->is_pass_per_event,
                 .has_turns_of_its_own = hc_simulation_is_federation(s),
                 .restart = scheduling->restart,
                 .estimates = scheduling->estimates,
                 .departure = hc_submissions_departure(submissions)},
        .policy = scheduling->policy,
        .policy_options = scheduling->policy_options,
        .feed = hc_submissions_feed(submissions),
        .sample_interval = o->sample_interval,
        .calendar =
            o->calendar != NULL && o->calendar->partition.index == partition ? o->calendar : NULL,
    };
    if (hc_simulation_is_federation(s)) {
        if (hc_door_create(&s->doors[partition], s->federation, partition, error) < 0) {
            return -1;
        }
        cluster.door = s->doors[partition];
    }
    return hc_cluster_create(&s->clusters[partition], s->engine, &cluster, error);
}

/* What a partition has to do: a site its users' jobs, where they can be counted, another one what its GPUs allow; and
 * what one of them costs. */
static uint64_t weight_of(const hc_simulation *s, uint32_t partition)
{
    hc_partition_id id = {(uint16_t)partition};
    if (hc_simulation_is_federation(s)) {
        const hc_job_source *source = source_at(s, partition);
        return (1 + source->facts(source->self).job_count) *
               hc_policy_cost(scheduling_of(s, partition)->policy);
    }
    return hc_machine_partition(s->options.machine, id)->gpu_count;
}

/* Which rank executes which partition. Jobs that wait for each other stay on one rank. */
static int share_out(const hc_simulation *s, uint32_t *ranks, hc_error *error)
{
    bool is_follower = s->options.follows_dependencies && !hc_simulation_is_federation(s);
    uint32_t rank_count = is_follower ? 1 : s->executor.rank_count;
    uint64_t *weights = calloc(s->cluster_count, sizeof *weights);
    int status = -1;
    for (uint32_t i = 0; weights != NULL && i < s->cluster_count; i++) {
        weights[i] = weight_of(s, i);
    }
    if (weights != NULL) {
        status = hc_rank_shares(weights, s->cluster_count, rank_count, ranks);
    }
    free(weights);
    return status < 0 ? hc_error_memory(error) : 0;
}

/* Every partition is a process of every rank's engine; its cluster is created where it is executed. */
static int add_clusters(hc_simulation *s, const uint32_t *ranks, hc_error *error)
{
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < s->cluster_count; i++) {
        hc_process_id id;
        status = ranks[i] == s->executor.rank
                     ? create_cluster(s, i, error)
                     : hc_engine_add_remote_process(s->engine, ranks[i], &id, error);
    }
    return status;
}

static int create_clusters(hc_simulation *s, hc_error *error)
{
    uint32_t *ranks = NULL;
    int status = -1;
    s->clusters = calloc(s->cluster_count, sizeof(hc_cluster *));
    s->digests = calloc(s->cluster_count, sizeof *s->digests);
    ranks = calloc(s->cluster_count, sizeof *ranks);
    if (s->clusters == NULL || s->digests == NULL || ranks == NULL) {
        (void)hc_error_memory(error);
    } else if (share_out(s, ranks, error) == 0) {
        status = add_clusters(s, ranks, error);
    }
    free(ranks);
    return status;
}

static hc_submissions_options describe_submissions(const hc_simulation *s, uint32_t index)
{
    const hc_scheduling *scheduling = scheduling_of(s, index);
    hc_submissions_options options = {
        .source = source_at(s, index),
        .classes = scheduling->classes,
        .class_count = scheduling->class_count,
        .follows_dependencies = s->options.follows_dependencies,
        .submit_class = scheduling->is_pass_per_event ? HC_CLASS_SUBMIT_FIRST : HC_CLASS_SUBMIT,
        .id_stride = 1,
    };
    if (hc_simulation_is_federation(s)) {
        const hc_simulation_site *site = &s->sites[index];
        options.follows_dependencies = false;
        options.id_stride = s->cluster_count;
        options.id_first = index;
        options.first_user = site->first_user;
        options.first_group = site->first_group;
        options.first_trace = site->first_trace;
        options.has_home = true;
        options.home = (hc_partition_id){(uint16_t)index};
    }
    return options;
}

static void join_facts(hc_job_source_facts *facts, const hc_job_source *source)
{
    hc_job_source_facts more = source->facts(source->self);
    facts->has_shared_gpus |= more.has_shared_gpus;
    facts->has_host_needs |= more.has_host_needs;
    facts->last_submit =
        more.last_submit > facts->last_submit ? more.last_submit : facts->last_submit;
}

/* Jobs of any source may come to any site of a federation: what one asks for, all must be ready for. */
static int open_sources(hc_simulation *s, hc_error *error)
{
    uint32_t count = hc_simulation_is_federation(s) ? s->cluster_count : 1;
    s->facts.last_submit = HC_TIME_MISSING;
    s->submissions = calloc(count, sizeof(hc_submissions *));
    if (s->submissions == NULL) {
        return hc_error_memory(error);
    }
    for (; s->source_count < count; s->source_count++) {
        hc_submissions_options options = describe_submissions(s, s->source_count);
        if (hc_submissions_create(&s->submissions[s->source_count], &options, error) < 0) {
            return -1;
        }
        join_facts(&s->facts, options.source);
    }
    return 0;
}

/* Without a begin: the first submission of all. */
static void settle_begin(hc_simulation *s)
{
    s->begin = s->options.begin;
    for (uint32_t i = 0; s->options.begin == HC_TIME_MISSING && i < s->source_count; i++) {
        hc_time first = hc_submissions_first(s->submissions[i]);
        if (first != HC_TIME_MISSING && (s->begin == HC_TIME_MISSING || first < s->begin)) {
            s->begin = first;
        }
    }
    s->begin = s->begin == HC_TIME_MISSING ? 0 : s->begin;
}

/* Keeps a copy of what is borrowed for the creation only. */
static int copy_sites(hc_simulation *s, hc_error *error)
{
    s->sites = calloc(s->cluster_count, sizeof *s->sites);
    s->doors = calloc(s->cluster_count, sizeof(hc_door *));
    if (s->sites == NULL || s->doors == NULL) {
        return hc_error_memory(error);
    }
    memcpy(s->sites, s->options.sites, s->cluster_count * sizeof *s->sites);
    s->options.sites = NULL;
    return 0;
}

static int open_federation(hc_simulation *s, hc_error *error)
{
    const hc_occupancy_options occupancy = occupancy_of(s);
    hc_federation_site *sites = calloc(s->cluster_count, sizeof *sites);
    int status = -1;
    if (sites == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        sites[i] = (hc_federation_site){s->sites[i].terms, s->sites[i].scheduling.placement};
    }
    status = hc_federation_create(&s->federation, s->options.machine, &s->options.broker, sites,
                                  &occupancy, error);
    free(sites);
    return status;
}

/* Plain partitions need nothing from each other: no event of one ever follows from one of another. */
static int create_engine(hc_simulation *s, hc_error *error)
{
    hc_time lookahead =
        hc_simulation_is_federation(s) ? hc_federation_lookahead(s->federation) : HC_TIME_NEVER;
    s->executor = s->options.executor == NULL ? hc_sequential_executor : *s->options.executor;
    s->engine = hc_engine_create(lookahead, error);
    return s->engine == NULL ? -1 : 0;
}

/* Posts the first submissions of this rank's sites; a plain source goes to the partitions of all. */
static int begin_sources(hc_simulation *s, hc_error *error)
{
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < s->source_count; i++) {
        if (!hc_simulation_is_federation(s) || s->clusters[i] != NULL) {
            status = hc_submissions_begin(s->submissions[i], s->engine, s->clusters,
                                          s->cluster_count, s->begin, error);
        }
    }
    return status;
}

static int begin(hc_simulation *s, hc_error *error)
{
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        if (s->clusters[i] != NULL && hc_cluster_begin(s->clusters[i], s->engine, error) < 0) {
            return -1;
        }
    }
    return begin_sources(s, error);
}

static int set_up(hc_simulation *s, hc_error *error)
{
    s->cluster_count = hc_machine_partition_count(s->options.machine);
    if ((s->options.sites != NULL && copy_sites(s, error) < 0) || open_sources(s, error) < 0) {
        return -1;
    }
    settle_begin(s);
    if (check_sampling(s, error) < 0 ||
        (hc_simulation_is_federation(s) && open_federation(s, error) < 0) ||
        create_engine(s, error) < 0 || create_clusters(s, error) < 0) {
        return -1;
    }
    return s->options.state == NULL ? begin(s, error)
                                    : hc_simulation_load(s, s->options.state, error);
}

/* Everything but machine and sources, which belong to the caller until a create has succeeded. */
static void tear_down(hc_simulation *s)
{
    hc_engine_destroy(s->engine);
    for (uint32_t i = 0; s->clusters != NULL && i < s->cluster_count; i++) {
        hc_cluster_destroy(s->clusters[i]);
    }
    for (uint32_t i = 0; i < s->source_count; i++) {
        hc_submissions_destroy(s->submissions[i]);
    }
    for (uint32_t i = 0; s->doors != NULL && i < s->cluster_count; i++) {
        hc_door_destroy(s->doors[i]);
    }
    hc_federation_destroy(s->federation);
    free(s->submissions);
    free(s->doors);
    free(s->sites);
    free(s->clusters);
    free(s->digests);
    free(s);
}

int hc_simulation_create(hc_simulation **out, const hc_simulation_options *options, hc_error *error)
{
    hc_simulation *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->options = *options;
    if (set_up(s, error) < 0) {
        tear_down(s);
        return -1;
    }
    s->options.state = NULL; /* it was borrowed */
    *out = s;
    return 0;
}

void hc_simulation_destroy(hc_simulation *s)
{
    if (s == NULL) {
        return;
    }
    for (uint32_t i = 0; i < s->source_count; i++) {
        source_at(s, i)->destroy(source_at(s, i)->self);
    }
    hc_machine_destroy(s->options.machine);
    tear_down(s);
}

/* The first cluster of this rank from a partition on. */
static uint32_t next_cluster(const hc_simulation *s, uint32_t partition)
{
    while (partition < s->cluster_count && s->clusters[partition] == NULL) {
        partition++;
    }
    return partition;
}

/* Our own policies leave no job that fits; others may. */
static int refuse_left(const hc_simulation *s, uint32_t partition, uint64_t count, hc_error *error)
{
    if (scheduling_of(s, partition)->policy_options.guest != HC_GUEST_NOBODY) {
        return hc_error_set(
            error, HC_ERROR_RUNTIME,
            "%s leaves %llu job%s of partition %u waiting for ever: nothing runs, and "
            "nothing more will happen",
            scheduling_of(s, partition)->policy_options.port->peer, (unsigned long long)count,
            count == 1 ? "" : "s", partition);
    }
    return hc_error_set(error, HC_ERROR_INTERNAL,
                        "%llu jobs wait for ever although every one of them could fit",
                        (unsigned long long)count);
}

/* When nothing will happen any more, jobs are left only where nodes went out of service for good. */
static int check_left(const hc_simulation *s, hc_error *error)
{
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        const hc_lifecycle *jobs = hc_cluster_jobs(s->clusters[i]);
        hc_job_counts counts = hc_lifecycle_counts(jobs);
        if (counts.running > 0 || (counts.waiting > 0 && !hc_lifecycle_is_reduced(jobs))) {
            return refuse_left(s, i, counts.waiting, error);
        }
    }
    return 0;
}

int hc_simulation_advance(hc_simulation *s, const hc_stretch *stretch, hc_stretch_end *end,
                          hc_error *error)
{
    if (s->executor.run(s->executor.self, s->engine, stretch, end, error) < 0) {
        return -1;
    }
    return end->is_over && stretch->until == HC_TIME_NEVER ? check_left(s, error) : 0;
}

int hc_simulation_run(hc_simulation *s, uint64_t limit, bool *is_over, hc_error *error)
{
    hc_stretch stretch = {.until = HC_TIME_NEVER, .limit = limit};
    hc_stretch_end end;
    if (hc_simulation_advance(s, &stretch, &end, error) < 0) {
        return -1;
    }
    *is_over = end.is_over;
    return 0;
}

/* When the books of this rank end. @param now  HC_TIME_MISSING: nothing happens any more on any rank */
static hc_time end_of_own_books(const hc_simulation *s, hc_time now)
{
    hc_time end = s->begin;
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        hc_lifecycle *jobs = hc_cluster_jobs(s->clusters[i]);
        hc_job_counts counts = hc_lifecycle_counts(jobs);
        hc_time last = hc_lifecycle_ledger(jobs)->counted_to;
        if (counts.waiting + counts.running > 0 && now != HC_TIME_MISSING) {
            last = now;
        }
        end = last > end ? last : end;
    }
    return end;
}

/* All ledgers end at one instant: now when the run was stopped early, else when something happened last. */
static hc_time end_of_books(const hc_simulation *s)
{
    int64_t latest[2] = {hc_engine_now(s->engine), hc_engine_next_time(s->engine) != HC_TIME_NEVER};
    int64_t end = 0;
    s->executor.max(s->executor.self, latest, 2);
    end = end_of_own_books(s, latest[1] != 0 ? latest[0] : HC_TIME_MISSING);
    s->executor.max(s->executor.self, &end, 1);
    return end;
}

int hc_simulation_finish(hc_simulation *s, hc_error *error)
{
    hc_time end = end_of_books(s);
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        if (hc_cluster_finish(s->clusters[i], end, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* What is added up over the ranks, as words. */
enum { EVENTS, SUBMITTED, WAITING, RUNNING, COMPLETED, REJECTED, WARM_UNPLACED, WORD_COUNT };

static void count_own(const hc_simulation *s, uint64_t words[WORD_COUNT])
{
    words[EVENTS] = hc_engine_executed(s->engine);
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        hc_job_counts counts = hc_lifecycle_counts(hc_cluster_jobs(s->clusters[i]));
        words[SUBMITTED] += counts.submitted;
        words[WAITING] += counts.waiting;
        words[RUNNING] += counts.running;
        words[COMPLETED] += counts.completed;
        words[REJECTED] += counts.rejected;
        words[WARM_UNPLACED] += counts.warm_unplaced;
    }
}

hc_progress hc_simulation_progress(const hc_simulation *s)
{
    hc_time now = hc_engine_now(s->engine);
    uint64_t words[WORD_COUNT] = {0};
    count_own(s, words);
    s->executor.sum(s->executor.self, words, WORD_COUNT);
    return (hc_progress){
        .begin = s->begin,
        .now = now > s->begin ? now : s->begin,
        .last_submit = s->facts.last_submit,
        .event_count = words[EVENTS],
        .jobs = {.submitted = words[SUBMITTED],
                 .waiting = words[WAITING],
                 .running = words[RUNNING],
                 .completed = words[COMPLETED],
                 .rejected = words[REJECTED],
                 .warm_unplaced = words[WARM_UNPLACED]},
    };
}

/* Each rank writes the digests of its partitions; their sum is what all know. */
hc_digest hc_simulation_digest(const hc_simulation *s)
{
    hc_digest joined = {0};
    memset(s->digests, 0, s->cluster_count * sizeof *s->digests);
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        s->digests[i] = hc_lifecycle_digest(hc_cluster_jobs(s->clusters[i])).value;
    }
    s->executor.sum(s->executor.self, s->digests, s->cluster_count);
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        hc_digest_join(&joined, (hc_digest){s->digests[i]});
    }
    return joined;
}

bool hc_simulation_check(const hc_simulation *s)
{
    for (uint32_t i = next_cluster(s, 0); i < s->cluster_count; i = next_cluster(s, i + 1)) {
        if (!hc_cluster_check(s->clusters[i])) {
            return false;
        }
    }
    return true;
}
