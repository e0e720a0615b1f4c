#include "cli/study_run.h"

#include "analysis/run_outputs.h"
#include "cli/bench.h"
#include "cli/run_record.h"
#include "mpi/ranks.h"
#include "sim/engine/sequential.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE_EVENTS = 20000, SEED_SIZE = 32 };

/* A run in progress. */
typedef struct run {
    const hc_study_setup *setup;
    const hc_study_run_options *options;
    hc_study_run_outcome *out;
    hc_ranks *alone; /* each run is made by one rank */
    hc_assembly assembly;
    hc_run_record record;
    hc_simulation *simulation;
    double started;
} run;

static double now_seconds(void)
{
    return hc_stopwatch_read().wall_seconds;
}

/* Events of jobs are no part of any output: without them the run file is small. */
static char **overrides_of(const run *r, size_t *count)
{
    static const char NO_EVENTS[] = "output.events=none";
    char seed[SEED_SIZE];
    const char *last[] = {seed, NO_EVENTS};
    size_t point = hc_study_run_point(r->setup, r->options->run);
    (void)snprintf(seed, sizeof seed, "seed=%" PRIu64,
                   hc_design_seed(r->setup->design, point,
                                  hc_study_run_repetition(r->setup, r->options->run)));
    return hc_study_overrides(r->setup, point, last, sizeof last / sizeof last[0], count);
}

static int simulate(run *r, hc_error *error)
{
    bool is_over = false;
    while (!is_over && !r->out->is_stopped) {
        hc_progress progress;
        if (hc_simulation_run(r->simulation, SLICE_EVENTS, &is_over, error) < 0) {
            return -1;
        }
        progress = hc_simulation_progress(r->simulation);
        r->out->is_stopped = r->options->watch != NULL && !is_over &&
                             !r->options->watch(r->options->watcher, &progress);
    }
    return hc_simulation_finish(r->simulation, error);
}

static int open_record(run *r, hc_error *error)
{
    hc_run_record_options options = {.path = r->options->scratch, .is_forced = true};
    if (hc_ranks_alone(&r->alone, error) < 0) {
        return -1;
    }
    options.ranks = r->alone;
    return hc_run_record_open(&r->record, &r->assembly, &options, error);
}

static int finish(run *r, hc_error *error)
{
    hc_run_ending_facts facts = {.digest = hc_simulation_digest(r->simulation),
                                 .event_count = hc_simulation_progress(r->simulation).event_count};
    if (hc_run_record_close_rank(&r->record, error) < 0 ||
        hc_run_record_write_share(&r->record, error) < 0) {
        return -1;
    }
    return hc_run_record_finish(&r->record, &facts, error);
}

static int carry_out(run *r, const hc_assembly_options *options, hc_error *error)
{
    hc_assembly_run how = {.executor = &hc_sequential_executor};
    if (hc_assembly_open(&r->assembly, options, error) < 0 || open_record(r, error) < 0 ||
        hc_assembly_build(&r->assembly, options, error) < 0 ||
        hc_run_record_begin(&r->record, &r->assembly, error) < 0) {
        return -1;
    }
    how.sink = hc_run_record_sink(&r->record);
    if (hc_assembly_simulate(&r->assembly, &how, &r->simulation, error) < 0) {
        return -1;
    }
    r->out->build_seconds = now_seconds() - r->started;
    if (simulate(r, error) < 0) {
        return -1;
    }
    return r->out->is_stopped ? 0 : finish(r, error);
}

static int read_outputs(run *r, hc_error *error)
{
    const hc_study_definition *d = &r->setup->definition;
    hc_run_reader *reader = NULL;
    hc_metrics metrics;
    int status = -1;
    if (hc_run_reader_open(&reader, r->options->scratch, error) < 0) {
        return -1;
    }
    status = hc_metrics_compute(&metrics, reader, error);
    for (size_t i = 0; status == 0 && i < d->output_count; i++) {
        r->out->values[i] = hc_run_outputs[d->outputs[i]].value(&metrics);
    }
    if (status == 0) {
        hc_metrics_free(&metrics);
    }
    hc_run_reader_close(reader);
    return status;
}

static void release(run *r)
{
    char *private_name = NULL;
    hc_run_record_close(&r->record);
    hc_simulation_destroy(r->simulation);
    hc_assembly_close(&r->assembly);
    hc_ranks_stop(r->alone);
    (void)unlink(r->options->scratch);
    if (asprintf(&private_name, "%s.rank0000", r->options->scratch) > 0) {
        (void)unlink(private_name);
        free(private_name);
    }
}

static void note_failure(hc_study_run_outcome *out, const hc_error *error)
{
    out->is_failed = true;
    (void)snprintf(out->error, sizeof out->error, "%.*s", HC_STUDY_ERROR_BYTES, error->text);
}

static int make(run *r, hc_error *error)
{
    size_t count = 0;
    char **overrides = overrides_of(r, &count);
    hc_assembly_options options = hc_study_scenario(r->setup, overrides, count);
    hc_error found = HC_ERROR_NONE;
    int status = -1;
    if (overrides == NULL) {
        return hc_error_memory(error);
    }
    status = carry_out(r, &options, &found);
    if (status == 0 && !r->out->is_stopped) {
        status = read_outputs(r, &found);
    }
    release(r);
    hc_study_overrides_free(overrides, count);
    if (status < 0 && found.kind == HC_ERROR_OUTPUT) {
        return hc_error_set(error, found.kind, "%s", found.text);
    }
    if (status < 0) {
        note_failure(r->out, &found);
    }
    return 0;
}

int hc_study_run_make(hc_study_run_outcome *out, const hc_study_setup *setup,
                      const hc_study_run_options *options, hc_error *error)
{
    run r = {.setup = setup, .options = options, .out = out, .started = now_seconds()};
    int status = 0;
    *out = (hc_study_run_outcome){.is_failed = false};
    for (size_t i = 0; i < HC_STUDY_OUTPUT_LIMIT; i++) {
        out->values[i] = NAN;
    }
    status = make(&r, error);
    out->wall_seconds = now_seconds() - r.started;
    return status;
}
