/* A run that is taken up again: generations of files, and the marks that tie them together. */

#include "tests/testing.h"
#include "tests/traces/run/ranks_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static hc_scene scene;

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

/* Four generations, each on a number of ranks of its own, with a file of one rank among them now and then. */
static void a_run_that_is_taken_up_again_has_the_same_tables(void)
{
    uint64_t state = 1;
    hc_scene_make(&scene);
    for (int i = 0; i < 4; i++) {
        hc_run_mark marks[HC_MADE_RANK_LIMIT];
        uint32_t event = 0;
        size_t mark_count = 0;
        for (int generation = 0; generation < 3; generation++) {
            uint32_t next = event + (uint32_t)draw(&state, HC_SCENE_EVENTS / 3);
            hc_scene_begin(&scene, "many.h5", 1 + (uint32_t)draw(&state, 4), draw(&state, 1000),
                           marks, mark_count);
            hc_scene_send(&scene, event, next);
            mark_count = scene.ranks.count;
            hc_scene_stop(&scene, marks, next, (uint32_t)draw(&state, 300));
            event = next;
        }
        hc_scene_begin(&scene, "many.h5", 1 + (uint32_t)draw(&state, 4), draw(&state, 1000), marks,
                       mark_count);
        hc_scene_send(&scene, event, HC_SCENE_EVENTS);
        hc_scene_finish_as_one(&scene, i % 2 == 1);
    }
    hc_scene_remove(&scene);
}

static void no_row_is_recovered_twice(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 3, 1, NULL, 0);
    hc_scene_send(&scene, 0, 1000);
    hc_scene_stop(&scene, marks, 1000, 500);
    hc_scene_begin(&scene, "many.h5", 2, 2, marks, 3);
    hc_scene_send(&scene, 1000, 1700);
    hc_scene_stop(&scene, marks, 1700, 100);
    hc_scene_begin(&scene, "many.h5", 4, 3, marks, 2);
    hc_scene_send(&scene, 1700, 2100);
    hc_made_ranks_destroy(&scene.ranks);
    hc_scene_check_recovered(&scene, 2100);
    hc_scene_remove(&scene);
}

/* What came behind the mark would be written again, but nothing was. */
static void a_generation_without_rows_cuts_nothing(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 3, 1, NULL, 0);
    hc_scene_send(&scene, 0, 600);
    hc_scene_stop(&scene, marks, 600, 300);
    hc_scene_begin(&scene, "many.h5", 2, 2, marks, 3);
    hc_made_ranks_destroy(&scene.ranks);
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 1 + 3 + 2);
    hc_scene_check_recovered(&scene, 900);
    hc_scene_remove(&scene);
}

/* The same moment is gone on from twice: what the first attempt wrote does not count. */
static void a_moment_can_be_gone_on_from_again(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 2, 1, NULL, 0);
    hc_scene_send(&scene, 0, 700);
    hc_scene_stop(&scene, marks, 700, 10);
    hc_scene_begin(&scene, "many.h5", 3, 2, marks, 2);
    hc_scene_send(&scene, 700, 900);
    hc_made_ranks_destroy(&scene.ranks);
    hc_scene_begin(&scene, "many.h5", 1, 0, marks, 2);
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 1 + 2 + 1);
    hc_scene_send(&scene, 700, HC_SCENE_EVENTS);
    hc_scene_finish_as_one(&scene, false);
    hc_scene_remove(&scene);
}

/* Marks that are not those of what is there. */

static void expect_refusal(const hc_run_mark *marks, size_t count, hc_error_kind kind,
                           const char *message)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    const hc_run_file_options options = {.path = hc_scene_file(&scene, "many.h5"),
                                         .marks = marks,
                                         .mark_count = count,
                                         .provenance = &scene.prepared.provenance};
    CU_ASSERT_EQUAL(hc_run_file_create(&file, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, kind);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, message));
    if (strstr(error.text, message) == NULL) {
        printf("%s\n", error.text);
    }
    hc_run_file_destroy(file);
}

static void marks_of_something_else_are_refused(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_run_mark wrong[HC_MADE_RANK_LIMIT];
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 3, 1, NULL, 0);
    hc_scene_send(&scene, 0, 500);
    hc_scene_stop(&scene, marks, 500, 0);
    expect_refusal(marks, 2, HC_ERROR_USAGE, "expected one mark of each of 3 ranks, found 2");
    memcpy(wrong, marks, sizeof wrong);
    wrong[1] = wrong[0];
    expect_refusal(wrong, 3, HC_ERROR_USAGE, "one of rank 2 too many");
    memcpy(wrong, marks, sizeof wrong);
    wrong[1].identity.run_id[0] ^= 1;
    expect_refusal(wrong, 3, HC_ERROR_USAGE, "found those of several");
    for (int i = 0; i < 3; i++) {
        wrong[i].identity.run_id[0] = 'x';
    }
    expect_refusal(wrong, 3, HC_ERROR_RUNTIME, "rank0000: is the file of another run");
    memcpy(wrong, marks, sizeof wrong);
    wrong[0].rows[HC_TABLE_JOBS]++;
    expect_refusal(wrong, 3, HC_ERROR_RUNTIME, "rank0002: table jobs: expected the ");
    CU_ASSERT_EQUAL(unlink(hc_scene_file(&scene, "many.h5.rank0001")), 0);
    expect_refusal(marks, 3, HC_ERROR_RUNTIME, "rank0001: cannot open");
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 3);
    hc_scene_remove(&scene);
}

/* Somebody else's file bears a name that a later generation would have. */
static void files_of_another_run_are_not_removed(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_scene_make(&scene);
    hc_scene_begin(&scene, "many.h5", 2, 1, NULL, 0);
    hc_made_ranks_destroy(&scene.ranks);
    CU_ASSERT_EQUAL(
        rename(hc_scene_file(&scene, "many.h5.rank0001"), hc_scene_file(&scene, "aside")), 0);
    CU_ASSERT_EQUAL(unlink(hc_scene_file(&scene, "many.h5.rank0000")), 0);
    hc_scene_begin(&scene, "many.h5", 2, 1, NULL, 0);
    hc_scene_stop(&scene, marks, 0, 0);
    CU_ASSERT_EQUAL(
        rename(hc_scene_file(&scene, "aside"), hc_scene_file(&scene, "many.h5.rank0007.g4")), 0);
    expect_refusal(marks, 2, HC_ERROR_USAGE, "rank0007.g4: is the file of another run");
    CU_ASSERT_EQUAL(hc_scratch_count(&scene.scratch), 4);
    hc_scene_remove(&scene);
}

static void a_mark_survives_storage(void)
{
    hc_error error = HC_ERROR_NONE;
    uint8_t bytes[HC_RUN_MARK_BYTES];
    hc_run_mark mark = {.identity = hc_run_identity_make(), .rank = 3, .rank_count = 70000};
    hc_run_mark back;
    mark.identity.generation = 17;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        mark.rows[table] = UINT64_C(0x0102030405060708) * (uint64_t)(table + 1);
    }
    hc_run_mark_pack(&mark, bytes);
    CU_ASSERT_EQUAL(hc_run_mark_unpack(bytes, &back, &error), 0);
    CU_ASSERT_STRING_EQUAL(back.identity.run_id, mark.identity.run_id);
    CU_ASSERT_STRING_EQUAL(back.identity.created, mark.identity.created);
    CU_ASSERT_STRING_EQUAL(back.identity.host, mark.identity.host);
    CU_ASSERT_EQUAL(back.identity.generation, 17);
    CU_ASSERT_EQUAL(back.rank, 3);
    CU_ASSERT_EQUAL(back.rank_count, 70000);
    CU_ASSERT_EQUAL(memcmp(back.rows, mark.rows, sizeof mark.rows), 0);
    bytes[0] ^= 1;
    CU_ASSERT_EQUAL(hc_run_mark_unpack(bytes, &back, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "expected the mark of a run file"));
}

static const hc_test_case CASES[] = {
    {"a_run_that_is_taken_up_again_has_the_same_tables",
     a_run_that_is_taken_up_again_has_the_same_tables},
    {"no_row_is_recovered_twice", no_row_is_recovered_twice},
    {"a_generation_without_rows_cuts_nothing", a_generation_without_rows_cuts_nothing},
    {"a_moment_can_be_gone_on_from_again", a_moment_can_be_gone_on_from_again},
    {"marks_of_something_else_are_refused", marks_of_something_else_are_refused},
    {"files_of_another_run_are_not_removed", files_of_another_run_are_not_removed},
    {"a_mark_survives_storage", a_mark_survives_storage},
};

HC_TEST_MAIN("taken_up_file", CASES)
