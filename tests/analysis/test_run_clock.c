#include "analysis/run_clock.h"
#include "sim/civil_time.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <string.h>

static hc_run_clock read_clock(hc_trace_clock clock, int64_t zero_seconds)
{
    const hc_made_run run = {.gpu_count = 1, .clock = clock, .unix_zero_seconds = zero_seconds};
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = hc_made_run_open(&run);
    hc_run_clock read = {0};
    CU_ASSERT_EQUAL(hc_run_clock_read(&read, reader, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_made_run_close(reader);
    return read;
}

static const char *date(const hc_run_clock *clock, hc_time time)
{
    static char text[HC_CIVIL_TEXT_SIZE];
    hc_run_clock_date(clock, time, text);
    return text;
}

static const char *instant(const hc_run_clock *clock, hc_time time)
{
    static char text[HC_CIVIL_TEXT_SIZE];
    hc_run_clock_instant(clock, time, text);
    return text;
}

/* 1,506,938,403 s after 1970 is 2017-10-02 10:00:03 UTC, as `date -u -d @1506938403` says. */
static void civil_times_are_dates(void)
{
    hc_run_clock clock = read_clock(HC_CLOCK_CIVIL, 5);
    CU_ASSERT(clock.is_dated);
    CU_ASSERT_STRING_EQUAL(date(&clock, 1506938403 * HC_SECOND), "2017-10-02");
    CU_ASSERT_STRING_EQUAL(instant(&clock, 1506938403 * HC_SECOND), "2017-10-02 10:00:03");
}

static void seconds_from_a_known_zero_are_dates_too(void)
{
    hc_run_clock clock = read_clock(HC_CLOCK_UNIX_ZERO, 1506938400);
    CU_ASSERT(clock.is_dated);
    CU_ASSERT_STRING_EQUAL(instant(&clock, 3 * HC_SECOND), "2017-10-02 10:00:03");
    CU_ASSERT_STRING_EQUAL(instant(&clock, -HC_SECOND), "2017-10-02 09:59:59");
    CU_ASSERT_EQUAL(hc_run_clock_civil(&clock, 3 * HC_SECOND), 1506938403 * HC_SECOND);
}

static void without_a_zero_days_are_counted(void)
{
    hc_run_clock clock = read_clock(HC_CLOCK_UNKNOWN_ZERO, 1506938400);
    hc_time time = 12 * HC_DAY + 9 * HC_HOUR + 14 * HC_MINUTE + 3 * HC_SECOND;
    CU_ASSERT_FALSE(clock.is_dated);
    CU_ASSERT_STRING_EQUAL(date(&clock, time), "day 12");
    CU_ASSERT_STRING_EQUAL(instant(&clock, time), "12 d 09:14:03");
    CU_ASSERT_STRING_EQUAL(date(&clock, -HC_SECOND), "day -1");
    CU_ASSERT_STRING_EQUAL(instant(&clock, -HC_SECOND), "-1 d 23:59:59");
}

/* HC_TIME_LIMIT is 4,611,686,018 s; a month less than that may lie between 1970 and a zero. */
static void a_zero_beyond_all_logs_is_refused(void)
{
    static const int64_t ZEROS[] = {4609007619, -4609007619, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof ZEROS / sizeof ZEROS[0]; i++) {
        const hc_made_run run = {
            .gpu_count = 1, .clock = HC_CLOCK_UNIX_ZERO, .unix_zero_seconds = ZEROS[i]};
        hc_error error = HC_ERROR_NONE;
        hc_run_reader *reader = hc_made_run_open(&run);
        hc_run_clock clock;
        CU_ASSERT_EQUAL(hc_run_clock_read(&clock, reader, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "attribute unix_zero_seconds is missing or no"));
        hc_made_run_close(reader);
    }
}

static void the_farthest_times_have_a_date(void)
{
    hc_run_clock clock = read_clock(HC_CLOCK_UNIX_ZERO, 4609007618);
    CU_ASSERT_STRING_EQUAL(date(&clock, HC_TIME_LIMIT), "2262-03-11");
    clock = read_clock(HC_CLOCK_UNIX_ZERO, -4609007618);
    CU_ASSERT_STRING_EQUAL(date(&clock, -HC_TIME_LIMIT - 7 * HC_DAY), "1677-10-15");
}

static const hc_test_case CASES[] = {
    {"civil_times_are_dates", civil_times_are_dates},
    {"seconds_from_a_known_zero_are_dates_too", seconds_from_a_known_zero_are_dates_too},
    {"without_a_zero_days_are_counted", without_a_zero_days_are_counted},
    {"a_zero_beyond_all_logs_is_refused", a_zero_beyond_all_logs_is_refused},
    {"the_farthest_times_have_a_date", the_farthest_times_have_a_date},
};

HC_TEST_MAIN("run_clock", CASES)
