#include "cli/study_bar.h"

#include "cli/bench.h"
#include "cli/progress_bar.h"
#include "sim/scenario/utf8.h"
#include "sim/units.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_TEXT = 512, BAR_COLUMNS = 20 };

static const double TERMINAL_INTERVAL_SECONDS = 0.2;
static const double LINE_INTERVAL_SECONDS = 30;

/* Adds text behind what is there. */
static void add(char *out, size_t size, const char *text)
{
    size_t length = strlen(out);
    (void)snprintf(out + length, size - length, "%s", text);
}

static void add_factor(char *out, size_t size, size_t count, const char *name)
{
    char number[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)count, number);
    add(out, size, number);
    add(out, size, " ");
    add(out, size, name);
}

void hc_study_write_size(const hc_study_setup *setup, char *out, size_t size)
{
    const hc_study_definition *d = &setup->definition;
    size_t points = hc_design_point_count(setup->design);
    bool is_grid = d->sample_method == HC_SAMPLE_NONE &&
                   points == hc_design_candidate_count(setup->design) && d->axis_count > 0;
    out[0] = '\0';
    add_factor(out, size, hc_design_run_count(setup->design),
               hc_design_run_count(setup->design) == 1 ? "run = " : "runs = ");
    for (size_t i = 0; i < d->axis_count && is_grid; i++) {
        add_factor(out, size, d->axes[i].value_count, d->variables[d->axes[i].first_variable].name);
        add(out, size, " x ");
    }
    if (!is_grid) {
        add_factor(out, size, points, points == 1 ? "point x " : "points x ");
    }
    add_factor(out, size, d->repetition_count,
               d->repetition_count == 1 ? "repetition" : "repetitions");
}

hc_study_bar hc_study_bar_start(const hc_study_setup *setup, uint32_t rank_count,
                                size_t known_count, bool is_quiet)
{
    double now = hc_stopwatch_read().wall_seconds;
    char text[SIZE_TEXT];
    hc_study_write_size(setup, text, sizeof text);
    if (!is_quiet) {
        bool is_search =
            setup->definition.optimize.method != HC_SEARCH_OFF || setup->definition.stop.is_given;
        hc_utf8_show(stderr, setup->definition.name, strlen(setup->definition.name), SIZE_MAX);
        (void)fprintf(stderr, ": %s%s, longest expected first, on %u rank%s\n",
                      is_search ? "at most " : "", text, rank_count, rank_count == 1 ? "" : "s");
        if (known_count > 0) {
            (void)fprintf(stderr, "goes on: %zu runs are finished already\n", known_count);
        }
    }
    return (hc_study_bar){.is_terminal = isatty(STDERR_FILENO) == 1,
                          .is_quiet = is_quiet,
                          .started = now,
                          .last_shown = now};
}

void hc_study_bar_begin_round(hc_study_bar *bar)
{
    bar->started = hc_stopwatch_read().wall_seconds;
}

static void show(hc_study_bar *bar, const hc_sweep_progress *p, double now)
{
    char picture[BAR_COLUMNS + 4];
    char failed[HC_UNIT_TEXT_SIZE] = "";
    char left[HC_UNIT_TEXT_SIZE];
    hc_progress_bar_draw(p->finished_share, BAR_COLUMNS, picture);
    hc_progress_bar_left(now - bar->started, p->finished_share, left);
    if (p->failed_count > 0) {
        (void)snprintf(failed, sizeof failed, "   %zu failed", p->failed_count);
    }
    (void)fprintf(stderr, "%s%s%3.0f %%   %zu of %zu runs%s%s%s",
                  bar->is_terminal ? "\r\033[K" : "", picture, p->finished_share * 100,
                  p->finished_count, p->task_count, failed, left, bar->is_terminal ? "" : "\n");
    (void)fflush(stderr);
    bar->is_shown = bar->is_terminal;
}

void hc_study_bar_update(hc_study_bar *bar, const hc_sweep_progress *progress)
{
    double interval = bar->is_terminal ? TERMINAL_INTERVAL_SECONDS : LINE_INTERVAL_SECONDS;
    double now = hc_stopwatch_read().wall_seconds;
    if (!bar->is_quiet && now - bar->last_shown >= interval) {
        bar->last_shown = now;
        show(bar, progress, now);
    }
}

void hc_study_bar_end(hc_study_bar *bar)
{
    if (bar->is_shown) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
    }
}
