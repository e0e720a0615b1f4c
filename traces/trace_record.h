#ifndef HC_TRACES_TRACE_RECORD_H
#define HC_TRACES_TRACE_RECORD_H

#include "traces/field.h"
#include "traces/input_file.h"
#include "traces/job_trace.h"

/** One row of a log as its format's reader understood it, before anything is decided about it.
 *  A reader fills in what the row says; hc_trace_record_judge decides by the same rules for all formats. */
typedef struct hc_trace_record {
    hc_line line; /**< as it stands in the file */
    hc_field id, user, group, partition, kinds;
    hc_field recorded_nodes; /**< where it ran: "name:gpus+name:gpus" */
    hc_field preceding;      /**< id of the job that it followed */
    hc_time submit;          /**< HC_TIME_MISSING when the row does not say; likewise the others */
    hc_time start;
    hc_time end;
    hc_time run_time;
    hc_time time_limit; /**< as requested */
    hc_time think_time; /**< from the end of `preceding` to the submission; below 0: not known */
    int64_t gpu_count;  /**< HC_SIZE_MISSING when the row does not say; 0: a CPU job */
    int64_t gpu_milli;  /**< of each GPU */
    int64_t cpu_milli;
    int64_t memory_bytes;
    int64_t priority;
    uint32_t repairs; /**< bit r: HC_REPAIR r */
    hc_outcome outcome;
    bool needs_id;       /**< the format has ids */
    bool is_single_node; /**< must not span nodes */
    bool is_never_run;   /**< a sound record of a job that never started */
    bool has_fault;
    hc_quarantine_reason fault; /**< the first one found */
} hc_trace_record;

enum { HC_SIZE_MISSING = -1 };

/** A record of `line` in which everything is missing. */
hc_trace_record hc_trace_record_of(const hc_line *line);

/** Notes why the row cannot be used; the first reason stays. */
void hc_trace_record_fail(hc_trace_record *record, hc_quarantine_reason reason);

void hc_trace_record_repair(hc_trace_record *record, hc_repair repair);

/* Each reads one field. What is there and cannot be read fails the record. @return the value, or the given
 * one (HC_TIME_MISSING for times) when it is missing or cannot be read. */
hc_time hc_trace_record_seconds(hc_trace_record *record, hc_field field);
hc_time hc_trace_record_date(hc_trace_record *record, hc_field field);
int64_t hc_trace_record_whole(hc_trace_record *record, hc_field field, int64_t missing);
int64_t hc_trace_record_milli(hc_trace_record *record, hc_field field, int64_t missing);
int64_t hc_trace_record_bytes(hc_trace_record *record, hc_field field, int64_t missing);

typedef enum hc_row_fate {
    HC_ROW_USABLE = 0,
    HC_ROW_QUARANTINED, /**< record->fault says why */
    HC_ROW_NEVER_RUN,
} hc_row_fate;

/** Decides whether a row can be used, and completes one that can: run time, start, end and time limit follow
 *  from each other. Rules, in this order: a fault of a field; no id; an id or name that is not text; no submit
 *  time; never run; no size; no run time; times that contradict each other.
 *  A think time without a job that it follows is dropped. Where start and end are given, they outweigh a given run time (traces record it from other clocks). */
hc_row_fate hc_trace_record_judge(hc_trace_record *record);

#endif
