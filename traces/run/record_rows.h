#ifndef HC_TRACES_RECORD_ROWS_H
#define HC_TRACES_RECORD_ROWS_H

#include "sim/interfaces/sink.h"
#include "traces/run/records.h"

/** Rows of the tables as the simulation's records tell them. */

static inline hc_attempt_row hc_attempt_row_of(const hc_attempt_record *record)
{
    return (hc_attempt_row){
        .job = record->job.index,
        .attempt = record->attempt,
        .nodes = record->node_count,
        .gpu_milli = record->gpu_milli,
        .start = record->start,
        .end = record->end,
        .restart = record->restart,
        .lost = record->lost,
        .step = record->step,
        .how = (uint8_t)record->how,
    };
}

static inline hc_placement_row hc_placement_row_of(const hc_placement_record *record)
{
    return (hc_placement_row){
        .job = record->job.index,
        .attempt = record->attempt,
        .node = record->node.index,
        .device = record->device,
        .count = record->count,
        .milli = record->milli,
    };
}

static inline hc_decision_row hc_decision_row_of(const hc_decision_record *record)
{
    return (hc_decision_row){
        .job = record->job.index,
        .time = record->time,
        .reason = (uint8_t)record->reason,
        .blocker = record->blocker.index,
        .position = record->position,
        .free_milli = record->free_milli,
        .largest_milli = record->largest_milli,
    };
}

static inline hc_event_row hc_event_row_of(const hc_event_record *record)
{
    return (hc_event_row){
        .time = record->time,
        .type = (uint8_t)record->type,
        .job = record->job.index,
        .partition = record->partition.index,
        .value = record->value,
    };
}

static inline hc_sample_row hc_sample_row_of(const hc_sample_record *record)
{
    return (hc_sample_row){
        .time = record->time,
        .partition = record->partition.index,
        .queue_length = record->queue_length,
        .running = record->running_count,
        .waiting_milli = record->waiting_milli,
        .busy_milli = record->busy_milli,
        .free_milli = record->free_milli,
        .fragmented_milli = record->fragmented_milli,
    };
}

static inline hc_ledger_row hc_ledger_row_of(const hc_ledger_record *record)
{
    return (hc_ledger_row){
        .partition = record->partition.index,
        .bucket = (uint8_t)record->bucket,
        .held = hc_gpu_time_split(record->milli_ns),
    };
}

#endif
