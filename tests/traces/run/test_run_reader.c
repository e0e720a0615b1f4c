/* Files that this program did not write, of other versions and other programs, and that it reads. */

#include "sim/interfaces/sink.h"
#include "tests/testing.h"
#include "tests/traces/run/made_file.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/run_names.h"
#include "traces/run/run_reader.h"

#include <string.h>

static void put_contiguous_sites(hid_t file)
{
    hc_made_table(file, "sites", hc_made_site_type(), H5Pcreate(H5P_DATASET_CREATE), 3,
                  hc_made_sites);
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
    hid_t text = hc_made_text(3);
    (void)H5Tinsert(type, "watts", 0, H5T_IEEE_F64LE);
    (void)H5Tinsert(type, "rack", 8, H5T_STD_U32LE);
    (void)H5Tinsert(type, "index", 12, H5T_STD_U32LE);
    (void)H5Tinsert(type, "colour", 16, text);
    hc_made_table(file, "nodes", type, hc_made_chunks(5), 2, ROWS);
    hc_made_table(file, "tables_of_a_later_version", hc_made_site_type(), hc_made_chunks(5), 0,
                  NULL);
    (void)H5Tclose(text);
}

/* A column of names of which a later version has more: `held` came after these. */
static void put_earlier_reasons(hid_t file)
{
    static const char *const NAMES[] = {"none", "order", "gpus"};
    static const struct {
        uint32_t job;
        uint8_t reason;
    } ROWS[] = {{0, 2}, {0, 1}};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof ROWS[0]);
    hid_t reason = H5Tenum_create(H5T_STD_U8LE);
    for (uint8_t i = 0; i < 3; i++) {
        (void)H5Tenum_insert(reason, NAMES[i], &i);
    }
    (void)H5Tinsert(type, "reason", 4, reason);
    (void)H5Tclose(reason);
    hc_made_table(file, "decisions", type, hc_made_chunks(4), 2, ROWS);
}

static void files_with_fewer_names_are_read(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_rows rows = HC_ROWS_NONE;
    hc_run_reader *reader = hc_made_open(put_earlier_reasons);
    const hc_decision_row *decisions = NULL;
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_DECISIONS, 0, 9, &rows, &error), 0);
    CU_ASSERT_EQUAL_FATAL(rows.count, 2);
    decisions = rows.rows;
    CU_ASSERT_EQUAL(decisions[0].reason, HC_WAIT_GPUS);
    CU_ASSERT_EQUAL(decisions[1].reason, HC_WAIT_ORDER);
    hc_rows_destroy(&rows);
    hc_made_close(reader);
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
    hc_made_put_sites(file);
}

static void rows_come_in_slices(void)
{
    static hc_made_filler *const FILLERS[] = {hc_made_put_sites, put_contiguous_sites};
    for (size_t f = 0; f < sizeof FILLERS / sizeof FILLERS[0]; f++) {
        hc_error error = HC_ERROR_NONE;
        hc_rows rows = HC_ROWS_NONE;
        hc_run_reader *reader = hc_made_open(FILLERS[f]);
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
                    CU_ASSERT_EQUAL(strncmp(sites[i].name, hc_made_sites[first + i].name, 4), 0);
                    CU_ASSERT(strlen(sites[i].name) <= 4);
                }
            }
        }
        hc_rows_destroy(&rows);
        hc_made_close(reader);
    }
}

/* Three rows: two times of which one may be missing, and a number of seconds that is no time of this kind. */
static void put_extreme_times(hid_t file)
{
    static const struct {
        int64_t submit;
        int64_t start;
        int64_t held;
    } ROWS[] = {{-HC_TIME_LIMIT, HC_TIME_MISSING, INT64_MIN},
                {HC_TIME_LIMIT, HC_TIME_LIMIT, INT64_MAX},
                {0, -HC_TIME_LIMIT, 0}};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof ROWS[0]);
    (void)H5Tinsert(type, "submit_ns", 0, H5T_STD_I64LE);
    (void)H5Tinsert(type, "start_ns", 8, H5T_STD_I64LE);
    (void)H5Tinsert(type, "held_seconds", 16, H5T_STD_I64LE);
    hc_made_table(file, "jobs", type, hc_made_chunks(4), 3, ROWS);
}

static void times_are_read_up_to_the_limit(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_rows rows = HC_ROWS_NONE;
    hc_run_reader *reader = hc_made_open(put_extreme_times);
    const hc_job_row *jobs = NULL;
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_JOBS, 0, 9, &rows, &error), 0);
    CU_ASSERT_EQUAL_FATAL(rows.count, 3);
    jobs = rows.rows;
    CU_ASSERT_EQUAL(jobs[0].submit, -HC_TIME_LIMIT);
    CU_ASSERT_EQUAL(jobs[0].start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(jobs[0].end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(jobs[0].held.seconds, INT64_MIN);
    CU_ASSERT_EQUAL(jobs[1].start, HC_TIME_LIMIT);
    CU_ASSERT_EQUAL(jobs[1].held.seconds, INT64_MAX);
    CU_ASSERT_EQUAL(jobs[2].start, -HC_TIME_LIMIT);
    hc_rows_destroy(&rows);
    hc_made_close(reader);
}

static void names_are_found_by_any_index(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_names names = HC_RUN_NAMES_NONE;
    hc_run_reader *reader = hc_made_open(hc_made_put_sites);
    CU_ASSERT_EQUAL(hc_run_names_read(&names, reader, HC_TABLE_SITES, &error), 0);
    CU_ASSERT_STRING_EQUAL(hc_run_names_get(&names, 1), "defg");
    CU_ASSERT_STRING_EQUAL(hc_run_names_get(&names, 2), "");
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, 3));
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, UINT32_MAX));
    hc_run_names_destroy(&names);
    CU_ASSERT_EQUAL(hc_run_names_read(&names, reader, HC_TABLE_USERS, &error), 0);
    CU_ASSERT_PTR_NULL(hc_run_names_get(&names, 0));
    hc_run_names_destroy(&names);
    hc_made_close(reader);
}

static void columns_are_matched_by_name(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_rows rows = HC_ROWS_NONE;
    hc_run_reader *reader = hc_made_open(put_later_nodes);
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
    hc_made_close(reader);
}

static void attributes_of_other_kinds_are_passed_over(void)
{
    int64_t number = 0;
    hc_run_reader *reader = hc_made_open(put_odd_attributes);
    CU_ASSERT_PTR_NULL(hc_run_reader_text(reader, "list"));
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "price"), "");
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "least"), "-9223372036854775808");
    CU_ASSERT(hc_run_reader_number(reader, "least", &number) && number == INT64_MIN);
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "most"), "18446744073709551615");
    CU_ASSERT_FALSE(hc_run_reader_number(reader, "most", &number));
    CU_ASSERT_FALSE(hc_run_reader_is_complete(reader));
    CU_ASSERT_EQUAL(hc_run_reader_key_count(reader), 5);
    CU_ASSERT_STRING_EQUAL(hc_run_reader_key(reader, 0), "format");
    hc_made_close(reader);
}

static const hc_test_case CASES[] = {
    {"rows_come_in_slices", rows_come_in_slices},
    {"files_with_fewer_names_are_read", files_with_fewer_names_are_read},
    {"times_are_read_up_to_the_limit", times_are_read_up_to_the_limit},
    {"names_are_found_by_any_index", names_are_found_by_any_index},
    {"columns_are_matched_by_name", columns_are_matched_by_name},
    {"attributes_of_other_kinds_are_passed_over", attributes_of_other_kinds_are_passed_over},
};

HC_TEST_MAIN("run_reader", CASES)
