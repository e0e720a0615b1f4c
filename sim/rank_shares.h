#ifndef HC_SIM_RANK_SHARES_H
#define HC_SIM_RANK_SHARES_H

#include <stddef.h>
#include <stdint.h>

/** Who executes what: spreads pieces of work over ranks, the largest first, each to the rank that has least so far
 *  (R. L. Graham, 1969: at most 4/3 of the best largest share). Ties go to the lower piece and the lower rank: all
 *  ranks find the same.
 *  @param ranks  [out] by piece
 *  @return 0, or -1 when memory is short. O(pieces x (log pieces + ranks)). */
int hc_rank_shares(const uint64_t *weights, size_t count, uint32_t rank_count, uint32_t *ranks);

#endif
