#include "traces/stream/recording.h"

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/recover.h"
#include "traces/run/run_reader.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const PARTITIONS[] = {"a", "b"};
static const hc_stream_hello HELLO = {.run = "0123456789abcdef0123456789abcdef",
                                      .name = "march",
                                      .policy = "easy",
                                      .clock = "unix zero",
                                      .unix_zero_seconds = 1500000000,
                                      .gpus = 16,
                                      .rank_count = 1,
                                      .ranks = 1,
                                      .partitions = PARTITIONS,
                                      .partition_count = 2};
static const hc_event_row EVENTS[] = {{5, 0, 0, 1, 4000}, {5, 1, 0, 1, 4000}, {9, 2, 0, 1, 4000}};
static const hc_sample_row SAMPLES[] = {{7, 1, 2, 1, 3000, 4000, 4000, 100}};

static hc_scratch scratch;

static const char *fresh_path(void)
{
    scratch = hc_scratch_make();
    return hc_scratch_file(&scratch, "rec.h5");
}

static hc_recording *open_recording(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_recording *recording = NULL;
    const hc_recording_options options = {
        .path = path, .endpoint = "ipc:///tmp/x/s", .version = "0.1.0"};
    CU_ASSERT_EQUAL_FATAL(hc_recording_create(&recording, &options, &error), 0);
    return recording;
}

static void take(hc_recording *recording, hc_stream_item item)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_recording_take(recording, &item, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static void take_hello(hc_recording *recording, const hc_stream_hello *hello)
{
    take(recording, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = hello});
}

static void take_rows(hc_recording *recording, hc_run_table table, const void *rows, uint64_t count)
{
    take(recording,
         (hc_stream_item){.kind = HC_STREAM_BATCH, .table = table, .rows = rows, .count = count});
}

static void take_end(hc_recording *recording, bool is_equal)
{
    take(recording, (hc_stream_item){.kind = HC_STREAM_RANK_END,
                                     .ending = {.stream_digest = 0xabc,
                                                .is_equal = is_equal,
                                                .run_digest = "00000000000000ff",
                                                .is_complete = true}});
    take(recording, (hc_stream_item){.kind = HC_STREAM_END});
}

static void finish(hc_recording *recording)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_recording_finish(recording, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_recording_destroy(recording);
}

static hc_run_reader *open_file(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path, &error), 0);
    return reader;
}

static void check_text(const hc_run_reader *reader, const char *key, const char *text)
{
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text_if_any(reader, key), text);
}

static void check_events(hc_run_reader *reader)
{
    hc_error error = HC_ERROR_NONE;
    hc_rows rows = HC_ROWS_NONE;
    CU_ASSERT_EQUAL(hc_run_reader_read(reader, HC_TABLE_EVENTS, 0, 100, &rows, &error), 0);
    CU_ASSERT_EQUAL_FATAL(rows.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const hc_event_row *row = &((const hc_event_row *)rows.rows)[i];
        CU_ASSERT_EQUAL(row->time, EVENTS[i].time);
        CU_ASSERT_EQUAL(row->type, EVENTS[i].type);
        CU_ASSERT_EQUAL(row->partition, EVENTS[i].partition);
        CU_ASSERT_EQUAL(row->value, EVENTS[i].value);
    }
    hc_rows_destroy(&rows);
}

static void a_stream_to_its_end_is_a_complete_file(void)
{
    const char *path = fresh_path();
    hc_recording *recording = open_recording(path);
    hc_run_reader *reader = NULL;
    take_hello(recording, &HELLO);
    take_rows(recording, HC_TABLE_EVENTS, EVENTS, 2);
    take_rows(recording, HC_TABLE_SERIES, SAMPLES, 1);
    take_rows(recording, HC_TABLE_EVENTS, EVENTS + 2, 1);
    take_end(recording, true);
    finish(recording);
    reader = open_file(path);
    CU_ASSERT(hc_run_reader_is_complete(reader));
    check_text(reader, "run_id", HELLO.run);
    check_text(reader, "name", "march");
    check_text(reader, "policy", "easy");
    check_text(reader, "clock", "unix zero");
    check_text(reader, "unix_zero_seconds", "1500000000");
    check_text(reader, "recorded_from", "ipc:///tmp/x/s");
    check_text(reader, "stream_digest", "0000000000000abc");
    check_text(reader, "stream_complete", "1");
    check_text(reader, "digest", "00000000000000ff");
    check_text(reader, "lost_rows", "0");
    check_events(reader);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_SERIES), 1);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_PARTITIONS), 2);
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

static void lost_rows_are_told(void)
{
    const char *path = fresh_path();
    hc_recording *recording = open_recording(path);
    hc_run_reader *reader = NULL;
    take_hello(recording, &HELLO);
    take_rows(recording, HC_TABLE_EVENTS, EVENTS, 3);
    take(recording, (hc_stream_item){.kind = HC_STREAM_LOST, .first = 3, .count = 7});
    take_end(recording, false);
    finish(recording);
    reader = open_file(path);
    CU_ASSERT(!hc_run_reader_is_complete(reader));
    check_text(reader, "lost_rows", "7");
    check_text(reader, "stream_complete", "0");
    check_text(reader, "note", "recorded from a stream, of which rows are missing");
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

static void a_stream_that_was_left_is_not_complete(void)
{
    const char *path = fresh_path();
    hc_recording *recording = open_recording(path);
    hc_run_reader *reader = NULL;
    take_hello(recording, &HELLO);
    take_rows(recording, HC_TABLE_EVENTS, EVENTS, 3);
    finish(recording);
    reader = open_file(path);
    CU_ASSERT(!hc_run_reader_is_complete(reader));
    check_text(reader, "stream_complete", "0");
    check_events(reader);
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

static void without_a_hello_there_is_no_file(void)
{
    const char *path = fresh_path();
    finish(open_recording(path));
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    hc_scratch_remove(&scratch);
}

static void a_file_that_is_there_is_left_alone(void)
{
    hc_error error = HC_ERROR_NONE;
    const char *path = fresh_path();
    hc_recording *recording = NULL;
    hc_recording_options options = {.path = path};
    FILE *file = fopen(path, "w");
    CU_ASSERT_EQUAL(fclose(file), 0);
    CU_ASSERT_EQUAL(hc_recording_create(&recording, &options, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    options.is_forced = true;
    CU_ASSERT_EQUAL(hc_recording_create(&recording, &options, NULL), 0);
    hc_recording_destroy(recording);
    hc_scratch_remove(&scratch);
}

static void names_of_any_bytes_are_kept_as_utf8(void)
{
    static const char *const NAMES[] = {"\xff\xfe"};
    const char *path = fresh_path();
    hc_recording *recording = open_recording(path);
    hc_stream_hello hello = HELLO;
    hc_run_reader *reader = NULL;
    hello.name = "caf\xe9";
    hello.run = "a run id that is far longer than the thirty-two digits it should have";
    hello.partitions = NAMES;
    hello.partition_count = 1;
    take_hello(recording, &hello);
    finish(recording);
    reader = open_file(path);
    check_text(reader, "name", "caf\xc3\xa9");
    CU_ASSERT_EQUAL(strlen(hc_run_reader_text_if_any(reader, "run_id")), 32);
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

/* Records until it is killed; what was committed, a tenth of the time before at least, is there. */
static void record_for_ever(const char *path)
{
    hc_recording *recording = open_recording(path);
    take_hello(recording, &HELLO);
    for (;;) {
        take_rows(recording, HC_TABLE_EVENTS, EVENTS, 3);
        (void)usleep(100);
    }
}

static void what_a_killed_process_has_recorded_is_recovered(void)
{
    hc_error error = HC_ERROR_NONE;
    const char *path = fresh_path();
    hc_recovery recovery;
    hc_run_reader *reader = NULL;
    pid_t child = fork();
    if (child == 0) {
        record_for_ever(path);
    }
    (void)usleep(700000);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    CU_ASSERT_EQUAL_FATAL(hc_recover(path, &recovery, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT(recovery.row_counts[HC_TABLE_EVENTS] > 100);
    reader = open_file(path);
    check_text(reader, "recorded_from", "ipc:///tmp/x/s");
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_PARTITIONS), 2);
    hc_run_reader_close(reader);
    hc_scratch_remove(&scratch);
}

static const hc_test_case CASES[] = {
    {"a_stream_to_its_end_is_a_complete_file", a_stream_to_its_end_is_a_complete_file},
    {"lost_rows_are_told", lost_rows_are_told},
    {"a_stream_that_was_left_is_not_complete", a_stream_that_was_left_is_not_complete},
    {"without_a_hello_there_is_no_file", without_a_hello_there_is_no_file},
    {"a_file_that_is_there_is_left_alone", a_file_that_is_there_is_left_alone},
    {"names_of_any_bytes_are_kept_as_utf8", names_of_any_bytes_are_kept_as_utf8},
    {"what_a_killed_process_has_recorded_is_recovered",
     what_a_killed_process_has_recorded_is_recovered},
};

HC_TEST_MAIN("recording", CASES)
