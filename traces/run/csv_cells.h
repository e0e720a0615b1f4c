#ifndef HC_TRACES_CSV_CELLS_H
#define HC_TRACES_CSV_CELLS_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "traces/run/records.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Cells and lines of a CSV as of RFC 4180, with lines that end in LF. Write errors are kept by the stream
 *  and found by hc_csv_end_line and hc_csv_finish. */
typedef struct hc_csv {
    FILE *out;
    const char *shown; /**< what messages call it */
    bool is_in_line;   /**< a cell stands before the next one */
} hc_csv;

/** A text as it is, in quotes where it needs them: ids, which must stay what they are. */
void hc_csv_text(hc_csv *csv, const char *text);

/** A text that no program takes for a formula: where it begins like one (=, +, -, @) and is not a number, an
 *  apostrophe stands before it. */
void hc_csv_guarded_text(hc_csv *csv, const char *text);

void hc_csv_empty(hc_csv *csv);
void hc_csv_unsigned(hc_csv *csv, uint64_t value);
void hc_csv_signed(hc_csv *csv, int64_t value);

/** Seconds, decimals only where needed; empty for HC_TIME_MISSING. */
void hc_csv_seconds(hc_csv *csv, hc_time time);

/** A date and time, with a fraction of a second where there is one; empty for HC_TIME_MISSING. */
void hc_csv_date(hc_csv *csv, hc_time time);

/** Thousandths as a decimal number: 470 is 0.47. */
void hc_csv_thousandths(hc_csv *csv, uint64_t value);

/** GPU-seconds, exact, decimals only where needed. */
void hc_csv_gpu_time(hc_csv *csv, hc_gpu_time time);

/** @return 0, or -1 with `error` set (HC_ERROR_OUTPUT) when something could not be written. */
int hc_csv_end_line(hc_csv *csv, hc_error *error);
int hc_csv_finish(hc_csv *csv, hc_error *error);

#endif
