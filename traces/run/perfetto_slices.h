#ifndef HC_TRACES_PERFETTO_SLICES_H
#define HC_TRACES_PERFETTO_SLICES_H

#include "sim/error.h"
#include "traces/run/attempt_index.h"
#include "traces/run/perfetto_packets.h"

/** Where slices go. */
typedef struct hc_perfetto_place {
    hc_perfetto *trace;
    hc_time shift;         /**< added to all times, so that none is negative */
    uint64_t first_track;  /**< ids from here on are free */
    uint64_t first_group;  /**< track of partition 0, under which its nodes stand */
    uint64_t group_stride; /**< from one partition's track to that of the next */
    uint32_t first_rank;   /**< of nodes in their partition */
} hc_perfetto_place;

/** Writes the placements of a run: a slice for each attempt on each node that it held, from its start to its end.
 *
 *  What is on a node at the same time lies on several tracks of that node's name, which viewers show as one: the
 *  least number that keeps slices of one track apart. So a job on eight GPUs of a node is one slice, not eight, and the
 *  devices are noted beside it.
 *
 *  Memory: hc_job_list, 64 bytes per attempt, some for each node; placements pass through.
 *  @param left_out  [out] placements of attempts that the file does not have, because the run was killed
 *  @return 0, or -1 with `error` set. */
int hc_perfetto_put_slices(const hc_perfetto_place *place, hc_run_reader *reader,
                           const hc_attempt_index *attempts, uint64_t *left_out, hc_error *error);

#endif
