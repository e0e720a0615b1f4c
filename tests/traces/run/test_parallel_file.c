#include "tests/testing.h"
#include "tests/traces/run/made_ranks.h"
#include "tests/traces/run/run_check.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/order_log.h"
#include "traces/run/recover.h"
#include "traces/run/run_reader.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEED = 5, EVENTS = 3000 };

static hc_scratch scratch;
static hc_run_rows_contents prepared;
static hc_made_ranks ranks;

static const char *path_of(const char *name)
{
    return hc_scratch_file(&scratch, name);
}

static void begin(const char *name, uint32_t count, uint64_t deal, const hc_run_mark *marks,
                  size_t mark_count)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_file_options options = {.path = path_of(name),
                                         .events = HC_EVENTS_JOBS,
                                         .marks = marks,
                                         .mark_count = mark_count,
                                         .provenance = &prepared.provenance};
    CU_ASSERT_EQUAL_FATAL(
        hc_made_ranks_begin(&ranks, count, SEED, deal, &options, &prepared.contents, &error), 0);
}

static void send(uint32_t first, uint32_t end)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_send(&ranks, first, end, &error), 0);
}

static void close_all(void)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_send_end(&ranks, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_close(&ranks, &error), 0);
}

static void finish(bool in_parts)
{
    hc_error error = HC_ERROR_NONE;
    close_all();
    CU_ASSERT_EQUAL(hc_made_ranks_finish(&ranks, in_parts, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_made_ranks_destroy(&ranks);
}

/* Stops as a process does that is killed long after its last mark: rows behind it are there. */
static void stop(hc_run_mark *marks, uint32_t next, uint32_t further)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_made_ranks_mark(&ranks, marks, &error), 0);
    send(next, next + further);
    hc_made_ranks_destroy(&ranks);
}

static void set_up(void)
{
    hc_error error = HC_ERROR_NONE;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, EVENTS, &error), 0);
    begin("one.h5", 1, 0, NULL, 0);
    send(0, EVENTS);
    finish(false);
}

static void tear_down(void)
{
    hc_run_rows_release(&prepared);
    hc_scratch_remove(&scratch);
}

static void the_tables_are_those_of_one_rank(void)
{
    set_up();
    for (uint32_t i = 0; i < 8; i++) {
        begin("many.h5", 1 + (i + 1) % 5, i, NULL, 0);
        send(0, EVENTS);
        finish(i % 2 == 1);
        CU_ASSERT(hc_tables_agree(path_of("many.h5"), path_of("one.h5"), false));
        CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
        CU_ASSERT_EQUAL(unlink(path_of("many.h5")), 0);
    }
    tear_down();
}

/* Tables of many chunks: parts of a merge meet in the middle of each. */
static void parts_of_a_merge_make_the_same_tables(void)
{
    enum { MANY = 40000 };
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, 0, &error), 0);
    begin("merged.h5", 3, 1, NULL, 0);
    send(0, MANY);
    finish(false);
    begin("parts.h5", 5, 2, NULL, 0);
    send(0, MANY);
    finish(true);
    CU_ASSERT(hc_tables_agree(path_of("parts.h5"), path_of("merged.h5"), false));
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path_of("parts.h5"), &error), 0);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), MANY);
    CU_ASSERT_EQUAL(hc_run_check(reader, SEED, HC_EVENTS_JOBS, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_run_reader_close(reader);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    tear_down();
}

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

/* Four generations, each on a number of ranks of its own, with a file of one rank among them now and then. */
static void a_run_that_is_taken_up_again_has_the_same_tables(void)
{
    uint64_t state = 1;
    set_up();
    for (int i = 0; i < 4; i++) {
        hc_run_mark marks[HC_MADE_RANK_LIMIT];
        uint32_t event = 0;
        size_t mark_count = 0;
        for (int generation = 0; generation < 3; generation++) {
            uint32_t next = event + (uint32_t)draw(&state, EVENTS / 3);
            begin("many.h5", 1 + (uint32_t)draw(&state, 4), draw(&state, 1000), marks, mark_count);
            send(event, next);
            mark_count = ranks.count;
            stop(marks, next, (uint32_t)draw(&state, 300));
            event = next;
        }
        begin("many.h5", 1 + (uint32_t)draw(&state, 4), draw(&state, 1000), marks, mark_count);
        send(event, EVENTS);
        finish(i % 2 == 1);
        CU_ASSERT(hc_tables_agree(path_of("many.h5"), path_of("one.h5"), false));
        CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
        CU_ASSERT_EQUAL(unlink(path_of("many.h5")), 0);
    }
    tear_down();
}

static void check_recovered(uint32_t event_count)
{
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    CU_ASSERT_EQUAL(hc_recover(path_of("many.h5"), &recovery, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], event_count);
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        CU_ASSERT_EQUAL(recovery.lost_rows[table], 0);
    }
    CU_ASSERT(hc_tables_agree(path_of("many.h5"), path_of("one.h5"), true));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    CU_ASSERT_EQUAL(unlink(path_of("many.h5")), 0);
}

static void what_is_left_of_several_ranks_is_recovered_in_order(void)
{
    set_up();
    begin("many.h5", 4, 3, NULL, 0);
    send(0, 1234);
    hc_made_ranks_destroy(&ranks);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 5);
    check_recovered(1234);
    tear_down();
}

static void no_row_is_recovered_twice(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    set_up();
    begin("many.h5", 3, 1, NULL, 0);
    send(0, 1000);
    stop(marks, 1000, 500);
    begin("many.h5", 2, 2, marks, 3);
    send(1000, 1700);
    stop(marks, 1700, 100);
    begin("many.h5", 4, 3, marks, 2);
    send(1700, 2100);
    hc_made_ranks_destroy(&ranks);
    check_recovered(2100);
    tear_down();
}

/* What came behind the mark would be written again, but nothing was. */
static void a_generation_without_rows_cuts_nothing(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    set_up();
    begin("many.h5", 3, 1, NULL, 0);
    send(0, 600);
    stop(marks, 600, 300);
    begin("many.h5", 2, 2, marks, 3);
    hc_made_ranks_destroy(&ranks);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1 + 3 + 2);
    check_recovered(900);
    tear_down();
}

/* The same moment is gone on from twice: what the first attempt wrote does not count. */
static void a_moment_can_be_gone_on_from_again(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    set_up();
    begin("many.h5", 2, 1, NULL, 0);
    send(0, 700);
    stop(marks, 700, 10);
    begin("many.h5", 3, 2, marks, 2);
    send(700, 900);
    hc_made_ranks_destroy(&ranks);
    begin("many.h5", 1, 0, marks, 2);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1 + 2 + 1);
    send(700, EVENTS);
    finish(false);
    CU_ASSERT(hc_tables_agree(path_of("many.h5"), path_of("one.h5"), false));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    tear_down();
}

/* Rank 0 died while it made its file, the others did not get that far. */
static void a_rank_that_has_not_begun_lacks_nothing(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    hc_run_file *file = NULL;
    hc_run_file_options options = {.rank_count = 2, .provenance = &prepared.provenance};
    set_up();
    options.path = path_of("many.h5");
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL(link(path_of("many.h5.rank0000"), path_of("aside")), 0);
    options.identity = hc_run_file_identity(file);
    options.rank = 1;
    ranks = (hc_made_ranks){.count = 1, .seed = SEED};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&ranks.files[0], &options, &error), 0);
    CU_ASSERT_EQUAL(hc_run_file_begin(ranks.files[0], &prepared.contents, &error), 0);
    send(0, 50);
    hc_made_ranks_destroy(&ranks);
    hc_run_file_destroy(file);
    CU_ASSERT_EQUAL(rename(path_of("aside"), path_of("many.h5.rank0000")), 0);
    CU_ASSERT_EQUAL(hc_recover(path_of("many.h5"), &recovery, &error), 0);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 50);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_NODES], HC_RUN_ROWS_NODES);
    tear_down();
}

static void force_discards_the_files_of_all_ranks(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    hc_run_file *file = NULL;
    hc_run_file_options options = {.provenance = &prepared.provenance};
    set_up();
    begin("many.h5", 4, 1, NULL, 0);
    stop(marks, 0, 100);
    begin("many.h5", 2, 1, marks, 4);
    hc_made_ranks_destroy(&ranks);
    CU_ASSERT_EQUAL(unlink(path_of("many.h5.rank0000")), 0);
    options.path = path_of("many.h5");
    CU_ASSERT_EQUAL(hc_run_file_create(&file, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "an interrupted run left"));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1 + 3 + 2);
    options.is_forced = true;
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    CU_ASSERT(hc_file_exists(path_of("many.h5.rank0000")));
    hc_run_file_destroy(file);
    tear_down();
}

/* Marks that are not those of what is there. */

static void expect_refusal(const hc_run_mark *marks, size_t count, hc_error_kind kind,
                           const char *message)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    const hc_run_file_options options = {.path = path_of("many.h5"),
                                         .marks = marks,
                                         .mark_count = count,
                                         .provenance = &prepared.provenance};
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
    set_up();
    begin("many.h5", 3, 1, NULL, 0);
    send(0, 500);
    stop(marks, 500, 0);
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
    CU_ASSERT_EQUAL(unlink(path_of("many.h5.rank0001")), 0);
    expect_refusal(marks, 3, HC_ERROR_RUNTIME, "rank0001: cannot open");
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 3);
    tear_down();
}

/* Somebody else's file bears a name that a later generation would have. */
static void files_of_another_run_are_not_removed(void)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    set_up();
    begin("many.h5", 2, 1, NULL, 0);
    hc_made_ranks_destroy(&ranks);
    CU_ASSERT_EQUAL(rename(path_of("many.h5.rank0001"), path_of("aside")), 0);
    CU_ASSERT_EQUAL(unlink(path_of("many.h5.rank0000")), 0);
    begin("many.h5", 2, 1, NULL, 0);
    stop(marks, 0, 0);
    CU_ASSERT_EQUAL(rename(path_of("aside"), path_of("many.h5.rank0007.g4")), 0);
    expect_refusal(marks, 2, HC_ERROR_USAGE, "rank0007.g4: is the file of another run");
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 4);
    tear_down();
}

/* A rank could not write its part: the first one merges alone. */
static void a_part_that_is_missing_costs_nothing(void)
{
    hc_error error = HC_ERROR_NONE;
    set_up();
    begin("many.h5", 3, 1, NULL, 0);
    send(0, EVENTS);
    close_all();
    CU_ASSERT_EQUAL(hc_run_file_write_part(ranks.files[0], &error), 0);
    CU_ASSERT_EQUAL(hc_run_file_write_part(ranks.files[2], &error), 0);
    CU_ASSERT_EQUAL(hc_made_ranks_finish(&ranks, false, &error), 0);
    hc_made_ranks_destroy(&ranks);
    CU_ASSERT(hc_tables_agree(path_of("many.h5"), path_of("one.h5"), false));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    tear_down();
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

/* Logs of the order that somebody has tampered with. */

typedef void tamper(hid_t dataset, hc_order_row *rows, hsize_t *count);

static void ask_for_a_row_more(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset;
    rows[*count - 1].rows[HC_TABLE_JOBS]++;
}

static void ask_for_all_rows_there_are(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset, (void)count;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        rows[3].rows[table] = UINT32_MAX;
    }
}

static void swap_two(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    hc_order_row first = rows[10];
    (void)dataset, (void)count;
    rows[10] = rows[90];
    rows[90] = first;
}

static void empty_one(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)dataset, (void)count;
    memset(rows[20].rows, 0, sizeof rows[20].rows);
}

static void end_early(hid_t dataset, hc_order_row *rows, hsize_t *count)
{
    (void)rows;
    *count /= 2;
    CU_ASSERT(H5Dset_extent(dataset, count) >= 0);
}

static hid_t order_type(void)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(hc_order_row));
    for (size_t i = 0; i < hc_order_table.field_count; i++) {
        const hc_row_field *field = &hc_order_table.fields[i];
        hid_t member = field->type == HC_ROW_FIELD_INT64    ? H5T_STD_I64LE
                       : field->type == HC_ROW_FIELD_UINT64 ? H5T_STD_U64LE
                                                            : H5T_STD_U32LE;
        CU_ASSERT(H5Tinsert(type, field->name, field->offset, member) >= 0);
    }
    return type;
}

static void tamper_with(const char *path, tamper *change)
{
    hid_t access = hc_hdf5_access(H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
    hid_t dataset = H5Dopen2(file, "order", H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    hid_t type = order_type();
    hc_order_row *rows = NULL;
    hsize_t count = 0;
    CU_ASSERT_FATAL(dataset >= 0);
    (void)H5Sget_simple_extent_dims(space, &count, NULL);
    rows = calloc(count, sizeof *rows);
    if (rows == NULL || count <= 100) {
        CU_FAIL_FATAL("the order of too few events");
        return;
    }
    CU_ASSERT(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    change(dataset, rows, &count);
    CU_ASSERT(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    free(rows);
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    (void)H5Pclose(access);
}

static void an_order_that_cannot_be_is_refused(void)
{
    static const struct {
        tamper *change;
        const char *message;
    } CASES[] = {
        {ask_for_a_row_more, "expected no more rows of any table than there are"},
        {ask_for_all_rows_there_are, "row 3: expected no more rows of any table than there are"},
        {swap_two, "expected none that comes before the one above it"},
        {empty_one, "row 20: expected rows of at least one table"},
        {end_early, "not all rows have their place"},
    };
    set_up();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_recovery recovery;
        begin("many.h5", 2, 1, NULL, 0);
        send(0, EVENTS);
        close_all();
        tamper_with(path_of("many.h5.rank0001"), CASES[i].change);
        CU_ASSERT_EQUAL(hc_made_ranks_finish(&ranks, false, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "many.h5.rank0001: table order"));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES[i].message));
        CU_ASSERT_FALSE(hc_file_exists(path_of("many.h5")));
        hc_made_ranks_destroy(&ranks);
        /* All rows can be saved all the same. */
        error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_recover(path_of("many.h5"), &recovery, &error), 0);
        CU_ASSERT_STRING_EQUAL(error.text, "");
        CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], EVENTS);
        CU_ASSERT_EQUAL(unlink(path_of("many.h5")), 0);
    }
    tear_down();
}

static const hc_test_case CASES[] = {
    {"the_tables_are_those_of_one_rank", the_tables_are_those_of_one_rank},
    {"parts_of_a_merge_make_the_same_tables", parts_of_a_merge_make_the_same_tables},
    {"a_run_that_is_taken_up_again_has_the_same_tables",
     a_run_that_is_taken_up_again_has_the_same_tables},
    {"what_is_left_of_several_ranks_is_recovered_in_order",
     what_is_left_of_several_ranks_is_recovered_in_order},
    {"no_row_is_recovered_twice", no_row_is_recovered_twice},
    {"a_generation_without_rows_cuts_nothing", a_generation_without_rows_cuts_nothing},
    {"a_moment_can_be_gone_on_from_again", a_moment_can_be_gone_on_from_again},
    {"a_rank_that_has_not_begun_lacks_nothing", a_rank_that_has_not_begun_lacks_nothing},
    {"force_discards_the_files_of_all_ranks", force_discards_the_files_of_all_ranks},
    {"marks_of_something_else_are_refused", marks_of_something_else_are_refused},
    {"files_of_another_run_are_not_removed", files_of_another_run_are_not_removed},
    {"a_part_that_is_missing_costs_nothing", a_part_that_is_missing_costs_nothing},
    {"a_mark_survives_storage", a_mark_survives_storage},
    {"an_order_that_cannot_be_is_refused", an_order_that_cannot_be_is_refused},
};

HC_TEST_MAIN("parallel_file", CASES)
