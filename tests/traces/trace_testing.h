#ifndef HC_TESTS_TRACES_TRACE_TESTING_H
#define HC_TESTS_TRACES_TRACE_TESTING_H

#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/job_trace.h"

/** Small inputs for the tests of the importers, written to temporary files and read as a user's would be. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** Options that leave everything as it is: load 1, the usual limit of quarantined rows, CPU jobs kept. */
hc_trace_options hc_test_options(hc_trace_format format);

/** Reads a text that must be sound; a failure ends the test. The caller owns the trace. */
hc_job_trace *hc_test_read(const hc_trace_options *options, const char *text);

/** Reads a file, likewise. */
hc_job_trace *hc_test_read_path(hc_trace_options options, const char *path);

/** Reads a text that must be refused. @return the message, in a static buffer. */
const char *hc_test_refuse(const hc_trace_options *options, const char *text, hc_error_kind kind);

/** The n-th job in order; a failure ends the test when there are fewer. It stays until seven more are asked for. */
const hc_trace_job *hc_test_job(const hc_job_trace *trace, size_t index);

const char *hc_test_id(const hc_job_trace *trace, size_t index);

/** What becomes of one row. */
typedef struct hc_test_row {
    const char *row;
    int fate; /* an hc_quarantine_reason, or one of the next */
} hc_test_row;

enum { HC_FATE_KEPT = 100, HC_FATE_NEVER_RUN, HC_FATE_FILTERED };

/** Checks each row in a file of its own behind `header`, with every share of quarantined rows accepted. */
void hc_test_rows(hc_trace_options options, const char *header, const hc_test_row *cases,
                  size_t count);

#endif
