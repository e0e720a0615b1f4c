#ifndef HC_TRACES_RUN_MERGE_H
#define HC_TRACES_RUN_MERGE_H

#include "sim/error.h"
#include "traces/run/file_attributes.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** From the private files of a run to its final file. */
typedef struct hc_merge {
    const char *const
        *sources;        /**< private files in order of rank, closed by their writers or dead */
    size_t source_count; /**< >= 1 */
    const char *final_path;
    bool may_replace; /**< a file of that name is replaced, else refused */
    const hc_run_ending *ending;
    /** [out] rows that were committed and cannot be read, per table: what can be read before them is taken.
     *  NULL: nothing of that kind is expected, and it is an error. */
    uint64_t *lost_rows;
} hc_merge;

/** Writes the committed rows of all tables, source after source, under a temporary name, brings the file to
 *  the disk and renames it. The sources are only read.
 *  @param row_counts  [out] rows of each table; may be NULL
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME: a source; HC_ERROR_OUTPUT: the result); nothing of the
 *  given name has changed then. */
int hc_run_merge(const hc_merge *merge, uint64_t row_counts[HC_TABLE_COUNT], hc_error *error);

#endif
