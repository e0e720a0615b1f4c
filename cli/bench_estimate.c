#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "cli/prediction.h"
#include "workloads/search/plan_search.h"

#include <argp.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

/* A search of all plans of a model, each possible one with time and memory in full, whether it fits or not. */

enum { KEY_SECONDS = 256, KEY_JSON };

typedef struct options {
    double seconds;
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"seconds", KEY_SECONDS, "S", 0, "CPU time of the measurement at least (2)", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_SECONDS:
        o->seconds = hc_option_real(state, "seconds", text, 0.01, 3600);
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is searched: dense, with experts, large and small. */
static const struct {
    const char *model;
    const char *gpu;
    uint32_t gpus;
    uint32_t global_batch;
} SEARCHES[] = {
    {"llama3-70b", "H100-SXM", 2048, 2048},
    {"gpt3-175b", "A100-SXM-80", 1024, 1536},
    {"deepseek-v3", "H800", 2048, 15360},
    {"llama3-8b", "H200", 64, 512},
};
enum { SEARCH_COUNT = sizeof SEARCHES / sizeof SEARCHES[0] };

typedef struct measurement {
    hc_step_setting setting;
    uint64_t plans;
    uint64_t fitting;
    double seconds; /* sum of all steps, so that no prediction can be left out */
} measurement;

static void predict(void *self, const hc_parallel_plan *plan)
{
    measurement *m = self;
    hc_step_time step;
    hc_training_memory memory;
    m->setting.plan = plan;
    hc_step_time_predict(&m->setting, &step);
    hc_training_memory_need(m->setting.shape, plan, &memory);
    m->plans++;
    m->fitting += memory.total <= m->setting.accelerator->memory_bytes ? 1 : 0;
    m->seconds += step.seconds;
}

static int run_search(size_t index, measurement *m, hc_error *error)
{
    const hc_model_shape *shape = hc_model_find(SEARCHES[index].model);
    const hc_accelerator *accelerator = hc_accelerator_find(SEARCHES[index].gpu);
    hc_training_place place = {0};
    hc_rank_layout layout;
    hc_network network;
    hc_plan_counts counts = {0};
    hc_plan_walk walk = {.shape = shape, .gpus = SEARCHES[index].gpus, .share_count = 1};
    if (shape == NULL || accelerator == NULL) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "%s on %s: not in the catalogues",
                            SEARCHES[index].model, SEARCHES[index].gpu);
    }
    if (hc_training_network(&network, accelerator, &place, error) < 0) {
        return -1;
    }
    layout = hc_training_layout(accelerator, &place, SEARCHES[index].gpus);
    walk.tp_limit = layout.ranks_per_node;
    walk.base = hc_parallel_plan_default();
    walk.base.global_batch = SEARCHES[index].global_batch;
    walk.base.sequence = shape->sequence;
    m->setting = (hc_step_setting){.shape = shape,
                                   .accelerator = accelerator,
                                   .efficiency = hc_efficiency_for(accelerator, NULL),
                                   .network = &network,
                                   .layout = &layout};
    hc_plan_walk_all(&walk, &counts, predict, m);
    network.destroy(network.self);
    return 0;
}

static int print(const options *o, const measurement *m, const hc_stopwatch *took)
{
    double rate = (double)m->plans / took->user_cpu_seconds;
    if (o->is_json) {
        return hc_print_json(json_pack("{s:s, s:f, s:I, s:I, s:f, s:f}", "schema",
                                       "hindcast-bench-estimate-1", "plans_per_second", rate,
                                       "plans", (json_int_t)m->plans, "fitting",
                                       (json_int_t)m->fitting, "user_cpu_s", took->user_cpu_seconds,
                                       "mean_step_s", m->seconds / (double)m->plans));
    }
    printf("  %" PRIu64 " plans, time and memory in full, in %.2f s of one core: %.0f plans/s\n",
           m->plans, took->user_cpu_seconds, rate);
    return HC_EXIT_OK;
}

int hc_bench_estimate(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc = "Time and memory of every possible plan of four models, over and over."};
    options o = {.seconds = 2};
    measurement m = {.plans = 0};
    hc_error error = HC_ERROR_NONE;
    hc_stopwatch start;
    hc_stopwatch took = {0};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    start = hc_stopwatch_read();
    for (size_t i = 0; i < SEARCH_COUNT || took.user_cpu_seconds < o.seconds; i++) {
        if (run_search(i % SEARCH_COUNT, &m, &error) < 0) {
            return hc_print_error(&error);
        }
        took = hc_stopwatch_since(start);
    }
    return print(&o, &m, &took);
}
