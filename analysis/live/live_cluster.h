#ifndef HC_ANALYSIS_LIVE_CLUSTER_H
#define HC_ANALYSIS_LIVE_CLUSTER_H

#include "analysis/live/live_series.h"
#include "sim/error.h"
#include "sim/int128.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** What a cluster does, kept up from rows of events and samples: per partition, each at its own time. Of what happens
 *  within one instant only the outcome counts: a job that starts where it was submitted never waited. */

/** A partition. Amounts are below zero when rows are missing before the first sample. */
typedef struct hc_live_partition {
    hc_time last;                           /**< of its rows; HC_TIME_MISSING: there was none */
    int64_t amounts[HC_LIVE_CHANNEL_COUNT]; /**< now; of a machine that is known: what it lacks */
    int64_t noted[HC_LIVE_CHANNEL_COUNT];   /**< of them, what the series has */
    int64_t service_milli;
    int64_t full_milli; /**< most that was ever in service */
    uint32_t rank;
} hc_live_partition;

/** A plain struct of its owner's. */
typedef struct hc_live_cluster {
    hc_live_partition *partitions;
    size_t count;          /**< those with a smaller number, without a row included */
    int64_t machine_milli; /**< 0: not known */
    int64_t total[HC_LIVE_CHANNEL_COUNT]; /**< now */
    hc_int128 held_milli_ns;              /**< by jobs, up to each partition's last row */
    hc_int128 offline_milli_ns;           /**< out of service, likewise */
    hc_live_series series;
} hc_live_cluster;

void hc_live_cluster_init(hc_live_cluster *cluster);
void hc_live_cluster_release(hc_live_cluster *cluster);

/** Says how many GPUs the machine has: all are in service until a row says otherwise. Before the first row; without,
 *  in service is what rows tell of.
 *  @param gpus  at most HC_MACHINE_MAX_GPUS */
void hc_live_cluster_set_machine(hc_live_cluster *cluster, uint64_t gpus, hc_time begin);

/** Each takes a row. Amortised O(1).
 *  @return 1; 0: the row has a time or an amount that cannot be, and was left out; -1 with `error` set. */
int hc_live_cluster_take_event(hc_live_cluster *cluster, uint32_t rank, const hc_event_row *row,
                               hc_error *error);
int hc_live_cluster_take_sample(hc_live_cluster *cluster, uint32_t rank, const hc_sample_row *row,
                                hc_error *error);

/** Brings the series up to the partitions' last rows. O(partitions). */
void hc_live_cluster_settle(hc_live_cluster *cluster);

#endif
