#include "tests/testing.h"
#include "tests/traces/run/run_rows.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/export_perfetto.h"
#include "traces/run/run_file.h"
#include "traces/run/run_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_scratch scratch;
static hc_run_rows_contents prepared;
static hc_run_reader *reader;

/* Two jobs: a part of a GPU of node a0, from -3 ns to 4 ns; then three GPUs of a0 and all of a1, without end. */
static const hc_job_spec SPECS[] = {
    {.name = "one",
     .submit = -5,
     .recorded_start = HC_TIME_MISSING,
     .recorded_end = HC_TIME_MISSING,
     .user = 0,
     .group = HC_NO_INDEX},
    {.name = "two",
     .submit = 1,
     .recorded_start = HC_TIME_MISSING,
     .recorded_end = HC_TIME_MISSING,
     .user = HC_NO_INDEX,
     .group = 2},
};

static const hc_job_record JOBS[] = {
    {.spec = &SPECS[0],
     .job = {0},
     .state = HC_JOB_COMPLETED,
     .first_start = -3,
     .last_end = 4,
     .wait = 2},
    {.spec = &SPECS[1],
     .job = {1},
     .state = HC_JOB_RUNNING,
     .first_start = 4,
     .last_end = HC_TIME_MISSING,
     .wait = HC_TIME_MISSING},
};

static const hc_attempt_record ATTEMPTS[] = {
    {.job = {0}, .attempt = 1, .node_count = 1, .gpu_milli = 470, .start = -3, .end = 4},
    {.job = {1},
     .attempt = 1,
     .node_count = 2,
     .gpu_milli = 11000,
     .start = 4,
     .end = HC_TIME_MISSING,
     .restart = 2,
     .how = HC_ATTEMPT_UNFINISHED},
};

static const hc_placement_record PLACEMENTS[] = {
    {.job = {0}, .attempt = 1, .node = {0}, .device = 3, .count = 1, .milli = 470},
    {.job = {1}, .attempt = 1, .node = {0}, .device = 0, .count = 2, .milli = 1000},
    {.job = {1}, .attempt = 1, .node = {0}, .device = 5, .count = 1, .milli = 1000},
    {.job = {1}, .attempt = 1, .node = {1}, .device = 0, .count = 8, .milli = 1000},
};

/* The packets of these jobs, byte by byte. Each begins with 0a and its length (Trace.packet = 1), then 50 01: sequence
 * id 1. Tracks: 1 is that of the run; 2 and 9 are the partitions, each with six counters behind it; 16 and on are nodes. */
static const char SLICES[] =
    /* TrackDescriptor (60): uuid 16, name "a0", parent 2, rank 6 */
    "\x0a\x0f\x50\x01\xe2\x03\x0a\x08\x10\x12\x02"
    "a0\x28\x02\x60\x06"
    /* timestamp 0, sequence flags 2, TrackEvent (11): SLICE_BEGIN on track 16, name, correlation id 1 */
    "\x0a\x6f\x50\x01\x40\x00\x68\x02\x5a\x67\x48\x01\x58\x10\xba\x01\x03one\xa0\x03\x01"
    /* 1 user, 8 submit_ns (-5), 9 wait_ns, 3 gpus (0.47), 4 nodes, 5 devices, 6 attempt, 7 ended */
    "\x22\x09\x08\x01\x32\x05u0000"
    "\x22\x0d\x08\x08\x20\xfb\xff\xff\xff\xff\xff\xff\xff\xff\x01"
    "\x22\x04\x08\x09\x20\x02"
    "\x22\x0b\x08\x03\x29\x14\xae\x47\xe1\x7a\x14\xde\x3f"
    "\x22\x04\x08\x04\x20\x01"
    "\x22\x10\x08\x05\x32\x0c\x33 (470/1000)"
    "\x22\x04\x08\x06\x20\x01"
    "\x22\x0d\x08\x07\x32\x09"
    "completed"
    /* timestamp 7, SLICE_END on track 16 */
    "\x0a\x0c\x50\x01\x40\x07\x68\x02\x5a\x04\x48\x02\x58\x10"
    /* timestamp 7, SLICE_BEGIN on track 16, which is free again; correlation id 2 */
    "\x0a\x5b\x50\x01\x40\x07\x68\x02\x5a\x53\x48\x01\x58\x10\xba\x01\x03two\xa0\x03\x02"
    /* 2 group, 8 submit_ns, 3 gpus, 4 nodes, 5 devices, 6 attempt, 7 ended, 10 restart_ns */
    "\x22\x0b\x08\x02\x32\x07group-2"
    "\x22\x04\x08\x08\x20\x01"
    "\x22\x04\x08\x03\x20\x0b"
    "\x22\x04\x08\x04\x20\x02"
    "\x22\x09\x08\x05\x32\x05\x30-1,5"
    "\x22\x04\x08\x06\x20\x01"
    "\x22\x0e\x08\x07\x32\x0aunfinished"
    "\x22\x04\x08\x0a\x20\x02"
    /* uuid 17, name "a1", parent 2, rank 7 */
    "\x0a\x0f\x50\x01\xe2\x03\x0a\x08\x11\x12\x02"
    "a1\x28\x02\x60\x07"
    /* the same job on track 17 */
    "\x0a\x59\x50\x01\x40\x07\x68\x02\x5a\x51\x48\x01\x58\x11\xba\x01\x03two\xa0\x03\x02"
    "\x22\x0b\x08\x02\x32\x07group-2"
    "\x22\x04\x08\x08\x20\x01"
    "\x22\x04\x08\x03\x20\x0b"
    "\x22\x04\x08\x04\x20\x02"
    "\x22\x07\x08\x05\x32\x03\x30-7"
    "\x22\x04\x08\x06\x20\x01"
    "\x22\x0e\x08\x07\x32\x0aunfinished"
    "\x22\x04\x08\x0a\x20\x02";

/* The first packet: sequence flags 3, and the names of notes by their number. */
static const char NAMES[] = "\x0a\x8f\x01\x50\x01\x68\x03\x62\x88\x01"
                            "\x1a\x08\x08\x01\x12\x04user"
                            "\x1a\x09\x08\x02\x12\x05group"
                            "\x1a\x08\x08\x03\x12\x04gpus"
                            "\x1a\x09\x08\x04\x12\x05nodes"
                            "\x1a\x0b\x08\x05\x12\x07"
                            "devices"
                            "\x1a\x0b\x08\x06\x12\x07"
                            "attempt"
                            "\x1a\x09\x08\x07\x12\x05"
                            "ended"
                            "\x1a\x0d\x08\x08\x12\x09submit_ns"
                            "\x1a\x0b\x08\x09\x12\x07wait_ns"
                            "\x1a\x0e\x08\x0a\x12\x0arestart_ns"
                            "\x1a\x0b\x08\x0b\x12\x07lost_ns";

static void open_file(void)
{
    hc_error error = HC_ERROR_NONE;
    const char *path = hc_scratch_file(&scratch, "run.h5");
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, path, &error), 0);
}

static hc_run_file *begin_file(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    hc_run_file_options options = {.events = HC_EVENTS_ALL};
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, 4, &error), 0);
    options.path = hc_scratch_file(&scratch, "run.h5");
    options.provenance = &prepared.provenance;
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_begin(file, &prepared.contents, &error), 0);
    return file;
}

static void finish_file(hc_run_file *file)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_totals totals = {.digest = {1}, .is_complete = true};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
    open_file();
}

static void send(hc_run_file *file, size_t jobs, size_t attempts, size_t placements)
{
    hc_error error = HC_ERROR_NONE;
    hc_sink sink = hc_run_sink(file);
    for (size_t i = 0; i < placements; i++) {
        CU_ASSERT_EQUAL_FATAL(sink.placement(sink.self, &PLACEMENTS[i], &error), 0);
    }
    for (size_t i = attempts; i-- > 0;) {
        CU_ASSERT_EQUAL_FATAL(sink.attempt(sink.self, &ATTEMPTS[i], &error), 0);
    }
    for (size_t i = 0; i < jobs; i++) {
        CU_ASSERT_EQUAL_FATAL(sink.job(sink.self, &JOBS[i], &error), 0);
    }
}

static void tear_down(void)
{
    hc_run_reader_close(reader);
    hc_run_rows_release(&prepared);
    hc_scratch_remove(&scratch);
}

/* The trace of the file. */
typedef struct trace {
    char *bytes;
    size_t size;
    uint64_t left_out;
    int status;
    hc_error error;
} trace;

static trace export_file(void)
{
    trace t = {.left_out = 1};
    FILE *out = open_memstream(&t.bytes, &t.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    t.status = hc_export_perfetto(reader, out, "memory", &t.left_out, &t.error);
    (void)fclose(out);
    return t;
}

/* The trace of a file that has so many of the rows above; the caller frees its bytes. */
static trace export_rows(size_t jobs, size_t attempts, size_t placements)
{
    trace t;
    hc_run_file *file = begin_file();
    send(file, jobs, attempts, placements);
    finish_file(file);
    t = export_file();
    CU_ASSERT_EQUAL(t.status, 0);
    CU_ASSERT_STRING_EQUAL(t.error.text, "");
    tear_down();
    return t;
}

static bool has_text(const trace *t, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at + length <= t->size; at++) {
        if (memcmp(t->bytes + at, text, length) == 0) {
            return true;
        }
    }
    return false;
}

static void two_jobs_are_these_bytes(void)
{
    trace t = export_rows(2, 2, 4);
    CU_ASSERT_EQUAL(t.left_out, 0);
    CU_ASSERT_FATAL(t.size > sizeof NAMES + sizeof SLICES);
    CU_ASSERT_EQUAL(memcmp(t.bytes, NAMES, sizeof NAMES - 1), 0);
    CU_ASSERT_EQUAL(memcmp(t.bytes + t.size - (sizeof SLICES - 1), SLICES, sizeof SLICES - 1), 0);
    CU_ASSERT_TRUE(has_text(&t, "run (times moved by 0.000000003 s: the trace begins at 0)"));
    free(t.bytes);
}

/* A run that was killed: the attempt of the second job is not there, nor any job. */
static void what_a_killed_run_lacks_is_counted(void)
{
    trace t = export_rows(0, 1, 4);
    CU_ASSERT_EQUAL(t.left_out, 3);
    CU_ASSERT_TRUE(has_text(&t, "\xba\x01\x02#0\xa0\x03\x01"));
    CU_ASSERT_FALSE(has_text(&t, "\xba\x01\x02#1"));
    free(t.bytes);
}

static void an_empty_run_is_a_trace(void)
{
    trace t = export_rows(0, 0, 0);
    CU_ASSERT_EQUAL(t.left_out, 0);
    CU_ASSERT_TRUE(has_text(&t, "partition train"));
    CU_ASSERT_FALSE(has_text(&t, "moved by"));
    free(t.bytes);
}

static void check_refused(const char *expected)
{
    trace t = export_file();
    CU_ASSERT_EQUAL(t.status, -1);
    CU_ASSERT_EQUAL(t.error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_PTR_NOT_NULL(strstr(t.error.text, expected));
    CU_ASSERT_EQUAL(t.size, 0);
    free(t.bytes);
    tear_down();
}

static void attempts_that_cannot_be_are_refused(void)
{
    static const hc_attempt_record BACKWARDS = {.job = {7}, .attempt = 2, .start = 4, .end = 3};
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = begin_file();
    hc_sink sink = hc_run_sink(file);
    CU_ASSERT_EQUAL(sink.attempt(sink.self, &BACKWARDS, &error), 0);
    finish_file(file);
    check_refused("table attempts: attempt 2 of job 7 ends before it starts");
    file = begin_file();
    send(file, 0, 2, 0);
    send(file, 0, 1, 0);
    finish_file(file);
    check_refused("table attempts: two rows are attempt 1 of job 0");
}

static void a_full_disk_is_an_output_error(void)
{
    hc_error error = HC_ERROR_NONE;
    uint64_t left_out = 0;
    FILE *out = fopen("/dev/full", "w");
    if (out == NULL) {
        return; /* not every system has one */
    }
    finish_file(begin_file());
    CU_ASSERT_EQUAL(hc_export_perfetto(reader, out, "out.pftrace", &left_out, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "out.pftrace: cannot write: No space left on device");
    (void)fclose(out);
    tear_down();
}

static const hc_test_case CASES[] = {
    {"two_jobs_are_these_bytes", two_jobs_are_these_bytes},
    {"what_a_killed_run_lacks_is_counted", what_a_killed_run_lacks_is_counted},
    {"an_empty_run_is_a_trace", an_empty_run_is_a_trace},
    {"attempts_that_cannot_be_are_refused", attempts_that_cannot_be_are_refused},
    {"a_full_disk_is_an_output_error", a_full_disk_is_an_output_error},
};

HC_TEST_MAIN("export_perfetto", CASES)
