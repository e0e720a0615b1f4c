#include "sim/engine/sequential.h"

#include "sim/engine/engine.h"

/* A standstill is between two instants, never inside one. */
static int finish_instant(hc_engine *engine, hc_stretch_end *end, hc_error *error)
{
    end->cut = hc_engine_now(engine) + 1;
    return hc_engine_run(engine, end->cut, UINT64_MAX, NULL, error);
}

static int run(void *self, hc_engine *engine, const hc_stretch *stretch, hc_stretch_end *end,
               hc_error *error)
{
    (void)self;
    *end = (hc_stretch_end){.agreed = stretch->requests, .cut = HC_TIME_MISSING};
    if (hc_engine_run(engine, stretch->until, stretch->limit, NULL, error) < 0) {
        return -1;
    }
    if ((stretch->requests & (HC_REQUEST_SAVE | HC_REQUEST_STOP)) != 0 &&
        finish_instant(engine, end, error) < 0) {
        return -1;
    }
    end->is_over = hc_engine_next_time(engine) >= stretch->until;
    return 0;
}

static void sum(void *self, uint64_t *values, size_t count)
{
    (void)self;
    (void)values;
    (void)count;
}

static void max(void *self, int64_t *values, size_t count)
{
    (void)self;
    (void)values;
    (void)count;
}

const hc_executor hc_sequential_executor = {
    .rank_count = 1,
    .run = run,
    .sum = sum,
    .max = max,
};
