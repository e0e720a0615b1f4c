#ifndef HC_TESTS_TRACES_STREAM_STREAM_STAGE_H
#define HC_TESTS_TRACES_STREAM_STREAM_STAGE_H

#include "traces/stream/stream.h"

#include <stdbool.h>
#include <stdint.h>

/** A run that is streamed by this process, and a reader of it in a thread of its own. Row n is the same in every run, so
 *  that a reader knows what it has to get. */

/** What the rows are. */
typedef enum hc_stage_rows {
    HC_STAGE_MIXED = 0, /**< all tables, long and short batches */
    HC_STAGE_DENSE,     /**< events of jobs: batches are full */
    HC_STAGE_SPARSE,    /**< each row has another topic than the one before: a message to a row */
} hc_stage_rows;

typedef struct hc_stage_options {
    hc_stage_rows rows;
    hc_stream_format format;
    bool is_lossy;
    bool has_replay;
    double patience_seconds; /**< 0: 60 */
    double linger_seconds;   /**< 0: 10 */
} hc_stage_options;

typedef struct hc_stage {
    hc_stage_options options;
    hc_stream *stream;
    hc_sink sink;
    char endpoint[128];
    char replay[128];
    uint64_t given; /**< rows */
    uint64_t taken; /**< by the sink behind the stream */
} hc_stage;

void hc_stage_open(hc_stage *stage, const hc_stage_options *options);
void hc_stage_close(hc_stage *stage);

/** Gives the next records to the sink of the stream. */
void hc_stage_give(hc_stage *stage, uint64_t count);
void hc_stage_end(hc_stage *stage, bool is_complete);

/** Waits until so many readers have subscribed, at most ten seconds. */
void hc_stage_await(hc_stage *stage, uint32_t subscribers);

/** Waits until a reader was left behind. @return whether one was, within ten seconds */
bool hc_stage_await_left_behind(hc_stage *stage);

/** Waits until the end is published, at most ten seconds. */
void hc_stage_await_over(hc_stage *stage);

/** Whether these are rows `first` .. of the run. */
bool hc_stage_has_rows(hc_stage_rows which, hc_run_table table, uint64_t first, uint64_t count,
                       const void *rows);

#endif
