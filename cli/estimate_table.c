#include "cli/estimate.h"

#include "cli/commands.h"
#include "cli/efficiency_choice.h"
#include "cli/json_output.h"
#include "cli/measured_table.h"
#include "cli/prediction.h"
#include "traces/run/new_file.h"
#include "workloads/step/efficiency_fit.h"
#include "workloads/search/plan_search.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A table of measured runs, written again with what is predicted for each row. */

enum { MICRO_BATCH_LIMIT = 64 };

static const char *const ADDED[] = {"predicted_step_seconds", "predicted_tflops_per_gpu",
                                    "predicted_memory_bytes", "note"};
enum { ADDED_COUNT = sizeof ADDED / sizeof ADDED[0] };

typedef struct table_job {
    const hc_estimate_arguments *arguments;
    hc_efficiency_choice choice; /* nothing: the one for each kind */
    hc_measured_table table;
    FILE *out;

    size_t predicted_count;
    double *errors; /* predicted / measured - 1, of rows that tell a step time */
    size_t error_count;
    size_t worst_line;
} table_job;

/* A table may have a column "note" of its own; ours is the last one. */
static int refuse_taken_names(const table_job *job, hc_error *error)
{
    for (size_t i = 0; i + 1 < ADDED_COUNT; i++) {
        if (hc_measured_table_find(job->table.csv, ADDED[i]) != HC_NO_COLUMN) {
            return hc_error_set(error, HC_ERROR_TRACE, "%s: has a column \"%s\" already",
                                job->arguments->table, ADDED[i]);
        }
    }
    return 0;
}

static hc_training_place place_of(const hc_measured_row *row)
{
    return (hc_training_place){.gpus_per_node = row->gpus_per_node,
                               .nic_bytes_per_second = row->nic_bytes_per_second};
}

static int predict(const table_job *job, const hc_measured_row *row, hc_prediction *out,
                   hc_error *error)
{
    hc_training_place place = place_of(row);
    return hc_predict(out, &row->shape, &row->plan, row->accelerator, &place,
                      job->choice.efficiency, error);
}

/* A row that says nothing of its plan had one that somebody chose: the fastest that fits is taken for it. */
static int choose_plan(const table_job *job, hc_measured_row *row, hc_error *error)
{
    hc_training_place place = place_of(row);
    hc_rank_layout layout = hc_training_layout(row->accelerator, &place, row->plan.gpus);
    hc_network network;
    hc_plan_choice best = {.step_seconds = 0};
    hc_plan_ranking ranking = {.choices = &best, .limit = 1};
    hc_plan_counts counts = {0};
    hc_plan_walk walk = {.shape = &row->shape,
                         .base = row->plan,
                         .gpus = row->plan.gpus,
                         .tp_limit = layout.ranks_per_node,
                         .share_count = 1};
    hc_step_setting setting = {.shape = &row->shape,
                               .accelerator = row->accelerator,
                               .efficiency = job->choice.efficiency != NULL
                                                 ? job->choice.efficiency
                                                 : hc_efficiency_for(row->accelerator, NULL),
                               .network = &network,
                               .layout = &layout};
    if (hc_training_network(&network, row->accelerator, &place, error) < 0) {
        return -1;
    }
    hc_plan_search(&walk, &setting, INFINITY, &counts, &ranking);
    network.destroy(network.self);
    if (ranking.count > 0) {
        char text[HC_PLAN_TEXT_SIZE];
        row->plan = best.plan;
        hc_plan_write(&best.plan, text);
        hc_measured_row_remark(row, "plan not stated, the fastest that fits: %s", text);
    } else {
        hc_measured_row_remark(row, "plan not stated, and none fits");
    }
    row->is_micro_batch_open = false;
    return 0;
}

/* The micro-batch is what people tune first: where a report does not print it, the fastest that fits is taken. */
static int choose_micro_batch(const table_job *job, hc_measured_row *row, hc_prediction *best,
                              hc_error *error)
{
    hc_measured_row tried = *row;
    for (uint32_t size = 2; row->is_micro_batch_open && size <= MICRO_BATCH_LIMIT; size *= 2) {
        hc_prediction other;
        if (!hc_measured_row_try_micro_batch(&tried, size)) {
            continue;
        }
        if (predict(job, &tried, &other, error) < 0) {
            return -1;
        }
        if (other.fits && (other.step.seconds < best->step.seconds || !best->fits)) {
            *best = other;
            row->plan = tried.plan;
        }
    }
    if (row->is_micro_batch_open) {
        hc_measured_row_remark(row, "micro-batch %u: not stated, the fastest that fits",
                               row->plan.micro_batch);
    }
    return 0;
}

static void remark_prediction(hc_measured_row *row, const hc_prediction *p)
{
    if (!p->fits) {
        hc_measured_row_remark(
            row, "does not fit: %.1f GiB of %.0f, most for %s", p->memory.total / 1073741824,
            row->accelerator->memory_bytes / 1073741824, hc_training_memory_largest(&p->memory));
    }
    hc_measured_row_remark(row, "profile %s%s", p->efficiency->name,
                           p->is_borrowed ? ", fitted on another kind" : "");
}

static void note_error(table_job *job, size_t row, double predicted, double measured)
{
    double error = measured > 0 ? predicted / measured - 1 : NAN;
    double worst = 0;
    if (!isfinite(error)) {
        return;
    }
    for (size_t i = 0; i < job->error_count; i++) {
        worst = fmax(worst, fabs(job->errors[i]));
    }
    job->worst_line =
        fabs(error) > worst ? hc_csv_table_line(job->table.csv, row) : job->worst_line;
    job->errors[job->error_count++] = error;
}

/* A text in quotes; what a terminal or a spreadsheet would obey becomes a space. */
static void write_note(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            (void)fputc('"', out);
        }
        if (*text == '\n') {
            (void)fputc(';', out);
        }
        (void)fputc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, out);
    }
    (void)fputc('"', out);
}

static void write_row(const table_job *job, size_t row, const double values[3], const char *note)
{
    size_t length = 0;
    const char *bytes = hc_csv_table_bytes(job->table.csv, row, &length);
    (void)fwrite(bytes, 1, length, job->out);
    for (size_t i = hc_csv_table_cell_count(job->table.csv, row);
         i < hc_csv_table_column_count(job->table.csv); i++) {
        (void)fputc(',', job->out);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)fputc(',', job->out);
        if (values != NULL) {
            (void)fprintf(job->out, "%.6g", values[i]);
        }
    }
    (void)fputc(',', job->out);
    write_note(job->out, note);
    (void)fputs(hc_csv_table_line_end(job->table.csv), job->out);
}

static int predict_row(const table_job *job, size_t index, hc_measured_row *row, hc_prediction *p,
                       hc_error *error)
{
    if (hc_measured_table_row(&job->table, index, row, error) < 0 ||
        hc_prediction_check_precision(row->accelerator, row->plan.precision, error) < 0) {
        return -1;
    }
    if (row->is_plan_open && choose_plan(job, row, error) < 0) {
        return -1;
    }
    return predict(job, row, p, error) < 0 || choose_micro_batch(job, row, p, error) < 0 ? -1 : 0;
}

static void do_row(table_job *job, size_t index)
{
    hc_error error = HC_ERROR_NONE;
    hc_measured_row row;
    hc_prediction p;
    double values[3];
    if (predict_row(job, index, &row, &p, &error) < 0) {
        char note[HC_ERROR_TEXT_SIZE + 32];
        (void)snprintf(note, sizeof note, "not predicted: %s", error.text);
        write_row(job, index, NULL, note);
        return;
    }
    remark_prediction(&row, &p);
    values[0] = p.step.seconds;
    values[1] = hc_flop_convention_count(row.convention, &row.shape, &row.plan) /
                (p.step.seconds * row.plan.gpus * 1e12);
    values[2] = p.memory.total - p.memory.context - p.memory.fragmentation;
    write_row(job, index, values, row.note);
    note_error(job, index, p.step.seconds, row.measured_seconds);
    job->predicted_count++;
}

static void write_header(const table_job *job)
{
    size_t length = 0;
    const char *bytes = hc_csv_table_header_bytes(job->table.csv, &length);
    (void)fwrite(bytes, 1, length, job->out);
    for (size_t i = 0; i < ADDED_COUNT; i++) {
        (void)fprintf(job->out, ",%s", ADDED[i]);
    }
    (void)fputs(hc_csv_table_line_end(job->table.csv), job->out);
}

static int print_json(table_job *job)
{
    const hc_estimate_arguments *a = job->arguments;
    json_t *errors = json_null();
    if (job->error_count > 0) {
        hc_error_summary f;
        hc_error_summary_of(job->errors, job->error_count, &f);
        errors =
            json_pack("{s:I, s:f, s:f, s:f, s:f, s:f, s:I}", "rows", (json_int_t)job->error_count,
                      "mean", f.mean, "median", f.median, "p90", f.p90, "worst", f.worst, "bias",
                      f.bias, "worst_line", (json_int_t)job->worst_line);
    }
    return hc_print_json(json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:o}", "schema", "hindcast-estimate-table-1", "table", a->table,
        "out", a->out, "rows", (json_int_t)hc_csv_table_row_count(job->table.csv), "predicted",
        (json_int_t)job->predicted_count, "error_of_step_time", errors));
}

static void print_text(table_job *job)
{
    const hc_estimate_arguments *a = job->arguments;
    size_t rows = hc_csv_table_row_count(job->table.csv);
    printf("%s: %zu rows, %zu predicted", a->table, rows, job->predicted_count);
    if (rows > job->predicted_count) {
        printf(", %zu not: their notes say why", rows - job->predicted_count);
    }
    printf("\n");
    if (job->error_count > 0) {
        hc_error_summary f;
        hc_error_summary_of(job->errors, job->error_count, &f);
        printf("  against the %zu that tell a step time: error mean %.1f %%, median %.1f %%, p90 "
               "%.1f %%, worst %.1f %%\n  (line %zu), bias %+.1f %%\n",
               job->error_count, 100 * f.mean, 100 * f.median, 100 * f.p90, 100 * f.worst,
               job->worst_line, 100 * f.bias);
    }
    printf("  written to %s\n", a->out);
}

static int write_table(table_job *job, hc_error *error)
{
    const hc_estimate_arguments *a = job->arguments;
    hc_new_file file;
    int status = hc_new_file_open(&file, a->out, a->is_forced, error);
    if (status < 0) {
        return -1;
    }
    job->out = file.file;
    write_header(job);
    for (size_t i = 0; i < hc_csv_table_row_count(job->table.csv); i++) {
        do_row(job, i);
    }
    status = hc_new_file_finish(&file, error);
    hc_new_file_discard(&file);
    return status;
}

static int carry_out(table_job *job, hc_error *error)
{
    const hc_estimate_arguments *a = job->arguments;
    if (hc_efficiency_choose(&job->choice, a->profile, error) < 0 ||
        hc_new_file_check(a->out, a->is_forced, error) < 0 ||
        hc_measured_table_open(&job->table, a->table, &a->form, error) < 0 ||
        refuse_taken_names(job, error) < 0) {
        return -1;
    }
    job->errors = calloc(hc_csv_table_row_count(job->table.csv) + 1, sizeof *job->errors);
    return job->errors == NULL ? hc_error_memory(error) : write_table(job, error);
}

int hc_estimate_table(const hc_estimate_arguments *arguments)
{
    table_job job = {.arguments = arguments};
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (carry_out(&job, &error) < 0) {
        code = hc_print_error(&error);
    } else if (arguments->is_json) {
        code = print_json(&job);
    } else {
        print_text(&job);
    }
    hc_measured_table_close(&job.table);
    hc_efficiency_choice_release(&job.choice);
    free(job.errors);
    return code;
}
