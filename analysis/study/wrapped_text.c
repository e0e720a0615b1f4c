#include "analysis/study/wrapped_text.h"

#include "analysis/study/study_cells.h"

enum { FIRST_INDENT = 2 };

hc_wrapped_text hc_wrapped_text_begin(FILE *out, size_t indent)
{
    (void)fprintf(out, "%*s", FIRST_INDENT, "");
    return (hc_wrapped_text){.out = out, .column = FIRST_INDENT, .indent = indent};
}

void hc_wrapped_text_add(hc_wrapped_text *text, const char *piece)
{
    size_t width = hc_study_text_columns(piece);
    size_t before = text->column > text->indent ? 1 : 0;
    if (text->column == FIRST_INDENT) {
        before = 0;
    } else if (text->column + before + width > HC_REPORT_COLUMNS && before > 0) {
        (void)fprintf(text->out, "\n%*s", (int)text->indent, "");
        text->column = text->indent;
        before = 0;
    }
    (void)fprintf(text->out, "%s%s", before > 0 ? " " : "", piece);
    text->column += before + width;
}

void hc_wrapped_text_end(hc_wrapped_text *text)
{
    (void)fputc('\n', text->out);
}
