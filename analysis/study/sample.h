#ifndef HC_ANALYSIS_STUDY_SAMPLE_H
#define HC_ANALYSIS_STUDY_SAMPLE_H

#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** Points that fill the unit cube evenly. Both write `point_count` x `axis_count` numbers in 0 <= x < 1, row = point.
 *  @return 0, or -1 with `error` set (memory). Cost: O(points x axes). */

/** Sobol's sequence as GSL makes it (Bratley and Fox 1988), from its first point on. @param axis_count  1 .. 40 */
int hc_sample_sobol(double *out, size_t point_count, size_t axis_count, hc_error *error);

/** Latin hypercube (McKay, Beckman and Conover 1979): on each axis one point in each of `point_count` equal parts, at
 *  a random place in it. The draws are of the seed and the axis alone. @param point_count  at most 2^32 */
int hc_sample_latin_hypercube(double *out, size_t point_count, size_t axis_count, uint64_t seed,
                              hc_error *error);

#endif
