#ifndef HC_CLI_RANK_VOICE_H
#define HC_CLI_RANK_VOICE_H

#include "mpi/ranks.h"
#include "sim/error.h"

/** Who speaks when many ranks carry out one command: rank 0, as if it were alone. Any other is silent, but for a
 *  failure of its own, which it tells with its number before it. */

/** Silences this process when a launcher has started it as another rank than 0. Once, before anything is
 *  printed. */
void hc_rank_voice_settle(void);

/** The exit code of a mistake in the command's arguments, which all ranks see before they have met: a launcher ends the
 *  others as soon as one fails, so the silent ones do not fail, or rank 0 might never come to say why. */
int hc_rank_voice_usage_code(void);

/** Tells why this rank has failed, with its number if it is not rank 0. @return the exit code. */
int hc_rank_voice_tell(const hc_ranks *ranks, const hc_error *error);

/** Whether a step that all ranks took has failed on any of them. One rank tells why: the lowest that failed.
 *  Collective. @param status  of this rank, -1: failed, with `error` set
 *  @return 0, or the exit code with which all ranks have to end. */
int hc_rank_voice_agree(const hc_ranks *ranks, int status, const hc_error *error);

/** Tells a failure that the other ranks know nothing of, and ends all of them. Alone: only tells it.
 *  @return the exit code, if this rank is alone. */
int hc_rank_voice_fail(const hc_ranks *ranks, const hc_error *error);

#endif
