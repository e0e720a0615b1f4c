#include "cli/training_job.h"

#include "topology/network_keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT "estimate"

static const hc_key KEYS[] = {
    {.path = "hindcast",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = 1,
     .help = "Version of the format"},
    {.path = AT,
     .type = HC_KEY_MAP,
     .is_required = true,
     .help = "A training run whose time, memory and cost are asked for"},
    HC_MODEL_KEYS(AT ".model", "The model that is trained"),
    HC_PLAN_KEYS(AT ".plan", "How the model is split over the GPUs"),
    {.path = AT ".gpu", .type = HC_KEY_TEXT, .help = "Kind of accelerator, such as H100-SXM"},
    {.path = AT ".stages",
     .type = HC_KEY_LIST,
     .minimum = 2,
     .maximum = HC_STAGE_MAX_KINDS,
     .help = "Kinds of GPU of the pipeline stages, the first stages first, instead of gpu"},
    {.path = AT ".stages[]", .type = HC_KEY_MAP, .help = "Stages on one kind"},
    {.path = AT ".stages[].gpu", .type = HC_KEY_TEXT, .is_required = true, .help = "The kind"},
    {.path = AT ".stages[].stages",
     .type = HC_KEY_INTEGER,
     .unit = "stages",
     .minimum = 1,
     .maximum = 65536,
     .is_required = true,
     .help = "How many stages"},
    {.path = AT ".tokens",
     .type = HC_KEY_REAL,
     .unit = "tokens",
     .minimum = 1,
     .maximum = 1e18,
     .help = "Length of the run, such as 15e12"},
    {.path = AT ".steps",
     .type = HC_KEY_INTEGER,
     .unit = "steps",
     .minimum = 1,
     .maximum = 1e15,
     .help = "Length of the run, instead of tokens"},
    {.path = AT ".profile",
     .type = HC_KEY_PATH,
     .help = "Efficiency profile, or a file with one; absent: the one for the kind of GPU"},

    HC_NETWORK_KEYS(AT ".network",
                    "What connects the GPUs; absent: as systems of the kind are usually sold"),
    {.path = AT ".network.gpus_per_node",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 1,
     .maximum = 65536,
     .help = "GPUs of a node, or of a larger domain of their own links"},
    {.path = AT ".network.nodes_per_rack",
     .type = HC_KEY_INTEGER,
     .unit = "nodes",
     .minimum = 1,
     .maximum = 1e6,
     .help = "Nodes of a rack; absent: one rack holds all"},
    {.path = AT ".network.sites",
     .type = HC_KEY_INTEGER,
     .unit = "sites",
     .fallback = "1",
     .minimum = 1,
     .maximum = 65536,
     .help =
         "Sites that the nodes are spread over, joined by `wan`; ranks fill one after the other"},

    {.path = AT ".cost", .type = HC_KEY_MAP, .help = "Prices, power and carbon"},
    {.path = AT ".cost.gpu_hour",
     .type = HC_KEY_REAL,
     .unit = "USD",
     .minimum = 1e-6,
     .maximum = 1e6,
     .help = "Price of a GPU for an hour; absent: the catalogue's, median of published prices"},
    {.path = AT ".cost.watts",
     .type = HC_KEY_REAL,
     .unit = "W",
     .minimum = 1,
     .maximum = 1e6,
     .help = "Power of a GPU with its share of the host; absent: the design power of the GPU"},
    {.path = AT ".cost.watts_share",
     .type = HC_KEY_REAL,
     .minimum = 0.01,
     .maximum = 1,
     .help = "Share of the power that is drawn on average; absent: 1"},
    {.path = AT ".cost.pue",
     .type = HC_KEY_REAL,
     .minimum = 1,
     .maximum = 10,
     .help = "Power of the site / power of its machines; absent: 1.2"},
    {.path = AT ".cost.region",
     .type = HC_KEY_TEXT,
     .help = "Region of Google Cloud whose grid is meant; absent: us-central1"},
    {.path = AT ".cost.grams_per_kwh",
     .type = HC_KEY_REAL,
     .unit = "g",
     .maximum = 10000,
     .help = "CO2 of the grid, instead of a region"},

    {.path = AT ".failures", .type = HC_KEY_MAP, .help = "What failures add to a long run"},
    {.path = AT ".failures.per_node_day",
     .type = HC_KEY_REAL,
     .maximum = 1000,
     .help = "Failures of one node in a day; absent: 0.00379, those of Llama 3's training"},
    {.path = AT ".failures.checkpoint",
     .type = HC_KEY_DURATION,
     .help = "How long training stands still for a checkpoint; absent: 30s"},
    {.path = AT ".failures.restart",
     .type = HC_KEY_DURATION,
     .help = "From a failure until training goes on; absent: 10min"},
    {.path = AT ".failures.interval",
     .type = HC_KEY_DURATION,
     .minimum = 1,
     .maximum = 31536000,
     .help = "Between checkpoints; absent: what loses least"},
};

const hc_key_table hc_training_job_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* 419 unexpected interruptions of 16,384 GPUs, 8 to a node, in 54 days (Llama 3, arXiv:2407.21783, table 5). */
static const double LLAMA3_FAILURES = 0.0037887;

static double real_or(const hc_value *map, const char *key, double otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_real(value);
}

static uint32_t count_or_zero(const hc_value *map, const char *key)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? 0 : (uint32_t)hc_value_integer(value);
}

static double seconds_or(const hc_value *map, const char *key, double otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : (double)hc_value_duration(value) / (double)HC_SECOND;
}

static void read_place(hc_training_job *job)
{
    const hc_value *network = hc_value_get(job->root, "network");
    job->place = (hc_training_place){
        .gpus_per_node = count_or_zero(network, "gpus_per_node"),
        .network = network,
        .nodes_per_rack = count_or_zero(network, "nodes_per_rack"),
        .racks_per_pod = hc_network_racks_per_pod(network),
        .stage_kinds = job->stage_kind_count > 0 ? job->stage_kinds : NULL,
        .stage_kind_count = job->stage_kind_count,
        .sites = network == NULL ? 1 : count_or_zero(network, "sites"),
    };
}

static void read_failures(hc_training_job *job)
{
    const hc_value *failures = hc_value_get(job->root, "failures");
    job->failures = (hc_training_failures){
        .failures_per_node_day = real_or(failures, "per_node_day", LLAMA3_FAILURES),
        .checkpoint_seconds = seconds_or(failures, "checkpoint", 30),
        .restart_seconds = seconds_or(failures, "restart", 600),
        .interval_seconds = seconds_or(failures, "interval", 0),
    };
}

static int read_length(hc_training_job *job, hc_error *error)
{
    const hc_value *tokens = hc_value_get(job->root, "tokens");
    const hc_value *steps = hc_value_get(job->root, "steps");
    if (tokens != NULL && steps != NULL) {
        return hc_value_error(steps, error, "tokens say how long the run is; give one of the two");
    }
    job->tokens = tokens == NULL ? 0 : hc_value_real(tokens);
    job->steps = steps == NULL ? 0 : (double)hc_value_integer(steps);
    return 0;
}

static int read_region(hc_training_job *job, hc_error *error)
{
    const hc_value *name = hc_value_get(job->root, "cost.region");
    const char *suggested = NULL;
    if (name == NULL) {
        job->region =
            hc_value_get(job->root, "cost.grams_per_kwh") == NULL ? hc_carbon_default() : NULL;
        return 0;
    }
    if (hc_value_get(job->root, "cost.grams_per_kwh") != NULL) {
        return hc_value_error(name, error, "grams_per_kwh says it already; give one of the two");
    }
    job->region = hc_carbon_find(hc_value_text(name));
    if (job->region != NULL) {
        return 0;
    }
    suggested = hc_carbon_suggest(hc_value_text(name));
    return hc_value_error(name, error, "unknown region \"%.100s\"%s%s%s", hc_value_text(name),
                          suggested == NULL ? "; grams_per_kwh gives a grid as a number"
                                            : "; did you mean \"",
                          suggested == NULL ? "" : suggested, suggested == NULL ? "" : "\"?");
}

/* A profile of the job's own file lies where the job says, seen from the job's folder. */
static int read_profile_of_job(hc_training_job *job, const hc_value *value, hc_error *error)
{
    const char *name = hc_value_text(value);
    if (hc_efficiency_find(name) == NULL && strpbrk(name, "./") == NULL) {
        char names[256];
        hc_efficiency_names(names, sizeof names);
        return hc_value_error(value, error, "expected one of %s, or a file, got \"%.100s\"", names,
                              name);
    }
    char *path = hc_efficiency_find(name) != NULL ? NULL : hc_scenario_file(job->scenario, value);
    int status = hc_efficiency_choose(&job->choice, path == NULL ? name : path, error);
    free(path);
    return status;
}

static int read_profile(hc_training_job *job, const char *profile, hc_error *error)
{
    const hc_value *value = hc_value_get(job->root, "profile");
    return profile == NULL && value != NULL ? read_profile_of_job(job, value, error)
                                            : hc_efficiency_choose(&job->choice, profile, error);
}

/* @return NULL with `error` set at the value's place */
static const hc_accelerator *read_accelerator(const hc_value *name, hc_error *error)
{
    const char *text = hc_value_text(name);
    const hc_accelerator *found = hc_accelerator_find(text);
    const char *suggested = found == NULL ? hc_accelerator_suggest(text) : NULL;
    if (found == NULL) {
        (void)hc_value_error(name, error, "unknown GPU \"%.100s\"; %s%s%s", text,
                             suggested == NULL ? "" : "did you mean \"",
                             suggested == NULL ? "hindcast help gpus lists all" : suggested,
                             suggested == NULL ? "" : "\"?");
    }
    return found;
}

/* The stages add up to the plan's; what is not stages goes as on the kind with the slowest memory. */
static int read_stages(hc_training_job *job, const hc_value *stages, hc_error *error)
{
    uint64_t sum = 0;
    int status = 0;
    for (size_t i = 0; i < hc_value_count(stages); i++) {
        const hc_value *item = hc_value_at(stages, i);
        const hc_accelerator *kind = read_accelerator(hc_value_get(item, "gpu"), error);
        uint32_t count = (uint32_t)hc_value_integer(hc_value_get(item, "stages"));
        if (kind == NULL) {
            status = -1;
            continue;
        }
        if (job->accelerator == NULL ||
            kind->memory_bytes_per_second < job->accelerator->memory_bytes_per_second) {
            job->accelerator = kind;
        }
        job->stage_kinds[job->stage_kind_count++] =
            (hc_stage_kind){kind, hc_efficiency_for(kind, NULL), count};
        sum += count;
    }
    if (status == 0 && sum != job->plan.pp) {
        status = hc_value_error(
            stages, error, "expected stages that add up to the plan's pp %" PRIu32 ", got %" PRIu64,
            job->plan.pp, sum);
    }
    return status;
}

static int read_kinds(hc_training_job *job, hc_error *error)
{
    const hc_value *gpu = hc_value_get(job->root, "gpu");
    const hc_value *stages = hc_value_get(job->root, "stages");
    if (gpu != NULL && stages != NULL) {
        return hc_value_error(stages, error, "gpu and stages exclude each other");
    }
    if (stages != NULL) {
        return read_stages(job, stages, error);
    }
    return gpu == NULL || (job->accelerator = read_accelerator(gpu, error)) != NULL ? 0 : -1;
}

static int read_parts(hc_training_job *job, const char *profile, hc_error *error)
{
    const hc_value *root = hc_value_get(hc_scenario_root(job->scenario), AT);
    const hc_value *plan = hc_value_get(root, "plan");
    const hc_value *model = hc_value_get(root, "model");
    int status = model == NULL ? hc_value_error(root, error,
                                                "model: required, but missing; expected a name or "
                                                "a map")
                               : hc_model_read(model, &job->shape, error);
    job->root = root;
    job->place_of_plan = plan == NULL ? job->root : plan;
    if (status == 0) {
        status = hc_plan_read(&job->plan, plan, &job->shape, job->stage_layers, NULL, error);
    }
    status = read_kinds(job, error) < 0 ? -1 : status;
    status = read_length(job, error) < 0 ? -1 : status;
    status = read_region(job, error) < 0 ? -1 : status;
    status = read_profile(job, profile, error) < 0 ? -1 : status;
    read_place(job);
    read_failures(job);
    job->has_price = hc_value_get(job->root, "cost.gpu_hour") != NULL;
    return status;
}

int hc_training_job_open(hc_training_job *out, const char *path, const char *const *overrides,
                         size_t override_count, const char *profile, hc_error *error)
{
    *out = (hc_training_job){.scenario = NULL};
    if (strcmp(path, "-") != 0 && access(path, R_OK) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    if (hc_scenario_read(&out->scenario, path, &hc_training_job_keys, 1, overrides, override_count,
                         error) < 0) {
        return -1;
    }
    return read_parts(out, profile, error);
}

int hc_training_job_parse(hc_training_job *out, const char *name, const char *text, size_t length,
                          hc_error *error)
{
    *out = (hc_training_job){.scenario = NULL};
    return hc_scenario_parse(&out->scenario, name, text, length, &hc_training_job_keys, 1, NULL, 0,
                             error) < 0
               ? -1
               : read_parts(out, NULL, error);
}

void hc_training_job_close(hc_training_job *job)
{
    hc_efficiency_choice_release(&job->choice);
    hc_scenario_destroy(job->scenario);
    job->scenario = NULL;
}

/* Price and power of the mean GPU of a job on several kinds; no price when one has none. */
static void average_over_stages(const hc_training_job *job, hc_training_terms *terms)
{
    double dollars = 0;
    double watts = 0;
    bool has_prices = true;
    for (uint32_t i = 0; i < job->stage_kind_count; i++) {
        hc_training_terms own = hc_training_terms_default(job->stage_kinds[i].accelerator);
        double share = (double)job->stage_kinds[i].stages / job->plan.pp;
        has_prices = has_prices && own.dollars_per_gpu_hour > 0;
        dollars += share * own.dollars_per_gpu_hour;
        watts += share * own.watts;
    }
    if (job->stage_kind_count > 0) {
        terms->dollars_per_gpu_hour = has_prices ? dollars : 0;
        terms->watts = watts;
    }
}

hc_training_terms hc_training_job_terms(const hc_training_job *job,
                                        const hc_accelerator *accelerator,
                                        const hc_parallel_plan *plan)
{
    hc_training_terms terms = hc_training_terms_default(accelerator);
    const hc_value *cost = hc_value_get(job->root, "cost");
    terms.steps = job->tokens > 0 ? hc_training_steps_of_tokens(job->tokens, plan) : job->steps;
    average_over_stages(job, &terms);
    terms.dollars_per_gpu_hour = real_or(cost, "gpu_hour", terms.dollars_per_gpu_hour);
    terms.watts = real_or(cost, "watts", terms.watts);
    terms.watts_share = real_or(cost, "watts_share", terms.watts_share);
    terms.pue = real_or(cost, "pue", terms.pue);
    terms.grams_per_kwh =
        job->region != NULL ? job->region->grams_per_kwh : real_or(cost, "grams_per_kwh", 0);
    return terms;
}
