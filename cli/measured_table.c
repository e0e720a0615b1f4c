#include "cli/measured_table.h"

#include <string.h>
#include <strings.h>

int hc_measured_table_find(const hc_csv_table *csv, const char *name)
{
    for (size_t i = 0; name != NULL && i < hc_csv_table_column_count(csv); i++) {
        if (strcasecmp(hc_csv_table_column_name(csv, i), name) == 0) {
            return (int)i;
        }
    }
    return HC_NO_COLUMN;
}

/* Columns without which no row can be predicted. */
static int require_columns(const hc_measured_table *table, hc_error *error)
{
    static const hc_measured_column NEEDED[HC_MEASURED_FORM_COUNT][3] = {
        {HC_MEASURED_MODEL, HC_MEASURED_GPU, HC_MEASURED_GPUS},
        {HC_MEASURED_GPUS, HC_MEASURED_HIDDEN, HC_MEASURED_LAYERS},
    };
    int status = 0;
    for (size_t i = 0; i < 3; i++) {
        hc_measured_column column = NEEDED[table->form][i];
        if (table->columns[column] == HC_NO_COLUMN) {
            bool is_vtrain = table->form == HC_MEASURED_PUBLISHED &&
                             hc_measured_table_find(table->csv, "# GPUs") != HC_NO_COLUMN;
            status = hc_error_set(error, HC_ERROR_TRACE, "%s: no column \"%s\"%s", table->path,
                                  hc_measured_column_name(table->form, column),
                                  is_vtrain ? "; --columns vtrain reads vTrain's names" : "");
        }
    }
    return status;
}

int hc_measured_table_open(hc_measured_table *out, const char *path, const hc_measured_form *form,
                           hc_error *error)
{
    *out = (hc_measured_table){.path = path};
    if (hc_csv_table_read(&out->csv, path, error) < 0) {
        return -1;
    }
    bool has_vtrain = hc_measured_table_find(out->csv, "# GPUs") != HC_NO_COLUMN;
    out->form = form != NULL ? *form : has_vtrain ? HC_MEASURED_VTRAIN : HC_MEASURED_PUBLISHED;
    for (int i = 0; i < HC_MEASURED_COLUMN_COUNT; i++) {
        out->columns[i] = hc_measured_table_find(
            out->csv, hc_measured_column_name(out->form, (hc_measured_column)i));
    }
    return require_columns(out, error);
}

void hc_measured_table_close(hc_measured_table *table)
{
    hc_csv_table_destroy(table->csv);
    table->csv = NULL;
}

size_t hc_measured_table_row_count(const hc_measured_table *table)
{
    return hc_csv_table_row_count(table->csv);
}

int hc_measured_table_row(const hc_measured_table *table, size_t index, hc_measured_row *out,
                          hc_error *error)
{
    const char *cells[HC_MEASURED_COLUMN_COUNT];
    for (int i = 0; i < HC_MEASURED_COLUMN_COUNT; i++) {
        int column = table->columns[i];
        cells[i] =
            column == HC_NO_COLUMN ? "" : hc_csv_table_cell(table->csv, index, (size_t)column);
    }
    return hc_measured_row_read(out, table->form, cells, error);
}
