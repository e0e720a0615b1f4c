#include "cli/sweep.h"

#include "analysis/study/study_report.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/rank_voice.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "cli/study_rounds.h"
#include "cli/study_values.h"
#include "traces/study/journal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A study file with journals beside it was written by --collect, and may be replaced by the whole one. */
static int check_output(const hc_sweep_options *o, hc_error *error)
{
    struct stat status;
    if (lstat(o->out, &status) < 0) {
        return errno == ENOENT
                   ? 0
                   : hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", o->out, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: exists and is not a plain file", o->out);
    }
    return o->is_forced || hc_journals_exist(o->out)
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE,
                              "%s: exists; --force replaces it, --out FILE writes another file",
                              o->out);
}

static int prepare(const hc_sweep_options *o, const hc_study_setup *setup, hc_error *error)
{
    if (check_output(o, error) < 0 || hc_study_values_check(setup, error) < 0) {
        return -1;
    }
    return o->is_forced ? hc_journals_remove(o->out, error) : 0;
}

/* Run files that killed ranks have left beside the study. */
static void remove_scratch(const char *name)
{
    glob_t files;
    hc_error ignored = HC_ERROR_NONE;
    if (hc_files_beside(name, ".run-rank*", &files, &ignored) == 0) {
        for (size_t i = 0; i < files.gl_pathc; i++) {
            (void)unlink(files.gl_pathv[i]);
        }
    }
    globfree(&files);
}

static int write_file(const hc_sweep_options *o, const hc_study_setup *setup,
                      const hc_sweep_table *table, hc_study_file_options *options, hc_error *error)
{
    char *command_line = hc_command_line(o->argc, o->argv);
    int status = 0;
    if (command_line == NULL) {
        return hc_error_memory(error);
    }
    options->path = o->out;
    options->command_line = command_line;
    options->may_replace = true;
    status = hc_sweep_table_write(table, setup, options, error);
    free(command_line);
    return status;
}

/* The journals go only when the study file is there. */
static int finish(const hc_sweep_options *o, const hc_study_setup *setup, const hc_ranks *ranks,
                  const hc_study_rounds_result *result, hc_error *error)
{
    hc_study_file_options options = {
        .finding = result->finding, .rank_count = hc_ranks_count(ranks), .is_complete = true};
    if (write_file(o, setup, &result->table, &options, error) < 0 ||
        hc_journals_remove(o->out, error) < 0) {
        return -1;
    }
    remove_scratch(o->out);
    return 0;
}

static double efficiency(const hc_study_rounds_result *result, uint32_t rank_count)
{
    return result->run_seconds / (result->wall_seconds * rank_count);
}

static int print_json(const hc_sweep_options *o, const hc_study_setup *setup,
                      const hc_study_rounds_result *r, uint32_t rank_count)
{
    double share = efficiency(r, rank_count);
    return hc_print_json(json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o}", "schema",
        "hindcast-sweep-1", "name", setup->definition.name, "out", o->out, "runs",
        (json_int_t)r->table.run_count, "made", (json_int_t)r->made_count, "ok",
        (json_int_t)r->table.ok_count, "failed", (json_int_t)r->table.failed_count, "skipped",
        (json_int_t)(r->table.run_count - r->table.ok_count - r->table.failed_count), "ranks",
        (json_int_t)rank_count, "wall_s", r->wall_seconds, "run_s", r->run_seconds, "efficiency",
        r->made_count > 0 && isfinite(share) ? json_real(share) : json_null(), "findings",
        hc_study_findings_json(r->finding)));
}

static void print_text(const hc_sweep_options *o, const hc_study_setup *setup,
                       const hc_study_rounds_result *r, uint32_t rank_count)
{
    size_t skipped = r->table.run_count - r->table.ok_count - r->table.failed_count;
    printf("%s: %zu runs finished, %zu failed", setup->definition.name, r->table.ok_count,
           r->table.failed_count);
    if (skipped > 0) {
        printf(", %zu not needed", skipped);
    }
    if (r->made_count > 0) {
        printf("; %zu made in %.1f s on %u rank%s, which worked %.0f %% of it", r->made_count,
               r->wall_seconds, rank_count, rank_count == 1 ? "" : "s",
               100 * efficiency(r, rank_count));
    }
    printf("\n");
    if (r->finding[0] != '\0') {
        printf("%s\n", r->finding);
    }
    printf("%s holds the results: hindcast report %s\n", o->out, o->out);
}

static int tell(const hc_sweep_options *o, const hc_study_setup *setup,
                const hc_study_rounds_result *result, uint32_t rank_count)
{
    int code = HC_EXIT_OK;
    if (o->is_json) {
        code = print_json(o, setup, result, rank_count);
    } else if (!o->is_quiet) {
        print_text(o, setup, result, rank_count);
    }
    if (result->table.failed_count > 0) {
        (void)fprintf(stderr,
                      "hindcast sweep: %zu of %zu runs failed; hindcast report %s says why\n",
                      result->table.failed_count, result->table.run_count, o->out);
        code = code == HC_EXIT_OK ? HC_EXIT_RUNTIME : code;
    }
    return code;
}

static int tell_stop(const hc_sweep_options *o, const hc_study_rounds_result *result)
{
    (void)fprintf(stderr,
                  "hindcast sweep: stopped by %s; %zu of %zu runs are safe beside %s, and the same "
                  "command goes on\n",
                  hc_signal_name(result->signal),
                  result->table.ok_count + result->table.failed_count, result->table.run_count,
                  o->out);
    return 128 + result->signal;
}

/* Rank 0's part, once all runs are made. */
static int conclude(const hc_sweep_options *o, const hc_study_setup *setup, const hc_ranks *ranks,
                    const hc_study_rounds_result *result)
{
    hc_error error = HC_ERROR_NONE;
    if (result->signal != 0) {
        return tell_stop(o, result);
    }
    if (finish(o, setup, ranks, result, &error) < 0) {
        return hc_print_error(&error);
    }
    hc_signals_release_pipe();
    return tell(o, setup, result, hc_ranks_count(ranks));
}

int hc_sweep_all(const hc_sweep_options *o, const hc_study_setup *setup, const hc_ranks *ranks)
{
    hc_study_rounds_options options = {
        .setup = setup, .ranks = ranks, .name = o->out, .is_quiet = o->is_quiet};
    hc_study_rounds_result result;
    hc_error error = HC_ERROR_NONE;
    bool is_first = hc_ranks_rank(ranks) == 0;
    int code = hc_rank_voice_agree(ranks, is_first ? prepare(o, setup, &error) : 0, &error);
    if (code == HC_EXIT_OK) {
        code = hc_study_rounds_make(&result, &options);
    }
    if (code != HC_EXIT_OK) {
        return code;
    }
    if (is_first) {
        code = conclude(o, setup, ranks, &result);
    }
    hc_ranks_broadcast(ranks, &code, sizeof code);
    hc_sweep_table_free(&result.table);
    free(result.finding);
    return code;
}

static int tell_collected(const hc_sweep_options *o, const hc_study_setup *setup,
                          const hc_sweep_table *table)
{
    size_t finished = table->ok_count + table->failed_count;
    if (o->is_json) {
        return hc_print_json(json_pack(
            "{s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "schema", "hindcast-sweep-collect-1", "name",
            setup->definition.name, "out", o->out, "runs", (json_int_t)table->run_count, "ok",
            (json_int_t)table->ok_count, "failed", (json_int_t)table->failed_count, "missing",
            (json_int_t)(table->run_count - finished)));
    }
    if (!o->is_quiet) {
        printf("%s: %zu of %zu runs are finished, %zu of them failed; %s holds them\n",
               setup->definition.name, finished, table->run_count, table->failed_count, o->out);
    }
    return HC_EXIT_OK;
}

static int collect(const hc_sweep_options *o, const hc_study_setup *setup,
                   const hc_sweep_table *table)
{
    size_t finished = table->ok_count + table->failed_count;
    hc_study_file_options options = {
        .finding = "", .rank_count = 1, .is_complete = finished == table->run_count};
    hc_error error = HC_ERROR_NONE;
    if (finished == 0) {
        (void)hc_error_set(&error, HC_ERROR_USAGE,
                           "%s: no finished run stands beside it; --out FILE says where they are",
                           o->out);
        return hc_print_error(&error);
    }
    return write_file(o, setup, table, &options, &error) < 0 ? hc_print_error(&error)
                                                             : tell_collected(o, setup, table);
}

int hc_sweep_collect(const hc_sweep_options *o, const hc_study_setup *setup)
{
    hc_sweep_table table;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (check_output(o, &error) < 0 || hc_sweep_table_read(&table, setup, o->out, &error) < 0) {
        return hc_print_error(&error);
    }
    code = collect(o, setup, &table);
    hc_sweep_table_free(&table);
    return code;
}
