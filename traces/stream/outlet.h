#ifndef HC_TRACES_STREAM_OUTLET_H
#define HC_TRACES_STREAM_OUTLET_H

#include "sim/error.h"
#include "traces/run/records.h"
#include "traces/stream/parcel.h"
#include "traces/stream/parcel_queue.h"
#include "traces/stream/rank_link.h"

#include <stdbool.h>
#include <stdint.h>

/** The side of a stream that the simulation sees: numbers the rows of a rank and hands them on in batches of up to
 *  HC_BATCH_ROWS, or when the first of them is 30 ms old. Cost: about 10 ns per row. One thread. */
typedef struct hc_outlet hc_outlet;

typedef struct hc_outlet_options {
    uint32_t rank;
    hc_parcel_queue *queue; /**< to the publisher of this process, borrowed; or */
    hc_rank_link *link;     /**< to the publisher of this node, borrowed */
    bool is_lossy;          /**< never waits: what finds no room is left out, with its numbers */
} hc_outlet_options;

int hc_outlet_create(hc_outlet **out, const hc_outlet_options *options, hc_error *error);
void hc_outlet_destroy(hc_outlet *outlet); /**< accepts NULL */

/** Adds a row. @return 0, or -1 with `error` set: the publisher has stopped. */
int hc_outlet_row(hc_outlet *outlet, hc_run_table table, const void *row, hc_error *error);

/** Hands on what is old enough; to be called now and then when no rows come. */
int hc_outlet_tick(hc_outlet *outlet, hc_error *error);

/** Says where the run stands, or that it has ended, after the rows so far. */
int hc_outlet_stand(hc_outlet *outlet, const hc_run_standing *standing, hc_error *error);
int hc_outlet_end(hc_outlet *outlet, const hc_run_conclusion *conclusion, hc_error *error);

#endif
