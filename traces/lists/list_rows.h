#ifndef HC_TRACES_LIST_ROWS_H
#define HC_TRACES_LIST_ROWS_H

#include "traces/lists/list.h"
#include "traces/run/records.h"

/** The columns of each kind of list, whose rows are the structs of traces/lists/list.h; for who writes a file of
 *  them, and who reads it (traces/run/plain_table.h). */
extern const hc_table_info hc_list_tables[HC_LIST_KIND_COUNT];

/** Format of such a file. */
#define HC_LIST_FILE_FORMAT "hindcast list"

#endif
