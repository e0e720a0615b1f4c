#include "sim/scenario/utf8.h"

#include <string.h>

/* Lengths and least codes: a code that a shorter form could hold is overlong. */
static size_t sequence_length(unsigned char first, uint32_t *bits, uint32_t *least)
{
    if (first < 0x80) {
        *bits = first;
        *least = 0;
        return 1;
    }
    if ((first & 0xe0U) == 0xc0) {
        *bits = first & 0x1fU;
        *least = 0x80;
        return 2;
    }
    if ((first & 0xf0U) == 0xe0) {
        *bits = first & 0x0fU;
        *least = 0x800;
        return 3;
    }
    *bits = first & 0x07U;
    *least = 0x10000;
    return (first & 0xf8U) == 0xf0 ? 4 : 0;
}

size_t hc_utf8_decode(const char *text, size_t length, uint32_t *code)
{
    uint32_t bits = 0;
    uint32_t least = 0;
    size_t count = length == 0 ? 0 : sequence_length((unsigned char)text[0], &bits, &least);
    if (count > length) {
        return 0;
    }
    for (size_t i = 1; i < count; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xc0U) != 0x80) {
            return 0;
        }
        bits = bits << 6 | (byte & 0x3fU);
    }
    if (bits < least || bits > 0x10ffff || (bits >= 0xd800 && bits <= 0xdfff)) {
        return 0;
    }
    *code = bits;
    return count;
}

bool hc_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029 ||
           code == 0xfeff || code == 0xfffe || code == 0xffff;
}

/* Marks that turn the direction of writing: a message must read as the bytes stand in the file. */
static bool turns_direction(uint32_t code)
{
    return code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

static void escape(hc_glyph *glyph, uint32_t code)
{
    if (code == '\n' || code == '\t') {
        (void)snprintf(glyph->text, sizeof glyph->text, "\\%c", code == '\n' ? 'n' : 't');
    } else if (code < 0x100) {
        (void)snprintf(glyph->text, sizeof glyph->text, "\\x%02x", (unsigned int)code);
    } else {
        (void)snprintf(glyph->text, sizeof glyph->text, "\\u%04x", (unsigned int)(code & 0xffffU));
    }
    glyph->columns = strlen(glyph->text);
}

hc_glyph hc_utf8_glyph(const char *text, size_t length)
{
    hc_glyph glyph = {.columns = 1};
    uint32_t code = 0;
    glyph.bytes = hc_utf8_decode(text, length, &code);
    if (glyph.bytes == 0) {
        glyph.bytes = 1;
        escape(&glyph, (unsigned char)text[0]);
    } else if (hc_utf8_is_control(code) || turns_direction(code)) {
        escape(&glyph, code);
    } else {
        memcpy(glyph.text, text, glyph.bytes);
    }
    return glyph;
}

/* Columns up to `limit`, and the bytes that they stand for. */
static size_t measure(const char *text, size_t length, size_t limit, size_t *bytes)
{
    size_t columns = 0;
    size_t at = 0;
    while (at < length) {
        hc_glyph glyph = hc_utf8_glyph(text + at, length - at);
        if (columns + glyph.columns > limit) {
            break;
        }
        columns += glyph.columns;
        at += glyph.bytes;
    }
    *bytes = at;
    return columns;
}

void hc_utf8_show(FILE *out, const char *text, size_t length, size_t limit)
{
    size_t shown = 0;
    bool is_cut = false;
    (void)measure(text, length, limit, &shown);
    is_cut = shown < length;
    if (is_cut) {
        (void)measure(text, length, limit - 3, &shown);
    }
    for (size_t at = 0; at < shown;) {
        hc_glyph glyph = hc_utf8_glyph(text + at, length - at);
        (void)fputs(glyph.text, out);
        at += glyph.bytes;
    }
    (void)fputs(is_cut ? "..." : "", out);
}
