#include "cli/run_stream.h"

#include "cli/bench.h"
#include "cli/signals.h"
#include "traces/run/private_file.h"
#include "traces/run/provenance.h"
#include "traces/stream/endpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double BEAT_SECONDS = 1;
static const double TELL_SECONDS = 1; /* of waiting at the end, before the user is told */

int hc_run_stream_check(hc_run_stream *out, const hc_stream_arguments *a, hc_error *error)
{
    bool has_keys = a->keys != NULL;
    *out = (hc_run_stream){.stream = NULL};
    if (a->endpoint == NULL) {
        return 0;
    }
    if (hc_endpoint_check(a->endpoint, "--stream", has_keys, error) < 0 ||
        (a->replay != NULL && hc_endpoint_check(a->replay, "--replay", has_keys, error) < 0)) {
        return -1;
    }
    return has_keys && (hc_curve_keys_read(&out->keys, a->keys, true, error) < 0 ||
                        hc_allow_list_read(&out->allowed, a->allow, error) < 0)
               ? -1
               : 0;
}

static int copy_partitions(hc_run_stream *s, const hc_machine *machine)
{
    uint32_t count = hc_machine_partition_count(machine);
    s->partitions = calloc(count + (size_t)1, sizeof *s->partitions);
    for (; s->partitions != NULL && s->partition_count < count; s->partition_count++) {
        hc_partition_id partition = {(uint16_t)s->partition_count};
        s->partitions[s->partition_count] = strdup(hc_machine_partition_name(machine, partition));
        if (s->partitions[s->partition_count] == NULL) {
            return -1;
        }
    }
    return s->partitions == NULL ? -1 : 0;
}

/* What readers are told of the run, also when it is over and put away. */
static int copy_facts(hc_run_stream *s, const hc_run_stream_facts *f, hc_error *error)
{
    const hc_assembly *a = f->assembly;
    s->folder = hc_folder_of(f->path); /* it has room */
    s->run_id = strdup(f->run_id);
    s->name = strdup(a->name);
    s->policy = strdup(hc_assembly_policy_name(a));
    return s->folder == NULL || s->run_id == NULL || s->name == NULL || s->policy == NULL ||
                   copy_partitions(s, a->machine) < 0
               ? hc_error_memory(error)
               : 0;
}

static hc_stream_facts describe(const hc_run_stream *s, const hc_run_stream_facts *f)
{
    const hc_assembly *a = f->assembly;
    return (hc_stream_facts){
        .run = s->run_id,
        .name = s->name,
        .policy = s->policy,
        .clock = hc_clock_name(a->clock),
        .unix_zero_seconds = a->unix_zero_seconds,
        .gpus = hc_machine_gpu_count(a->machine),
        .rank_count = hc_ranks_count(f->ranks),
        .partitions = (const char *const *)s->partitions,
        .partition_count = s->partition_count,
    };
}

int hc_run_stream_open(hc_run_stream *s, const hc_stream_arguments *a, const hc_run_stream_facts *f,
                       hc_error *error)
{
    hc_stream_options options = {.level = a->level, .rank = hc_ranks_rank(f->ranks)};
    if (a->endpoint == NULL) {
        return 0;
    }
    if (hc_ranks_of_node(f->ranks, &s->node_ranks, &options.node_rank_count, error) < 0 ||
        copy_facts(s, f, error) < 0) {
        return -1;
    }
    options.node_ranks = s->node_ranks;
    options.publisher = (hc_publisher_options){
        .endpoint = a->endpoint,
        .replay = a->replay,
        .folder = s->folder,
        .keys = a->keys == NULL ? NULL : &s->keys,
        .allowed = s->allowed,
        .is_lossless = !a->is_lossy,
        .format = a->format,
        .patience_seconds = a->patience_seconds,
        .linger_seconds = a->linger_seconds,
        .facts = describe(s, f),
    };
    return hc_stream_open(&s->stream, &options, error);
}

static hc_publisher *publisher_of(const hc_run_stream *s)
{
    return s->stream == NULL ? NULL : hc_stream_publisher(s->stream);
}

void hc_run_stream_wait(hc_run_stream *s, uint32_t subscribers, bool is_quiet)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    hc_publisher *publisher = publisher_of(s);
    if (publisher == NULL || subscribers == 0) {
        return;
    }
    if (!is_quiet && hc_publisher_count(publisher).subscribers < subscribers) {
        (void)fprintf(stderr, "hindcast: waiting for %" PRIu32 " readers at %s\n", subscribers,
                      hc_publisher_endpoint(publisher));
    }
    while (hc_publisher_count(publisher).subscribers < subscribers && hc_signal_pending() == 0) {
        (void)nanosleep(&moment, NULL);
    }
}

const hc_sink *hc_run_stream_sink(hc_run_stream *s, const hc_sink *next)
{
    if (s->stream == NULL) {
        return next;
    }
    s->sink = hc_stream_sink(s->stream, next);
    return &s->sink;
}

bool hc_run_stream_is_beat_due(const hc_run_stream *s)
{
    return s->stream != NULL && hc_stopwatch_read().wall_seconds - s->beat_seconds >= BEAT_SECONDS;
}

int hc_run_stream_stand(hc_run_stream *s, const hc_progress *progress, hc_error *error)
{
    hc_run_standing standing;
    if (s->stream == NULL) {
        return 0;
    }
    standing = (hc_run_standing){
        .begin = progress->begin,
        .now = progress->now,
        .last_submit = progress->last_submit,
        .simulated_events = progress->event_count,
        .submitted = progress->jobs.submitted,
        .waiting = progress->jobs.waiting,
        .running = progress->jobs.running,
        .completed = progress->jobs.completed,
        .rejected = progress->jobs.rejected,
    };
    s->beat_seconds = hc_stopwatch_read().wall_seconds;
    return hc_stream_stand(s->stream, &standing, error);
}

static void tell_notes(hc_publisher *publisher)
{
    char note[512];
    while (publisher != NULL && hc_publisher_take_note(publisher, note, sizeof note)) {
        (void)fprintf(stderr, "hindcast: %s\n", note);
    }
}

int hc_run_stream_tick(hc_run_stream *s, hc_error *error)
{
    if (s->stream == NULL) {
        return 0;
    }
    tell_notes(publisher_of(s));
    return hc_stream_tick(s->stream, error);
}

int hc_run_stream_end(hc_run_stream *s, hc_digest digest, bool is_complete, hc_error *error)
{
    hc_run_conclusion conclusion = {.is_complete = is_complete};
    hc_digest_format(digest, conclusion.run_digest);
    s->is_ended = true;
    return s->stream == NULL ? 0 : hc_stream_end(s->stream, &conclusion, error);
}

/* Says whom the end waits for; a signal ends the waiting. */
static void linger(hc_publisher *publisher)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    hc_publisher_counts counts;
    double since = hc_stopwatch_read().wall_seconds;
    bool is_told = false;
    hc_publisher_leave(publisher);
    while (!hc_publisher_has_left(publisher)) {
        counts = hc_publisher_count(publisher);
        if (!is_told && counts.is_over && counts.behind > 0 &&
            hc_stopwatch_read().wall_seconds - since >= TELL_SECONDS) {
            (void)fprintf(stderr,
                          "hindcast: %" PRIu32
                          " readers of the stream are not done; they are waited "
                          "for (Ctrl-C ends it)\n",
                          counts.behind);
            is_told = true;
        }
        if (hc_signal_pending() != 0) {
            hc_publisher_hurry(publisher);
        }
        (void)nanosleep(&moment, NULL);
    }
    counts = hc_publisher_count(publisher);
    if (counts.dropped > 0) {
        (void)fprintf(stderr, "hindcast: stream: %" PRIu64 " rows found no room with all readers\n",
                      counts.dropped);
    }
}

static void free_facts(hc_run_stream *s)
{
    for (size_t i = 0; i < s->partition_count; i++) {
        free(s->partitions[i]);
    }
    free(s->partitions);
    free(s->policy);
    free(s->name);
    free(s->run_id);
    free(s->folder);
}

void hc_run_stream_close(hc_run_stream *s)
{
    hc_publisher *publisher = publisher_of(s);
    if (s->stream != NULL && !s->is_ended) {
        hc_stream_break_off(s->stream);
    }
    if (publisher != NULL) {
        linger(publisher);
        tell_notes(publisher);
    }
    hc_stream_close(s->stream);
    hc_allow_list_destroy(s->allowed);
    free_facts(s);
    free(s->node_ranks);
    *s = (hc_run_stream){.stream = NULL};
}
