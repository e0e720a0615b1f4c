#ifndef HC_CLI_STUDY_SETUP_H
#define HC_CLI_STUDY_SETUP_H

#include "analysis/study/design.h"
#include "cli/assemble.h"
#include "sim/error.h"
#include "traces/study/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A study that is ready to be run: what its file says, its points, and the scenario that it varies, checked. */
typedef struct hc_study_setup {
    hc_study_definition definition;
    hc_design *design;
    const char *const *overrides; /**< of --set, for every run; borrowed */
    size_t override_count;
    char *scenario_text; /**< resolved, before anything is varied */
    hc_journal_identity identity;
} hc_study_setup;

/** Opens a study and checks its first point, so that a wrong key is told before anything is run.
 *  @return 0 and a setup that the caller closes, or -1 with all defects in `error`. */
int hc_study_setup_open(hc_study_setup *out, const char *path, const char *const *overrides,
                        size_t override_count, hc_error *error);
void hc_study_setup_close(hc_study_setup *setup);

/** How its scenario is opened with so many overrides, which are borrowed. */
hc_assembly_options hc_study_scenario(const hc_study_setup *setup, char **overrides, size_t count);

/** Whether the scenario accepts a point. Opens it: about a millisecond.
 *  @return 0, or -1 with all defects in `error`. */
int hc_study_point_check(const hc_study_setup *setup, size_t point, hc_error *error);

/** Everything that --set would say for a point: the user's own, the variables, and `last_count` further ones.
 *  @return a list that hc_study_overrides_free() takes, or NULL when memory is short */
char **hc_study_overrides(const hc_study_setup *setup, size_t point, const char *const *last,
                          size_t last_count, size_t *count);
void hc_study_overrides_free(char **overrides, size_t count);

/** Point and repetition of a run. */
size_t hc_study_run_point(const hc_study_setup *setup, size_t run);
uint32_t hc_study_run_repetition(const hc_study_setup *setup, size_t run);

#endif
