#include "tests/testing.h"
#include "traces/csv_table.h"

#include <string.h>

static hc_csv_table *table_of(const char *text, hc_error *error)
{
    hc_csv_table *table = NULL;
    (void)hc_csv_table_parse(&table, "t.csv", text, strlen(text), error);
    return table;
}

static void rows_keep_their_bytes(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_csv_table *t = table_of("a,b\r\n\"x, \"\"y\"\"\",1\r\n\r\n \"two\nlines\" ,2", &error);
    size_t length = 0;
    const char *bytes = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(hc_csv_table_row_count(t), 2);
    CU_ASSERT_STRING_EQUAL(hc_csv_table_cell(t, 0, 0), "x, \"y\"");
    CU_ASSERT_STRING_EQUAL(hc_csv_table_cell(t, 1, 0), "two\nlines");
    CU_ASSERT_STRING_EQUAL(hc_csv_table_cell(t, 1, 1), "2");
    bytes = hc_csv_table_bytes(t, 0, &length);
    CU_ASSERT_EQUAL(length, strlen("\"x, \"\"y\"\"\",1"));
    CU_ASSERT_EQUAL(strncmp(bytes, "\"x, \"\"y\"\"\",1", length), 0);
    bytes = hc_csv_table_bytes(t, 1, &length);
    CU_ASSERT_EQUAL(strncmp(bytes, " \"two\nlines\" ,2", length), 0);
    CU_ASSERT_EQUAL(hc_csv_table_line(t, 1), 4);
    CU_ASSERT_STRING_EQUAL(hc_csv_table_line_end(t), "\r\n");
    hc_csv_table_destroy(t);
}

static void a_row_may_end_early(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_csv_table *t = table_of("\xef\xbb\xbf"
                               "a,b,c\n1\n",
                               &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_STRING_EQUAL(hc_csv_table_column_name(t, 0), "a");
    CU_ASSERT_EQUAL(hc_csv_table_column_count(t), 3);
    CU_ASSERT_EQUAL(hc_csv_table_cell_count(t, 0), 1);
    CU_ASSERT_STRING_EQUAL(hc_csv_table_cell(t, 0, 2), "");
    hc_csv_table_destroy(t);
}

static void what_is_no_table_is_refused_with_its_line(void)
{
    static const struct {
        const char *text;
        const char *message;
    } CASES[] = {
        {"", "t.csv:1: empty"},
        {"\n \n", "t.csv:1: empty"},
        {"a,b\n1,2,3\n", "t.csv:2: expected at most 2 fields, found 3"},
        {"a,b\n1,x\"y\n", "t.csv:2: expected fields"},
        {"a,b\n1,2\n\"x,\n1,2\n", "t.csv:3: a quote of this row is never closed"},
        {"a,b\n1\r2,3\n", "t.csv:2: a carriage return"},
        {"a,A\n", "t.csv:1: two columns are called A"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_PTR_NULL(table_of(CASES[i].text, &error));
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
        CU_ASSERT_EQUAL(strncmp(error.text, CASES[i].message, strlen(CASES[i].message)), 0);
    }
}

static const hc_test_case CASES[] = {
    {"rows_keep_their_bytes", rows_keep_their_bytes},
    {"a_row_may_end_early", a_row_may_end_early},
    {"what_is_no_table_is_refused_with_its_line", what_is_no_table_is_refused_with_its_line},
};

HC_TEST_MAIN("csv_table", CASES)
