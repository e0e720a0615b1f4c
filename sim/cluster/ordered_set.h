#ifndef HC_SIM_CLUSTER_ORDERED_SET_H
#define HC_SIM_CLUSTER_ORDERED_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A set of whole numbers below a bound, kept in order: a bitmap with summary words (64-ary).
 *
 *  Cost of every call: O(log64 bound), at most six steps; of a run: plus O(run / 64). Memory: bound / 8 bytes,
 *  touched only where members are. The shape depends on the members alone, never on history. */
typedef struct hc_ordered_set hc_ordered_set;

#define HC_SET_NONE UINT64_MAX
#define HC_SET_MAX_BOUND (UINT64_C(1) << 36)

/** @param bound  1 .. HC_SET_MAX_BOUND
 *  @return an empty set that the caller owns, or NULL when memory is short. */
hc_ordered_set *hc_ordered_set_create(uint64_t bound);
void hc_ordered_set_destroy(hc_ordered_set *set);

void hc_ordered_set_insert(hc_ordered_set *set, uint64_t member);
void hc_ordered_set_remove(hc_ordered_set *set, uint64_t member);
bool hc_ordered_set_contains(const hc_ordered_set *set, uint64_t member);

/** Adds begin .. begin + count - 1. */
void hc_ordered_set_insert_run(hc_ordered_set *set, uint64_t begin, uint64_t count);

/** Removes the first run of consecutive members at or after `from`, at most `limit` (>= 1) of them.
 *  @param begin  [out] first member removed
 *  @return how many were removed, 0 when there is no member at or after `from`. */
uint64_t hc_ordered_set_take_run(hc_ordered_set *set, uint64_t from, uint64_t limit,
                                 uint64_t *begin);

/** Least member >= from, HC_SET_NONE when there is none. */
uint64_t hc_ordered_set_next(const hc_ordered_set *set, uint64_t from);

/** Greatest member < before, HC_SET_NONE when there is none. */
uint64_t hc_ordered_set_previous(const hc_ordered_set *set, uint64_t before);

/** For searches with a condition of their own (fit_index.c): the words of a level, from 0 (one bit per number)
 *  up; a bit of a level says whether the word below it is not zero. */
int hc_ordered_set_level_count(const hc_ordered_set *set);
uint64_t hc_ordered_set_word_count(const hc_ordered_set *set, int level);
uint64_t hc_ordered_set_word(const hc_ordered_set *set, int level, uint64_t word);

/** Verifies that the summaries agree with the members, O(bound / 64). For tests. */
bool hc_ordered_set_check(const hc_ordered_set *set);

#endif
