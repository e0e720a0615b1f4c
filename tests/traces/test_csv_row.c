#include "tests/testing.h"
#include "traces/csv_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { BUFFER_SIZE = 1 << 16 };

/* Appends "line:a;b|", 40 bytes of each field; '#' for a wrong number of fields, '!' for broken quotes. */
static void append_row(char *out, size_t size, const hc_csv_row *row)
{
    size_t length = strlen(out);
    unsigned long long number = row->line.number;
    out += length;
    size -= length;
    switch (row->state) {
    case HC_CSV_ROW_SOUND:
        CU_ASSERT_EQUAL(strlen(row->fields[0].text), row->fields[0].length);
        (void)snprintf(out, size, "%llu:%.40s;%.40s|", number, row->fields[0].text,
                       row->fields[1].text);
        break;
    case HC_CSV_ROW_FIELD_COUNT:
        (void)snprintf(out, size, "%llu:#|", number);
        break;
    case HC_CSV_ROW_NOT_TEXT:
        (void)snprintf(out, size, "%llu:!|", number);
        break;
    }
}

/* The rows that find room; "error: ..." when the text is refused. */
static const char *read_bytes(const char *bytes, size_t size)
{
    static char out[BUFFER_SIZE];
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_csv *csv = NULL;
    hc_csv_row row;
    out[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&input, "t", bytes, size, &error), 0);
    if (hc_csv_open(&csv, input, &error) < 0) {
        (void)snprintf(out, sizeof out, "error: %s", error.text);
    }
    while (csv != NULL && strlen(out) < sizeof out / 2 && hc_csv_next(csv, &row, &error) == 1) {
        append_row(out, sizeof out, &row);
    }
    CU_ASSERT(csv == NULL || error.count == 0);
    hc_csv_close(csv);
    hc_input_file_close(input);
    return out;
}

static const char *read_rows(const char *text)
{
    return read_bytes(text, strlen(text));
}

typedef struct text_case {
    const char *text;
    const char *rows;
} text_case;

static void check_texts(const text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *rows = read_rows(cases[i].text);
        if (strcmp(rows, cases[i].rows) != 0) {
            printf("\n    \"%s\": got \"%s\"\n", cases[i].text, rows);
            CU_FAIL("wrong rows");
        }
    }
}

static void headers_that_are_none_are_refused(void)
{
    static const char NOT_A_HEADER[] = "error: t:1: expected a header row of up to 1024 names "
                                       "separated by commas, in lines that end with LF or CR LF";
    static const text_case CASES[] = {
        {"", "error: t: empty; expected a header row"},
        {"\n \n\t\n", "error: t: empty; expected a header row"},
        {"a,b,a\n1,2,3\n", "error: t:1: two columns (1 and 3) are called a"},
        {"a,\"b\n", NOT_A_HEADER},
        {"a,b\r1,2\r", NOT_A_HEADER},
        {"a,\x1b[31m,\x1b[31m\n", "error: t:1: two columns (2 and 3) are called \\x1b[31m"},
        {"a,\xc2\x9b,\xc2\x9b\n", "error: t:1: two columns (2 and 3) are called \\x9b"},
        {"a,\xe9,\xc3\xa9\n", "error: t:1: two columns (2 and 3) are called \xc3\xa9"},
    };
    char wide[4096];
    check_texts(CASES, COUNT_OF(CASES));
    memset(wide, ',', 1024);
    (void)snprintf(wide + 1024, 16, "\n1,2\n");
    CU_ASSERT_STRING_EQUAL(read_rows(wide), NOT_A_HEADER);
    CU_ASSERT_STRING_EQUAL(read_bytes("a\0,b\n", 5), NOT_A_HEADER);
}

static void broken_rows_are_told_apart(void)
{
    static const text_case CASES[] = {
        {"a,b\n1\n2,3\n", "2:#|3:2;3|"},      {"a,b\n1,2,3\n", "2:#|"},
        {"a,b\n1,x\"y\n2,3\n", "2:!|3:2;3|"}, {"a,b\n1,\"x\"y\n2,3\n", "2:!|3:2;3|"},
        {"a,b\n1,x\ry\n2,3\n", "2:!|3:2;3|"},
    };
    check_texts(CASES, COUNT_OF(CASES));
    CU_ASSERT_STRING_EQUAL(read_bytes("a,b\n1,\0\n2,3\n", 12), "2:!|3:2;3|");
}

static void one_stray_quote_costs_one_row(void)
{
    static const text_case CASES[] = {
        {"a,b\n1,\"2\n3,4\n5,6\n", "2:!|3:3;4|4:5;6|"},
        {"a,b\n1,\"2\n3,4\n5,6", "2:!|3:3;4|4:5;6|"},
        {"a,b\n1,\"2\n3,4\n5,\"6\"x\n7,8\n", "2:!|3:3;4|4:!|5:7;8|"},
        {"a,b\n1,\"2\n3,4\n\n5,\"6\n7\"\n8,9\n", "2:!|3:3;4|5:5;6\n7|7:8;9|"},
        {"a,b\n\"1\n\"2\n\"3\n", "2:!|3:!|4:!|"},
        {"a,b\n1,\"", "2:!|"},
    };
    check_texts(CASES, COUNT_OF(CASES));
}

static void quoted_fields_hold_commas_quotes_and_line_ends(void)
{
    static const text_case CASES[] = {
        {"a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "2:x,y;say \"hi\"|"},
        {"a,b\n\"x\ny\",2\n3,4\n", "2:x\ny;2|4:3;4|"},
        {"a,b\r\n\"x\r\n\r\ny\",2\r\n3,4", "2:x\n\ny;2|5:3;4|"},
        {"\"a\",\"b\nb\"\n1,2\n", "3:1;2|"},
    };
    check_texts(CASES, COUNT_OF(CASES));
}

static void spaces_and_blank_lines_do_not_count(void)
{
    static const text_case CASES[] = {
        {"a,b\n 1 ,\t2 \n\n  \n3,4\n\n", "2:1;2|5:3;4|"},
        {"a,b\n,\n\"\",\"\"\n", "2:;|3:;|"},
        {"\n\na,b\n1,2", "4:1;2|"},
        {"\xef\xbb\xbf"
         "a,b\r\n1,2\r\n",
         "2:1;2|"},
        {"a,b\n", ""},
    };
    check_texts(CASES, COUNT_OF(CASES));
}

/* A row may have many lines, but not more bytes than one line may have. */
static void a_quote_is_open_up_to_the_limit(void)
{
    size_t size = HC_LINE_LIMIT + 100;
    char *text = malloc(size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t i = 0; i < size; i++) {
        text[i] = i % 64 == 63 ? '\n' : 'x';
    }
    memcpy(text, "a,b\n1,\"", 7);
    memcpy(text + HC_LINE_LIMIT - 10, "\"\n3,4\n", 6);
    CU_ASSERT_PTR_NOT_NULL(strstr(read_bytes(text, HC_LINE_LIMIT - 4), ":3;4|"));
    CU_ASSERT_PTR_NULL(strchr(read_bytes(text, HC_LINE_LIMIT - 4), '!'));
    memset(text + HC_LINE_LIMIT - 10, 'x', 6);
    CU_ASSERT_EQUAL(strncmp(read_bytes(text, size), "2:!|3:#|4:#|", 12), 0);
    free(text);
}

static void columns_are_found_by_name(void)
{
    static const char TEXT[] = "job,gpus,user\n1,2,u\n";
    static const char *const NAMES[] = {"user", NULL, "job"};
    static const char *const WRONG[] = {"Job", "gpus", "node"};
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_csv *csv = NULL;
    int columns[3];
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&input, "t", TEXT, strlen(TEXT), &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_csv_open(&csv, input, &error), 0);
    CU_ASSERT_EQUAL(hc_csv_find_all(csv, NAMES, 3, columns, &error), 0);
    CU_ASSERT_EQUAL(columns[0], 2);
    CU_ASSERT_EQUAL(columns[1], -1);
    CU_ASSERT_EQUAL(columns[2], 0);
    CU_ASSERT_EQUAL(hc_csv_find_all(csv, WRONG, 3, columns, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "t: no column Job, node; found: job, gpus, user");
    hc_csv_close(csv);
    hc_input_file_close(input);
}

static void names_of_columns_may_be_latin1(void)
{
    static const char TEXT[] = "dur\xe9\x65,gpus,caf\xc3\xa9\n1,2,3\n";
    static const char *const NAMES[] = {"dur\xc3\xa9\x65", "gpus", "caf\xc3\xa9"};
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_csv *csv = NULL;
    int columns[3];
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&input, "t", TEXT, strlen(TEXT), &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_csv_open(&csv, input, &error), 0);
    CU_ASSERT_EQUAL(hc_csv_find_all(csv, NAMES, 3, columns, &error), 0);
    CU_ASSERT_EQUAL(columns[0], 0);
    CU_ASSERT_EQUAL(columns[1], 1);
    CU_ASSERT_EQUAL(columns[2], 2);
    hc_csv_close(csv);
    hc_input_file_close(input);
}

/* 1000 names do not fit in a message: it says that there are more, and breaks no character. */
static void a_long_list_of_columns_is_cut_between_names(void)
{
    static const char *const WANTED[] = {"z"};
    static char text[8000];
    size_t length = 0;
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_csv *csv = NULL;
    int column = 0;
    for (int i = 0; i < 1000; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\xc3\xa9%03d",
                                   i == 0 ? "" : ",", i);
    }
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&input, "t", text, length, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_csv_open(&csv, input, &error), 0);
    CU_ASSERT_EQUAL(hc_csv_find_all(csv, WANTED, 1, &column, &error), -1);
    CU_ASSERT(strncmp(error.text, "t: no column z; found: \xc3\xa9\x30\x30\x30, ", 30) == 0);
    length = strlen(error.text);
    CU_ASSERT_FATAL(length > 1000);
    CU_ASSERT_STRING_EQUAL(error.text + length - 5, ", ...");
    for (size_t i = 1; i <= 3; i++) {
        CU_ASSERT(error.text[length - 5 - i] >= '0' && error.text[length - 5 - i] <= '9');
    }
    hc_csv_close(csv);
    hc_input_file_close(input);
}

static const hc_test_case CASES[] = {
    {"headers_that_are_none_are_refused", headers_that_are_none_are_refused},
    {"broken_rows_are_told_apart", broken_rows_are_told_apart},
    {"one_stray_quote_costs_one_row", one_stray_quote_costs_one_row},
    {"quoted_fields_hold_commas_quotes_and_line_ends",
     quoted_fields_hold_commas_quotes_and_line_ends},
    {"spaces_and_blank_lines_do_not_count", spaces_and_blank_lines_do_not_count},
    {"a_quote_is_open_up_to_the_limit", a_quote_is_open_up_to_the_limit},
    {"columns_are_found_by_name", columns_are_found_by_name},
    {"names_of_columns_may_be_latin1", names_of_columns_may_be_latin1},
    {"a_long_list_of_columns_is_cut_between_names", a_long_list_of_columns_is_cut_between_names},
};

HC_TEST_MAIN("csv_row", CASES)
