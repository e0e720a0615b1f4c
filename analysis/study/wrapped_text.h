#ifndef HC_ANALYSIS_STUDY_WRAPPED_TEXT_H
#define HC_ANALYSIS_STUDY_WRAPPED_TEXT_H

#include <stddef.h>
#include <stdio.h>

/** Sentences of a report: pieces side by side, a new line before the 100th column would be passed. */
typedef struct hc_wrapped_text {
    FILE *out;
    size_t column;
    size_t indent; /**< of the lines behind the first */
} hc_wrapped_text;

enum { HC_REPORT_COLUMNS = 100 };

/** Begins a line, indented by two. */
hc_wrapped_text hc_wrapped_text_begin(FILE *out, size_t indent);

/** Adds a piece behind a space. A piece is never broken. */
void hc_wrapped_text_add(hc_wrapped_text *text, const char *piece);

void hc_wrapped_text_end(hc_wrapped_text *text);

#endif
