#include "traces/run/run_names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int hc_run_names_read(hc_run_names *names, hc_run_reader *reader, hc_run_table table,
                      hc_error *error)
{
    const hc_table_info *info = hc_table_describe(table);
    const hc_row_field *index_field = hc_table_find_field(info, "index");
    const hc_row_field *name_field = hc_table_find_field(info, "name");
    assert(index_field != NULL && index_field->type == HC_ROW_FIELD_UINT32 && name_field != NULL);
    *names = HC_RUN_NAMES_NONE;
    if (hc_run_reader_read(reader, table, 0, UINT64_MAX, &names->rows, error) < 0) {
        return -1;
    }
    names->names = calloc(names->rows.count + 1, sizeof *names->names);
    if (names->names == NULL) {
        return hc_error_memory(error);
    }
    names->count = names->rows.count;
    for (size_t i = 0; i < names->count; i++) {
        const uint8_t *row = (const uint8_t *)names->rows.rows + i * info->row_size;
        uint32_t index = 0;
        memcpy(&index, row + index_field->offset, sizeof index);
        if (index < names->count) {
            memcpy(&names->names[index], row + name_field->offset, sizeof names->names[index]);
        }
    }
    return 0;
}

void hc_run_names_destroy(hc_run_names *names)
{
    hc_rows_destroy(&names->rows);
    free(names->names);
    *names = HC_RUN_NAMES_NONE;
}

const char *hc_run_names_get(const hc_run_names *names, uint32_t index)
{
    return index < names->count ? names->names[index] : NULL;
}
