#ifndef HC_TESTS_TRACES_RUN_CHECK_H
#define HC_TESTS_TRACES_RUN_CHECK_H

#include "sim/error.h"
#include "traces/run/run_file.h"
#include "traces/run/run_reader.h"

#include <stdint.h>

/** Compares a file with the records of tests/traces/run/run_rows.h, member by member: every table that grows
 *  during a run must hold a prefix of them, every other one all of its rows or, when the run had not begun, none.
 *  @return 0, or -1 with the first difference in `error` (HC_ERROR_INTERNAL). */
int hc_run_check(hc_run_reader *reader, uint64_t seed, hc_event_level level, hc_error *error);

#endif
