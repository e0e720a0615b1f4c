#include "cli/run_loop.h"

#include "cli/progress_bar.h"
#include "cli/signals.h"

enum { SLICE_EVENTS = 20000 };

/* What this rank wants of all. */
static uint32_t requests_of(const hc_run_loop *loop, const hc_progress_bar *bar)
{
    uint32_t requests = hc_signal_pending() == 0 ? 0 : HC_REQUEST_STOP;
    if (hc_ranks_rank(loop->ranks) == 0 && hc_progress_bar_is_due(bar)) {
        requests |= HC_REQUEST_PROGRESS;
    }
    return requests;
}

/* Not all ranks need have got it. */
static int agree_on_signal(const hc_run_loop *loop)
{
    int64_t number = hc_signal_pending();
    hc_ranks_max(loop->ranks, &number, 1);
    return (int)number;
}

static void show_progress(const hc_run_loop *loop, hc_progress_bar *bar,
                          const hc_simulation *simulation)
{
    hc_progress progress = hc_simulation_progress(simulation);
    if (hc_ranks_rank(loop->ranks) == 0) {
        hc_progress_bar_show(bar, &progress);
    }
}

static int go(const hc_run_loop *loop, hc_simulation *simulation, hc_progress_bar *bar, int *signal,
              hc_error *error)
{
    hc_stretch_end end = {.is_over = false};
    while (!end.is_over && *signal == 0) {
        hc_stretch stretch = {
            .until = HC_TIME_NEVER, .limit = SLICE_EVENTS, .requests = requests_of(loop, bar)};
        if (hc_simulation_advance(simulation, &stretch, &end, error) < 0) {
            return -1;
        }
        if ((end.agreed & HC_REQUEST_PROGRESS) != 0) {
            show_progress(loop, bar, simulation);
        }
        if ((end.agreed & HC_REQUEST_STOP) != 0) {
            *signal = agree_on_signal(loop);
        }
    }
    return 0;
}

int hc_run_loop_go(const hc_run_loop *loop, hc_simulation *simulation, int *signal, hc_error *error)
{
    hc_progress_bar bar = hc_progress_bar_start(loop->name, loop->is_quiet, loop->clock);
    int status = 0;
    *signal = 0;
    status = go(loop, simulation, &bar, signal, error);
    hc_progress_bar_end(&bar);
    return status;
}
