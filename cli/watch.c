#include "cli/watch.h"

#include "analysis/live/live_json.h"
#include "analysis/live/live_state.h"
#include "cli/bench.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/signals.h"
#include "cli/watch_screen.h"
#include "cli/watch_terminal.h"
#include "cli/watch_text.h"
#include "cli/web/web_view.h"
#include "hc_version.h"
#include "sim/scenario/utf8.h"
#include "traces/stream/reader.h"
#include "traces/stream/recording.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double SCREEN_SECONDS = 0.2;
static const double WEB_SECONDS = 0.5;
static const double LINE_SECONDS = 5;
static const double TURN_SECONDS = 0.05; /* for items, before anybody else is looked after */

enum { WAIT_MS = 100, SUMMARY_COLUMNS = 100 };

/* Everything that is open while a stream is watched. */
typedef struct watch {
    const hc_watch_options *options;
    hc_stream_reader *reader;
    hc_live_state *state;
    hc_recording *recording;
    hc_watch_screen *screen; /* NULL: lines on stderr */
    hc_web_view *web;
    bool is_over;
    double next_screen; /* wall clock, seconds; likewise below */
    double next_web;
    double next_line;
} watch;

static double wall(void)
{
    return hc_stopwatch_read().wall_seconds;
}

/* Open and close */

static int open_reader(watch *w, hc_error *error)
{
    const hc_watch_options *o = w->options;
    hc_curve_keys client = {0};
    hc_curve_keys server = {0};
    bool has_keys = o->keys != NULL;
    const hc_stream_reader_options options = {.endpoint = o->endpoint,
                                              .replay = o->replay,
                                              .client = has_keys ? &client : NULL,
                                              .server = has_keys ? &server : NULL,
                                              .is_from_now = o->is_from_now};
    if (has_keys && (hc_curve_keys_read(&client, o->keys, true, error) < 0 ||
                     hc_curve_keys_read(&server, o->server_key, false, error) < 0)) {
        return -1;
    }
    return hc_stream_reader_open(&w->reader, &options, error);
}

static int open_recording(watch *w, hc_error *error)
{
    const hc_watch_options *o = w->options;
    const hc_recording_options options = {.path = o->record,
                                          .endpoint = o->endpoint,
                                          .version = HC_VERSION,
                                          .git_commit = HC_COMMIT,
                                          .command_line = o->command_line,
                                          .is_forced = o->is_forced};
    return o->record == NULL ? 0 : hc_recording_create(&w->recording, &options, error);
}

static int open_web(watch *w, hc_error *error)
{
    if (w->options->web == NULL) {
        return 0;
    }
    if (hc_web_view_open(&w->web, w->options->web, error) < 0) {
        return -1;
    }
    (void)fprintf(stderr, "The page: %s\n", hc_web_view_address(w->web));
    return 0;
}

/* What can be refused is looked at before anything is taken over. */
static int open_all(watch *w, hc_error *error)
{
    if (hc_live_state_create(&w->state, w->options->is_from_now, error) < 0 ||
        open_recording(w, error) < 0 || open_reader(w, error) < 0 || open_web(w, error) < 0) {
        return -1;
    }
    hc_signals_install();
    if (!w->options->is_json && !w->options->is_quiet && hc_watch_terminal_is_screen()) {
        w->screen = hc_watch_screen_open();
    }
    return 0;
}

static void close_all(watch *w)
{
    hc_watch_screen_close(w->screen);
    hc_web_view_close(w->web);
    hc_stream_reader_close(w->reader);
    hc_recording_destroy(w->recording);
    hc_live_state_destroy(w->state);
}

/* Items */

static int take_item(watch *w, const hc_stream_item *item, hc_error *error)
{
    w->is_over = w->is_over || item->kind == HC_STREAM_END;
    if (hc_live_state_take(w->state, item, error) < 0) {
        return -1;
    }
    return w->recording == NULL ? 0 : hc_recording_take(w->recording, item, error);
}

/* Takes what is there, for a short time. @return 1: more may be there; 0; -1 with `error` set. */
static int take_items(watch *w, hc_error *error)
{
    enum { LOOK_ITEMS = 16 };
    double end = wall() + TURN_SECONDS;
    for (unsigned i = 1; !w->is_over; i++) {
        hc_stream_item item;
        if (hc_stream_reader_next(w->reader, 0, &item, error) < 0 ||
            take_item(w, &item, error) < 0) {
            return -1;
        }
        if (item.kind == HC_STREAM_NOTHING) {
            return 0;
        }
        if (i % LOOK_ITEMS == 0 && wall() > end) {
            return 1;
        }
    }
    return 0;
}

/* Views */

static hc_watch_style style_of(const watch *w, size_t columns, bool is_utf8)
{
    return (hc_watch_style){.columns = columns,
                            .is_utf8 = is_utf8,
                            .gpu_hour_dollars = w->options->gpu_hour_dollars,
                            .endpoint = w->options->endpoint,
                            .waited_seconds = hc_stream_reader_count(w->reader).silent_seconds};
}

static bool stays_at_end(const watch *w)
{
    return !w->options->exits_at_end && (w->screen != NULL || w->web != NULL);
}

static void draw_screen(watch *w)
{
    hc_watch_text text;
    char foot[HC_WATCH_LINE_SIZE];
    hc_watch_style style =
        style_of(w, hc_watch_screen_columns(w->screen), hc_watch_screen_is_utf8(w->screen));
    hc_watch_text_make(&text, w->state, &style);
    (void)snprintf(foot, sizeof foot, " q quits%s%s ", w->web == NULL ? "" : "   page: ",
                   w->web == NULL ? "" : hc_web_view_address(w->web));
    hc_watch_screen_draw(w->screen, &text, foot);
}

static void print_line(watch *w)
{
    char line[HC_WATCH_LINE_SIZE];
    hc_watch_style style = style_of(w, SUMMARY_COLUMNS, true);
    hc_watch_line_make(line, w->state, &style);
    hc_utf8_show(stderr, line, strlen(line), SIZE_MAX);
    (void)fputc('\n', stderr);
}

static bool is_due(double *next, double now, double interval, bool is_now)
{
    if (now < *next && !is_now) {
        return false;
    }
    *next = now + interval;
    return true;
}

/* @param is_last  the stream has just come to its end: everybody sees that */
static int show(watch *w, bool is_last, hc_error *error)
{
    double now = wall();
    if (w->screen != NULL && is_due(&w->next_screen, now, SCREEN_SECONDS, is_last)) {
        draw_screen(w);
    }
    if (w->screen == NULL && !w->options->is_quiet && !w->is_over &&
        is_due(&w->next_line, now, LINE_SECONDS, false)) {
        print_line(w);
    }
    if (w->web != NULL && hc_web_view_has_readers(w->web) &&
        is_due(&w->next_web, now, WEB_SECONDS, is_last)) {
        json_t *frame = hc_live_json(w->state, w->options->gpu_hour_dollars, true);
        return hc_web_view_show(w->web, frame, error);
    }
    return 0;
}

/* Waits until somebody wants something. */
static void wait_for_work(const watch *w, bool has_more)
{
    struct pollfd sources[3] = {{.fd = -1}, {.fd = -1}, {.fd = -1}};
    if (!w->is_over) {
        sources[0] =
            (struct pollfd){.fd = hc_stream_reader_descriptor(w->reader), .events = POLLIN};
    }
    if (w->screen != NULL) {
        sources[1] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    }
    if (w->web != NULL) {
        sources[2] = (struct pollfd){.fd = hc_web_view_descriptor(w->web), .events = POLLIN};
    }
    (void)poll(sources, 3, has_more ? 0 : WAIT_MS);
}

static int work(watch *w, hc_error *error)
{
    bool was_over = false;
    while (hc_signal_pending() == 0) {
        int more = w->is_over ? 0 : take_items(w, error);
        if (more < 0 || show(w, w->is_over && !was_over, error) < 0) {
            return -1;
        }
        was_over = w->is_over;
        if (w->is_over && !stays_at_end(w)) {
            return 0;
        }
        if (w->screen != NULL && hc_watch_screen_wants_quit(w->screen)) {
            return 0;
        }
        wait_for_work(w, more > 0);
        if (w->web != NULL) {
            hc_web_view_serve(w->web);
        }
    }
    return 0;
}

/* The end */

static int print_summary(watch *w, hc_error *error)
{
    hc_watch_text text;
    hc_watch_style style = style_of(w, SUMMARY_COLUMNS, true);
    hc_watch_text_make(&text, w->state, &style);
    for (size_t i = 0; i < text.count; i++) {
        hc_utf8_show(stdout, text.lines[i], strlen(text.lines[i]), SIZE_MAX);
        (void)fputc('\n', stdout);
    }
    if (fflush(stdout) != 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "standard output: %s", strerror(errno));
    }
    return 0;
}

static int print_result(watch *w, hc_error *error)
{
    hc_live_view view;
    hc_live_state_view(w->state, &view);
    if (w->options->is_json) {
        return hc_print_json(hc_live_json(w->state, w->options->gpu_hour_dollars, false)) ==
                       HC_EXIT_OK
                   ? 0
                   : hc_error_set(error, HC_ERROR_OUTPUT, "the result was not written");
    }
    return w->options->is_quiet || !view.is_known ? 0 : print_summary(w, error);
}

/* Nothing is lost silently. */
static int check_stream(const watch *w, hc_error *error)
{
    hc_live_view view;
    hc_live_state_view(w->state, &view);
    if (view.lost_rows > 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %llu rows are lost%s",
                            w->options->endpoint, (unsigned long long)view.lost_rows,
                            w->options->replay == NULL
                                ? "; --replay ENDPOINT brings back what was missed"
                                : " for good");
    }
    if (w->is_over && !w->options->is_from_now && !view.is_digest_right) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: what has come has not the digest that was published",
                            w->options->endpoint);
    }
    return 0;
}

static int finish(watch *w, int status, hc_error *error)
{
    hc_watch_screen_close(w->screen);
    w->screen = NULL;
    if (w->recording != NULL && hc_recording_finish(w->recording, error) < 0) {
        status = -1;
    }
    if (status == 0 && (print_result(w, error) < 0 || check_stream(w, error) < 0)) {
        status = -1;
    }
    return status;
}

int hc_watch(const hc_watch_options *options, int *signal, hc_error *error)
{
    watch w = {.options = options};
    int status = open_all(&w, error);
    if (status == 0) {
        status = finish(&w, work(&w, error), error);
    }
    *signal = w.is_over ? 0 : hc_signal_pending();
    close_all(&w);
    return status;
}
