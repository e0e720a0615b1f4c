#include "cli/wrapped_line.h"

#include <stdarg.h>
#include <stdio.h>

enum { COLUMNS = 100, TITLE_COLUMNS = 12, PIECE_SIZE = 8192 };

/* Bytes that continue a UTF-8 character take no column. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xC0U) != 0x80U ? 1 : 0;
    }
    return width;
}

void hc_wrapped_begin(hc_wrapped_line *line, const char *title)
{
    printf("  %-*s", TITLE_COLUMNS - 2, title);
    line->column = TITLE_COLUMNS;
}

void hc_wrapped_add(hc_wrapped_line *line, const char *format, ...)
{
    char piece[PIECE_SIZE];
    size_t width = 0;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    width = width_of(piece);
    if (line->column > TITLE_COLUMNS && line->column + 1 + width > COLUMNS) {
        printf("\n%*s", TITLE_COLUMNS, "");
        line->column = TITLE_COLUMNS;
    }
    printf(" %s", piece);
    line->column += 1 + width;
}

void hc_wrapped_end(hc_wrapped_line *line)
{
    printf("\n");
    line->column = 0;
}
