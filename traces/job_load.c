#include "traces/job_load.h"

#include "sim/int128.h"

#include <assert.h>
#include <math.h>

static const int64_t BILLION = 1000000000;

/* Quotient rounded to the nearest, halves upwards. The divisor is positive. */
static hc_int128 divide(hc_int128 dividend, int64_t divisor)
{
    hc_int128 doubled = 2 * dividend + divisor;
    hc_int128 quotient = doubled / (2 * (hc_int128)divisor);
    return doubled % (2 * (hc_int128)divisor) < 0 ? quotient - 1 : quotient;
}

int hc_job_load_apply(hc_trace_job *jobs, size_t count, hc_time base, double load)
{
    int64_t divisor = llround(load * (double)BILLION);
    assert(load >= HC_LOAD_MIN && load <= HC_LOAD_MAX);
    if (divisor == BILLION) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        hc_int128 gap = (hc_int128)jobs[i].submit - base;
        hc_int128 submit = base + divide(gap * BILLION, divisor);
        if (submit > HC_TIME_LIMIT || submit < -HC_TIME_LIMIT) {
            return -1;
        }
        jobs[i].submit = (hc_time)submit;
        jobs[i].start = HC_TIME_MISSING;
        jobs[i].end = HC_TIME_MISSING;
    }
    return 0;
}
