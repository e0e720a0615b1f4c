#include "traces/run/order_log.h"

#include "tests/testing.h"
#include "tests/traces/run/ranks_scene.h"
#include "traces/run/hdf5_calls.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static hc_scene scene;

/* Logs of the order that somebody has tampered with. */

typedef void tamper(hid_t dataset, hc_order_row *rows, hsize_t *count);

static void ask_for_a_row_more(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset;
    rows[*count - 1].rows[HC_TABLE_JOBS]++;
}

static void ask_for_all_rows_there_are(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset, (void)count;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        rows[3].rows[table] = UINT32_MAX;
    }
}

static void swap_two(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    hc_order_row first = rows[10];
    (void)dataset, (void)count;
    rows[10] = rows[90];
    rows[90] = first;
}

static void empty_one(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset, (void)count;
    memset(rows[20].rows, 0, sizeof rows[20].rows);
}

static void end_early(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)rows;
    *count /= 2;
    CU_ASSERT(H5Dset_extent(dataset, count) >= 0);
}

static hid_t order_type(void)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(hc_order_row));
    for (size_t i = 0; i < hc_order_table.field_count; i++) {
        const hc_row_field *field = &hc_order_table.fields[i];
        hid_t member = field->type == HC_ROW_FIELD_INT64    ? H5T_STD_I64LE
                       : field->type == HC_ROW_FIELD_UINT64 ? H5T_STD_U64LE
                                                            : H5T_STD_U32LE;
        CU_ASSERT(H5Tinsert(type, field->name, field->offset, member) >= 0);
    }
    return type;
}

static void tamper_with(const char *path, tamper *change)
{
    hid_t access = hc_hdf5_access(H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
    hid_t dataset = H5Dopen2(file, "order", H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    hid_t type = order_type();
    hc_order_row *rows = NULL;
    hsize_t count = 0;
    CU_ASSERT_FATAL(dataset >= 0);
    (void)H5Sget_simple_extent_dims(space, &count, NULL);
    rows = calloc(count, sizeof *rows);
    if (rows == NULL || count <= 100) {
        CU_FAIL_FATAL("the order of too few events");
        return;
    }
    CU_ASSERT(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    change(dataset, rows, &count);
    CU_ASSERT(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    free(rows);
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    (void)H5Pclose(access);
}

static void an_order_that_cannot_be_is_refused(void)
{
    static const struct {
        tamper *change;
        const char *message;
    } CASES[] = {
        {ask_for_a_row_more, "expected no more rows of any table than there are"},
        {ask_for_all_rows_there_are, "row 3: expected no more rows of any table than there are"},
        {swap_two, "expected none that comes before the one above it"},
        {empty_one, "row 20: expected rows of at least one table"},
        {end_early, "not all rows have their place"},
    };
    hc_scene_make(&scene);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_recovery recovery;
        hc_scene_begin(&scene, "many.h5", 2, 1, NULL, 0);
        hc_scene_send(&scene, 0, HC_SCENE_EVENTS);
        hc_scene_end(&scene);
        tamper_with(hc_scene_file(&scene, "many.h5.rank0001"), CASES[i].change);
        CU_ASSERT_EQUAL(hc_made_ranks_finish(&scene.ranks, false, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "many.h5.rank0001: table order"));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES[i].message));
        CU_ASSERT_FALSE(hc_file_exists(hc_scene_file(&scene, "many.h5")));
        hc_made_ranks_destroy(&scene.ranks);
        /* All rows can be saved all the same. */
        error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_recover(hc_scene_file(&scene, "many.h5"), &recovery, &error), 0);
        CU_ASSERT_STRING_EQUAL(error.text, "");
        CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], HC_SCENE_EVENTS);
        CU_ASSERT_EQUAL(unlink(hc_scene_file(&scene, "many.h5")), 0);
    }
    hc_scene_remove(&scene);
}

static const hc_test_case CASES[] = {
    {"an_order_that_cannot_be_is_refused", an_order_that_cannot_be_is_refused},
};

HC_TEST_MAIN("order_log", CASES)
