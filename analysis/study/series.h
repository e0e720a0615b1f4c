#ifndef HC_ANALYSIS_STUDY_SERIES_H
#define HC_ANALYSIS_STUDY_SERIES_H

#include "analysis/study/groups.h"

/** The outputs of some points by repetition. The repetition is what chance chose: where there are several points,
 *  those of one repetition become one value, their mean. */
typedef struct hc_study_series {
    size_t count;          /**< repetitions that are ok at every point */
    uint32_t *repetitions; /**< ascending */
    uint64_t *seeds;       /**< of the first point */
    double *
        values; /**< output_count x count; row = output. Not finite where one of the values is not */
    size_t room;
} hc_study_series;

#define HC_STUDY_SERIES_NONE ((hc_study_series){0})

/** Gathers the series of some points. Cost: O(runs log runs) of these points.
 *  @param out  starts as none, and may be made again; its memory is used again
 *  @return 0, or -1 with `error` set (memory); release in any case. */
int hc_study_series_make(hc_study_series *out, const hc_study_groups *groups,
                         const uint32_t *points, size_t point_count, hc_error *error);
void hc_study_series_release(hc_study_series *series);

/** The values of an output: `count` of them. */
const double *hc_study_series_output(const hc_study_series *series, size_t output);

/** Keeps the repetitions that both have. */
void hc_study_series_intersect(hc_study_series *a, hc_study_series *b, size_t output_count);

#endif
