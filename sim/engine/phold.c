#include "sim/engine/phold.h"

#include "sim/engine/engine.h"
#include "sim/engine/random.h"

#include <stdlib.h>

typedef struct phold phold;

/* State of one process, kept small: with many processes the benchmark is bound by the cache. Handlers see
 * the shared, constant parameters through `model`. */
typedef struct phold_process {
    const phold *model;
    uint64_t event_count;
    uint64_t checksum;
} phold_process;

struct phold {
    hc_phold_options options;
    phold_process *processes;
    hc_engine *engine;
};

static hc_time draw_delay(const hc_phold_options *options, hc_random *random)
{
    double delay = options->lookahead + hc_random_exponential(random, 1.0 - options->lookahead);
    return (hc_time)(delay * (double)HC_SECOND);
}

/* The stream of one event: (process, how many events it had before). Nothing has to be kept between events. */
static hc_random event_stream(const phold_process *process, uint32_t id)
{
    uint64_t entity = process->event_count << HC_EVENT_PROCESS_BITS | id;
    return hc_random_stream(process->model->options.seed, entity, HC_RANDOM_PHOLD);
}

/* The cheapest order-sensitive fingerprint: the benchmark shall measure the engine. */
static void count_event(phold_process *process, const hc_event *event)
{
    process->event_count++;
    process->checksum =
        (process->checksum ^ (uint64_t)event->time) * UINT64_C(0x9e3779b97f4a7c15) + event->origin;
}

static int handle_event(void *state, hc_engine *engine, const hc_event *event, hc_error *error)
{
    phold_process *process = state;
    const hc_phold_options *options = &process->model->options;
    uint32_t receiver = event->process;
    hc_random random;
    (void)error;
    count_event(process, event);
    random = event_stream(process, event->process);
    if (hc_random_uniform(&random) <= options->remote) {
        receiver = (uint32_t)hc_random_below(&random, options->process_count);
    }
    (void)hc_engine_post(engine, event->time + draw_delay(options, &random),
                         &(hc_post){.process = receiver, .entity = event->process});
    return 0;
}

static int check_options(const hc_phold_options *options, hc_error *error)
{
    if (options->process_count == 0 || options->process_count > HC_EVENT_MAX_PROCESS_COUNT) {
        return hc_error_set(error, HC_ERROR_USAGE, "lps: expected 1 to %u, got %u",
                            HC_EVENT_MAX_PROCESS_COUNT, options->process_count);
    }
    if (!(options->lookahead >= 0 && options->lookahead < 1)) {
        return hc_error_set(error, HC_ERROR_USAGE, "lookahead: expected 0 <= L < 1, got %g",
                            options->lookahead);
    }
    if (!(options->remote >= 0 && options->remote <= 1)) {
        return hc_error_set(error, HC_ERROR_USAGE, "remote: expected 0 to 1, got %g",
                            options->remote);
    }
    if (!(options->end > 0 && options->end <= 1e9)) {
        return hc_error_set(error, HC_ERROR_USAGE, "end: expected 0 < E <= 1e9, got %g",
                            options->end);
    }
    return 0;
}

static int build(phold *model, hc_error *error)
{
    uint32_t count = model->options.process_count;
    hc_time lookahead = (hc_time)(model->options.lookahead * (double)HC_SECOND);
    model->processes = calloc(count, sizeof *model->processes);
    if (model->processes == NULL) {
        return hc_error_memory(error);
    }
    model->engine = hc_engine_create(lookahead, error);
    if (model->engine == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        phold_process *process = &model->processes[i];
        hc_process_id id;
        hc_random random;
        process->model = model;
        random = event_stream(process, i);
        if (hc_engine_add_process(model->engine, handle_event, process, &id, error) < 0) {
            return -1;
        }
        (void)hc_engine_post(model->engine, draw_delay(&model->options, &random),
                             &(hc_post){.process = i, .entity = i});
    }
    return 0;
}

static void collect(const phold *model, hc_phold_result *out)
{
    *out = (hc_phold_result){0};
    for (uint32_t i = 0; i < model->options.process_count; i++) {
        out->event_count += model->processes[i].event_count;
        hc_digest_add(&out->digest, &model->processes[i].checksum, 1);
    }
}

int hc_phold_run(const hc_phold_options *options, hc_phold_result *out, hc_error *error)
{
    phold model = {.options = *options};
    int status = -1;
    if (check_options(options, error) == 0 && build(&model, error) == 0) {
        hc_time end = (hc_time)(options->end * (double)HC_SECOND);
        status = hc_engine_run(model.engine, end, UINT64_MAX, NULL, error);
        collect(&model, out);
    }
    hc_engine_destroy(model.engine);
    free(model.processes);
    return status;
}
