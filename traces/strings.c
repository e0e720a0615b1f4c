#include "traces/strings.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FIRST_CAPACITY = 4096, FIRST_SLOT_COUNT = 64 };

/* A slot of the open-addressed table; index 0 marks a free one. */
typedef struct slot {
    uint32_t hash;
    uint32_t index;
} slot;

struct hc_strings {
    char *text; /* every text is followed by NUL; an index is an offset */
    size_t length;
    size_t capacity;
    slot *slots;
    uint32_t slot_count; /* a power of two, at most half of it in use; 4 GiB of text fill 2^31 */
    uint32_t interned_count;
};

hc_strings *hc_strings_create(void)
{
    hc_strings *strings = calloc(1, sizeof *strings);
    if (strings == NULL) {
        return NULL;
    }
    strings->capacity = FIRST_CAPACITY;
    strings->slot_count = FIRST_SLOT_COUNT;
    strings->text = malloc(strings->capacity);
    strings->slots = calloc(strings->slot_count, sizeof *strings->slots);
    if (strings->text == NULL || strings->slots == NULL) {
        hc_strings_destroy(strings);
        return NULL;
    }
    strings->text[0] = '\0';
    strings->length = 1;
    return strings;
}

void hc_strings_destroy(hc_strings *strings)
{
    if (strings == NULL) {
        return;
    }
    free(strings->text);
    free(strings->slots);
    free(strings);
}

static int make_room(hc_strings *strings, size_t size, hc_error *error)
{
    size_t capacity = strings->capacity;
    char *grown = NULL;
    if (size > UINT32_MAX - strings->length) {
        return hc_error_set(error, HC_ERROR_TRACE, "ids and names are longer than 4 GiB together");
    }
    while (capacity < strings->length + size) {
        capacity *= 2;
    }
    if (capacity == strings->capacity) {
        return 0;
    }
    grown = realloc(strings->text, capacity);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    strings->text = grown;
    strings->capacity = capacity;
    return 0;
}

int hc_strings_append(hc_strings *strings, const char *text, size_t length, uint32_t *index,
                      hc_error *error)
{
    if (length == 0) {
        *index = 0;
        return 0;
    }
    if (make_room(strings, length + 1, error) < 0) {
        return -1;
    }
    *index = (uint32_t)strings->length;
    memcpy(strings->text + strings->length, text, length);
    strings->length += length;
    strings->text[strings->length++] = '\0';
    return 0;
}

static void insert(slot *slots, uint32_t slot_count, slot added)
{
    uint32_t at = added.hash & (slot_count - 1);
    while (slots[at].index != 0) {
        at = (at + 1) & (slot_count - 1);
    }
    slots[at] = added;
}

static int grow_table(hc_strings *strings, hc_error *error)
{
    uint32_t slot_count = strings->slot_count * 2;
    slot *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < strings->slot_count; i++) {
        if (strings->slots[i].index != 0) {
            insert(slots, slot_count, strings->slots[i]);
        }
    }
    free(strings->slots);
    strings->slots = slots;
    strings->slot_count = slot_count;
    return 0;
}

static bool holds(const hc_strings *strings, slot entry, uint32_t hash, const char *text,
                  size_t length)
{
    const char *held = strings->text + entry.index;
    return entry.hash == hash && strings->length - entry.index > length &&
           memcmp(held, text, length) == 0 && held[length] == '\0';
}

int hc_strings_intern(hc_strings *strings, const char *text, size_t length, uint32_t *index,
                      hc_error *error)
{
    uint32_t hash = (uint32_t)XXH3_64bits(text, length);
    uint32_t mask = strings->slot_count - 1;
    *index = 0;
    if (length == 0) {
        return 0;
    }
    for (uint32_t at = hash & mask; strings->slots[at].index != 0; at = (at + 1) & mask) {
        if (holds(strings, strings->slots[at], hash, text, length)) {
            *index = strings->slots[at].index;
            return 0;
        }
    }
    if (strings->interned_count >= strings->slot_count / 2 && grow_table(strings, error) < 0) {
        return -1;
    }
    if (hc_strings_append(strings, text, length, index, error) < 0) {
        return -1;
    }
    insert(strings->slots, strings->slot_count, (slot){hash, *index});
    strings->interned_count++;
    return 0;
}

uint32_t hc_strings_interned_count(const hc_strings *strings)
{
    return strings->interned_count;
}

const char *hc_strings_text(const hc_strings *strings, uint32_t index)
{
    assert(index < strings->length);
    return strings->text + index;
}
