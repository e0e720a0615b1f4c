#include "tests/testing.h"
#include "tests/traces/run/committed.h"
#include "tests/traces/run/run_check.h"
#include "tests/traces/run/run_rows.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/recover.h"
#include "traces/run/run_file.h"
#include "traces/run/run_reader.h"
#include "traces/run/run_sink.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SEED = 5 };

static hc_scratch scratch;
static hc_run_rows_contents prepared;

static void set_up(uint64_t job_count)
{
    hc_error error = HC_ERROR_NONE;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, job_count, &error), 0);
}

static void tear_down(void)
{
    hc_run_rows_release(&prepared);
    hc_scratch_remove(&scratch);
}

static hc_run_file_options options_of(hc_event_level events)
{
    return (hc_run_file_options){.path = hc_scratch_file(&scratch, "run.h5"),
                                 .events = events,
                                 .provenance = &prepared.provenance};
}

static hc_run_file *begin(const hc_run_file_options *options)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_begin(file, &prepared.contents, &error), 0);
    return file;
}

static void send_jobs(hc_run_file *file, uint32_t first, uint32_t end)
{
    hc_error error = HC_ERROR_NONE;
    hc_sink sink = hc_run_sink(file);
    for (uint32_t i = first; i < end; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_run_rows_send_job(&sink, SEED, i, &error), 0);
    }
}

static void finish(hc_run_file *file)
{
    hc_error error = HC_ERROR_NONE;
    static const hc_text_item ITEMS[] = {{"extra", "at the end"}};
    const hc_run_totals totals = {.digest = {0x1234},
                                  .executed_events = 77,
                                  .is_complete = true,
                                  .items = ITEMS,
                                  .item_count = 1};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
}

static hc_run_reader *open_result(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, hc_scratch_file(&scratch, "run.h5"), &error),
                          0);
    return reader;
}

static void check_all(hc_run_reader *reader, hc_event_level level)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_run_check(reader, SEED, level, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static void write_whole(uint32_t job_count, hc_event_level level)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file_options options = options_of(level);
    hc_run_file *file = begin(&options);
    hc_sink sink = hc_run_sink(file);
    send_jobs(file, 0, job_count);
    CU_ASSERT_EQUAL(hc_run_rows_send_end(&sink, &error), 0);
    finish(file);
}

static void every_row_comes_back(void)
{
    /* Fewer rows than a chunk, one chunk exactly, several chunks. */
    static const uint32_t JOB_COUNTS[] = {0, 1, 64, 1000, 16384, 40000};
    for (size_t i = 0; i < sizeof JOB_COUNTS / sizeof JOB_COUNTS[0]; i++) {
        hc_run_reader *reader = NULL;
        set_up(JOB_COUNTS[i]);
        write_whole(JOB_COUNTS[i], HC_EVENTS_ALL);
        reader = open_result();
        CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), JOB_COUNTS[i]);
        CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_LEDGER),
                        (uint64_t)2 * HC_BUCKET_COUNT);
        check_all(reader, HC_EVENTS_ALL);
        hc_run_reader_close(reader);
        CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
        CU_ASSERT(hc_opens_plainly(hc_scratch_file(&scratch, "run.h5")));
        tear_down();
    }
}

static void an_unknown_number_of_jobs_makes_no_difference(void)
{
    hc_run_reader *reader = NULL;
    set_up(0);
    write_whole(20000, HC_EVENTS_JOBS);
    reader = open_result();
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 20000);
    check_all(reader, HC_EVENTS_JOBS);
    hc_run_reader_close(reader);
    tear_down();
}

static void the_level_decides_which_events_are_stored(void)
{
    static const struct {
        hc_event_level level;
        uint64_t least, most;
    } LEVELS[] = {{HC_EVENTS_NONE, 0, 0}, {HC_EVENTS_JOBS, 290, 300}, {HC_EVENTS_ALL, 380, 400}};
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        hc_run_reader *reader = NULL;
        uint64_t count = 0;
        set_up(100);
        write_whole(100, LEVELS[i].level);
        reader = open_result();
        count = hc_run_reader_row_count(reader, HC_TABLE_EVENTS);
        CU_ASSERT(count >= LEVELS[i].least && count <= LEVELS[i].most);
        check_all(reader, LEVELS[i].level);
        hc_run_reader_close(reader);
        tear_down();
    }
}

/* clang-format off */
static const char *const ATTRIBUTES[][2] = {
    {"format", "hindcast run"}, {"format_version", "1.0"}, {"generator", "hindcast"},
    {"version", "0.1.0"}, {"git_commit", "abc"}, {"name", "rows"}, {"command_line", "driver"},
    {"scenario", "hindcast: 1\nname: rows\n"}, {"policy", "fifo"}, {"placement", "packed"},
    {"pass", "instant"}, {"estimate", "requested"}, {"clock", "unix zero"}, {"zone", "UTC"},
    {"unix_zero_seconds", "1507000000"}, {"profile", "none"}, {"umlauts", "M\xc3\xbcnchen"},
    {"seed", "18446744073709551615"}, {"ranks", "1"}, {"digest", "0000000000001234"},
    {"complete", "1"}, {"note", ""}, {"executed_events", "77"}, {"extra", "at the end"},
};
/* clang-format on */

static void every_attribute_comes_back(void)
{
    hc_run_reader *reader = NULL;
    int64_t number = 0;
    set_up(10);
    write_whole(10, HC_EVENTS_NONE);
    reader = open_result();
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof ATTRIBUTES[0]; i++) {
        const char *text = hc_run_reader_text(reader, ATTRIBUTES[i][0]);
        CU_ASSERT_STRING_EQUAL(text == NULL ? "absent" : text, ATTRIBUTES[i][1]);
    }
    CU_ASSERT(hc_run_reader_is_complete(reader));
    CU_ASSERT(hc_run_reader_number(reader, "executed_events", &number) && number == 77);
    CU_ASSERT_FALSE(hc_run_reader_number(reader, "seed", &number));
    CU_ASSERT_FALSE(hc_run_reader_number(reader, "name", &number));
    CU_ASSERT_PTR_NULL(hc_run_reader_text(reader, "nothing"));
    CU_ASSERT_EQUAL(strlen(hc_run_reader_text(reader, "created")), 20);
    CU_ASSERT_EQUAL(strlen(hc_run_reader_text(reader, "finished")), 20);
    CU_ASSERT_EQUAL(strlen(hc_run_reader_text(reader, "run_id")), 32);
    CU_ASSERT(strlen(hc_run_reader_text(reader, "host")) > 0);
    hc_run_reader_close(reader);
    tear_down();
}

static void a_scenario_may_be_long(void)
{
    static char text[300000];
    hc_run_reader *reader = NULL;
    set_up(1);
    memset(text, 'x', sizeof text - 1);
    prepared.provenance.scenario = text;
    write_whole(1, HC_EVENTS_NONE);
    reader = open_result();
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "scenario"), text);
    hc_run_reader_close(reader);
    tear_down();
}

static bool is_refused(const hc_run_file_options *options, const char *message)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    bool is_refused = hc_run_file_create(&file, options, &error) < 0 &&
                      error.kind == HC_ERROR_USAGE && strstr(error.text, message) != NULL;
    if (!is_refused) {
        printf("\n%s\n", error.text);
        hc_run_file_destroy(file);
    }
    return is_refused;
}

static void a_result_is_replaced_only_by_force(void)
{
    hc_run_file_options options;
    hc_run_reader *reader = NULL;
    set_up(50);
    write_whole(10, HC_EVENTS_JOBS);
    options = options_of(HC_EVENTS_JOBS);
    CU_ASSERT(is_refused(&options, "run.h5: exists; --force replaces it"));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    options.is_forced = true;
    {
        hc_run_file *file = begin(&options);
        reader = open_result(); /* the old result stays until the new one is whole */
        CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 10);
        hc_run_reader_close(reader);
        send_jobs(file, 0, 50);
        finish(file);
    }
    reader = open_result();
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 50);
    hc_run_reader_close(reader);
    tear_down();
}

static void remains_are_not_overwritten(void)
{
    hc_run_file_options options;
    hc_recovery recovery;
    hc_error error = HC_ERROR_NONE;
    set_up(50);
    options = options_of(HC_EVENTS_JOBS);
    {
        hc_run_file *file = begin(&options);
        send_jobs(file, 0, 20);
        hc_run_file_destroy(file);
    }
    CU_ASSERT(is_refused(&options, "hindcast recover"));
    CU_ASSERT_EQUAL(hc_recover(options.path, &recovery, &error), 0);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 20);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    tear_down();
}

static void force_discards_remains(void)
{
    hc_run_file_options options;
    hc_run_reader *reader = NULL;
    set_up(50);
    options = options_of(HC_EVENTS_JOBS);
    {
        hc_run_file *file = begin(&options);
        send_jobs(file, 0, 20);
        hc_run_file_destroy(file);
    }
    options.is_forced = true;
    {
        hc_run_file *file = begin(&options);
        send_jobs(file, 0, 5);
        finish(file);
    }
    reader = open_result();
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 5);
    hc_run_reader_close(reader);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    tear_down();
}

static void what_is_no_plain_file_is_never_replaced(void)
{
    hc_run_file_options options;
    set_up(1);
    options = options_of(HC_EVENTS_NONE);
    options.is_forced = true;
    CU_ASSERT_EQUAL_FATAL(symlink("elsewhere.h5", options.path), 0);
    CU_ASSERT(is_refused(&options, "is not a plain file"));
    CU_ASSERT_EQUAL(unlink(options.path), 0);
    options.path = scratch.path;
    CU_ASSERT(is_refused(&options, "is not a plain file"));
    tear_down();
}

static void a_folder_that_is_not_there_is_an_output_error(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    hc_run_file_options options;
    set_up(1);
    options = options_of(HC_EVENTS_NONE);
    options.path = hc_scratch_file(&scratch, "no/run.h5");
    CU_ASSERT_EQUAL(hc_run_file_create(&file, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "run.h5: cannot create: No such file or directory"));
    tear_down();
}

static void a_run_that_is_not_begun_leaves_nothing(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    hc_run_file_options options;
    set_up(1);
    options = options_of(HC_EVENTS_NONE);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT(hc_file_exists(hc_scratch_file(&scratch, "run.h5.rank0000")));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    hc_run_file_destroy(file);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 0);
    hc_run_file_destroy(NULL);
    tear_down();
}

static void rows_can_be_read_while_the_run_goes_on(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file_options options;
    hc_run_file *file = NULL;
    hc_run_reader *reader = NULL;
    const char *path = NULL;
    set_up(100);
    options = options_of(HC_EVENTS_JOBS);
    options.commit_interval = HC_TIME_LIMIT;
    file = begin(&options);
    path = hc_scratch_file(&scratch, "run.h5.rank0000");
    send_jobs(file, 0, 30);
    CU_ASSERT_EQUAL(hc_run_file_committed(file, HC_TABLE_JOBS), 0);
    CU_ASSERT_EQUAL(hc_run_file_commit(file, &error), 0);
    CU_ASSERT_EQUAL(hc_run_file_committed(file, HC_TABLE_JOBS), 30);
    send_jobs(file, 30, 40);
    CU_ASSERT_EQUAL(hc_run_reader_open(&reader, path, &error), 0);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 30);
    CU_ASSERT_FALSE(hc_run_reader_is_complete(reader));
    check_all(reader, HC_EVENTS_JOBS);
    hc_run_reader_close(reader);
    send_jobs(file, 40, 100);
    finish(file);
    reader = open_result();
    check_all(reader, HC_EVENTS_JOBS);
    hc_run_reader_close(reader);
    tear_down();
}

static void a_number_of_rows_is_committed_by_itself(void)
{
    hc_run_file_options options;
    hc_run_file *file = NULL;
    set_up(100);
    options = options_of(HC_EVENTS_NONE);
    options.commit_interval = HC_TIME_LIMIT;
    options.commit_rows = 10;
    file = begin(&options);
    send_jobs(file, 0, 100);
    CU_ASSERT(hc_run_file_committed(file, HC_TABLE_JOBS) >= 90);
    hc_run_file_destroy(file);
    tear_down();
}

static void a_run_stopped_on_request_is_a_result_that_says_so(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file_options options;
    hc_run_file *file = NULL;
    hc_run_reader *reader = NULL;
    const hc_run_totals totals = {.digest = {1}, .note = "stopped by SIGINT"};
    set_up(100);
    options = options_of(HC_EVENTS_NONE);
    file = begin(&options);
    send_jobs(file, 0, 7);
    CU_ASSERT_EQUAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
    reader = open_result();
    CU_ASSERT_FALSE(hc_run_reader_is_complete(reader));
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "note"), "stopped by SIGINT");
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), 7);
    hc_run_reader_close(reader);
    tear_down();
}

static void a_job_without_a_name_is_called_by_its_number(void)
{
    static const char *const EXPECTED[] = {"1", "10", "4294967295"};
    static const uint32_t INDEXES[] = {0, 9, 4294967294};
    hc_error error = HC_ERROR_NONE;
    hc_run_file_options options;
    hc_run_file *file = NULL;
    hc_run_reader *reader = NULL;
    hc_rows rows = HC_ROWS_NONE;
    hc_sink sink;
    set_up(3);
    prepared.contents.job_id_bytes = 0;
    options = options_of(HC_EVENTS_NONE);
    file = begin(&options);
    sink = hc_run_sink(file);
    for (size_t i = 0; i < 3; i++) {
        const hc_job_spec spec = {.name = NULL};
        const hc_job_record record = {.spec = &spec, .job = {INDEXES[i]}};
        CU_ASSERT_EQUAL(sink.job(sink.self, &record, &error), 0);
    }
    finish(file);
    reader = open_result();
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_JOBS, 0, 3, &rows, &error), 0);
    for (size_t i = 0; i < rows.count; i++) {
        CU_ASSERT_STRING_EQUAL(((const hc_job_row *)rows.rows)[i].job_id, EXPECTED[i]);
    }
    hc_rows_destroy(&rows);
    hc_run_reader_close(reader);
    tear_down();
}

static void an_id_longer_than_announced_ends_the_run(void)
{
    static const hc_job_spec SPEC = {.name = "12345"};
    const hc_job_record record = {.spec = &SPEC};
    hc_error error = HC_ERROR_NONE;
    hc_error second = HC_ERROR_NONE;
    hc_run_file_options options;
    hc_run_file *file = NULL;
    hc_sink sink;
    set_up(3);
    prepared.contents.job_id_bytes = 4;
    options = options_of(HC_EVENTS_NONE);
    file = begin(&options);
    sink = hc_run_sink(file);
    CU_ASSERT_EQUAL(sink.job(sink.self, &record, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "table jobs"));
    CU_ASSERT_EQUAL(hc_run_file_commit(file, &second), -1);
    CU_ASSERT_EQUAL(second.kind, HC_ERROR_OUTPUT);
    hc_run_file_destroy(file);
    tear_down();
}

static const hc_test_case CASES[] = {
    {"every_row_comes_back", every_row_comes_back},
    {"an_unknown_number_of_jobs_makes_no_difference",
     an_unknown_number_of_jobs_makes_no_difference},
    {"the_level_decides_which_events_are_stored", the_level_decides_which_events_are_stored},
    {"every_attribute_comes_back", every_attribute_comes_back},
    {"a_scenario_may_be_long", a_scenario_may_be_long},
    {"a_result_is_replaced_only_by_force", a_result_is_replaced_only_by_force},
    {"remains_are_not_overwritten", remains_are_not_overwritten},
    {"force_discards_remains", force_discards_remains},
    {"what_is_no_plain_file_is_never_replaced", what_is_no_plain_file_is_never_replaced},
    {"a_folder_that_is_not_there_is_an_output_error",
     a_folder_that_is_not_there_is_an_output_error},
    {"a_run_that_is_not_begun_leaves_nothing", a_run_that_is_not_begun_leaves_nothing},
    {"rows_can_be_read_while_the_run_goes_on", rows_can_be_read_while_the_run_goes_on},
    {"a_number_of_rows_is_committed_by_itself", a_number_of_rows_is_committed_by_itself},
    {"a_run_stopped_on_request_is_a_result_that_says_so",
     a_run_stopped_on_request_is_a_result_that_says_so},
    {"a_job_without_a_name_is_called_by_its_number", a_job_without_a_name_is_called_by_its_number},
    {"an_id_longer_than_announced_ends_the_run", an_id_longer_than_announced_ends_the_run},
};

HC_TEST_MAIN("run_file", CASES)
