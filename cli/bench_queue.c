#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/json_output.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/random.h"

#include <argp.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_PENDING = 256, KEY_HOLDS, KEY_JSON };

typedef struct options {
    uint64_t pending; /* 0: the usual three sizes */
    uint64_t holds;
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"pending", KEY_PENDING, "N", 0, "pending events (default: 1,000, 100,000 and 10,000,000)", 0},
    {"holds", KEY_HOLDS, "N", 0, "hold operations per measurement (2,000,000)", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_PENDING:
        o->pending = hc_option_integer(state, "pending", text, 1, 100000000);
        return 0;
    case KEY_HOLDS:
        o->holds = hc_option_integer(state, "holds", text, 1, 1000000000);
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Shapes of the increment: exponential; Pareto with infinite variance; what a cluster's events look like, many
 * at one instant and some far away; the last moves a pending event with each hold. */
typedef enum shape { EXPONENTIAL, PARETO, TIES, MOVES, SHAPE_COUNT } shape;

static const char *const SHAPE_NAMES[] = {"exponential", "pareto", "ties", "moves"};

static hc_time draw(hc_random *random, shape form)
{
    double u = hc_random_uniform(random);
    switch (form) {
    case PARETO:
        return (hc_time)fmin(1e6 * pow(u, -1 / 1.1), 1e15);
    case TIES:
        return u < 0.5 ? 0 : (hc_time)(u * 16) * HC_SECOND;
    case EXPONENTIAL:
    case MOVES:
    case SHAPE_COUNT:
    default:
        return (hc_time)(-log(u) * 1e9);
    }
}

typedef struct hold_run {
    hc_event_queue *queue;
    hc_random random;
    uint64_t origin;
    hc_event_handle moved;
} hold_run;

static int push(hold_run *run, hc_time time, hc_event_handle *handle)
{
    hc_event event = {.time = time, .origin = run->origin++};
    return hc_event_queue_push(run->queue, &event, handle);
}

/* Takes the first event and puts one back; `MOVES` also moves one that is pending. */
static int hold(hold_run *run, shape form)
{
    hc_event event;
    if (!hc_event_queue_pop(run->queue, &event) ||
        push(run, event.time + draw(&run->random, form), NULL) < 0) {
        return -1;
    }
    if (form == MOVES) {
        if (hc_event_queue_cancel(run->queue, run->moved) || run->origin % 64 == 0) {
            return push(run, event.time + draw(&run->random, form), &run->moved);
        }
    }
    return 0;
}

/* @return nanoseconds of CPU per hold, or a negative number when memory is short. */
static double measure(uint64_t pending, uint64_t holds, shape form)
{
    hold_run run = {.queue = hc_event_queue_create(),
                    .random = hc_random_stream(1, pending, HC_RANDOM_BENCH),
                    .moved = HC_NO_EVENT};
    int status = run.queue == NULL ? -1 : 0;
    hc_stopwatch start;
    double seconds = 0;
    for (uint64_t i = 0; status == 0 && i < pending; i++) {
        status = push(&run, draw(&run.random, form), NULL);
    }
    for (uint64_t i = 0; status == 0 && i < pending; i++) {
        status = hold(&run, form); /* into the steady state */
    }
    start = hc_stopwatch_read();
    for (uint64_t i = 0; status == 0 && i < holds; i++) {
        status = hold(&run, form);
    }
    seconds = hc_stopwatch_since(start).user_cpu_seconds;
    hc_event_queue_destroy(run.queue);
    return status < 0 ? -1 : seconds / (double)holds * 1e9;
}

static int measure_all(const options *o, json_t *rows)
{
    static const uint64_t SIZES[] = {1000, 100000, 10000000};
    size_t size_count = o->pending > 0 ? 1 : sizeof SIZES / sizeof SIZES[0];
    for (int shape_index = 0; shape_index < SHAPE_COUNT; shape_index++) {
        for (size_t i = 0; i < size_count; i++) {
            uint64_t pending = o->pending > 0 ? o->pending : SIZES[i];
            double ns = measure(pending, o->holds, (shape)shape_index);
            if (ns < 0) {
                hc_error error = HC_ERROR_NONE;
                (void)hc_error_memory(&error);
                return hc_print_error(&error);
            }
            if (!o->is_json) {
                printf("  %-12s %9" PRIu64 " pending  %7.1f ns per hold\n",
                       SHAPE_NAMES[shape_index], pending, ns);
            }
            (void)json_array_append_new(rows, json_pack("{s:s, s:I, s:f}", "increment",
                                                        SHAPE_NAMES[shape_index], "pending",
                                                        (json_int_t)pending, "ns_per_hold", ns));
        }
    }
    return HC_EXIT_OK;
}

int hc_bench_queue(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc = "The hold model on the event queue: take the first event, put one back."};
    options o = {.holds = 2000000};
    json_t *object = NULL;
    int status = HC_EXIT_OK;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    object = json_pack("{s:s, s:[]}", "schema", "hindcast-bench-queue-1", "rows");
    status = measure_all(&o, json_object_get(object, "rows"));
    if (o.is_json && status == HC_EXIT_OK) {
        return hc_print_json(object);
    }
    json_decref(object);
    return status;
}
