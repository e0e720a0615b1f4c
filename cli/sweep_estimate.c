#include "cli/sweep.h"

#include "analysis/study/list_schedule.h"
#include "cli/bench.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/signals.h"
#include "cli/study_bar.h"
#include "cli/study_costs.h"
#include "cli/study_rounds.h"
#include "cli/study_run.h"
#include "cli/study_values.h"
#include "cli/sweep_table.h"
#include "sim/units.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIZE_TEXT = 512 };

static const double LOOK_SECONDS = 2;

/* A look at one run: how far it came in a short time. */
typedef struct look {
    double deadline; /* 0: the simulation has not begun */
    double share;    /* of the span of submissions that is behind it */
} look;

static bool watch(void *self, const hc_progress *p)
{
    look *l = self;
    double now = hc_stopwatch_read().wall_seconds;
    if (l->deadline == 0) {
        l->deadline = now + LOOK_SECONDS;
    }
    if (p->last_submit != HC_TIME_MISSING && p->last_submit > p->begin) {
        l->share = (double)(p->now - p->begin) / (double)(p->last_submit - p->begin);
    }
    return now < l->deadline && hc_signal_pending() == 0;
}

/* What is expected. */
typedef struct estimate {
    double *seconds; /* per run */
    size_t count;    /* runs to be made */
    double longest;  /* of one run */
    double total;
    long memory_bytes;
    bool is_extrapolated; /* the run was not seen to its end */
    size_t run;           /* that was looked at */
} estimate;

/* Seconds of the run that was looked at, as far as its first stretch tells. */
static int look_at(estimate *e, const hc_study_setup *setup, const char *scratch, double *seconds,
                   hc_error *error)
{
    look l = {.deadline = 0};
    hc_study_run_options options = {
        .run = e->run, .scratch = scratch, .watch = watch, .watcher = &l};
    hc_study_run_outcome outcome;
    if (hc_study_run_make(&outcome, setup, &options, error) < 0) {
        return -1;
    }
    if (outcome.is_failed) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "run %zu failed: %s", e->run, outcome.error);
    }
    e->is_extrapolated = outcome.is_stopped;
    e->memory_bytes = hc_peak_rss_bytes();
    *seconds = outcome.wall_seconds;
    if (outcome.is_stopped && l.share > 0) {
        *seconds = outcome.build_seconds +
                   (outcome.wall_seconds - outcome.build_seconds) / (l.share < 1 ? l.share : 1);
    }
    return 0;
}

static size_t list_missing(const hc_sweep_table *table, size_t *runs)
{
    size_t count = 0;
    for (size_t i = 0; i < table->run_count; i++) {
        if (table->states[i] == HC_STUDY_SKIPPED) {
            runs[count++] = i;
        }
    }
    return count;
}

/* Guesses are brought to seconds by the look, or by what has finished. */
static int fill(estimate *e, const hc_study_setup *setup, const hc_sweep_table *table,
                const char *scratch, double *costs, size_t *runs, hc_error *error)
{
    double seconds = 0;
    double scale = 1;
    e->count = list_missing(table, runs);
    if (e->count == 0) {
        return 0;
    }
    hc_study_costs_refine(costs, costs, setup, table);
    hc_study_costs_order(runs, e->count, costs, setup);
    e->run = runs[0];
    if (look_at(e, setup, scratch, &seconds, error) < 0) {
        return -1;
    }
    if (table->ok_count == 0) {
        scale = seconds / costs[hc_study_run_point(setup, runs[0])];
    }
    for (size_t i = 0; i < e->count; i++) {
        e->seconds[i] = costs[hc_study_run_point(setup, runs[i])] * scale;
        e->total += e->seconds[i];
        e->longest = e->seconds[i] > e->longest ? e->seconds[i] : e->longest;
    }
    return 0;
}

static int make_estimate(estimate *e, const hc_study_setup *setup, const char *name,
                         hc_error *error)
{
    size_t run_count = hc_design_run_count(setup->design);
    hc_sweep_table table;
    double *costs = calloc(hc_design_point_count(setup->design), sizeof *costs);
    size_t *runs = calloc(run_count, sizeof *runs);
    char *scratch = hc_study_scratch_name(name, "dry-run");
    int status = -1;
    e->seconds = calloc(run_count, sizeof *e->seconds);
    if (costs == NULL || runs == NULL || scratch == NULL || e->seconds == NULL) {
        (void)hc_error_memory(error);
    } else if (hc_sweep_table_read(&table, setup, name, error) == 0) {
        if (hc_study_costs_guess(costs, setup, error) == 0) {
            status = fill(e, setup, &table, scratch, costs, runs, error);
        }
        hc_sweep_table_free(&table);
    }
    free(costs);
    free(runs);
    free(scratch);
    return status;
}

static void format_seconds(double seconds, char *out)
{
    if (seconds < 60) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%.2g s", seconds);
    } else {
        hc_format_duration((hc_time)(seconds * 1e9), out);
    }
}

static void print_schedule(const estimate *e, uint32_t rank_count)
{
    hc_list_schedule schedule;
    char text[HC_UNIT_TEXT_SIZE];
    hc_error error = HC_ERROR_NONE;
    if (hc_list_schedule_make(&schedule, e->seconds, e->seconds, e->count, rank_count, &error) <
        0) {
        return;
    }
    format_seconds(schedule.makespan_seconds, text);
    printf("  %6u rank%s %-12s efficiency %.2f\n", rank_count, rank_count == 1 ? " " : "s", text,
           schedule.efficiency);
}

static void print_text(const estimate *e, const hc_study_setup *setup, uint32_t rank_count)
{
    static const uint32_t RANKS[] = {1, 16, 64, 256, 1024};
    char size[SIZE_TEXT];
    char total[HC_UNIT_TEXT_SIZE];
    char longest[HC_UNIT_TEXT_SIZE];
    hc_study_write_size(setup, size, sizeof size);
    format_seconds(e->total, total);
    format_seconds(e->longest, longest);
    printf("%s: %s, %zu of them to be made\n", setup->definition.name, size, e->count);
    if (e->count == 0) {
        return;
    }
    printf("  work        %s of one core; the longest run %s (%s run %zu)\n", total, longest,
           e->is_extrapolated ? "extrapolated from 2 s of" : "measured on", e->run);
    printf("  memory      %s%.0f MiB per rank\n", e->is_extrapolated ? "at least " : "",
           (double)e->memory_bytes / 1048576);
    for (size_t i = 0; i < sizeof RANKS / sizeof RANKS[0] && rank_count == 1; i++) {
        print_schedule(e, RANKS[i]);
    }
    if (rank_count > 1) {
        print_schedule(e, rank_count);
    }
}

static int print_json(const estimate *e, const hc_study_setup *setup, uint32_t rank_count)
{
    hc_list_schedule schedule;
    hc_error error = HC_ERROR_NONE;
    if (hc_list_schedule_make(&schedule, e->seconds, e->seconds, e->count, rank_count, &error) <
        0) {
        return hc_print_error(&error);
    }
    return hc_print_json(json_pack(
        "{s:s, s:s, s:I, s:I, s:f, s:f, s:I, s:b, s:I, s:f}", "schema", "hindcast-sweep-estimate-1",
        "name", setup->definition.name, "runs", (json_int_t)hc_design_run_count(setup->design),
        "to_be_made", (json_int_t)e->count, "work_s", e->total, "longest_run_s", e->longest,
        "memory_bytes_per_rank", (json_int_t)e->memory_bytes, "extrapolated",
        e->is_extrapolated ? 1 : 0, "ranks", (json_int_t)rank_count, "wall_s",
        schedule.makespan_seconds));
}

int hc_sweep_estimate(const hc_sweep_options *o, const hc_study_setup *setup, uint32_t rank_count)
{
    estimate e = {.count = 0};
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (hc_study_values_check(setup, &error) < 0 || make_estimate(&e, setup, o->out, &error) < 0) {
        code = hc_print_error(&error);
    } else if (hc_signal_pending() != 0) {
        (void)fprintf(stderr, "hindcast sweep: stopped by a signal before it had seen enough\n");
        code = 128 + hc_signal_pending();
    } else if (o->is_json) {
        code = print_json(&e, setup, rank_count);
    } else {
        print_text(&e, setup, rank_count);
    }
    free(e.seconds);
    return code;
}
