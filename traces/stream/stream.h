#ifndef HC_TRACES_STREAM_STREAM_H
#define HC_TRACES_STREAM_STREAM_H

#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "traces/stream/publisher.h"

#include <stdbool.h>
#include <stdint.h>

/** A run's events for others to see while it goes on: a sink beside the run file, a publisher for each node.
 *
 *  Life: open, give the simulation its sink, tick and stand now and then, end, close. The run file is the truth; the stream is a
 *  view of it that nobody needs. Under several ranks the first of each node publishes for the others of it. */
typedef struct hc_stream hc_stream;

/** Which rows are streamed. */
typedef enum hc_stream_level {
    HC_STREAM_JOBS =
        0, /**< what happens to jobs and to capacity; attempts that were stopped at their limit; samples;
                             the ledger */
    HC_STREAM_ALL, /**< passes, placements, decisions and all attempts as well */
} hc_stream_level;

typedef struct hc_stream_options {
    hc_publisher_options publisher; /**< queue, ranks and collect are filled in here */
    hc_stream_level level;
    uint32_t rank;              /**< of this process */
    const uint32_t *node_ranks; /**< ranks of this node, the publisher's first */
    uint32_t node_rank_count;
} hc_stream_options;

/** @return 0 and a stream that the caller closes, or -1 with `error` set (HC_ERROR_USAGE, HC_ERROR_RUNTIME). */
int hc_stream_open(hc_stream **out, const hc_stream_options *options, hc_error *error);

/** Gives records to `next` first, then streams them; `next` is copied and lives as long as it did. */
hc_sink hc_stream_sink(hc_stream *stream, const hc_sink *next);

/** Between two stretches of the run. @return 0, or -1 with `error` set. */
int hc_stream_tick(hc_stream *stream, hc_error *error);
int hc_stream_stand(hc_stream *stream, const hc_run_standing *standing, hc_error *error);

/** After the last record. @return 0, or -1 with `error` set. */
int hc_stream_end(hc_stream *stream, const hc_run_conclusion *conclusion, hc_error *error);

/** Instead of the end, when the run fails or goes on another time: says that no more comes, to whoever can still hear it.
 *  A rank that publishes for this one and has left is not waited for. */
void hc_stream_break_off(hc_stream *stream);

/** The publisher of this process; NULL: another rank publishes for this one. Borrowed. */
hc_publisher *hc_stream_publisher(hc_stream *stream);

/** Waits for readers, as the publisher's options say, if it was ended; of another rank, until its publisher has taken what it sent, or has
 *  left. Accepts NULL. */
void hc_stream_close(hc_stream *stream);

#endif
