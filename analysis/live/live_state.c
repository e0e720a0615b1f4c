#include "analysis/live/live_parts.h"

#include "analysis/plain_text.h"
#include "sim/cluster/machine.h"
#include "sim/interfaces/sink.h"
#include "traces/run/provenance.h"

#include <stdlib.h>
#include <string.h>

/* Of a bucket: no sum of buckets exceeds 128 bits. */
static const hc_int128 LEDGER_LIMIT = (hc_int128)1 << 120;

int hc_live_state_create(hc_live_state **out, bool is_from_now, hc_error *error)
{
    hc_live_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return hc_error_memory(error);
    }
    state->is_from_now = is_from_now;
    state->first_row = HC_TIME_MISSING;
    state->heartbeat = (hc_stream_heartbeat){
        .begin = HC_TIME_MISSING, .now = HC_TIME_MISSING, .last_submit = HC_TIME_MISSING};
    hc_live_cluster_init(&state->cluster);
    *out = state;
    return 0;
}

void hc_live_state_destroy(hc_live_state *state)
{
    if (state != NULL) {
        hc_live_cluster_release(&state->cluster);
        free(state->ranks);
        free(state);
    }
}

/* Hello */

static bool has_whole_run(const hc_live_state *state)
{
    return state->first_rank == 0 && state->rank_limit == state->rank_count;
}

static hc_run_clock clock_of(const hc_stream_hello *hello)
{
    static const int64_t ZERO_LIMIT_SECONDS = HC_TIME_LIMIT / HC_SECOND;
    bool is_unix = strcmp(hello->clock, hc_clock_name(HC_CLOCK_UNIX_ZERO)) == 0;
    int64_t zero = is_unix ? hello->unix_zero_seconds : 0;
    bool is_civil = strcmp(hello->clock, hc_clock_name(HC_CLOCK_CIVIL)) == 0;
    bool is_possible = zero >= -ZERO_LIMIT_SECONDS && zero <= ZERO_LIMIT_SECONDS;
    return (hc_run_clock){.is_dated = is_possible && (is_unix || is_civil),
                          .zero = is_possible ? zero * HC_SECOND : 0};
}

static int begin_run(hc_live_state *state, const hc_stream_hello *hello, hc_error *error)
{
    if (hello->ranks == 0 || hello->ranks > HC_STREAM_MAX_RANKS ||
        hello->gpus > HC_MACHINE_MAX_GPUS) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "the publisher tells of %u ranks and %llu GPUs, which cannot be",
                            hello->ranks, (unsigned long long)hello->gpus);
    }
    state->ranks = calloc(hello->ranks, sizeof *state->ranks);
    if (state->ranks == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < hello->ranks; i++) {
        state->ranks[i].now = HC_TIME_MISSING;
    }
    (void)hc_plain_text(hello->run, state->run, sizeof state->run);
    (void)hc_plain_text(hello->name, state->name, sizeof state->name);
    (void)hc_plain_text(hello->policy, state->policy, sizeof state->policy);
    state->clock = clock_of(hello);
    state->gpus = hello->gpus;
    state->rank_count = hello->rank_count;
    state->first_rank = hello->first_rank;
    state->rank_limit = hello->ranks;
    state->has_hello = true;
    return 0;
}

static int take_hello(hc_live_state *state, const hc_stream_hello *hello, hc_error *error)
{
    char run[HC_LIVE_TEXT_SIZE];
    if (!state->has_hello) {
        return begin_run(state, hello, error);
    }
    if (strcmp(hc_plain_text(hello->run, run, sizeof run), state->run) != 0) {
        return hc_error_set(
            error, HC_ERROR_RUNTIME,
            "another run (%s) is published there now; %s (%s) was not seen to its end", run,
            state->name, state->run);
    }
    return 0;
}

/* Rows */

static hc_live_rank *rank_of(hc_live_state *state, uint32_t rank)
{
    return rank >= state->first_rank && rank - state->first_rank < state->rank_limit
               ? &state->ranks[rank - state->first_rank]
               : NULL;
}

static void count_event(hc_live_jobs *jobs, uint8_t type)
{
    switch (type) {
    case HC_EVENT_SUBMIT:
        jobs->submitted++;
        return;
    case HC_EVENT_END:
        jobs->ended++;
        return;
    case HC_EVENT_REJECT:
        jobs->rejected++;
        return;
    case HC_EVENT_PREEMPT:
        jobs->preemptions++;
        return;
    default:
        return;
    }
}

static int take_event(hc_live_state *state, uint32_t rank, const void *row, hc_error *error)
{
    int status = hc_live_cluster_take_event(&state->cluster, rank, row, error);
    if (status > 0) {
        count_event(&state->seen, ((const hc_event_row *)row)->type);
    }
    return status;
}

static int take_sample(hc_live_state *state, uint32_t rank, const void *row, hc_error *error)
{
    return hc_live_cluster_take_sample(&state->cluster, rank, row, error);
}

static int take_attempt(hc_live_state *state, uint32_t rank, const void *row, hc_error *error)
{
    (void)rank, (void)error;
    state->seen.timed_out += ((const hc_attempt_row *)row)->how == HC_ATTEMPT_TIMEOUT ? 1 : 0;
    return 1;
}

static int take_ledger(hc_live_state *state, uint32_t rank, const void *row, hc_error *error)
{
    const hc_ledger_row *entry = row;
    (void)rank, (void)error;
    if (entry->bucket >= HC_BUCKET_COUNT || entry->held.seconds < 0 ||
        entry->held.nanoseconds < 0 || entry->held.nanoseconds >= HC_SECOND ||
        hc_gpu_time_join(entry->held) > LEDGER_LIMIT - state->ledger[entry->bucket]) {
        return 0;
    }
    state->ledger[entry->bucket] += hc_gpu_time_join(entry->held);
    state->has_ledger = true;
    return 1;
}

typedef int take_row(hc_live_state *state, uint32_t rank, const void *row, hc_error *error);

/* Tables of which rows mean something here. */
static take_row *const TAKERS[HC_TABLE_COUNT] = {
    [HC_TABLE_EVENTS] = take_event,
    [HC_TABLE_SERIES] = take_sample,
    [HC_TABLE_ATTEMPTS] = take_attempt,
    [HC_TABLE_LEDGER] = take_ledger,
};

static hc_time time_of(hc_run_table table, const void *row)
{
    return table == HC_TABLE_EVENTS   ? ((const hc_event_row *)row)->time
           : table == HC_TABLE_SERIES ? ((const hc_sample_row *)row)->time
                                      : HC_TIME_MISSING;
}

/* Before the first row that has a time, all GPUs are in service. */
static void note_time(hc_live_state *state, hc_live_rank *rank, hc_time time)
{
    if (time < -HC_TIME_LIMIT || time > HC_TIME_LIMIT) {
        return;
    }
    if (!state->has_rows) {
        state->has_rows = true;
        state->first_row = time;
        if (has_whole_run(state) && state->gpus > 0) {
            hc_time begin = state->heartbeat.begin;
            hc_live_cluster_set_machine(&state->cluster, state->gpus,
                                        begin != HC_TIME_MISSING && begin < time ? begin : time);
        }
    }
    rank->now = rank->now == HC_TIME_MISSING || time > rank->now ? time : rank->now;
}

static int take_batch(hc_live_state *state, const hc_stream_item *item, hc_error *error)
{
    const hc_table_info *info = hc_table_describe(item->table);
    take_row *take = TAKERS[item->table];
    hc_live_rank *rank = rank_of(state, item->rank);
    const unsigned char *row = item->rows;
    state->rows += item->count;
    if (take == NULL) {
        return 0;
    }
    if (rank == NULL) {
        state->broken += item->count;
        return 0;
    }
    for (uint64_t i = 0; i < item->count; i++, row += info->row_size) {
        int status = 0;
        note_time(state, rank, time_of(item->table, row));
        status = take(state, item->rank, row, error);
        if (status < 0) {
            return -1;
        }
        state->broken += status == 0 ? 1 : 0;
    }
    return 0;
}

/* What else comes */

static hc_time possible(hc_time time)
{
    return time >= -HC_TIME_LIMIT && time <= HC_TIME_LIMIT ? time : HC_TIME_MISSING;
}

static void take_heartbeat(hc_live_state *state, const hc_stream_item *item)
{
    hc_stream_heartbeat *heartbeat = &state->heartbeat;
    *heartbeat = item->heartbeat;
    heartbeat->begin = possible(heartbeat->begin);
    heartbeat->now = possible(heartbeat->now);
    heartbeat->last_submit = possible(heartbeat->last_submit);
    state->has_heartbeat = true;
}

static void take_rank_end(hc_live_state *state, const hc_stream_item *item)
{
    hc_live_rank *rank = rank_of(state, item->rank);
    if (rank != NULL) {
        rank->is_ended = true;
        rank->ending = item->ending;
        (void)hc_plain_text(item->ending.run_digest, state->run_digest, sizeof state->run_digest);
    }
}

int hc_live_state_take(hc_live_state *state, const hc_stream_item *item, hc_error *error)
{
    switch (item->kind) {
    case HC_STREAM_HELLO:
        return take_hello(state, item->hello, error);
    case HC_STREAM_BATCH:
        return take_batch(state, item, error);
    case HC_STREAM_HEARTBEAT:
        take_heartbeat(state, item);
        return 0;
    case HC_STREAM_LOST:
        state->lost += item->count;
        return 0;
    case HC_STREAM_NOTE:
        (void)hc_plain_text(item->text, state->note, sizeof state->note);
        return 0;
    case HC_STREAM_RANK_END:
        take_rank_end(state, item);
        return 0;
    case HC_STREAM_END:
        state->is_over = true;
        return 0;
    case HC_STREAM_NOTHING:
    default:
        return 0;
    }
}

const hc_live_series *hc_live_state_series(hc_live_state *state)
{
    hc_live_cluster_settle(&state->cluster);
    return &state->cluster.series;
}
