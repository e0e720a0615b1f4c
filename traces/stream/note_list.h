#ifndef HC_TRACES_STREAM_NOTE_LIST_H
#define HC_TRACES_STREAM_NOTE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What the user should know, until somebody takes it. All zero: empty. */
typedef struct hc_note_list {
    char text[4096]; /**< notes, each with its NUL */
    size_t length;
    uint32_t left_out; /**< notes that found no room */
} hc_note_list;

/** Behind those that wait. The same as one that waits is not added again; what finds no room is counted. */
void hc_note_list_add(hc_note_list *list, const char *note);

/** The oldest, then how many have found no room. @return whether there was any. */
bool hc_note_list_take(hc_note_list *list, char *out, size_t size);

#endif
