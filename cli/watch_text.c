#include "cli/watch_text.h"

#include "analysis/metrics.h"
#include "analysis/sparkline.h"
#include "cli/progress_bar.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 12, VALUE_COLUMNS = 9, BESIDE_COLUMNS = 18, MIN_BAR = 8, PART_SIZE = 64 };

static const double SILENCE_SECONDS = 5;

/* What the lines are made from. */
typedef struct source {
    hc_watch_text *out;
    const hc_watch_style *style;
    hc_live_view view;
    const hc_live_series *series;
    hc_live_point *points; /* HC_LIVE_POINTS of them; NULL: no bars */
} source;

static void add(source *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(source *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(s->out->lines[s->out->count++], HC_WATCH_LINE_SIZE, format, arguments);
    va_end(arguments);
}

static const char *count_text(uint64_t value, char out[HC_UNIT_TEXT_SIZE])
{
    hc_format_count(value > INT64_MAX ? INT64_MAX : (int64_t)value, out);
    return out;
}

static void percent_text(double share, char *out)
{
    if (isnan(share)) {
        (void)snprintf(out, PART_SIZE, "-");
    } else {
        (void)snprintf(out, PART_SIZE, "%.1f %%", share * 100);
    }
}

/* "4,871.3" */
static void amount_text(double value, int decimals, char *out)
{
    char whole[HC_UNIT_TEXT_SIZE];
    char fraction[PART_SIZE];
    if (!(value < 1e15)) {
        (void)snprintf(out, PART_SIZE, "%.4g", value);
        return;
    }
    (void)snprintf(fraction, sizeof fraction, "%.*f", decimals, value);
    hc_format_count((int64_t)strtoll(fraction, NULL, 10), whole);
    (void)snprintf(out, PART_SIZE, "%.40s%s", whole, decimals == 0 ? "" : strchr(fraction, '.'));
}

static void speed_text(double per_second, char *out)
{
    if (isnan(per_second)) {
        (void)snprintf(out, PART_SIZE, "- events/s");
    } else if (per_second >= 1e6) {
        (void)snprintf(out, PART_SIZE, "%.1f M events/s", per_second / 1e6);
    } else if (per_second >= 1e4) {
        (void)snprintf(out, PART_SIZE, "%.0f k events/s", per_second / 1e3);
    } else {
        (void)snprintf(out, PART_SIZE, "%.0f events/s", per_second);
    }
}

static void instant_text(const hc_live_view *view, char *out)
{
    if (view->now == HC_TIME_MISSING) {
        (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "-");
    } else {
        hc_run_clock_instant(&view->clock, view->now, out);
    }
}

/* Bars of eight heights in ASCII. */
static void flatten(char *bars)
{
    static const char HEIGHTS[] = "_.-=+*%#";
    char *to = bars;
    for (const char *from = bars; *from != '\0';) {
        bool is_bar = (unsigned char)*from == 0xe2; /* U+2581 .. U+2588 */
        *to++ = is_bar ? HEIGHTS[((unsigned char)from[2] - 0x81) & 7] : *from;
        from += is_bar ? 3 : 1;
    }
    *to = '\0';
}

static size_t bar_columns(const source *s)
{
    size_t taken = LABEL_COLUMNS + VALUE_COLUMNS + 2;
    size_t room = s->style->columns > taken ? s->style->columns - taken : 0;
    room = room >= BESIDE_COLUMNS + 2 * MIN_BAR ? room - BESIDE_COLUMNS : room;
    return room > HC_SPARKLINE_WIDTH ? HC_SPARKLINE_WIDTH : room;
}

static void draw_bars(const source *s, size_t count, double maximum, char *out)
{
    double means[HC_SPARKLINE_WIDTH];
    size_t columns = bar_columns(s);
    out[0] = '\0';
    if (columns < MIN_BAR || count == 0 || s->view.now == HC_TIME_MISSING ||
        s->view.now <= s->series->origin) {
        return;
    }
    hc_live_points_means(s->points, count, s->series->origin, s->view.now, columns, means);
    hc_sparkline(means, columns, maximum, columns, out);
    if (!s->style->is_utf8) {
        flatten(out);
    }
}

static void add_utilization(source *s)
{
    char bars[HC_SPARKLINE_SIZE] = "";
    char now[PART_SIZE];
    char so_far[PART_SIZE];
    percent_text(s->view.utilization, now);
    percent_text(s->view.utilization_so_far, so_far);
    if (s->points != NULL) {
        draw_bars(s, hc_live_series_utilization(s->series, s->points), 1, bars);
    }
    add(s, "%-*s%*s  %s%s%s so far", LABEL_COLUMNS, "utilisation", VALUE_COLUMNS, now, bars,
        bars[0] == '\0' ? "" : "  ", so_far);
}

static void add_jobs_over_time(source *s, const char *label, hc_live_channel channel, uint64_t now)
{
    char bars[HC_SPARKLINE_SIZE] = "";
    char value[HC_UNIT_TEXT_SIZE];
    char most[HC_UNIT_TEXT_SIZE] = "";
    if (s->points != NULL) {
        size_t count = hc_live_series_points(s->series, channel, s->points);
        double highest = hc_live_points_highest(s->points, count);
        draw_bars(s, count, highest, bars);
        (void)count_text((uint64_t)highest, most);
    }
    add(s, "%-*s%*s  %s%sat most %s", LABEL_COLUMNS, label, VALUE_COLUMNS, count_text(now, value),
        bars, bars[0] == '\0' ? "" : "  ", most);
}

static void add_title(source *s)
{
    const hc_live_view *v = &s->view;
    if (!v->is_known) {
        add(s, "%s: waiting for a publisher (%.0f s)", s->style->endpoint,
            floor(s->style->waited_seconds));
    } else {
        add(s, "%s   policy %s   run %.8s", v->name, v->policy, v->run);
    }
}

static void add_progress(source *s)
{
    enum { BAR_LIMIT = 40, WORDS_COLUMNS = 32 };
    char picture[BAR_LIMIT + 4] = "";
    char at[HC_CIVIL_TEXT_SIZE];
    size_t room = s->style->columns > WORDS_COLUMNS ? s->style->columns - WORDS_COLUMNS : 0;
    instant_text(&s->view, at);
    if (isnan(s->view.progress)) {
        add(s, "%-*s%s", LABEL_COLUMNS, "time", at);
        return;
    }
    hc_progress_bar_draw(s->view.progress, room < BAR_LIMIT ? room : BAR_LIMIT, picture);
    add(s, "%s%3.0f %%  %s", picture, floor(s->view.progress * 100), at);
}

static void add_jobs(source *s)
{
    const hc_live_jobs *jobs = &s->view.jobs;
    char numbers[5][HC_UNIT_TEXT_SIZE];
    char timed_out[HC_UNIT_TEXT_SIZE + 32] = "";
    if (jobs->timed_out > 0) {
        (void)snprintf(timed_out, sizeof timed_out, " (%s at their limit)",
                       count_text(jobs->timed_out, numbers[4]));
    }
    add(s, "%-*s%*s  submitted, %s ended%s, %s rejected, %s preempted", LABEL_COLUMNS, "jobs",
        VALUE_COLUMNS, count_text(jobs->submitted, numbers[0]), count_text(jobs->ended, numbers[1]),
        timed_out, count_text(jobs->rejected, numbers[2]),
        count_text(jobs->preemptions, numbers[3]));
}

/* Parts of a GPU show only where there are any. */
static void milli_text(uint64_t milli, char *out)
{
    amount_text((double)milli / 1000, milli % 1000 == 0 ? 0 : 1, out);
}

static void add_gpus(source *s)
{
    const hc_live_view *v = &s->view;
    char numbers[2][PART_SIZE];
    char all[HC_UNIT_TEXT_SIZE];
    milli_text(v->busy_milli, numbers[0]);
    milli_text(v->service_milli, numbers[1]);
    add(s, "%-*s%*s  busy of %s in service; the machine has %s", LABEL_COLUMNS, "GPUs",
        VALUE_COLUMNS, numbers[0], numbers[1], count_text(v->gpus, all));
}

static void add_cost(source *s)
{
    double hours = hc_gpu_hours(s->view.held_milli_ns);
    double price = s->style->gpu_hour_dollars;
    char held[PART_SIZE];
    char dollars[PART_SIZE];
    amount_text(hours, 1, held);
    if (isnan(price)) {
        add(s, "%-*s%*s  held by jobs so far", LABEL_COLUMNS, "GPU-hours", VALUE_COLUMNS, held);
        return;
    }
    amount_text(hours * price, 2, dollars);
    add(s, "%-*s%*s  held so far; cost %s dollars at %.10g an hour", LABEL_COLUMNS, "GPU-hours",
        VALUE_COLUMNS, held, dollars, price);
}

static void add_speed(source *s)
{
    char speed[PART_SIZE];
    char events[HC_UNIT_TEXT_SIZE];
    if (isnan(s->view.simulated_events_per_second)) {
        return;
    }
    speed_text(s->view.simulated_events_per_second, speed);
    add(s, "%-*s%s, %s so far", LABEL_COLUMNS, "speed", speed,
        count_text(s->view.simulated_events, events));
}

static void phase_text(const source *s, char *out, size_t size)
{
    const hc_live_view *v = &s->view;
    if (v->is_over) {
        (void)snprintf(out, size, "%s; digest %s",
                       v->is_complete ? "over, complete" : "over, NOT COMPLETE",
                       v->is_digest_right ? "right" : "not checked or WRONG");
    } else if (s->style->waited_seconds > SILENCE_SECONDS) {
        (void)snprintf(out, size, "nothing has come for %.0f s", s->style->waited_seconds);
    } else {
        (void)snprintf(out, size, "live");
    }
}

static void add_stream(source *s)
{
    const hc_live_view *v = &s->view;
    char rows[HC_UNIT_TEXT_SIZE];
    char lost[HC_UNIT_TEXT_SIZE] = "none";
    char phase[PART_SIZE];
    phase_text(s, phase, sizeof phase);
    if (v->lost_rows > 0) {
        (void)count_text(v->lost_rows, lost);
    }
    add(s, "%-*s%s; %s rows, %s lost%s%s", LABEL_COLUMNS, "stream", phase,
        count_text(v->rows, rows), lost, v->note[0] == '\0' ? "" : "; ", v->note);
    if (v->ranks < v->rank_count) {
        add(s, "%-*s%u to %u of %u are seen here", LABEL_COLUMNS, "ranks", v->first_rank,
            v->first_rank + v->ranks - 1, v->rank_count);
    }
}

void hc_watch_text_make(hc_watch_text *out, hc_live_state *state, const hc_watch_style *style)
{
    source s = {.out = out,
                .style = style,
                .series = hc_live_state_series(state),
                .points = malloc(HC_LIVE_POINTS * sizeof *s.points)};
    out->count = 0;
    hc_live_state_view(state, &s.view);
    add_title(&s);
    if (s.view.is_known) {
        add_progress(&s);
        add_utilization(&s);
        add_jobs_over_time(&s, "queue", HC_LIVE_QUEUE, s.view.jobs.waiting);
        add_jobs_over_time(&s, "running", HC_LIVE_RUNNING, s.view.jobs.running);
        add_jobs(&s);
        add_cost(&s);
        add_stream(&s);
        add_speed(&s);
        add_gpus(&s);
    }
    free(s.points);
}

void hc_watch_line_make(char *out, hc_live_state *state, const hc_watch_style *style)
{
    hc_live_view view;
    char at[HC_CIVIL_TEXT_SIZE];
    char numbers[3][HC_UNIT_TEXT_SIZE];
    char utilization[PART_SIZE];
    char speed[PART_SIZE];
    char share[PART_SIZE] = "";
    hc_live_state_view(state, &view);
    if (!view.is_known) {
        (void)snprintf(out, HC_WATCH_LINE_SIZE, "%s: waiting for a publisher (%.0f s)",
                       style->endpoint, floor(style->waited_seconds));
        return;
    }
    instant_text(&view, at);
    percent_text(view.utilization, utilization);
    speed_text(view.simulated_events_per_second, speed);
    if (!isnan(view.progress)) {
        (void)snprintf(share, sizeof share, "%3.0f %%  ", floor(view.progress * 100));
    }
    (void)snprintf(
        out, HC_WATCH_LINE_SIZE, "%s  %sutilisation %s  queue %s  running %s  ended %s  %s", at,
        share, utilization, count_text(view.jobs.waiting, numbers[0]),
        count_text(view.jobs.running, numbers[1]), count_text(view.jobs.ended, numbers[2]), speed);
}
