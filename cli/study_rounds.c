#include "cli/study_rounds.h"

#include "cli/bench.h"
#include "cli/rank_voice.h"
#include "cli/signals.h"
#include "cli/study_bar.h"
#include "cli/study_costs.h"
#include "cli/study_run.h"
#include "cli/study_search.h"
#include "mpi/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a rank knows of the rounds. */
typedef struct rounds {
    const hc_study_rounds_options *options;
    hc_sweep *sweep;
    hc_journal
        *journal; /* NULL until this rank has something to write; rank 0 holds it from the start */
    char *scratch;
    size_t *runs; /* of this round, in the order in which they are handed out */
    double *costs;
    uint64_t count;
    int signal;
    uint64_t made_count;
    uint64_t made_nanoseconds;

    hc_study_search *search; /* rank 0 */
    double *guesses;
    double *seconds;
    hc_study_bar bar;
    hc_study_rounds_result *out;
} rounds;

char *hc_study_scratch_name(const char *name, const char *writer)
{
    const char *folder = getenv("TMPDIR");
    const char *base = strrchr(name, '/');
    char *path = NULL;
    int length = folder == NULL || folder[0] == '\0'
                     ? asprintf(&path, "%s.run-%s", name, writer)
                     : asprintf(&path, "%s/%s.%ld.run-%s", folder, base == NULL ? name : base + 1,
                                (long)getpid(), writer);
    return length < 0 ? NULL : path;
}

static bool is_first_rank(const rounds *r)
{
    return hc_ranks_rank(r->options->ranks) == 0;
}

static void write_name(const rounds *r, char *out, size_t size)
{
    (void)snprintf(out, size, "rank%04u", hc_ranks_rank(r->options->ranks));
}

static int open_journal(rounds *r, hc_error *error)
{
    char writer[16];
    write_name(r, writer, sizeof writer);
    return r->journal != NULL ? 0
                              : hc_journal_open(&r->journal, r->options->name, writer,
                                                &r->options->setup->identity, error);
}

static bool watch(void *self, const hc_progress *progress)
{
    rounds *r = self;
    (void)progress;
    hc_sweep_poll(r->sweep);
    r->signal = hc_signal_pending();
    return r->signal == 0;
}

static int note(rounds *r, size_t run, const hc_study_run_outcome *outcome, hc_error *error)
{
    hc_journal_record record = {
        .point = (uint32_t)hc_study_run_point(r->options->setup, run),
        .repetition = hc_study_run_repetition(r->options->setup, run),
        .is_failed = outcome->is_failed,
        .wall_seconds = outcome->wall_seconds,
        .values = outcome->values,
        .error = outcome->error,
    };
    if (open_journal(r, error) < 0) {
        return -1;
    }
    r->made_count++;
    r->made_nanoseconds += (uint64_t)(outcome->wall_seconds * 1e9);
    return hc_journal_append(r->journal, &record, error);
}

/* A signal that came while a log was read has made the reading fail: that is no result. */
static int make_run(void *self, size_t task, hc_error *error)
{
    rounds *r = self;
    hc_study_run_options options = {
        .run = r->runs[task], .scratch = r->scratch, .watch = watch, .watcher = r};
    hc_study_run_outcome outcome;
    if (hc_study_run_make(&outcome, r->options->setup, &options, error) < 0) {
        return -1;
    }
    r->signal = hc_signal_pending();
    if (outcome.is_stopped || (outcome.is_failed && r->signal != 0)) {
        hc_sweep_stop(r->sweep);
        return 0;
    }
    if (note(r, options.run, &outcome, error) < 0) {
        return -1;
    }
    if (r->signal != 0) {
        hc_sweep_stop(r->sweep);
    }
    return outcome.is_failed ? 1 : 0;
}

static void show(void *self, const hc_sweep_progress *progress)
{
    rounds *r = self;
    hc_study_bar_update(&r->bar, progress);
}

/* Rank 0 reads what all ranks have written. Fewer runs than were made: a folder that not all nodes share. */
static int read_table(rounds *r, uint64_t expected, hc_error *error)
{
    hc_sweep_table *table = &r->out->table;
    hc_sweep_table_free(table);
    if (hc_sweep_table_read(table, r->options->setup, r->options->name, error) < 0) {
        return -1;
    }
    if (table->ok_count + table->failed_count < expected) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: its journals hold %zu of %llu finished runs; do all nodes see the "
                            "same folder? The same command goes on",
                            r->options->name, table->ok_count + table->failed_count,
                            (unsigned long long)expected);
    }
    return 0;
}

static int open_first_rank(rounds *r, hc_error *error)
{
    const hc_study_setup *setup = r->options->setup;
    size_t point_count = hc_design_point_count(setup->design);
    r->guesses = calloc(point_count, sizeof *r->guesses);
    r->seconds = calloc(point_count, sizeof *r->seconds);
    if (r->guesses == NULL || r->seconds == NULL) {
        return hc_error_memory(error);
    }
    if (open_journal(r, error) < 0 || read_table(r, 0, error) < 0 ||
        hc_study_search_create(&r->search, setup, error) < 0) {
        return -1;
    }
    r->out->known_count = r->out->table.ok_count + r->out->table.failed_count;
    return hc_study_costs_guess(r->guesses, setup, error);
}

static int open_rounds(rounds *r, hc_error *error)
{
    char writer[16];
    size_t run_count = hc_design_run_count(r->options->setup->design);
    write_name(r, writer, sizeof writer);
    r->scratch = hc_study_scratch_name(r->options->name, writer);
    r->runs = calloc(run_count, sizeof *r->runs);
    r->costs = calloc(run_count, sizeof *r->costs);
    if (r->scratch == NULL || r->runs == NULL || r->costs == NULL) {
        return hc_error_memory(error);
    }
    return is_first_rank(r) ? open_first_rank(r, error) : 0;
}

static void close_rounds(rounds *r)
{
    hc_sweep_destroy(r->sweep);
    hc_study_search_destroy(r->search);
    hc_journal_close(r->journal);
    free(r->scratch);
    free(r->runs);
    free(r->costs);
    free(r->guesses);
    free(r->seconds);
}

/* The runs of the next round, the most expensive first. */
static int plan_round(rounds *r, hc_error *error)
{
    const hc_study_setup *setup = r->options->setup;
    size_t count = 0;
    if (hc_study_search_next(r->search, &r->out->table, r->runs, &count, error) < 0) {
        return -1;
    }
    hc_study_costs_refine(r->seconds, r->guesses, setup, &r->out->table);
    hc_study_costs_order(r->runs, count, r->seconds, setup);
    for (size_t i = 0; i < count; i++) {
        r->costs[i] = r->seconds[hc_study_run_point(setup, r->runs[i])];
    }
    r->count = count;
    return 0;
}

static void share_round(rounds *r)
{
    const hc_ranks *ranks = r->options->ranks;
    hc_ranks_broadcast(ranks, &r->count, sizeof r->count);
    hc_ranks_broadcast(ranks, r->runs, r->count * sizeof *r->runs);
    hc_ranks_broadcast(ranks, r->costs, r->count * sizeof *r->costs);
}

/* All ranks learn of a signal that one of them got. */
static void share_signal(rounds *r)
{
    int64_t signal = r->signal;
    hc_ranks_max(r->options->ranks, &signal, 1);
    r->signal = (int)signal;
}

static int make_round(rounds *r, hc_error *error)
{
    const hc_sweep_work work = {.self = r, .run = make_run, .show = show};
    uint64_t made[2];
    int status = 0;
    int code = 0;
    hc_study_bar_begin_round(&r->bar);
    status = hc_sweep_run(r->sweep, &work, r->count, r->costs, error);
    code = hc_rank_voice_agree(r->options->ranks, status, error);
    share_signal(r);
    if (code != 0) {
        return code;
    }
    made[0] = r->made_count;
    made[1] = r->made_nanoseconds;
    hc_ranks_sum(r->options->ranks, made, 2);
    r->out->made_count = made[0];
    r->out->run_seconds = (double)made[1] * 1e-9;
    status = is_first_rank(r) ? read_table(r, r->out->known_count + made[0], error) : 0;
    return hc_rank_voice_agree(r->options->ranks, status, error);
}

/* @return an exit code */
static int make_rounds(rounds *r, hc_error *error)
{
    int code = 0;
    do {
        int status = is_first_rank(r) ? plan_round(r, error) : 0;
        code = hc_rank_voice_agree(r->options->ranks, status, error);
        if (code == 0) {
            share_round(r);
        }
        if (code == 0 && r->count > 0) {
            code = make_round(r, error);
        }
    } while (code == 0 && r->count > 0 && r->signal == 0);
    return code;
}

static int conclude(rounds *r, hc_error *error)
{
    if (!is_first_rank(r) || r->signal != 0) {
        return 0;
    }
    r->out->finding = hc_study_search_finding(r->search);
    return r->out->finding == NULL ? hc_error_memory(error) : 0;
}

static int carry_out(rounds *r, hc_error *error)
{
    const hc_ranks *ranks = r->options->ranks;
    double started = 0;
    int code = hc_rank_voice_agree(ranks, open_rounds(r, error), error);
    if (code != 0 || hc_sweep_create(&r->sweep, ranks, error) < 0) {
        return code != 0 ? code : hc_rank_voice_agree(ranks, -1, error);
    }
    if (is_first_rank(r)) {
        r->bar = hc_study_bar_start(r->options->setup, hc_ranks_count(ranks), r->out->known_count,
                                    r->options->is_quiet);
    }
    started = hc_stopwatch_read().wall_seconds;
    code = make_rounds(r, error);
    r->out->wall_seconds = hc_stopwatch_read().wall_seconds - started;
    hc_study_bar_end(&r->bar);
    return code != 0 ? code : hc_rank_voice_agree(ranks, conclude(r, error), error);
}

int hc_study_rounds_make(hc_study_rounds_result *out, const hc_study_rounds_options *options)
{
    rounds r = {.options = options, .out = out};
    hc_error error = HC_ERROR_NONE;
    int code = 0;
    *out = (hc_study_rounds_result){.signal = 0};
    code = carry_out(&r, &error);
    out->signal = r.signal;
    close_rounds(&r);
    hc_ranks_wait(options->ranks); /* nobody holds a journal any more: they can be removed */
    if (code != 0) {
        hc_sweep_table_free(&out->table);
        free(out->finding);
    }
    return code;
}
