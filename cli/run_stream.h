#ifndef HC_CLI_RUN_STREAM_H
#define HC_CLI_RUN_STREAM_H

#include "cli/assemble.h"
#include "cli/stream_options.h"
#include "mpi/ranks.h"
#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "sim/simulation.h"
#include "traces/stream/stream.h"

/** The stream of a run: what the command line says, given to traces/stream. All zero when nothing is streamed: every
 *  call does nothing then. */
typedef struct hc_run_stream {
    hc_stream *stream;
    hc_sink sink;
    hc_curve_keys keys;
    hc_allow_list *allowed;
    char *folder;
    char *
        run_id; /* these and the partitions are copies: a stream outlives the run, for late readers */
    char *name;
    char *policy;
    char **partitions;
    size_t partition_count;
    uint32_t *node_ranks;
    double beat_seconds; /* wall clock at which the run last said where it stands */
    bool is_ended;       /* its readers know how the run ended */
} hc_run_stream;

/** What it is told of the run. */
typedef struct hc_run_stream_facts {
    const hc_ranks *ranks;
    const hc_assembly *assembly; /**< built */
    const char *run_id;
    const char *path; /**< of the run file */
} hc_run_stream_facts;

/** Checks endpoints and reads keys, before anything is read.
 *  @return 0, or -1 with `error` set; close in both cases. */
int hc_run_stream_check(hc_run_stream *out, const hc_stream_arguments *arguments, hc_error *error);

/** Binds and starts. Collective. @return 0, or -1 with `error` set by this rank alone. */
int hc_run_stream_open(hc_run_stream *stream, const hc_stream_arguments *arguments,
                       const hc_run_stream_facts *facts, hc_error *error);

/** Waits until so many have subscribed to this node's publisher, or a signal says not to. */
void hc_run_stream_wait(hc_run_stream *stream, uint32_t subscribers, bool is_quiet);

/** The sink for the simulation: `next`, or the stream's, which gives to `next` as well. */
const hc_sink *hc_run_stream_sink(hc_run_stream *stream, const hc_sink *next);

/** Whether all ranks should meet, so that the run can say where it stands. */
bool hc_run_stream_is_beat_due(const hc_run_stream *stream);
int hc_run_stream_stand(hc_run_stream *stream, const hc_progress *progress, hc_error *error);

/** Between two stretches. Tells what the publisher has to say. @return 0, or -1 with `error` set. */
int hc_run_stream_tick(hc_run_stream *stream, hc_error *error);

/** After the last record. @return 0, or -1 with `error` set. */
int hc_run_stream_end(hc_run_stream *stream, hc_digest digest, bool is_complete, hc_error *error);

/** Waits for readers that are not done, says so, and closes. A stream that was not ended is broken off. */
void hc_run_stream_close(hc_run_stream *stream);

#endif
