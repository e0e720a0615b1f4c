#ifndef HC_TRACES_STREAM_FRAMES_H
#define HC_TRACES_STREAM_FRAMES_H

#include "traces/run/records.h"
#include "traces/stream/parcel.h"
#include "traces/stream/stream_tables.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Messages of a stream, as they travel: three frames, [topic][header][payload], header and payload msgpack maps.
 *
 *  Header: run (text), rank, seq (number of the first row, or of the next one), count (rows; 0 of control messages),
 *  schema (version).
 *  Payload of rows as columns: v 1, t the table, n rows, cols: name -> bin, little-endian; "seq" and the columns of the
 *  run file's table. As maps: one row to a message, {seq, time_ns, type, job, ...}, topic "job.start"; what is missing
 *  is nil. */

typedef enum hc_stream_format { HC_STREAM_COLUMNS = 0, HC_STREAM_MAP } hc_stream_format;

/** A message on its way out; reused, so that nothing is allocated in the long run. */
typedef struct hc_frames {
    char topic[48];
    msgpack_sbuffer header;
    msgpack_sbuffer payload;
    unsigned char column[(size_t)HC_BATCH_ROWS * 8];
} hc_frames;

void hc_frames_open(hc_frames *frames);
void hc_frames_close(hc_frames *frames);

/** What a header says. */
typedef struct hc_frame_header {
    const char *run;
    uint32_t rank;
    uint64_t seq;
    uint32_t count;
} hc_frame_header;

/** Rows [from, from + count) of a parcel as columns. @return 0, or -1 when memory is short, as all below. */
int hc_frames_columns(hc_frames *frames, const char *run, const hc_parcel *parcel, uint32_t from,
                      uint32_t count);

/** One row of a parcel as a map. */
int hc_frames_map(hc_frames *frames, const char *run, const hc_parcel *parcel, uint32_t index);

/** Begins a control message: topic and header; its payload is the caller's. */
int hc_frames_control(hc_frames *frames, const char *topic, const hc_frame_header *header);

/** Type of a column as NumPy writes it: "<i8". Static. */
const char *hc_column_dtype(const hc_row_field *field);

#endif
