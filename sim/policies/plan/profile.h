#ifndef HC_SIM_POLICIES_PROFILE_H
#define HC_SIM_POLICIES_PROFILE_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How many GPUs will be free, from a first instant to the end of time: a function of steps.
 *
 *  The steps lie in blocks that know their least and greatest number, so that a search passes over a whole
 *  block in one step. Cost: O(log steps + steps per block) to find an instant, O(blocks) more for each span that
 *  is searched or changed. Nothing is allocated once the profile has reached its size. */
typedef struct hc_profile hc_profile;

/** @return a profile without steps that the caller owns, or NULL when memory is short. To be restarted first. */
hc_profile *hc_profile_create(void);
void hc_profile_destroy(hc_profile *profile);

/** Forgets all steps: `free_gpus` from `begin` on. @return 0, or -1 when memory is short. */
int hc_profile_restart(hc_profile *profile, hc_time begin, uint32_t free_gpus);

/** Makes the profile equal to another. @return 0, or -1 when memory is short. */
int hc_profile_copy(hc_profile *profile, const hc_profile *other);

/** Adds a step up behind the last one. @param time  at or after the last step
 *  @return 0, or -1 when memory is short. */
int hc_profile_append(hc_profile *profile, hc_time time, uint32_t freed_gpus);

/** The profile begins at `time`, or at the step before it; nobody asks for what was before. */
void hc_profile_forget(hc_profile *profile, hc_time time);

/** GPUs free at `time`, which is not before the begin. */
uint32_t hc_profile_at(const hc_profile *profile, hc_time time);

/** The first instant, from `from` on, at which fewer than `gpu_count` are free; HC_TIME_NEVER: there is none. */
hc_time hc_profile_first_below(const hc_profile *profile, hc_time from, uint32_t gpu_count);

/** The first instant, from `from` on, since which `gpu_count` stay free for `duration` > 0; HC_TIME_NEVER: there
 *  is none. */
hc_time hc_profile_find(const hc_profile *profile, uint32_t gpu_count, hc_time duration,
                        hc_time from);

/** The same for a job that holds `gpu_count` already, from `held_from` on for `duration`: the first instant, at most
 *  `held_from`, at which it could begin instead. */
hc_time hc_profile_find_earlier(const hc_profile *profile, uint32_t gpu_count, hc_time duration,
                                hc_time from, hc_time held_from);

/** Takes GPUs that are free during the whole of [from, to), or gives them back. HC_TIME_NEVER has no end.
 *  @return 0, or -1 when memory is short. */
int hc_profile_take(hc_profile *profile, hc_time from, hc_time to, uint32_t gpu_count);
int hc_profile_give(hc_profile *profile, hc_time from, hc_time to, uint32_t gpu_count);

struct hc_archive;

/** Saves all steps, or loads them. */
void hc_profile_exchange(hc_profile *profile, struct hc_archive *archive);

/** Whether the profile begins at `time` or before. */
bool hc_profile_reaches(const hc_profile *profile, hc_time time);

/** Verifies the order of the steps and what the blocks know of them; no number is negative. For tests. */
bool hc_profile_check(const hc_profile *profile);

#endif
