#ifndef HC_TRACES_CAPACITY_FILE_H
#define HC_TRACES_CAPACITY_FILE_H

#include "sim/cluster/calendar.h"
#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "traces/input_file.h"

/** How a calendar of capacity is to be read. */
typedef struct hc_capacity_file_options {
    const char *column;        /**< that holds the GPUs in service */
    hc_time zero;              /**< what time 0 of the simulation is, since 1970 */
    const hc_machine *machine; /**< frozen */
} hc_capacity_file_options;

/** Reads a calendar: a CSV with a header, plain or gzip, whose first column is a date (a date with time will do) and
 *  rises from row to row. Each row is a step; rows that change nothing make none.
 *  @param calendar  [in, out] gets the steps
 *  @param sha256    [out] of the file as stored, HC_SHA256_TEXT_SIZE bytes; may be NULL
 *  @return 0, or -1 with `error` set: every defect is named, up to about 20. O(rows x nodes) at worst. */
int hc_capacity_file_read(hc_calendar *calendar, const char *path,
                          const hc_capacity_file_options *options, char *sha256, hc_error *error);

/** The same from an input that is already open. */
int hc_capacity_file_read_input(hc_calendar *calendar, hc_input_file *input,
                                const hc_capacity_file_options *options, hc_error *error);

#endif
