#include "traces/run/export_perfetto.h"

#include "sim/units.h"
#include "traces/run/attempt_index.h"
#include "traces/run/perfetto_packets.h"
#include "traces/run/perfetto_slices.h"
#include "traces/run/provenance.h"
#include "traces/run/run_names.h"

#include <inttypes.h>
#include <string.h>

enum { SLICE_ROWS = 4 * HC_CHUNK_ROWS_LIMIT, COUNTER_COUNT = 6 };

/* Tracks: that of the run, then for each partition its group and its counters, then those of the nodes. */
enum { RUN_TRACK = 1, FIRST_GROUP = 2, GROUP_STRIDE = 1 + COUNTER_COUNT };

/* What the counters show, in the order in which they stand. */
static const struct {
    const char *name;
    const char *unit;
} COUNTERS[COUNTER_COUNT] = {
    {"queue length", "jobs"}, {"running jobs", "jobs"}, {"waiting GPUs", "GPUs"},
    {"busy GPUs", "GPUs"},    {"free GPUs", "GPUs"},    {"fragmented GPUs", "GPUs"},
};

/* In thousandths. */
static uint64_t counter_of(const hc_sample_row *sample, size_t counter)
{
    const uint64_t values[COUNTER_COUNT] = {
        (uint64_t)sample->queue_length * 1000,
        (uint64_t)sample->running * 1000,
        sample->waiting_milli,
        sample->busy_milli,
        sample->free_milli,
        sample->fragmented_milli,
    };
    return values[counter];
}

typedef struct context {
    hc_run_reader *reader;
    hc_perfetto trace;
    hc_attempt_index attempts;
    hc_run_names partitions;
    hc_time first; /* of all instants of the run */
    hc_time last;
    hc_time shift;
} context;

static uint64_t group_of(uint64_t partition)
{
    return FIRST_GROUP + partition * GROUP_STRIDE;
}

static uint64_t in_trace(const context *c, hc_time time)
{
    return (uint64_t)(time + c->shift);
}

/* Calls `take` with all rows of the series. */
static int each_sample(context *c, int (*take)(context *c, const hc_sample_row *row, hc_error *),
                       hc_error *error)
{
    uint64_t row_count = hc_run_reader_row_count(c->reader, HC_TABLE_SERIES);
    hc_rows rows = HC_ROWS_NONE;
    int status = 0;
    for (uint64_t first = 0; status == 0 && first < row_count; first += SLICE_ROWS) {
        status = hc_run_reader_read(c->reader, HC_TABLE_SERIES, first, SLICE_ROWS, &rows, error);
        for (size_t i = 0; status == 0 && i < rows.count; i++) {
            status = take(c, (const hc_sample_row *)rows.rows + i, error);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

static void extend(context *c, hc_time time)
{
    if (c->first == HC_TIME_MISSING || time < c->first) {
        c->first = time;
    }
    if (time > c->last) { /* HC_TIME_MISSING is before all */
        c->last = time;
    }
}

static int extend_to_sample(context *c, const hc_sample_row *row, hc_error *error)
{
    (void)error;
    extend(c, row->time);
    return 0;
}

/* Finds the first and last instant, and how far times are moved: not at all, or so that the first one is 0. */
static int find_span(context *c, hc_error *error)
{
    int64_t begin = 0;
    c->first = c->attempts.first_start;
    c->last = c->attempts.last_end;
    if (each_sample(c, extend_to_sample, error) < 0) {
        return -1;
    }
    if (hc_run_reader_number(c->reader, "begin_ns", &begin)) {
        if (begin < -HC_TIME_LIMIT || begin > HC_TIME_LIMIT) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: attribute begin_ns: %" PRId64 " is no time",
                                hc_run_reader_path(c->reader), begin);
        }
        extend(c, begin);
    }
    if (c->first == HC_TIME_MISSING) {
        extend(c, 0);
    }
    c->shift = c->first < 0 ? -c->first : 0;
    return 0;
}

/* What the clock of the run says in ns since 1970-01-01. @return false when it has no dates. */
static bool unix_time_of(const context *c, hc_time time, int64_t *out)
{
    const char *clock = hc_run_reader_text_if_any(c->reader, "clock");
    int64_t zero = 0;
    *out = time;
    if (strcmp(clock, hc_clock_name(HC_CLOCK_CIVIL)) == 0) {
        return true;
    }
    return strcmp(clock, hc_clock_name(HC_CLOCK_UNIX_ZERO)) == 0 &&
           hc_run_reader_number(c->reader, "unix_zero_seconds", &zero) &&
           !__builtin_mul_overflow(zero, HC_SECOND, &zero) &&
           !__builtin_add_overflow(time, zero, out);
}

static int put_date(context *c, hc_error *error)
{
    int64_t unix_time = 0;
    if (!unix_time_of(c, c->first, &unix_time) || unix_time < 0) {
        return 0;
    }
    return hc_perfetto_put_date(&c->trace, in_trace(c, c->first), (uint64_t)unix_time, error);
}

static void note_attributes(context *c)
{
    static const char *const KEYS[] = {"policy", "placement", "seed",     "clock", "zone",
                                       "digest", "generator", "complete", "note"};
    char shift[32];
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const char *text = hc_run_reader_text_if_any(c->reader, KEYS[i]);
        if (text[0] != '\0') {
            hc_perfetto_note_named(&c->trace, KEYS[i], text);
        }
    }
    (void)snprintf(shift, sizeof shift, "%" PRId64, c->shift);
    hc_perfetto_note_named(&c->trace, "time_shift_ns", shift);
}

/* The run itself: one slice over all of it. */
static int put_run(context *c, hc_error *error)
{
    char name[128] = "run";
    char moved[HC_UNIT_TEXT_SIZE];
    hc_perfetto_track track = {.id = RUN_TRACK, .kind = HC_PERFETTO_SLICES, .name = name};
    const char *run_name = hc_run_reader_text_if_any(c->reader, "name");
    if (c->shift != 0) {
        (void)hc_format_seconds(c->shift, moved);
        (void)snprintf(name, sizeof name, "run (times moved by %s s: the trace begins at 0)",
                       moved);
    }
    if (hc_perfetto_put_track(&c->trace, &track, error) < 0) {
        return -1;
    }
    hc_perfetto_begin_slice(&c->trace, RUN_TRACK, in_trace(c, c->first), run_name, 0);
    note_attributes(c);
    if (hc_perfetto_put_slice(&c->trace, error) < 0) {
        return -1;
    }
    return hc_perfetto_put_slice_end(&c->trace, RUN_TRACK, in_trace(c, c->last), error);
}

static int put_counter_tracks(context *c, uint64_t group, hc_error *error)
{
    for (uint32_t i = 0; i < COUNTER_COUNT; i++) {
        hc_perfetto_track track = {.id = group + 1 + i,
                                   .parent = group,
                                   .kind = HC_PERFETTO_COUNTER,
                                   .rank = i,
                                   .name = COUNTERS[i].name,
                                   .unit = COUNTERS[i].unit};
        if (hc_perfetto_put_track(&c->trace, &track, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_groups(context *c, hc_error *error)
{
    for (uint32_t i = 0; i < c->partitions.count; i++) {
        char text[HC_TEXT_BYTES_LIMIT + 16];
        const char *name = hc_run_names_get(&c->partitions, i);
        hc_perfetto_track track = {.id = group_of(i), .kind = HC_PERFETTO_GROUP, .name = text};
        (void)snprintf(text, sizeof text, "partition %s", name == NULL ? "" : name);
        if (hc_perfetto_put_track(&c->trace, &track, error) < 0 ||
            put_counter_tracks(c, track.id, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_sample(context *c, const hc_sample_row *row, hc_error *error)
{
    uint64_t first = group_of(row->partition) + 1;
    for (uint32_t i = 0; i < COUNTER_COUNT; i++) {
        if (hc_perfetto_put_counter(&c->trace, first + i, in_trace(c, row->time),
                                    counter_of(row, i), error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_all(context *c, uint64_t *left_out, hc_error *error)
{
    hc_perfetto_place place = {
        .trace = &c->trace,
        .shift = c->shift,
        .first_track = group_of(c->partitions.count),
        .first_group = FIRST_GROUP,
        .group_stride = GROUP_STRIDE,
        .first_rank = COUNTER_COUNT,
    };
    if (put_date(c, error) < 0 || put_run(c, error) < 0 || put_groups(c, error) < 0 ||
        each_sample(c, put_sample, error) < 0 ||
        hc_perfetto_put_slices(&place, c->reader, &c->attempts, left_out, error) < 0) {
        return -1;
    }
    return hc_perfetto_end(&c->trace, error);
}

int hc_export_perfetto(hc_run_reader *reader, FILE *out, const char *shown, uint64_t *left_out,
                       hc_error *error)
{
    context c = {.reader = reader, .attempts = HC_ATTEMPT_INDEX_NONE};
    int status = 0;
    *left_out = 0;
    if (hc_attempt_index_read(&c.attempts, reader, error) < 0 ||
        hc_run_names_read(&c.partitions, reader, HC_TABLE_PARTITIONS, error) < 0 ||
        find_span(&c, error) < 0) {
        status = -1;
    }
    if (status == 0) {
        status = hc_perfetto_begin(&c.trace, out, shown, error);
    }
    if (status == 0) {
        status = put_all(&c, left_out, error);
    }
    hc_perfetto_release(&c.trace);
    hc_run_names_destroy(&c.partitions);
    hc_attempt_index_destroy(&c.attempts);
    return status;
}
