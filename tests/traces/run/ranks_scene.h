#ifndef HC_TESTS_TRACES_RANKS_SCENE_H
#define HC_TESTS_TRACES_RANKS_SCENE_H

#include "tests/traces/run/made_ranks.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/recover.h"

/** A folder with the file of a run on one rank, one.h5, for tests that compare runs on several ranks with it. All
 *  assert that they succeed. */

enum { HC_SCENE_SEED = 5, HC_SCENE_EVENTS = 3000 };

typedef struct hc_scene {
    hc_scratch scratch;
    hc_run_rows_contents prepared;
    hc_made_ranks ranks; /**< of the run that is on */
} hc_scene;

/** Makes the folder and one.h5. */
void hc_scene_make(hc_scene *scene);

/** The folder alone. @param job_count  that the contents promise; 0: not known */
void hc_scene_make_empty(hc_scene *scene, uint64_t job_count);
void hc_scene_remove(hc_scene *scene);

/** Path of a file in the folder, valid until a few more calls. */
const char *hc_scene_file(const hc_scene *scene, const char *name);

/** Begins a run on `count` ranks. @param deal  decides which process lives on which rank
 *  @param marks  to go on from; NULL: from the begin */
void hc_scene_begin(hc_scene *scene, const char *name, uint32_t count, uint64_t deal,
                    const hc_run_mark *marks, size_t mark_count);

/** Events first .. end - 1. */
void hc_scene_send(hc_scene *scene, uint32_t first, uint32_t end);

/** Stops as a process does that is killed long after its last mark: rows behind it are there.
 *  @param marks  [out] of all ranks  @param next  event after the mark */
void hc_scene_stop(hc_scene *scene, hc_run_mark *marks, uint32_t next, uint32_t further);

/** All events have come: closes the files of all ranks. */
void hc_scene_end(hc_scene *scene);

/** The same, and makes the final file. @param in_parts  the merge is shared by all ranks */
void hc_scene_finish(hc_scene *scene, bool in_parts);

/** The same of many.h5: its tables are those of one.h5, and nothing else is there. Removes it. */
void hc_scene_finish_as_one(hc_scene *scene, bool in_parts);

/** What is left of many.h5 is recovered: so many events, no row lost, all in the order of one.h5. Removes it. */
void hc_scene_check_recovered(const hc_scene *scene, uint32_t event_count);

#endif
