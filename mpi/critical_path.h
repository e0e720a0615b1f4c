#ifndef HC_MPI_CRITICAL_PATH_H
#define HC_MPI_CRITICAL_PATH_H

#include <stdint.h>

/** The longest chain of events that had to follow each other, where ranks work in rounds: a rank's events of one round
 *  follow those of the round before, and all ranks' events of the rounds that it had taken then. With the same cost for
 *  every event this is the time that so many ranks need at least. */
typedef struct hc_critical_path hc_critical_path;

/** @return a path that the caller owns, or NULL when memory is short. */
hc_critical_path *hc_critical_path_create(uint32_t rank_count);
void hc_critical_path_destroy(hc_critical_path *path); /**< Accepts NULL. */

/** A round is posted while so many others were not taken, less than HC_PACKET_ROUNDS. */
void hc_critical_path_post(hc_critical_path *path, uint32_t pending);

/** The first pending round is taken. @param executed  events by rank. O(ranks). */
void hc_critical_path_take(hc_critical_path *path, const uint64_t *executed);

/** Events of the chain, up to the round taken last. */
uint64_t hc_critical_path_length(const hc_critical_path *path);

#endif
