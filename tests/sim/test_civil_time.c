#include "sim/civil_time.h"
#include "tests/testing.h"

#include <string.h>

/* Instants as `date -u -d "..." +%s` prints them. */
static void dates_become_unix_time(void)
{
    static const struct {
        const char *text;
        hc_time time;
    } CASES[] = {
        {"1970-01-01", 0},
        {"2017-10-02 06:00:03", 1506924003 * HC_SECOND},
        {"2017-10-02T06:00:03", 1506924003 * HC_SECOND},
        {"2017-10-02T06:00:03Z", 1506924003 * HC_SECOND},
        {"2017-10-02 06:00:03.25", 1506924003 * HC_SECOND + 250 * HC_MILLISECOND},
        {"2023-03-29T18:10:03+08:00", 1680084603 * HC_SECOND},
        {"2023-03-29T05:10:03-0500", 1680084603 * HC_SECOND},
        {"2000-02-29", 951782400 * HC_SECOND},
        {"1969-12-31 23:59:59", -1 * HC_SECOND},
        {"2023-11-16 18:17:03.9799600", 1700158623 * HC_SECOND + 979960000},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_time time = 0;
        CU_ASSERT_EQUAL(hc_parse_civil(CASES[i].text, strlen(CASES[i].text), &time), 0);
        CU_ASSERT_EQUAL(time, CASES[i].time);
    }
}

static void dates_that_do_not_exist_are_refused(void)
{
    static const char *const CASES[] = {
        "",
        "2017",
        "2017-2-3",
        "2017-13-01",
        "2017-00-01",
        "2017-02-29",
        "1900-02-29",
        "2017-04-31",
        "2017-01-01 24:00:00",
        "2017-01-01 00:60:00",
        "1899-12-31",
        "2100-01-01",
        "2017-01-01 00:00:60",
        "2017-01-01 ",
        "2017-01-01 00:00:00.",
        "2017-01-01x",
        "2017-01-01 00:00:00+8",
        "2017-01-01 00:00:00+15:00",
        "2017-01-01 00:00:0",
        "2017-01-01 00:00:00.0000000001",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_time time = 0;
        CU_ASSERT_EQUAL(hc_parse_civil(CASES[i], strlen(CASES[i]), &time), -1);
    }
}

static void every_day_of_two_centuries_reads_back(void)
{
    int weekday = 4; /* 1926-01-01 was a Friday */
    char text[HC_CIVIL_TEXT_SIZE];
    for (int64_t day = -16071; day < 16000; day++) {
        hc_time time = day * HC_DAY + 3 * HC_HOUR;
        hc_time back = 0;
        hc_format_civil(time, text);
        CU_ASSERT_EQUAL_FATAL(hc_parse_civil(text, strlen(text), &back), 0);
        CU_ASSERT_EQUAL_FATAL(back, time);
        CU_ASSERT_EQUAL_FATAL(hc_civil_weekday(time), weekday);
        weekday = (weekday + 1) % 7;
    }
    hc_format_date(INT64_C(1506924003) * HC_SECOND, text);
    CU_ASSERT_STRING_EQUAL(text, "2017-10-02");
}

static const hc_test_case CASES[] = {
    {"dates_become_unix_time", dates_become_unix_time},
    {"dates_that_do_not_exist_are_refused", dates_that_do_not_exist_are_refused},
    {"every_day_of_two_centuries_reads_back", every_day_of_two_centuries_reads_back},
};

HC_TEST_MAIN("civil_time", CASES)
