/* Files that this program did not write: of other versions, of other programs, and made to do harm. */

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/run_names.h"
#include "traces/run/run_reader.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static hc_scratch scratch;

typedef void filler(hid_t file);

/* A file of a run that has what `fill` puts into it. */
static const char *make_file(filler *fill)
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

/* Tables of sites: index and name are all that it must have. */

typedef struct site {
    uint32_t index;
    char name[4];
} site;

static hid_t text_type(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    (void)H5Tset_size(type, bytes);
    return type;
}

static hid_t site_type(void)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(site));
    hid_t text = text_type(4);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32LE);
    (void)H5Tinsert(type, "name", 4, text);
    (void)H5Tclose(text);
    return type;
}

static hid_t chunked(hsize_t rows)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    (void)H5Pset_chunk(creation, 1, &rows);
    return creation;
}

/* Creates the dataset and writes `rows` when there are any. Closes type and properties. */
static void put_table(hid_t file, const char *name, hid_t type, hid_t creation, hsize_t count,
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

static const site SITES[] = {{0, "abc"}, {1, "defg"}, {2, ""}};

static void put_sites(hid_t file)
{
    put_table(file, "sites", site_type(), chunked(2), 3, SITES);
}

static void put_contiguous_sites(hid_t file)
{
    put_table(file, "sites", site_type(), H5Pcreate(H5P_DATASET_CREATE), 3, SITES);
}

/* Columns that are not known here, one missing, all in another order. */
static void put_later_nodes(hid_t file)
{
    struct {
        double watts;
        uint32_t rack;
        uint32_t index;
        char colour[3];
    } ROWS[] = {{1.5, 7, 0, "re"}, {2.5, 8, 1, "gr"}};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof ROWS[0]);
    hid_t text = text_type(3);
    (void)H5Tinsert(type, "watts", 0, H5T_IEEE_F64LE);
    (void)H5Tinsert(type, "rack", 8, H5T_STD_U32LE);
    (void)H5Tinsert(type, "index", 12, H5T_STD_U32LE);
    (void)H5Tinsert(type, "colour", 16, text);
    put_table(file, "nodes", type, chunked(5), 2, ROWS);
    put_table(file, "tables_of_a_later_version", site_type(), chunked(5), 0, NULL);
    (void)H5Tclose(text);
}

static void put_odd_attributes(hid_t file)
{
    static const double PRICE = 1.5;
    static const int32_t NUMBERS[] = {1, 2};
    static const hsize_t TWO = 2;
    hid_t space = H5Screate_simple(1, &TWO, NULL);
    hid_t list = H5Acreate2(file, "list", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT);
    (void)H5Awrite(list, H5T_STD_I32LE, NUMBERS);
    (void)H5Aclose(list);
    (void)H5Sclose(space);
    (void)hc_hdf5_put_number(file, "price", H5T_IEEE_F64LE, &PRICE);
    (void)hc_hdf5_put_int64(file, "least", INT64_MIN);
    (void)hc_hdf5_put_uint64(file, "most", UINT64_MAX);
    put_sites(file);
}

static hc_run_reader *open_good(filler *fill)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    const char *path = make_file(fill);
    int status = hc_run_reader_open(&reader, path, &error);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL_FATAL(status, 0);
    return reader;
}

static void close_good(hc_run_reader *reader)
{
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

static void rows_come_in_slices(void)
{
    static filler *const FILLERS[] = {put_sites, put_contiguous_sites};
    for (size_t f = 0; f < sizeof FILLERS / sizeof FILLERS[0]; f++) {
        hc_error error = HC_ERROR_NONE;
        hc_rows rows = HC_ROWS_NONE;
        hc_run_reader *reader = open_good(FILLERS[f]);
        for (uint64_t first = 0; first <= 4; first++) {
            for (uint64_t count = 0; count <= 4; count++) {
                uint64_t expected = first >= 3 ? 0 : count < 3 - first ? count : 3 - first;
                const hc_name_row *sites = NULL;
                CU_ASSERT_EQUAL(
                    hc_run_reader_read(reader, HC_TABLE_SITES, first, count, &rows, &error), 0);
                CU_ASSERT_EQUAL(rows.count, expected);
                sites = rows.rows;
                for (uint64_t i = 0; i < expected; i++) {
                    CU_ASSERT_EQUAL(sites[i].index, first + i);
                    CU_ASSERT_EQUAL(strncmp(sites[i].name, SITES[first + i].name, 4), 0);
                    CU_ASSERT(strlen(sites[i].name) <= 4);
                }
            }
        }
        hc_rows_destroy(&rows);
        close_good(reader);
    }
}

static void names_are_found_by_any_index(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_names names = HC_RUN_NAMES_NONE;
    hc_run_reader *reader = open_good(put_sites);
    CU_ASSERT_EQUAL(hc_run_names_read(&names, reader, HC_TABLE_SITES, &error), 0);
    CU_ASSERT_STRING_EQUAL(hc_run_names_get(&names, 1), "defg");
    CU_ASSERT_STRING_EQUAL(hc_run_names_get(&names, 2), "");
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, 3));
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, UINT32_MAX));
    hc_run_names_destroy(&names);
    CU_ASSERT_EQUAL(hc_run_names_read(&names, reader, HC_TABLE_USERS, &error), 0);
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, 0));
    hc_run_names_destroy(&names);
    close_good(reader);
}

static void columns_are_matched_by_name(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_rows rows = HC_ROWS_NONE;
    hc_run_reader *reader = open_good(put_later_nodes);
    const hc_node_row *nodes = NULL;
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_NODES, 0, 9, &rows, &error), 0);
    CU_ASSERT_EQUAL_FATAL(rows.count, 2);
    nodes = rows.rows;
    for (uint32_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(nodes[i].index, i);
        CU_ASSERT_EQUAL(nodes[i].rack, 7 + i);
        CU_ASSERT_STRING_EQUAL(nodes[i].name, "");
        CU_ASSERT_EQUAL(nodes[i].kind, HC_NO_INDEX);
        CU_ASSERT_EQUAL(nodes[i].gpus, 0);
    }
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 0);
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_JOBS, 0, 9, &rows, &error), 0);
    CU_ASSERT_EQUAL(rows.count, 0);
    hc_rows_destroy(&rows);
    close_good(reader);
}

static void attributes_of_other_kinds_are_passed_over(void)
{
    int64_t number = 0;
    hc_run_reader *reader = open_good(put_odd_attributes);
    CU_ASSERT_PTR_NULL(hc_run_reader_text(reader, "list"));
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "price"), "");
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "least"), "-9223372036854775808");
    CU_ASSERT(hc_run_reader_number(reader, "least", &number) && number == INT64_MIN);
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "most"), "18446744073709551615");
    CU_ASSERT_FALSE(hc_run_reader_number(reader, "most", &number));
    CU_ASSERT_FALSE(hc_run_reader_is_complete(reader));
    CU_ASSERT_EQUAL(hc_run_reader_key_count(reader), 5);
    CU_ASSERT_STRING_EQUAL(hc_run_reader_key(reader, 0), "format");
    close_good(reader);
}

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
    put_table(file, "sites", site_type(), creation, COUNT, NULL);
}

static void put_external_storage(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    (void)H5Pset_external(creation, "/etc/passwd", 0, 24);
    put_table(file, "sites", site_type(), creation, 3, NULL);
}

static void put_huge_chunk(hid_t file)
{
    put_table(file, "sites", site_type(), chunked((64 << 20) / sizeof(site) + 1), 0, NULL);
}

static void put_other_filter(hid_t file)
{
    hid_t creation = chunked(4);
    (void)H5Pset_fletcher32(creation);
    put_table(file, "sites", site_type(), creation, 3, SITES);
}

static void put_many_filters(hid_t file)
{
    hid_t creation = chunked(4);
    for (int i = 0; i < 5; i++) {
        (void)H5Pset_deflate(creation, 1);
    }
    put_table(file, "sites", site_type(), creation, 3, SITES);
}

static void put_two_dimensions(hid_t file)
{
    static const hsize_t COUNTS[] = {2, 2};
    hid_t space = H5Screate_simple(2, COUNTS, NULL);
    hid_t type = site_type();
    (void)H5Dclose(H5Dcreate2(file, "sites", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    (void)H5Tclose(type);
    (void)H5Sclose(space);
}

static void put_numbers(hid_t file)
{
    put_table(file, "sites", H5Tcopy(H5T_STD_U32LE), chunked(4), 3, NULL);
}

static void put_no_rows_stored(hid_t file)
{
    put_table(file, "sites", site_type(), chunked(4), (hsize_t)1 << 40, NULL);
}

static void put_few_rows_stored(hid_t file)
{
    static const hsize_t COUNT = (hsize_t)1 << 40;
    hid_t creation = chunked(4);
    hid_t dataset = -1;
    (void)H5Pset_deflate(creation, 1);
    put_table(file, "sites", site_type(), creation, 3, SITES);
    dataset = H5Dopen2(file, "sites", H5P_DEFAULT);
    (void)H5Dset_extent(dataset, &COUNT);
    (void)H5Dclose(dataset);
}

static void put_column(hid_t file, hid_t column, const char *name)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, H5Tget_size(column) + 4);
    (void)H5Tinsert(type, name, 4, column);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32LE);
    put_table(file, "sites", type, chunked(4), 0, NULL);
    (void)H5Tclose(column);
}

static void put_variable_text(hid_t file)
{
    put_column(file, text_type(H5T_VARIABLE), "name");
}

static void put_variable_text_elsewhere(hid_t file)
{
    put_column(file, text_type(H5T_VARIABLE), "later");
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
    put_column(file, site_type(), "later");
}

static void put_array_column(hid_t file)
{
    static const hsize_t COUNT = 3;
    put_column(file, H5Tarray_create2(H5T_STD_U32LE, 1, &COUNT), "later");
}

static void put_wide_text(hid_t file)
{
    put_column(file, text_type(5000), "name");
}

static void put_wide_row(hid_t file)
{
    put_column(file, text_type(2 << 20), "later");
}

static void put_number_as_name(hid_t file)
{
    put_column(file, H5Tcopy(H5T_STD_U32LE), "name");
}

static void put_wrong_index(hid_t file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    (void)H5Tinsert(type, "index", 0, H5T_STD_I32LE);
    put_table(file, "sites", type, chunked(4), 0, NULL);
}

static void put_big_endian_index(hid_t file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    (void)H5Tinsert(type, "index", 0, H5T_STD_U32BE);
    put_table(file, "sites", type, chunked(4), 0, NULL);
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
    put_table(file, "jobs", type, chunked(4), 0, NULL);
}

/* More rows vouched for than there are. */
static void put_committed(hid_t file)
{
    static const struct {
        char table[16];
        uint64_t rows;
    } ENTRY = {"sites", 4};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof ENTRY);
    hid_t text = text_type(16);
    (void)H5Tinsert(type, "table", 0, text);
    (void)H5Tinsert(type, "rows", 16, H5T_STD_U64LE);
    (void)H5Tclose(text);
    put_sites(file);
    put_table(file, "rows_committed", type, H5Pcreate(H5P_DATASET_CREATE), 1, &ENTRY);
}

static void put_external_committed(hid_t file)
{
    put_sites(file);
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
    filler *fill;
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
        CU_ASSERT_EQUAL(hc_run_reader_open(&reader, make_file(REFUSALS[i].fill), &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, REFUSALS[i].message));
        if (strstr(error.text, REFUSALS[i].message) == NULL) {
            printf("\nexpected: %s\nfound:    %s\n", REFUSALS[i].message, error.text);
        }
        hc_scratch_remove(&scratch);
    }
}

/* Values that are refused when they are read */

static void put_row(hid_t file, const char *table, const char *column, hid_t column_type,
                    const void *value)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, H5Tget_size(column_type));
    (void)H5Tinsert(type, column, 0, column_type);
    put_table(file, table, type, chunked(4), 1, value);
    (void)H5Tclose(column_type);
}

static void put_unknown_bucket(hid_t file)
{
    static const char *const NAMES[] = {"busy", "idle_empty", "idle_blocked", "later"};
    static const uint8_t VALUE = 3;
    hid_t type = H5Tenum_create(H5T_STD_U8LE);
    for (uint8_t i = 0; i < 4; i++) {
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
    put_table(file, "partitions", site_type(), chunked(2), 2, SITES);
    put_row(file, "ledger", "partition", H5Tcopy(H5T_STD_U16LE), &VALUE);
}

static void put_unknown_node(hid_t file)
{
    static const uint32_t VALUE = UINT32_MAX;
    put_row(file, "placements", "node", H5Tcopy(H5T_STD_U32LE), &VALUE);
}

static void put_damaged_chunk(hid_t file)
{
    static const uint8_t RUBBISH[16] = {1, 2, 3};
    static const hsize_t FIRST = 0;
    hid_t creation = chunked(4);
    hid_t dataset = -1;
    (void)H5Pset_deflate(creation, 1);
    put_table(file, "ledger", site_type(), creation, 3, SITES);
    dataset = H5Dopen2(file, "ledger", H5P_DEFAULT);
    (void)H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &FIRST, sizeof RUBBISH, RUBBISH);
    (void)H5Dclose(dataset);
}

typedef struct bad_value {
    filler *fill;
    hc_run_table table;
    const char *message;
} bad_value;

static const bad_value BAD_VALUES[] = {
    {put_unknown_bucket, HC_TABLE_LEDGER,
     "table ledger, row 0: column bucket has a value that it cannot have"},
    {put_odd_boolean, HC_TABLE_JOBS, "table jobs, row 0: column is_measured"},
    {put_unknown_partition, HC_TABLE_LEDGER, "table ledger, row 0: column partition"},
    {put_unknown_node, HC_TABLE_PLACEMENTS, "table placements, row 0: column node"},
    {put_damaged_chunk, HC_TABLE_LEDGER, "cannot read"},
};

static void harmful_values_are_refused(void)
{
    for (size_t i = 0; i < sizeof BAD_VALUES / sizeof BAD_VALUES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_rows rows = HC_ROWS_NONE;
        hc_run_reader *reader = open_good(BAD_VALUES[i].fill);
        CU_ASSERT_EQUAL(
            hc_run_reader_read(reader, BAD_VALUES[i].table, 0, UINT64_MAX, &rows, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, BAD_VALUES[i].message));
        CU_ASSERT_EQUAL(rows.count, 0);
        hc_rows_destroy(&rows);
        close_good(reader);
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
    scratch = hc_scratch_make();
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
    {"rows_come_in_slices", rows_come_in_slices},
    {"names_are_found_by_any_index", names_are_found_by_any_index},
    {"columns_are_matched_by_name", columns_are_matched_by_name},
    {"attributes_of_other_kinds_are_passed_over", attributes_of_other_kinds_are_passed_over},
};

HC_TEST_MAIN("run_reader", CASES)
