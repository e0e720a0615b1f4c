#ifndef HC_TESTS_SIM_REFERENCE_SCENARIO_H
#define HC_TESTS_SIM_REFERENCE_SCENARIO_H

#include "sim/engine/random.h"
#include "tests/sim/replay.h"

#include <stdbool.h>
#include <stddef.h>

/** Random machines and jobs for the comparisons with slow and obvious schedulers. */

enum { HC_REF_MAX_JOBS = 200, HC_REF_MAX_GROUPS = 4 };

/** How a random scenario looks; each trait is on in about half of them. */
typedef struct hc_ref_traits {
    bool has_one_node;
    bool has_kinds;
    bool has_host;
    bool has_shared;
    bool has_single_node_jobs;
    bool has_cpu_jobs;
    bool is_coarse;        /* times on a grid: many events at one instant, jobs of no length */
    bool has_exact_limits; /* nobody ends before its limit: what was planned comes true */
} hc_ref_traits;

bool hc_ref_flip(hc_random *random);
hc_ref_traits hc_ref_draw_traits(hc_random *random);

/** @param groups  [out] HC_REF_MAX_GROUPS at most @return how many */
size_t hc_ref_draw_groups(hc_random *random, const hc_ref_traits *traits, hc_node_group *groups);

/** Draws a description of each job of the replay. */
void hc_ref_draw_jobs(hc_random *random, const hc_ref_traits *traits, hc_replay *replay);

/** Whether two placements, "7:4+6:2", are the same apart from their order. */
bool hc_ref_same_nodes(const char *a, const char *b);

#endif
