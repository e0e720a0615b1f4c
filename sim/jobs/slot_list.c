#include "sim/jobs/slot_list.h"

#include <stdlib.h>

int hc_slot_list_reserve(hc_slot_list *list, size_t count)
{
    size_t capacity = list->capacity == 0 ? 16 : list->capacity;
    uint32_t *grown = NULL;
    if (count <= list->capacity) {
        return 0;
    }
    while (capacity < count) {
        capacity *= 2;
    }
    grown = realloc(list->slots, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    list->slots = grown;
    list->capacity = capacity;
    return 0;
}

int hc_slot_list_add(hc_slot_list *list, uint32_t slot)
{
    if (hc_slot_list_reserve(list, list->count + 1) < 0) {
        return -1;
    }
    list->slots[list->count++] = slot;
    return 0;
}

void hc_slot_list_free(hc_slot_list *list)
{
    free(list->slots);
    *list = (hc_slot_list){0};
}
