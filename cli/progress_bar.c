#include "cli/progress_bar.h"

#include "cli/bench.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_COLUMNS = 22 };

static const double TERMINAL_INTERVAL_SECONDS = 0.2;
static const double LINE_INTERVAL_SECONDS = 30;

hc_progress_bar hc_progress_bar_start(const char *name, bool is_quiet, bool is_dated,
                                      int64_t zero_seconds)
{
    double now = hc_stopwatch_read().wall_seconds;
    return (hc_progress_bar){
        .name = name,
        .is_terminal = isatty(STDERR_FILENO) == 1,
        .is_quiet = is_quiet,
        .is_dated = is_dated,
        .zero_seconds = zero_seconds,
        .started = now,
        .last_shown = now,
    };
}

/* Share of the span of submissions that is behind us; what comes after the last is short. */
static double share_done(const hc_progress *p)
{
    double span = 0;
    if (p->last_submit == HC_TIME_MISSING || p->last_submit <= p->begin) {
        return 0;
    }
    span = (double)(p->last_submit - p->begin);
    return p->now >= p->last_submit ? 1 : (double)(p->now - p->begin) / span;
}

static void format_time(const hc_progress_bar *bar, hc_time time, char *out)
{
    if (bar->is_dated) {
        hc_format_date(time + bar->zero_seconds * HC_SECOND, out);
    } else {
        (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "day %lld", (long long)(time / HC_DAY));
    }
}

static void format_left(double elapsed, double share, char *out)
{
    double left = share > 0.01 ? elapsed * (1 - share) / share : 0;
    if (share <= 0.01) {
        out[0] = '\0';
        return;
    }
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, "   %d:%02d left", (int)left / 60, (int)left % 60);
}

static void show(hc_progress_bar *bar, const hc_progress *p, double now)
{
    char date[HC_CIVIL_TEXT_SIZE];
    char jobs[HC_UNIT_TEXT_SIZE];
    char left[HC_UNIT_TEXT_SIZE];
    char line[BAR_COLUMNS + 1];
    double share = share_done(p);
    double elapsed = now - bar->started;
    int filled = (int)(share * BAR_COLUMNS);
    memset(line, ' ', sizeof line);
    memset(line, '=', (size_t)filled);
    line[filled < BAR_COLUMNS ? filled : BAR_COLUMNS - 1] = '>';
    line[BAR_COLUMNS] = '\0';
    format_time(bar, p->now, date);
    hc_format_count((int64_t)(p->jobs.completed + p->jobs.rejected), jobs);
    format_left(elapsed, share, left);
    (void)fprintf(stderr, "%s%.24s  [%s] %3.0f %%   %s   %s jobs   %.1f M events/s%s%s",
                  bar->is_terminal ? "\r\033[K" : "", bar->name, line, share * 100, date, jobs,
                  (double)p->event_count / elapsed / 1e6, left, bar->is_terminal ? "" : "\n");
    (void)fflush(stderr);
    bar->is_shown = bar->is_terminal;
}

void hc_progress_bar_update(hc_progress_bar *bar, const hc_progress *progress)
{
    double interval = bar->is_terminal ? TERMINAL_INTERVAL_SECONDS : LINE_INTERVAL_SECONDS;
    double now = hc_stopwatch_read().wall_seconds;
    if (!bar->is_quiet && now - bar->last_shown >= interval) {
        bar->last_shown = now;
        show(bar, progress, now);
    }
}

void hc_progress_bar_end(hc_progress_bar *bar)
{
    if (bar->is_shown) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
    }
}
