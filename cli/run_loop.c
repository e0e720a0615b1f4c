#include "cli/run_loop.h"

#include "cli/bench.h"
#include "cli/progress_bar.h"
#include "cli/signals.h"

#include <signal.h>
#include <stdio.h>

enum { SLICE_EVENTS = 20000 };

static const double TWICE_SECONDS = 5; /* two SIGUSR2 within this time stop the run */

/* A loop that goes on. */
typedef struct session {
    const hc_run_loop *loop;
    hc_simulation *simulation;
    hc_progress_bar bar;
    double last_saved; /* wall clock, seconds */
    double last_asked; /* for a saving, by SIGUSR2 */
    uint32_t wanted;   /* requests of rank 0 that were not agreed yet */
    bool is_shown;     /* rank 0 is to show progress */
} session;

static double wall_clock(void)
{
    return hc_stopwatch_read().wall_seconds;
}

/* SIGUSR2 saves; the second one within a few seconds stops as well. */
static void hear_save(session *s)
{
    int count = hc_signal_take_save();
    double now = 0;
    if (count == 0) {
        return;
    }
    if (s->loop->saver == NULL) {
        (void)fprintf(stderr, "hindcast: SIGUSR2: no --save FILE was given, nothing is saved\n");
        return;
    }
    now = wall_clock();
    s->wanted |= HC_REQUEST_SAVE;
    if (count > 1 || now - s->last_asked <= TWICE_SECONDS) {
        s->wanted |= HC_REQUEST_STOP;
    }
    s->last_asked = now;
}

static bool is_saving_due(const session *s)
{
    const hc_run_loop *loop = s->loop;
    return loop->saver != NULL && loop->save_seconds > 0 &&
           wall_clock() - s->last_saved >= loop->save_seconds;
}

/* What rank 0 wants on behalf of all. */
static void decide(session *s)
{
    hear_save(s);
    if (hc_signal_take_status() || hc_progress_bar_is_due(&s->bar)) {
        s->is_shown = true;
        s->wanted |= HC_REQUEST_PROGRESS;
    }
    if (hc_run_stream_is_beat_due(s->loop->stream)) {
        s->wanted |= HC_REQUEST_PROGRESS;
    }
    if (is_saving_due(s)) {
        s->wanted |= HC_REQUEST_SAVE;
    }
}

static uint32_t requests_of(session *s)
{
    uint32_t requests = 0;
    if (hc_ranks_rank(s->loop->ranks) == 0) {
        decide(s);
        requests = s->wanted;
    }
    if (hc_signal_pending() != 0) {
        requests |= HC_REQUEST_STOP;
    }
    if (hc_signal_pending() == SIGTERM && s->loop->saver != NULL) {
        requests |= HC_REQUEST_SAVE;
    }
    return requests;
}

/* Not all ranks need have got it. */
static int agree_on_signal(const session *s)
{
    int64_t number = hc_signal_pending();
    hc_ranks_max(s->loop->ranks, &number, 1);
    return number == 0 ? SIGUSR2 : (int)number;
}

/* On rank 0's bar when that is due, and for the readers of the stream. */
static int show_progress(session *s, hc_error *error)
{
    hc_progress progress = hc_simulation_progress(s->simulation);
    if (hc_ranks_rank(s->loop->ranks) == 0 && s->is_shown) {
        hc_progress_bar_show(&s->bar, &progress);
        s->is_shown = false;
    }
    return hc_run_stream_stand(s->loop->stream, &progress, error);
}

/* A saving that fails is told, and the run goes on: the state that was there is as it was. */
static void save(session *s, hc_time cut, hc_run_loop_end *out)
{
    out->save_code = hc_run_saver_save(s->loop->saver, s->simulation, s->loop->record, cut);
    out->is_saved = out->save_code == 0;
    s->last_saved = wall_clock();
}

static int obey(session *s, const hc_stretch_end *end, hc_run_loop_end *out, hc_error *error)
{
    if ((end->agreed & HC_REQUEST_PROGRESS) != 0 && show_progress(s, error) < 0) {
        return -1;
    }
    if (!end->is_over && (end->agreed & HC_REQUEST_SAVE) != 0) {
        save(s, end->cut, out);
    }
    if (!end->is_over && (end->agreed & HC_REQUEST_STOP) != 0) {
        out->is_stopped = true;
        out->signal = agree_on_signal(s);
    }
    s->wanted &= ~end->agreed;
    return hc_run_stream_tick(s->loop->stream, error);
}

static int go(session *s, hc_run_loop_end *out, hc_error *error)
{
    hc_stretch_end end = {.is_over = false};
    while (!end.is_over && !out->is_stopped) {
        hc_stretch stretch = {
            .until = HC_TIME_NEVER, .limit = SLICE_EVENTS, .requests = requests_of(s)};
        if (hc_simulation_advance(s->simulation, &stretch, &end, error) < 0) {
            return -1;
        }
        *out = (hc_run_loop_end){.is_stopped = false};
        if (obey(s, &end, out, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_run_loop_go(const hc_run_loop *loop, hc_simulation *simulation, hc_run_loop_end *out,
                   hc_error *error)
{
    session s = {
        .loop = loop,
        .simulation = simulation,
        .bar = hc_progress_bar_start(loop->name, loop->is_quiet, loop->clock),
        .last_saved = wall_clock(),
        .last_asked = -TWICE_SECONDS,
    };
    int status = 0;
    *out = (hc_run_loop_end){.is_stopped = false};
    status = go(&s, out, error);
    hc_progress_bar_end(&s.bar);
    return status;
}
