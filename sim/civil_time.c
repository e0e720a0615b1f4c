#include "sim/civil_time.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static int days_in_month(int64_t year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : DAYS[month - 1];
}

/* timegm() normalises what is out of range (31 February is 3 March); input must not be mended so. */
static bool is_valid(const hc_civil *civil)
{
    if (civil->year < 1900 || civil->year > 2099 || civil->month < 1 || civil->month > 12 ||
        civil->day < 1 || civil->day > days_in_month(civil->year, civil->month)) {
        return false;
    }
    return civil->hour >= 0 && civil->hour <= 23 && civil->minute >= 0 && civil->minute <= 59 &&
           civil->second >= 0 && civil->second <= 59;
}

int hc_civil_to_time(const hc_civil *civil, hc_time *out)
{
    struct tm fields = {0};
    if (!is_valid(civil)) {
        return -1;
    }
    fields.tm_year = (int)(civil->year - 1900);
    fields.tm_mon = civil->month - 1;
    fields.tm_mday = civil->day;
    fields.tm_hour = civil->hour;
    fields.tm_min = civil->minute;
    fields.tm_sec = civil->second;
    *out = (hc_time)timegm(&fields) * HC_SECOND + civil->nanosecond;
    return 0;
}

/* Seconds since 1970, rounded towards the past. */
static time_t whole_seconds(hc_time time)
{
    return (time_t)(time / HC_SECOND - (time % HC_SECOND < 0 ? 1 : 0));
}

hc_civil hc_civil_from_time(hc_time time)
{
    time_t seconds = whole_seconds(time);
    struct tm fields = {0};
    (void)gmtime_r(&seconds, &fields); /* int64 nanoseconds are always inside its range */
    return (hc_civil){
        .year = (int64_t)fields.tm_year + 1900,
        .month = fields.tm_mon + 1,
        .day = fields.tm_mday,
        .hour = fields.tm_hour,
        .minute = fields.tm_min,
        .second = fields.tm_sec,
        .nanosecond = time - (hc_time)seconds * HC_SECOND,
    };
}

int hc_civil_weekday(hc_time time)
{
    time_t seconds = whole_seconds(time);
    struct tm fields = {0};
    (void)gmtime_r(&seconds, &fields);
    return (fields.tm_wday + 6) % 7;
}

/* Exactly `width` digits. */
static bool read_number(const char **cursor, const char *end, int width, int *out)
{
    int value = 0;
    if (end - *cursor < width) {
        return false;
    }
    for (int i = 0; i < width; i++) {
        char c = (*cursor)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *cursor += width;
    *out = value;
    return true;
}

static bool read_char(const char **cursor, const char *end, char expected)
{
    if (*cursor == end || **cursor != expected) {
        return false;
    }
    (*cursor)++;
    return true;
}

static bool read_date(const char **cursor, const char *end, hc_civil *out)
{
    int year = 0;
    if (!read_number(cursor, end, 4, &year) || !read_char(cursor, end, '-') ||
        !read_number(cursor, end, 2, &out->month) || !read_char(cursor, end, '-') ||
        !read_number(cursor, end, 2, &out->day)) {
        return false;
    }
    out->year = year;
    return true;
}

/* Up to nine digits behind the point. */
static bool read_fraction(const char **cursor, const char *end, int64_t *nanosecond)
{
    int64_t scale = HC_SECOND / 10;
    const char *start = *cursor;
    for (; *cursor < end && **cursor >= '0' && **cursor <= '9'; (*cursor)++) {
        if (scale == 0 && **cursor != '0') {
            return false;
        }
        *nanosecond += (**cursor - '0') * scale;
        scale /= 10;
    }
    return *cursor > start;
}

static bool read_clock(const char **cursor, const char *end, hc_civil *out)
{
    if (!read_number(cursor, end, 2, &out->hour) || !read_char(cursor, end, ':') ||
        !read_number(cursor, end, 2, &out->minute) || !read_char(cursor, end, ':') ||
        !read_number(cursor, end, 2, &out->second)) {
        return false;
    }
    return !read_char(cursor, end, '.') || read_fraction(cursor, end, &out->nanosecond);
}

/* "Z", "+08:00" or "+0800", in nanoseconds east of UTC. */
static bool read_offset(const char **cursor, const char *end, hc_time *offset)
{
    int hours = 0;
    int minutes = 0;
    bool is_west = false;
    *offset = 0;
    if (*cursor == end || read_char(cursor, end, 'Z')) {
        return true;
    }
    is_west = **cursor == '-';
    if (!read_char(cursor, end, is_west ? '-' : '+') || !read_number(cursor, end, 2, &hours)) {
        return false;
    }
    (void)read_char(cursor, end, ':');
    if (!read_number(cursor, end, 2, &minutes) || hours > 14 || minutes > 59) {
        return false;
    }
    *offset = (hours * HC_HOUR + minutes * HC_MINUTE) * (is_west ? -1 : 1);
    return true;
}

int hc_parse_civil(const char *text, size_t length, hc_time *out)
{
    hc_civil civil = {0};
    const char *cursor = text;
    const char *end = text + length;
    hc_time offset = 0;
    hc_time time = 0;
    if (!read_date(&cursor, end, &civil)) {
        return -1;
    }
    if (read_char(&cursor, end, ' ') || read_char(&cursor, end, 'T')) {
        if (!read_clock(&cursor, end, &civil) || !read_offset(&cursor, end, &offset)) {
            return -1;
        }
    }
    if (cursor != end || hc_civil_to_time(&civil, &time) < 0) {
        return -1;
    }
    *out = time - offset;
    return 0;
}

void hc_format_civil(hc_time time, char *out)
{
    hc_civil civil = hc_civil_from_time(time);
    (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "%04" PRId64 "-%02d-%02d %02d:%02d:%02d", civil.year,
                   civil.month, civil.day, civil.hour, civil.minute, civil.second);
}

void hc_format_date(hc_time time, char *out)
{
    hc_civil civil = hc_civil_from_time(time);
    (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "%04" PRId64 "-%02d-%02d", civil.year, civil.month,
                   civil.day);
}
