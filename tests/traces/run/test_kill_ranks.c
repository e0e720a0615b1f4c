/* Kills a program that writes a run of several ranks and takes it up again on one rank more, at random moments; then
 * lets the disk fail under it, at random calls, until the last ones: those of the merge.
 * Whatever it leaves, hc_recover must make a file of it in which each row stands at most once, in the order of the
 * run that nobody killed, with at least the rows that were committed and count.
 *   test_kill_ranks DRIVER KILLS SHIM */

#include "tests/traces/run/committed.h"
#include "tests/traces/run/made_ranks.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/recover.h"
#include "traces/run/run_remains.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    EVENTS = 30000, /* half of them before the run is taken up again */
    WHOLE_CALLS = 1700,
    EXIT_OUTPUT = 4,
};

/* What the kills met. */
typedef struct tally {
    int nothing;  /* before any file had a name */
    int first;    /* before the run was taken up again */
    int again;    /* after that */
    int complete; /* the final file was there */
    int failures;
} tally;

static double now_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static char error_path[300];

static void run_whole(const char *driver, const char *path)
{
    const char *arguments[] = {driver, "whole", path, "30000", NULL};
    hc_ended ended = hc_wait(hc_start(arguments, NULL, error_path), 60, error_path);
    if (ended.exit_code != 0) {
        printf("the writer failed: %s\n", ended.text);
        exit(EXIT_FAILURE);
    }
}

static int start_writer(const char *driver, const char *path)
{
    const char *arguments[] = {driver, "again", path, "30000", "2", "5", NULL};
    return hc_start(arguments, NULL, error_path);
}

static double time_writer(const char *driver, const char *path)
{
    double start = now_seconds();
    hc_ended ended = hc_wait(start_writer(driver, path), 60, error_path);
    if (ended.exit_code != 0) {
        printf("the writer failed: %s\n", ended.text);
        exit(EXIT_FAILURE);
    }
    return now_seconds() - start;
}

static void kill_after(const char *driver, const char *path, double seconds)
{
    struct timespec pause = {.tv_sec = (time_t)seconds,
                             .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    int process = start_writer(driver, path);
    (void)nanosleep(&pause, NULL);
    (void)kill(process, SIGKILL);
    (void)hc_wait(process, 60, error_path);
}

/* Lets all writing fail from some call on. @return whether the program noticed, or was through before. */
static bool fail_disk(const char *driver, const char *shim, const char *path, int calls)
{
    const char *arguments[] = {driver, "again", path, "30000", "2", "5", NULL};
    char preload[512];
    char limit[64];
    const char *environment[] = {preload, limit, "ASAN_OPTIONS=verify_asan_link_order=0", NULL};
    hc_ended ended;
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", shim);
    (void)snprintf(limit, sizeof limit, "HC_FAULT_CALLS=%d", calls);
    ended = hc_wait(hc_start(arguments, environment, error_path), 60, error_path);
    if (ended.exit_code == 0) {
        return true;
    }
    if (ended.exit_code != EXIT_OUTPUT || hc_file_exists(path) ||
        strstr(ended.text, "run.h5: cannot ") == NULL ||
        strstr(ended.text, "No space left on device") == NULL) {
        printf("disk full at call %d: exit %d, %s\n", calls, ended.exit_code, ended.text);
        return false;
    }
    return true;
}

/* Rows that are committed in the files of the last generation. */
static int count_committed(const hc_remains *found, uint64_t counts[HC_GROWING_TABLE_COUNT])
{
    uint32_t last = found->count == 0 ? 0 : found->files[found->count - 1].generation;
    for (size_t i = 0; i < found->count; i++) {
        uint64_t committed[HC_TABLE_COUNT] = {0};
        if (!hc_read_committed(found->files[i].path, committed)) {
            return -1;
        }
        for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
            counts[table] += found->files[i].generation == last ? committed[table] : 0;
        }
    }
    return (int)last;
}

static int check_counts(const hc_recovery *recovery, const uint64_t counts[HC_GROWING_TABLE_COUNT],
                        hc_error *error)
{
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        if (recovery->lost_rows[table] != 0 || recovery->row_counts[table] < counts[table]) {
            return hc_error_set(
                error, HC_ERROR_INTERNAL,
                "table %s: %" PRIu64 " rows, %" PRIu64 " lost, %" PRIu64 " committed",
                hc_table_describe((hc_run_table)table)->name, recovery->row_counts[table],
                recovery->lost_rows[table], counts[table]);
        }
    }
    return 0;
}

/* After a kill. @return 0, or -1 with what is wrong in `error`. */
static int judge(const char *path, const char *whole_path, tally *met, hc_error *error)
{
    uint64_t counts[HC_GROWING_TABLE_COUNT] = {0};
    hc_remains found;
    hc_recovery recovery;
    int last = -1;
    bool is_there = hc_file_exists(path);
    size_t file_count = 0;
    if (hc_remains_find(&found, path, error) == 0) {
        last = count_committed(&found, counts);
    }
    file_count = found.count;
    hc_remains_release(&found);
    if (last < 0) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "HDF5 cannot read the private files");
    }
    if (!is_there && file_count == 0) {
        met->nothing++;
        return 0;
    }
    if (hc_recover(path, &recovery, error) < 0 || check_counts(&recovery, counts, error) < 0) {
        return -1;
    }
    if (last > 0 && recovery.row_counts[HC_TABLE_JOBS] < EVENTS / 2) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "rows before the mark are missing");
    }
    if (recovery.row_counts[HC_TABLE_NODES] > 0 && !hc_tables_agree(path, whole_path, true)) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "rows are not in order");
    }
    met->complete += is_there ? 1 : 0;
    met->first += !is_there && last == 0 ? 1 : 0;
    met->again += !is_there && last > 0 ? 1 : 0;
    return 0;
}

/* The draws need not be good, only the same everywhere. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* Everything that is harmed in turn. */
typedef struct setting {
    const char *driver;
    const char *shim;
    hc_scratch scratch;
    hc_scratch reference;
    tally met;
} setting;

/* Looks at what is left, and clears it away. */
static void judge_remains(setting *s, bool is_as_expected, const char *what, double moment)
{
    hc_error error = HC_ERROR_NONE;
    if (!is_as_expected || judge(hc_scratch_file(&s->scratch, "run.h5"),
                                 hc_scratch_file(&s->reference, "whole.h5"), &s->met, &error) < 0) {
        s->met.failures++;
        printf("%s after %.4f: %s\n", what, moment, error.text);
    }
    hc_scratch_clear(&s->scratch);
}

static void report(setting *s, const char *what)
{
    const tally *met = &s->met;
    printf(
        "%s: %d before the files, %d before the run was taken up again, %d after that, %d at the "
        "end; %d failures\n",
        what, met->nothing, met->first, met->again, met->complete, met->failures);
    s->met = (tally){.failures = met->failures};
}

static void harm(setting *s, int count)
{
    const char *path = hc_scratch_file(&s->scratch, "run.h5");
    uint64_t state = 3;
    double whole = 0;
    run_whole(s->driver, hc_scratch_file(&s->reference, "whole.h5"));
    whole = time_writer(s->driver, path);
    hc_scratch_clear(&s->scratch);
    for (int i = 0; i < count; i++) {
        double moment = draw(&state) * whole;
        path = hc_scratch_file(&s->scratch, "run.h5");
        kill_after(s->driver, path, moment);
        judge_remains(s, true, "kill", moment);
    }
    report(s, "kills");
    for (int i = 0; i < count; i++) {
        int calls = (int)(draw(&state) * WHOLE_CALLS);
        path = hc_scratch_file(&s->scratch, "run.h5");
        judge_remains(s, fail_disk(s->driver, s->shim, path, calls), "disk full", calls);
    }
    report(s, "disk full");
}

int main(int count, char **arguments)
{
    setting s = {.scratch = hc_scratch_make(), .reference = hc_scratch_make()};
    int harms = count > 3 ? (int)strtol(arguments[2], NULL, 10) : 0;
    if (harms <= 0) {
        printf("usage: test_kill_ranks DRIVER KILLS SHIM\n");
        return EXIT_FAILURE;
    }
    s.driver = arguments[1];
    s.shim = arguments[3];
    hc_hdf5_quiet();
    (void)snprintf(error_path, sizeof error_path, "%s.stderr", s.scratch.path);
    harm(&s, harms);
    (void)remove(error_path);
    hc_scratch_remove(&s.scratch);
    hc_scratch_remove(&s.reference);
    return s.met.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
