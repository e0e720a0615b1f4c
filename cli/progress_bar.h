#ifndef HC_CLI_PROGRESS_BAR_H
#define HC_CLI_PROGRESS_BAR_H

#include "analysis/run_clock.h"
#include "sim/simulation.h"

#include <stdbool.h>
#include <stddef.h>

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

/** Whether it is time to show the progress. Cheap. */
bool hc_progress_bar_is_due(const hc_progress_bar *bar);

void hc_progress_bar_show(hc_progress_bar *bar, const hc_progress *progress);

/** "[=====>     ] " with so many columns between the brackets; nothing when they are too few.
 *  @param out  columns + 4 bytes */
void hc_progress_bar_draw(double share, size_t columns, char *out);

/** "   1:10 left", from the time that a share took; nothing while the share says little.
 *  @param out  HC_UNIT_TEXT_SIZE bytes */
void hc_progress_bar_left(double elapsed_seconds, double share, char *out);

/** Wipes the bar. */
void hc_progress_bar_end(hc_progress_bar *bar);

#endif
