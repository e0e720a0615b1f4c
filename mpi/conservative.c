#include "mpi/conservative.h"

#include "mpi/critical_path.h"
#include "mpi/rounds.h"
#include "sim/engine/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

enum { STILL = HC_REQUEST_SAVE | HC_REQUEST_STOP, FREE_STEP = 512 };

/* Steps of a window. Each costs a round, some 0.3 us; how long a round takes is measured over some of them. */
enum {
    PACE_ROUNDS = 64,
    LONG_ROUND_NS = 20000,
    SHORT_ROUND_NS = 2000,
};

struct hc_conservative {
    const hc_ranks *ranks;
    hc_exchange *exchange;
    hc_rounds *rounds;
    hc_critical_path *path;
    uint32_t depth; /* steps of a window: rounds that may be pending, and the one just posted */
    uint32_t fixed_depth; /* 0: by the pace */
    bool is_settled;      /* nothing is pending, and what the ranks know of each other may be old */
    hc_time first;        /* as the round taken last said */
    hc_time end;          /* of the last step */
    uint64_t round_count; /* posted */
    struct timespec paced;  /* when the pace was measured last */
    uint64_t window_count;  /* steps */
    uint64_t window_events; /* of this rank in the last one */
    uint64_t event_count;   /* of this rank */
};

int hc_conservative_create(hc_conservative **out, const hc_ranks *ranks, hc_exchange_way way,
                           hc_error *error)
{
    hc_conservative *c = calloc(1, sizeof *c);
    assert(hc_ranks_count(ranks) > 1);
    if (c == NULL) {
        return hc_error_memory(error);
    }
    c->ranks = ranks;
    c->depth = 1;
    c->is_settled = true;
    c->end = HC_TIME_MISSING;
    c->path = hc_critical_path_create(hc_ranks_count(ranks));
    c->rounds = hc_rounds_create(ranks);
    if (c->rounds == NULL || c->path == NULL) {
        hc_conservative_destroy(c);
        return hc_error_memory(error);
    }
    if (hc_exchange_create(&c->exchange, ranks, way, error) < 0) {
        hc_conservative_destroy(c);
        return -1;
    }
    *out = c;
    return 0;
}

void hc_conservative_destroy(hc_conservative *c)
{
    if (c != NULL) {
        hc_exchange_destroy(c->exchange);
        hc_rounds_destroy(c->rounds);
        hc_critical_path_destroy(c->path);
        free(c);
    }
}

void hc_conservative_fix_depth(hc_conservative *c, uint32_t depth)
{
    uint32_t most = hc_exchange_depth(c->exchange);
    c->fixed_depth = depth < most ? depth : most;
}

static int send(void *self, uint32_t rank, const hc_event *event, const void *payload, size_t size)
{
    hc_conservative *c = self;
    return hc_exchange_put(c->exchange, rank, event, payload, size);
}

static hc_time later(hc_time time, hc_time by)
{
    hc_time sum = 0;
    return __builtin_add_overflow(time, by, &sum) ? HC_TIME_NEVER : sum;
}

static hc_time earlier(hc_time a, hc_time b)
{
    return a < b ? a : b;
}

/* ns of a round, when it is time to say so. */
static uint64_t measure_pace(hc_conservative *c)
{
    struct timespec now;
    struct timespec before = c->paced;
    if (c->round_count++ % PACE_ROUNDS != 0) {
        return 0;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    c->paced = now;
    return c->round_count == 1 ? 0
                               : (uint64_t)((now.tv_sec - before.tv_sec) * 1000000000 +
                                            now.tv_nsec - before.tv_nsec) /
                                     PACE_ROUNDS;
}

/* All ranks hear the same and change at the same round. */
static void follow_pace(hc_conservative *c, uint64_t pace)
{
    if (c->fixed_depth > 0) {
        c->depth = c->fixed_depth;
    } else if (pace > LONG_ROUND_NS) {
        c->depth = hc_exchange_depth(c->exchange);
    } else if (pace > 0 && pace < SHORT_ROUND_NS) {
        c->depth = 1;
    }
}

/* Posts a round, and takes as many as the depth asks for: all of them where the ranks have to hear of each other first.
 * @param requests  [in, out] those of the rounds that were taken are added */
static int meet(hc_conservative *c, hc_engine *engine, uint32_t own_requests, uint32_t *requests)
{
    hc_standing own = {own_requests, c->window_events, measure_pace(c)};
    hc_critical_path_post(c->path, hc_exchange_pending(c->exchange));
    hc_exchange_post(c->exchange, engine, own);
    c->window_events = 0;
    while (hc_exchange_pending(c->exchange) > (c->is_settled ? 0 : c->depth - 1)) {
        hc_horizon horizon;
        if (hc_exchange_take(c->exchange, engine, &horizon) < 0) {
            return -1;
        }
        hc_critical_path_take(c->path, horizon.executed);
        follow_pace(c, horizon.pace);
        c->first = horizon.first;
        *requests |= horizon.requests;
    }
    hc_exchange_open(c->exchange);
    return 0;
}

/* What the ranks have sent each other arrives: it is saved where it waits. */
static int settle(hc_conservative *c, hc_engine *engine, uint32_t own_requests, uint32_t *requests,
                  hc_error *error)
{
    c->is_settled = true;
    return meet(c, engine, own_requests, requests) < 0 ? hc_error_memory(error) : 0;
}

/* What is still to come from other ranks is posted by events from `first` on, and comes a lookahead later at the
 * earliest. */
static hc_time step_end(const hc_conservative *c, const hc_engine *engine,
                        const hc_stretch *stretch)
{
    hc_time lookahead = hc_engine_lookahead(engine);
    hc_time step = lookahead < c->depth ? lookahead : lookahead / c->depth;
    hc_time from = c->first > c->end ? c->first : c->end;
    return earlier(earlier(later(c->first, lookahead), later(from, step)), stretch->until);
}

static int run_windows(hc_conservative *c, hc_engine *engine, const hc_stretch *stretch,
                       hc_stretch_end *end, hc_error *error)
{
    uint64_t executed = 0;
    while (executed < stretch->limit && end->agreed == 0 && !end->is_over) {
        if (meet(c, engine, stretch->requests, &end->agreed) < 0) {
            return hc_error_memory(error);
        }
        c->is_settled = false;
        end->is_over = c->first >= stretch->until;
        c->end = end->is_over ? stretch->until : step_end(c, engine, stretch);
        if (hc_engine_run(engine, c->end, UINT64_MAX, &c->window_events, error) < 0) {
            return -1;
        }
        c->window_count += end->is_over ? 0 : 1;
        c->event_count += c->window_events;
        executed += c->window_events;
    }
    end->cut = c->end;
    return end->is_over || end->agreed != 0
               ? settle(c, engine, end->is_over ? 0 : stretch->requests, &end->agreed, error)
               : 0;
}

/* All ranks go on to the instant that the first of them has reached. */
static int stand_still(hc_conservative *c, hc_engine *engine, const hc_stretch *stretch,
                       hc_stretch_end *end, hc_error *error)
{
    hc_time now = hc_engine_now(engine);
    uint64_t count = 0;
    hc_ranks_max(c->ranks, &now, 1);
    end->cut = earlier(later(now, 1), stretch->until);
    if (hc_engine_run(engine, end->cut, UINT64_MAX, &count, error) < 0) {
        return -1;
    }
    c->event_count += count;
    return 0;
}

/* Whether anything is left on any rank is known only when all ranks have said that they are done. */
static int run_free(hc_conservative *c, hc_engine *engine, const hc_stretch *stretch,
                    hc_stretch_end *end, hc_error *error)
{
    uint64_t executed = 0;
    while (executed < stretch->limit) {
        uint64_t count = 0;
        hc_round_result round;
        bool is_done = false;
        if (hc_engine_run(engine, stretch->until, FREE_STEP, &count, error) < 0) {
            return -1;
        }
        executed += count;
        c->event_count += count;
        is_done = hc_engine_next_time(engine) >= stretch->until;
        if (hc_rounds_look(c->rounds, stretch->requests, is_done, is_done, &round)) {
            end->is_over = round.is_done;
            end->agreed = round.requests;
            if (end->is_over || end->agreed != 0) {
                break;
            }
        }
        executed += is_done ? 1 : 0; /* who only waits comes back as well */
    }
    return (end->agreed & STILL) == 0 ? 0 : stand_still(c, engine, stretch, end, error);
}

static int run(void *self, hc_engine *engine, const hc_stretch *stretch, hc_stretch_end *end,
               hc_error *error)
{
    hc_conservative *c = self;
    int status = 0;
    *end = (hc_stretch_end){.cut = HC_TIME_MISSING};
    hc_engine_set_courier(engine, &(hc_courier){c, send});
    if (hc_engine_lookahead(engine) == 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "a lookahead of 0 leaves no window for several ranks to work in");
    }
    status = hc_engine_lookahead(engine) == HC_TIME_NEVER
                 ? run_free(c, engine, stretch, end, error)
                 : run_windows(c, engine, stretch, end, error);
    if ((end->agreed & STILL) == 0) {
        end->cut = HC_TIME_MISSING;
    }
    return status;
}

static void sum(void *self, uint64_t *values, size_t count)
{
    hc_ranks_sum(((const hc_conservative *)self)->ranks, values, count);
}

static void max(void *self, int64_t *values, size_t count)
{
    hc_ranks_max(((const hc_conservative *)self)->ranks, values, count);
}

hc_executor hc_conservative_executor(hc_conservative *c)
{
    return (hc_executor){
        .self = c,
        .rank = hc_ranks_rank(c->ranks),
        .rank_count = hc_ranks_count(c->ranks),
        .run = run,
        .sum = sum,
        .max = max,
    };
}

/* Without windows a rank's events form one chain. */
hc_conservative_counts hc_conservative_count(const hc_conservative *c)
{
    uint64_t sums[2] = {c->event_count, c->event_count == 0};
    int64_t most = (int64_t)c->event_count;
    hc_ranks_sum(c->ranks, sums, 2);
    hc_ranks_max(c->ranks, &most, 1);
    return (hc_conservative_counts){
        .windows = c->window_count,
        .sent_events = hc_exchange_sent(c->exchange),
        .own_events = c->event_count,
        .events = sums[0],
        .longest_chain = c->window_count == 0 ? (uint64_t)most : hc_critical_path_length(c->path),
        .most_events = (uint64_t)most,
        .idle_ranks = (uint32_t)sums[1],
    };
}
