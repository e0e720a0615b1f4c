#include "traces/csv_table.h"
#include "workloads/measured/measured_row.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_row(const hc_csv_table *table, size_t row, hc_measured_form form)
{
    const char *cells[HC_MEASURED_COLUMN_COUNT];
    hc_error error = HC_ERROR_NONE;
    hc_measured_row out;
    for (int i = 0; i < HC_MEASURED_COLUMN_COUNT; i++) {
        const char *name = hc_measured_column_name(form, (hc_measured_column)i);
        cells[i] = "";
        for (size_t k = 0; name != NULL && k < hc_csv_table_column_count(table); k++) {
            if (strcasecmp(hc_csv_table_column_name(table, k), name) == 0) {
                cells[i] = hc_csv_table_cell(table, row, k);
            }
        }
    }
    if (hc_measured_row_read(&out, form, cells, &error) == 0 &&
        (!hc_parallel_plan_is_possible(&out.plan, &out.shape) ||
         !(hc_flop_convention_count(out.convention, &out.shape, &out.plan) > 0))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_csv_table *table = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_csv_table_parse(&table, "table", (const char *)data, size, &error) < 0) {
        return 0;
    }
    for (size_t i = 0; i < hc_csv_table_row_count(table); i++) {
        read_row(table, i, HC_MEASURED_PUBLISHED);
        read_row(table, i, HC_MEASURED_VTRAIN);
    }
    hc_csv_table_destroy(table);
    return 0;
}
