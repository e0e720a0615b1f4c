#include "traces/run/committed_rows.h"

#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"

#include <stddef.h>
#include <string.h>

static const char NAME[] = "rows_committed";

typedef struct entry {
    char table[16];
    uint64_t rows;
} entry;

enum { MAX_ENTRIES = 256 };

static hid_t entry_type(void)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(entry));
    hid_t text = H5Tcopy(H5T_C_S1);
    int is_good = type >= 0 && text >= 0 && H5Tset_size(text, sizeof((entry *)0)->table) >= 0 &&
                  H5Tset_strpad(text, H5T_STR_NULLPAD) >= 0 &&
                  H5Tinsert(type, "table", offsetof(entry, table), text) >= 0 &&
                  H5Tinsert(type, "rows", offsetof(entry, rows), H5T_STD_U64LE) >= 0;
    if (hc_hdf5_close(text) < 0 || !is_good) {
        (void)hc_hdf5_close(type);
        return -1;
    }
    return type;
}

hid_t hc_committed_rows_create(hid_t file)
{
    static const hsize_t COUNT = HC_TABLE_COUNT;
    static const uint64_t NONE[HC_TABLE_COUNT] = {0};
    hid_t dataset = -1;
    hid_t type = entry_type();
    hid_t space = H5Screate_simple(1, &COUNT, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (type >= 0 && space >= 0 && creation >= 0 &&
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0) {
        dataset = H5Dcreate2(file, NAME, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    if (hc_hdf5_close(creation) < 0 || hc_hdf5_close(space) < 0 || hc_hdf5_close(type) < 0 ||
        dataset < 0 ||
        hc_hdf5_put_text(dataset, "MEANING", "rows of each table that a reader can rely on") < 0 ||
        hc_committed_rows_write(dataset, NONE) < 0) {
        (void)hc_hdf5_close(dataset);
        return -1;
    }
    return dataset;
}

int hc_committed_rows_write(hid_t dataset, const uint64_t counts[HC_TABLE_COUNT])
{
    entry entries[HC_TABLE_COUNT] = {{{0}, 0}};
    hid_t type = entry_type();
    int status = -1;
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        strncpy(entries[table].table, hc_table_describe((hc_run_table)table)->name,
                sizeof entries[table].table);
        entries[table].rows = counts[table];
    }
    if (type >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, entries) >= 0 &&
        H5Dflush(dataset) >= 0) {
        status = 0;
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

static void take(const entry *entries, size_t entry_count, uint64_t counts[HC_TABLE_COUNT])
{
    for (size_t i = 0; i < entry_count; i++) {
        char name[sizeof entries[i].table + 1] = "";
        hc_run_table table = HC_TABLE_COUNT;
        memcpy(name, entries[i].table, sizeof entries[i].table);
        table = hc_table_find(name);
        if (table < HC_TABLE_COUNT) {
            counts[table] = entries[i].rows;
        }
    }
}

/* A later version may have more tables than this one knows. */
static int read_entries(hid_t dataset, uint64_t entry_count, uint64_t counts[HC_TABLE_COUNT])
{
    entry entries[MAX_ENTRIES];
    hid_t type = entry_type();
    int status = -1;
    if (type >= 0 && entry_count <= MAX_ENTRIES &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, entries) >= 0) {
        take(entries, (size_t)entry_count, counts);
        status = 0;
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

int hc_committed_rows_read(hid_t file, const char *path, uint64_t counts[HC_TABLE_COUNT],
                           hc_error *error)
{
    hc_dataset_shape shape = {0};
    hid_t dataset = hc_dataset_open(file, NAME, path, &shape, error);
    int status = 0;
    memset(counts, 0, HC_TABLE_COUNT * sizeof counts[0]);
    if (dataset < 0) {
        return -1;
    }
    if (read_entries(dataset, shape.row_count, counts) < 0) {
        status = hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "read");
    }
    return hc_hdf5_close(dataset) < 0 ? -1 : status;
}

int hc_committed_rows_exist(hid_t file)
{
    return hc_dataset_exists(file, NAME);
}
