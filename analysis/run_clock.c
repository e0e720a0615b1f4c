#include "analysis/run_clock.h"

#include "sim/civil_time.h"
#include "traces/run/provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A month less than HC_TIME_LIMIT: with a time of the tables, or the Monday before it, it stays inside int64. */
static const int64_t ZERO_LIMIT_SECONDS = (HC_TIME_LIMIT - 31 * HC_DAY) / HC_SECOND;

int hc_run_clock_read(hc_run_clock *out, const hc_run_reader *reader, hc_error *error)
{
    const char *clock = hc_run_reader_text(reader, "clock");
    int64_t zero_seconds = 0;
    *out = (hc_run_clock){.is_dated = clock != NULL &&
                                      strcmp(clock, hc_clock_name(HC_CLOCK_UNKNOWN_ZERO)) != 0};
    if (clock == NULL || strcmp(clock, hc_clock_name(HC_CLOCK_UNIX_ZERO)) != 0) {
        return 0;
    }
    if (!hc_run_reader_number(reader, "unix_zero_seconds", &zero_seconds) ||
        zero_seconds > ZERO_LIMIT_SECONDS || zero_seconds < -ZERO_LIMIT_SECONDS) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: attribute unix_zero_seconds is missing or no time of a log",
                            hc_run_reader_path(reader));
    }
    out->zero = zero_seconds * HC_SECOND;
    return 0;
}

hc_time hc_run_clock_civil(const hc_run_clock *clock, hc_time time)
{
    return time + clock->zero;
}

/* Time within a day, from 0 also before the zero. */
static hc_time of_day(hc_time time)
{
    hc_time rest = time % HC_DAY;
    return rest < 0 ? rest + HC_DAY : rest;
}

static int64_t day_of(hc_time time)
{
    return (time - of_day(time)) / HC_DAY;
}

void hc_run_clock_date(const hc_run_clock *clock, hc_time time, char *out)
{
    if (clock->is_dated) {
        hc_format_date(hc_run_clock_civil(clock, time), out);
        return;
    }
    (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "day %" PRId64, day_of(time));
}

void hc_run_clock_instant(const hc_run_clock *clock, hc_time time, char *out)
{
    hc_time rest = of_day(time);
    if (clock->is_dated) {
        hc_format_civil(hc_run_clock_civil(clock, time), out);
        return;
    }
    (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "%" PRId64 " d %02d:%02d:%02d", day_of(time),
                   (int)(rest / HC_HOUR), (int)(rest % HC_HOUR / HC_MINUTE),
                   (int)(rest % HC_MINUTE / HC_SECOND));
}
