#include "tests/testing.h"
#include "tests/traces/run/ranks_scene.h"
#include "tests/traces/run/run_check.h"
#include "traces/run/run_reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static hc_scene scene;

static void the_tables_are_those_of_one_rank(void)
{
    hc_scene_make(&scene);
    for (uint32_t i = 0; i < 8; i++) {
        hc_scene_begin(&scene, "many.h5", 1 + (i + 1) % 5, i, NULL, 0);
        hc_scene_send(&scene, 0, HC_SCENE_EVENTS);
        hc_scene_finish_as_one(&scene, i % 2 == 1);
    }
    hc_scene_remove(&scene);
}

/* Tables of many chunks: parts of a merge meet in the middle of each. */
static void parts_of_a_merge_make_the_same_tables(void)
{
    enum { MANY = 40000 };
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hc_scene_make_empty(&scene, 0);
    hc_scene_begin(&scene, "merged.h5", 3, 1, NULL, 0);
    hc_scene_send(&scene, 0, MANY);
    hc_scene_finish(&scene, false);
    hc_scene_begin(&scene, "parts.h5", 5, 2, NULL, 0);
    hc_scene_send(&scene, 0, MANY);
    hc_scene_finish(&scene, true);
    CU_ASSERT(hc_tables_agree(hc_scene_file(&scene, "parts.h5"), hc_scene_file(&scene, "merged.h5"),
                              false));
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, hc_scene_file(&scene, "parts.h5"), &error),
                          0);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), MANY);
    CU_ASSERT_EQUAL(hc_run_check(reader, HC_SCENE_SEED, HC_EVENTS_JOBS, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_run_reader_close(reader);
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 2);
    hc_scene_remove(&scene);
}

/* A rank could not write its part: the first one merges alone. */
static void a_part_that_is_missing_costs_nothing(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 3, 1, NULL, 0);
    hc_scene_send(&scene, 0, HC_SCENE_EVENTS);
    hc_scene_end(&scene);
    CU_ASSERT_EQUAL(hc_run_file_write_part(scene.ranks.files[0], &error), 0);
    CU_ASSERT_EQUAL(hc_run_file_write_part(scene.ranks.files[2], &error), 0);
    CU_ASSERT_EQUAL(hc_made_ranks_finish(&scene.ranks, false, &error), 0);
    hc_made_ranks_destroy(&scene.ranks);
    CU_ASSERT(
        hc_tables_agree(hc_scene_file(&scene, "many.h5"), hc_scene_file(&scene, "one.h5"), false));
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 2);
    hc_scene_remove(&scene);
}

static void what_is_left_of_several_ranks_is_recovered_in_order(void)
{
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 4, 3, NULL, 0);
    hc_scene_send(&scene, 0, 1234);
    hc_made_ranks_destroy(&scene.ranks);
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 5);
    hc_scene_check_recovered(&scene, 1234);
    hc_scene_remove(&scene);
}

/* Rank 0 died while it made its file, the others did not get that far. */
static void a_rank_that_has_not_begun_lacks_nothing(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    hc_run_file *file = NULL;
    hc_run_file_options options = {.rank_count = 2, .provenance = &scene.prepared.provenance};
    hc_scene_make(&scene);
    options.path = hc_scene_file(&scene, "many.h5");
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL(link(hc_scene_file(&scene, "many.h5.rank0000"), hc_scene_file(&scene, "aside")),
                    0);
    options.identity = hc_run_file_identity(file);
    options.rank = 1;
    scene.ranks = (hc_made_ranks){.count = 1, .seed = HC_SCENE_SEED};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&scene.ranks.files[0], &options, &error), 0);
    CU_ASSERT_EQUAL(hc_run_file_begin(scene.ranks.files[0], &scene.prepared.contents, &error), 0);
    hc_scene_send(&scene, 0, 50);
    hc_made_ranks_destroy(&scene.ranks);
    hc_run_file_destroy(file);
    CU_ASSERT_EQUAL(
        rename(hc_scene_file(&scene, "aside"), hc_scene_file(&scene, "many.h5.rank0000")), 0);
    CU_ASSERT_EQUAL(hc_recover(hc_scene_file(&scene, "many.h5"), &recovery, &error), 0);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 50);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_NODES], HC_RUN_ROWS_NODES);
    hc_scene_remove(&scene);
}

static void force_discards_the_files_of_all_ranks(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_run_file *file = NULL;
    hc_run_file_options options = {.provenance = &scene.prepared.provenance};
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 4, 1, NULL, 0);
    hc_scene_stop(&scene, marks, 0, 100);
    hc_scene_begin(&scene, "many.h5", 2, 1, marks, 4);
    hc_made_ranks_destroy(&scene.ranks);
    CU_ASSERT_EQUAL(unlink(hc_scene_file(&scene, "many.h5.rank0000")), 0);
    options.path = hc_scene_file(&scene, "many.h5");
    CU_ASSERT_EQUAL(hc_run_file_create(&file, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "an interrupted run left"));
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 1 + 3 + 2);
    options.is_forced = true;
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 2);
    CU_ASSERT(hc_file_exists(hc_scene_file(&scene, "many.h5.rank0000")));
    hc_run_file_destroy(file);
    hc_scene_remove(&scene);
}

static const hc_test_case CASES[] = {
    {"the_tables_are_those_of_one_rank", the_tables_are_those_of_one_rank},
    {"parts_of_a_merge_make_the_same_tables", parts_of_a_merge_make_the_same_tables},
    {"a_part_that_is_missing_costs_nothing", a_part_that_is_missing_costs_nothing},
    {"what_is_left_of_several_ranks_is_recovered_in_order",
     what_is_left_of_several_ranks_is_recovered_in_order},
    {"a_rank_that_has_not_begun_lacks_nothing", a_rank_that_has_not_begun_lacks_nothing},
    {"force_discards_the_files_of_all_ranks", force_discards_the_files_of_all_ranks},
};

HC_TEST_MAIN("parallel_file", CASES)
