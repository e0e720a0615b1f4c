#ifndef HC_TRACES_PROVENANCE_H
#define HC_TRACES_PROVENANCE_H

#include "sim/engine/time.h"
#include "traces/job_trace.h"

#include <stddef.h>
#include <stdint.h>

/** Where a run comes from: what the file's own attributes tell. */

/** One more attribute; the key is not one of those below. */
typedef struct hc_text_item {
    const char *key;
    const char *text;
} hc_text_item;

/** All text is borrowed for the call; NULL is written as "". */
typedef struct hc_provenance {
    const char *name;    /**< of the run */
    const char *version; /**< of this program */
    const char *git_commit;
    const char *scenario; /**< whole resolved text */
    const char *command_line;
    const char *policy;
    const char *variant; /**< the settings behind its name */
    const char *placement;
    const char *pass;     /**< when scheduling passes happen: instant or event */
    const char *estimate; /**< where the scheduler's run times come from */
    uint64_t seed;
    uint32_t rank_count;
    hc_time begin;        /**< first instant of the simulation */
    hc_time measure_from; /**< metrics count from here: begin and the warm-up */
    hc_trace_clock clock; /**< of the times in all tables */
    int64_t unix_zero_seconds;
    const char *zone; /**< as the input names it */
    const hc_text_item *items;
    size_t item_count;
} hc_provenance;

/** What identifies a run: the same in the files of all its ranks and in the final one. Plain bytes, which may be
 *  sent to another process of this program. */
typedef struct hc_run_identity {
    char created[24]; /**< ISO 8601, UTC: "2026-03-07T12:00:00Z" */
    char run_id[33];  /**< 128 random bits */
    char host[256];
    uint32_t generation; /**< how often it was taken up again: part of the names of private files */
} hc_run_identity;

enum {
    HC_RANK_LIMIT = 1 << 20,       /**< ranks of a run */
    HC_GENERATION_LIMIT = 1 << 20, /**< generations of a run */
};

#define HC_RUN_FORMAT "hindcast run"
#define HC_RUN_FORMAT_VERSION "1.0" /* readers accept the same number before the point */

/** A new identity: now, here, never seen before. */
hc_run_identity hc_run_identity_make(void);

/** The present time as in `created`. */
void hc_format_now(char out[24]);

/** "unknown zero", "unix zero" or "civil". */
const char *hc_clock_name(hc_trace_clock clock);

#endif
