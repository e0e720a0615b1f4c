/* Writes a run of several ranks from one process (made_ranks.h), for tests that kill it and for measurements.
 *   whole NAME EVENTS                     the same run on one rank
 *   again NAME EVENTS RANKS COMMIT_MS     half of it on so many ranks, a little more than was marked, then the rest
 *                                         on one rank more, in a program of its own:
 *   rest NAME EVENTS RANKS COMMIT_MS MARKS
 *   time NAME EVENTS RANKS merge|parts    rows per second of the merge
 * Exit status as of hindcast: 4 when a result could not be written. */

#include "tests/traces/run/made_ranks.h"
#include "traces/run/run_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SEED = 11, BEHIND_MARK = 500 };

/* A part of a run: events from `first` to `end`, on some ranks, from a moment on. */
typedef struct leg {
    const char *path;
    uint32_t first;
    uint32_t end;
    uint32_t rank_count;
    hc_time commit_interval;
    const hc_run_mark *marks;
    size_t mark_count;
} leg;

static int begin(hc_made_ranks *ranks, const leg *l, hc_run_rows_contents *prepared,
                 hc_error *error)
{
    const hc_run_file_options options = {.path = l->path,
                                         .events = HC_EVENTS_JOBS,
                                         .commit_interval = l->commit_interval,
                                         .marks = l->marks,
                                         .mark_count = l->mark_count,
                                         .provenance = &prepared->provenance};
    return hc_made_ranks_begin(ranks, l->rank_count, SEED, l->rank_count, &options,
                               &prepared->contents, error);
}

/* Up to a moment, and a little further. */
static int run_first(const leg *l, hc_run_mark *marks, hc_run_rows_contents *prepared,
                     hc_error *error)
{
    hc_made_ranks ranks = {0};
    int status = begin(&ranks, l, prepared, error);
    if (status == 0) {
        status = hc_made_ranks_send(&ranks, l->first, l->end, error);
    }
    if (status == 0) {
        status = hc_made_ranks_mark(&ranks, marks, error);
    }
    if (status == 0) {
        status = hc_made_ranks_send(&ranks, l->end, l->end + BEHIND_MARK, error);
    }
    hc_made_ranks_destroy(&ranks);
    return status;
}

static int run_last(const leg *l, hc_run_rows_contents *prepared, hc_error *error)
{
    hc_made_ranks ranks = {0};
    int status = begin(&ranks, l, prepared, error);
    if (status == 0) {
        status = hc_made_ranks_send(&ranks, l->first, l->end, error);
    }
    if (status == 0) {
        status = hc_made_ranks_send_end(&ranks, error);
    }
    if (status == 0) {
        status = hc_made_ranks_close(&ranks, error);
    }
    if (status == 0) {
        status = hc_made_ranks_finish(&ranks, false, error);
    }
    hc_made_ranks_destroy(&ranks);
    return status;
}

static int do_whole(char **arguments, hc_run_rows_contents *prepared, hc_error *error)
{
    const leg all = {
        .path = arguments[2], .end = (uint32_t)strtoul(arguments[3], NULL, 10), .rank_count = 1};
    return run_last(&all, prepared, error);
}

static leg leg_of(char **arguments)
{
    return (leg){.path = arguments[2],
                 .end = (uint32_t)strtoul(arguments[3], NULL, 10),
                 .rank_count = (uint32_t)strtoul(arguments[4], NULL, 10),
                 .commit_interval = strtoll(arguments[5], NULL, 10) * HC_MILLISECOND};
}

enum { MARK_DIGITS = 2 * HC_RUN_MARK_BYTES };

/* Marks as hexadecimal digits, one behind the other. */
static void write_marks(const hc_run_mark *marks, size_t count, char *text)
{
    uint8_t bytes[HC_RUN_MARK_BYTES];
    for (size_t i = 0; i < count; i++) {
        hc_run_mark_pack(&marks[i], bytes);
        for (size_t b = 0; b < sizeof bytes; b++) {
            (void)snprintf(text + i * MARK_DIGITS + 2 * b, 3, "%02x", bytes[b]);
        }
    }
}

static int read_marks(const char *text, hc_run_mark *marks, size_t count, hc_error *error)
{
    uint8_t bytes[HC_RUN_MARK_BYTES];
    for (size_t i = 0; i < count; i++) {
        for (size_t b = 0; b < sizeof bytes; b++) {
            const char digits[3] = {text[i * MARK_DIGITS + 2 * b],
                                    text[i * MARK_DIGITS + 2 * b + 1], '\0'};
            bytes[b] = (uint8_t)strtoul(digits, NULL, 16);
        }
        if (hc_run_mark_unpack(bytes, &marks[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int do_rest(char **arguments, hc_run_rows_contents *prepared, hc_error *error)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    leg last = leg_of(arguments);
    last.marks = marks;
    last.mark_count = strlen(arguments[6]) / MARK_DIGITS;
    last.first = last.end / 2;
    if (last.mark_count > HC_MADE_RANK_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "too many marks");
    }
    return read_marks(arguments[6], marks, last.mark_count, error) < 0
               ? -1
               : run_last(&last, prepared, error);
}

static int do_again(char **arguments, hc_run_rows_contents *prepared, hc_error *error)
{
    hc_run_mark marks[HC_MADE_RANK_LIMIT];
    char text[HC_MADE_RANK_LIMIT * MARK_DIGITS + 1] = "";
    char rank_count[16];
    char verb_name[] = "rest";
    char *rest[] = {arguments[0], verb_name,    arguments[2], arguments[3],
                    rank_count,   arguments[5], text,         NULL};
    leg first = leg_of(arguments);
    first.end /= 2;
    if (run_first(&first, marks, prepared, error) < 0) {
        return -1;
    }
    write_marks(marks, first.rank_count, text);
    (void)snprintf(rank_count, sizeof rank_count, "%u", first.rank_count + 1);
    (void)execv(arguments[0], rest);
    return hc_error_set(error, HC_ERROR_INTERNAL, "cannot start %s", arguments[0]);
}

static double now_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int count_rows(const char *path, uint64_t *rows, hc_error *error)
{
    hc_run_reader *reader = NULL;
    int status = hc_run_reader_open(&reader, path, error);
    *rows = 0;
    for (int table = 0; status == 0 && table < HC_GROWING_TABLE_COUNT; table++) {
        *rows += hc_run_reader_row_count(reader, (hc_run_table)table);
    }
    hc_run_reader_close(reader);
    return status;
}

static int report_speed(const char *path, double writing, double merging, hc_error *error)
{
    uint64_t rows = 0;
    int status = count_rows(path, &rows, error);
    if (status == 0) {
        printf("%" PRIu64 " rows: made and written in %.2f s, merged in %.2f s: %.2f M rows/s\n",
               rows, writing, merging, 1e-6 * (double)rows / merging);
    }
    return status;
}

static int do_time(char **arguments, hc_run_rows_contents *prepared, hc_error *error)
{
    const leg all = {.path = arguments[2], .rank_count = (uint32_t)strtoul(arguments[4], NULL, 10)};
    hc_made_ranks ranks = {0};
    double start = now_seconds();
    double middle = 0;
    int status = begin(&ranks, &all, prepared, error);
    if (status == 0) {
        status = hc_made_ranks_send(&ranks, 0, (uint32_t)strtoul(arguments[3], NULL, 10), error);
    }
    if (status == 0) {
        status = hc_made_ranks_close(&ranks, error);
    }
    middle = now_seconds();
    if (status == 0) {
        status = hc_made_ranks_finish(&ranks, strcmp(arguments[5], "parts") == 0, error);
    }
    hc_made_ranks_destroy(&ranks);
    return status < 0 ? -1
                      : report_speed(arguments[2], middle - start, now_seconds() - middle, error);
}

typedef struct verb {
    const char *name;
    int argument_count;
    int (*run)(char **arguments, hc_run_rows_contents *prepared, hc_error *error);
} verb;

static const verb VERBS[] = {
    {"whole", 4, do_whole}, {"again", 6, do_again}, {"rest", 7, do_rest}, {"time", 6, do_time}};

static int run_verb(const verb *v, char **arguments)
{
    static const int CODES[] = {
        [HC_ERROR_OK] = 0,    [HC_ERROR_RUNTIME] = 1, [HC_ERROR_USAGE] = 2,
        [HC_ERROR_TRACE] = 3, [HC_ERROR_OUTPUT] = 4,  [HC_ERROR_INTERNAL] = 5};
    hc_error error = HC_ERROR_NONE;
    hc_run_rows_contents prepared;
    int status = hc_run_rows_prepare(&prepared, 0, &error);
    status = status < 0 ? -1 : v->run(arguments, &prepared, &error);
    hc_run_rows_release(&prepared);
    if (status < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
    }
    return status < 0 ? CODES[error.kind] : 0;
}

int main(int count, char **arguments)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        if (count == VERBS[i].argument_count && strcmp(arguments[1], VERBS[i].name) == 0) {
            return run_verb(&VERBS[i], arguments);
        }
    }
    (void)fprintf(stderr, "usage: see the head of ranks_driver.c\n");
    return 2;
}
