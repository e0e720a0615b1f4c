#include "traces/stream/parcel.h"

#include <string.h>

size_t hc_parcel_bytes(const hc_parcel *parcel)
{
    size_t begin = offsetof(hc_parcel, content);
    switch ((hc_parcel_kind)parcel->kind) {
    case HC_PARCEL_ROWS:
        return begin + parcel->count * hc_table_describe((hc_run_table)parcel->table)->row_size;
    case HC_PARCEL_STATE:
        return begin + sizeof parcel->content.standing;
    case HC_PARCEL_END:
        return begin + sizeof parcel->content.conclusion;
    }
    return 0;
}

/* Whether a column of names has no number that none stands for. */
static bool are_named(const hc_parcel *parcel, const hc_table_info *info, const hc_row_field *field)
{
    for (uint32_t i = 0; i < parcel->count; i++) {
        if (parcel->content.rows[i * info->row_size + field->offset] >= field->names->count) {
            return false;
        }
    }
    return true;
}

/* Those who take rows count by their types, and take numbers to grow. */
static bool are_rows_sound(const hc_parcel *parcel)
{
    const hc_table_info *info = hc_table_describe((hc_run_table)parcel->table);
    if (parcel->first > UINT64_MAX - parcel->count) {
        return false;
    }
    for (size_t i = 0; i < info->field_count; i++) {
        if (info->fields[i].type == HC_ROW_FIELD_ENUM &&
            !are_named(parcel, info, &info->fields[i])) {
            return false;
        }
    }
    return true;
}

static bool is_conclusion_sound(const hc_run_conclusion *conclusion)
{
    unsigned char flag = 0; /* a bool of any other value cannot be looked at */
    memcpy(&flag, &conclusion->is_complete, sizeof flag);
    return flag <= 1 && memchr(conclusion->run_digest, '\0', sizeof conclusion->run_digest) != NULL;
}

bool hc_parcel_has_sound_head(const hc_parcel *parcel, size_t bytes)
{
    if (bytes < offsetof(hc_parcel, content) || bytes > sizeof *parcel) {
        return false;
    }
    if (parcel->kind == HC_PARCEL_ROWS &&
        (parcel->table >= HC_TABLE_COUNT || !hc_stream_has_table((hc_run_table)parcel->table) ||
         parcel->count == 0 || parcel->count > HC_BATCH_ROWS)) {
        return false;
    }
    return hc_parcel_bytes(parcel) == bytes;
}

bool hc_parcel_is_sound(const hc_parcel *parcel, size_t bytes)
{
    return hc_parcel_has_sound_head(parcel, bytes) &&
           (parcel->kind != HC_PARCEL_ROWS || are_rows_sound(parcel)) &&
           (parcel->kind != HC_PARCEL_END || is_conclusion_sound(&parcel->content.conclusion));
}
