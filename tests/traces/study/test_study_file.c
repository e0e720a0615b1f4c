#include "traces/study/study_file.h"

#include "tests/testing.h"
#include "tests/traces/run/damage.h"
#include "tests/traces/run/scratch.h"
#include "tests/traces/study/made_study.h"
#include "traces/run/hdf5_calls.h"

#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static hc_made_study made;
static hc_scratch scratch;
static const char *path;

static void begin(size_t shift)
{
    scratch = hc_scratch_make();
    path = hc_scratch_file(&scratch, "study.h5");
    hc_made_study_fill(&made, shift);
}

static void end(void)
{
    CU_ASSERT(hc_scratch_count(&scratch) <= 1); /* nothing half built */
    hc_scratch_remove(&scratch);
}

static void write_made(void)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_study_file_write(&made.content, path, true, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static hc_study_file *read_back(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    int status = hc_study_file_read(&file, path, &error);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT_EQUAL_FATAL(status, 0);
    return file;
}

static void check_frame(const hc_study_content *c)
{
    CU_ASSERT_STRING_EQUAL(c->name, "more-gpus");
    CU_ASSERT_STRING_EQUAL(c->study, "study: more\n");
    CU_ASSERT_STRING_EQUAL(c->scenario, "hindcast: 1\n");
    CU_ASSERT_STRING_EQUAL(c->finding, "fewest nodes with wait_p95 under 4 h: 36");
    CU_ASSERT_STRING_EQUAL(c->git_commit, "");
    CU_ASSERT_EQUAL(strlen(c->created), strlen("2026-03-07T12:00:00Z"));
    CU_ASSERT_EQUAL(c->seed, UINT64_MAX);
    CU_ASSERT_EQUAL(c->rank_count, 64);
    CU_ASSERT_DOUBLE_EQUAL(c->confidence, 0.9, 0);
    CU_ASSERT(c->is_complete);
    CU_ASSERT_EQUAL_FATAL(c->variable_count, 2);
    CU_ASSERT_STRING_EQUAL(c->variables[0].name, "nodes");
    CU_ASSERT(!c->variables[0].is_text && c->variables[1].is_text);
    CU_ASSERT_EQUAL_FATAL(c->output_count, HC_MADE_OUTPUTS);
    CU_ASSERT_STRING_EQUAL(c->outputs[0].unit, "s");
    CU_ASSERT_STRING_EQUAL(c->outputs[2].meaning, "");
    CU_ASSERT_EQUAL(c->outputs[0].sense, HC_STUDY_LESS_IS_BETTER);
    CU_ASSERT_EQUAL(c->outputs[1].sense, HC_STUDY_MORE_IS_BETTER);
}

/* Run `row` of what was read is run `row` of the study put down in order. */
static void check_run(const hc_study_content *c, size_t row)
{
    const hc_study_run *run = &c->runs[row];
    const hc_study_run *expected = &made.runs[row];
    CU_ASSERT_EQUAL(run->point, expected->point);
    CU_ASSERT_EQUAL(run->repetition, expected->repetition);
    CU_ASSERT_EQUAL(run->seed, expected->seed);
    CU_ASSERT_EQUAL(run->state, expected->state);
    CU_ASSERT_EQUAL(run->wall_seconds, expected->wall_seconds);
    CU_ASSERT_STRING_EQUAL(run->error, expected->error == NULL ? "" : expected->error);
    for (size_t i = 0; i < HC_MADE_OUTPUTS; i++) {
        double value = c->values[row * HC_MADE_OUTPUTS + i];
        CU_ASSERT(run->state == HC_STUDY_OK ? value == made.values[row * HC_MADE_OUTPUTS + i]
                                            : isnan(value));
    }
}

static void what_is_written_is_read_in_order_however_runs_ended(void)
{
    static const size_t SHIFTS[] = {0, 1, 17};
    for (size_t i = 0; i < sizeof SHIFTS / sizeof SHIFTS[0]; i++) {
        hc_study_file *file = NULL;
        const hc_study_content *c = NULL;
        begin(SHIFTS[i]);
        write_made();
        hc_made_study_fill(&made, 0);
        CU_ASSERT(hc_study_file_is(path));
        file = read_back();
        c = hc_study_file_content(file);
        check_frame(c);
        CU_ASSERT_EQUAL_FATAL(c->point_count, HC_MADE_POINTS);
        for (size_t p = 0; p < HC_MADE_POINTS; p++) {
            CU_ASSERT_EQUAL(c->points[2 * p].number, made.points[2 * p].number);
            CU_ASSERT_STRING_EQUAL(c->points[2 * p + 1].text, made.points[2 * p + 1].text);
        }
        CU_ASSERT_EQUAL_FATAL(c->run_count, HC_MADE_RUNS);
        for (size_t row = 0; row < HC_MADE_RUNS; row++) {
            check_run(c, row);
        }
        hc_study_file_close(file);
        end();
    }
}

static void a_study_without_variables_or_runs_is_one(void)
{
    hc_study_file *file = NULL;
    begin(0);
    made.content.variable_count = 0;
    made.content.point_count = 1;
    made.content.run_count = 0;
    made.content.summary_count = 0;
    write_made();
    file = read_back();
    CU_ASSERT_EQUAL(hc_study_file_content(file)->run_count, 0);
    CU_ASSERT_EQUAL(hc_study_file_content(file)->point_count, 1);
    hc_study_file_close(file);
    end();
}

static void long_errors_are_cut_between_characters(void)
{
    char text[2 * HC_STUDY_ERROR_BYTES];
    hc_study_file *file = NULL;
    memset(text, 'x', sizeof text);
    memcpy(text + HC_STUDY_ERROR_BYTES - 1, "\xc3\xbc", 2);
    text[sizeof text - 1] = '\0';
    begin(0);
    made.runs[HC_MADE_RUNS - 2].error = text;
    write_made();
    file = read_back();
    CU_ASSERT_EQUAL(strlen(hc_study_file_content(file)->runs[HC_MADE_RUNS - 2].error),
                    HC_STUDY_ERROR_BYTES - 1);
    hc_study_file_close(file);
    end();
}

static void expect_refused(const char *message)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_study_file_write(&made.content, path, false, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT(strstr(error.text, message) != NULL);
}

static void what_no_study_can_be_is_not_written(void)
{
    static const hc_study_variable TWINS[] = {{.name = "a"}, {.name = "a"}};
    static const hc_study_variable POINT[] = {{.name = "point"}, {.name = "a"}};
    static const hc_study_output SEED[] = {{.name = "seed"}};
    static char text[HC_STUDY_TEXT_BYTES + 2];
    begin(0);
    made.content.variables = TWINS;
    expect_refused("variable a stands there twice");
    made.content.variables = POINT;
    expect_refused("a variable cannot be called point");
    hc_made_study_fill(&made, 0);
    made.content.outputs = SEED;
    made.content.output_count = 1;
    expect_refused("an output cannot be called seed");
    made.content.output_count = 0;
    expect_refused("has 0 outputs, expected 1..32");
    hc_made_study_fill(&made, 0);
    made.runs[3].repetition = made.runs[2].repetition;
    expect_refused("repetition 2 of point 0 stands there twice");
    hc_made_study_fill(&made, 0);
    made.runs[3].point = HC_MADE_POINTS;
    expect_refused("point 6, expected one of 0..5");
    hc_made_study_fill(&made, 0);
    made.points[4].number = INFINITY;
    expect_refused("point 2: nodes is not a finite number");
    hc_made_study_fill(&made, 0);
    memset(text, 'x', sizeof text - 1);
    made.points[5].text = text;
    expect_refused("a text of policy has 4097 bytes, expected at most 4096");
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 0);
    end();
}

static void nothing_is_replaced_unasked(void)
{
    hc_bytes before = {0};
    hc_bytes after = {0};
    begin(0);
    write_made();
    before = hc_read_bytes(path);
    expect_refused("exists; --force replaces it");
    after = hc_read_bytes(path);
    CU_ASSERT(before.count == after.count && memcmp(before.data, after.data, after.count) == 0);
    free(before.data);
    free(after.data);
    end();
}

/* Overwrites one cell of a table of a good file. */
static void forge(const char *table, const char *column, hsize_t row, const void *cell)
{
    hsize_t one = 1;
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, table, H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    hid_t member = H5Tget_member_type(type, (unsigned)H5Tget_member_index(type, column));
    hid_t memory_type = H5Tcreate(H5T_COMPOUND, H5Tget_size(member));
    hid_t space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &one, NULL);
    CU_ASSERT_FATAL(H5Tinsert(memory_type, column, 0, member) >= 0);
    (void)H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, NULL, &one, NULL);
    CU_ASSERT(H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, cell) >= 0);
    (void)hc_hdf5_close(memory);
    (void)hc_hdf5_close(space);
    (void)hc_hdf5_close(memory_type);
    (void)hc_hdf5_close(member);
    (void)hc_hdf5_close(type);
    (void)hc_hdf5_close(dataset);
    CU_ASSERT(H5Fclose(file) >= 0);
}

static void expect_unread(const char *message)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    CU_ASSERT_EQUAL(hc_study_file_read(&file, path, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    if (strstr(error.text, message) == NULL) {
        CU_FAIL(message);
        printf("    %s\n    instead of: %s\n", error.text, message);
    }
}

static void values_that_cannot_be_are_refused(void)
{
    static const uint32_t BIG = 99;
    static const uint32_t ZERO = 0;
    static const uint32_t HUGE_NUMBER = UINT32_MAX;
    static const uint8_t SEVEN = 7;
    static const double NOT_A_NUMBER = NAN;
    static const double NEGATIVE = -1;
    static const struct {
        const char *table;
        const char *column;
        hsize_t row;
        const void *cell;
        const char *message;
    } CASES[] = {
        {"runs", "point", 4, &BIG, "run 4: point 99, expected one of 0..5"},
        {"runs", "point", 4, &HUGE_NUMBER, "run 4: point 4294967295, expected one of 0..5"},
        {"runs", "repetition", 3, &ZERO, "repetition 0 of point 0 stands there twice"},
        {"runs", "run", 3, &ZERO, "table runs: row 3 calls itself 0"},
        {"runs", "state", 3, &SEVEN, "column state has a value that it cannot have"},
        {"runs", "wall_seconds", 3, &NOT_A_NUMBER, "run 3: took nan s"},
        {"runs", "wall_seconds", 3, &NEGATIVE, "run 3: took -1 s"},
        {"points", "point", 1, &ZERO, "table points: row 1 calls itself 0"},
        {"points", "nodes", 1, &NOT_A_NUMBER, "point 1: nodes is not a finite number"},
        {"outputs", "better", 1, &SEVEN, "column better has a value that it cannot have"},
        {"outputs", "name", 1, "cost\0\0\0\0\0\0\0", "output cost stands there twice"},
        {"outputs", "name", 1, "\0\0\0\0\0\0\0\0\0\0\0", "an output has 0 bytes, expected 1..63"},
        {"outputs", "name", 1, "seed\0\0\0\0\0\0\0", "an output cannot be called seed"},
        {"outputs", "name", 1, "Utilization", "table runs lacks column Utilization"},
        {"variables", "name", 1, "nodes\0", "variable nodes stands there twice"},
        {"variables", "is_text", 1, &ZERO, "table points: column policy has another type"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        begin(0);
        write_made();
        forge(CASES[i].table, CASES[i].column, CASES[i].row, CASES[i].cell);
        expect_unread(CASES[i].message);
        end();
    }
}

static void remove_object(const char *name, int is_attribute)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    CU_ASSERT((is_attribute ? H5Adelete(file, name) : H5Ldelete(file, name, H5P_DEFAULT)) >= 0);
    CU_ASSERT(H5Fclose(file) >= 0);
}

static void what_lacks_a_part_is_no_study(void)
{
    static const char *const TABLES[] = {"variables", "outputs", "points", "runs"};
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        begin(0);
        write_made();
        remove_object(TABLES[i], 0);
        expect_unread("is missing");
        end();
    }
    begin(0);
    write_made();
    remove_object("format", 1);
    expect_unread("study.h5: is not the file of a study");
    CU_ASSERT(!hc_study_file_is(path));
    end();
    begin(0);
    write_made();
    remove_object("format_version", 1);
    expect_unread("format version");
    end();
    begin(0);
    expect_unread("cannot open");
    CU_ASSERT(!hc_study_file_is(path));
    end();
}

/* The table for readers of other programs, and attributes, may be absent. */
static void what_is_not_needed_may_be_absent(void)
{
    static const char *const KEYS[] = {"name", "seed", "ranks", "complete", "confidence", "study"};
    hc_study_file *file = NULL;
    begin(0);
    write_made();
    remove_object("summary", 0);
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        remove_object(KEYS[i], 1);
    }
    file = read_back();
    CU_ASSERT_STRING_EQUAL(hc_study_file_content(file)->name, "");
    CU_ASSERT(isnan(hc_study_file_content(file)->confidence));
    CU_ASSERT(!hc_study_file_content(file)->is_complete);
    hc_study_file_close(file);
    end();
}

static const hc_test_case CASES[] = {
    {"what_is_written_is_read_in_order_however_runs_ended",
     what_is_written_is_read_in_order_however_runs_ended},
    {"a_study_without_variables_or_runs_is_one", a_study_without_variables_or_runs_is_one},
    {"long_errors_are_cut_between_characters", long_errors_are_cut_between_characters},
    {"what_no_study_can_be_is_not_written", what_no_study_can_be_is_not_written},
    {"nothing_is_replaced_unasked", nothing_is_replaced_unasked},
    {"values_that_cannot_be_are_refused", values_that_cannot_be_are_refused},
    {"what_lacks_a_part_is_no_study", what_lacks_a_part_is_no_study},
    {"what_is_not_needed_may_be_absent", what_is_not_needed_may_be_absent},
};

HC_TEST_MAIN("study_file", CASES)
