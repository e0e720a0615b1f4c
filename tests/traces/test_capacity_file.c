#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/capacity_file.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define HEADER "date,vc1,total\n"
#define APRIL (INT64_C(1585699200) * HC_SECOND) /* 2020-04-01 */

/* So many nodes of eight GPUs. */
static hc_machine *make_machine(uint64_t node_count)
{
    hc_machine *machine = hc_machine_create();
    const hc_node_group nodes = {.count = node_count, .gpu_count = 8};
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &nodes, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void wrong_rows_are_named(void)
{
    static const struct {
        const char *text;
        const char *part;
        size_t count;
    } CASES[] = {
        {"", ": empty", 1},
        {HEADER, ": no row in it", 1},
        {"date,sum\n2020-04-01,8\n", "no column total; found: date, sum", 1},
        {HEADER "2020-04-01,8\n", ":2: row: expected one field for each column", 1},
        {HEADER "april,8,8\n2020-04-02,8,x\n", ":2: first column: expected a date", 2},
        {HEADER "2020-04-01,8,-8\n", ":2: total: expected a number of GPUs", 1},
        {HEADER "2020-04-01,8,8.5\n", ":2: total: expected a number of GPUs", 1},
        {HEADER "2020-04-01,8,12\n", ":2: total: expected 8 or 16 (GPUs of the first 1 or 2", 1},
        {HEADER "2020-04-01,8,88\n", ":2: total: expected at most the 80 GPUs", 1},
        {HEADER "2020-04-02,8,8\n2020-04-02,8,8\n", ":3: total: expected an instant later", 1},
    };
    hc_machine *machine = make_machine(10);
    const hc_capacity_file_options options = {.column = "total", .machine = machine};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_error error = HC_ERROR_NONE;
        hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
        CU_ASSERT_EQUAL(hc_capacity_file_read(&calendar, hc_test_text_file(CASES[i].text), &options,
                                              NULL, &error),
                        -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES[i].part));
        CU_ASSERT_EQUAL(error.count, CASES[i].count);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
        hc_calendar_free(&calendar);
    }
    hc_machine_destroy(machine);
}

static void rows_are_steps_on_the_jobs_axis(void)
{
    const char *path =
        hc_test_text_file(HEADER "2020-04-01,8,80\n2020-04-02,16,16\n2020-04-03 12:00:00,8,0\n");
    hc_machine *machine = make_machine(10);
    hc_capacity_file_options options = {.column = "total", .zero = APRIL, .machine = machine};
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    char sha256[HC_SHA256_TEXT_SIZE];
    CU_ASSERT_EQUAL_FATAL(hc_capacity_file_read(&calendar, path, &options, sha256, NULL), 0);
    CU_ASSERT_EQUAL(strlen(sha256), 64);
    CU_ASSERT_EQUAL_FATAL(calendar.count, 2); /* all 80 are there before the first day, too */
    CU_ASSERT_EQUAL(calendar.steps[0].at, HC_DAY);
    CU_ASSERT_EQUAL(calendar.steps[0].gpu_count, 16);
    CU_ASSERT_EQUAL(calendar.steps[0].node_count, 2);
    CU_ASSERT_EQUAL(calendar.steps[1].at, 2 * HC_DAY + 12 * HC_HOUR);
    CU_ASSERT_EQUAL(calendar.steps[1].node_count, 0);
    hc_calendar_free(&calendar);
    options.column = "vc1";
    CU_ASSERT_EQUAL_FATAL(hc_capacity_file_read(&calendar, path, &options, NULL, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(calendar.count, 3);
    CU_ASSERT_EQUAL(calendar.steps[1].gpu_count, 16);
    hc_calendar_free(&calendar);
    hc_machine_destroy(machine);
}

typedef struct published {
    int64_t day; /* since 2020-04-01 */
    uint64_t gpu_count;
} published;

/* @param file  of 158 nodes at most */
static void check_published(const char *file, const published *expected, size_t count)
{
    hc_machine *machine = make_machine(160);
    const hc_capacity_file_options options = {.column = "total", .zero = APRIL, .machine = machine};
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    const char *path = hc_test_shared_file(file);
    if (path != NULL) {
        CU_ASSERT_EQUAL_FATAL(hc_capacity_file_read(&calendar, path, &options, NULL, NULL), 0);
        CU_ASSERT_TRUE_FATAL(calendar.count >= count);
        for (size_t i = 0; i < count; i++) {
            CU_ASSERT_EQUAL(calendar.steps[i].at, expected[i].day * HC_DAY);
            CU_ASSERT_EQUAL(calendar.steps[i].gpu_count, expected[i].gpu_count);
        }
    }
    hc_calendar_free(&calendar);
    hc_machine_destroy(machine);
}

/* Days are those of the published calendars: Venus 968, 1,064 from July 7, 1,264 on August 16, 1,168 from the 21st,
 * 1,064 from the 25th; Earth 784, 856 from April 9, 840 from the 15th, 856 from the 17th, and so on. */
static void helios_calendars_are_read(void)
{
    static const published VENUS[] = {{0, 968}, {97, 1064}, {137, 1264}, {142, 1168}, {146, 1064}};
    static const published EARTH[] = {{0, 784},  {8, 856},  {14, 840},  {16, 856},  {38, 840},
                                      {39, 856}, {82, 848}, {90, 1120}, {148, 1144}};
    check_published("data/jobs_gpu/helios_venus_cluster_gpu_number.csv", VENUS, COUNT_OF(VENUS));
    check_published("data/jobs_gpu/helios_Earth_gpu_number.csv", EARTH, COUNT_OF(EARTH));
}

static const hc_test_case CASES[] = {
    {"wrong_rows_are_named", wrong_rows_are_named},
    {"rows_are_steps_on_the_jobs_axis", rows_are_steps_on_the_jobs_axis},
    {"helios_calendars_are_read", helios_calendars_are_read},
};

HC_TEST_MAIN("capacity_file", CASES)
