/* Kills a program that writes a run at random moments, also while it creates and begins the file, and while it
 * gives it its final name. What hc_recover makes of the remains must be a prefix of every table of the
 * uninterrupted run, with at least the rows that were committed.
 *   test_kill DRIVER KILLS */

#include "tests/traces/run/committed.h"
#include "tests/traces/run/run_check.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/recover.h"
#include "traces/run/run_reader.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEED = 11 };

/* What the kills met. */
typedef struct tally {
    int nothing;  /* before the file had a name */
    int unbegun;  /* before the first row */
    int growing;  /* in the middle of rows */
    int complete; /* the final file was there */
    int failures;
} tally;

static double now_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int start_writer(const char *driver, const char *path, const char *error_path)
{
    const char *arguments[] = {driver, "write", path, "100000", "11", "jobs", "0", "5", NULL};
    return hc_start(arguments, NULL, error_path);
}

/* Seconds of a run that nobody kills. */
static double time_writer(const char *driver, const hc_scratch *scratch)
{
    char error_path[300];
    double start = now_seconds();
    hc_ended ended;
    (void)snprintf(error_path, sizeof error_path, "%s.stderr", scratch->path);
    ended = hc_wait(start_writer(driver, hc_scratch_file(scratch, "run.h5"), error_path), 60,
                    error_path);
    (void)remove(error_path);
    hc_scratch_clear(scratch);
    if (ended.exit_code != 0) {
        printf("the writer failed: %s\n", ended.text);
        exit(EXIT_FAILURE);
    }
    return now_seconds() - start;
}

static void kill_after(const char *driver, const hc_scratch *scratch, double seconds)
{
    char error_path[300];
    struct timespec pause = {.tv_sec = (time_t)seconds,
                             .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    int process = 0;
    (void)snprintf(error_path, sizeof error_path, "%s.stderr", scratch->path);
    process = start_writer(driver, hc_scratch_file(scratch, "run.h5"), error_path);
    (void)nanosleep(&pause, NULL);
    (void)kill(process, SIGKILL);
    (void)hc_wait(process, 60, error_path);
    (void)remove(error_path);
}

static int check_result(const char *path, const uint64_t committed[HC_TABLE_COUNT],
                        uint64_t *job_count, hc_error *error)
{
    hc_run_reader *reader = NULL;
    int status = hc_run_reader_open(&reader, path, error);
    for (int i = 0; status == 0 && i < HC_TABLE_COUNT; i++) {
        uint64_t rows = hc_run_reader_row_count(reader, (hc_run_table)i);
        if (rows < committed[i]) {
            status = hc_error_set(error, HC_ERROR_INTERNAL,
                                  "table %s: %" PRIu64 " of %" PRIu64 " committed rows",
                                  hc_table_describe((hc_run_table)i)->name, rows, committed[i]);
        }
    }
    if (status == 0) {
        *job_count = hc_run_reader_row_count(reader, HC_TABLE_JOBS);
        status = hc_run_check(reader, SEED, HC_EVENTS_JOBS, error);
    }
    hc_run_reader_close(reader);
    return status;
}

static int check_lost(const hc_recovery *recovery, hc_error *error)
{
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        if (recovery->lost_rows[i] != 0) {
            return hc_error_set(error, HC_ERROR_INTERNAL, "table %s: %" PRIu64 " rows lost",
                                hc_table_describe((hc_run_table)i)->name, recovery->lost_rows[i]);
        }
    }
    return 0;
}

/* After a kill. @return 0, or -1 with what is wrong in `error`. */
static int judge(const hc_scratch *scratch, tally *met, hc_error *error)
{
    const char *path = hc_scratch_file(scratch, "run.h5");
    const char *private_path = hc_scratch_file(scratch, "run.h5.rank0000");
    uint64_t committed[HC_TABLE_COUNT] = {0};
    uint64_t job_count = 0;
    hc_recovery recovery;
    if (!hc_file_exists(path) && !hc_file_exists(private_path)) {
        met->nothing++;
        return 0;
    }
    if (hc_file_exists(private_path) && !hc_read_committed(private_path, committed)) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "HDF5 cannot read the private file");
    }
    if (hc_recover(path, &recovery, error) < 0 || check_lost(&recovery, error) < 0 ||
        check_result(path, committed, &job_count, error) < 0) {
        return -1;
    }
    if (!hc_opens_plainly(path) || hc_scratch_count(scratch) != 1) {
        return hc_error_set(error, HC_ERROR_INTERNAL,
                            "HDF5 cannot open the result, or other files are left beside it");
    }
    met->complete += recovery.outcome == HC_RECOVERY_WAS_COMPLETE ? 1 : 0;
    met->unbegun += recovery.outcome == HC_RECOVERY_DONE && job_count == 0 ? 1 : 0;
    met->growing += recovery.outcome == HC_RECOVERY_DONE && job_count > 0 ? 1 : 0;
    return 0;
}

/* The draws need not be good, only the same everywhere. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

int main(int count, char **arguments)
{
    hc_scratch scratch = hc_scratch_make();
    tally met = {0};
    uint64_t state = 1;
    double whole = 0;
    int kills = count > 2 ? (int)strtol(arguments[2], NULL, 10) : 0;
    if (kills <= 0) {
        printf("usage: test_kill DRIVER KILLS\n");
        return EXIT_FAILURE;
    }
    hc_hdf5_quiet();
    whole = time_writer(arguments[1], &scratch);
    for (int i = 0; i < kills; i++) {
        hc_error error = HC_ERROR_NONE;
        /* Every fourth kill meets the first moments, where the file is made. */
        double moment = draw(&state) * (i % 4 == 0 ? 0.15 : 1.0) * whole;
        kill_after(arguments[1], &scratch, moment);
        if (judge(&scratch, &met, &error) < 0) {
            met.failures++;
            printf("kill %d after %.4f s: %s\n", i, moment, error.text);
        }
        hc_scratch_clear(&scratch);
    }
    hc_scratch_remove(&scratch);
    printf(
        "%d kills: %d before the file, %d before the first row, %d in the middle, %d at the end; "
        "%d failures\n",
        kills, met.nothing, met.unbegun, met.growing, met.complete, met.failures);
    return met.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
