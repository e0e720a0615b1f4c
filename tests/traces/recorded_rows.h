#ifndef HC_TESTS_TRACES_RECORDED_ROWS_H
#define HC_TESTS_TRACES_RECORDED_ROWS_H

#include "traces/job_trace.h"

/** All rows of a file as the reader of its format understood them, also those that no job comes from: published
 *  statistics count them. */

typedef struct hc_test_recorded {
    hc_time submit; /**< HC_TIME_MISSING when the row does not say; likewise the others */
    hc_time wait;
    hc_time run_time;
    hc_time time_limit;
    double size; /**< GPUs or processors, fractions included; -1 when the row does not say */
    hc_outcome outcome;
    bool has_fallback; /**< the size is not the preferred one */
    bool is_never_run;
} hc_test_recorded;

typedef struct hc_test_recorded_list {
    hc_test_recorded *rows;
    size_t count;
} hc_test_recorded_list;

/** Reads a shared file; a failure ends the test. The caller frees `rows`. */
hc_test_recorded_list hc_test_read_rows(hc_trace_format format, int size_preference,
                                        const char *path);

#endif
