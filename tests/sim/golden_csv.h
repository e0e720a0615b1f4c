#ifndef HC_TESTS_SIM_GOLDEN_CSV_H
#define HC_TESTS_SIM_GOLDEN_CSV_H

#include <stddef.h>

/** The golden tables: plain CSV without quotes, one header line. For tests only. */
typedef struct hc_golden {
    char *text;
    char **cells; /**< row after row, the header first */
    size_t column_count;
    size_t row_count; /**< without the header */
} hc_golden;

/** Reads a whole table; ends the test program when the file cannot be read. */
hc_golden hc_golden_read(const char *path);
void hc_golden_free(hc_golden *table);

/** Number of a column; fails the running test when there is none. */
size_t hc_golden_column(const hc_golden *table, const char *name);
const char *hc_golden_cell(const hc_golden *table, size_t row, size_t column);

#endif
