/* Writes, recovers and checks run files from a shell or another test.
 *   write NAME JOBS SEED LEVEL PACE COMMIT_MS [force]  pace: microseconds between jobs; level: none, jobs, all
 *   recover NAME
 *   verify NAME SEED LEVEL                             each table is a prefix of what `write` writes
 *   read NAME                                          reads everything there is
 *   export NAME TABLE csv|swf                          to standard output
 *   time NAME JOBS LEVEL                               speed of writing
 * Exit status as of hindcast: 4 when a result could not be written. */

#include "tests/traces/run/run_check.h"
#include "tests/traces/run/run_rows.h"
#include "traces/run/export_csv.h"
#include "traces/run/export_swf.h"
#include "traces/run/recover.h"
#include "traces/run/run_file.h"
#include "traces/run/run_reader.h"
#include "traces/run/run_sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int report(const hc_error *error)
{
    static const int CODES[] = {
        [HC_ERROR_OK] = 0,    [HC_ERROR_RUNTIME] = 1, [HC_ERROR_USAGE] = 2,
        [HC_ERROR_TRACE] = 3, [HC_ERROR_OUTPUT] = 4,  [HC_ERROR_INTERNAL] = 5};
    (void)fprintf(stderr, "%s\n", error->text);
    return CODES[error->kind];
}

static hc_event_level level_of(const char *name)
{
    return strcmp(name, "all") == 0    ? HC_EVENTS_ALL
           : strcmp(name, "jobs") == 0 ? HC_EVENTS_JOBS
                                       : HC_EVENTS_NONE;
}

static void sleep_us(long microseconds)
{
    struct timespec pause = {.tv_sec = microseconds / 1000000,
                             .tv_nsec = microseconds % 1000000 * 1000};
    if (microseconds > 0) {
        (void)nanosleep(&pause, NULL);
    }
}

typedef struct task {
    hc_run_file_options options;
    uint32_t job_count;
    uint64_t seed;
    long pace_us;
} task;

static int send_all(hc_run_file *file, const task *t, hc_error *error)
{
    hc_sink sink = hc_run_sink(file);
    for (uint32_t i = 0; i < t->job_count; i++) {
        if (hc_run_rows_send_job(&sink, t->seed, i, error) < 0) {
            return -1;
        }
        sleep_us(t->pace_us);
    }
    return hc_run_rows_send_end(&sink, error);
}

static int write_run(const task *t, hc_error *error)
{
    hc_run_rows_contents prepared;
    hc_run_file *file = NULL;
    hc_run_file_options options = t->options;
    hc_run_totals totals = {
        .digest = {t->seed}, .executed_events = t->job_count, .is_complete = true};
    int status = hc_run_rows_prepare(&prepared, t->job_count, error);
    options.provenance = &prepared.provenance;
    if (status == 0) {
        status = hc_run_file_create(&file, &options, error);
    }
    if (status == 0) {
        sleep_us(t->pace_us * 100);
        status = hc_run_file_begin(file, &prepared.contents, error);
    }
    if (status == 0) {
        status = send_all(file, t, error);
    }
    if (status == 0) {
        status = hc_run_file_finish(file, &totals, error);
    }
    hc_run_file_destroy(file);
    hc_run_rows_release(&prepared);
    return status;
}

static int do_write(int count, char **arguments, hc_error *error)
{
    task t = {.options = {.path = arguments[2], .events = level_of(arguments[5])},
              .job_count = (uint32_t)strtoul(arguments[3], NULL, 10),
              .seed = strtoull(arguments[4], NULL, 10),
              .pace_us = strtol(arguments[6], NULL, 10)};
    t.options.commit_interval = strtoll(arguments[7], NULL, 10) * HC_MILLISECOND;
    t.options.is_forced = count > 8;
    return write_run(&t, error);
}

static int do_recover(int count, char **arguments, hc_error *error)
{
    hc_recovery recovery;
    (void)count;
    if (hc_recover(arguments[2], &recovery, error) < 0) {
        return -1;
    }
    printf("outcome %d\n", (int)recovery.outcome);
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        printf("%s %" PRIu64 " lost %" PRIu64 "\n", hc_table_describe((hc_run_table)table)->name,
               recovery.row_counts[table], recovery.lost_rows[table]);
    }
    return 0;
}

static int do_verify(int count, char **arguments, hc_error *error)
{
    hc_run_reader *reader = NULL;
    int status = hc_run_reader_open(&reader, arguments[2], error);
    (void)count;
    if (status == 0) {
        status =
            hc_run_check(reader, strtoull(arguments[3], NULL, 10), level_of(arguments[4]), error);
    }
    hc_run_reader_close(reader);
    return status;
}

static int do_read(int count, char **arguments, hc_error *error)
{
    hc_run_reader *reader = NULL;
    hc_rows rows = HC_ROWS_NONE;
    int status = hc_run_reader_open(&reader, arguments[2], error);
    (void)count;
    for (int table = 0; status == 0 && table < HC_TABLE_COUNT; table++) {
        status = hc_run_reader_read(reader, (hc_run_table)table, 0, UINT64_MAX, &rows, error);
    }
    hc_rows_destroy(&rows);
    hc_run_reader_close(reader);
    return status;
}

static int do_export(int count, char **arguments, hc_error *error)
{
    hc_run_reader *reader = NULL;
    hc_run_table table = hc_table_find(arguments[3]);
    int status = hc_run_reader_open(&reader, arguments[2], error);
    (void)count;
    if (status == 0 && strcmp(arguments[4], "swf") == 0) {
        status = hc_export_swf(reader, stdout, "standard output", error);
    } else if (status == 0 && table < HC_TABLE_COUNT) {
        status = hc_export_csv(reader, table, stdout, "standard output", error);
    }
    hc_run_reader_close(reader);
    return status;
}

static double user_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static double system_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_stime.tv_usec;
}

/* A sink that takes everything: what the invention of the records costs. */
static int take_job(void *self, const hc_job_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int take_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int take_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int take_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int take_event(void *self, const hc_event_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int take_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static double time_invention(uint32_t job_count)
{
    const hc_sink nowhere = {.job = take_job,
                             .attempt = take_attempt,
                             .placement = take_placement,
                             .decision = take_decision,
                             .event = take_event,
                             .sample = take_sample};
    double start = user_seconds();
    for (uint32_t i = 0; i < job_count; i++) {
        (void)hc_run_rows_send_job(&nowhere, 1, i, NULL);
    }
    return user_seconds() - start;
}

static int do_time(int count, char **arguments, hc_error *error)
{
    task t = {
        .options = {.path = arguments[2], .events = level_of(arguments[4]), .is_forced = true},
        .job_count = (uint32_t)strtoul(arguments[3], NULL, 10),
        .seed = 1};
    double invention = time_invention(t.job_count);
    double user = user_seconds();
    double system = system_seconds();
    int status = write_run(&t, error);
    (void)count;
    user = user_seconds() - user - invention;
    system = system_seconds() - system;
    printf("%" PRIu32 " jobs: %.3f us of user time and %.3f us of system time per job, without "
           "%.3f us to invent it\n",
           t.job_count, 1e6 * user / t.job_count, 1e6 * system / t.job_count,
           1e6 * invention / t.job_count);
    return status;
}

typedef struct verb {
    const char *name;
    int least_arguments;
    int (*run)(int count, char **arguments, hc_error *error);
} verb;

static const verb VERBS[] = {
    {"write", 8, do_write}, {"recover", 3, do_recover}, {"verify", 5, do_verify},
    {"read", 3, do_read},   {"export", 5, do_export},   {"time", 5, do_time},
};

int main(int count, char **arguments)
{
    hc_error error = HC_ERROR_NONE;
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        if (count >= VERBS[i].least_arguments && strcmp(arguments[1], VERBS[i].name) == 0) {
            return VERBS[i].run(count, arguments, &error) == 0 ? 0 : report(&error);
        }
    }
    (void)fprintf(stderr, "usage: see the head of run_file_driver.c\n");
    return 2;
}
