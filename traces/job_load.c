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

int hc_job_load_apply(hc_kept_jobs *kept, hc_time base, double load)
{
    int64_t divisor = llround(load * (double)BILLION);
    assert(load >= HC_LOAD_MIN && load <= HC_LOAD_MAX);
    if (divisor == BILLION) {
        return 0;
    }
    for (size_t i = 0; i < kept->count; i++) {
        hc_kept_job *job = &kept->jobs[i];
        hc_int128 gap = (hc_int128)job->submit - base;
        hc_int128 submit = base + divide(gap * BILLION, divisor);
        if (submit > HC_TIME_LIMIT || submit < -HC_TIME_LIMIT) {
            return -1;
        }
        job->submit = (hc_time)submit;
        job->start = HC_TIME_MISSING;
    }
    for (size_t i = 0; i < kept->extra_count; i++) {
        kept->extras[i].end = HC_TIME_MISSING;
    }
    return 0;
}
