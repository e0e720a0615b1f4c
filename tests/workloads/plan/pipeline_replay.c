#include "tests/workloads/plan/pipeline_replay.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { OPERATION_LIMIT = 1024, STAGE_LIMIT = 64, CHUNK_LIMIT = 8, BATCH_LIMIT = 256 };

typedef enum kind { FORWARD = 0, BACKWARD, WEIGHT, KIND_COUNT } kind;

/* An operation of a GPU, or a forward and a backward that run as one. */
typedef struct operation {
    kind kind;
    uint32_t chunk; /* virtual stage of the GPU; with DualPipe: direction */
    uint32_t batch;
    bool is_whole; /* a backward with the gradients of weights */
    bool joins_the_next;
} operation;

typedef struct gpu {
    operation operations[OPERATION_LIMIT];
    uint32_t count;
    uint32_t next;
    double free_at;
    uint32_t made[2][2]; /* DualPipe: forwards and backwards of each direction so far */
    operation waiting[BATCH_LIMIT];
    uint32_t first_waiting;
    uint32_t waiting_count;
} gpu;

typedef struct world {
    const hc_pipeline *pipeline;
    uint32_t stages;
    double times[STAGE_LIMIT][3];
    gpu gpus[STAGE_LIMIT];
    double ends[STAGE_LIMIT][KIND_COUNT][CHUNK_LIMIT][BATCH_LIMIT]; /* < 0: not yet */
} world;

static void add(gpu *g, kind k, uint32_t chunk, uint32_t batch, bool is_whole)
{
    assert(g->count < OPERATION_LIMIT);
    g->operations[g->count++] = (operation){k, chunk, batch, is_whole, false};
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* 1F1B, and ZB-H1 when the gradients of weights stand apart: stage i does them i micro-batches late. */
static void order_1f1b(gpu *g, uint32_t p, uint32_t m, uint32_t stage, bool is_split)
{
    uint32_t warmup = least(p - 1 - stage, m);
    uint32_t weights = 0;
    for (uint32_t k = 0; k < warmup; k++) {
        add(g, FORWARD, 0, k, false);
    }
    for (uint32_t k = 0; k < m; k++) {
        if (warmup + k < m) {
            add(g, FORWARD, 0, warmup + k, false);
        }
        add(g, BACKWARD, 0, k, !is_split);
        if (is_split && k + 1 - weights > stage) {
            add(g, WEIGHT, 0, weights++, false);
        }
    }
    while (is_split && weights < m) {
        add(g, WEIGHT, 0, weights++, false);
    }
}

static void order_gpipe(gpu *g, uint32_t m)
{
    for (uint32_t k = 0; k < m; k++) {
        add(g, FORWARD, 0, k, false);
    }
    for (uint32_t k = 0; k < m; k++) {
        add(g, BACKWARD, 0, k, true);
    }
}

/* The k-th operation of Megatron-LM's interleaved schedule: groups of p micro-batches pass one chunk after the other. */
static void add_interleaved(gpu *g, kind what, uint32_t k, uint32_t p, uint32_t v)
{
    uint32_t chunk = k % (p * v) / p;
    uint32_t batch = k / (p * v) * p + k % p;
    add(g, what, what == FORWARD ? chunk : v - 1 - chunk, batch, true);
}

static void order_interleaved(gpu *g, uint32_t p, uint32_t v, uint32_t m, uint32_t stage)
{
    uint32_t warmup = least(m * v, 2 * (p - 1 - stage) + (v - 1) * p);
    for (uint32_t k = 0; k < warmup; k++) {
        add_interleaved(g, FORWARD, k, p, v);
    }
    for (uint32_t k = 0; k < m * v; k++) {
        if (warmup + k < m * v) {
            add_interleaved(g, FORWARD, warmup + k, p, v);
        }
        add_interleaved(g, BACKWARD, k, p, v);
    }
}

static void dual_forward(gpu *g, uint32_t direction)
{
    add(g, FORWARD, direction, g->made[direction][FORWARD]++, false);
}

static void dual_backward(gpu *g, uint32_t direction, bool is_split)
{
    uint32_t batch = g->made[direction][BACKWARD]++;
    add(g, BACKWARD, direction, batch, !is_split);
    if (is_split) {
        g->waiting[g->waiting_count++] = (operation){WEIGHT, direction, batch, false, false};
    }
}

static void dual_weight(gpu *g)
{
    assert(g->count < OPERATION_LIMIT);
    g->operations[g->count++] = g->waiting[g->first_waiting++];
}

static void dual_both(gpu *g, uint32_t forward, uint32_t backward)
{
    dual_forward(g, forward);
    g->operations[g->count - 1].joins_the_next = true;
    dual_backward(g, backward, false);
}

static void dual_middle(gpu *g, uint32_t near, bool is_middle, uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        if (i == 0 && is_middle) {
            dual_forward(g, near);
            dual_backward(g, 1 - near, false);
        } else {
            dual_both(g, near, 1 - near);
        }
        dual_both(g, 1 - near, near);
    }
}

/* The eight steps of DeepSeek's published DualPipe. `near` is the direction that starts at this half. */
static void order_dualpipe(gpu *g, uint32_t p, uint32_t m, uint32_t rank)
{
    uint32_t from_end = least(rank, p - 1 - rank);
    uint32_t inner = p / 2 - 1 - from_end;
    uint32_t near = rank >= p / 2 ? 1 : 0;
    uint32_t outer = from_end + 1;
    for (uint32_t i = 0; i < 2 * inner; i++) {
        dual_forward(g, near);
    }
    for (uint32_t i = 0; i < outer; i++) {
        dual_forward(g, near);
        dual_forward(g, 1 - near);
    }
    for (uint32_t i = 0; i < inner; i++) {
        dual_backward(g, 1 - near, true);
        dual_weight(g);
        dual_forward(g, 1 - near);
    }
    dual_middle(g, near, inner == 0, m / 2 + outer - p);
    for (uint32_t i = 0; i < inner; i++) {
        dual_backward(g, 1 - near, false);
        dual_both(g, 1 - near, near);
    }
    for (uint32_t i = 0; i < 2 * outer; i++) {
        dual_backward(g, i % 2 == 0 ? 1 - near : near, i >= outer);
    }
    for (uint32_t i = 0; i < inner; i++) {
        dual_weight(g);
        dual_backward(g, near, true);
    }
    while (g->first_waiting < g->waiting_count) {
        dual_weight(g);
    }
}

static void order(world *w, uint32_t stage)
{
    gpu *g = &w->gpus[stage];
    uint32_t p = w->stages;
    uint32_t m = w->pipeline->micro_batches;
    uint32_t v = w->pipeline->interleave;
    switch (w->pipeline->schedule) {
    case HC_PIPELINE_GPIPE:
        order_gpipe(g, m);
        break;
    case HC_PIPELINE_ZERO_BUBBLE:
        order_1f1b(g, p, m, stage, true);
        break;
    case HC_PIPELINE_DUALPIPE:
        order_dualpipe(g, p, m, stage);
        break;
    case HC_PIPELINE_1F1B:
    case HC_PIPELINE_COUNT:
        if (v > 1) {
            order_interleaved(g, p, v, m, stage);
        } else {
            order_1f1b(g, p, m, stage, false);
        }
        break;
    }
}

/* Where an operation's input comes from: a forward from the stage before it, a backward from the one behind it or from
 * its own forward. @return false when it needs none */
static bool find_source(const world *w, uint32_t stage, const operation *o, uint32_t *from,
                        operation *source)
{
    uint32_t p = w->stages;
    uint32_t v = w->pipeline->interleave;
    bool is_dual = w->pipeline->schedule == HC_PIPELINE_DUALPIPE;
    bool goes_up = is_dual && o->chunk == 1 ? o->kind == BACKWARD : o->kind == FORWARD;
    bool is_at_end = goes_up ? stage == 0 : stage == p - 1;
    *source = *o;
    *from = stage;
    if (o->kind == WEIGHT) {
        source->kind = BACKWARD;
        return true;
    }
    if (!is_at_end) {
        *from = goes_up ? stage - 1 : stage + 1;
        return true;
    }
    if (!is_dual && o->kind == FORWARD && o->chunk > 0) {
        *from = p - 1;
        source->chunk--;
        return true;
    }
    if (!is_dual && o->kind == BACKWARD && o->chunk + 1 < v) {
        *from = 0;
        source->chunk++;
        return true;
    }
    source->kind = FORWARD;
    return o->kind == BACKWARD;
}

/* @return when the input of an operation is there, or < 0 when that is not known yet */
static double ready_at(const world *w, uint32_t stage, const operation *o)
{
    uint32_t from = 0;
    operation source;
    double end = 0;
    bool is_sent = false;
    if (!find_source(w, stage, o, &from, &source)) {
        return 0;
    }
    end = w->ends[from][source.kind][source.chunk][source.batch];
    is_sent = from != stage && !w->pipeline->waits_for_transfers;
    return end < 0 ? end : end + (is_sent ? w->pipeline->transfer_seconds : 0);
}

static double duration_of(const world *w, uint32_t stage, const operation *o)
{
    bool is_far = w->pipeline->schedule == HC_PIPELINE_DUALPIPE && o->chunk == 1;
    const double *times = w->times[is_far ? w->stages - 1 - stage : stage];
    double seconds = times[o->kind];
    if (o->kind == BACKWARD && o->is_whole) {
        seconds += times[WEIGHT];
    }
    seconds /= w->pipeline->interleave;
    return o->kind != WEIGHT && w->pipeline->waits_for_transfers
               ? seconds + w->pipeline->transfer_seconds
               : seconds;
}

/* Runs what stands next on a GPU, if its inputs are known. */
static bool advance(world *w, uint32_t stage)
{
    gpu *g = &w->gpus[stage];
    const operation *o = &g->operations[g->next];
    uint32_t count = 0;
    double start = g->free_at;
    double seconds = 0;
    if (g->next == g->count) {
        return false;
    }
    do {
        double ready = ready_at(w, stage, &o[count]);
        if (ready < 0) {
            return false;
        }
        start = fmax(start, ready);
        seconds += duration_of(w, stage, &o[count]);
    } while (o[count++].joins_the_next);
    g->free_at = start + seconds;
    for (uint32_t i = 0; i < count; i++) {
        w->ends[stage][o[i].kind][o[i].chunk][o[i].batch] = g->free_at;
    }
    g->next += count;
    return true;
}

static double most_in_flight(const world *w, const gpu *g)
{
    int now = 0;
    int most = 0;
    bool is_split = w->pipeline->schedule == HC_PIPELINE_ZERO_BUBBLE;
    for (uint32_t i = 0; i < g->count; i++) {
        const operation *o = &g->operations[i];
        if (o->kind == FORWARD) {
            now++;
        } else if (o->kind == WEIGHT || (o->is_whole && !is_split)) {
            now--;
        }
        most = now > most ? now : most;
    }
    assert(now == 0);
    return (double)most / w->pipeline->interleave;
}

static void prepare(world *w)
{
    for (size_t i = 0; i < w->pipeline->run_count; i++) {
        const hc_pipeline_stages *run = &w->pipeline->runs[i];
        for (uint32_t k = 0; k < run->count; k++) {
            assert(w->stages < STAGE_LIMIT);
            w->times[w->stages][FORWARD] = run->forward_seconds;
            w->times[w->stages][BACKWARD] = run->backward_seconds;
            w->times[w->stages++][WEIGHT] = run->weight_seconds;
        }
    }
    for (size_t i = 0; i < sizeof w->ends / sizeof(double); i++) {
        ((double *)w->ends)[i] = -1;
    }
    for (uint32_t stage = 0; stage < w->stages; stage++) {
        order(w, stage);
    }
}

pipeline_replay replay_pipeline(const hc_pipeline *pipeline)
{
    pipeline_replay result = {0};
    world *w = calloc(1, sizeof *w);
    bool has_moved = true;
    assert(w != NULL && pipeline->micro_batches <= BATCH_LIMIT);
    w->pipeline = pipeline;
    prepare(w);
    while (has_moved) {
        has_moved = false;
        for (uint32_t stage = 0; stage < w->stages; stage++) {
            while (advance(w, stage)) {
                has_moved = true;
            }
        }
    }
    for (uint32_t stage = 0; stage < w->stages; stage++) {
        assert(w->gpus[stage].next == w->gpus[stage].count);
        result.seconds = fmax(result.seconds, w->gpus[stage].free_at);
        result.in_flight[stage] = most_in_flight(w, &w->gpus[stage]);
    }
    free(w);
    return result;
}
