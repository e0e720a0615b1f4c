#include "mpi/conservative.h"

#include "mpi/rounds.h"
#include "sim/engine/engine.h"

#include <assert.h>
#include <stdlib.h>

enum { STILL = HC_REQUEST_SAVE | HC_REQUEST_STOP, FREE_STEP = 512 };

struct hc_conservative {
    const hc_ranks *ranks;
    hc_exchange *exchange;
    hc_rounds *rounds;
    uint64_t window_count;
    uint64_t window_events; /* of this rank in the last window */
    uint64_t event_count;   /* of this rank */
    uint64_t chain;         /* events of the busiest rank of each window */
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
    c->rounds = hc_rounds_create(ranks);
    if (c->rounds == NULL) {
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
        free(c);
    }
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

/* What is posted to another rank comes a lookahead after the first event of all, or later. Ranks could go further than
 * that where the others' next events allow it; but two ranks then fall into a step where each waits while the other runs
 * two lookaheads, and less is done side by side. */
static hc_time window_end(const hc_engine *engine, const hc_horizon *horizon,
                          const hc_stretch *stretch)
{
    return earlier(later(horizon->first, hc_engine_lookahead(engine)), stretch->until);
}

/* Before a standstill what the ranks have sent each other arrives: it is saved where it waits. */
static int deliver(hc_conservative *c, hc_engine *engine, hc_error *error)
{
    hc_horizon horizon;
    hc_standing own = {0, c->window_events};
    if (hc_exchange_swap(c->exchange, engine, own, &horizon) < 0) {
        return hc_error_memory(error);
    }
    c->chain += horizon.most_executed;
    c->window_events = 0;
    return 0;
}

static int run_windows(hc_conservative *c, hc_engine *engine, const hc_stretch *stretch,
                       hc_stretch_end *end, hc_error *error)
{
    uint64_t executed = 0;
    while (executed < stretch->limit && end->agreed == 0) {
        hc_horizon horizon;
        hc_standing own = {stretch->requests, c->window_events};
        if (hc_exchange_swap(c->exchange, engine, own, &horizon) < 0) {
            return hc_error_memory(error);
        }
        c->chain += horizon.most_executed;
        c->window_events = 0;
        end->agreed = horizon.requests;
        if (horizon.first >= stretch->until) {
            end->is_over = true;
            end->cut = stretch->until;
            return 0;
        }
        end->cut = window_end(engine, &horizon, stretch);
        if (hc_engine_run(engine, end->cut, UINT64_MAX, &c->window_events, error) < 0) {
            return -1;
        }
        c->window_count++;
        c->event_count += c->window_events;
        executed += c->window_events;
    }
    return (end->agreed & STILL) == 0 ? 0 : deliver(c, engine, error);
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
        .longest_chain = c->window_count == 0 ? (uint64_t)most : c->chain,
        .most_events = (uint64_t)most,
        .idle_ranks = (uint32_t)sums[1],
    };
}
