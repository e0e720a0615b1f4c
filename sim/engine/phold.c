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
    const hc_executor *executor;
    uint32_t first; /* process of this rank */
    uint32_t count; /* of processes of this rank */
    phold_process *processes;
    hc_engine *engine;
};

static hc_time draw_delay(const hc_phold_options *options, hc_random *random)
{
    double delay = options->lookahead + hc_random_exponential(random, 1.0 - options->lookahead);
    return (hc_time)(delay * (double)HC_SECOND);
}

/* The stream of one event: (process, how many events it had before). Nothing has to be kept between events. */
static hc_random event_stream(const hc_phold_options *options, const phold_process *process,
                              uint32_t id)
{
    uint64_t entity = process->event_count << HC_EVENT_PROCESS_BITS | id;
    return hc_random_stream(options->seed, entity, HC_RANDOM_PHOLD);
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
    random = event_stream(options, process, event->process);
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

/* The first process of a rank; of the one behind the last rank: the number of processes. */
static uint32_t first_of(const phold *model, uint32_t rank)
{
    return (uint32_t)((uint64_t)model->options.process_count * rank / model->executor->rank_count);
}

static int add_own(phold *model, hc_error *error)
{
    for (uint32_t i = 0; i < model->count; i++) {
        hc_process_id id;
        model->processes[i].model = model;
        if (hc_engine_add_process(model->engine, handle_event, &model->processes[i], &id, error) <
            0) {
            return -1;
        }
    }
    return 0;
}

static int add_remote(phold *model, uint32_t rank, hc_error *error)
{
    for (uint32_t i = first_of(model, rank); i < first_of(model, rank + 1); i++) {
        hc_process_id id;
        if (hc_engine_add_remote_process(model->engine, rank, &id, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static void post_first_events(phold *model)
{
    for (uint32_t i = 0; i < model->count; i++) {
        uint32_t id = model->first + i;
        hc_random random = event_stream(&model->options, &model->processes[i], id);
        (void)hc_engine_post(model->engine, draw_delay(&model->options, &random),
                             &(hc_post){.process = id, .entity = id});
    }
}

static int build(phold *model, hc_error *error)
{
    uint32_t own = model->executor->rank;
    model->first = first_of(model, own);
    model->count = first_of(model, own + 1) - model->first;
    model->processes = calloc(model->count + 1, sizeof *model->processes);
    if (model->processes == NULL) {
        return hc_error_memory(error);
    }
    model->engine =
        hc_engine_create((hc_time)(model->options.lookahead * (double)HC_SECOND), error);
    if (model->engine == NULL) {
        return -1;
    }
    for (uint32_t rank = 0; rank < model->executor->rank_count; rank++) {
        if (rank == own ? add_own(model, error) < 0 : add_remote(model, rank, error) < 0) {
            return -1;
        }
    }
    post_first_events(model);
    return 0;
}

static int run(phold *model, hc_error *error)
{
    hc_stretch stretch = {.until = (hc_time)(model->options.end * (double)HC_SECOND),
                          .limit = UINT64_MAX};
    hc_stretch_end end = {.is_over = false};
    int status = 0;
    while (status == 0 && !end.is_over) {
        status = model->executor->run(model->executor->self, model->engine, &stretch, &end, error);
    }
    return status;
}

/* A place for each process, in which its rank writes: their sum is what all ranks know. */
static int collect(const phold *model, hc_phold_result *out, hc_error *error)
{
    uint32_t count = model->options.process_count;
    uint64_t *checksums = calloc((size_t)count + 1, sizeof *checksums);
    if (checksums == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < model->count; i++) {
        checksums[model->first + i] = model->processes[i].checksum;
        checksums[count] += model->processes[i].event_count;
    }
    model->executor->sum(model->executor->self, checksums, (size_t)count + 1);
    *out = (hc_phold_result){.event_count = checksums[count]};
    for (uint32_t i = 0; i < count; i++) {
        hc_digest_add(&out->digest, &checksums[i], 1);
    }
    free(checksums);
    return 0;
}

int hc_phold_run(const hc_phold_options *options, const hc_executor *executor, hc_phold_result *out,
                 hc_error *error)
{
    phold model = {.options = *options, .executor = executor};
    int status = -1;
    if (check_options(options, error) == 0 && build(&model, error) == 0 &&
        run(&model, error) == 0) {
        status = collect(&model, out, error);
    }
    hc_engine_destroy(model.engine);
    free(model.processes);
    return status;
}
