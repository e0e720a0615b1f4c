#ifndef HC_TESTS_SIM_SCHEDULE_LOG_H
#define HC_TESTS_SIM_SCHEDULE_LOG_H

#include "sim/interfaces/sink.h"

#include <stdbool.h>
#include <stddef.h>

/** Everything that a run tells its sink, kept for checks from outside the simulator. */

enum {
    HC_LOG_JOBS = 256,
    HC_LOG_ATTEMPTS = 8192,
    HC_LOG_PLACEMENTS = 65536,
    HC_LOG_SAMPLES = 65536,
    HC_LOG_PARTITIONS = 4,
};

typedef struct hc_logged_job {
    hc_job_record record;  /**< `spec` points nowhere any more */
    uint32_t record_count; /**< 1 when all is well; likewise the next two */
    uint32_t submit_count; /**< events */
    uint32_t end_count;    /**< events of its end, or of its rejection */
    uint32_t start_count;  /**< events; likewise the next */
    uint32_t preempt_count;
    uint32_t attempt_count; /**< records; what follows sums over them */
    hc_time held;           /**< from start to end */
    hc_time restart;        /**< of it, coming up again */
    hc_time lost;           /**< of it, worked for nothing */
    hc_time first_start;
    bool is_attempt_wrong;     /**< they overlap, or are not numbered from 1 */
    size_t first_placement;    /**< of the rows of its last attempt, which follow each other */
    size_t placement_count;    /**< rows */
    hc_attempt_record attempt; /**< the last one */
} hc_logged_job;

/** A span in which a job held its GPUs. */
typedef struct hc_logged_attempt {
    hc_attempt_record record;
    size_t first_placement;
    size_t placement_count;
} hc_logged_attempt;

typedef struct hc_schedule_log {
    hc_sink sink; /**< to be given to the run */
    hc_logged_job jobs[HC_LOG_JOBS];
    hc_logged_attempt attempts[HC_LOG_ATTEMPTS]; /**< in the order of their ends */
    size_t attempt_count;
    hc_placement_record placements[HC_LOG_PLACEMENTS];
    size_t placement_count;
    hc_sample_record samples[HC_LOG_SAMPLES];
    size_t sample_count;
    hc_int128 ledger[HC_LOG_PARTITIONS][HC_BUCKET_COUNT];
    hc_time last_event[HC_LOG_PARTITIONS];
    bool is_out_of_order; /**< an event came before an earlier one of its partition */
    hc_order_key last_key;
    bool has_key;
    bool is_key_out_of_order; /**< the records of an event came after those of a later one */
} hc_schedule_log;

/** Empties a log. */
void hc_schedule_log_begin(hc_schedule_log *log);

#endif
