#include "sim/interfaces/sink.h"
#include "tests/testing.h"
#include "traces/run/records.h"
#include "traces/run/row_layout.h"

#include <string.h>

static void gpu_time_is_split_without_loss(void)
{
    static const struct {
        hc_int128 milli_ns;
        hc_gpu_time split;
    } CASES[] = {
        {0, {0, 0, 0}},
        {999, {0, 0, 999}},
        {1000, {0, 1, 0}},
        {INT64_C(1000000000000), {1, 0, 0}},
        {INT64_C(1999999999999), {1, 999999999, 999}},
        {-1, {-1, 999999999, 999}},
    };
    /* 2^28 GPUs, each 1000 thousandths, for 146 years: the most that a run can hold. */
    const hc_int128 most = ((hc_int128)1 << 28) * 1000 * HC_TIME_LIMIT;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_gpu_time split = hc_gpu_time_split(CASES[i].milli_ns);
        CU_ASSERT_EQUAL(split.seconds, CASES[i].split.seconds);
        CU_ASSERT_EQUAL(split.nanoseconds, CASES[i].split.nanoseconds);
        CU_ASSERT_EQUAL(split.picoseconds, CASES[i].split.picoseconds);
        CU_ASSERT(hc_gpu_time_join(split) == CASES[i].milli_ns);
    }
    CU_ASSERT(hc_gpu_time_join(hc_gpu_time_split(most)) == most);
}

static void check_field(const hc_table_info *info, const hc_row_field *field)
{
    size_t bytes =
        field->type == HC_ROW_FIELD_TEXT ? sizeof(const char *) : hc_row_field_bytes(field);
    CU_ASSERT(field->offset + bytes <= info->row_size);
    CU_ASSERT(strlen(field->name) > 0 && strlen(field->unit) > 0 && strlen(field->meaning) > 0);
    CU_ASSERT_EQUAL(field->type == HC_ROW_FIELD_ENUM, field->names != NULL);
    CU_ASSERT(!field->is_optional || field->type == HC_ROW_FIELD_INT64 ||
              field->type == HC_ROW_FIELD_UINT32 || field->type == HC_ROW_FIELD_UINT16);
    CU_ASSERT_PTR_EQUAL(hc_table_find_field(info, field->name), field);
    for (uint8_t value = 0; field->names != NULL && value < field->names->count; value++) {
        CU_ASSERT_PTR_NOT_NULL(hc_row_field_value_name(field, value));
    }
}

/* Two columns that share bytes of the struct would be a slip in the table of columns. */
static void check_overlap(const hc_table_info *info)
{
    for (size_t i = 0; i < info->field_count; i++) {
        for (size_t j = i + 1; j < info->field_count; j++) {
            CU_ASSERT_NOT_EQUAL(info->fields[i].offset, info->fields[j].offset);
        }
    }
}

static void every_column_is_described(void)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        const hc_table_info *info = hc_table_describe((hc_run_table)table);
        CU_ASSERT_EQUAL(hc_table_find(info->name), (hc_run_table)table);
        CU_ASSERT(info->field_count >= 2 && info->field_count <= HC_ROW_FIELD_LIMIT);
        check_overlap(info);
        for (size_t i = 0; i < info->field_count; i++) {
            check_field(info, &info->fields[i]);
        }
    }
    CU_ASSERT_EQUAL(hc_table_find("nothing"), HC_TABLE_COUNT);
}

static void names_stand_for_the_values_of_the_sink(void)
{
    const hc_table_info *jobs = hc_table_describe(HC_TABLE_JOBS);
    const hc_row_field *state = hc_table_find_field(jobs, "state");
    const hc_row_field *rejection = hc_table_find_field(jobs, "rejection");
    const hc_row_field *outcome = hc_table_find_field(jobs, "outcome");
    const hc_row_field *reason =
        hc_table_find_field(hc_table_describe(HC_TABLE_DECISIONS), "reason");
    CU_ASSERT_STRING_EQUAL(hc_row_field_value_name(state, HC_JOB_COMPLETED), "completed");
    CU_ASSERT_STRING_EQUAL(hc_row_field_value_name(rejection, HC_REJECTION_HOST), "host");
    CU_ASSERT_STRING_EQUAL(hc_row_field_value_name(outcome, HC_OUTCOME_NODE_FAIL), "node_fail");
    CU_ASSERT_STRING_EQUAL(hc_row_field_value_name(reason, HC_WAIT_RESERVATION), "reservation");
    CU_ASSERT_PTR_NULL(hc_row_field_value_name(state, HC_JOB_STATE_COUNT));
}

static void a_row_is_laid_out_without_gaps(void)
{
    static const uint32_t WIDTHS[] = {5};
    const hc_table_info *info = hc_table_describe(HC_TABLE_NODES);
    const hc_node_row row = {.index = 0x04030201,
                             .partition = 0x0605,
                             .site = 0x0807,
                             .rack = 9,
                             .kind = 10,
                             .gpus = 11,
                             .first_gpu = 12,
                             .cpu_milli = 13,
                             .memory_bytes = 14,
                             .name = "abc"};
    static const uint8_t EXPECTED[] = {1, 2, 3,  4, 'a', 'b', 'c', 0,  0, 5, 6,  7, 8, 9, 0,
                                       0, 0, 10, 0, 0,   0,   11,  0,  0, 0, 12, 0, 0, 0, 13,
                                       0, 0, 0,  0, 0,   0,   0,   14, 0, 0, 0,  0, 0, 0, 0};
    uint8_t out[sizeof EXPECTED];
    hc_row_layout layout;
    hc_row_layout_make(&layout, info, WIDTHS);
    CU_ASSERT_EQUAL_FATAL(layout.row_bytes, sizeof EXPECTED);
    CU_ASSERT_EQUAL(hc_row_encode(&layout, &row, out), 0);
    CU_ASSERT_EQUAL(memcmp(out, EXPECTED, sizeof EXPECTED), 0);
}

static void a_text_that_does_not_fit_is_refused(void)
{
    static const uint32_t WIDTHS[] = {3};
    hc_name_row row = {.index = 1, .name = "abcd"};
    uint8_t out[7];
    hc_row_layout layout;
    hc_row_layout_make(&layout, hc_table_describe(HC_TABLE_USERS), WIDTHS);
    CU_ASSERT_EQUAL(hc_row_encode(&layout, &row, out), -1);
    row.name = "abc";
    CU_ASSERT_EQUAL(hc_row_encode(&layout, &row, out), 0);
    row.name = NULL;
    CU_ASSERT_EQUAL(hc_row_encode(&layout, &row, out), 0);
    CU_ASSERT_EQUAL(out[4] | out[5] | out[6], 0);
}

static const hc_test_case CASES[] = {
    {"gpu_time_is_split_without_loss", gpu_time_is_split_without_loss},
    {"every_column_is_described", every_column_is_described},
    {"names_stand_for_the_values_of_the_sink", names_stand_for_the_values_of_the_sink},
    {"a_row_is_laid_out_without_gaps", a_row_is_laid_out_without_gaps},
    {"a_text_that_does_not_fit_is_refused", a_text_that_does_not_fit_is_refused},
};

HC_TEST_MAIN("records", CASES)
