#include "tests/testing.h"
#include "traces/field.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct field_case {
    const char *text;
    hc_field_state state;
    int64_t value;
} field_case;

static hc_field field_of(const char *text)
{
    return (hc_field){text, strlen(text)};
}

static void check_fields(const field_case *cases, size_t count,
                         hc_field_state (*read)(hc_field field, int64_t *out))
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = -77;
        hc_field_state state = read(field_of(cases[i].text), &value);
        bool is_read = cases[i].state == HC_FIELD_READ || cases[i].state == HC_FIELD_ROUNDED;
        if (state != cases[i].state || value != (is_read ? cases[i].value : -77)) {
            printf("\n    \"%s\": got state %d, %lld\n", cases[i].text, (int)state,
                   (long long)value);
            CU_FAIL("wrong value");
        }
    }
}

static void seconds_are_read_exactly_or_cut_below_a_nanosecond(void)
{
    static const field_case CASES[] = {
        {"", HC_FIELD_MISSING, 0},
        {"NaN", HC_FIELD_MISSING, 0},
        {"null", HC_FIELD_MISSING, 0},
        {"None", HC_FIELD_MISSING, 0},
        {"Unknown", HC_FIELD_MISSING, 0},
        {"n/a", HC_FIELD_MISSING, 0},
        {"inf", HC_FIELD_NOT_A_NUMBER, 0},
        {"12s", HC_FIELD_NOT_A_NUMBER, 0},
        {"1,5", HC_FIELD_NOT_A_NUMBER, 0},
        {"-", HC_FIELD_NOT_A_NUMBER, 0},
        {".", HC_FIELD_NOT_A_NUMBER, 0},
        {"1e", HC_FIELD_NOT_A_NUMBER, 0},
        {"1e5x", HC_FIELD_NOT_A_NUMBER, 0},
        {"0x10", HC_FIELD_NOT_A_NUMBER, 0},
        {"2018-02-03 04:05:06", HC_FIELD_NOT_A_NUMBER, 0},
        {"5000000000", HC_FIELD_OUT_OF_RANGE, 0},
        {"-5000000000", HC_FIELD_OUT_OF_RANGE, 0},
        {"5000000000.00000000001", HC_FIELD_OUT_OF_RANGE, 0},
        {"99999999999999999999999999", HC_FIELD_OUT_OF_RANGE, 0},
        {"1e30", HC_FIELD_OUT_OF_RANGE, 0},
        {"1e-30", HC_FIELD_OUT_OF_RANGE, 0},
        {"0", HC_FIELD_READ, 0},
        {"-1", HC_FIELD_READ, -HC_SECOND},
        {"2081336.0", HC_FIELD_READ, 2081336 * HC_SECOND},
        {"0.000000001", HC_FIELD_READ, 1},
        {"123.45600000000000", HC_FIELD_READ, 123456 * HC_MILLISECOND},
        {"123.45600000000002", HC_FIELD_ROUNDED, 123456 * HC_MILLISECOND},
        {"-0.30000000000000004", HC_FIELD_ROUNDED, -300 * HC_MILLISECOND},
        {"0.0000000009", HC_FIELD_ROUNDED, 0},
        {"1.234567890123456789012345678901234567890", HC_FIELD_ROUNDED, 1234567890},
    };
    check_fields(CASES, COUNT_OF(CASES), hc_field_seconds);
}

static void thousandths_are_read_exactly_or_cut(void)
{
    static const field_case CASES[] = {
        {"unknown", HC_FIELD_MISSING, 0},
        {"eight", HC_FIELD_NOT_A_NUMBER, 0},
        {"9223372036854776", HC_FIELD_OUT_OF_RANGE, 0},
        {"0.47", HC_FIELD_READ, 470},
        {"63.0", HC_FIELD_READ, 63000},
        {"0.3333333333333333", HC_FIELD_ROUNDED, 333},
        {"-0.5", HC_FIELD_READ, -500},
    };
    check_fields(CASES, COUNT_OF(CASES), hc_field_milli);
}

static void whole_numbers_are_not_cut(void)
{
    static const field_case CASES[] = {
        {"", HC_FIELD_MISSING, 0},
        {"x", HC_FIELD_NOT_A_NUMBER, 0},
        {"1.5", HC_FIELD_OUT_OF_RANGE, 0},
        {"9223372036854775808", HC_FIELD_OUT_OF_RANGE, 0},
        {"63.0", HC_FIELD_READ, 63},
        {"-1", HC_FIELD_READ, -1},
        {"9223372036854775807", HC_FIELD_READ, INT64_MAX},
    };
    check_fields(CASES, COUNT_OF(CASES), hc_field_whole);
}

static void memory_is_bytes_unless_it_has_a_unit(void)
{
    static const field_case CASES[] = {
        {"", HC_FIELD_MISSING, 0},          {"80 parsecs", HC_FIELD_NOT_A_NUMBER, 0},
        {"80Gi", HC_FIELD_NOT_A_NUMBER, 0}, {"1e20", HC_FIELD_OUT_OF_RANGE, 0},
        {"4096", HC_FIELD_READ, 4096},      {"80GiB", HC_FIELD_READ, INT64_C(80) << 30},
        {"1.5 kB", HC_FIELD_READ, 1500},    {"100.7", HC_FIELD_ROUNDED, 100},
    };
    check_fields(CASES, COUNT_OF(CASES), hc_field_bytes);
}

static void dates_are_nanoseconds_since_1970(void)
{
    static const field_case CASES[] = {
        {"None", HC_FIELD_MISSING, 0},
        {"12", HC_FIELD_NOT_A_NUMBER, 0},
        {"2017-02-30 00:00:00", HC_FIELD_NOT_A_NUMBER, 0},
        {"1970-01-02", HC_FIELD_READ, HC_DAY},
        {"2018-02-03 04:05:06", HC_FIELD_READ, 1517630706 * HC_SECOND}, /* date -u -d ... +%s */
    };
    check_fields(CASES, COUNT_OF(CASES), hc_field_date);
}

static const hc_test_case CASES[] = {
    {"seconds_are_read_exactly_or_cut_below_a_nanosecond",
     seconds_are_read_exactly_or_cut_below_a_nanosecond},
    {"thousandths_are_read_exactly_or_cut", thousandths_are_read_exactly_or_cut},
    {"whole_numbers_are_not_cut", whole_numbers_are_not_cut},
    {"memory_is_bytes_unless_it_has_a_unit", memory_is_bytes_unless_it_has_a_unit},
    {"dates_are_nanoseconds_since_1970", dates_are_nanoseconds_since_1970},
};

HC_TEST_MAIN("field", CASES)
