#ifndef HC_CLI_ASSEMBLE_H
#define HC_CLI_ASSEMBLE_H

#include "analysis/run_clock.h"
#include "cli/assemble_port.h"
#include "sim/error.h"
#include "sim/federation/federation_keys.h"
#include "sim/interfaces/job_source.h"
#include "sim/policies/scheduler_keys.h"
#include "sim/scenario/scenario.h"
#include "sim/simulation.h"
#include "traces/byte_source.h"
#include "traces/capacity_keys.h"
#include "traces/job_trace.h"
#include "workloads/training/training.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The composition root: what a scenario says, turned into the parts of a run. The only place that knows all
 *  folders. */

/** All tables of keys, joined. */
extern const hc_key_table *const hc_all_keys[];
extern const size_t hc_all_keys_count;

/** One log of the scenario, read. */
typedef struct hc_assembled_trace {
    char *path;       /**< as it was opened */
    const char *file; /**< as the scenario names it */
    hc_job_trace *trace;
} hc_assembled_trace;

/** One site of a federation. */
typedef struct hc_assembled_site {
    const hc_site_choice *choice;
    hc_scheduler_choice scheduler;
    hc_assembled_port port;
    hc_job_source source;
    bool has_source;    /**< false once the simulation owns it */
    size_t first_trace; /**< its logs are those of the assembly from here on */
    uint32_t first_user;
    uint32_t first_group;
} hc_assembled_site;

/** The parts of a run. Machine and source move into the simulation. */
typedef struct hc_assembly {
    hc_scenario *scenario;
    char *name; /**< of the run: the key `name`, or the scenario's file without its ending */
    uint64_t seed;
    hc_scheduler_choice scheduler;
    hc_assembled_port port; /**< of a plain run; outlives the simulation */
    hc_time warmup;
    hc_time sample_interval;
    size_t event_level; /**< choice of output.events */
    bool follows_dependencies;

    hc_federation_choice federation;
    hc_assembled_site *sites; /**< of a federation, in the order of the machine's partitions */
    size_t site_count;        /**< 0: no federation */

    hc_machine *machine; /**< NULL once the simulation owns it */
    const char
        *nodes_file; /**< as the scenario names it; NULL: the scenario lists the nodes itself */
    char nodes_sha256[HC_SHA256_TEXT_SIZE];
    hc_capacity capacity; /**< borrowed by the simulation */
    bool has_capacity;
    hc_assembled_trace *traces;
    size_t trace_count;
    bool is_synthetic;
    hc_job_source
        source; /**< of a federation: the jobs of all sites, which are simulated from their own */
    bool has_source; /**< false once the simulation owns it */
    bool is_analytic;
    hc_training
        *training; /**< NULL: nothing is trained; outlives the simulation, likewise the next two */
    hc_workload workload;
    hc_network *networks; /**< of each kind of GPU; empty where no such accelerator is known */
    uint32_t network_count;
    bool has_clock; /**< some workload has said what its times mean */
    hc_trace_clock clock;
    int64_t unix_zero_seconds;
    hc_time begin; /**< first instant: `from`, else the first submission; 0 of synthetic jobs */
} hc_assembly;

/** What the command line says about the scenario. */
typedef struct hc_assembly_options {
    const char *path;
    const char **overrides;
    size_t override_count;
    const char *quarantine_path; /**< NULL: nowhere */
    const char *readers;         /**< "each of the ranks": so many open the same scenario that
                                      standard input is refused; NULL: it is opened once */
} hc_assembly_options;

/** Reads and checks the scenario; nothing else is opened.
 *  @return 0, or -1 with `error` set; close in both cases. */
int hc_assembly_open(hc_assembly *out, const hc_assembly_options *options, hc_error *error);

/** Builds the machine and reads the traces.
 *  @return 0, or -1 with `error` set. */
int hc_assembly_build(hc_assembly *assembly, const hc_assembly_options *options, hc_error *error);

/** What a scheduler's settings are to the simulation; borrows `choice`. */
hc_scheduling hc_assembly_scheduling(const hc_scheduler_choice *choice);

/** Capacity over time, borrowed; NULL: all nodes are always in service. */
const hc_calendar *hc_assembly_calendar(const hc_assembly *assembly);

/** What a simulation needs that no scenario says. All borrowed. */
typedef struct hc_assembly_run {
    const hc_executor *executor;
    const hc_sink *sink;
    const hc_state_store *state; /**< to go on from; NULL: from the begin */
    bool must_be_resumable;      /**< refuse what cannot be saved */
} hc_assembly_run;

/** Creates the simulation for this rank of an executor, which takes over machine and source and borrows the calendar.
 *  @return 0, or -1 with `error` set. */
int hc_assembly_simulate(hc_assembly *assembly, const hc_assembly_run *run, hc_simulation **out,
                         hc_error *error);

/** What schedules its jobs, as run files and streams say it: a policy, or "federation". Borrowed. */
const char *hc_assembly_policy_name(const hc_assembly *assembly);

/** What the times of its jobs mean. */
hc_run_clock hc_assembly_clock(const hc_assembly *assembly);

void hc_assembly_close(hc_assembly *assembly);

#endif
