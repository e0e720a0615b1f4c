#include "sim/scenario/wrap.h"

#include <string.h>

static size_t columns_of(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) {
        columns += (text[i] & 0xc0) == 0x80 ? 0 : 1;
    }
    return columns;
}

void hc_wrap_write(FILE *out, const char *text, size_t column)
{
    size_t at = column;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        size_t columns = columns_of(text, length);
        if (at > column && at + 1 + columns > HC_WRAP_COLUMNS) {
            (void)fprintf(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            (void)fputc(' ', out);
            at++;
        }
        (void)fprintf(out, "%.*s", (int)length, text);
        at += columns;
        text += length + strspn(text + length, " ");
    }
    (void)fputc('\n', out);
}
