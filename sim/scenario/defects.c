#include "sim/scenario/defects.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LAST_LINE_SIZE = 40 }; /* room for "... and 18446744073709551615 more" */

FILE *hc_defects_open(hc_defects *defects, const hc_position *position)
{
    FILE *out = NULL;
    defects->count++;
    if (defects->kept_count == HC_DEFECTS_SHOWN &&
        hc_position_compare(&defects->kept[HC_DEFECTS_SHOWN - 1].position, position) <= 0) {
        return NULL;
    }
    out = hc_capture_open(&defects->capture);
    defects->position = *position;
    defects->is_out_of_memory = defects->is_out_of_memory || out == NULL;
    return out;
}

/* Sorted by position; of equal ones the first reported is first. */
static void insert(hc_defects *defects, char *text)
{
    size_t at = defects->kept_count;
    while (at > 0 && hc_position_compare(&defects->kept[at - 1].position, &defects->position) > 0) {
        defects->kept[at] = defects->kept[at - 1];
        at--;
    }
    defects->kept[at].position = defects->position;
    defects->kept[at].text = text;
    defects->kept_count++;
    if (defects->kept_count > HC_DEFECTS_SHOWN) {
        free(defects->kept[HC_DEFECTS_SHOWN].text);
        defects->kept_count = HC_DEFECTS_SHOWN;
    }
}

void hc_defects_close(hc_defects *defects)
{
    char *text = hc_capture_close(&defects->capture);
    if (text == NULL) {
        defects->is_out_of_memory = true;
        return;
    }
    insert(defects, text);
}

void hc_defects_add(hc_defects *defects, const hc_position *position, const char *format, ...)
{
    FILE *out = hc_defects_open(defects, position);
    if (out != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vfprintf(out, format, arguments);
        va_end(arguments);
        hc_defects_close(defects);
    }
}

void hc_defects_memory(hc_defects *defects)
{
    defects->is_out_of_memory = true;
}

bool hc_defects_is_clean(const hc_defects *defects)
{
    return defects->count == 0 && !defects->is_out_of_memory;
}

void hc_defects_write(FILE *out, const hc_position *position, const char *text)
{
    hc_position_write(out, position);
    (void)fprintf(out, ": error: %s", text);
    hc_position_write_excerpt(out, position);
}

/* Whether a message fits with the last line behind it. The first is always shown, cut if need be. */
static bool fits(const hc_error *error, size_t length)
{
    return error == NULL || error->length == 0 ||
           error->length + length + LAST_LINE_SIZE < sizeof error->text;
}

/* @return whether the message found room. */
static bool show(hc_defects *defects, size_t index, hc_error *error)
{
    hc_capture capture;
    FILE *out = hc_capture_open(&capture);
    char *text = NULL;
    bool has_room = false;
    if (out != NULL) {
        hc_defects_write(out, &defects->kept[index].position, defects->kept[index].text);
        text = hc_capture_close(&capture);
    }
    if (text == NULL) {
        defects->is_out_of_memory = true;
        return false;
    }
    has_room = fits(error, capture.length);
    if (has_room) {
        (void)hc_error_set(error, defects->kind, "%s", text);
    }
    free(text);
    return has_room;
}

static void show_all(hc_defects *defects, hc_error *error)
{
    size_t before = error == NULL ? 0 : error->count;
    size_t shown = 0;
    while (shown < defects->kept_count && show(defects, shown, error)) {
        shown++;
    }
    if (defects->is_out_of_memory) {
        (void)hc_error_memory(error);
    } else if (shown < defects->count) {
        (void)hc_error_set(error, defects->kind, "... and %zu more", defects->count - shown);
    }
    if (error != NULL) {
        error->count = before + defects->count;
    }
}

int hc_defects_finish(hc_defects *defects, hc_error *error)
{
    bool is_clean = hc_defects_is_clean(defects);
    if (defects->is_out_of_memory) {
        (void)hc_error_memory(error);
    } else if (!is_clean) {
        show_all(defects, error);
    }
    for (size_t i = 0; i < defects->kept_count; i++) {
        free(defects->kept[i].text);
    }
    *defects = (hc_defects){.kind = defects->kind};
    return is_clean ? 0 : -1;
}
