#include "traces/run/row_layout.h"

#include <assert.h>
#include <string.h>

/* Adds a column to the last piece when it continues it in both places, else as a piece of its own. */
static void add_piece(hc_row_layout *layout, const hc_row_field *field, uint32_t to, uint32_t bytes)
{
    bool is_text = field->type == HC_ROW_FIELD_TEXT;
    hc_row_piece *last = layout->piece_count == 0 ? NULL : &layout->pieces[layout->piece_count - 1];
    if (last != NULL && !is_text && !last->is_text && last->from + last->bytes == field->offset) {
        last->bytes += bytes;
        return;
    }
    layout->pieces[layout->piece_count++] = (hc_row_piece){
        .from = (uint32_t)field->offset, .to = to, .bytes = bytes, .is_text = is_text};
}

void hc_row_layout_make(hc_row_layout *layout, const hc_table_info *info,
                        const uint32_t *text_bytes)
{
    assert(info->field_count <= HC_ROW_FIELD_LIMIT);
    *layout = (hc_row_layout){.info = info};
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        uint32_t bytes =
            field->type == HC_ROW_FIELD_TEXT ? *text_bytes++ : (uint32_t)hc_row_field_bytes(field);
        assert(bytes >= 1 && bytes <= HC_TEXT_BYTES_LIMIT);
        layout->offsets[i] = layout->row_bytes;
        layout->widths[i] = bytes;
        add_piece(layout, field, layout->row_bytes, bytes);
        layout->row_bytes += bytes;
    }
}

static int encode_text(const hc_row_piece *piece, const uint8_t *row, uint8_t *out)
{
    const char *text = NULL;
    size_t length = 0;
    memcpy(&text, row + piece->from, sizeof text);
    length = text == NULL ? 0 : strlen(text);
    if (length > piece->bytes) {
        return -1;
    }
    if (length > 0) {
        memcpy(out + piece->to, text, length);
    }
    memset(out + piece->to + length, 0, piece->bytes - length);
    return 0;
}

int hc_row_encode(const hc_row_layout *layout, const void *row, uint8_t *out)
{
    const uint8_t *from = row;
    for (uint32_t i = 0; i < layout->piece_count; i++) {
        const hc_row_piece *piece = &layout->pieces[i];
        if (!piece->is_text) {
            memcpy(out + piece->to, from + piece->from, piece->bytes);
        } else if (encode_text(piece, from, out) < 0) {
            return -1;
        }
    }
    return 0;
}
