#include "cli/commands.h"

#include "cli/number_option.h"
#include "cli/options.h"
#include "cli/plan_output.h"
#include "cli/rank_voice.h"
#include "sim/units.h"

#include <argp.h>
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_GPUS = HC_OPTION_FIRST_OWN,
    KEY_BUDGET,
    KEY_DEADLINE,
    KEY_CARBON,
    KEY_TOP,
    KEY_BY,
    KEY_PROFILE,
};

typedef struct plan_arguments {
    const char *path;
    const char *gpus; /* NULL: those of the job */
    const char *profile;
    hc_plan_limits limits;
    hc_plan_order order;
    size_t top;
    bool is_json;
    const char *overrides[HC_MAX_OVERRIDES];
    size_t override_count;
} plan_arguments;

static const struct argp_option OPTIONS[] = {
    {"gpus", KEY_GPUS, "LIST", 0,
     "kinds and counts: H100-SXM:512,A100:64-1024,H200 (those of the job)", 0},
    {"budget", KEY_BUDGET, "USD", 0, "most that the run may cost, such as \"500k USD\"", 0},
    {"deadline", KEY_DEADLINE, "TIME", 0, "longest that the run may take, such as 60d", 0},
    {"carbon", KEY_CARBON, "MASS", 0, "most CO2 that it may give off, such as 100t", 0},
    {"by", KEY_BY, "WHAT", 0, "what is best first: days (default), dollars or carbon", 0},
    {"top", KEY_TOP, "N", 0, "plans shown (10)", 0},
    {"profile", KEY_PROFILE, "NAME", 0,
     "efficiency profile or a file with one (the one for the kind of GPU)", 0},
    {"set", HC_OPTION_SET, "KEY=VALUE", 0, "replace a key of the job; may be repeated", 0},
    {"json", HC_OPTION_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

typedef struct suffix {
    const char *text;
    double factor;
} suffix;

/* A number with one of the suffixes behind it, blanks between. @return 0: it is none */
static double read_amount(const char *text, const suffix *suffixes, size_t count)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) {
        return 0;
    }
    end += strspn(end, " ");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(end, suffixes[i].text) == 0 && isfinite(value * suffixes[i].factor)) {
            return value * suffixes[i].factor;
        }
    }
    return 0;
}

static double read_dollars(const char *text, const struct argp_state *state)
{
    static const suffix UNITS[] = {{"", 1},        {"USD", 1},    {"k", 1e3},
                                   {"k USD", 1e3}, {"M", 1e6},    {"M USD", 1e6},
                                   {"kUSD", 1e3},  {"MUSD", 1e6}, {"B USD", 1e9}};
    double dollars = read_amount(text, UNITS, sizeof UNITS / sizeof UNITS[0]);
    if (dollars <= 0) {
        argp_error(state, "--budget: expected dollars above 0 such as \"500k USD\", got \"%s\"",
                   text);
    }
    return dollars;
}

static double read_mass(const char *text, const struct argp_state *state)
{
    static const suffix UNITS[] = {{"kg", 1}, {"t", 1e3}, {"kt", 1e6}};
    double kg = read_amount(text, UNITS, sizeof UNITS / sizeof UNITS[0]);
    if (kg <= 0) {
        argp_error(state, "--carbon: expected a mass above 0 such as 800kg or 100t, got \"%s\"",
                   text);
    }
    return kg;
}

static double read_time(const char *text, const struct argp_state *state)
{
    hc_time time = 0;
    if (hc_parse_duration(text, &time) < 0 || time <= 0) {
        argp_error(state, "--deadline: expected a duration above 0 such as 60d, got \"%s\"", text);
    }
    return (double)time / (double)HC_SECOND;
}

static hc_plan_order read_order(const char *text, const struct argp_state *state)
{
    static const char *const NAMES[] = {"days", "dollars", "carbon"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(text, NAMES[i]) == 0) {
            return (hc_plan_order)i;
        }
    }
    argp_error(state, "--by: expected days, dollars or carbon, got \"%s\"", text);
    return HC_PLAN_BY_DAYS;
}

static error_t take_path(plan_arguments *a, const char *text, struct argp_state *state)
{
    if (a->path != NULL) {
        argp_error(state, "one job at a time");
    }
    a->path = text;
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    plan_arguments *a = state->input;
    switch (key) {
    case KEY_GPUS:
        a->gpus = text;
        return 0;
    case KEY_BUDGET:
        a->limits.dollars = read_dollars(text, state);
        return 0;
    case KEY_DEADLINE:
        a->limits.seconds = read_time(text, state);
        return 0;
    case KEY_CARBON:
        a->limits.kg_co2 = read_mass(text, state);
        return 0;
    case KEY_BY:
        a->order = read_order(text, state);
        return 0;
    case KEY_TOP:
        a->top = (size_t)hc_option_integer(state, "top", text, 1, 10000);
        return 0;
    case KEY_PROFILE:
        a->profile = text;
        return 0;
    case HC_OPTION_SET:
        if (a->override_count == HC_MAX_OVERRIDES) {
            argp_error(state, "--set: at most %d times", HC_MAX_OVERRIDES);
        }
        a->overrides[a->override_count++] = text;
        return 0;
    case HC_OPTION_JSON:
        a->is_json = true;
        return 0;
    case ARGP_KEY_ARG:
        return take_path(a, text, state);
    case ARGP_KEY_END:
        if (a->path == NULL) {
            argp_error(state, "which job?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool has_limits(const hc_plan_limits *limits)
{
    return limits->dollars > 0 || limits->seconds > 0 || limits->kg_co2 > 0;
}

static int check(const plan_arguments *a, const hc_training_job *job, hc_error *error)
{
    if (hc_value_get(job->root, "plan.global_batch") == NULL) {
        return hc_value_error(job->root, error,
                              "plan.global_batch: needed; how many sequences a step learns from is "
                              "not for a search to choose");
    }
    if (has_limits(&a->limits) && job->tokens == 0 && job->steps == 0) {
        return hc_value_error(job->root, error,
                              "tokens or steps: needed for --budget, --deadline and --carbon");
    }
    if (job->stage_kind_count > 0) {
        return hc_value_error(hc_value_get(job->root, "stages"), error,
                              "plans are searched on one kind of GPU at a time; gpu or --gpus");
    }
    if (a->gpus == NULL && job->accelerator == NULL) {
        return hc_value_error(job->root, error, "gpu: needed, or --gpus");
    }
    return 0;
}

static int print(const plan_arguments *a, const hc_training_job *job, const hc_plan_offers *offers,
                 hc_error *error)
{
    hc_plan_list list;
    int code = HC_EXIT_OK;
    if (hc_plan_list_make(&list, job, offers, a->order, a->top, error) < 0) {
        code = hc_print_error(error);
    } else if (a->is_json) {
        code = hc_plan_list_print_json(&list);
    } else {
        hc_plan_list_print(&list);
    }
    hc_plan_list_release(&list);
    return code;
}

static int search(const plan_arguments *a, const hc_training_job *job, const hc_ranks *ranks)
{
    hc_plan_offers offers;
    hc_error error = HC_ERROR_NONE;
    const char *gpus = a->gpus;
    int status = 0;
    int code = HC_EXIT_OK;
    if (gpus == NULL) {
        assert(job->accelerator != NULL); /* it was checked */
        gpus = job->accelerator->name;
    }
    status = hc_plan_offers_read(&offers, gpus, job, a->top, &error);
    if (status == 0) {
        status = hc_plan_offers_check_limits(&offers, &a->limits, &error);
    }
    code = hc_rank_voice_agree(ranks, status, &error);
    if (code == HC_EXIT_OK) {
        status = hc_plan_offers_search(&offers, job, &a->limits, ranks, &error);
        code = status < 0 ? hc_rank_voice_fail(ranks, &error) : HC_EXIT_OK;
    }
    if (code == HC_EXIT_OK && hc_ranks_rank(ranks) == 0) {
        code = print(a, job, &offers, &error);
    }
    hc_plan_offers_release(&offers);
    return code;
}

static int open_job(const plan_arguments *a, const hc_ranks *ranks, hc_training_job *out,
                    hc_error *error)
{
    if (hc_ranks_count(ranks) > 1 && strcmp(a->path, "-") == 0) {
        *out = (hc_training_job){.scenario = NULL};
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected a job in a file, found - (standard input), which each of the "
                            "ranks would read");
    }
    return hc_training_job_open(out, a->path, a->overrides, a->override_count, a->profile, error) <
                       0 ||
                   check(a, out, error) < 0
               ? -1
               : 0;
}

static int carry_out(const plan_arguments *a, const hc_ranks *ranks)
{
    hc_training_job job;
    hc_error error = HC_ERROR_NONE;
    int status = open_job(a, ranks, &job, &error);
    int code = HC_EXIT_OK;
    code = hc_rank_voice_agree(ranks, status, &error);
    if (code == HC_EXIT_OK) {
        code = search(a, &job, ranks);
    }
    hc_training_job_close(&job);
    return code;
}

int hc_command_plan(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "JOB",
        .doc = "Finds the best ways to split a model over GPUs, also of several kinds and counts, "
               "on all ranks that mpirun has started.\vWhat the job's plan says of precision, "
               "tuning, overlap and batch stays; how it is split is searched for. docs/estimate.md "
               "explains the columns."};
    plan_arguments a = {.top = 10};
    hc_ranks *ranks = NULL;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &a) != 0) {
        return HC_EXIT_USAGE;
    }
    if (hc_ranks_start(&ranks, &error) < 0) {
        return hc_print_error(&error);
    }
    code = carry_out(&a, ranks);
    hc_ranks_wait(ranks);
    hc_ranks_stop(ranks);
    return code;
}
