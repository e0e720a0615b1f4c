#ifndef HC_TESTS_SIM_RANDOM_SCENARIO_H
#define HC_TESTS_SIM_RANDOM_SCENARIO_H

#include "tests/sim/replay.h"

/** Random machines of several partitions and jobs for them: classes of nodes, kinds, parts of GPUs, cores and
 *  memory, jobs without GPUs, jobs that can never fit, jobs that run or wait at the begin. Equal numbers give
 *  equal scenarios. */

enum {
    HC_RANDOM_JOBS = 150,
    HC_RANDOM_GROUPS = 9,
    HC_RANDOM_PARTITIONS = 3,
};

typedef struct hc_random_scenario {
    uint64_t number;
    hc_node_group groups[HC_RANDOM_GROUPS];
    size_t group_count;
    hc_machine *machine; /**< frozen, for look-ups; the runs build their own */
    hc_replay_job jobs[HC_RANDOM_JOBS];
    size_t job_count;
    hc_time begin; /**< HC_TIME_MISSING unless some jobs came before */
    hc_time warmup;
    hc_time sample_interval;
    bool is_limit_enforced; /**< jobs are killed at the limits that some of them asked for */
    bool is_plain; /**< one node per partition, whole GPUs and nothing else: counting decides */
} hc_random_scenario;

void hc_random_scenario_draw(hc_random_scenario *out, uint64_t number);
void hc_random_scenario_release(hc_random_scenario *scenario);

#endif
