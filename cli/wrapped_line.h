#ifndef HC_CLI_WRAPPED_LINE_H
#define HC_CLI_WRAPPED_LINE_H

#include <stddef.h>

/** Lines of a result for the terminal: a title in a column of its own, pieces behind it, and a new line below the
 *  first piece before the 100th column would be passed. */
typedef struct hc_wrapped_line {
    size_t column;
} hc_wrapped_line;

/** Begins with a title, such as "cluster"; "" goes on below the last one. */
void hc_wrapped_begin(hc_wrapped_line *line, const char *title);

/** Adds a piece to standard output, behind a space. A piece is never broken. */
void hc_wrapped_add(hc_wrapped_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void hc_wrapped_end(hc_wrapped_line *line);

#endif
