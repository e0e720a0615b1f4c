#ifndef HC_TESTS_TRACES_STREAM_RANDOM_ROWS_H
#define HC_TESTS_TRACES_STREAM_RANDOM_ROWS_H

#include "sim/engine/random.h"
#include "traces/stream/parcel.h"

#include <stdbool.h>
#include <stddef.h>

/** Rows that hold anything that a row may hold. */

enum { HC_STREAMED_TABLE_COUNT = 5 };
extern const hc_run_table hc_streamed_tables[HC_STREAMED_TABLE_COUNT];

/** Every other cell is 0, the largest, the smallest or a missing value. @param row  struct of the table */
void hc_random_row(hc_random *stream, hc_run_table table, void *row);

/** A parcel of such rows. */
void hc_random_parcel(hc_random *stream, hc_run_table table, uint32_t rank, uint64_t first,
                      uint32_t count, hc_parcel *out);

/** Whether rows are equal, column by column: what lies between members does not count. */
bool hc_rows_are_equal(hc_run_table table, const void *a, const void *b, size_t count);

#endif
