#include "traces/name_list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* else uthash ends the process when memory is short */
#include <uthash.h>

typedef struct entry {
    UT_hash_handle hh;
    uint32_t number;
    char name[]; /* the key */
} entry;

struct hc_name_list {
    entry *by_name; /* only looked up in, never walked: its order means nothing */
    entry **by_number;
    uint32_t count;
    uint32_t capacity;
};

hc_name_list *hc_name_list_create(void)
{
    return calloc(1, sizeof(hc_name_list));
}

void hc_name_list_destroy(hc_name_list *list)
{
    if (list == NULL) {
        return;
    }
    HASH_CLEAR(hh, list->by_name);
    for (uint32_t i = 0; i < list->count; i++) {
        free(list->by_number[i]);
    }
    free(list->by_number);
    free(list);
}

/* NOLINTNEXTLINE(readability-function-size): its size is that of the macros of uthash */
static int append(hc_name_list *list, const char *name, size_t length, hc_error *error)
{
    entry *added = NULL;
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        entry **grown = realloc(list->by_number, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        list->by_number = grown;
        list->capacity = capacity;
    }
    added = malloc(sizeof *added + length + 1);
    if (added == NULL) {
        return hc_error_memory(error);
    }
    memcpy(added->name, name, length);
    added->name[length] = '\0';
    added->number = list->count;
    HASH_ADD_KEYPTR(hh, list->by_name, added->name, length, added);
    if (added->hh.tbl == NULL) {
        free(added);
        return hc_error_memory(error);
    }
    list->by_number[list->count++] = added;
    return 0;
}

/* NOLINTNEXTLINE(readability-function-size): likewise */
int hc_name_list_add_bytes(hc_name_list *list, const char *name, size_t length, uint32_t *out,
                           hc_error *error)
{
    entry *found = NULL;
    HASH_FIND(hh, list->by_name, name, length, found);
    if (found == NULL) {
        if (append(list, name, length, error) < 0) {
            return -1;
        }
        found = list->by_number[list->count - 1];
    }
    *out = found->number;
    return 0;
}

int hc_name_list_add(hc_name_list *list, const char *name, uint32_t *out, hc_error *error)
{
    return hc_name_list_add_bytes(list, name, strlen(name), out, error);
}

/* NOLINTNEXTLINE(readability-function-size): likewise */
bool hc_name_list_find(const hc_name_list *list, const char *name, size_t length, uint32_t *out)
{
    entry *found = NULL;
    HASH_FIND(hh, list->by_name, name, length, found);
    if (found != NULL) {
        *out = found->number;
    }
    return found != NULL;
}

uint32_t hc_name_list_count(const hc_name_list *list)
{
    return list->count;
}

const char *hc_name_list_get(const hc_name_list *list, uint32_t number)
{
    assert(number < list->count);
    return list->by_number[number]->name;
}
