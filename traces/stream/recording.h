#ifndef HC_TRACES_STREAM_RECORDING_H
#define HC_TRACES_STREAM_RECORDING_H

#include "sim/error.h"
#include "traces/run/run_reader.h"
#include "traces/stream/reader.h"

#include <stdbool.h>
#include <stddef.h>

/** A file of what a reader hands out: a run file (traces/run/run_file.h) of the tables that are streamed, each with its rows
 *  in the order in which they came (those of one rank in their own order), and of the names of partitions. What is not
 *  streamed is empty. It is written as a run file is: FILE.rank0000 first, committed once a second, so that `hindcast
 *  recover FILE` saves what was recorded when the process was killed; memory is bounded, whatever the length.
 *
 *  Attributes beside those of a run file: `recorded_from` (the endpoint; a run's own file has none), `stream_digest`
 *  (hexadecimal, one for each rank in their order, as published), `stream_complete` (1: every row is there, and the digests
 *  are right), `lost_rows`. run_id, name, policy and clock are those of the run; `complete` is 1 when the stream is complete
 *  and the run came to its end. */
typedef struct hc_recording hc_recording;

typedef struct hc_recording_options {
    const char *path;
    const char *endpoint; /**< for the attribute */
    const char *version;  /**< of this program, likewise git_commit and command_line */
    const char *git_commit;
    const char *command_line;
    bool is_forced; /**< replaces a file of that name */
} hc_recording_options;

/** Checks that the file may be written; it is made when the first hello comes.
 *  @return 0 and a recording that the caller destroys, or -1 with `error` set (HC_ERROR_USAGE, HC_ERROR_OUTPUT). */
int hc_recording_create(hc_recording **out, const hc_recording_options *options, hc_error *error);

/** Takes an item. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT): nothing can be added any more; what was committed
 *  is safe. */
int hc_recording_take(hc_recording *recording, const hc_stream_item *item, hc_error *error);

/** Gives the file its name. Without HC_STREAM_END before, it says that it is not complete; without a hello there is none.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_recording_finish(hc_recording *recording, hc_error *error);

/** For who needs the jobs of a run: a recording has none, however complete it is.
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME) when that file is one. */
int hc_recording_refuse(const hc_run_reader *reader, hc_error *error);

/** Accepts NULL. What was not finished stays for hc_recover. */
void hc_recording_destroy(hc_recording *recording);

#endif
