#ifndef HC_ANALYSIS_STUDY_DESIGN_H
#define HC_ANALYSIS_STUDY_DESIGN_H

#include "analysis/study/definition.h"

#include <stddef.h>
#include <stdint.h>

/** The points of a study, and its runs: point x repetition, numbered.
 *
 *  Points are all combinations of the axes' values, the last axis changing fastest, or a sample of them; those that
 *  the constraint refuses are left out and have no number. Run n is repetition n % R of point n / R, with R the
 *  repetitions of the study: numbers, seeds and values depend on the study's file alone. */
typedef struct hc_design hc_design;

/** Cost: O(candidates x variables).
 *  @param definition  borrowed; must outlive the design
 *  @return 0 and a design that the caller destroys, or -1 with `error` set: HC_ERROR_USAGE when it has no point or too
 *          many, or when the constraint has no value at one. */
int hc_design_create(hc_design **out, const hc_study_definition *definition, hc_error *error);
void hc_design_destroy(hc_design *design);

size_t hc_design_point_count(const hc_design *design);

/** Combinations or sample points before the constraint. */
size_t hc_design_candidate_count(const hc_design *design);

/** Points x repetitions. */
size_t hc_design_run_count(const hc_design *design);

/** The number of a variable at a point in expressions; NAN when it is no number. */
double hc_design_number(const hc_design *design, size_t point, size_t variable);

/** The value of a variable at a point as it is written into the scenario.
 *  @param room  HC_DESIGN_NUMBER_SIZE bytes for a value between from and to; the unit is not part of it
 *  @param unit  [out] what stands behind it; borrowed
 *  @return `room`, or a text of the definition */
const char *hc_design_text(const hc_design *design, size_t point, size_t variable, char *room,
                           const char **unit);

/** Where a point stands on an axis: the index of its value. Not for axes of any value (value_count 0). */
size_t hc_design_index(const hc_design *design, size_t point, size_t axis);

/** The seed of a run: of the study's seed and the repetition, and with independent seeds of the point. Below 2^53. */
uint64_t hc_design_seed(const hc_design *design, size_t point, uint32_t repetition);

/** What --set would say: "cluster.nodes[0].count=32".
 *  @return text that the caller frees, or NULL when memory is short */
char *hc_design_override(const hc_design *design, size_t point, size_t variable);

#endif
