#ifndef HC_TRACES_NAME_LIST_H
#define HC_TRACES_NAME_LIST_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Distinct names, numbered from 0 in the order in which they are first added. */
typedef struct hc_name_list hc_name_list;

/** @return a list that the caller owns, or NULL when memory is short. */
hc_name_list *hc_name_list_create(void);
void hc_name_list_destroy(hc_name_list *list);

/** The number of a name, which is added when it is new. O(length).
 *  @return 0, or -1 with `error` set (memory). */
int hc_name_list_add(hc_name_list *list, const char *name, uint32_t *out, hc_error *error);

/** The same for a name of `length` bytes, without NUL. */
int hc_name_list_add_bytes(hc_name_list *list, const char *name, size_t length, uint32_t *out,
                           hc_error *error);

/** @return false when the list does not have the name. O(length). */
bool hc_name_list_find(const hc_name_list *list, const char *name, size_t length, uint32_t *out);

uint32_t hc_name_list_count(const hc_name_list *list);

/** Borrowed until the list is destroyed. */
const char *hc_name_list_get(const hc_name_list *list, uint32_t number);

#endif
