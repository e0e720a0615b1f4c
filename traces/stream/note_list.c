#include "traces/stream/note_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_waiting(const hc_note_list *list, const char *note)
{
    for (size_t at = 0; at < list->length; at += strlen(list->text + at) + 1) {
        if (strcmp(list->text + at, note) == 0) {
            return true;
        }
    }
    return false;
}

void hc_note_list_add(hc_note_list *list, const char *note)
{
    size_t bytes = strlen(note) + 1;
    if (is_waiting(list, note)) {
        return;
    }
    if (bytes > sizeof list->text - list->length) {
        list->left_out++;
        return;
    }
    memcpy(list->text + list->length, note, bytes);
    list->length += bytes;
}

bool hc_note_list_take(hc_note_list *list, char *out, size_t size)
{
    size_t bytes = 0;
    if (list->length > 0) {
        bytes = strlen(list->text) + 1;
        (void)snprintf(out, size, "%s", list->text);
        list->length -= bytes;
        memmove(list->text, list->text + bytes, list->length);
        return true;
    }
    if (list->left_out > 0) {
        (void)snprintf(out, size, "stream: %" PRIu32 " more things like these have happened",
                       list->left_out);
        list->left_out = 0;
        return true;
    }
    return false;
}
