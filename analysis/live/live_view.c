#include "analysis/live/live_parts.h"

#include "sim/engine/digest.h"

#include <math.h>

static bool is_exact(const hc_live_state *state)
{
    return !state->is_from_now && state->lost == 0 && state->broken == 0;
}

static uint64_t at_least_0(int64_t amount)
{
    return amount > 0 ? (uint64_t)amount : 0;
}

static void view_jobs(const hc_live_state *state, hc_live_jobs *out)
{
    const hc_stream_heartbeat *heartbeat = &state->heartbeat;
    *out = state->seen;
    out->waiting = at_least_0(state->cluster.total[HC_LIVE_QUEUE]);
    out->running = at_least_0(state->cluster.total[HC_LIVE_RUNNING]);
    if (!is_exact(state) && state->has_heartbeat) {
        out->submitted = heartbeat->submitted;
        out->waiting = heartbeat->waiting;
        out->running = heartbeat->running;
        out->ended = heartbeat->completed;
        out->rejected = heartbeat->rejected;
    }
}

/* Ranks go through simulated time each at its own pace: what is behind all of them is known. */
static void view_ranks(const hc_live_state *state, hc_live_view *out)
{
    hc_time last = HC_TIME_MISSING;
    hc_digest digest = {0};
    out->now = HC_TIME_MISSING;
    out->is_digest_right = state->is_over;
    out->is_complete = state->is_over && is_exact(state);
    for (uint32_t i = 0; i < state->rank_limit; i++) {
        const hc_live_rank *rank = &state->ranks[i];
        out->ended_ranks += rank->is_ended ? 1 : 0;
        out->is_digest_right = out->is_digest_right && rank->ending.is_equal;
        out->is_complete = out->is_complete && rank->ending.is_equal && rank->ending.is_complete;
        hc_digest_join(&digest, (hc_digest){rank->ending.stream_digest});
        last = rank->now > last ? rank->now : last;
        if (!rank->is_ended && rank->now != HC_TIME_MISSING &&
            (out->now == HC_TIME_MISSING || rank->now < out->now)) {
            out->now = rank->now;
        }
    }
    out->now = out->now == HC_TIME_MISSING ? last : out->now;
    out->now = out->now == HC_TIME_MISSING ? state->heartbeat.now : out->now;
    out->stream_digest =
        state->rank_limit == 1 ? state->ranks[0].ending.stream_digest : digest.value;
}

static double view_progress(const hc_live_view *view)
{
    double span = 0;
    if (view->is_complete) {
        return 1;
    }
    if (view->begin == HC_TIME_MISSING || view->now == HC_TIME_MISSING ||
        view->last_submit == HC_TIME_MISSING || view->last_submit <= view->begin) {
        return NAN;
    }
    span = (double)view->last_submit - (double)view->begin;
    return fmin(fmax(((double)view->now - (double)view->begin) / span, 0), 1);
}

static hc_time now_of(const hc_live_state *state, const hc_live_partition *p)
{
    const hc_live_rank *rank = &state->ranks[p->rank - state->first_rank];
    return rank->now > p->last ? rank->now : p->last;
}

/* What is held, out of service and there since the last row of each partition is added to what was before. */
static void view_gpu_time(const hc_live_state *state, hc_live_view *out)
{
    const hc_live_cluster *c = &state->cluster;
    hc_time from =
        state->is_from_now || out->begin == HC_TIME_MISSING ? state->first_row : out->begin;
    hc_int128 capacity = 0;
    hc_int128 offline = c->offline_milli_ns;
    out->held_milli_ns = c->held_milli_ns;
    for (size_t i = 0; i < c->count; i++) {
        const hc_live_partition *p = &c->partitions[i];
        if (p->last != HC_TIME_MISSING) {
            hc_int128 length = (hc_int128)now_of(state, p) - p->last;
            out->held_milli_ns += length * (hc_int128)at_least_0(p->amounts[HC_LIVE_BUSY]);
            offline += length * (p->full_milli - p->service_milli);
            capacity += ((hc_int128)now_of(state, p) - from) * p->full_milli;
        }
    }
    if (c->machine_milli > 0 && out->now != HC_TIME_MISSING) {
        capacity = ((hc_int128)out->now - from) * c->machine_milli;
    }
    capacity -= offline;
    out->utilization_so_far = capacity > 0 ? (double)out->held_milli_ns / (double)capacity : NAN;
}

/* In the ledger's window: after the warm-up. */
static double ledger_utilization(const hc_live_state *state)
{
    const hc_int128 *ledger = state->ledger;
    hc_int128 held = ledger[HC_BUCKET_BUSY] + ledger[HC_BUCKET_RESTART] + ledger[HC_BUCKET_LOST];
    hc_int128 capacity = held + ledger[HC_BUCKET_IDLE_EMPTY] + ledger[HC_BUCKET_IDLE_BLOCKED];
    return capacity > 0 ? (double)held / (double)capacity : NAN;
}

static void view_cluster(const hc_live_state *state, hc_live_view *out)
{
    const int64_t *total = state->cluster.total;
    out->busy_milli = at_least_0(total[HC_LIVE_BUSY]);
    out->service_milli = state->has_rows ? at_least_0(total[HC_LIVE_SERVICE]) : state->gpus * 1000;
    out->utilization = out->service_milli > 0 && state->has_rows
                           ? (double)out->busy_milli / (double)out->service_milli
                           : NAN;
    out->utilization_so_far = NAN;
    if (state->has_rows) {
        view_gpu_time(state, out);
    }
    if (state->is_over && state->has_ledger) {
        out->utilization_so_far = ledger_utilization(state);
    }
}

static void view_run(const hc_live_state *state, hc_live_view *out)
{
    *out = (hc_live_view){
        .is_known = state->has_hello || state->has_heartbeat,
        .run = state->run,
        .name = state->name,
        .policy = state->policy,
        .note = state->note,
        .clock = state->clock,
        .rank_count = state->rank_count,
        .first_rank = state->first_rank,
        .ranks = state->rank_limit,
        .begin = state->heartbeat.begin,
        .last_submit = state->heartbeat.last_submit,
        .simulated_events = state->heartbeat.simulated_events,
        .simulated_events_per_second =
            state->has_heartbeat && !state->is_over ? state->heartbeat.events_per_second : NAN,
        .gpus = state->gpus,
        .rows = state->rows,
        .lost_rows = state->lost,
        .broken_rows = state->broken,
        .is_exact = is_exact(state),
        .is_over = state->is_over,
        .run_digest = state->run_digest,
    };
}

void hc_live_state_view(const hc_live_state *state, hc_live_view *out)
{
    view_run(state, out);
    view_ranks(state, out);
    out->progress = view_progress(out);
    view_jobs(state, &out->jobs);
    view_cluster(state, out);
}
