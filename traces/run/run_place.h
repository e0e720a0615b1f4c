#ifndef HC_TRACES_RUN_PLACE_H
#define HC_TRACES_RUN_PLACE_H

#include "sim/error.h"
#include "traces/run/run_mark.h"
#include "traces/run/run_past.h"
#include "traces/run/run_remains.h"

#include <stdbool.h>
#include <stddef.h>

/** Whether and where a run may write: what is there already, what of it the run goes on from, and what has to go.
 *  A plain struct of its owner's. */
typedef struct hc_run_place {
    hc_run_past past;    /**< what the run goes on from; empty for a new run */
    hc_remains obsolete; /**< what the first rank removes once it has its place */
} hc_run_place;

#define HC_RUN_PLACE_NONE ((hc_run_place){.past = {NULL, 0}})

/** What a run wants. Borrowed. */
typedef struct hc_run_wish {
    const char *path; /**< NAME */
    bool is_forced; /**< NAME is replaced; without marks, so is what interrupted runs left of it */
    const hc_run_mark *marks; /**< to be taken up again from there; none: a new run */
    size_t mark_count;
} hc_run_wish;

/** For the first rank of a run: looks at all files of that name.
 *  @param identity  [in, out] gets the run to go on with, if any, and the generation
 *  @return 0, or -1 with `error` set: HC_ERROR_USAGE with a message that says what to do. Release in any case. */
int hc_run_place_find(hc_run_place *out, const hc_run_wish *wish, hc_run_identity *identity,
                      hc_error *error);

/** For the other ranks, which the first one has let in. */
int hc_run_place_join(hc_run_place *out, const hc_run_wish *wish, hc_error *error);

/** Removes what has to go, but for the place of the run itself. @return 0, or -1 with `error` set. */
int hc_run_place_clear(const hc_run_place *place, const char *own_path, hc_error *error);

void hc_run_place_release(hc_run_place *place);

#endif
