#ifndef HC_ANALYSIS_LIVE_SERIES_H
#define HC_ANALYSIS_LIVE_SERIES_H

#include "sim/engine/time.h"

#include <stddef.h>
#include <stdint.h>

/** Amounts over simulated time in bounded memory, however long the time: what is added up are changes, in buckets that
 *  become twice as wide when a change finds no room. At the end of each bucket an amount is exact, in whatever order
 *  changes came (several ranks, each at its own time); the lowest and the highest amount inside a bucket are exact as
 *  well when the changes of it came in the order of their times. A plain struct of its owner's. */

typedef enum hc_live_channel {
    HC_LIVE_QUEUE = 0, /**< jobs */
    HC_LIVE_RUNNING,   /**< jobs */
    HC_LIVE_BUSY,      /**< thousandths of a GPU */
    HC_LIVE_SERVICE,   /**< likewise: GPUs in service */
    HC_LIVE_CHANNEL_COUNT,
} hc_live_channel;

enum {
    HC_LIVE_BUCKETS = 640,
    HC_LIVE_POINTS = 3 * HC_LIVE_BUCKETS, /**< of a channel at most: three for each bucket */
};

/** What happened to one amount within one bucket. */
typedef struct hc_live_bucket {
    int64_t change; /**< of all changes together */
    int64_t low;    /**< lowest sum of the first changes, at least one */
    int64_t high;
    hc_time low_at;
    hc_time high_at;
    hc_time last_at; /**< of the last change; HC_TIME_MISSING: there was none */
} hc_live_bucket;

typedef struct hc_live_series {
    hc_time origin; /**< of the first bucket; HC_TIME_MISSING before the first change */
    hc_time width;  /**< of a bucket */
    hc_live_bucket buckets[HC_LIVE_CHANNEL_COUNT][HC_LIVE_BUCKETS];
} hc_live_series;

void hc_live_series_init(hc_live_series *series);

/** Adds a change of an amount. Before the first one all amounts are 0. Changes of 0 are left out.
 *  @param time  within HC_TIME_LIMIT of zero; one before the origin counts as the origin. Amortised O(1). */
void hc_live_series_add(hc_live_series *series, hc_live_channel channel, hc_time time,
                        int64_t change);

typedef struct hc_live_point {
    hc_time time;
    double value; /**< from this time on, up to the next point */
} hc_live_point;

/** The points of a channel in the order of their times: of each bucket its lowest, its highest and its last amount.
 *  @param out  HC_LIVE_POINTS of them
 *  @return how many. */
size_t hc_live_series_points(const hc_live_series *series, hc_live_channel channel,
                             hc_live_point *out);

/** The same for busy GPUs as a share of those in service (0 where none are). */
size_t hc_live_series_utilization(const hc_live_series *series, hc_live_point *out);

/** Means over equal parts of a span, NAN before the first point. O(points + parts).
 *  @param out  `parts` values */
void hc_live_points_means(const hc_live_point *points, size_t count, hc_time begin, hc_time end,
                          size_t parts, double *out);

/** The highest value; 0 where there is none. */
double hc_live_points_highest(const hc_live_point *points, size_t count);

#endif
