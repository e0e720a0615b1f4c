#ifndef HC_TRACES_RUN_PAST_H
#define HC_TRACES_RUN_PAST_H

#include "sim/error.h"
#include "traces/run/chunk_codec.h"
#include "traces/run/run_mark.h"

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

/** A private file of an earlier generation of a run, and how much of it counts. */
typedef struct hc_earlier_file {
    uint32_t generation;
    uint32_t rank;
    uint64_t rows[HC_GROWING_TABLE_COUNT]; /**< by table: what stands behind them does not count */
} hc_earlier_file;

/** What a run that was taken up again goes on from: by generation, then by rank. Each private file of a later
 *  generation holds it, in a table `earlier`, so that hc_recover knows it as well. */
typedef struct hc_run_past {
    hc_earlier_file *files;
    size_t count;
} hc_run_past;

/** From the marks of the last generation, and what its files tell of those before it.
 *  @param marks  of all files of one generation
 *  @return 0, or -1 with `error` set: HC_ERROR_USAGE when these marks do not go together, HC_ERROR_RUNTIME when a
 *  file cannot be read. Release in any case. */
int hc_run_past_of_marks(hc_run_past *out, const char *final_path, const hc_run_mark *marks,
                         size_t mark_count, hc_error *error);
void hc_run_past_release(hc_run_past *past);

/** Whether all the files are there, are of this run, and hold the rows that count.
 *  Cost: opens each file. @return 0, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_run_past_check(const hc_run_past *past, const char *final_path, const char *run_id,
                      hc_error *error);

/** Writes the table; none when there is no past. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_past_write(const hc_run_past *past, hid_t file, hc_chunk_codec *codec, const char *path,
                      hc_error *error);

/** Reads the table of a private file; a file without it has no past.
 *  @param generation  of that file; @param path  what messages call it
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME). Release in any case. */
int hc_run_past_read(hc_run_past *out, hid_t file, uint32_t generation, const char *path,
                     hc_error *error);

#endif
