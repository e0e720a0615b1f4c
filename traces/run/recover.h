#ifndef HC_TRACES_RECOVER_H
#define HC_TRACES_RECOVER_H

#include "sim/error.h"
#include "traces/run/records.h"

#include <stdint.h>

/** Saves what an interrupted run has written. */

typedef enum hc_recovery_outcome {
    HC_RECOVERY_DONE = 0,     /**< NAME holds the committed rows, with complete = 0 and a note */
    HC_RECOVERY_WAS_COMPLETE, /**< NAME is the whole result; what was left beside it is gone */
    HC_RECOVERY_WAS_PARTIAL, /**< NAME is what there is: the run was stopped, or recovered before */
} hc_recovery_outcome;

typedef struct hc_recovery {
    hc_recovery_outcome outcome;
    uint64_t row_counts[HC_TABLE_COUNT]; /**< rows of NAME */
    uint64_t
        lost_rows[HC_TABLE_COUNT]; /**< committed, but unreadable: after a failure of the disk */
} hc_recovery;

/** Makes NAME from NAME.rank0000, NAME.rank0001, ... Those are removed only when NAME is on the disk. Of a run that
 *  was taken up again, the last generation tells which rows of the earlier ones count.
 *  @param path  NAME
 *  @return 0, or -1 with `error` set and nothing changed: HC_ERROR_USAGE when there is nothing to recover, the
 *  run still goes on, or NAME is the file of another run; HC_ERROR_RUNTIME when the remains cannot be read;
 *  HC_ERROR_OUTPUT when NAME cannot be written. */
int hc_recover(const char *path, hc_recovery *out, hc_error *error);

#endif
