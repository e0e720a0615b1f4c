#ifndef HC_TESTS_SIM_REFERENCE_H
#define HC_TESTS_SIM_REFERENCE_H

#include "tests/sim/replay.h"

/** A scheduler that is slow and obvious: arrays, scanned from end to end, whole states copied to look ahead. It
 *  shares no code with the simulator but the plain structs, and follows docs/policies.md literally. One
 *  partition, at most 32 nodes of at most 16 GPUs, at most 256 jobs. */

/** Fills start, end, state and nodes of each job of the replay. */
void hc_reference_run(hc_replay *replay);

#endif
