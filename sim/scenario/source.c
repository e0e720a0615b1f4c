#include "sim/scenario/source.h"

#include "sim/scenario/utf8.h"

#include <stdbool.h>
#include <string.h>

enum {
    MAX_COLUMNS = 100,   /* of a source line in a message */
    CARET_COLUMN = 60,   /* where the caret stands in a line that is cut on its left */
    MARK_COLUMNS = 3,    /* "..." */
    NAME_COLUMNS = 1024, /* a path that is longer is no longer worth its room */
    OVERRIDE_COLUMNS = 100,
};

int hc_position_compare(const hc_position *a, const hc_position *b)
{
    if (a->source->rank != b->source->rank) {
        return a->source->rank < b->source->rank ? -1 : 1;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

void hc_position_write(FILE *out, const hc_position *position)
{
    const hc_source *source = position->source;
    size_t limit = source->kind == HC_SOURCE_OVERRIDE ? OVERRIDE_COLUMNS : NAME_COLUMNS;
    hc_utf8_show(out, source->name, strlen(source->name), limit);
    if (source->kind == HC_SOURCE_FILE) {
        (void)fprintf(out, ":%u:%u", (unsigned int)position->line + 1,
                      (unsigned int)position->column + 1);
    } else if (source->kind == HC_SOURCE_DEFAULT) {
        (void)fputs(":default", out);
    }
}

/* The part of a source line that a message may show: some 100 characters on each side of the caret. */
typedef struct line {
    const char *text;
    size_t length;
    bool goes_on; /* behind the part */
    size_t caret; /* the byte under which it stands */
    size_t columns;
    size_t caret_column; /* from 0 */
    bool is_cut;
} line;

static const char *find_start(const hc_position *position)
{
    const char *at = position->source->text;
    const char *end = at + position->source->length;
    for (uint32_t number = 0; number < position->line && at < end;) {
        char c = *at++;
        bool is_crlf = c == '\r' && at < end && *at == '\n';
        number += (c == '\n' || c == '\r') && !is_crlf ? 1 : 0;
    }
    return at;
}

/* Up to `count` characters on, but not beyond the end of the line. */
static const char *advance(const char *at, const char *end, size_t count)
{
    for (; count > 0 && at < end && *at != '\n' && *at != '\r'; count--) {
        at += hc_utf8_glyph(at, (size_t)(end - at)).bytes;
    }
    return at;
}

static line find_line(const hc_position *position)
{
    const char *end = position->source->text + position->source->length;
    const char *start = find_start(position);
    const char *caret = advance(start, end, position->column);
    const char *stop = advance(caret, end, MAX_COLUMNS + 1);
    const char *from = caret;
    for (size_t count = 0; count <= MAX_COLUMNS && from > start; count++) {
        do {
            from--;
        } while (from > start && (*from & 0xc0) == 0x80);
    }
    return (line){
        .text = from,
        .length = (size_t)(stop - from),
        .goes_on = stop < end && *stop != '\n' && *stop != '\r',
        .caret = (size_t)(caret - from),
        .is_cut = from > start,
    };
}

/* A tab keeps its place in a whole line; in a cut one it is a space, or the width would be unknown. */
static hc_glyph glyph_at(const line *source, size_t at)
{
    hc_glyph glyph = {.text = "\t", .columns = 1, .bytes = 1};
    if (source->text[at] != '\t') {
        return hc_utf8_glyph(source->text + at, source->length - at);
    }
    if (source->is_cut) {
        glyph.text[0] = ' ';
    }
    return glyph;
}

static void measure(line *source)
{
    for (size_t at = 0; at < source->length;) {
        hc_glyph glyph = glyph_at(source, at);
        source->caret_column += at < source->caret ? glyph.columns : 0;
        source->columns += glyph.columns;
        at += glyph.bytes;
    }
    source->is_cut = source->is_cut || source->columns > MAX_COLUMNS;
}

/* The columns that are shown: all, or 100 around the caret, the marks of what is left out included. */
static void choose_window(const line *source, size_t *from, size_t *to)
{
    *from = 0;
    *to = source->columns;
    if (!source->is_cut) {
        return;
    }
    if (source->caret_column > CARET_COLUMN) {
        *from = source->caret_column - CARET_COLUMN;
    }
    if (!source->goes_on && source->columns - *from <= MAX_COLUMNS) {
        *from = source->columns - MAX_COLUMNS;
    } else {
        *to = *from + MAX_COLUMNS - MARK_COLUMNS;
    }
    *from += *from > 0 ? MARK_COLUMNS : 0;
}

/* What stands between two columns: the text itself, or the blanks that lead to the caret. */
static void write_columns(FILE *out, const line *source, size_t from, size_t to, bool as_blanks)
{
    size_t column = 0;
    for (size_t at = 0; at < source->length && column < to;) {
        hc_glyph glyph = glyph_at(source, at);
        bool is_inside = column >= from && column + glyph.columns <= to;
        if (is_inside && as_blanks && glyph.text[0] != '\t') {
            (void)fprintf(out, "%*s", (int)glyph.columns, "");
        } else if (is_inside) {
            (void)fputs(glyph.text, out);
        }
        column += glyph.columns;
        at += glyph.bytes;
    }
}

void hc_position_write_excerpt(FILE *out, const hc_position *position)
{
    line source = {0};
    size_t from = 0;
    size_t to = 0;
    if (position->source->kind == HC_SOURCE_DEFAULT || position->source->kind == HC_SOURCE_TABLE) {
        return;
    }
    source = find_line(position);
    if (source.length == 0) {
        return;
    }
    measure(&source);
    choose_window(&source, &from, &to);
    (void)fprintf(out, "\n%s", from > 0 ? "..." : "");
    write_columns(out, &source, from, to, false);
    (void)fprintf(out, "%s\n%s", source.goes_on || to < source.columns ? "..." : "",
                  from > 0 ? "   " : "");
    write_columns(out, &source, from, source.caret_column, true);
    (void)fputc('^', out);
}
