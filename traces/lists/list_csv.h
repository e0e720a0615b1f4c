#ifndef HC_TRACES_LIST_CSV_H
#define HC_TRACES_LIST_CSV_H

#include "traces/csv_row.h"
#include "traces/lists/list_reader.h"

/** What the lists that are CSV with a header row share: columns by number, and rows that are sound. */

enum { HC_LIST_CSV_COLUMNS = 16 };

typedef struct hc_list_csv {
    hc_list *list;
    hc_csv *rows;
    hc_csv_row row; /**< read last */
    int columns[HC_LIST_CSV_COLUMNS];
    const char *path; /**< what messages call the file; borrowed */
} hc_list_csv;

/** @param names  `count` columns that must be there
 *  @return 0, or -1 with `error` set; close in any case. */
int hc_list_csv_open(hc_list_csv *csv, hc_list *list, hc_input_file *input,
                     const char *const *names, size_t count, hc_error *error);

/** The next sound row; others are quarantined. @return 1; 0 at the end; -1 with `error` set. */
int hc_list_csv_next(hc_list_csv *csv, hc_error *error);

/** A field of the row. */
hc_field hc_list_csv_field(const hc_list_csv *csv, size_t column);

/** The name of any column of the header as a text of the list, for lists whose columns are things.
 *  @return 0, or -1 with `error` set: it is not fit for a name. */
int hc_list_csv_column_text(const hc_list_csv *csv, size_t column, uint32_t *index,
                            hc_error *error);

/** Quarantines the row. */
void hc_list_csv_quarantine(const hc_list_csv *csv, hc_quarantine_reason reason);

void hc_list_csv_close(hc_list_csv *csv);

#endif
