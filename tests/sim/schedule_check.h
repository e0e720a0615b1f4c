#ifndef HC_TESTS_SIM_SCHEDULE_CHECK_H
#define HC_TESTS_SIM_SCHEDULE_CHECK_H

#include "sim/cluster/machine.h"
#include "tests/sim/random_scenario.h"
#include "tests/sim/schedule_log.h"

/** What every schedule must keep, whatever the policy, judged by the records of a run alone.
 *  A breach prints the scenario and ends the running test. */

typedef struct hc_schedule {
    const hc_random_scenario *scenario;
    const hc_replay *replay; /**< after the run */
    const hc_schedule_log *log;
    hc_time begin;        /**< of the simulation */
    hc_time measure_from; /**< of ledger and metrics */
} hc_schedule;

/** The schedule of a run that is over. All of it is borrowed. */
hc_schedule hc_schedule_of(const hc_random_scenario *scenario, const hc_replay *replay,
                           const hc_schedule_log *log);

/** Prints what is wrong and ends the test. @param job  HC_NO_INDEX: none in particular */
void hc_schedule_fail(const hc_schedule *schedule, const char *what, uint32_t job);

const hc_job_spec *hc_schedule_spec(const hc_schedule *schedule, uint32_t job);

/** Whether a job ran, and whether it ran at the begin already. */
bool hc_schedule_has_run(const hc_schedule *schedule, uint32_t job);
bool hc_schedule_is_warm(const hc_schedule *schedule, uint32_t job);

/** When a job joined the queue, and from when on it held its GPUs. */
hc_time hc_schedule_queued(const hc_schedule *schedule, uint32_t job);
hc_time hc_schedule_held_from(const hc_schedule *schedule, uint32_t job);

/** Every job ends or is rejected, once, with times that agree; its GPUs are what it asked for, on nodes that it
 *  may use. */
void hc_schedule_check_jobs(const hc_schedule *schedule);

/** No GPU, core or byte is given away twice; the samples and the ledger say what the records of the jobs say, to
 *  the nanosecond; no partition lies idle while jobs wait for it. */
void hc_schedule_check_use(const hc_schedule *schedule);

/** The promise of each policy: FCFS starts jobs in their order, SJF never starts one while a shorter one waits,
 *  EASY never starts the first waiting job later than was foreseen when it became the first, and with preemptive
 *  priorities nobody waits for GPUs that jobs of lower priority hold. */
void hc_schedule_check_policy(const hc_schedule *schedule);

#endif
