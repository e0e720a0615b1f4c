#ifndef HC_TRACES_RUN_PUBLISH_H
#define HC_TRACES_RUN_PUBLISH_H

#include "sim/engine/digest.h"
#include "sim/error.h"
#include "traces/run/provenance.h"
#include "traces/run/run_past.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The last step of a run: from the private files of all its ranks to NAME. */

/** How a run came to its end. */
typedef struct hc_run_totals {
    hc_digest digest;
    uint64_t executed_events;  /**< attribute `executed_events` */
    bool is_complete;          /**< false: stopped on request; NAME is written, with complete = 0 */
    const char *note;          /**< why it is not complete, for people; may be NULL */
    const hc_text_item *items; /**< further attributes */
    size_t item_count;
} hc_run_totals;

/** The files of a run, all closed. Borrowed. */
typedef struct hc_run_closed {
    const char *path; /**< NAME */
    bool may_replace;
    uint32_t generation;
    uint32_t rank_count;
    const hc_run_past *past;
} hc_run_closed;

/** Makes NAME and removes the private files.
 *  @param in_parts  every rank has written its part of NAME
 *  @return 0, or -1 with `error` set; the private files are still there when NAME has not got its name. */
int hc_run_publish(const hc_run_closed *run, const hc_run_totals *totals, bool in_parts,
                   hc_error *error);

/** Writes the part of a rank. @return 0, or -1 with `error` set. */
int hc_run_publish_part(const hc_run_closed *run, uint32_t rank, hc_error *error);

#endif
