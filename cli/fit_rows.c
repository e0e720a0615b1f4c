#include "cli/fit_rows.h"

#include "cli/measured_table.h"
#include "cli/prediction.h"

#include <stdlib.h>
#include <string.h>

/* What a step borrows from: its row, network and layout stay where they are. */
typedef struct {
    hc_measured_row row;
    hc_network network;
    hc_rank_layout layout;
    const char *bytes; /* as they stand in the file */
    size_t length;
    size_t line;
    size_t table;
} fit_row;

struct hc_fit_rows {
    hc_measured_table *sources;
    hc_fit_table *tables;
    size_t table_count;
    fit_row *rows;
    size_t row_count; /* with a network to be destroyed */
    hc_measured_step *steps;
    const hc_accelerator *kind;
};

void hc_fit_rows_destroy(hc_fit_rows *rows)
{
    if (rows == NULL) {
        return;
    }
    for (size_t i = 0; i < rows->row_count; i++) {
        rows->rows[i].network.destroy(rows->rows[i].network.self);
    }
    for (size_t i = 0; rows->sources != NULL && i < rows->table_count; i++) {
        hc_measured_table_close(&rows->sources[i]);
    }
    free(rows->steps);
    free(rows->rows);
    free(rows->tables);
    free(rows->sources);
    free(rows);
}

static int check_kind(hc_fit_rows *rows, const hc_measured_row *row, const char *path, size_t line,
                      hc_error *error)
{
    if (rows->kind == NULL) {
        rows->kind = row->accelerator;
    }
    return rows->kind == row->accelerator
               ? 0
               : hc_error_set(
                     error, HC_ERROR_TRACE,
                     "%s:%zu: a row of %s beside rows of %s, and a profile is of one kind; "
                     "--gpu says which",
                     path, line, row->accelerator->name, rows->kind->name);
}

/* @return 1: the row was taken, 0: left out, -1: failed */
static int take_row(hc_fit_rows *rows, size_t table, size_t index, const hc_accelerator *only,
                    hc_error *error)
{
    const hc_measured_table *source = &rows->sources[table];
    fit_row *row = &rows->rows[rows->row_count];
    hc_error reason = HC_ERROR_NONE;
    row->line = hc_csv_table_line(source->csv, index);
    row->table = table;
    if (hc_measured_table_row(source, index, &row->row, &reason) < 0 ||
        hc_prediction_check_precision(row->row.accelerator, row->row.plan.precision, &reason) < 0 ||
        row->row.measured_seconds <= 0 || row->row.is_micro_batch_open || row->row.is_plan_open ||
        (only != NULL && only != row->row.accelerator)) {
        return 0;
    }
    hc_training_place place = {.gpus_per_node = row->row.gpus_per_node,
                               .nic_bytes_per_second = row->row.nic_bytes_per_second};
    if (check_kind(rows, &row->row, source->path, row->line, error) < 0 ||
        hc_training_network(&row->network, row->row.accelerator, &place, error) < 0) {
        return -1;
    }
    row->layout = hc_training_layout(row->row.accelerator, &place, row->row.plan.gpus);
    row->bytes = hc_csv_table_bytes(source->csv, index, &row->length);
    rows->steps[rows->row_count] = (hc_measured_step){
        .setting = {.shape = &row->row.shape,
                    .plan = &row->row.plan,
                    .accelerator = row->row.accelerator,
                    .network = &row->network,
                    .layout = &row->layout},
        .seconds = row->row.measured_seconds,
        .table = (uint32_t)table,
    };
    rows->row_count++;
    return 1;
}

static int take_table(hc_fit_rows *rows, size_t table, const hc_accelerator *only, hc_error *error)
{
    hc_fit_table *told = &rows->tables[table];
    size_t count = hc_measured_table_row_count(&rows->sources[table]);
    told->path = rows->sources[table].path;
    told->first = rows->row_count;
    for (size_t i = 0; i < count; i++) {
        if (take_row(rows, table, i, only, error) < 0) {
            return -1;
        }
    }
    told->count = rows->row_count - told->first;
    told->left_out = count - told->count;
    return told->count > 0
               ? 0
               : hc_error_set(error, HC_ERROR_TRACE,
                              "%s: no row tells a step time that could be predicted%s%s",
                              told->path, only == NULL ? "" : " of ",
                              only == NULL ? "" : only->name);
}

static int open_tables(hc_fit_rows *rows, const char *const *paths, size_t *total, hc_error *error)
{
    *total = 0;
    for (size_t i = 0; i < rows->table_count; i++) {
        if (hc_measured_table_open(&rows->sources[i], paths[i], NULL, error) < 0) {
            return -1;
        }
        *total += hc_measured_table_row_count(&rows->sources[i]);
    }
    rows->rows = calloc(*total + 1, sizeof *rows->rows);
    rows->steps = calloc(*total + 1, sizeof *rows->steps);
    return rows->rows == NULL || rows->steps == NULL ? hc_error_memory(error) : 0;
}

int hc_fit_rows_read(hc_fit_rows **out, const char *const *paths, size_t count,
                     const hc_accelerator *kind, hc_error *error)
{
    size_t total = 0;
    hc_fit_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) {
        return hc_error_memory(error);
    }
    rows->kind = kind;
    rows->table_count = count;
    rows->sources = calloc(count + 1, sizeof *rows->sources);
    rows->tables = calloc(count + 1, sizeof *rows->tables);
    if (rows->sources == NULL || rows->tables == NULL) {
        hc_fit_rows_destroy(rows);
        return hc_error_memory(error);
    }
    int status = open_tables(rows, paths, &total, error);
    for (size_t i = 0; status == 0 && i < count; i++) {
        status = take_table(rows, i, kind, error);
    }
    if (status < 0) {
        hc_fit_rows_destroy(rows);
        return -1;
    }
    *out = rows;
    return 0;
}

const hc_measured_step *hc_fit_rows_steps(const hc_fit_rows *rows, size_t *count)
{
    *count = rows->row_count;
    return rows->steps;
}

const hc_fit_table *hc_fit_rows_table(const hc_fit_rows *rows, size_t index)
{
    return &rows->tables[index];
}

const hc_accelerator *hc_fit_rows_kind(const hc_fit_rows *rows)
{
    return rows->kind;
}

static int by_bytes(const void *a, const void *b)
{
    const fit_row *x = *(const fit_row *const *)a;
    const fit_row *y = *(const fit_row *const *)b;
    if (x->length != y->length) {
        return x->length < y->length ? -1 : 1;
    }
    return memcmp(x->bytes, y->bytes, x->length);
}

int hc_fit_rows_refuse_common(const hc_fit_rows *fitted, const hc_fit_rows *tested, hc_error *error)
{
    const fit_row **order = calloc(fitted->row_count + 1, sizeof *order);
    int status = 0;
    if (order == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < fitted->row_count; i++) {
        order[i] = &fitted->rows[i];
    }
    qsort(order, fitted->row_count, sizeof *order, by_bytes);
    for (size_t i = 0; status == 0 && i < tested->row_count; i++) {
        const fit_row *row = &tested->rows[i];
        const fit_row **twin = bsearch(&row, order, fitted->row_count, sizeof *order, by_bytes);
        if (twin != NULL) {
            status = hc_error_set(
                error, HC_ERROR_TRACE,
                "%s:%zu: the same row as %s:%zu; errors on rows that were fitted on say nothing",
                tested->tables[row->table].path, row->line, fitted->tables[(*twin)->table].path,
                (*twin)->line);
        }
    }
    free(order);
    return status;
}
