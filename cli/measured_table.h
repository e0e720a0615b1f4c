#ifndef HC_CLI_MEASURED_TABLE_H
#define HC_CLI_MEASURED_TABLE_H

#include "sim/error.h"
#include "traces/csv_table.h"
#include "workloads/measured/measured_row.h"

#include <stdbool.h>
#include <stddef.h>

/** A table of measured runs: a CSV, and which of its columns are which. */
typedef struct hc_measured_table {
    const char *path; /**< borrowed */
    hc_measured_form form;
    hc_csv_table *csv;
    int columns[HC_MEASURED_COLUMN_COUNT]; /**< in the CSV; HC_NO_COLUMN: it has none */
} hc_measured_table;

enum { HC_NO_COLUMN = -1 };

/** Column of a name, in any case; HC_NO_COLUMN when there is none. */
int hc_measured_table_find(const hc_csv_table *csv, const char *name);

/** Reads a CSV and finds its columns.
 *  @param form  NULL: what its header says
 *  @return 0, or -1 with `error` set; close in any case. */
int hc_measured_table_open(hc_measured_table *out, const char *path, const hc_measured_form *form,
                           hc_error *error);
void hc_measured_table_close(hc_measured_table *table);

size_t hc_measured_table_row_count(const hc_measured_table *table);

/** Reads a row. @return 0, or -1 with `error` set: why it cannot be predicted. */
int hc_measured_table_row(const hc_measured_table *table, size_t index, hc_measured_row *out,
                          hc_error *error);

#endif
