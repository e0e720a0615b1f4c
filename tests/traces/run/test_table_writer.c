#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/table_schema.h"
#include "traces/run/table_set.h"

#include <string.h>

static hc_scratch scratch;
static hid_t file;
static hc_chunk_codec *codec;
static hc_table_writer writer;

static void set_up(void)
{
    hc_error error = HC_ERROR_NONE;
    static const uint32_t WIDTHS[] = {8};
    hid_t access = -1;
    hc_row_layout layout;
    hc_hdf5_quiet();
    access = hc_hdf5_access(H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    scratch = hc_scratch_make();
    codec = hc_chunk_codec_create();
    file = H5Fcreate(hc_scratch_file(&scratch, "a.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    (void)H5Pclose(access);
    hc_row_layout_make(&layout, hc_table_describe(HC_TABLE_USERS), WIDTHS);
    CU_ASSERT_EQUAL_FATAL(hc_table_writer_create(&writer, file, &layout, 0, codec, "a.h5", &error),
                          0);
    CU_ASSERT_EQUAL_FATAL(writer.chunk_rows, HC_CHUNK_ROWS_LIMIT);
}

static void tear_down(void)
{
    CU_ASSERT_EQUAL(hc_table_writer_close(&writer), 0);
    CU_ASSERT_EQUAL(hc_hdf5_close(file), 0);
    hc_chunk_codec_destroy(codec);
    hc_scratch_remove(&scratch);
}

static void append(uint32_t first, uint32_t end)
{
    hc_error error = HC_ERROR_NONE;
    for (uint32_t i = first; i < end; i++) {
        const hc_name_row row = {.index = i, .name = "x"};
        CU_ASSERT_EQUAL_FATAL(hc_table_writer_append(&writer, &row, &error), 0);
    }
}

static haddr_t address_of_first_chunk(hsize_t *bytes)
{
    static const hsize_t FIRST = 0;
    unsigned mask = 0;
    haddr_t address = HADDR_UNDEF;
    CU_ASSERT(H5Dget_chunk_info_by_coord(writer.dataset, &FIRST, &mask, &address, bytes) >= 0);
    CU_ASSERT_EQUAL(mask, 0);
    return address;
}

/* A reader of the growing file would find half of the old chunk and half of the new one. */
static void a_chunk_is_never_overwritten(void)
{
    hc_error error = HC_ERROR_NONE;
    haddr_t seen[300] = {0};
    hsize_t last_bytes = 0;
    set_up();
    CU_ASSERT(H5Fstart_swmr_write(file) >= 0);
    for (uint32_t i = 0; i < 300; i++) {
        hsize_t bytes = 0;
        append(i, i + 1);
        CU_ASSERT_EQUAL(hc_table_writer_flush(&writer, &error), 0);
        seen[i] = address_of_first_chunk(&bytes);
        CU_ASSERT_NOT_EQUAL(bytes, last_bytes);
        last_bytes = bytes;
        for (uint32_t j = 0; j < i; j++) {
            CU_ASSERT_NOT_EQUAL(seen[j], seen[i]);
        }
    }
    tear_down();
}

/* What is flushed can be read with HDF5 at every moment, and what is not flushed has not been lost. */
static void rows_are_there_after_each_flush(void)
{
    static uint32_t indexes[49152];
    static const uint32_t ENDS[] = {1, 2, 100, 16383, 16384, 16385, 40000, 49152};
    hc_error error = HC_ERROR_NONE;
    uint32_t done = 0;
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof indexes[0]);
    set_up();
    CU_ASSERT(H5Tinsert(type, "index", 0, H5T_STD_U32LE) >= 0);
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        uint32_t wrong = 0;
        hid_t space = -1;
        append(done, ENDS[i]);
        done = ENDS[i];
        CU_ASSERT_EQUAL(hc_table_writer_row_count(&writer), done);
        CU_ASSERT_EQUAL(hc_table_writer_flush(&writer, &error), 0);
        space = H5Dget_space(writer.dataset);
        CU_ASSERT_EQUAL(H5Sget_simple_extent_npoints(space), done);
        (void)H5Sclose(space);
        CU_ASSERT(H5Dread(writer.dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, indexes) >= 0);
        for (uint32_t r = 0; r < done; r++) {
            wrong += indexes[r] != r ? 1 : 0;
        }
        CU_ASSERT_EQUAL(wrong, 0);
    }
    (void)H5Tclose(type);
    tear_down();
}

static void chunks_fit_the_table(void)
{
    static const uint32_t NARROW[] = {8};
    static const uint32_t WIDE[] = {HC_TEXT_BYTES_LIMIT};
    hc_row_layout layout;
    hc_row_layout_make(&layout, hc_table_describe(HC_TABLE_USERS), NARROW);
    CU_ASSERT_EQUAL(hc_table_chunk_rows(&layout, 0), HC_CHUNK_ROWS_LIMIT);
    CU_ASSERT_EQUAL(hc_table_chunk_rows(&layout, 1), 64);
    CU_ASSERT_EQUAL(hc_table_chunk_rows(&layout, 1000), 1000);
    CU_ASSERT_EQUAL(hc_table_chunk_rows(&layout, UINT64_MAX), HC_CHUNK_ROWS_LIMIT);
    hc_row_layout_make(&layout, hc_table_describe(HC_TABLE_USERS), WIDE);
    CU_ASSERT_EQUAL(hc_table_chunk_rows(&layout, 0), HC_CHUNK_BYTES_LIMIT / layout.row_bytes);
}

static const hc_test_case CASES[] = {
    {"a_chunk_is_never_overwritten", a_chunk_is_never_overwritten},
    {"rows_are_there_after_each_flush", rows_are_there_after_each_flush},
    {"chunks_fit_the_table", chunks_fit_the_table},
};

HC_TEST_MAIN("table_writer", CASES)
