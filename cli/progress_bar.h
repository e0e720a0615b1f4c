#ifndef HC_CLI_PROGRESS_BAR_H
#define HC_CLI_PROGRESS_BAR_H

#include "analysis/run_clock.h"
#include "sim/simulation.h"

#include <stdbool.h>

/** Progress on stderr: a bar on a terminal, five times a second; elsewhere a line every 30 s. */
typedef struct hc_progress_bar {
    const char *name;
    bool is_terminal;
    bool is_quiet;
    bool is_shown; /**< a bar stands on the terminal and must be wiped */
    hc_run_clock clock;
    double started; /**< wall clock, seconds */
    double last_shown;
} hc_progress_bar;

hc_progress_bar hc_progress_bar_start(const char *name, bool is_quiet, hc_run_clock clock);

/** Shows the progress when it is time to. Cheap otherwise. */
void hc_progress_bar_update(hc_progress_bar *bar, const hc_progress *progress);

/** Wipes the bar. */
void hc_progress_bar_end(hc_progress_bar *bar);

#endif
