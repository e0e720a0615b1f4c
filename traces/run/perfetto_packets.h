#ifndef HC_TRACES_PERFETTO_PACKETS_H
#define HC_TRACES_PERFETTO_PACKETS_H

#include "sim/error.h"
#include "traces/run/protobuf_writer.h"

#include <stdint.h>
#include <stdio.h>

/** Packets of a Perfetto trace (https://perfetto.dev), written one after the other: tracks, slices and counters on
 *  them, and what is noted beside a slice. Times are nanoseconds, not negative.
 *
 *  Readers sort packets by time and those of one time by their place in the file (Perfetto's trace_sorter.h): on each
 *  track, slices that touch must be written in their order. Tracks are written before what is on them. */
typedef struct hc_perfetto {
    FILE *out;
    const char *shown; /**< what messages call it */
    hc_protobuf packet;
    size_t event; /**< begin of the slice that is being written */
} hc_perfetto;

/** What may be noted beside a slice: names are written once. */
typedef enum hc_perfetto_note {
    HC_NOTE_USER = 0,
    HC_NOTE_GROUP,
    HC_NOTE_GPUS,
    HC_NOTE_NODES,
    HC_NOTE_DEVICES,
    HC_NOTE_ATTEMPT,
    HC_NOTE_ENDED,
    HC_NOTE_SUBMIT,
    HC_NOTE_WAIT,
    HC_NOTE_RESTART,
    HC_NOTE_LOST,
    HC_NOTE_COUNT,
} hc_perfetto_note;

/** Names of the notes: "user", ..., "submit_ns". */
extern const char *const hc_perfetto_note_names[HC_NOTE_COUNT];

typedef enum hc_perfetto_kind {
    HC_PERFETTO_GROUP = 0, /**< holds other tracks, in the order of their rank */
    HC_PERFETTO_SLICES,    /**< those of one name and parent are shown as one */
    HC_PERFETTO_COUNTER,
} hc_perfetto_kind;

typedef struct hc_perfetto_track {
    uint64_t id;     /**< > 0, unique */
    uint64_t parent; /**< 0: none */
    hc_perfetto_kind kind;
    uint32_t rank; /**< among the children of its parent */
    const char *name;
    const char *unit; /**< of a counter */
} hc_perfetto_track;

/** Starts a trace: allocates, and writes the packet that the others need. @return 0, or -1 with `error` set. */
int hc_perfetto_begin(hc_perfetto *p, FILE *out, const char *shown, hc_error *error);
/** Flushes; `out` stays open. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_perfetto_end(hc_perfetto *p, hc_error *error);
void hc_perfetto_release(hc_perfetto *p);

/* Each of the following returns 0, or -1 with `error` set (HC_ERROR_OUTPUT). */

int hc_perfetto_put_track(hc_perfetto *p, const hc_perfetto_track *track, hc_error *error);

/** Says that `time` of the trace is so many ns after 1970-01-01. */
int hc_perfetto_put_date(hc_perfetto *p, uint64_t time, uint64_t unix_time, hc_error *error);

/** A counter's value from `time` on, in thousandths. */
int hc_perfetto_put_counter(hc_perfetto *p, uint64_t track, uint64_t time, uint64_t value_milli,
                            hc_error *error);

/** Opens a slice; notes may follow until it is put. One that is never ended is shown to the end of the trace.
 *  @param correlation  slices of one number belong together; 0: none */
void hc_perfetto_begin_slice(hc_perfetto *p, uint64_t track, uint64_t time, const char *name,
                             uint64_t correlation);
void hc_perfetto_note_text(hc_perfetto *p, hc_perfetto_note note, const char *text);
void hc_perfetto_note_number(hc_perfetto *p, hc_perfetto_note note, int64_t number);
void hc_perfetto_note_milli(hc_perfetto *p, hc_perfetto_note note, uint64_t value_milli);
/** A note of any other name. */
void hc_perfetto_note_named(hc_perfetto *p, const char *name, const char *text);
int hc_perfetto_put_slice(hc_perfetto *p, hc_error *error);

/** Ends the slice that is open on the track. */
int hc_perfetto_put_slice_end(hc_perfetto *p, uint64_t track, uint64_t time, hc_error *error);

#endif
