#ifndef HC_ANALYSIS_RUN_CLOCK_H
#define HC_ANALYSIS_RUN_CLOCK_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <stdbool.h>

/** What the times of a run mean, in its file and before there is one. */
typedef struct hc_run_clock {
    bool is_dated; /**< false: the zero of the input was never said */
    hc_time
        zero; /**< of the tables' times, since 1970-01-01 in the clock of the input; 0 when not dated */
} hc_run_clock;

/** Reads it from the file's attributes.
 *  @return 0, or -1 with `error` set when they cannot be true. */
int hc_run_clock_read(hc_run_clock *out, const hc_run_reader *reader, hc_error *error);

/** The instant that a time of the tables means, since 1970; only of a clock that is dated. Any time within
 *  HC_TIME_LIMIT of zero, and a week before it, will do; likewise below. */
hc_time hc_run_clock_civil(const hc_run_clock *clock, hc_time time);

/** Writes "2017-10-02", or "day 12" counted from the input's zero.
 *  @param out  HC_CIVIL_TEXT_SIZE bytes */
void hc_run_clock_date(const hc_run_clock *clock, hc_time time, char *out);

/** Writes "2017-10-02 09:12:44", or "12 d 09:12:44". @param out  HC_CIVIL_TEXT_SIZE bytes */
void hc_run_clock_instant(const hc_run_clock *clock, hc_time time, char *out);

#endif
