#include "traces/stream/frames.h"

#include "sim/ids.h"
#include "traces/stream/msgpack_write.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void hc_frames_open(hc_frames *frames)
{
    frames->topic[0] = '\0';
    msgpack_sbuffer_init(&frames->header);
    msgpack_sbuffer_init(&frames->payload);
}

void hc_frames_close(hc_frames *frames)
{
    msgpack_sbuffer_destroy(&frames->header);
    msgpack_sbuffer_destroy(&frames->payload);
}

const char *hc_column_dtype(const hc_row_field *field)
{
    switch (field->type) {
    case HC_ROW_FIELD_UINT16:
        return "<u2";
    case HC_ROW_FIELD_INT32:
        return "<i4";
    case HC_ROW_FIELD_UINT32:
        return "<u4";
    case HC_ROW_FIELD_INT64:
        return "<i8";
    case HC_ROW_FIELD_UINT64:
        return "<u8";
    case HC_ROW_FIELD_BOOLEAN:
    case HC_ROW_FIELD_ENUM:
        return "|u1";
    case HC_ROW_FIELD_DOUBLE:
        return "<f8";
    case HC_ROW_FIELD_TEXT:
        break;
    }
    assert(!"streamed tables have no text");
    return "";
}

static int begin(hc_frames *frames, const char *topic, const hc_frame_header *header)
{
    msgpack_packer packer;
    (void)snprintf(frames->topic, sizeof frames->topic, "%s", topic);
    msgpack_sbuffer_clear(&frames->header);
    msgpack_sbuffer_clear(&frames->payload);
    msgpack_packer_init(&packer, &frames->header, msgpack_sbuffer_write);
    return msgpack_pack_map(&packer, 5) || hc_pack_item(&packer, "run", header->run) ||
           hc_pack_number(&packer, "rank", header->rank) ||
           hc_pack_number(&packer, "seq", header->seq) ||
           hc_pack_number(&packer, "count", header->count) ||
           hc_pack_number(&packer, "schema", HC_STREAM_SCHEMA_VERSION);
}

int hc_frames_control(hc_frames *frames, const char *topic, const hc_frame_header *header)
{
    return begin(frames, topic, header) == 0 ? 0 : -1;
}

/* One column of some rows, side by side. The widths are constants, so that each loop moves words. */
static void gather(unsigned char *to, const unsigned char *from, size_t stride, size_t width,
                   uint32_t count)
{
#define HC_GATHER(WIDTH)                                                        \
    case WIDTH:                                                                 \
        for (uint32_t i = 0; i < count; i++) {                                  \
            memcpy(to + (size_t)i * (WIDTH), from + (size_t)i * stride, WIDTH); \
        }                                                                       \
        return
    switch (width) {
        HC_GATHER(1);
        HC_GATHER(2);
        HC_GATHER(4);
        HC_GATHER(8);
    default:
        assert(!"columns are 1, 2, 4 or 8 bytes wide");
    }
#undef HC_GATHER
}

static int pack_column(hc_frames *frames, msgpack_packer *packer, const char *name, size_t bytes)
{
    return hc_pack_text(packer, name) || msgpack_pack_bin(packer, bytes) ||
           msgpack_pack_bin_body(packer, frames->column, bytes);
}

static int pack_numbers(hc_frames *frames, msgpack_packer *packer, uint64_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t number = first + i;
        memcpy(frames->column + (size_t)i * 8, &number, 8);
    }
    return pack_column(frames, packer, "seq", (size_t)count * 8);
}

int hc_frames_columns(hc_frames *frames, const char *run, const hc_parcel *parcel, uint32_t from,
                      uint32_t count)
{
    const hc_table_info *info = hc_table_describe((hc_run_table)parcel->table);
    const unsigned char *rows = parcel->content.rows + from * info->row_size;
    hc_frame_header header = {run, parcel->rank, parcel->first + from, count};
    msgpack_packer packer;
    int status = begin(frames, hc_stream_topic((hc_run_table)parcel->table, rows), &header);
    msgpack_packer_init(&packer, &frames->payload, msgpack_sbuffer_write);
    status |= msgpack_pack_map(&packer, 4) ||
              hc_pack_number(&packer, "v", HC_STREAM_SCHEMA_VERSION) ||
              hc_pack_item(&packer, "t", info->name) || hc_pack_number(&packer, "n", count) ||
              hc_pack_map(&packer, "cols", info->field_count + 1) ||
              pack_numbers(frames, &packer, header.seq, count);
    for (size_t i = 0; i < info->field_count && status == 0; i++) {
        const hc_row_field *field = &info->fields[i];
        size_t width = hc_row_field_bytes(field);
        gather(frames->column, rows + field->offset, info->row_size, width, count);
        status = pack_column(frames, &packer, field->name, width * count);
    }
    return status == 0 ? 0 : -1;
}

static bool is_missing(const hc_row_field *field, uint64_t value)
{
    return field->is_optional &&
           ((field->type == HC_ROW_FIELD_INT64 && (int64_t)value == HC_TIME_MISSING) ||
            (field->type == HC_ROW_FIELD_UINT32 && value == HC_NO_INDEX) ||
            (field->type == HC_ROW_FIELD_UINT16 && value == UINT16_MAX));
}

/* A cell as small consumers like it: names instead of numbers of enums, nil for what is missing. */
static int pack_cell(msgpack_packer *packer, const hc_row_field *field, const unsigned char *row)
{
    uint64_t value = 0;
    int32_t narrow = 0;
    memcpy(&value, row + field->offset, hc_row_field_bytes(field));
    if (is_missing(field, value)) {
        return msgpack_pack_nil(packer);
    }
    if (field->type == HC_ROW_FIELD_ENUM) {
        const char *name = hc_row_field_value_name(field, (uint8_t)value);
        return name == NULL ? msgpack_pack_nil(packer) : hc_pack_text(packer, name);
    }
    if (field->type == HC_ROW_FIELD_INT64) {
        return msgpack_pack_int64(packer, (int64_t)value);
    }
    if (field->type == HC_ROW_FIELD_INT32) {
        memcpy(&narrow, row + field->offset, sizeof narrow);
        return msgpack_pack_int32(packer, narrow);
    }
    return msgpack_pack_uint64(packer, value);
}

static int pack_row(msgpack_packer *packer, const hc_table_info *info, const unsigned char *row,
                    const char *type, uint64_t seq)
{
    static const char *const ALWAYS[] = {"time_ns", "type", "job"};
    size_t extra = 1;
    int status = 0;
    for (size_t i = 0; i < 3; i++) {
        extra += hc_table_find_field(info, ALWAYS[i]) == NULL;
    }
    status =
        msgpack_pack_map(packer, info->field_count + extra) || hc_pack_number(packer, "seq", seq);
    for (size_t i = 0; i < 3 && status == 0; i++) {
        if (hc_table_find_field(info, ALWAYS[i]) == NULL) {
            status = hc_pack_text(packer, ALWAYS[i]) ||
                     (i == 1 ? hc_pack_text(packer, type) : msgpack_pack_nil(packer));
        }
    }
    for (size_t i = 0; i < info->field_count && status == 0; i++) {
        status =
            hc_pack_text(packer, info->fields[i].name) || pack_cell(packer, &info->fields[i], row);
    }
    return status;
}

int hc_frames_map(hc_frames *frames, const char *run, const hc_parcel *parcel, uint32_t index)
{
    hc_run_table table = (hc_run_table)parcel->table;
    const hc_table_info *info = hc_table_describe(table);
    const unsigned char *row = parcel->content.rows + index * info->row_size;
    hc_frame_header header = {run, parcel->rank, parcel->first + index, 1};
    const char *type = hc_stream_row_type(table, row);
    const char *group = hc_stream_topic(table, row);
    char topic[sizeof frames->topic];
    msgpack_packer packer;
    int status = 0;
    type = type == NULL ? "unknown" : type;
    (void)snprintf(topic, sizeof topic, "%.*s.%s", (int)strcspn(group, "."), group, type);
    status = begin(frames, topic, &header);
    msgpack_packer_init(&packer, &frames->payload, msgpack_sbuffer_write);
    return (status || pack_row(&packer, info, row, type, header.seq)) == 0 ? 0 : -1;
}
