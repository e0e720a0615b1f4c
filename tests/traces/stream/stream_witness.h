#ifndef HC_TESTS_TRACES_STREAM_STREAM_WITNESS_H
#define HC_TESTS_TRACES_STREAM_STREAM_WITNESS_H

#include "tests/traces/stream/stream_stage.h"
#include "traces/stream/reader.h"

#include <pthread.h>
#include <stdatomic.h>

/** A reader of a stage, in a thread of its own, which checks every row. */
typedef struct hc_witness {
    hc_stage_rows rows;
    hc_stream_reader *reader;
    pthread_t thread;
    atomic_bool is_stalled;   /**< takes nothing while this holds */
    atomic_uint_fast64_t got; /**< rows so far */
    unsigned pause_us;        /**< after each batch */
    double patience_seconds;  /**< it gives up when the stream has not ended by then */

    /* what it has found */
    bool
        is_right; /**< all rows were those of the stage, in order, none twice or missing but for those told as lost */
    bool is_over; /**< the stream said that it is */
    bool is_greeted;
    uint64_t first; /**< number of the first row or of the first lost one */
    uint64_t next;
    uint64_t lost;
    uint64_t lost_items;
    unsigned notes;
    unsigned heartbeats;
    unsigned failures;
    hc_stream_ending ending;
    hc_stream_reader_counts counts;
} hc_witness;

/** Connects a reader, with or without the replay of the stage. */
void hc_witness_open(hc_witness *witness, const hc_stage *stage, bool has_replay, bool is_from_now);

/** Lets its thread run; before that, members may be set. */
void hc_witness_start(hc_witness *witness);

/** Waits until it has seen the end, or has given up, and closes the reader. */
void hc_witness_join(hc_witness *witness);

#endif
