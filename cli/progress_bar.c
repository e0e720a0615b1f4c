#include "cli/progress_bar.h"

#include "cli/bench.h"
#include "sim/civil_time.h"
#include "sim/scenario/utf8.h"
#include "sim/units.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Of the line: as wide as the terminal, at most 100; 80 where it does not say. The bar gets what the words leave. */
enum { MAX_COLUMNS = 100, USUAL_COLUMNS = 80, MIN_BAR = 5, MAX_BAR = 22 };
enum { NAME_COLUMNS = 24, SHORT_NAME_COLUMNS = 12, WORDS_COLUMNS = 60, TEXT_SIZE = 256 };

static const double TERMINAL_INTERVAL_SECONDS = 0.2;
static const double LINE_INTERVAL_SECONDS = 30;

hc_progress_bar hc_progress_bar_start(const char *name, bool is_quiet, hc_run_clock clock)
{
    double now = hc_stopwatch_read().wall_seconds;
    return (hc_progress_bar){
        .name = name,
        .is_terminal = isatty(STDERR_FILENO) == 1,
        .is_quiet = is_quiet,
        .clock = clock,
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

void hc_progress_bar_left(double elapsed, double share, char *out)
{
    double left = share > 0.01 ? elapsed * (1 - share) / share : 0;
    if (share <= 0.01) {
        out[0] = '\0';
        return;
    }
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, "   %d:%02d left", (int)left / 60, (int)left % 60);
}

static size_t count_columns(const hc_progress_bar *bar)
{
    struct winsize size = {0};
    if (!bar->is_terminal) {
        return MAX_COLUMNS;
    }
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) {
        return USUAL_COLUMNS - 1;
    }
    return size.ws_col > MAX_COLUMNS ? MAX_COLUMNS : size.ws_col - 1U; /* the last one may wrap */
}

/* "63 %   2026-04-18   41,022 jobs   3.1 M events/s   0:02 left" */
static void format_words(const hc_progress_bar *bar, const hc_progress *p, double elapsed,
                         char *out)
{
    char date[HC_CIVIL_TEXT_SIZE];
    char jobs[HC_UNIT_TEXT_SIZE];
    char left[HC_UNIT_TEXT_SIZE];
    double share = share_done(p);
    hc_run_clock_date(&bar->clock, p->now, date);
    hc_format_count((int64_t)(p->jobs.completed + p->jobs.rejected), jobs);
    hc_progress_bar_left(elapsed, share, left);
    (void)snprintf(out, TEXT_SIZE, "%3.0f %%   %s   %s jobs   %.1f M events/s%s", share * 100, date,
                   jobs, (double)p->event_count / elapsed / 1e6, left);
}

void hc_progress_bar_draw(double share, size_t columns, char *out)
{
    size_t filled = (size_t)(share * (double)columns);
    out[0] = '\0';
    if (columns >= MIN_BAR) {
        memset(out, ' ', columns + 3);
        memset(out + 1, '=', filled);
        out[0] = '[';
        out[1 + (filled < columns ? filled : columns - 1)] = '>';
        out[columns + 1] = ']';
        out[columns + 3] = '\0';
    }
}

/* Columns for the bar beside the words; they are mostly as wide as WORDS_COLUMNS, so that the bar keeps its width. */
static size_t bar_room(size_t columns, size_t name, size_t words)
{
    size_t taken = name + (words > WORDS_COLUMNS ? words : WORDS_COLUMNS) + 5;
    size_t room = columns > taken ? columns - taken : 0;
    return room < MAX_BAR ? room : MAX_BAR;
}

static void show(hc_progress_bar *bar, const hc_progress *p, double now)
{
    char words[TEXT_SIZE];
    char picture[MAX_BAR + 4];
    char line[sizeof picture + TEXT_SIZE];
    size_t columns = count_columns(bar);
    size_t name = strlen(bar->name) < NAME_COLUMNS ? strlen(bar->name) : NAME_COLUMNS;
    format_words(bar, p, now - bar->started, words);
    if (bar_room(columns, name, strlen(words)) < MIN_BAR && name > SHORT_NAME_COLUMNS) {
        name = SHORT_NAME_COLUMNS;
    }
    hc_progress_bar_draw(share_done(p), bar_room(columns, name, strlen(words)), picture);
    (void)snprintf(line, sizeof line, "%s%s", picture, words);
    (void)fprintf(stderr, "%s", bar->is_terminal ? "\r\033[K" : "");
    hc_utf8_show(stderr, bar->name, strlen(bar->name), name);
    (void)fprintf(stderr, "  ");
    hc_utf8_show(stderr, line, strlen(line), columns > name + 2 ? columns - name - 2 : 0);
    (void)fprintf(stderr, "%s", bar->is_terminal ? "" : "\n");
    (void)fflush(stderr);
    bar->is_shown = bar->is_terminal;
}

bool hc_progress_bar_is_due(const hc_progress_bar *bar)
{
    double interval = bar->is_terminal ? TERMINAL_INTERVAL_SECONDS : LINE_INTERVAL_SECONDS;
    return !bar->is_quiet && hc_stopwatch_read().wall_seconds - bar->last_shown >= interval;
}

void hc_progress_bar_show(hc_progress_bar *bar, const hc_progress *progress)
{
    bar->last_shown = hc_stopwatch_read().wall_seconds;
    show(bar, progress, bar->last_shown);
}

void hc_progress_bar_end(hc_progress_bar *bar)
{
    if (bar->is_shown) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
    }
}
