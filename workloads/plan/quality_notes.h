#ifndef HC_WORKLOADS_PLAN_QUALITY_NOTES_H
#define HC_WORKLOADS_PLAN_QUALITY_NOTES_H

#include "workloads/plan/parallel_plan.h"

#include <stddef.h>

/** What is published about the quality of models that are trained with fewer bits, fewer weights or fewer of them trained.
 *  The models here know resources only: none of these levers comes with a promise of quality. */

enum { HC_MAX_QUALITY_NOTES = 8 };

/** One note for each lever that the plan uses, each with its source.
 *  @param notes  [out] borrowed for ever  @return how many, up to HC_MAX_QUALITY_NOTES */
size_t hc_plan_quality_notes(const hc_parallel_plan *plan, const char *notes[HC_MAX_QUALITY_NOTES]);

#endif
