#include "tests/traces/run/committed.h"

#include <hdf5.h>
#include <string.h>

typedef struct pair {
    char table[16];
    uint64_t rows;
} pair;

static bool read_pairs(hid_t file, pair pairs[HC_TABLE_COUNT])
{
    hid_t dataset = H5Dopen2(file, "/rows_committed", H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    bool is_read = H5Tget_size(type) == sizeof(pair) &&
                   H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pairs) >= 0;
    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
    return is_read;
}

bool hc_read_committed(const char *path, uint64_t counts[HC_TABLE_COUNT])
{
    pair pairs[HC_TABLE_COUNT];
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, H5P_DEFAULT);
    bool is_read = file >= 0 && read_pairs(file, pairs);
    for (int i = 0; is_read && i < HC_TABLE_COUNT; i++) {
        is_read = strcmp(pairs[i].table, hc_table_describe((hc_run_table)i)->name) == 0;
        counts[i] = pairs[i].rows;
    }
    if (file >= 0) {
        (void)H5Fclose(file);
    }
    return is_read;
}

bool hc_opens_plainly(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = file < 0 ? -1 : H5Dopen2(file, "/jobs", H5P_DEFAULT);
    bool opens = dataset >= 0;
    if (dataset >= 0) {
        (void)H5Dclose(dataset);
    }
    if (file >= 0) {
        (void)H5Fclose(file);
    }
    return opens;
}
