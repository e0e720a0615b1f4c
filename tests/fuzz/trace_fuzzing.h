#ifndef HC_TESTS_FUZZ_TRACE_FUZZING_H
#define HC_TESTS_FUZZ_TRACE_FUZZING_H

#include "traces/job_trace.h"

#include <stddef.h>
#include <stdint.h>

/** Options that leave everything as it is and accept any share of quarantined rows. */
hc_trace_options hc_fuzz_options(hc_trace_format format);

/** Reads the bytes as a log with the given options, and once more with a range, a warm start and a load. Aborts
 *  when an accepted trace does not hold what traces/job_trace.h promises, or a refusal has no message. */
void hc_fuzz_import(const hc_trace_options *options, const uint8_t *data, size_t size);

#endif
