#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/lists/list.h"
#include "traces/lists/list_rows.h"
#include "traces/run/plain_table.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Small lists written here: what becomes of rows that are not as they should be, and files that are made. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static hc_list *read_text(hc_list_format format, const char *text)
{
    hc_list_options options = {
        .path = hc_test_text_file(text), .format = format, .quarantine_limit = 1};
    hc_error error = HC_ERROR_NONE;
    hc_list *list = NULL;
    if (hc_list_read(&list, &options, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the list was refused");
    }
    CU_ASSERT(hc_list_check(list));
    return list;
}

#define EVENT(node, time, type)                                                 \
    "{\"node_id\": " node ", \"event_time\": " time ", \"event_type\": \"" type \
    "\", \"fault_type\": {\"Level\": \"L\", \"Class\": \"C\"}}"

/* Two faults of one node at once: the first end belongs to the first start. One fault goes on. */
static void ends_belong_to_the_first_open_fault_of_their_node_and_kind(void)
{
    hc_list *list = read_text(
        HC_LIST_INFINITEHBD,
        "[" EVENT("\"a\"", "1", "fault_start") "," EVENT("\"a\"", "2", "fault_start") "," EVENT(
            "\"b\"", "2.5", "fault_start") "," EVENT("\"a\"", "3",
                                                     "fault_end") "," EVENT("\"a\"", "7",
                                                                            "fault_end") "]");
    CU_ASSERT_EQUAL(hc_list_count(list), 3);
    CU_ASSERT_EQUAL(hc_list_fault(list, 0).end, 3 * HC_DAY);
    CU_ASSERT_EQUAL(hc_list_fault(list, 1).end, 7 * HC_DAY);
    CU_ASSERT_EQUAL(hc_list_fault(list, 2).end, HC_TIME_MISSING);
    CU_ASSERT_STRING_EQUAL(hc_list_fault(list, 2).node, "b");
    CU_ASSERT_STRING_EQUAL(hc_list_fault(list, 2).cause, "L: C");
    CU_ASSERT_EQUAL(hc_list_report_of(list)->open_count, 1);
    CU_ASSERT_EQUAL(hc_list_report_of(list)->overlap_count, 1);
    hc_list_destroy(list);
}

typedef struct row_case {
    hc_list_format format;
    const char *text;
    int reason; /* hc_quarantine_reason, -1: used */
} row_case;

#define LANL_HEADER                                                                             \
    "System,nodenum,Prob Started,Prob Fixed,Down Time,Facilities,Hardware,Human Error,Network," \
    "Undetermined,Software\n"
#define LONG_16 "0123456789abcdef"
#define LONG_64 LONG_16 LONG_16 LONG_16 LONG_16
#define LONG LONG_64 LONG_64 LONG_64 LONG_64 /* one byte more than a name may have */
#define GRID(name, type, start, stop) \
    "0\t 0\t 0\t 5\t" name "\t " type "\t " start "\t " stop "\t NULL\n"

static const row_case ROWS[] = {
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "1", "fault_start") "]", -1},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "1", "fault_end") "]", HC_QUARANTINE_BAD_TIMES},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"\"", "1", "fault_start") "]", HC_QUARANTINE_NO_ID},
    {HC_LIST_INFINITEHBD, "[" EVENT("7", "1", "fault_start") "]", HC_QUARANTINE_NO_ID},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "\"1\"", "fault_start") "]",
     HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "-1", "fault_start") "]", HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "1e300", "fault_start") "]",
     HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"a\"", "1", "fault") "]", HC_QUARANTINE_BAD_TEXT},
    {HC_LIST_INFINITEHBD, "[" EVENT("\"" LONG "\"", "1", "fault_start") "]",
     HC_QUARANTINE_BAD_TEXT},
    {HC_LIST_INFINITEHBD,
     "[{\"node_id\": \"a\", \"event_time\": 1, \"event_type\": \"fault_start\", "
     "\"fault_type\": {\"Level\": \"" LONG "\", \"Class\": \"C\"}}]",
     HC_QUARANTINE_BAD_TEXT},
    {HC_LIST_LANL, LANL_HEADER "2,0,6/21/2005 10:54,6/21/2005 11:00,6,,x,,,,\n", -1},
    {HC_LIST_LANL, LANL_HEADER "2,0,6/21/2005 10:54,6/21/2005 10:53,6,,x,,,,\n",
     HC_QUARANTINE_BAD_TIMES},
    {HC_LIST_LANL, LANL_HEADER "2,0,2005-06-21,6/21/2005 10:53,6,,x,,,,\n",
     HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_LANL, LANL_HEADER "2,0,13/21/2005 1:00,6/21/2005 10:53,6,,x,,,,\n",
     HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_LANL, LANL_HEADER "2,0,6/21/2005 1:00,,6,,x,,,,\n", HC_QUARANTINE_NO_RUN_TIME},
    {HC_LIST_LANL, LANL_HEADER ",0,6/21/2005 1:00,6/21/2005 2:00,6,,x,,,,\n", HC_QUARANTINE_NO_ID},
    {HC_LIST_LANL, LANL_HEADER "2,0,6/21/2005 1:00\n", HC_QUARANTINE_FIELD_COUNT},
    {HC_LIST_GRID5000, GRID("n", "0", "1", "2"), -1},
    {HC_LIST_GRID5000, GRID("n", "2", "1", "2"), HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_GRID5000, GRID("n", "0", "3", "2"), HC_QUARANTINE_BAD_TIMES},
    {HC_LIST_GRID5000, GRID("", "0", "1", "2"), HC_QUARANTINE_NO_ID},
    {HC_LIST_GRID5000, GRID("n", "0", "1e99", "2"), HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_GRID5000, "1\t2\n", HC_QUARANTINE_FIELD_COUNT},
    {HC_LIST_BAMBOO, "60000,add,n\r\n", -1},
    {HC_LIST_BAMBOO, "60000,lose,n\n", HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_BAMBOO, "-1,add,n\n", HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_BAMBOO, "60000,add\n", HC_QUARANTINE_FIELD_COUNT},
    {HC_LIST_BAMBOO, "2021-12-11, 11:11:30, -5\n", HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_AWS_SPOT,
     "{\"SpotPriceHistory\": [{\"AvailabilityZone\": \"z\", \"InstanceType\": \"i\", "
     "\"SpotPrice\": "
     "\"1.5\", \"Timestamp\": \"2020-02-21T02:32:45.000Z\"}]}",
     -1},
    {HC_LIST_AWS_SPOT,
     "{\"SpotPriceHistory\": [{\"AvailabilityZone\": \"z\", \"InstanceType\": \"i\", "
     "\"SpotPrice\": "
     "\"free\", \"Timestamp\": \"2020-02-21T02:32:45.000Z\"}]}",
     HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_AWS_SPOT, "{\"SpotPriceHistory\": [{\"SpotPrice\": \"1\"}]}", HC_QUARANTINE_NO_SUBMIT},
    {HC_LIST_AZURE_PRICES, "Date,a,b\n2/24/2020,$1.5,\n", -1},
    {HC_LIST_AZURE_PRICES, "Date,a,b\n2/24/2020,$1.5,x\n", HC_QUARANTINE_NOT_A_NUMBER},
    {HC_LIST_AZURE_PRICES, "Date,a,b\n2/24/2020,-1,\n", HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_CLOUD_GPUS, "Cloud,GPU Type,GPUs,On-demand,Spot,Name\nC,H100,8,1,,n\n", -1},
    {HC_LIST_CLOUD_GPUS, "Cloud,GPU Type,GPUs,On-demand,Spot,Name\nC,H100,-8,1,,n\n",
     HC_QUARANTINE_OUT_OF_RANGE},
    {HC_LIST_GPU_CALENDAR, "date,a,b,total\n2020-04-01,1,2,3\n", -1},
    {HC_LIST_GPU_CALENDAR, "date,a,b,total\n2020-04-01,1,,3\n", HC_QUARANTINE_NO_SIZE},
    {HC_LIST_GPU_CALENDAR, "date,a,b,total\n,1,2,3\n", HC_QUARANTINE_NO_SUBMIT},
    {HC_LIST_GPU_CALENDAR, "date,a,b,total\n2020-04-01,1,4294967296,3\n",
     HC_QUARANTINE_OUT_OF_RANGE},
};

static void each_row_has_one_fate(void)
{
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        hc_list *list = read_text(ROWS[i].format, ROWS[i].text);
        const hc_list_report *report = hc_list_report_of(list);
        bool is_good = ROWS[i].reason < 0 ? report->used_count == 1
                                          : report->quarantine_counts[ROWS[i].reason] == 1;
        if (!is_good || report->row_count != 1) {
            printf("\n    %s\n", ROWS[i].text);
            CU_FAIL("another fate");
        }
        hc_list_destroy(list);
    }
}

static const struct {
    hc_list_format format;
    const char *text;
    const char *message;
} REFUSED[] = {
    {HC_LIST_INFINITEHBD, "[]", "nothing in it"},
    {HC_LIST_INFINITEHBD, "[{", "premature EOF"},
    {HC_LIST_SKYPILOT_SPOT, "{\"data\": [1]}", "no metadata.gap_seconds"},
    {HC_LIST_SKYPILOT_SPOT, "{\"metadata\": {\"gap_seconds\": 0}, \"data\": [1]}",
     "metadata.gap_seconds: expected seconds, more than 0"},
    {HC_LIST_SKYPILOT_SPOT, "{\"metadata\": {\"gap_seconds\": 60}, \"data\": []}", "no data"},
    {HC_LIST_SKYPILOT_SPOT, "{\"metadata\": {\"gap_seconds\": 60}, \"data\": [1.5]}",
     "data: expected whole numbers"},
    {HC_LIST_SKYPILOT_SPOT,
     "{\"metadata\": {\"gap_seconds\": 60}, \"data\": [1, 2], \"prices\": [1]}",
     "1 prices for 2 ticks"},
    {HC_LIST_SKYPILOT_SPOT, "{\"metadata\": {\"gap_seconds\": 4e9}, \"data\": [1, 1, 1]}",
     "longer than can be held"},
    {HC_LIST_LANL, "System,nodenum\n", "no column Prob Started"},
    {HC_LIST_GPU_CALENDAR, "date,a\n2020-04-01,1\n", "no column total"},
    {HC_LIST_GPU_CALENDAR, "date," LONG ",total\n2020-04-01,1,1\n",
     "the header of column 2 cannot be a name"},
    {HC_LIST_AZURE_PRICES, "Date,a\x7f\n2/24/2020,$1.5\n",
     "the header of column 2 cannot be a name"},
};

static void files_that_cannot_be_used_are_refused(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        hc_list_options options = {.path = hc_test_text_file(REFUSED[i].text),
                                   .format = REFUSED[i].format,
                                   .quarantine_limit = 1};
        hc_error error = HC_ERROR_NONE;
        hc_list *list = NULL;
        CU_ASSERT_EQUAL(hc_list_read(&list, &options, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
        if (strstr(error.text, REFUSED[i].message) == NULL) {
            printf("\n    %s: %s\n", REFUSED[i].text, error.text);
            CU_FAIL("another message");
        }
    }
}

static void too_many_rows_that_cannot_be_used_are_refused(void)
{
    hc_list_options options = {.path = hc_test_text_file("0,add,a\nx,add,b\n"),
                               .format = HC_LIST_BAMBOO,
                               .quarantine_limit = 0.4};
    hc_error error = HC_ERROR_NONE;
    hc_list *list = NULL;
    CU_ASSERT_EQUAL(hc_list_read(&list, &options, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "1 of 2 rows cannot be used"));
}

/* At one instant the last count stands; equal counts make one step. */
static void counts_of_a_pool_become_steps(void)
{
    hc_list *list = read_text(HC_LIST_BAMBOO, "2021-12-11, 00:00:02, 4\n2021-12-11, 00:00:01, 5\n"
                                              "2021-12-11, 00:00:01, 6\n2021-12-11, 00:00:03, 4\n");
    CU_ASSERT_EQUAL(hc_list_count(list), 2);
    CU_ASSERT_EQUAL(hc_list_availability(list, 0).available, 6);
    CU_ASSERT_EQUAL(hc_list_availability(list, 1).available, 4);
    CU_ASSERT_EQUAL(hc_list_availability(list, 1).end, HC_TIME_MISSING);
    hc_list_destroy(list);
}

static void capacity_changes_make_steps(void)
{
    hc_list *list =
        read_text(HC_LIST_GPU_CALENDAR, "date,a,b,total\n2020-04-01,8,2,10\n2020-04-02,8,3,11\n"
                                        "2020-04-03,8,3,12\n");
    CU_ASSERT_EQUAL(hc_list_count(list), 3);
    CU_ASSERT_EQUAL(hc_list_report_of(list)->disagree_count, 1);
    CU_ASSERT_STRING_EQUAL(hc_list_capacity(list, 0).group, "a");
    CU_ASSERT_EQUAL(hc_list_capacity(list, 0).end - hc_list_capacity(list, 0).begin, 3 * HC_DAY);
    CU_ASSERT_EQUAL(hc_list_capacity(list, 1).end - hc_list_capacity(list, 1).begin, HC_DAY);
    CU_ASSERT_EQUAL(hc_list_capacity(list, 2).gpus, 3);
    hc_list_destroy(list);
}

static void lists_are_written_as_csv(void)
{
    hc_list *list = read_text(HC_LIST_AZURE_PRICES, "Date,a\n2/24/2020,$1.5\n");
    hc_error error = HC_ERROR_NONE;
    char path[64];
    char text[256] = "";
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "/tmp/hc_list.%ld.csv", (long)getpid());
    CU_ASSERT_EQUAL_FATAL(hc_list_write_csv(list, path, true, &error), 0);
    file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    (void)unlink(path);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "time,price_usd_per_hour,gpus,provider,region,instance,"
                                        "gpu_kind,market\n2020-02-24 00:00:00,1.5,0,azure,"));
    hc_list_destroy(list);
}

static void lists_are_written_as_hdf5(void)
{
    hc_list *list = read_text(HC_LIST_BAMBOO, "0,add,a\n60000,add,b\n120000,remove,a\n");
    hc_error error = HC_ERROR_NONE;
    hc_plain_reader *reader = NULL;
    hc_rows rows = HC_ROWS_NONE;
    const hc_availability_step *steps = NULL;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/hc_list.%ld.h5", (long)getpid());
    CU_ASSERT_EQUAL_FATAL(hc_list_write_hdf5(list, path, true, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_plain_reader_open(&reader, path, &hc_list_tables[HC_LIST_AVAILABILITY],
                                               HC_LIST_FILE_FORMAT, &error),
                          0);
    CU_ASSERT_EQUAL_FATAL(hc_plain_reader_read(reader, 0, &rows, &error), 0);
    steps = rows.rows;
    CU_ASSERT_EQUAL_FATAL(rows.count, 3);
    CU_ASSERT_EQUAL(steps[1].available, 2);
    CU_ASSERT_EQUAL(steps[1].begin, HC_MINUTE);
    CU_ASSERT_EQUAL(steps[2].end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(steps[2].price_nano_usd, INT64_MIN);
    CU_ASSERT_STRING_EQUAL(hc_plain_reader_text(reader, "source_format"), "bamboo");
    hc_rows_destroy(&rows);
    hc_plain_reader_close(reader);
    (void)unlink(path);
    hc_list_destroy(list);
}

static const hc_test_case CASES[] = {
    {"ends_belong_to_the_first_open_fault_of_their_node_and_kind",
     ends_belong_to_the_first_open_fault_of_their_node_and_kind},
    {"each_row_has_one_fate", each_row_has_one_fate},
    {"files_that_cannot_be_used_are_refused", files_that_cannot_be_used_are_refused},
    {"too_many_rows_that_cannot_be_used_are_refused",
     too_many_rows_that_cannot_be_used_are_refused},
    {"counts_of_a_pool_become_steps", counts_of_a_pool_become_steps},
    {"capacity_changes_make_steps", capacity_changes_make_steps},
    {"lists_are_written_as_csv", lists_are_written_as_csv},
    {"lists_are_written_as_hdf5", lists_are_written_as_hdf5},
};

HC_TEST_MAIN("lists", CASES)
