/* Writes runs onto a disk that fails: full at many offsets, broken at many calls, slow in pieces. The writer
 * must say which file and why, end with 4, and leave what it had committed.
 *   test_disk_failure DRIVER SHIM OFFSETS */

#include "tests/traces/run/committed.h"
#include "tests/traces/run/run_check.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/recover.h"
#include "traces/run/run_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 11, EXIT_OUTPUT = 4, WHOLE_BYTES = 3200000, WHOLE_CALLS = 420 };

typedef struct setting {
    const char *driver;
    char preload[512];
    hc_scratch scratch;
    int failures;
} setting;

/* How the disk fails, and what the message must say. */
typedef struct fault {
    char variables[2][64];
    const char *cause;
} fault;

static void complain(setting *s, const fault *f, const char *what)
{
    printf("%s %s: %s\n", f->variables[0], f->variables[1], what);
    s->failures++;
}

static hc_ended write_run(const setting *s, const fault *f)
{
    const char *path = hc_scratch_file(&s->scratch, "run.h5");
    const char *arguments[] = {s->driver, "write", path, "30000", "11", "jobs", "0", "10", NULL};
    /* The sanitizer would rather be loaded first; it does not matter here. */
    const char *environment[] = {s->preload, f->variables[0], f->variables[1],
                                 "ASAN_OPTIONS=verify_asan_link_order=0", NULL};
    return hc_run_program(&s->scratch, arguments, environment);
}

static int check_rows(const char *path, const uint64_t committed[HC_TABLE_COUNT], hc_error *error)
{
    hc_run_reader *reader = NULL;
    int status = hc_run_reader_open(&reader, path, error);
    for (int i = 0; status == 0 && i < HC_TABLE_COUNT; i++) {
        if (hc_run_reader_row_count(reader, (hc_run_table)i) < committed[i]) {
            status = hc_error_set(error, HC_ERROR_INTERNAL, "committed rows of %s are lost",
                                  hc_table_describe((hc_run_table)i)->name);
        }
    }
    if (status == 0) {
        status = hc_run_check(reader, SEED, HC_EVENTS_JOBS, error);
    }
    hc_run_reader_close(reader);
    return status;
}

/* What the writer left: its rows, or nothing at all when it had not begun; never half of a final file. */
static void check_remains(setting *s, const fault *f)
{
    const char *path = hc_scratch_file(&s->scratch, "run.h5");
    const char *private_path = hc_scratch_file(&s->scratch, "run.h5.rank0000");
    uint64_t committed[HC_TABLE_COUNT] = {0};
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    if (hc_file_exists(path)) {
        complain(s, f, "the final file is there");
    }
    if (!hc_file_exists(private_path)) {
        if (hc_scratch_count(&s->scratch) != 0) {
            complain(s, f, "half built files are left");
        }
        return;
    }
    if (!hc_read_committed(private_path, committed)) {
        complain(s, f, "HDF5 cannot read the private file");
    } else if (hc_recover(path, &recovery, &error) < 0 || check_rows(path, committed, &error) < 0) {
        complain(s, f, error.text);
    } else if (!hc_opens_plainly(path) || hc_file_exists(private_path)) {
        complain(s, f, "HDF5 cannot open the result, or remains are left");
    }
}

static void check_complete(setting *s, const fault *f)
{
    hc_error error = HC_ERROR_NONE;
    const uint64_t none[HC_TABLE_COUNT] = {0};
    if (check_rows(hc_scratch_file(&s->scratch, "run.h5"), none, &error) < 0) {
        complain(s, f, error.text);
    }
}

/* @return whether the writer came to its end in spite of the fault. */
static bool try_fault(setting *s, const fault *f)
{
    hc_ended ended = write_run(s, f);
    if (ended.exit_code == 0) {
        check_complete(s, f);
    } else if (ended.timed_out || ended.exit_code != EXIT_OUTPUT) {
        complain(s, f, ended.timed_out ? "hangs" : "does not end with 4");
    } else if (strstr(ended.text, "run.h5: cannot ") == NULL ||
               strstr(ended.text, f->cause) == NULL) {
        complain(s, f, ended.text);
    } else {
        check_remains(s, f);
    }
    hc_scratch_clear(&s->scratch);
    return ended.exit_code == 0;
}

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

/* A disk of so many bytes: half of them within the first hundredth, where the file is made. */
static void fill_disk(setting *s, int count)
{
    uint64_t state = 1;
    int survived = 0;
    for (int i = 0; i < count; i++) {
        fault f = {.cause = "No space left on device"};
        uint64_t offset = draw(&state, i % 2 == 0 ? WHOLE_BYTES / 20 : WHOLE_BYTES);
        (void)snprintf(f.variables[0], sizeof f.variables[0], "HC_FAULT_OFFSET=%" PRIu64, offset);
        survived += try_fault(s, &f) ? 1 : 0;
    }
    printf("disk full at %d offsets, %d behind the end\n", count, survived);
}

static void break_disk(setting *s, int count)
{
    uint64_t state = 2;
    int survived = 0;
    for (int i = 0; i < count; i++) {
        fault f = {.cause = "Input/output error", .variables = {"", "HC_FAULT_ERRNO=5"}};
        (void)snprintf(f.variables[0], sizeof f.variables[0], "HC_FAULT_CALLS=%" PRIu64,
                       draw(&state, WHOLE_CALLS));
        survived += try_fault(s, &f) ? 1 : 0;
    }
    printf("disk broken at %d calls, %d behind the end\n", count, survived);
}

static void write_in_pieces(setting *s)
{
    fault f = {.cause = "", .variables = {"HC_FAULT_PIECES=1", "HC_FAULT_ERRNO=4"}};
    if (!try_fault(s, &f)) {
        complain(s, &f, "interrupted and short writes are not taken up again");
    }
}

static void fail_to_sync(setting *s)
{
    fault f = {.cause = "Input/output error", .variables = {"HC_FAULT_SYNC=1", "HC_FAULT_ERRNO=5"}};
    if (try_fault(s, &f)) {
        complain(s, &f, "a failed fsync is not noticed");
    }
}

int main(int count, char **arguments)
{
    setting s = {.scratch = hc_scratch_make()};
    int offsets = count > 3 ? (int)strtol(arguments[3], NULL, 10) : 0;
    if (offsets <= 0) {
        printf("usage: test_disk_failure DRIVER SHIM OFFSETS\n");
        return EXIT_FAILURE;
    }
    hc_hdf5_quiet();
    s.driver = arguments[1];
    (void)snprintf(s.preload, sizeof s.preload, "LD_PRELOAD=%s", arguments[2]);
    fill_disk(&s, offsets);
    break_disk(&s, offsets / 2);
    write_in_pieces(&s);
    fail_to_sync(&s);
    hc_scratch_remove(&s.scratch);
    printf("%d failures\n", s.failures);
    return s.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
