#ifndef HC_TRACES_STREAM_PARCEL_H
#define HC_TRACES_STREAM_PARCEL_H

#include "sim/engine/time.h"
#include "traces/run/records.h"
#include "traces/stream/stream_tables.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a rank hands to the publisher of its node: rows, where it stands, or that it has ended. Fixed in size; between
 *  processes of one node it travels as its first hc_parcel_bytes. */

typedef enum hc_parcel_kind { HC_PARCEL_ROWS = 1, HC_PARCEL_STATE, HC_PARCEL_END } hc_parcel_kind;

/** Where the run stands. */
typedef struct hc_run_standing {
    hc_time begin;
    hc_time now;         /**< simulated; HC_TIME_MISSING before the first event */
    hc_time last_submit; /**< HC_TIME_MISSING: not known */
    uint64_t simulated_events;
    uint64_t submitted; /**< jobs */
    uint64_t waiting;
    uint64_t running;
    uint64_t completed;
    uint64_t rejected;
} hc_run_standing;

/** How the run ended for a rank. */
typedef struct hc_run_conclusion {
    char run_digest[24]; /**< as its report prints it; "" when the run was broken off */
    bool is_complete;    /**< the run came to its end */
} hc_run_conclusion;

typedef struct hc_parcel {
    uint32_t kind; /**< hc_parcel_kind */
    uint32_t rank;
    uint32_t table; /**< of rows: hc_run_table */
    uint32_t count; /**< rows */
    uint64_t first; /**< number of the first row; else of the next one */
    union {
        alignas(8) unsigned char rows[(size_t)HC_BATCH_ROWS * HC_STREAM_ROW_BYTES];
        hc_run_standing standing;
        hc_run_conclusion conclusion;
    } content;
} hc_parcel;

/** Bytes of it that mean something. */
size_t hc_parcel_bytes(const hc_parcel *parcel);

/** Whether the members before the content are those of a parcel of so many bytes. */
bool hc_parcel_has_sound_head(const hc_parcel *parcel, size_t bytes);

/** Whether bytes that came from another process are a parcel: numbers that do not overflow, names that there are, texts
 *  that end. */
bool hc_parcel_is_sound(const hc_parcel *parcel, size_t bytes);

#endif
