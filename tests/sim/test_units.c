#include "sim/units.h"
#include "tests/testing.h"

#include <string.h>

typedef struct parse_case {
    const char *text;
    int status;
    int64_t value;
} parse_case;

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void check_cases(const parse_case *cases, size_t count,
                        int (*parse)(const char *text, int64_t *out))
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = -77;
        int status = parse(cases[i].text, &value);
        if (status != cases[i].status || (status == 0 && value != cases[i].value)) {
            printf("\n    \"%s\": got %d, %lld\n", cases[i].text, status, (long long)value);
            CU_FAIL("wrong value");
        }
    }
}

static int parse_seconds(const char *text, int64_t *out)
{
    return hc_parse_seconds(text, strlen(text), out);
}

static void seconds_are_read_exactly(void)
{
    static const parse_case REFUSED[] = {
        {"", -1, 0},
        {"-", -1, 0},
        {".", -1, 0},
        {"1s", -1, 0},
        {"0x10", -1, 0},
        {" 1", -1, 0},
        {"1 ", -1, 0},
        {"1e", -1, 0},
        {"1e300", -1, 0},
        {"nan", -1, 0},
        {"inf", -1, 0},
        {"1,5", -1, 0},
        {"1e-10", -1, 0},
        {"0.0000000001", -1, 0},
        {"9223372036", -1, 0},
        {"--1", -1, 0},
        {"1e99999999999", -1, 0},
    };
    static const parse_case READ[] = {
        {"0", 0, 0},
        {"12", 0, 12 * HC_SECOND},
        {"999999999", 0, 999999999 * HC_SECOND},
        {"-3.25", 0, -3250000000},
        {"+1", 0, HC_SECOND},
        {"1e3", 0, 1000 * HC_SECOND},
        {"2.5E-1", 0, 250000000},
        {"0.000000001", 0, 1},
        {"0.1", 0, 100000000},
        {"1.0000000000000", 0, HC_SECOND},
        {"2081336.0", 0, 2081336 * HC_SECOND},
        {"100.6789", 0, 100678900000},
        {".5", 0, 500000000},
        {"5.", 0, 5 * HC_SECOND},
        {"1506402041.123456789", 0, INT64_C(1506402041123456789)},
    };
    check_cases(REFUSED, COUNT_OF(REFUSED), parse_seconds);
    check_cases(READ, COUNT_OF(READ), parse_seconds);
}

static int parse_milli(const char *text, int64_t *out)
{
    return hc_parse_scaled(text, strlen(text), 3, out);
}

static void scaled_numbers_are_read_exactly(void)
{
    static const parse_case CASES[] = {
        {"0.47", 0, 470},
        {"8", 0, 8000},
        {"63.0", 0, 63000},
        {"0.4705", -1, 0},
        {"-1", 0, -1000},
        {"9223372036854775", 0, INT64_C(9223372036854775000)},
        {"9223372036854776", -1, 0},
        {"99999999999999999999999", -1, 0},
        {"5000000000000000000000e-20", 0, 50000},
    };
    check_cases(CASES, COUNT_OF(CASES), parse_milli);
}

static void durations_need_a_unit(void)
{
    static const parse_case CASES[] = {
        {"30", -1, 0},
        {"", -1, 0},
        {"h", -1, 0},
        {"-1h", -1, 0},
        {"3 parsecs", -1, 0},
        {"1h 3", -1, 0},
        {"300000w", -1, 0},
        {"0", 0, 0},
        {"2h", 0, 2 * HC_HOUR},
        {"1h30min", 0, 90 * HC_MINUTE},
        {"1 d 12 h", 0, 36 * HC_HOUR},
        {"0.5s", 0, 500 * HC_MILLISECOND},
        {"250ns", 0, 250},
        {"3us", 0, 3000},
        {"2w", 0, 14 * HC_DAY},
    };
    check_cases(CASES, COUNT_OF(CASES), hc_parse_duration);
}

static void memory_has_binary_and_decimal_units(void)
{
    static const parse_case CASES[] = {
        {"80GiB", 0, INT64_C(80) << 30},
        {"80 GB", 0, INT64_C(80000000000)},
        {"1.5KiB", 0, 1536},
        {"80", -1, 0},
        {"0", 0, 0},
        {"80Gi", -1, 0},
        {"1GiB 1", -1, 0},
        {"9000000TiB", -1, 0},
    };
    check_cases(CASES, COUNT_OF(CASES), hc_parse_bytes);
}

static void bandwidths_are_bytes_or_bits_per_second(void)
{
    static const parse_case CASES[] = {
        {"400Gbps", 0, INT64_C(50000000000)},
        {"50GB/s", 0, INT64_C(50000000000)},
        {"0.8 Tbps", 0, INT64_C(100000000000)},
        {"1kbps", 0, 125},
        {"0.008kbps", 0, 1},
        {"1.5KiB/s", 0, 1536},
        {"0", 0, 0},
        {"0.004kbps", -1, 0}, /* half a byte */
        {"50", -1, 0},
        {"50GB", -1, 0},
        {"50GB/", -1, 0},
        {"50GB/s/s", -1, 0},
        {"400Gibps", -1, 0},
        {"400Gb/s", -1, 0},
        {"-1GB/s", -1, 0},
        {"9000000TiB/s", -1, 0},
    };
    check_cases(CASES, COUNT_OF(CASES), hc_parse_bandwidth);
}

static void seconds_are_written_with_decimals_only_where_needed(void)
{
    static const struct {
        hc_time time;
        const char *text;
    } CASES[] = {
        {0, "0"},
        {12 * HC_SECOND, "12"},
        {-500 * HC_MILLISECOND, "-0.5"},
        {HC_SECOND + 1, "1.000000001"},
        {INT64_MIN, "-9223372036.854775808"},
    };
    char text[HC_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        size_t length = hc_format_seconds(CASES[i].time, text);
        CU_ASSERT_STRING_EQUAL(text, CASES[i].text);
        CU_ASSERT_EQUAL(length, strlen(CASES[i].text));
    }
}

static void written_quantities_read_back_to_the_same_value(void)
{
    static const hc_time TIMES[] = {
        0, 1, 999, 1000, HC_SECOND, 90 * HC_SECOND, HC_DAY, HC_TIME_LIMIT, 123456789012345678};
    char text[HC_UNIT_TEXT_SIZE];
    int64_t value = 0;
    for (size_t i = 0; i < COUNT_OF(TIMES); i++) {
        hc_format_duration_exact(TIMES[i], text);
        CU_ASSERT_EQUAL(hc_parse_duration(text, &value), 0);
        CU_ASSERT_EQUAL(value, TIMES[i]);
        hc_format_bandwidth(TIMES[i], text);
        CU_ASSERT_EQUAL(hc_parse_bandwidth(text, &value), 0);
        CU_ASSERT_EQUAL(value, TIMES[i]);
        hc_format_bytes(TIMES[i], text);
        CU_ASSERT_EQUAL(hc_parse_bytes(text, &value), 0);
        CU_ASSERT_EQUAL(value, TIMES[i]);
    }
}

static void durations_for_people_show_the_two_largest_units(void)
{
    static const struct {
        hc_time time;
        const char *text;
    } CASES[] = {
        {0, "0 s"},
        {41 * HC_SECOND, "41 s"},
        {59600 * HC_MILLISECOND, "1 min 00"},
        {72 * HC_MINUTE, "1 h 12"},
        {76 * HC_HOUR, "3 d 04 h"},
        {-90 * HC_SECOND, "-1 min 30"},
    };
    char text[HC_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_format_duration(CASES[i].time, text);
        CU_ASSERT_STRING_EQUAL(text, CASES[i].text);
    }
    hc_format_count(64871, text);
    CU_ASSERT_STRING_EQUAL(text, "64,871");
    hc_format_count(-1000000, text);
    CU_ASSERT_STRING_EQUAL(text, "-1,000,000");
    hc_format_count(999, text);
    CU_ASSERT_STRING_EQUAL(text, "999");
}

static const hc_test_case CASES[] = {
    {"seconds_are_read_exactly", seconds_are_read_exactly},
    {"scaled_numbers_are_read_exactly", scaled_numbers_are_read_exactly},
    {"durations_need_a_unit", durations_need_a_unit},
    {"memory_has_binary_and_decimal_units", memory_has_binary_and_decimal_units},
    {"bandwidths_are_bytes_or_bits_per_second", bandwidths_are_bytes_or_bits_per_second},
    {"seconds_are_written_with_decimals_only_where_needed",
     seconds_are_written_with_decimals_only_where_needed},
    {"written_quantities_read_back_to_the_same_value",
     written_quantities_read_back_to_the_same_value},
    {"durations_for_people_show_the_two_largest_units",
     durations_for_people_show_the_two_largest_units},
};

HC_TEST_MAIN("units", CASES)
