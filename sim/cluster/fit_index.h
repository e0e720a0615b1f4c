#ifndef HC_SIM_CLUSTER_FIT_INDEX_H
#define HC_SIM_CLUSTER_FIT_INDEX_H

#include <stdbool.h>
#include <stdint.h>

/** Items (nodes of a class, shared GPUs) in the order of (level, item), where the level is what is free of them,
 *  with the question "the first one from here on whose node has this much CPU and memory free".
 *
 *  Every item is in the index at most once. Cost: as hc_ordered_set; with CPU or memory asked for, each block
 *  of 64 items knows the most that any of its nodes has free, so that whole blocks are passed over. */
typedef struct hc_fit_index hc_fit_index;

/** CPU and memory of a node: free, or asked for. */
typedef struct hc_host {
    uint64_t cpu_milli;
    uint64_t memory_bytes;
} hc_host;

/** @param item_count    >= 1
 *  @param level_count   levels 0 .. level_count - 1
 *  @param items_per_node  item i belongs to node i / items_per_node
 *  @param free_host     free CPU and memory by node, borrowed, read whenever the index searches; NULL when
 *                       host resources are not modelled
 *  @return an empty index that the caller owns, or NULL when memory is short. */
hc_fit_index *hc_fit_index_create(uint64_t item_count, uint64_t level_count,
                                  uint64_t items_per_node, const hc_host *free_host);
void hc_fit_index_destroy(hc_fit_index *index);

void hc_fit_index_insert(hc_fit_index *index, uint64_t level, uint64_t item);
void hc_fit_index_remove(hc_fit_index *index, uint64_t level, uint64_t item);

/** To be called for each item of a node in the index after its free CPU or memory changed. */
void hc_fit_index_refresh(hc_fit_index *index, uint64_t level, uint64_t item);

/** A place in the order. */
typedef struct hc_fit {
    uint64_t level;
    uint64_t item; /**< HC_SET_NONE: nothing was found */
} hc_fit;

/** The first item at or after (level, item) whose node has `need` free. */
hc_fit hc_fit_index_next(const hc_fit_index *index, uint64_t level, uint64_t item, hc_host need);

/** The lowest item of the highest level, at least `level`, whose node has `need` free. */
hc_fit hc_fit_index_highest(const hc_fit_index *index, uint64_t level, hc_host need);

/** The lowest item >= `item` of any level from `level` up whose node has `need` free.
 *  Cost: as above for each level that has items; there are at most as many as a node has GPUs. */
hc_fit hc_fit_index_lowest(const hc_fit_index *index, uint64_t level, uint64_t item, hc_host need);

/** The highest level below `level` that has an item, HC_SET_NONE when there is none. */
uint64_t hc_fit_index_level_below(const hc_fit_index *index, uint64_t level);

bool hc_fit_index_contains(const hc_fit_index *index, uint64_t level, uint64_t item);

/** Verifies every summary, O(items x levels / 64). For tests. */
bool hc_fit_index_check(const hc_fit_index *index);

#endif
