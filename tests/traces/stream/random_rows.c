#include "tests/traces/stream/random_rows.h"

#include <string.h>

const hc_run_table hc_streamed_tables[HC_STREAMED_TABLE_COUNT] = {
    HC_TABLE_EVENTS, HC_TABLE_PLACEMENTS, HC_TABLE_DECISIONS, HC_TABLE_SERIES, HC_TABLE_LEDGER};

static uint64_t random_number(hc_random *stream)
{
    static const uint64_t EXTREMES[] = {
        0,          1,          UINT64_MAX,          INT64_MAX,  INT32_MAX,
        UINT32_MAX, UINT16_MAX, (uint64_t)INT64_MIN, 0x80000000, 0xffffffffffff0000};
    return hc_random_below(stream, 2) == 0 ? hc_random_bits(stream)
                                           : EXTREMES[hc_random_below(stream, 10)];
}

void hc_random_row(hc_random *stream, hc_run_table table, void *row)
{
    const hc_table_info *info = hc_table_describe(table);
    memset(row, 0, info->row_size);
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        uint64_t value = field->type == HC_ROW_FIELD_ENUM
                             ? hc_random_below(stream, field->names->count)
                             : random_number(stream);
        memcpy((char *)row + field->offset, &value, hc_row_field_bytes(field));
    }
}

void hc_random_parcel(hc_random *stream, hc_run_table table, uint32_t rank, uint64_t first,
                      uint32_t count, hc_parcel *out)
{
    size_t row_size = hc_table_describe(table)->row_size;
    out->kind = HC_PARCEL_ROWS;
    out->rank = rank;
    out->table = (uint32_t)table;
    out->count = count;
    out->first = first;
    for (uint32_t i = 0; i < count; i++) {
        hc_random_row(stream, table, out->content.rows + i * row_size);
    }
}

static bool are_fields_equal(const hc_table_info *info, const char *a, const char *b)
{
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        if (memcmp(a + field->offset, b + field->offset, hc_row_field_bytes(field)) != 0) {
            return false;
        }
    }
    return true;
}

bool hc_rows_are_equal(hc_run_table table, const void *a, const void *b, size_t count)
{
    const hc_table_info *info = hc_table_describe(table);
    for (size_t i = 0; i < count; i++) {
        if (!are_fields_equal(info, (const char *)a + i * info->row_size,
                              (const char *)b + i * info->row_size)) {
            return false;
        }
    }
    return true;
}
