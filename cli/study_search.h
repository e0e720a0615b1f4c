#ifndef HC_CLI_STUDY_SEARCH_H
#define HC_CLI_STUDY_SEARCH_H

#include "cli/study_setup.h"
#include "cli/sweep_table.h"

#include <stddef.h>
#include <stdint.h>

/** Which runs of a study come next, from what its table holds: all that are missing, or what the searches of `stop` and
 *  `optimize` ask for. A bisection is made for each combination of the other variables. */
typedef struct hc_study_search hc_study_search;

/** @param setup  borrowed; must outlive the search
 *  @return 0 and a search that the caller destroys, or -1 with `error` set. */
int hc_study_search_create(hc_study_search **out, const hc_study_setup *setup, hc_error *error);
void hc_study_search_destroy(hc_study_search *search); /**< accepts NULL */

/** Tells what the table knows and collects what is to be run next.
 *  @param runs   [out] room for all runs of the study; in the order of their numbers within each search
 *  @param count  [out] 0: the study is done
 *  @return 0, or -1 with `error` set. */
int hc_study_search_next(hc_study_search *search, const hc_sweep_table *table, size_t *runs,
                         size_t *count, hc_error *error);

/** What was found, a sentence or some; "" for a study that searches nothing. The search must be over.
 *  @return text that the caller frees, or NULL when memory is short. */
char *hc_study_search_finding(const hc_study_search *search);

#endif
