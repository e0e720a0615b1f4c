#include "traces/run/attribute_list.h"

#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTE_LIMIT = 4096 };

static int read_text(hid_t from, hc_attribute *to)
{
    size_t bytes = 0;
    hid_t type = H5Aget_type(from);
    int status = -1;
    if (type >= 0) {
        bytes = H5Tget_size(type);
        to->text = calloc(1, bytes + 1);
        status = to->text != NULL && H5Aread(from, type, to->text) >= 0 ? 0 : -1;
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

static int read_number(hid_t from, bool is_signed, hc_attribute *to)
{
    enum { ROOM = 24 };
    uint64_t value = 0;
    if (H5Aread(from, is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64, &value) < 0) {
        return -1;
    }
    to->number = (int64_t)value;
    to->is_number = is_signed || value <= INT64_MAX;
    to->text = malloc(ROOM);
    if (to->text == NULL) {
        return -1;
    }
    if (is_signed) {
        (void)snprintf(to->text, ROOM, "%" PRId64, to->number);
    } else {
        (void)snprintf(to->text, ROOM, "%" PRIu64, value);
    }
    return 0;
}

static int read_attribute(hid_t from, hc_attribute *to)
{
    hid_t type = H5Aget_type(from);
    int status = -1;
    if (type >= 0 && H5Tget_class(type) == H5T_STRING) {
        status = read_text(from, to);
    } else if (type >= 0 && H5Tget_class(type) == H5T_INTEGER) {
        status = read_number(from, H5Tget_sign(type) == H5T_SGN_2, to);
    } else if (type >= 0) {
        to->text = calloc(1, 1); /* of a kind that this version does not know */
        status = to->text == NULL ? -1 : 0;
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

static herr_t take_attribute(hid_t file, const char *name, const H5A_info_t *info, void *data)
{
    hc_attribute_list *list = data;
    hc_attribute *to = &list->items[list->count];
    hid_t from = H5Aopen(file, name, H5P_DEFAULT);
    int status = -1;
    (void)info;
    if (from >= 0 && !hc_attribute_is_plain(from)) {
        return hc_hdf5_close(from);
    }
    if (from >= 0 && list->count < ATTRIBUTE_LIMIT) {
        to->key = strdup(name);
        status = to->key == NULL ? -1 : read_attribute(from, to);
        list->count++;
    }
    return hc_hdf5_close(from) < 0 ? -1 : status;
}

int hc_attribute_list_read(hc_attribute_list *list, hid_t file, const char *path, hc_error *error)
{
    hsize_t position = 0;
    *list = (hc_attribute_list){.items = calloc(ATTRIBUTE_LIMIT, sizeof(hc_attribute))};
    if (list->items == NULL) {
        return hc_error_memory(error);
    }
    if (H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, &position, take_attribute, list) < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "read");
    }
    return 0;
}

void hc_attribute_list_destroy(hc_attribute_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].key);
        free(list->items[i].text);
    }
    free(list->items);
    *list = (hc_attribute_list){0};
}

const hc_attribute *hc_attribute_list_find(const hc_attribute_list *list, const char *key)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].key, key) == 0) {
            return &list->items[i];
        }
    }
    return NULL;
}
