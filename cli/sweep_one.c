#include "cli/sweep.h"

#include "analysis/run_outputs.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/signals.h"
#include "cli/study_rounds.h"
#include "cli/study_run.h"
#include "cli/sweep_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool watch(void *self, const hc_progress *progress)
{
    (void)self;
    (void)progress;
    return hc_signal_pending() == 0;
}

static int note(const hc_sweep_options *o, const hc_study_setup *setup, const char *writer,
                const hc_study_run_outcome *outcome, hc_error *error)
{
    hc_journal *journal = NULL;
    hc_journal_record record = {
        .point = (uint32_t)hc_study_run_point(setup, o->run),
        .repetition = hc_study_run_repetition(setup, o->run),
        .is_failed = outcome->is_failed,
        .wall_seconds = outcome->wall_seconds,
        .values = outcome->values,
        .error = outcome->error,
    };
    int status = hc_journal_open(&journal, o->out, writer, &setup->identity, error);
    if (status == 0) {
        status = hc_journal_append(journal, &record, error);
    }
    hc_journal_close(journal);
    return status;
}

static int print_json(const hc_sweep_options *o, const hc_study_setup *setup,
                      const hc_study_run_outcome *outcome)
{
    const hc_study_definition *d = &setup->definition;
    json_t *values = json_object();
    for (size_t i = 0; values != NULL && i < d->output_count; i++) {
        double value = outcome->values[i];
        (void)json_object_set_new(values, hc_run_outputs[d->outputs[i]].name,
                                  isfinite(value) ? json_real(value) : json_null());
    }
    return hc_print_json(json_pack("{s:s, s:I, s:s, s:f, s:o}", "schema", "hindcast-sweep-run-1",
                                   "run", (json_int_t)o->run, "state",
                                   outcome->is_failed ? "failed" : "ok", "wall_s",
                                   outcome->wall_seconds, "outputs", values));
}

static void print_text(const hc_study_setup *setup, const hc_study_run_outcome *outcome)
{
    const hc_study_definition *d = &setup->definition;
    for (size_t i = 0; i < d->output_count; i++) {
        const hc_run_output *output = &hc_run_outputs[d->outputs[i]];
        printf("%-24s %.6g %s\n", output->name, outcome->values[i], output->unit);
    }
}

static int tell(const hc_sweep_options *o, const hc_study_setup *setup,
                const hc_study_run_outcome *outcome)
{
    int code = HC_EXIT_OK;
    if (o->is_json) {
        code = print_json(o, setup, outcome);
    } else if (!o->is_quiet && !outcome->is_failed) {
        print_text(setup, outcome);
    }
    if (outcome->is_failed) {
        (void)fprintf(stderr, "hindcast sweep: run %zu failed: %s\n", o->run, outcome->error);
        code = HC_EXIT_RUNTIME;
    }
    return code;
}

static int make(const hc_sweep_options *o, const hc_study_setup *setup, const char *writer,
                const char *scratch, hc_error *error)
{
    hc_study_run_options options = {.run = o->run, .scratch = scratch, .watch = watch};
    hc_study_run_outcome outcome;
    int signal = 0;
    if (hc_study_run_make(&outcome, setup, &options, error) < 0) {
        return hc_print_error(error);
    }
    signal = hc_signal_pending();
    if (outcome.is_stopped || (outcome.is_failed && signal != 0)) {
        (void)fprintf(stderr, "hindcast sweep: run %zu was stopped by a signal\n", o->run);
        return 128 + signal;
    }
    if (note(o, setup, writer, &outcome, error) < 0) {
        return hc_print_error(error);
    }
    return tell(o, setup, &outcome);
}

/* A run that is noted is not made again: an array of jobs may be submitted twice. */
static int is_known(const hc_sweep_options *o, const hc_study_setup *setup, bool *out,
                    hc_error *error)
{
    hc_sweep_table table;
    if (hc_sweep_table_read(&table, setup, o->out, error) < 0) {
        return -1;
    }
    *out = table.states[o->run] != HC_STUDY_SKIPPED;
    hc_sweep_table_free(&table);
    return 0;
}

int hc_sweep_one(const hc_sweep_options *o, const hc_study_setup *setup)
{
    char writer[32];
    char *scratch = NULL;
    hc_error error = HC_ERROR_NONE;
    bool is_finished = false;
    int code = HC_EXIT_OK;
    if (o->run >= hc_design_run_count(setup->design)) {
        (void)hc_error_set(&error, HC_ERROR_USAGE, "--run %zu: the study has the runs 0 to %zu",
                           o->run, hc_design_run_count(setup->design) - 1);
        return hc_print_error(&error);
    }
    if (is_known(o, setup, &is_finished, &error) < 0) {
        return hc_print_error(&error);
    }
    if (is_finished) {
        (void)fprintf(stderr, "run %zu is finished already; sweep --list says how it went\n",
                      o->run);
        return HC_EXIT_OK;
    }
    (void)snprintf(writer, sizeof writer, "run%zu", o->run);
    scratch = hc_study_scratch_name(o->out, writer);
    if (scratch == NULL) {
        (void)hc_error_memory(&error);
        return hc_print_error(&error);
    }
    code = make(o, setup, writer, scratch, &error);
    free(scratch);
    return code;
}
