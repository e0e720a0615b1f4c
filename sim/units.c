#include "sim/units.h"

#include "sim/int128.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_EXPONENT = 40 };

/* A decimal number taken apart: value = digits x 10^exponent, with sign. */
typedef struct decimal {
    bool is_negative;
    uint64_t digits;
    int exponent;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Adds one digit; trailing zeros are folded into the exponent, so that 5000000000000000000000 fits. */
static int push_digit(decimal *number, int digit, bool is_fraction)
{
    if (number->digits > (UINT64_MAX - 9) / 10) {
        if (digit != 0) {
            return -1;
        }
        number->exponent += is_fraction ? 0 : 1;
        return number->exponent > MAX_EXPONENT ? -1 : 0;
    }
    number->digits = number->digits * 10 + (uint64_t)digit;
    number->exponent -= is_fraction ? 1 : 0;
    return 0;
}

static int read_exponent(const char **cursor, const char *end, decimal *number)
{
    bool is_negative = false;
    int exponent = 0;
    const char *at = *cursor + 1;
    if (at < end && (*at == '+' || *at == '-')) {
        is_negative = *at == '-';
        at++;
    }
    if (at == end || !is_digit(*at)) {
        return -1;
    }
    for (; at < end && is_digit(*at); at++) {
        exponent = exponent * 10 + (*at - '0');
        if (exponent > MAX_EXPONENT) {
            return -1;
        }
    }
    number->exponent += is_negative ? -exponent : exponent;
    *cursor = at;
    return 0;
}

/* Reads sign, digits, point, digits, exponent; stops at the first other byte. */
static int read_decimal(const char **cursor, const char *end, decimal *out)
{
    decimal number = {0};
    const char *at = *cursor;
    size_t digit_count = 0;
    bool is_fraction = false;
    if (at < end && (*at == '+' || *at == '-')) {
        number.is_negative = *at == '-';
        at++;
    }
    for (; at < end && (is_digit(*at) || (*at == '.' && !is_fraction)); at++) {
        if (*at == '.') {
            is_fraction = true;
            continue;
        }
        digit_count++;
        if (push_digit(&number, *at - '0', is_fraction) < 0) {
            return -1;
        }
    }
    if (digit_count == 0) {
        return -1;
    }
    if (at < end && (*at == 'e' || *at == 'E') && read_exponent(&at, end, &number) < 0) {
        return -1;
    }
    *cursor = at;
    *out = number;
    return 0;
}

/* number x factor x 10^scale as an integer; -1 when it is not one or does not fit. */
static int to_integer(decimal number, uint64_t factor, int scale, int64_t *out)
{
    hc_uint128 value = (hc_uint128)number.digits * factor;
    int exponent = number.exponent + scale;
    if (value == 0) {
        *out = 0;
        return 0;
    }
    for (; exponent < 0; exponent++) {
        if (value % 10 != 0) {
            return -1;
        }
        value /= 10;
    }
    for (; exponent > 0; exponent--) {
        if (value > (hc_uint128)INT64_MAX) {
            return -1;
        }
        value *= 10;
    }
    if (value > (hc_uint128)INT64_MAX) {
        return -1;
    }
    *out = number.is_negative ? -(int64_t)value : (int64_t)value;
    return 0;
}

int hc_parse_scaled(const char *text, size_t length, int scale, int64_t *out)
{
    const char *cursor = text;
    decimal number;
    if (read_decimal(&cursor, text + length, &number) < 0 || cursor != text + length) {
        return -1;
    }
    return to_integer(number, 1, scale, out);
}

/* Whole seconds are nearly all of what traces hold: no 128-bit arithmetic for them. */
static bool parse_whole_seconds(const char *text, size_t length, hc_time *out)
{
    int64_t value = 0;
    if (length == 0 || length > 9) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *out = value * HC_SECOND;
    return true;
}

int hc_parse_seconds(const char *text, size_t length, hc_time *out)
{
    int64_t value = 0;
    if (parse_whole_seconds(text, length, out)) {
        return 0;
    }
    if (hc_parse_scaled(text, length, 9, &value) < 0 || value > HC_TIME_LIMIT ||
        value < -HC_TIME_LIMIT) {
        return -1;
    }
    *out = value;
    return 0;
}

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

static const unit DURATIONS[] = {
    {"ns", 1},          {"us", HC_MICROSECOND}, {"ms", HC_MILLISECOND}, {"s", HC_SECOND},
    {"min", HC_MINUTE}, {"h", HC_HOUR},         {"d", HC_DAY},          {"w", 7 * HC_DAY},
};

static const unit MEMORY[] = {
    {"B", 1},
    {"kB", 1000},
    {"MB", 1000000},
    {"GB", 1000000000},
    {"TB", INT64_C(1000000000000)},
    {"KiB", INT64_C(1) << 10},
    {"MiB", INT64_C(1) << 20},
    {"GiB", INT64_C(1) << 30},
    {"TiB", INT64_C(1) << 40},
};

/* Bytes per second; a kilobit is 125 of them. */
static const unit BANDWIDTHS[] = {
    {"B/s", 1},
    {"kB/s", 1000},
    {"MB/s", 1000000},
    {"GB/s", 1000000000},
    {"TB/s", INT64_C(1000000000000)},
    {"KiB/s", INT64_C(1) << 10},
    {"MiB/s", INT64_C(1) << 20},
    {"GiB/s", INT64_C(1) << 30},
    {"TiB/s", INT64_C(1) << 40},
    {"kbps", 125},
    {"Mbps", 125000},
    {"Gbps", 125000000},
    {"Tbps", INT64_C(125000000000)},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_of_unit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/';
}

static void skip_spaces(const char **cursor)
{
    while (**cursor == ' ') {
        (*cursor)++;
    }
}

/* Reads the unit's name and leaves the cursor behind it. */
static const unit *read_unit(const char **cursor, const unit *units, size_t unit_count)
{
    const char *start = *cursor;
    size_t length = 0;
    while (is_of_unit(start[length])) {
        length++;
    }
    for (size_t i = 0; i < unit_count; i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, start, length) == 0) {
            *cursor = start + length;
            return &units[i];
        }
    }
    return NULL;
}

/* One number with its unit, added to `sum`. */
static int add_quantity(const char **cursor, const unit *units, size_t unit_count, int64_t *sum)
{
    const char *end = *cursor + strlen(*cursor);
    decimal number;
    const unit *found = NULL;
    int64_t value = 0;
    if (read_decimal(cursor, end, &number) < 0 || number.is_negative) {
        return -1;
    }
    skip_spaces(cursor);
    if (**cursor == '\0' && number.digits == 0) {
        return 0;
    }
    found = read_unit(cursor, units, unit_count);
    if (found == NULL || to_integer(number, (uint64_t)found->factor, 0, &value) < 0) {
        return -1;
    }
    return __builtin_add_overflow(*sum, value, sum) ? -1 : 0;
}

int hc_parse_duration(const char *text, hc_time *out)
{
    const char *cursor = text;
    int64_t sum = 0;
    do {
        skip_spaces(&cursor);
        if (add_quantity(&cursor, DURATIONS, COUNT_OF(DURATIONS), &sum) < 0) {
            return -1;
        }
    } while (*cursor != '\0');
    if (sum > HC_TIME_LIMIT) {
        return -1;
    }
    *out = sum;
    return 0;
}

static int parse_one(const char *text, const unit *units, size_t unit_count, int64_t *out)
{
    const char *cursor = text;
    int64_t sum = 0;
    if (add_quantity(&cursor, units, unit_count, &sum) < 0 || *cursor != '\0') {
        return -1;
    }
    *out = sum;
    return 0;
}

int hc_parse_bytes(const char *text, int64_t *out)
{
    return parse_one(text, MEMORY, COUNT_OF(MEMORY), out);
}

int hc_parse_bandwidth(const char *text, int64_t *out)
{
    return parse_one(text, BANDWIDTHS, COUNT_OF(BANDWIDTHS), out);
}

size_t hc_format_seconds(hc_time time, char *out)
{
    uint64_t magnitude = time < 0 ? 0 - (uint64_t)time : (uint64_t)time;
    uint64_t fraction = magnitude % (uint64_t)HC_SECOND;
    int length = snprintf(out, HC_UNIT_TEXT_SIZE, "%s%" PRIu64, time < 0 ? "-" : "",
                          magnitude / (uint64_t)HC_SECOND);
    if (fraction != 0) {
        length +=
            snprintf(out + length, HC_UNIT_TEXT_SIZE - (size_t)length, ".%09" PRIu64, fraction);
        while (out[length - 1] == '0') {
            length--;
        }
        out[length] = '\0';
    }
    return (size_t)length;
}

void hc_format_duration(hc_time duration, char *out)
{
    int64_t seconds = (duration + (duration < 0 ? -HC_SECOND / 2 : HC_SECOND / 2)) / HC_SECOND;
    const char *sign = seconds < 0 ? "-" : "";
    int64_t s = seconds < 0 ? -seconds : seconds;
    if (s < 60) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%s%" PRId64 " s", sign, s);
    } else if (s < 3600) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%s%" PRId64 " min %02" PRId64, sign, s / 60,
                       s % 60);
    } else if (s < 86400) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%s%" PRId64 " h %02" PRId64, sign, s / 3600,
                       s % 3600 / 60);
    } else {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%s%" PRId64 " d %02" PRId64 " h", sign, s / 86400,
                       s % 86400 / 3600);
    }
}

void hc_format_duration_exact(hc_time duration, char *out)
{
    size_t length = 0;
    hc_time rest = duration;
    out[0] = '\0';
    if (duration == 0) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "0s");
        return;
    }
    for (size_t i = COUNT_OF(DURATIONS) - 1; i-- > 0;) { /* weeks are left out: days read better */
        int64_t amount = rest / DURATIONS[i].factor;
        if (amount != 0) {
            length += (size_t)snprintf(out + length, HC_UNIT_TEXT_SIZE - length, "%" PRId64 "%s",
                                       amount, DURATIONS[i].name);
            rest -= amount * DURATIONS[i].factor;
        }
    }
}

void hc_format_bytes(int64_t bytes, char *out)
{
    static const char *const NAMES[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit_index = 0;
    while (unit_index + 1 < COUNT_OF(NAMES) && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit_index++;
    }
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%" PRId64 "%s", bytes, NAMES[unit_index]);
}

void hc_format_bandwidth(int64_t bytes_per_second, char *out)
{
    static const char *const NAMES[] = {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"};
    size_t unit_index = 0;
    while (unit_index + 1 < COUNT_OF(NAMES) && bytes_per_second != 0 &&
           bytes_per_second % 1000 == 0) {
        bytes_per_second /= 1000;
        unit_index++;
    }
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%" PRId64 "%s", bytes_per_second, NAMES[unit_index]);
}

void hc_format_count(int64_t count, char *out)
{
    char digits[HC_UNIT_TEXT_SIZE];
    size_t written = 0;
    int length = snprintf(digits, sizeof digits, "%" PRId64, count < 0 ? -count : count);
    if (count < 0) {
        out[written++] = '-';
    }
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[written++] = ',';
        }
        out[written++] = digits[i];
    }
    out[written] = '\0';
}
