#include "cli/estimate.h"

#include "cli/commands.h"
#include "cli/efficiency_choice.h"
#include "cli/fit_rows.h"
#include "cli/json_output.h"
#include "sim/scenario/suggest.h"
#include "traces/run/new_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `hindcast estimate --fit`: an efficiency profile from measured steps. */

/* What any cluster differs in, and any table of steps can tell. */
static const char *const USUAL = "gemm,layer_seconds,step_seconds";

typedef struct {
    const hc_estimate_arguments *arguments;
    hc_efficiency_choice start;
    hc_fit_rows *fitted;
    hc_fit_rows *tested; /* NULL: no table to test with */
    hc_efficiency_parameter parameters[HC_EFF_COUNT];
    size_t parameter_count;
    hc_efficiency_fit fit;
    char name[128];
    char basis[512];
} fit_job;

static int find_parameter(const char *word, size_t length, hc_efficiency_parameter *out)
{
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        const char *name = hc_efficiency_parameter_name((hc_efficiency_parameter)i);
        if (strlen(name) == length && strncmp(name, word, length) == 0) {
            *out = (hc_efficiency_parameter)i;
            return 0;
        }
    }
    return -1;
}

static int refuse_parameter(const char *word, size_t length, hc_error *error)
{
    char names[512];
    size_t used = 0;
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 hc_efficiency_parameter_name((hc_efficiency_parameter)i));
    }
    return hc_error_set(error, HC_ERROR_USAGE, "--free: expected some of %s, got \"%.*s\"", names,
                        (int)(length < 40 ? length : 40), word);
}

static int read_parameters(fit_job *job, hc_error *error)
{
    const char *word = job->arguments->free_names == NULL ? USUAL : job->arguments->free_names;
    for (;;) {
        size_t length = strcspn(word, ",");
        hc_efficiency_parameter parameter;
        if (find_parameter(word, length, &parameter) < 0) {
            return refuse_parameter(word, length, error);
        }
        for (size_t i = 0; i < job->parameter_count; i++) {
            if (job->parameters[i] == parameter) {
                return hc_error_set(error, HC_ERROR_USAGE, "--free: %s is there twice",
                                    hc_efficiency_parameter_name(parameter));
            }
        }
        job->parameters[job->parameter_count++] = parameter;
        if (word[length] == '\0') {
            return 0;
        }
        word += length + 1;
    }
}

static int find_kind(const fit_job *job, const hc_accelerator **kind, hc_error *error)
{
    const char *name = job->arguments->gpu;
    *kind = name == NULL ? NULL : hc_accelerator_find(name);
    if (name == NULL || *kind != NULL) {
        return 0;
    }
    const char *nearest = hc_accelerator_suggest(name);
    return hc_error_set(error, HC_ERROR_USAGE, "--gpu: unknown GPU \"%.40s\"%s%s%s", name,
                        nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                        nearest == NULL ? "" : "\"?");
}

static int read_tables(fit_job *job, hc_error *error)
{
    const hc_estimate_arguments *a = job->arguments;
    const hc_accelerator *kind;
    if (find_kind(job, &kind, error) < 0 ||
        hc_fit_rows_read(&job->fitted, a->fit_tables, a->fit_count, kind, error) < 0) {
        return -1;
    }
    return a->test_count == 0 ? 0
           : hc_fit_rows_read(&job->tested, a->test_tables, a->test_count,
                              hc_fit_rows_kind(job->fitted), error) < 0 ||
                   hc_fit_rows_refuse_common(job->fitted, job->tested, error) < 0
               ? -1
               : 0;
}

static hc_error_summary errors_of(const fit_job *job, const hc_fit_rows *rows)
{
    size_t count;
    const hc_measured_step *steps = hc_fit_rows_steps(rows, &count);
    hc_error_summary summary = {.count = 0};
    (void)hc_efficiency_errors(&job->fit.efficiency, steps, count, NULL, &summary);
    return summary;
}

/* "gemm, layer_seconds on 396 rows of 2 tables; mean error 7.5 % on 1,080 others" */
static void describe(fit_job *job)
{
    const hc_estimate_arguments *a = job->arguments;
    size_t used = 0;
    for (size_t i = 0; i < job->parameter_count && used < sizeof job->basis; i++) {
        used +=
            (size_t)snprintf(job->basis + used, sizeof job->basis - used, "%s%s", i > 0 ? ", " : "",
                             hc_efficiency_parameter_name(job->parameters[i]));
    }
    if (used < sizeof job->basis) {
        used += (size_t)snprintf(job->basis + used, sizeof job->basis - used,
                                 " on %zu rows of %zu table%s", job->fit.errors.count, a->fit_count,
                                 a->fit_count == 1 ? "" : "s");
    }
    if (job->tested != NULL && used < sizeof job->basis) {
        hc_error_summary test = errors_of(job, job->tested);
        (void)snprintf(job->basis + used, sizeof job->basis - used,
                       ", mean error %.1f %% on %zu others", 100 * test.mean, test.count);
    }
    job->fit.efficiency.basis = job->basis;
}

/* The file's name without folder and ending. */
static void name_profile(fit_job *job)
{
    const char *path = job->arguments->out == NULL ? "fitted" : job->arguments->out;
    const char *slash = strrchr(path, '/');
    const char *begin = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(begin, '.');
    size_t length = dot == NULL || dot == begin ? strlen(begin) : (size_t)(dot - begin);
    (void)snprintf(job->name, sizeof job->name, "%.*s",
                   (int)(length < sizeof job->name ? length : sizeof job->name - 1), begin);
    job->fit.efficiency.name = job->name;
    job->fit.efficiency.accelerator = hc_fit_rows_kind(job->fitted)->name;
}

static int write_profile(const fit_job *job, hc_error *error)
{
    const hc_estimate_arguments *a = job->arguments;
    hc_new_file file;
    if (a->out == NULL) {
        return 0;
    }
    int status = hc_new_file_open(&file, a->out, a->is_forced, error);
    if (status == 0) {
        hc_efficiency_file_write(file.file, &job->fit.efficiency);
        status = hc_new_file_finish(&file, error);
    }
    hc_new_file_discard(&file);
    return status;
}

static int carry_out(fit_job *job, hc_error *error)
{
    const hc_estimate_arguments *a = job->arguments;
    if (read_parameters(job, error) < 0 ||
        hc_efficiency_choose(&job->start, a->profile, error) < 0 ||
        (a->out != NULL && hc_new_file_check(a->out, a->is_forced, error) < 0) ||
        read_tables(job, error) < 0) {
        return -1;
    }
    size_t count;
    const hc_measured_step *steps = hc_fit_rows_steps(job->fitted, &count);
    const hc_efficiency *start = job->start.efficiency != NULL
                                     ? job->start.efficiency
                                     : hc_efficiency_for(hc_fit_rows_kind(job->fitted), NULL);
    if (hc_efficiency_fit_steps(&job->fit, steps, count, start, job->parameters,
                                job->parameter_count, error) < 0) {
        return -1;
    }
    name_profile(job);
    describe(job);
    return write_profile(job, error);
}

static void print_errors(const char *what, const hc_error_summary *e)
{
    printf("  %-40.40s %6zu %7.1f %7.1f %7.1f %7.1f %+7.1f\n", what, e->count, 100 * e->mean,
           100 * e->median, 100 * e->p90, 100 * e->worst, 100 * e->bias);
}

static void print_tables(const fit_job *job, const hc_fit_rows *rows, size_t tables,
                         const char *word)
{
    size_t count;
    const hc_measured_step *steps = hc_fit_rows_steps(rows, &count);
    for (size_t i = 0; i < tables; i++) {
        const hc_fit_table *table = hc_fit_rows_table(rows, i);
        const char *slash = strrchr(table->path, '/');
        char what[64];
        hc_error_summary summary = {.count = 0};
        (void)hc_efficiency_errors(&job->fit.efficiency, steps + table->first, table->count, NULL,
                                   &summary);
        (void)snprintf(what, sizeof what, "%s %s", word, slash == NULL ? table->path : slash + 1);
        print_errors(what, &summary);
        if (table->left_out > 0) {
            printf("  %-40s %6zu rows left out\n", "", table->left_out);
        }
    }
}

static void print_text(const fit_job *job)
{
    const hc_efficiency_fit *fit = &job->fit;
    const hc_estimate_arguments *a = job->arguments;
    printf("%s: %zu parameters of %s on %zu measured steps\n", fit->efficiency.name,
           job->parameter_count, fit->efficiency.accelerator, fit->errors.count);
    printf("  %-16s %12s   %s\n", "parameter", "value", "90 % interval");
    for (size_t i = 0; i < job->parameter_count; i++) {
        hc_efficiency_parameter p = job->parameters[i];
        printf("  %-16s %12.4g   %.4g .. %.4g\n", hc_efficiency_parameter_name(p),
               fit->efficiency.values[p], fit->low[p], fit->high[p]);
    }
    printf("  %-40s %6s %7s %7s %7s %7s %7s\n", "error of the step time, %", "rows", "mean",
           "median", "p90", "worst", "bias");
    print_tables(job, job->fitted, a->fit_count, "fitted on");
    if (job->tested != NULL) {
        print_tables(job, job->tested, a->test_count, "not used:");
    } else {
        printf("  no rows were kept apart: --test TABLE.csv tells the error on others\n");
    }
    if (a->out != NULL) {
        printf("  written to %s; --profile %s uses it\n", a->out, a->out);
    }
}

static json_t *json_errors(const hc_error_summary *e)
{
    return json_pack("{s:I, s:f, s:f, s:f, s:f, s:f}", "rows", (json_int_t)e->count, "mean",
                     e->mean, "median", e->median, "p90", e->p90, "worst", e->worst, "bias",
                     e->bias);
}

static int print_json(const fit_job *job)
{
    json_t *parameters = json_object();
    for (size_t i = 0; i < job->parameter_count; i++) {
        hc_efficiency_parameter p = job->parameters[i];
        (void)json_object_set_new(parameters, hc_efficiency_parameter_name(p),
                                  json_pack("{s:f, s:f, s:f}", "value",
                                            job->fit.efficiency.values[p], "low", job->fit.low[p],
                                            "high", job->fit.high[p]));
    }
    json_t *tested = json_null();
    if (job->tested != NULL) {
        hc_error_summary summary = errors_of(job, job->tested);
        tested = json_errors(&summary);
    }
    return hc_print_json(json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o}", "schema", "hindcast-estimate-fit-1", "profile",
        job->fit.efficiency.name, "accelerator", job->fit.efficiency.accelerator, "parameters",
        parameters, "fitted", json_errors(&job->fit.errors), "tested", tested));
}

int hc_estimate_fit(const hc_estimate_arguments *arguments)
{
    fit_job job = {.arguments = arguments};
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (carry_out(&job, &error) < 0) {
        code = hc_print_error(&error);
    } else if (arguments->is_json) {
        code = print_json(&job);
    } else {
        print_text(&job);
    }
    hc_fit_rows_destroy(job.tested);
    hc_fit_rows_destroy(job.fitted);
    hc_efficiency_choice_release(&job.start);
    return code;
}
