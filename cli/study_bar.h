#ifndef HC_CLI_STUDY_BAR_H
#define HC_CLI_STUDY_BAR_H

#include "cli/study_setup.h"
#include "mpi/sweep.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Progress of a study on stderr: what it is made of, then a bar on a terminal, elsewhere a line every 30 s. */
typedef struct hc_study_bar {
    bool is_terminal;
    bool is_quiet;
    bool is_shown;  /**< a bar stands on the terminal and must be wiped */
    double started; /**< the round */
    double last_shown;
} hc_study_bar;

/** Says what is about to be run, unless quiet. @param known_count  runs that need not be made again */
hc_study_bar hc_study_bar_start(const hc_study_setup *setup, uint32_t rank_count,
                                size_t known_count, bool is_quiet);

/** Further progress is that of other runs; the time left is told from here on. */
void hc_study_bar_begin_round(hc_study_bar *bar);

void hc_study_bar_update(hc_study_bar *bar, const hc_sweep_progress *progress);
void hc_study_bar_end(hc_study_bar *bar);

/** "360 runs = 6 nodes x 3 policy x 20 repetitions". @param size  of `out`; what does not fit is cut */
void hc_study_write_size(const hc_study_setup *setup, char *out, size_t size);

#endif
