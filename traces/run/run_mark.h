#ifndef HC_TRACES_RUN_MARK_H
#define HC_TRACES_RUN_MARK_H

#include "sim/error.h"
#include "traces/run/provenance.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** A moment in the life of a private file of a run, from which the run can be taken up again: how many rows it
 *  held then. A run that is taken up again is the next generation of it; what its predecessors wrote behind
 *  their marks does not count. A plain value, stored beside the state of the simulation at that moment. */
typedef struct hc_run_mark {
    hc_run_identity identity; /**< of the run, with the generation that wrote the file */
    uint32_t rank;
    uint32_t rank_count; /**< files of that generation, and marks of that moment */
    uint64_t rows[HC_GROWING_TABLE_COUNT]; /**< by table; all of them are on the disk */
} hc_run_mark;

enum { HC_RUN_MARK_BYTES = 416 };

/** The form in which a mark is stored, the same on all machines. */
void hc_run_mark_pack(const hc_run_mark *mark, uint8_t bytes[HC_RUN_MARK_BYTES]);

/** The inverse. @return 0, or -1 with `error` set (HC_ERROR_RUNTIME) when the bytes are no mark. */
int hc_run_mark_unpack(const uint8_t bytes[HC_RUN_MARK_BYTES], hc_run_mark *out, hc_error *error);

/** Whether marks are those of all files of one generation of a run, each once, in any order.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_run_marks_check(const hc_run_mark *marks, size_t count, hc_error *error);

#endif
