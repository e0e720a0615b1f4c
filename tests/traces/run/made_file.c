#include "tests/traces/run/made_file.h"

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"

#include <stdbool.h>

static hc_scratch scratch;

const char *hc_made_file(hc_made_filler *fill)
{
    const char *path = NULL;
    hid_t file = -1;
    hc_hdf5_quiet();
    scratch = hc_scratch_make();
    path = hc_scratch_file(&scratch, "run.h5");
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(hc_hdf5_put_text(file, "format", "hindcast run"), 0);
    CU_ASSERT_EQUAL(hc_hdf5_put_text(file, "format_version", "1.7"), 0);
    fill(file);
    CU_ASSERT(H5Fclose(file) >= 0);
    return path;
}

void hc_made_file_remove(void)
{
    hc_scratch_remove(&scratch);
}

hc_run_reader *hc_made_open(hc_made_filler *fill)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    const char *path = hc_made_file(fill);
    int status = hc_run_reader_open(&reader, path, &error);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL_FATAL(status, 0);
    return reader;
}

void hc_made_close(hc_run_reader *reader)
{
    hc_run_reader_close(reader);
    hc_made_file_remove();
}

hid_t hc_made_text(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    (void)H5Tset_size(type, bytes);
    return type;
}

hid_t hc_made_site_type(void)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(hc_made_site));
    hid_t text = hc_made_text(4);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32LE);
    (void)H5Tinsert(type, "name", 4, text);
    (void)H5Tclose(text);
    return type;
}

hid_t hc_made_chunks(hsize_t rows)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    (void)H5Pset_chunk(creation, 1, &rows);
    return creation;
}

void hc_made_table(hid_t file, const char *name, hid_t type, hid_t creation, hsize_t count,
                   const void *rows)
{
    static const hsize_t NO_LIMIT = H5S_UNLIMITED;
    bool is_chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    hid_t space = H5Screate_simple(1, &count, is_chunked ? &NO_LIMIT : NULL);
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    CU_ASSERT(dataset >= 0);
    if (rows != NULL) {
        CU_ASSERT(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    }
    (void)H5Dclose(dataset);
    (void)H5Sclose(space);
    (void)H5Pclose(creation);
    (void)H5Tclose(type);
}

const hc_made_site hc_made_sites[3] = {{0, "abc"}, {1, "defg"}, {2, ""}};

void hc_made_put_sites(hid_t file)
{
    hc_made_table(file, "sites", hc_made_site_type(), hc_made_chunks(2), 3, hc_made_sites);
}
