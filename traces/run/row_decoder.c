#include "traces/run/row_decoder.h"

#include "traces/run/hdf5_calls.h"
#include "traces/run/table_schema.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* Later versions may add values behind those known here, and rows that hold one are refused when met; earlier versions had
 * fewer. */
static bool has_enum_names(hid_t type, const hc_enum_names *names)
{
    hid_t base = H5Tget_super(type);
    int count = H5Tget_nmembers(type);
    bool is_good = base >= 0 && count > 0 && H5Tequal(base, H5T_STD_U8LE) > 0;
    for (uint8_t i = 0; is_good && i < names->count && i < count; i++) {
        uint8_t value = 0;
        is_good = H5Tenum_valueof(type, names->names[i], &value) >= 0 && value == i;
    }
    return hc_hdf5_close(base) >= 0 && is_good;
}

static bool has_type(hid_t type, const hc_row_field *field)
{
    hid_t expected = -1;
    bool is_equal = false;
    if (field->type == HC_ROW_FIELD_TEXT) {
        return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
               H5Tget_size(type) <= HC_TEXT_BYTES_LIMIT;
    }
    if (field->type == HC_ROW_FIELD_ENUM) {
        return H5Tget_class(type) == H5T_ENUM && has_enum_names(type, field->names);
    }
    expected = hc_row_field_hdf5_type(field, 0);
    is_equal = expected >= 0 && H5Tequal(type, expected) > 0;
    return hc_hdf5_close(expected) >= 0 && is_equal;
}

/* @return 1 when the column is there and good, 0 when it is not there, -1 when it is not good. */
static int find_column(hid_t type, const hc_row_field *field, hc_decoder_step *step)
{
    int index = H5Tget_member_index(type, field->name);
    hid_t member = -1;
    bool is_good = false;
    if (index < 0) {
        (void)H5Eclear2(H5E_DEFAULT);
        return 0;
    }
    member = H5Tget_member_type(type, (unsigned)index);
    is_good = member >= 0 && has_type(member, field);
    *step = (hc_decoder_step){
        .field = field,
        .from = (uint32_t)H5Tget_member_offset(type, (unsigned)index),
        .bytes = member < 0 ? 0 : (uint32_t)H5Tget_size(member),
        .is_time = field->type == HC_ROW_FIELD_INT64 && strcmp(field->unit, "ns") == 0,
    };
    return hc_hdf5_close(member) < 0 || !is_good ? -1 : 1;
}

int hc_row_decoder_make(hc_row_decoder *decoder, const hc_table_info *info, hid_t type,
                        const char *path, hc_error *error)
{
    *decoder = (hc_row_decoder){.info = info, .row_bytes = (uint32_t)H5Tget_size(type)};
    for (size_t i = 0; i < info->field_count; i++) {
        hc_decoder_step *step = &decoder->steps[decoder->step_count];
        int found = find_column(type, &info->fields[i], step);
        if (found < 0 || (found > 0 && (uint64_t)step->from + step->bytes > decoder->row_bytes)) {
            (void)H5Eclear2(H5E_DEFAULT);
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table %s: column %s has another type than it must have", path,
                                info->name, info->fields[i].name);
        }
        decoder->step_count += (size_t)found;
        if (found > 0 && step->field->type == HC_ROW_FIELD_TEXT) {
            decoder->text_bytes += step->bytes + 1;
        }
    }
    return 0;
}

/* What stands in a row whose file has no such column. */
static void set_default(const hc_row_field *field, uint8_t *row)
{
    static const char *const EMPTY[] = {""};
    uint8_t *to = row + field->offset;
    size_t bytes = hc_row_field_bytes(field);
    if (field->type == HC_ROW_FIELD_TEXT) {
        memcpy(to, EMPTY, sizeof EMPTY);
    } else if (!field->is_optional) {
        memset(to, 0, bytes);
    } else if (field->type == HC_ROW_FIELD_INT64) {
        memcpy(to, &(int64_t){INT64_MIN}, sizeof(int64_t));
    } else {
        memset(to, 0xff, bytes);
    }
}

static void set_defaults(const hc_table_info *info, uint8_t *row)
{
    memset(row, 0, info->row_size);
    for (size_t i = 0; i < info->field_count; i++) {
        set_default(&info->fields[i], row);
    }
}

static bool is_good_index(const hc_row_field *field, const uint8_t *value, uint64_t limit)
{
    uint32_t index = 0;
    uint32_t missing = field->type == HC_ROW_FIELD_UINT16 ? UINT16_MAX : UINT32_MAX;
    memcpy(&index, value, hc_row_field_bytes(field)); /* little-endian, like the file */
    return index < limit || (field->is_optional && index == missing);
}

/* Whoever reads a time may subtract it from another one without a thought of overflow. */
static bool is_good_time(const hc_row_field *field, const uint8_t *value)
{
    hc_time time = 0;
    memcpy(&time, value, sizeof time); /* little-endian, like the file */
    return (time >= -HC_TIME_LIMIT && time <= HC_TIME_LIMIT) ||
           (field->is_optional && time == HC_TIME_MISSING);
}

static bool is_good_value(const hc_decoder_step *step, const uint8_t *value,
                          const hc_index_limits *limits)
{
    const hc_row_field *field = step->field;
    if (step->is_time) {
        return is_good_time(field, value);
    }
    if (field->type == HC_ROW_FIELD_ENUM) {
        return *value < field->names->count;
    }
    if (field->type == HC_ROW_FIELD_BOOLEAN) {
        return *value <= 1;
    }
    if (field->refers_to != HC_TABLE_COUNT) {
        return is_good_index(field, value, limits->row_counts[field->refers_to]);
    }
    return true;
}

static int refuse_value(const hc_row_decoder *decoder, const hc_row_field *field, uint64_t row,
                        const char *path, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME,
                        "%s: table %s, row %llu: column %s has a value that it cannot have", path,
                        decoder->info->name, (unsigned long long)row, field->name);
}

int hc_row_decoder_run(const hc_row_decoder *decoder, const uint8_t *rows, size_t count, void *out,
                       char *text, const hc_index_limits *limits, uint64_t first, const char *path,
                       hc_error *error)
{
    const hc_table_info *info = decoder->info;
    bool is_partial = decoder->step_count < info->field_count;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *from = rows + r * decoder->row_bytes;
        uint8_t *to = (uint8_t *)out + r * info->row_size;
        if (is_partial) {
            set_defaults(info, to);
        }
        for (size_t i = 0; i < decoder->step_count; i++) {
            const hc_decoder_step *step = &decoder->steps[i];
            if (step->field->type == HC_ROW_FIELD_TEXT) {
                memcpy(text, from + step->from, step->bytes);
                text[step->bytes] = '\0';
                memcpy(to + step->field->offset, &text, sizeof text);
                text += step->bytes + 1;
            } else if (!is_good_value(step, from + step->from, limits)) {
                return refuse_value(decoder, step->field, first + r, path, error);
            } else {
                memcpy(to + step->field->offset, from + step->from, step->bytes);
            }
        }
    }
    return 0;
}
