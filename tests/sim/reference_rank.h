#ifndef HC_TESTS_SIM_REFERENCE_RANK_H
#define HC_TESTS_SIM_REFERENCE_RANK_H

#include "tests/sim/replay.h"

/** Preemptive policies, slow and obvious: all jobs in one list, sorted anew for each step of a walk, whole worlds
 *  copied to look ahead. Shares no code with the simulator but the plain structs, and follows docs/policies.md
 *  ("Policies that preempt") literally. One partition, at most 32 nodes of at most 16 GPUs, at most 256 jobs.
 *  Where only the number of GPUs counts and a job's place does not depend on whether it runs, each walk is compared
 *  with the greedy one from scratch: every job in order gets its GPUs if they are left. */

/** Fills first start, end, wait, state, preemptions and last nodes of each job of the replay, whose policy_options
 *  must name a rank. */
void hc_reference_rank_run(hc_replay *replay);

#endif
