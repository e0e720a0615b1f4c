#ifndef HC_SIM_JOBS_SLOT_LIST_H
#define HC_SIM_JOBS_SLOT_LIST_H

#include <stddef.h>
#include <stdint.h>

/** Slots of jobs, in the order in which they were added; grows to the size it is needed in and stays there. All zero:
 *  empty. */
typedef struct hc_slot_list {
    uint32_t *slots;
    size_t count;
    size_t capacity;
} hc_slot_list;

/** @return 0, or -1 when memory is short; nothing has changed then. */
int hc_slot_list_add(hc_slot_list *list, uint32_t slot);

/** Makes room for so many slots in all. @return likewise. */
int hc_slot_list_reserve(hc_slot_list *list, size_t count);

/** It is empty then, and may be filled again. */
void hc_slot_list_free(hc_slot_list *list);

#endif
