#ifndef HC_ANALYSIS_STUDY_GROUPS_H
#define HC_ANALYSIS_STUDY_GROUPS_H

#include "sim/error.h"
#include "traces/study/study_content.h"

#include <stddef.h>
#include <stdint.h>

/** The points of a study, grouped by the values of some of its variables. The others make the setting of a point:
 *  points of two groups with the same setting differ in what the groups differ in, and in nothing else. */

typedef struct hc_study_group {
    const uint32_t *points; /**< in the order of their settings, borrowed from the groups */
    size_t point_count;     /**< at least 1 */
} hc_study_group;

typedef struct hc_study_groups {
    const hc_study_content *content; /**< borrowed */
    size_t by[HC_STUDY_VARIABLE_LIMIT];
    size_t by_count;
    hc_study_group *
        items; /**< by the values of the first variable, then of the second, ...: numbers as they grow,
                                texts as they first occur among the points */
    size_t count;
    uint32_t *
        levels; /**< point_count x variable_count: the rank of a value among those of its variable */
    uint32_t *order;    /**< points, as the groups list them */
    size_t *first_runs; /**< point_count + 1: where the runs of a point begin */
} hc_study_groups;

/** Groups the points by `by_count` different variables (0: all points are one group).
 *  Cost: O(points log points x variables + runs).
 *  @param content  of a file that was read: runs are in order
 *  @return 0, or -1 with `error` set (memory); release in any case. */
int hc_study_groups_make(hc_study_groups *out, const hc_study_content *content, const size_t *by,
                         size_t by_count, hc_error *error);
void hc_study_groups_release(hc_study_groups *groups);

/** The rank of a group's value of a variable that groups. */
uint32_t hc_study_group_level(const hc_study_groups *groups, size_t group, size_t variable);

/** The value behind it. Borrowed. */
const hc_study_value *hc_study_group_value(const hc_study_groups *groups, size_t group,
                                           size_t variable);

/** Pairs the points of two groups that have the same setting.
 *  @param a_points, b_points  [out] room for the points of the smaller group
 *  @return how many pairs there are */
size_t hc_study_groups_match(const hc_study_groups *groups, size_t a, size_t b, uint32_t *a_points,
                             uint32_t *b_points);

#endif
