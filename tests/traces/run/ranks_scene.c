#include "tests/traces/run/ranks_scene.h"

#include "tests/testing.h"

#include <unistd.h>

const char *hc_scene_file(const hc_scene *scene, const char *name)
{
    return hc_scratch_file(&scene->scratch, name);
}

void hc_scene_begin(hc_scene *scene, const char *name, uint32_t count, uint64_t deal,
                    const hc_run_mark *marks, size_t mark_count)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_file_options options = {.path = hc_scene_file(scene, name),
                                         .events = HC_EVENTS_JOBS,
                                         .marks = marks,
                                         .mark_count = mark_count,
                                         .provenance = &scene->prepared.provenance};
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_begin(&scene->ranks, count, HC_SCENE_SEED, deal, &options,
                                              &scene->prepared.contents, &error),
                          0);
}

void hc_scene_send(hc_scene *scene, uint32_t first, uint32_t end)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_send(&scene->ranks, first, end, &error), 0);
}

void hc_scene_stop(hc_scene *scene, hc_run_mark *marks, uint32_t next, uint32_t further)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_mark(&scene->ranks, marks, &error), 0);
    hc_scene_send(scene, next, next + further);
    hc_made_ranks_destroy(&scene->ranks);
}

void hc_scene_end(hc_scene *scene)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_send_end(&scene->ranks, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_close(&scene->ranks, &error), 0);
}

void hc_scene_finish(hc_scene *scene, bool in_parts)
{
    hc_error error = HC_ERROR_NONE;
    hc_scene_end(scene);
    CU_ASSERT_EQUAL(hc_made_ranks_finish(&scene->ranks, in_parts, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_made_ranks_destroy(&scene->ranks);
}

/* @param may_lack  one.h5 may have more rows between them */
static void check_tables(const hc_scene *scene, bool may_lack)
{
    CU_ASSERT(
        hc_tables_agree(hc_scene_file(scene, "many.h5"), hc_scene_file(scene, "one.h5"), may_lack));
    CU_ASSERT_EQUAL(hc_scratch_count(&scene->scratch), 2);
    CU_ASSERT_EQUAL(unlink(hc_scene_file(scene, "many.h5")), 0);
}

void hc_scene_finish_as_one(hc_scene *scene, bool in_parts)
{
    hc_scene_finish(scene, in_parts);
    check_tables(scene, false);
}

void hc_scene_make_empty(hc_scene *scene, uint64_t job_count)
{
    hc_error error = HC_ERROR_NONE;
    *scene = (hc_scene){.scratch = hc_scratch_make()};
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&scene->prepared, job_count, &error), 0);
}

void hc_scene_make(hc_scene *scene)
{
    hc_scene_make_empty(scene, HC_SCENE_EVENTS);
    hc_scene_begin(scene, "one.h5", 1, 0, NULL, 0);
    hc_scene_send(scene, 0, HC_SCENE_EVENTS);
    hc_scene_finish(scene, false);
}

void hc_scene_remove(hc_scene *scene)
{
    hc_run_rows_release(&scene->prepared);
    hc_scratch_remove(&scene->scratch);
}

void hc_scene_check_recovered(const hc_scene *scene, uint32_t event_count)
{
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    CU_ASSERT_EQUAL(hc_recover(hc_scene_file(scene, "many.h5"), &recovery, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], event_count);
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        CU_ASSERT_EQUAL(recovery.lost_rows[table], 0);
    }
    check_tables(scene, true);
}
