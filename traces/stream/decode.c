#include "traces/stream/decode.h"

#include "sim/ids.h"
#include "traces/stream/msgpack_map.h"
#include "traces/stream/stream_tables.h"

#include <stdlib.h>
#include <string.h>

int hc_decode_header(const hc_frame *frame, hc_decoded_header *out)
{
    hc_msgpack_map map;
    uint64_t rank = 0;
    uint64_t count = 0;
    uint64_t schema = 0;
    int status = hc_msgpack_map_open(&map, frame->data, frame->size, 2, 64);
    if (status == 0 && (hc_msgpack_text(map.map, "run", out->run, sizeof out->run) < 0 ||
                        hc_msgpack_number(map.map, "rank", &rank) < 0 ||
                        hc_msgpack_number(map.map, "seq", &out->seq) < 0 ||
                        hc_msgpack_number(map.map, "count", &count) < 0 ||
                        hc_msgpack_number(map.map, "schema", &schema) < 0 ||
                        rank >= HC_STREAM_MAX_RANKS || count > HC_BATCH_ROWS ||
                        out->seq > UINT64_MAX - count || schema != HC_STREAM_SCHEMA_VERSION)) {
        status = -1;
    }
    out->rank = (uint32_t)rank;
    out->count = (uint32_t)count;
    hc_msgpack_map_close(&map);
    return status;
}

/* Puts a column into the structs. The widths are constants, so that each loop moves words. */
static void scatter(unsigned char *to, size_t stride, const unsigned char *from, size_t width,
                    uint32_t count)
{
#define HC_SCATTER(WIDTH)                                                       \
    case WIDTH:                                                                 \
        for (uint32_t i = 0; i < count; i++) {                                  \
            memcpy(to + (size_t)i * stride, from + (size_t)i * (WIDTH), WIDTH); \
        }                                                                       \
        return
    switch (width) {
        HC_SCATTER(1);
        HC_SCATTER(2);
        HC_SCATTER(4);
        HC_SCATTER(8);
    default:
        return;
    }
#undef HC_SCATTER
}

/* Values that only some numbers stand for: names, and yes or no. */
static bool are_allowed(const hc_row_field *field, const unsigned char *cells, uint32_t count)
{
    unsigned limit = field->type == HC_ROW_FIELD_ENUM      ? field->names->count
                     : field->type == HC_ROW_FIELD_BOOLEAN ? 2
                                                           : 256;
    if (limit == 256) {
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (cells[i] >= limit) {
            return false;
        }
    }
    return true;
}

static int decode_column(const msgpack_object *columns, const hc_table_info *info,
                         const hc_row_field *field, uint32_t count, unsigned char *rows)
{
    const msgpack_object *column = hc_msgpack_get(columns, field->name);
    size_t width = hc_row_field_bytes(field);
    const unsigned char *cells = NULL;
    if (column == NULL || column->type != MSGPACK_OBJECT_BIN ||
        column->via.bin.size != width * count) {
        return -1;
    }
    cells = (const unsigned char *)column->via.bin.ptr;
    if (!are_allowed(field, cells, count)) {
        return -1;
    }
    scatter(rows + field->offset, info->row_size, cells, width, count);
    return 0;
}

static int decode_columns(const msgpack_object *map, uint32_t count, hc_run_table *table,
                          unsigned char *rows)
{
    char name[32];
    uint64_t number = 0;
    const msgpack_object *columns = hc_msgpack_get(map, "cols");
    const hc_table_info *info = NULL;
    int status = 0;
    if (hc_msgpack_text(map, "t", name, sizeof name) < 0 ||
        hc_msgpack_number(map, "n", &number) < 0 || number != count || count == 0 ||
        columns == NULL || columns->type != MSGPACK_OBJECT_MAP) {
        return -1;
    }
    *table = hc_table_find(name);
    if (*table == HC_TABLE_COUNT || !hc_stream_has_table(*table)) {
        return -1;
    }
    info = hc_table_describe(*table);
    memset(rows, 0, info->row_size * count); /* what lies between members is nobody's */
    for (size_t i = 0; i < info->field_count && status == 0; i++) {
        status = decode_column(columns, info, &info->fields[i], count, rows);
    }
    return status;
}

/* Whether rows have the numbers that the header gives them. */
static bool are_numbered(const msgpack_object *columns, uint64_t first, uint32_t count)
{
    const msgpack_object *numbers = hc_msgpack_get(columns, "seq");
    uint64_t differing = 0;
    if (numbers == NULL || numbers->type != MSGPACK_OBJECT_BIN ||
        numbers->via.bin.size != 8 * (size_t)count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint64_t number = 0;
        memcpy(&number, numbers->via.bin.ptr + (size_t)i * 8, sizeof number);
        differing |= number ^ (first + i);
    }
    return differing == 0;
}

int hc_decode_rows(const hc_frame *payload, uint64_t first, uint32_t count, hc_run_table *table,
                   void *rows)
{
    hc_msgpack_map map;
    int status = hc_msgpack_map_open(&map, payload->data, payload->size, 3, 256);
    if (status == 0) {
        status = decode_columns(map.map, count, table, rows) < 0 ||
                         !are_numbered(hc_msgpack_get(map.map, "cols"), first, count)
                     ? -1
                     : 0;
    }
    hc_msgpack_map_close(&map);
    return status;
}

/* The number that stands for a cell of a map. @return 0, or -1. */
static int number_of_cell(const hc_row_field *field, const msgpack_object *cell, uint64_t *out)
{
    bool is_signed = field->type == HC_ROW_FIELD_INT64 || field->type == HC_ROW_FIELD_INT32;
    if (cell->type == MSGPACK_OBJECT_NIL && field->is_optional) {
        *out = field->type == HC_ROW_FIELD_INT64    ? (uint64_t)HC_TIME_MISSING
               : field->type == HC_ROW_FIELD_UINT32 ? HC_NO_INDEX
                                                    : UINT16_MAX;
        return 0;
    }
    if (field->type == HC_ROW_FIELD_ENUM) {
        for (uint8_t i = 0; i < field->names->count; i++) {
            if (hc_msgpack_is(cell, field->names->names[i])) {
                *out = i;
                return 0;
            }
        }
        return -1;
    }
    if (cell->type == MSGPACK_OBJECT_NEGATIVE_INTEGER && is_signed) {
        *out = (uint64_t)cell->via.i64;
        return 0;
    }
    *out = cell->via.u64;
    return cell->type == MSGPACK_OBJECT_POSITIVE_INTEGER && (!is_signed || *out <= INT64_MAX) ? 0
                                                                                              : -1;
}

static bool fits(const hc_row_field *field, uint64_t value)
{
    switch (hc_row_field_bytes(field)) {
    case 1:
        return value <= UINT8_MAX;
    case 2:
        return value <= UINT16_MAX;
    case 4:
        return field->type == HC_ROW_FIELD_INT32
                   ? (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX
                   : value <= UINT32_MAX;
    default:
        return true;
    }
}

static int decode_cells(const msgpack_object *map, const hc_table_info *info, unsigned char *row)
{
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        const msgpack_object *cell = hc_msgpack_get(map, field->name);
        uint64_t value = 0;
        if (cell == NULL || number_of_cell(field, cell, &value) < 0 || !fits(field, value)) {
            return -1;
        }
        memcpy(row + field->offset, &value, hc_row_field_bytes(field));
    }
    return 0;
}

/* Rows of tables without a type are called by a name of their own. */
static hc_run_table table_of_type(const msgpack_object *map)
{
    const msgpack_object *type = hc_msgpack_get(map, "type");
    for (int t = 0; type != NULL && t < HC_TABLE_COUNT; t++) {
        if (t != HC_TABLE_EVENTS && hc_stream_has_table((hc_run_table)t) &&
            hc_msgpack_is(type, hc_stream_row_type((hc_run_table)t, NULL))) {
            return (hc_run_table)t;
        }
    }
    return HC_TABLE_EVENTS;
}

int hc_decode_map(const hc_frame *payload, uint64_t seq, hc_run_table *table, void *row)
{
    hc_msgpack_map map;
    uint64_t number = 0;
    int status = hc_msgpack_map_open(&map, payload->data, payload->size, 2, 256);
    if (status == 0) {
        *table = table_of_type(map.map);
        memset(row, 0, hc_table_describe(*table)->row_size);
        status = hc_msgpack_number(map.map, "seq", &number) == 0 && number == seq
                     ? decode_cells(map.map, hc_table_describe(*table), row)
                     : -1;
    }
    hc_msgpack_map_close(&map);
    return status;
}

int hc_decode_heartbeat(const hc_frame *payload, hc_stream_heartbeat *out)
{
    hc_msgpack_map map;
    int status = hc_msgpack_map_open(&map, payload->data, payload->size, 2, 256);
    const msgpack_object *m = map.map;
    if (status == 0) {
        status = hc_msgpack_time(m, "begin_ns", &out->begin) |
                 hc_msgpack_time(m, "time_ns", &out->now) |
                 hc_msgpack_time(m, "last_submit_ns", &out->last_submit) |
                 hc_msgpack_number(m, "simulated_events", &out->simulated_events) |
                 hc_msgpack_real(m, "events_per_second", &out->events_per_second) |
                 hc_msgpack_number(m, "published", &out->published) |
                 hc_msgpack_number(m, "dropped", &out->dropped) |
                 hc_msgpack_number(m, "submitted", &out->submitted) |
                 hc_msgpack_number(m, "waiting", &out->waiting) |
                 hc_msgpack_number(m, "running", &out->running) |
                 hc_msgpack_number(m, "completed", &out->completed) |
                 hc_msgpack_number(m, "rejected", &out->rejected);
    }
    hc_msgpack_map_close(&map);
    return status == 0 ? 0 : -1;
}

static int digest_of(const msgpack_object *map, uint64_t *out)
{
    char text[20];
    if (hc_msgpack_text(map, "stream_digest", text, sizeof text) < 0 || strlen(text) != 16 ||
        strspn(text, "0123456789abcdef") != 16) {
        return -1;
    }
    *out = strtoull(text, NULL, 16);
    return 0;
}

int hc_decode_end(const hc_frame *payload, hc_stream_ending *out)
{
    hc_msgpack_map map;
    int status = hc_msgpack_map_open(&map, payload->data, payload->size, 3, 256);
    const msgpack_object *m = map.map;
    if (status == 0) {
        *out = (hc_stream_ending){.is_equal = false};
        status = hc_msgpack_number(m, "published", &out->published) |
                 hc_msgpack_number(m, "dropped", &out->dropped) |
                 digest_of(m, &out->stream_digest) |
                 hc_msgpack_text(m, "digest", out->run_digest, sizeof out->run_digest) |
                 hc_msgpack_flag(m, "complete", &out->is_complete);
    }
    hc_msgpack_map_close(&map);
    return status == 0 ? 0 : -1;
}

int hc_decode_status(const hc_frame *frame, hc_decoded_status *out)
{
    hc_msgpack_map map;
    uint64_t rank = 0;
    int status = hc_msgpack_map_open(&map, frame->data, frame->size, 2, 64);
    *out = (hc_decoded_status){.is_ok = false};
    if (status == 0) {
        status = hc_msgpack_flag(map.map, "ok", &out->is_ok);
    }
    if (status == 0 && out->is_ok) {
        status = hc_msgpack_number(map.map, "rank", &rank) |
                 hc_msgpack_number(map.map, "from", &out->from) |
                 hc_msgpack_number(map.map, "published", &out->published) |
                 hc_msgpack_flag(map.map, "ended", &out->is_ended);
    }
    out->rank = (uint32_t)rank;
    hc_msgpack_map_close(&map);
    return status == 0 && rank < HC_STREAM_MAX_RANKS ? 0 : -1;
}
