#ifndef HC_TRACES_ATTRIBUTE_LIST_H
#define HC_TRACES_ATTRIBUTE_LIST_H

#include "sim/error.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The attributes of a file as text: those that hold one text or one whole number. Others are passed over. */

typedef struct hc_attribute {
    char *key;
    char *text; /**< numbers in decimal; "" for a floating-point number */
    int64_t number;
    bool is_number; /**< a whole number that fits into int64 */
} hc_attribute;

typedef struct hc_attribute_list {
    hc_attribute *items;
    size_t count;
} hc_attribute_list;

/** Reads the attributes of the root group, in alphabetic order. Destroy in any case.
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME: damaged, or more than 4,096 of them). */
int hc_attribute_list_read(hc_attribute_list *list, hid_t file, const char *path, hc_error *error);
void hc_attribute_list_destroy(hc_attribute_list *list);

/** @return the attribute of that key, borrowed, or NULL. */
const hc_attribute *hc_attribute_list_find(const hc_attribute_list *list, const char *key);

#endif
