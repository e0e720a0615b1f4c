#ifndef HC_SIM_CIVIL_TIME_H
#define HC_SIM_CIVIL_TIME_H

#include "sim/engine/time.h"

#include <stddef.h>
#include <stdint.h>

/** Dates and clock times of the proleptic Gregorian calendar, without time zones: a naive local time is
 *  kept as if it were UTC, and the trace says so. Nothing allocates; everything is O(1). */

typedef struct hc_civil {
    int64_t year;
    int month; /**< 1..12 */
    int day;   /**< 1..31 */
    int hour, minute, second;
    int64_t nanosecond;
} hc_civil;

/** Nanoseconds since 1970-01-01 00:00:00 of a date and time.
 *  @return 0, or -1 when a field is out of range or the year is outside 1900..2099. */
int hc_civil_to_time(const hc_civil *civil, hc_time *out);

/** The date and time of an instant. */
hc_civil hc_civil_from_time(hc_time time);

/** Day of the week of an instant, 0 = Monday. */
int hc_civil_weekday(hc_time time);

/** Reads "YYYY-MM-DD", "YYYY-MM-DD HH:MM:SS", with "T" for the space, a fraction of a second, and an
 *  offset ("Z", "+08:00", "+0800"), which is subtracted.
 *  @return 0, or -1 (nothing else may stand in `text`). */
int hc_parse_civil(const char *text, size_t length, hc_time *out);

enum { HC_CIVIL_TEXT_SIZE = 40 };

/** "2017-10-02 06:00:03". @param out  HC_CIVIL_TEXT_SIZE bytes. */
void hc_format_civil(hc_time time, char *out);

/** "2017-10-02". @param out  HC_CIVIL_TEXT_SIZE bytes. */
void hc_format_date(hc_time time, char *out);

#endif
