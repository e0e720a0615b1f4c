#ifndef HC_SIM_ENGINE_TIME_H
#define HC_SIM_ENGINE_TIME_H

#include <stdint.h>

/** Simulated time: nanoseconds since the trace's own zero. Never rebased. */
typedef int64_t hc_time;

#define HC_TIME_MISSING INT64_MIN /**< "not known", never used in arithmetic */
#define HC_TIME_NEVER INT64_MAX   /**< later than every event */

#define HC_MICROSECOND INT64_C(1000)
#define HC_MILLISECOND INT64_C(1000000)
#define HC_SECOND INT64_C(1000000000)
#define HC_MINUTE (60 * HC_SECOND)
#define HC_HOUR (3600 * HC_SECOND)
#define HC_DAY (86400 * HC_SECOND)

/** The latest instant that input may name (146 years after 1970-2000): sums of two stay inside int64. */
#define HC_TIME_LIMIT (INT64_MAX / 2)

#endif
