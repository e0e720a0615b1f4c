#ifndef HC_SIM_SCENARIO_SOURCE_H
#define HC_SIM_SCENARIO_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Where a value stands, for messages. */

typedef enum hc_source_kind {
    HC_SOURCE_FILE = 0, /**< "scenario.yaml:14:20", and the line with a caret */
    HC_SOURCE_OVERRIDE, /**< "--set seed=x", and the same with a caret; one line */
    HC_SOURCE_DEFAULT,  /**< "scenario.yaml:default"; has no line to show */
    HC_SOURCE_TABLE,    /**< "key tables"; has no line to show either */
} hc_source_kind;

/** A text that values come from. Borrows its strings; behind `text` stands a NUL. Messages are shown in the
 *  order of `rank`. */
typedef struct hc_source {
    hc_source_kind kind;
    size_t rank;
    const char *name;
    const char *text;
    size_t length;
} hc_source;

/** Line and column from 0; columns count characters, as libyaml does. Lines end with LF, CR or CRLF. */
typedef struct hc_position {
    const hc_source *source;
    uint32_t line;
    uint32_t column;
} hc_position;

/** Order of positions: rank of the source, line, column. @return < 0, 0, > 0. */
int hc_position_compare(const hc_position *a, const hc_position *b);

/** Writes the name of the place, without a line break. */
void hc_position_write(FILE *out, const hc_position *position);

/** Writes a line break, the source line, a line break and the caret under the column; nothing when the source
 *  has no line to show or the line is empty. Tabs stay tabs above and below, so that the caret lines up;
 *  lines of more than 100 columns are cut around the column. Cost: O(bytes up to the line's end). */
void hc_position_write_excerpt(FILE *out, const hc_position *position);

#endif
