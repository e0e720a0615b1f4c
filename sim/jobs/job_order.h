#ifndef HC_SIM_JOBS_JOB_ORDER_H
#define HC_SIM_JOBS_JOB_ORDER_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Jobs in the order of a key: the waiting ones by submission or by length, the running ones by their end.
 *
 *  A balanced tree whose subtrees know their number of jobs, the sum and the least of their sizes and the
 *  least of their durations, so that "the first job, in order, that fits now and ends in time" is found
 *  without looking at those that do not. Jobs are named by their slot in the job table.
 *  Cost: O(log jobs) unless said otherwise; nothing is allocated once the tree has reached its size. */
typedef struct hc_job_order hc_job_order;

#define HC_NO_SLOT UINT32_MAX

/** A job as the order sees it. (key, job) is unique and decides the place. */
typedef struct hc_order_entry {
    int64_t key;
    uint32_t job;     /**< job id: the last key */
    uint64_t size;    /**< thousandths of GPUs */
    hc_time duration; /**< >= 0 */
} hc_order_entry;

/** Which of two places comes first: < 0, 0, > 0. */
int hc_order_compare(const hc_order_entry *a, const hc_order_entry *b);

/** @return an empty order that the caller owns, or NULL when memory is short. */
hc_job_order *hc_job_order_create(void);
void hc_job_order_destroy(hc_job_order *order);

/** @return 0, or -1 when memory is short; nothing has changed then. */
int hc_job_order_insert(hc_job_order *order, uint32_t slot, const hc_order_entry *entry);
/** Makes room, so that inserting this slot cannot fail. @return 0, or -1 when memory is short. */
int hc_job_order_reserve(hc_job_order *order, uint32_t slot);

void hc_job_order_remove(hc_job_order *order, uint32_t slot);
bool hc_job_order_contains(const hc_job_order *order, uint32_t slot);

size_t hc_job_order_count(const hc_job_order *order);
uint64_t hc_job_order_size_sum(const hc_job_order *order);

/** First job, HC_NO_SLOT when there is none. */
uint32_t hc_job_order_first(const hc_job_order *order);

/** Place of a job in the order, from 0. */
size_t hc_job_order_rank(const hc_job_order *order, uint32_t slot);

/** Which jobs a search accepts: size <= size_max and (duration <= duration_max or size <= beyond_size_max). */
typedef struct hc_order_filter {
    uint64_t size_max;
    hc_time duration_max;
    uint64_t beyond_size_max;
} hc_order_filter;

/** The first accepted job behind the place of `after` (NULL: from the beginning), HC_NO_SLOT when there is
 *  none. `after` need not be in the order any more: a scan goes on behind a job that has left it. */
uint32_t hc_job_order_find(const hc_job_order *order, const hc_order_entry *after,
                           const hc_order_filter *filter);

/** The first job behind a place (NULL: of all), the last job before it, whoever they are; HC_NO_SLOT when there is
 *  none. */
uint32_t hc_job_order_next(const hc_job_order *order, const hc_order_entry *after);
uint32_t hc_job_order_previous(const hc_job_order *order, const hc_order_entry *before);

/** The first job at which the sum of sizes from the beginning reaches `sum`; HC_NO_SLOT when all together do
 *  not. */
uint32_t hc_job_order_find_sum(const hc_job_order *order, uint64_t sum);

/** Sum of the sizes of all jobs whose key is at most `key`. */
uint64_t hc_job_order_sum_to(const hc_job_order *order, int64_t key);

/** Sum of the sizes of all jobs before a place; whether a job stands behind it. */
uint64_t hc_job_order_sum_before(const hc_job_order *order, const hc_order_entry *place);
bool hc_job_order_follows(const hc_job_order *order, uint32_t slot, const hc_order_entry *place);

/** A job as it was inserted. Borrowed until the order changes. */
const hc_order_entry *hc_job_order_entry(const hc_job_order *order, uint32_t slot);

enum { HC_ORDER_MAX_DEPTH = 96 };

/** A walk through the order; the order must not change meanwhile. A step is O(1) on average. */
typedef struct hc_order_walk {
    const hc_job_order *order;
    uint32_t path[HC_ORDER_MAX_DEPTH];
    int depth;
} hc_order_walk;

/** Starts before the first job. */
void hc_order_walk_start(hc_order_walk *walk, const hc_job_order *order);

/** Starts behind the place of `after`, which need not be a job's. O(log jobs). */
void hc_order_walk_start_behind(hc_order_walk *walk, const hc_job_order *order,
                                const hc_order_entry *after);

/** The next job, HC_NO_SLOT at the end. */
uint32_t hc_order_walk_next(hc_order_walk *walk);

/** Verifies order, balance and sums, O(jobs). For tests. */
bool hc_job_order_check(const hc_job_order *order);

#endif
