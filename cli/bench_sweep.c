#include "cli/bench.h"

#include "analysis/study/list_schedule.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "cli/rank_voice.h"
#include "mpi/sweep.h"
#include "sim/engine/random.h"
#include "sim/units.h"

#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_TASKS = 256, KEY_MEAN, KEY_SIGMA, KEY_ERROR, KEY_JSON };

typedef struct options {
    size_t task_count;
    double mean_seconds;
    double sigma;          /* of the logarithm of a task's time */
    double expected_sigma; /* of the logarithm of (expected / actual time) */
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"tasks", KEY_TASKS, "N", 0, "tasks (1,000)", 0},
    {"mean", KEY_MEAN, "SECONDS", 0, "mean time of a task (0.02)", 0},
    {"sigma", KEY_SIGMA, "X", 0, "standard deviation of the logarithm of the times (1)", 0},
    {"error", KEY_ERROR, "X", 0, "the same of expected / actual time (0.3)", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_TASKS:
        o->task_count = (size_t)hc_option_integer(state, "tasks", text, 1, 10000000);
        return 0;
    case KEY_MEAN:
        o->mean_seconds = hc_option_real(state, "mean", text, 1e-6, 1000);
        return 0;
    case KEY_SIGMA:
        o->sigma = hc_option_real(state, "sigma", text, 0, 5);
        return 0;
    case KEY_ERROR:
        o->expected_sigma = hc_option_real(state, "error", text, 0, 5);
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The tasks, in the order of their expected times, the longest first. */
typedef struct tasks {
    double *expected;
    double *actual;
    hc_sweep *sweep;
    double worked_seconds; /* by this rank, as its clock says */
} tasks;

/* Box and Muller. */
static double draw_normal(hc_random *random)
{
    double radius = sqrt(-2 * log(hc_random_uniform(random)));
    return radius * cos(2 * M_PI * hc_random_uniform(random));
}

static int compare(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (x[0] < y[0]) - (x[0] > y[0]);
}

/* The same on all ranks. */
static int make_tasks(tasks *t, const options *o, hc_error *error)
{
    hc_random random = hc_random_stream(1, 0, HC_RANDOM_BENCH);
    double *pairs = calloc(o->task_count, 2 * sizeof *pairs);
    t->expected = calloc(o->task_count, sizeof *t->expected);
    t->actual = calloc(o->task_count, sizeof *t->actual);
    if (pairs == NULL || t->expected == NULL || t->actual == NULL) {
        free(pairs);
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < o->task_count; i++) {
        double median = o->mean_seconds * exp(-o->sigma * o->sigma / 2);
        pairs[2 * i + 1] = median * exp(o->sigma * draw_normal(&random));
        pairs[2 * i] = pairs[2 * i + 1] * exp(o->expected_sigma * draw_normal(&random));
    }
    qsort(pairs, o->task_count, 2 * sizeof *pairs, compare);
    for (size_t i = 0; i < o->task_count; i++) {
        t->expected[i] = pairs[2 * i];
        t->actual[i] = pairs[2 * i + 1];
    }
    free(pairs);
    return 0;
}

/* Works for as long as the task says, and looks at MPI as often as a simulation does. */
static int spin(void *self, size_t task, hc_error *error)
{
    static const double POLL_SECONDS = 0.002;
    tasks *t = self;
    double begin = hc_stopwatch_read().wall_seconds;
    double now = begin;
    double polled = begin;
    (void)error;
    while (now - begin < t->actual[task]) {
        if (now - polled >= POLL_SECONDS) {
            hc_sweep_poll(t->sweep);
            polled = now;
        }
        now = hc_stopwatch_read().wall_seconds;
    }
    t->worked_seconds += now - begin;
    return 0;
}

/* What was measured, the same on all ranks. */
typedef struct outcome {
    double wall_seconds;
    double worked_seconds; /* by all ranks */
    uint32_t rank_count;
    double efficiency;
} outcome;

static int measure(tasks *t, const options *o, const hc_ranks *ranks, outcome *out, hc_error *error)
{
    const hc_sweep_work work = {.self = t, .run = spin};
    uint64_t worked = 0;
    double begin = 0;
    if (hc_sweep_create(&t->sweep, ranks, error) < 0) {
        return -1;
    }
    hc_ranks_wait(ranks);
    begin = hc_stopwatch_read().wall_seconds;
    (void)hc_sweep_run(t->sweep, &work, o->task_count, t->expected, error);
    out->wall_seconds = hc_stopwatch_read().wall_seconds - begin;
    hc_sweep_destroy(t->sweep);
    worked = (uint64_t)(t->worked_seconds * 1e9);
    hc_ranks_sum(ranks, &worked, 1);
    out->worked_seconds = (double)worked * 1e-9;
    out->rank_count = hc_ranks_count(ranks);
    out->efficiency = out->worked_seconds / (out->wall_seconds * out->rank_count);
    return 0;
}

static int print_schedules(const tasks *t, const options *o, uint32_t rank_count, json_t *rows)
{
    const uint32_t ranks[] = {rank_count, 64, 1024};
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        hc_list_schedule schedule;
        hc_error error = HC_ERROR_NONE;
        if (hc_list_schedule_make(&schedule, t->expected, t->actual, o->task_count, ranks[i],
                                  &error) < 0) {
            return hc_print_error(&error);
        }
        if (!o->is_json) {
            printf(
                "  simulated %5u ranks  %8.3f s  efficiency %.3f   no schedule is below %.3f s\n",
                ranks[i], schedule.makespan_seconds, schedule.efficiency, schedule.least_seconds);
        }
        (void)json_array_append_new(
            rows, json_pack("{s:I, s:f, s:f, s:f}", "ranks", (json_int_t)ranks[i], "seconds",
                            schedule.makespan_seconds, "efficiency", schedule.efficiency,
                            "least_seconds", schedule.least_seconds));
    }
    return HC_EXIT_OK;
}

static int print(const tasks *t, const options *o, const outcome *out)
{
    json_t *object =
        json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:[]}", "schema", "hindcast-bench-sweep-1",
                  "tasks", (json_int_t)o->task_count, "ranks", (json_int_t)out->rank_count,
                  "seconds", out->wall_seconds, "task_seconds", out->worked_seconds, "efficiency",
                  out->efficiency, "simulated");
    int code = HC_EXIT_OK;
    if (!o->is_json) {
        printf("%zu tasks of %g s in the mean (lognormal, sigma %g), expected within sigma %g\n",
               o->task_count, o->mean_seconds, o->sigma, o->expected_sigma);
        printf("  measured  %5u rank%s  %8.3f s  efficiency %.3f\n", out->rank_count,
               out->rank_count == 1 ? " " : "s", out->wall_seconds, out->efficiency);
    }
    code = print_schedules(t, o, out->rank_count, json_object_get(object, "simulated"));
    if (o->is_json && code == HC_EXIT_OK) {
        return hc_print_json(object);
    }
    json_decref(object);
    return code;
}

static int carry_out(const options *o, const hc_ranks *ranks)
{
    tasks t = {.worked_seconds = 0};
    outcome out = {.rank_count = 0};
    hc_error error = HC_ERROR_NONE;
    int code = hc_rank_voice_agree(ranks, make_tasks(&t, o, &error), &error);
    if (code == HC_EXIT_OK) {
        code = hc_rank_voice_agree(ranks, measure(&t, o, ranks, &out, &error), &error);
    }
    if (code == HC_EXIT_OK) {
        code = print(&t, o, &out);
    }
    free(t.expected);
    free(t.actual);
    return code;
}

int hc_bench_sweep(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc = "Uneven tasks shared among the ranks, beside what a list schedule would take."};
    options o = {.task_count = 1000, .mean_seconds = 0.02, .sigma = 1, .expected_sigma = 0.3};
    hc_ranks *ranks = NULL;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (hc_ranks_start(&ranks, &error) < 0) {
        return hc_print_error(&error);
    }
    code = carry_out(&o, ranks);
    hc_ranks_stop(ranks);
    return code;
}
