/* Files that the reader refuses: made by other programs, or to do harm. */

#include "tests/testing.h"
#include "tests/traces/run/made_file.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Files that are refused when they are opened */

static void put_external_link(hid_t file)
{
    (void)H5Lcreate_external("/etc/passwd", "/x", file, "sites", H5P_DEFAULT, H5P_DEFAULT);
}

static void put_soft_link(hid_t file)
{
    (void)H5Lcreate_soft("/elsewhere", file, "sites", H5P_DEFAULT, H5P_DEFAULT);
}

static void put_group(hid_t file)
{
    (void)H5Gclose(H5Gcreate2(file, "sites", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void put_virtual(hid_t file)
{
    static const hsize_t COUNT = 3;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &COUNT, NULL);
    (void)H5Pset_virtual(creation, space, "other.h5", "sites", space);
    (void)H5Sclose(space);
    hc_made_table(file, "sites", hc_made_site_type(), creation, COUNT, NULL);
}

static void put_external_storage(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    (void)H5Pset_external(creation, "/etc/passwd", 0, 24);
    hc_made_table(file, "sites", hc_made_site_type(), creation, 3, NULL);
}

static void put_huge_chunk(hid_t file)
{
    hc_made_table(file, "sites", hc_made_site_type(),
                  hc_made_chunks((64 << 20) / sizeof(hc_made_site) + 1), 0, NULL);
}

static void put_other_filter(hid_t file)
{
    hid_t creation = hc_made_chunks(4);
    (void)H5Pset_fletcher32(creation);
    hc_made_table(file, "sites", hc_made_site_type(), creation, 3, hc_made_sites);
}

static void put_many_filters(hid_t file)
{
    hid_t creation = hc_made_chunks(4);
    for (int i = 0; i < 5; i++) {
        (void)H5Pset_deflate(creation, 1);
    }
    hc_made_table(file, "sites", hc_made_site_type(), creation, 3, hc_made_sites);
}

static void put_two_dimensions(hid_t file)
{
    static const hsize_t COUNTS[] = {2, 2};
    hid_t space = H5Screate_simple(2, COUNTS, NULL);
    hid_t type = hc_made_site_type();
    (void)H5Dclose(H5Dcreate2(file, "sites", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    (void)H5Tclose(type);
    (void)H5Sclose(space);
}

static void put_numbers(hid_t file)
{
    hc_made_table(file, "sites", H5Tcopy(H5T_STD_U32LE), hc_made_chunks(4), 3, NULL);
}

static void put_no_rows_stored(hid_t file)
{
    hc_made_table(file, "sites", hc_made_site_type(), hc_made_chunks(4), (hsize_t)1 << 40, NULL);
}

static void put_few_rows_stored(hid_t file)
{
    static const hsize_t COUNT = (hsize_t)1 << 40;
    hid_t creation = hc_made_chunks(4);
    hid_t dataset = -1;
    (void)H5Pset_deflate(creation, 1);
    hc_made_table(file, "sites", hc_made_site_type(), creation, 3, hc_made_sites);
    dataset = H5Dopen2(file, "sites", H5P_DEFAULT);
    (void)H5Dset_extent(dataset, &COUNT);
    (void)H5Dclose(dataset);
}

static void put_column(hid_t file, hid_t column, const char *name)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, H5Tget_size(column) + 4);
    (void)H5Tinsert(type, name, 4, column);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32LE);
    hc_made_table(file, "sites", type, hc_made_chunks(4), 0, NULL);
    (void)H5Tclose(column);
}

static void put_variable_text(hid_t file)
{
    put_column(file, hc_made_text(H5T_VARIABLE), "name");
}

static void put_variable_text_elsewhere(hid_t file)
{
    put_column(file, hc_made_text(H5T_VARIABLE), "later");
}

static void put_reference(hid_t file)
{
    put_column(file, H5Tcopy(H5T_STD_REF_OBJ), "later");
}

static void put_list_column(hid_t file)
{
    put_column(file, H5Tvlen_create(H5T_STD_U32LE), "later");
}

static void put_nested(hid_t file)
{
    put_column(file, hc_made_site_type(), "later");
}

static void put_array_column(hid_t file)
{
    static const hsize_t COUNT = 3;
    put_column(file, H5Tarray_create2(H5T_STD_U32LE, 1, &COUNT), "later");
}

static void put_wide_text(hid_t file)
{
    put_column(file, hc_made_text(5000), "name");
}

static void put_wide_row(hid_t file)
{
    put_column(file, hc_made_text(2 << 20), "later");
}

static void put_number_as_name(hid_t file)
{
    put_column(file, H5Tcopy(H5T_STD_U32LE), "name");
}

static void put_wrong_index(hid_t file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    (void)H5Tinsert(type, "index", 0, H5T_STD_I32LE);
    hc_made_table(file, "sites", type, hc_made_chunks(4), 0, NULL);
}

static void put_big_endian_index(hid_t file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32BE);
    hc_made_table(file, "sites", type, hc_made_chunks(4), 0, NULL);
}

static void put_other_enum(hid_t file)
{
    static const uint8_t VALUES[] = {0, 1};
    hid_t type = H5Tcreate(H5T_COMPOUND, 1);
    hid_t state = H5Tenum_create(H5T_STD_U8LE);
    (void)H5Tenum_insert(state, "running", &VALUES[0]);
    (void)H5Tenum_insert(state, "pending", &VALUES[1]);
    (void)H5Tinsert(type, "state", 0, state);
    (void)H5Tclose(state);
    hc_made_table(file, "jobs", type, hc_made_chunks(4), 0, NULL);
}

/* More rows vouched for than there are. */
static void put_committed(hid_t file)
{
    static const struct {
        char table[16];
        uint64_t rows;
    } ENTRY = {"sites", 4};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof ENTRY);
    hid_t text = hc_made_text(16);
    (void)H5Tinsert(type, "table", 0, text);
    (void)H5Tinsert(type, "rows", 16, H5T_STD_U64LE);
    (void)H5Tclose(text);
    hc_made_put_sites(file);
    hc_made_table(file, "rows_committed", type, H5Pcreate(H5P_DATASET_CREATE), 1, &ENTRY);
}

static void put_external_committed(hid_t file)
{
    hc_made_put_sites(file);
    (void)H5Lcreate_external("/etc/passwd", "/x", file, "rows_committed", H5P_DEFAULT, H5P_DEFAULT);
}

static void put_later_version(hid_t file)
{
    (void)H5Adelete(file, "format_version");
    (void)hc_hdf5_put_text(file, "format_version", "2.0");
}

static void put_no_format(hid_t file)
{
    (void)H5Adelete(file, "format");
}

static void put_number_format(hid_t file)
{
    (void)H5Adelete(file, "format");
    (void)hc_hdf5_put_int64(file, "format", 1);
}

typedef struct refusal {
    hc_made_filler *fill;
    const char *message;
} refusal;

static const refusal REFUSALS[] = {
    {put_external_link, "table sites: is a link to somewhere else"},
    {put_soft_link, "table sites: is a link to somewhere else"},
    {put_group, "table sites: is not a dataset"},
    {put_virtual, "table sites: has a layout that is not read here"},
    {put_external_storage, "table sites: keeps its data in another file"},
    {put_huge_chunk, "more than 64 MiB"},
    {put_other_filter, "table sites: has filter 3; only shuffle and deflate are read"},
    {put_many_filters, "table sites: has 5 filters"},
    {put_two_dimensions, "table sites: is not one-dimensional"},
    {put_numbers, "table sites: is not a table of named columns"},
    {put_no_rows_stored, "but 0 bytes are stored"},
    {put_few_rows_stored, "claims 1099511627776 rows of 8 bytes"},
    {put_variable_text, "table sites: column name has a type that is not read here"},
    {put_variable_text_elsewhere, "table sites: column later has a type that is not read here"},
    {put_reference, "table sites: column later has a type that is not read here"},
    {put_list_column, "table sites: column later has a type that is not read here"},
    {put_nested, "table sites: column later has a type that is not read here"},
    {put_array_column, "table sites: column later has a type that is not read here"},
    {put_wide_text, "table sites: column name has another type than it must have"},
    {put_wide_row, "table sites: has rows of 2097156 bytes"},
    {put_number_as_name, "table sites: column name has another type than it must have"},
    {put_wrong_index, "table sites: column index has another type than it must have"},
    {put_big_endian_index, "table sites: column index has another type than it must have"},
    {put_other_enum, "table jobs: column state has another type than it must have"},
    {put_committed, "table sites cannot have 3 rows"},
    {put_external_committed, "table rows_committed: is a link to somewhere else"},
    {put_later_version, "has format version 2.0; this program reads 1.0"},
    {put_no_format, "is not the file of a run"},
    {put_number_format, "is not the file of a run"},
};

static void harmful_shapes_are_refused(void)
{
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_run_reader *reader = NULL;
        CU_ASSERT_EQUAL(hc_run_reader_open(&reader, hc_made_file(REFUSALS[i].fill), &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, REFUSALS[i].message));
        if (strstr(error.text, REFUSALS[i].message) == NULL) {
            printf("\nexpected: %s\nfound:    %s\n", REFUSALS[i].message, error.text);
        }
        hc_made_file_remove();
    }
}

/* Values that are refused when they are read */

static void put_row(hid_t file, const char *table, const char *column, hid_t column_type,
                    const void *value)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, H5Tget_size(column_type));
    (void)H5Tinsert(type, column, 0, column_type);
    hc_made_table(file, table, type, hc_made_chunks(4), 1, value);
    (void)H5Tclose(column_type);
}

static void put_unknown_bucket(hid_t file)
{
    static const char *const NAMES[] = {"busy", "idle_empty", "idle_blocked", "restart",
                                        "lost", "offline",    "later"};
    static const uint8_t VALUE = 6;
    hid_t type = H5Tenum_create(H5T_STD_U8LE);
    for (uint8_t i = 0; i < 7; i++) {
        (void)H5Tenum_insert(type, NAMES[i], &i);
    }
    put_row(file, "ledger", "bucket", type, &VALUE);
}

static void put_odd_boolean(hid_t file)
{
    static const int8_t VALUES[] = {0, 1, 7};
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    (void)H5Tenum_insert(type, "FALSE", &VALUES[0]);
    (void)H5Tenum_insert(type, "TRUE", &VALUES[1]);
    put_row(file, "jobs", "is_measured", type, &VALUES[2]);
}

static void put_unknown_partition(hid_t file)
{
    static const uint16_t VALUE = 2;
    hc_made_table(file, "partitions", hc_made_site_type(), hc_made_chunks(2), 2, hc_made_sites);
    put_row(file, "ledger", "partition", H5Tcopy(H5T_STD_U16LE), &VALUE);
}

static void put_unknown_node(hid_t file)
{
    static const uint32_t VALUE = UINT32_MAX;
    put_row(file, "placements", "node", H5Tcopy(H5T_STD_U32LE), &VALUE);
}

/* Times that could not be subtracted from others without a thought of overflow. */

static void put_late_start(hid_t file)
{
    static const int64_t VALUE = HC_TIME_LIMIT + 1;
    put_row(file, "jobs", "start_ns", H5Tcopy(H5T_STD_I64LE), &VALUE);
}

static void put_early_wait(hid_t file)
{
    static const int64_t VALUE = INT64_MIN + 1;
    put_row(file, "jobs", "wait_ns", H5Tcopy(H5T_STD_I64LE), &VALUE);
}

static void put_no_submission(hid_t file)
{
    static const int64_t VALUE = HC_TIME_MISSING;
    put_row(file, "jobs", "submit_ns", H5Tcopy(H5T_STD_I64LE), &VALUE);
}

static void put_early_sample(hid_t file)
{
    static const int64_t VALUE = -HC_TIME_LIMIT - 1;
    put_row(file, "series", "time_ns", H5Tcopy(H5T_STD_I64LE), &VALUE);
}

static void put_damaged_chunk(hid_t file)
{
    static const uint8_t RUBBISH[16] = {1, 2, 3};
    static const hsize_t FIRST = 0;
    hid_t creation = hc_made_chunks(4);
    hid_t dataset = -1;
    (void)H5Pset_deflate(creation, 1);
    hc_made_table(file, "ledger", hc_made_site_type(), creation, 3, hc_made_sites);
    dataset = H5Dopen2(file, "ledger", H5P_DEFAULT);
    (void)H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &FIRST, sizeof RUBBISH, RUBBISH);
    (void)H5Dclose(dataset);
}

typedef struct bad_value {
    hc_made_filler *fill;
    hc_run_table table;
    const char *message;
} bad_value;

static const bad_value BAD_VALUES[] = {
    {put_unknown_bucket, HC_TABLE_LEDGER,
     "table ledger, row 0: column bucket has a value that it cannot have"},
    {put_odd_boolean, HC_TABLE_JOBS, "table jobs, row 0: column is_measured"},
    {put_unknown_partition, HC_TABLE_LEDGER, "table ledger, row 0: column partition"},
    {put_unknown_node, HC_TABLE_PLACEMENTS, "table placements, row 0: column node"},
    {put_late_start, HC_TABLE_JOBS, "table jobs, row 0: column start_ns"},
    {put_early_wait, HC_TABLE_JOBS, "table jobs, row 0: column wait_ns"},
    {put_no_submission, HC_TABLE_JOBS, "table jobs, row 0: column submit_ns"},
    {put_early_sample, HC_TABLE_SERIES, "table series, row 0: column time_ns"},
    {put_damaged_chunk, HC_TABLE_LEDGER, "cannot read"},
};

static void harmful_values_are_refused(void)
{
    for (size_t i = 0; i < sizeof BAD_VALUES / sizeof BAD_VALUES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_rows rows = HC_ROWS_NONE;
        hc_run_reader *reader = hc_made_open(BAD_VALUES[i].fill);
        CU_ASSERT_EQUAL(
            hc_run_reader_read(reader, BAD_VALUES[i].table, 0, UINT64_MAX, &rows, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, BAD_VALUES[i].message));
        CU_ASSERT_EQUAL(rows.count, 0);
        hc_rows_destroy(&rows);
        hc_made_close(reader);
    }
}

static void what_is_no_file_is_refused(void)
{
    static const struct {
        const char *name;
        const char *message;
    } PATHS[] = {
        {"absent", "absent: cannot open: No such file or directory"},
        {"pipe", "pipe: is not a plain file"},
        {".", "is not a plain file"},
        {"empty", "empty: cannot open: HDF5:"},
        {"text", "text: cannot open: HDF5:"},
    };
    FILE *file = NULL;
    hc_scratch scratch = hc_scratch_make();
    CU_ASSERT_EQUAL(mkfifo(hc_scratch_file(&scratch, "pipe"), 0600), 0);
    file = fopen(hc_scratch_file(&scratch, "empty"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fclose(file);
    file = fopen(hc_scratch_file(&scratch, "text"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs("\x89HDF\r\n\x1a\n and nothing more", file);
    (void)fclose(file);
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_run_reader *reader = NULL;
        const char *path = hc_scratch_file(&scratch, PATHS[i].name);
        CU_ASSERT_EQUAL(hc_run_reader_open(&reader, path, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, PATHS[i].message));
    }
    hc_run_reader_close(NULL);
    hc_scratch_remove(&scratch);
}

static const hc_test_case CASES[] = {
    {"harmful_shapes_are_refused", harmful_shapes_are_refused},
    {"harmful_values_are_refused", harmful_values_are_refused},
    {"what_is_no_file_is_refused", what_is_no_file_is_refused},
};

HC_TEST_MAIN("run_refusals", CASES)
