#include "traces/run/file_attributes.h"

#include "traces/run/attribute_list.h"
#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"

#include <stdlib.h>
#include <string.h>

static int put_items(hid_t file, const hc_text_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hc_hdf5_put_text(file, items[i].key, items[i].text) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_ending(hid_t file, const hc_run_ending *ending)
{
    static const hc_text_item NO_ITEMS[1] = {{0}};
    char finished[24] = "";
    int32_t complete = ending->is_complete ? 1 : 0;
    if (ending->is_complete) {
        hc_format_now(finished);
    }
    if (hc_hdf5_put_number(file, "complete", H5T_STD_I32LE, &complete) < 0 ||
        hc_hdf5_put_text(file, "digest", ending->digest) < 0 ||
        hc_hdf5_put_text(file, "note", ending->note) < 0 ||
        hc_hdf5_put_text(file, "finished", finished) < 0 ||
        hc_hdf5_put_uint64(file, "executed_events", ending->executed_events) < 0) {
        return -1;
    }
    return put_items(file, ending->item_count == 0 ? NO_ITEMS : ending->items, ending->item_count);
}

int hc_file_attributes_put(hid_t file, const hc_provenance *p, const hc_run_identity *identity)
{
    static const hc_run_ending NOT_ENDED = {0};
    const hc_text_item texts[] = {
        {"format", HC_RUN_FORMAT},
        {"format_version", HC_RUN_FORMAT_VERSION},
        {"created", identity->created},
        {"run_id", identity->run_id},
        {"host", identity->host},
        {"generator", "hindcast"},
        {"version", p->version},
        {"git_commit", p->git_commit},
        {"name", p->name},
        {"command_line", p->command_line},
        {"scenario", p->scenario},
        {"policy", p->policy},
        {"variant", p->variant},
        {"placement", p->placement},
        {"pass", p->pass},
        {"estimate", p->estimate},
        {"clock", hc_clock_name(p->clock)},
        {"zone", p->zone},
    };
    if (put_items(file, texts, sizeof texts / sizeof texts[0]) < 0 ||
        put_items(file, p->items, p->item_count) < 0 ||
        hc_hdf5_put_uint64(file, "seed", p->seed) < 0 ||
        hc_hdf5_put_uint64(file, "ranks", p->rank_count) < 0 ||
        hc_hdf5_put_uint64(file, "mpi_ranks", p->rank_count) < 0 ||
        hc_hdf5_put_int64(file, "begin_ns", p->begin) < 0 ||
        hc_hdf5_put_int64(file, "measure_from_ns", p->measure_from) < 0 ||
        hc_hdf5_put_int64(file, "unix_zero_seconds", p->unix_zero_seconds) < 0) {
        return -1;
    }
    return put_ending(file, &NOT_ENDED);
}

static int copy_value(hid_t from, hid_t to, const char *name)
{
    int status = -1;
    hid_t type = H5Aget_type(from);
    hsize_t bytes = H5Aget_storage_size(from);
    void *value = malloc(bytes == 0 ? 1 : (size_t)bytes);
    if (type >= 0 && value != NULL && H5Aread(from, type, value) >= 0) {
        status = hc_hdf5_put_number(to, name, type, value);
    }
    free(value);
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

static bool is_of_ending(const char *name)
{
    static const char *const NAMES[] = {"complete", "digest", "note", "finished",
                                        "executed_events"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            return true;
        }
    }
    return false;
}

static herr_t copy_one(hid_t from, const char *name, const H5A_info_t *info, void *data)
{
    const hid_t *to = data;
    hid_t attribute = -1;
    int status = -1;
    (void)info;
    if (is_of_ending(name)) {
        return 0;
    }
    attribute = H5Aopen(from, name, H5P_DEFAULT);
    if (attribute >= 0 && hc_attribute_is_plain(attribute)) {
        status = copy_value(attribute, *to, name);
    }
    return hc_hdf5_close(attribute) < 0 ? -1 : status;
}

int hc_file_attributes_copy(hid_t from, hid_t to, const hc_run_ending *ending)
{
    hsize_t position = 0;
    if (H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, &position, copy_one, &to) < 0) {
        return -1;
    }
    return put_ending(to, ending);
}

char *hc_file_attributes_run_id(hid_t file, const char *path, hc_error *error)
{
    hc_attribute_list list = {0};
    const hc_attribute *found = NULL;
    char *id = NULL;
    if (hc_attribute_list_read(&list, file, path, error) == 0) {
        found = hc_attribute_list_find(&list, "run_id");
        id = found == NULL ? NULL : strdup(found->text);
        if (id == NULL) {
            (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not the file of a run", path);
        }
    }
    hc_attribute_list_destroy(&list);
    return id;
}
