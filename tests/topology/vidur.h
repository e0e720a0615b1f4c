#ifndef HC_TESTS_TOPOLOGY_VIDUR_H
#define HC_TESTS_TOPOLOGY_VIDUR_H

#include <stddef.h>
#include <stdint.h>

/** Rows of vidur_collectives.csv that belong together. For tests only. */
typedef struct hc_vidur_group {
    const char *sku;
    const char *collective;
    uint32_t workers;
    uint32_t workers_per_node;
} hc_vidur_group;

/** A size and the median time of sizes near it. */
typedef struct hc_vidur_point {
    double bytes;
    double seconds;
} hc_vidur_point;

enum { HC_VIDUR_POINTS = 128 };

/** Which rows of a group, in order of size. */
typedef enum hc_vidur_half { HC_VIDUR_ALL, HC_VIDUR_EVEN, HC_VIDUR_ODD } hc_vidur_half;

/** Medians over a quarter of an octave, from `least_bytes` up. Single rows hold outliers.
 *  @param out  HC_VIDUR_POINTS
 *  @return number of points */
size_t hc_vidur_medians(const hc_vidur_group *group, hc_vidur_half half, double least_bytes,
                        hc_vidur_point *out);

#endif
