#include "traces/stream/parcel.h"

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

bool hc_parcel_is_sound(const hc_parcel *parcel, size_t bytes)
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
