#include "cli/scenario_run.h"

#include "cli/commands.h"
#include "cli/rank_summary.h"
#include "cli/rank_voice.h"
#include "cli/run_record.h"
#include "cli/run_state.h"
#include "cli/signals.h"
#include "mpi/conservative.h"
#include "sim/engine/sequential.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run in progress. */
typedef struct run {
    const hc_scenario_run_options *options;
    hc_scenario_run_result *out;
    hc_scenario_arguments scenario; /* as typed, or as remembered by the state */
    hc_ranks *ranks;
    hc_conservative *many; /* NULL: one rank */
    hc_executor executor;
    hc_assembly assembly;
    hc_run_record record;
    hc_simulation *simulation;
    hc_run_resumption resumption; /* of a run that is resumed */
    hc_run_command command;       /* as it will be saved */
    hc_run_saver saver;
    int code; /* with which all ranks end, if a step has failed */
} run;

int hc_signal_exit_code(int signal)
{
    return signal == SIGINT ? HC_EXIT_SIGINT : HC_EXIT_SIGTERM;
}

/* The exit code of a step that has failed. A signal that comes while a log is read ends the reading, and one that comes
 * while a scheduler outside is silent ends the waiting. */
static int failure_code(const run *r, const hc_error *error)
{
    int signal = hc_signal_pending();
    bool is_stopped = r->simulation == NULL || hc_assembled_port_was_stopped(&r->assembly.port);
    return is_stopped && signal != 0 ? hc_signal_exit_code(signal) : hc_exit_code(error);
}

static void explain_failure(const run *r, const hc_error *error)
{
    int signal = hc_signal_pending();
    if (r->simulation == NULL && signal != 0) {
        (void)fprintf(stderr, "hindcast: stopped by %s before anything was simulated\n",
                      hc_signal_name(signal));
        return;
    }
    (void)hc_rank_voice_tell(r->ranks, error);
    hc_run_record_explain_failure(&r->record);
}

/* Whether all ranks have taken a step; one that has not tells why. @return 0 or -1. */
static int agree(run *r, int status, const hc_error *error)
{
    uint32_t failed = 0;
    int code = status < 0 ? failure_code(r, error) : HC_EXIT_OK;
    r->code = hc_ranks_first_failure(r->ranks, code, &failed);
    if (r->code == HC_EXIT_OK) {
        return 0;
    }
    if (failed == hc_ranks_rank(r->ranks)) {
        explain_failure(r, error);
    }
    return -1;
}

/* What is not typed again when a run is resumed is as it was. */
static int recall_command(run *r, hc_error *error)
{
    hc_assembly_options *scenario = &r->scenario.assembly;
    const hc_run_command *saved = &r->resumption.command;
    if (r->options->resume == NULL) {
        return 0;
    }
    if (hc_run_resumption_open(&r->resumption, r->options->resume, error) < 0) {
        return -1;
    }
    if (scenario->path == NULL) {
        if (strcmp(saved->scenario, "-") == 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "%s: its scenario came from standard input; name a file with it",
                                r->options->resume);
        }
        scenario->path = saved->scenario;
        scenario->override_count = (size_t)saved->override_count;
        for (size_t i = 0; i < scenario->override_count; i++) {
            r->scenario.overrides[i] = saved->overrides[i];
        }
    }
    return 0;
}

static int open_scenario(run *r, hc_error *error)
{
    if (hc_ranks_count(r->ranks) > 1) {
        r->scenario.assembly.readers = "each of the ranks";
    }
    return recall_command(r, error) < 0
               ? -1
               : hc_assembly_open(&r->assembly, &r->scenario.assembly, error);
}

/* A place where no state can be written is told before anything is read. */
static int check_saver(run *r, hc_error *error)
{
    r->saver = (hc_run_saver){.ranks = r->ranks, .path = r->options->save};
    return r->saver.path == NULL ? 0 : hc_run_saver_check(&r->saver, error);
}

/* Likewise an endpoint that nobody may bind to, or keys that cannot be read. */
static int check_outputs(run *r, hc_error *error)
{
    return check_saver(r, error) < 0 ||
                   hc_run_stream_check(&r->out->stream, &r->options->stream, error) < 0
               ? -1
               : 0;
}

static int open_stream(run *r, hc_error *error)
{
    const hc_run_stream_facts facts = {
        .ranks = r->ranks,
        .assembly = &r->assembly,
        .run_id = r->record.identity.run_id,
        .path = r->out->path,
    };
    return hc_run_stream_open(&r->out->stream, &r->options->stream, &facts, error);
}

/* A signal ends the waiting, and the run before anything is simulated. */
static int wait_for_readers(run *r)
{
    hc_run_stream_wait(&r->out->stream, r->options->stream.subscribers, r->scenario.is_quiet);
    return hc_signal_pending() == 0 ? 0 : -1;
}

static int open_record(run *r, hc_error *error)
{
    const hc_scenario_run_options *o = r->options;
    const hc_run_record_options record = {
        .ranks = r->ranks,
        .path = r->out->path,
        .is_forced = o->is_forced,
        .argc = o->argc,
        .argv = o->argv,
        .marks = r->resumption.marks,
        .mark_count = r->resumption.mark_count,
    };
    return hc_run_record_open(&r->record, &r->assembly, &record, error);
}

/* One rank lists the rows that cannot be used. */
static int build(run *r, hc_error *error)
{
    hc_assembly_options read = r->scenario.assembly;
    if (hc_ranks_rank(r->ranks) > 0) {
        read.quarantine_path = NULL;
    }
    if (hc_assembly_build(&r->assembly, &read, error) < 0) {
        return -1;
    }
    return r->options->resume == NULL
               ? 0
               : hc_run_resumption_check(&r->resumption, &r->assembly, error);
}

/* What a saving will need besides. */
static int prepare_saver(run *r, hc_error *error)
{
    if (r->options->save == NULL) {
        return 0;
    }
    r->saver.command = &r->command;
    r->saver.fingerprint = hc_run_fingerprint(&r->assembly);
    return hc_run_command_copy(&r->command, &r->scenario.assembly, r->out->path, error);
}

static int create_simulation(run *r, hc_error *error)
{
    r->executor = hc_sequential_executor;
    if (prepare_saver(r, error) < 0) {
        return -1;
    }
    if (hc_ranks_count(r->ranks) > 1) {
        if (hc_conservative_create(&r->many, r->ranks, HC_EXCHANGE_BEST, error) < 0) {
            return -1;
        }
        r->executor = hc_conservative_executor(r->many);
    }
    return hc_assembly_simulate(
        &r->assembly,
        &(hc_assembly_run){
            .executor = &r->executor,
            .sink = hc_run_stream_sink(&r->out->stream, hc_run_record_sink(&r->record)),
            .state = r->options->resume == NULL ? NULL : &r->resumption.store,
            .must_be_resumable = r->options->save != NULL,
        },
        &r->simulation, error);
}

/* The others wait for events of this rank: a failure here ends them. */
static int simulate(run *r, hc_error *error)
{
    const hc_run_loop loop = {.ranks = r->ranks,
                              .name = r->assembly.name,
                              .clock = hc_assembly_clock(&r->assembly),
                              .is_quiet = r->scenario.is_quiet,
                              .saver = r->options->save == NULL ? NULL : &r->saver,
                              .save_seconds = r->options->save_seconds,
                              .record = &r->record,
                              .stream = &r->out->stream};
    if (hc_run_loop_go(&loop, r->simulation, &r->out->end, error) == 0) {
        r->out->is_to_be_resumed = r->out->end.is_stopped && r->out->end.is_saved;
        return 0;
    }
    if (hc_ranks_count(r->ranks) > 1) {
        explain_failure(r, error);
        hc_ranks_abort(r->ranks, hc_exit_code(error));
    }
    return -1;
}

static void summarise_ranks(const run *r)
{
    if (r->many != NULL) {
        hc_conservative_counts counts = hc_conservative_count(r->many);
        if (!r->scenario.is_quiet && hc_ranks_rank(r->ranks) == 0) {
            hc_rank_summary_write(stderr, &counts, hc_ranks_count(r->ranks));
        }
    }
}

static int end_stream(run *r, const hc_progress *progress, const hc_run_ending_facts *facts,
                      hc_error *error)
{
    return hc_run_stream_stand(&r->out->stream, progress, error) < 0
               ? -1
               : hc_run_stream_end(&r->out->stream, facts->digest, facts->signal == 0, error);
}

static int finish(run *r, hc_error *error)
{
    hc_run_ending_facts facts = {.signal = r->out->end.signal};
    hc_progress progress;
    if (agree(r, hc_simulation_finish(r->simulation, error), error) < 0 ||
        agree(r, hc_run_record_close_rank(&r->record, error), error) < 0 ||
        agree(r, hc_run_record_write_share(&r->record, error), error) < 0) {
        return -1;
    }
    facts.digest = hc_simulation_digest(r->simulation);
    progress = hc_simulation_progress(r->simulation);
    facts.event_count = progress.event_count;
    if (agree(r, end_stream(r, &progress, &facts, error), error) < 0 ||
        agree(r, hc_run_record_finish(&r->record, &facts, error), error) < 0) {
        return -1;
    }
    summarise_ranks(r);
    return 0;
}

static int carry_out(run *r, hc_error *error)
{
    if (agree(r, check_outputs(r, error), error) < 0 ||
        agree(r, open_record(r, error), error) < 0 || agree(r, build(r, error), error) < 0 ||
        agree(r, hc_run_record_begin(&r->record, &r->assembly, error), error) < 0 ||
        agree(r, open_stream(r, error), error) < 0 || agree(r, wait_for_readers(r), error) < 0 ||
        agree(r, create_simulation(r, error), error) < 0 ||
        agree(r, simulate(r, error), error) < 0) {
        return -1;
    }
    return r->out->is_to_be_resumed ? 0 : finish(r, error);
}

/* A name may hold a slash; a file in this folder may not. */
static char *name_after(const char *name)
{
    char *out = malloc(strlen(name) + sizeof ".h5");
    if (out != NULL) {
        (void)sprintf(out, "%s.h5", name);
        for (char *at = strchr(out, '/'); at != NULL; at = strchr(at, '/')) {
            *at = '-';
        }
    }
    return out;
}

/* As typed, as it was when the run was saved, or the name of the run. */
static int name_output(run *r, hc_error *error)
{
    const char *given = r->options->out == NULL ? r->resumption.command.out : r->options->out;
    r->out->path = given == NULL ? name_after(r->assembly.name) : strdup(given);
    return r->out->path == NULL ? hc_error_memory(error) : 0;
}

/* Nothing is finished, and nothing is removed, when a run is to be resumed. */
static void tear_down(run *r)
{
    hc_run_record_close(&r->record);
    hc_simulation_destroy(r->simulation);
    hc_conservative_destroy(r->many);
    hc_assembly_close(&r->assembly);
    hc_run_resumption_close(&r->resumption);
    hc_run_command_free(&r->command);
}

int hc_scenario_run(const hc_scenario_run_options *options, hc_ranks *ranks,
                    hc_scenario_run_result *out)
{
    hc_error error = HC_ERROR_NONE;
    run r = {.options = options, .out = out, .scenario = options->scenario, .ranks = ranks};
    r.scenario.assembly.overrides = r.scenario.overrides;
    *out = (hc_scenario_run_result){.path = NULL};
    if (agree(&r, open_scenario(&r, &error), &error) == 0 &&
        agree(&r, name_output(&r, &error), &error) == 0) {
        (void)carry_out(&r, &error);
    }
    tear_down(&r);
    return r.code;
}
