#include "tests/traces/stream/fake_reader.h"

#include "sim/interfaces/sink.h"
#include "traces/run/run_reader.h"
#include "traces/stream/reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { TABLE_COUNT = 5, PARTITION_LIMIT = 64, NAME_SIZE = 64 };

static const hc_run_table TABLES[TABLE_COUNT] = {
    HC_TABLE_EVENTS, HC_TABLE_SERIES, HC_TABLE_PLACEMENTS, HC_TABLE_DECISIONS, HC_TABLE_LEDGER};

struct hc_stream_reader {
    hc_run_reader *run;
    hc_rows tables[TABLE_COUNT]; /* all rows of each */
    hc_rows partitions;
    size_t next[TABLE_COUNT];
    const char *names[PARTITION_LIMIT];
    char digest[24];
    hc_stream_hello hello;
    uint64_t batch_rows;
    uint64_t pause_ms;
    uint64_t lose;
    uint64_t stop;
    uint64_t fail;
    bool is_hostile;
    double due; /* when the next item comes, wall clock */
    int timer;
    unsigned step;    /* items handed out that are no batches */
    uint64_t batches; /* handed out or lost */
    uint64_t rows;
    uint64_t lost;
    hc_stream_heartbeat beat;
};

static double wall(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The number behind "key=" among the words, or what is usual. */
static uint64_t number_of(const char *words, const char *key, uint64_t usual)
{
    const char *at = words == NULL ? NULL : strstr(words, key);
    return at == NULL ? usual : strtoull(at + strlen(key), NULL, 10);
}

static void read_words(hc_stream_reader *r, const char *words)
{
    r->batch_rows = number_of(words, "rows=", 1024);
    r->pause_ms = number_of(words, "pause=", 0);
    r->lose = number_of(words, "lose=", 0);
    r->stop = number_of(words, "stop=", UINT64_MAX);
    r->fail = number_of(words, "fail=", UINT64_MAX);
    r->is_hostile = words != NULL && strstr(words, "hostile") != NULL;
    r->due = wall() + (double)number_of(words, "late=", 0) / 1e3;
}

static int read_all(hc_stream_reader *r, hc_error *error)
{
    for (int i = 0; i < TABLE_COUNT; i++) {
        if (hc_run_reader_read(r->run, TABLES[i], 0, UINT64_MAX, &r->tables[i], error) < 0) {
            return -1;
        }
    }
    return hc_run_reader_read(r->run, HC_TABLE_PARTITIONS, 0, PARTITION_LIMIT, &r->partitions,
                              error);
}

static hc_time last_submit_of(const hc_stream_reader *r)
{
    const hc_event_row *events = r->tables[0].rows;
    hc_time last = HC_TIME_MISSING;
    for (size_t i = 0; i < r->tables[0].count; i++) {
        last = events[i].type == HC_EVENT_SUBMIT ? events[i].time : last;
    }
    return last;
}

static void greet(hc_stream_reader *r)
{
    const hc_partition_row *partitions = r->partitions.rows;
    int64_t zero = 0;
    (void)hc_run_reader_number(r->run, "unix_zero_seconds", &zero);
    r->hello = (hc_stream_hello){
        .run = hc_run_reader_text(r->run, "run_id"),
        .name = r->is_hostile ? "\x1b[2J</script><img src=x onerror=alert(1)>\xe2\x80\xae"
                              : hc_run_reader_text(r->run, "name"),
        .policy = hc_run_reader_text(r->run, "policy"),
        .clock = hc_run_reader_text(r->run, "clock"),
        .unix_zero_seconds = zero,
        .rank_count = 1,
        .ranks = 1,
        .partitions = r->names,
        .partition_count = r->partitions.count,
    };
    for (size_t i = 0; i < r->partitions.count; i++) {
        r->names[i] = partitions[i].name;
        r->hello.gpus += partitions[i].gpus;
    }
    (void)hc_run_reader_number(r->run, "begin_ns", &r->beat.begin);
    r->beat.now = HC_TIME_MISSING;
    r->beat.last_submit = last_submit_of(r);
}

int hc_stream_reader_open(hc_stream_reader **out, const hc_stream_reader_options *options,
                          hc_error *error)
{
    char *path = strdup(options->endpoint);
    char *words = strchr(path, '?');
    hc_stream_reader *r = calloc(1, sizeof *r);
    if (words != NULL) {
        *words++ = '\0';
    }
    read_words(r, words);
    r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (hc_run_reader_open(&r->run, path, error) < 0 || read_all(r, error) < 0) {
        hc_stream_reader_close(r);
        free(path);
        return -1;
    }
    greet(r);
    free(path);
    *out = r;
    return 0;
}

void hc_stream_reader_close(hc_stream_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        hc_rows_destroy(&reader->tables[i]);
    }
    hc_rows_destroy(&reader->partitions);
    hc_run_reader_close(reader->run);
    (void)close(reader->timer);
    free(reader);
}

static hc_time time_at(const hc_stream_reader *r, int table, size_t row)
{
    return table == 0 ? ((const hc_event_row *)r->tables[0].rows)[row].time
                      : ((const hc_sample_row *)r->tables[1].rows)[row].time;
}

static bool is_left(const hc_stream_reader *r, int table)
{
    return r->next[table] < r->tables[table].count;
}

/* Events before the samples of their instant, then what has no time, the ledger last. */
static int next_table(const hc_stream_reader *r)
{
    bool has_event = is_left(r, 0);
    if (is_left(r, 1) && (!has_event || time_at(r, 1, r->next[1]) < time_at(r, 0, r->next[0]))) {
        return 1;
    }
    for (int table = 0; table < TABLE_COUNT; table++) {
        if (table != 1 && is_left(r, table)) {
            return table;
        }
    }
    return TABLE_COUNT;
}

/* Rows of the table up to the next one of another that has to come first. */
static size_t batch_of(const hc_stream_reader *r, int table)
{
    size_t first = r->next[table];
    size_t count = 0;
    while (count < r->batch_rows && first + count < r->tables[table].count) {
        if (table == 0 && is_left(r, 1) &&
            time_at(r, 1, r->next[1]) < time_at(r, 0, first + count)) {
            break;
        }
        if (table == 1 && is_left(r, 0) &&
            time_at(r, 0, r->next[0]) <= time_at(r, 1, first + count)) {
            break;
        }
        count++;
    }
    return count == 0 ? 1 : count;
}

static void note_events(hc_stream_reader *r, const hc_event_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        r->beat.submitted += rows[i].type == HC_EVENT_SUBMIT ? 1 : 0;
        r->beat.completed += rows[i].type == HC_EVENT_END ? 1 : 0;
        r->beat.rejected += rows[i].type == HC_EVENT_REJECT ? 1 : 0;
        r->beat.now = rows[i].time;
    }
    r->beat.simulated_events += count;
}

static void take_batch(hc_stream_reader *r, hc_stream_item *out)
{
    int table = next_table(r);
    size_t count = batch_of(r, table);
    const hc_table_info *info = hc_table_describe(TABLES[table]);
    *out = (hc_stream_item){.kind = HC_STREAM_BATCH,
                            .table = TABLES[table],
                            .first = r->rows + r->lost,
                            .count = count,
                            .rows = (const char *)r->tables[table].rows +
                                    r->next[table] * info->row_size};
    if (table == 0) {
        note_events(r, out->rows, count);
    }
    r->next[table] += count;
    r->batches++;
    if (r->lose > 0 && r->batches % r->lose == 0) {
        out->kind = HC_STREAM_LOST;
        r->lost += count;
    } else {
        r->rows += count;
    }
}

static void take_ending(hc_stream_reader *r, hc_stream_item *out)
{
    hc_stream_ending *ending = &out->ending;
    *out = (hc_stream_item){.kind = r->step == 2 ? HC_STREAM_RANK_END : HC_STREAM_END};
    *ending = (hc_stream_ending){.published = r->rows + r->lost,
                                 .stream_digest = UINT64_C(0x1234567890abcdef),
                                 .is_equal = r->lost == 0,
                                 .is_complete = hc_run_reader_is_complete(r->run)};
    strncpy(ending->run_digest, hc_run_reader_text(r->run, "digest"),
            sizeof ending->run_digest - 1);
}

static void take_item(hc_stream_reader *r, hc_stream_item *out)
{
    if (r->step == 0) {
        *out = (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &r->hello};
    } else if (r->step == 1 && next_table(r) < TABLE_COUNT) {
        if (r->batches % 8 == 0 && r->beat.published != r->rows) {
            r->beat.published = r->rows;
            r->beat.events_per_second = 3.1e6;
            *out = (hc_stream_item){.kind = HC_STREAM_HEARTBEAT, .heartbeat = r->beat};
        } else {
            take_batch(r, out);
        }
        return;
    } else if (r->step == 1) {
        *out = (hc_stream_item){.kind = HC_STREAM_HEARTBEAT, .heartbeat = r->beat};
    } else {
        take_ending(r, out);
    }
    r->step++;
}

static void sleep_until(double due, int timeout_ms)
{
    double left = due - wall();
    left = left > timeout_ms / 1e3 ? timeout_ms / 1e3 : left;
    if (left > 0) {
        struct timespec wait = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        (void)nanosleep(&wait, NULL);
    }
}

int hc_stream_reader_next(hc_stream_reader *reader, int timeout_ms, hc_stream_item *out,
                          hc_error *error)
{
    *out = (hc_stream_item){.kind = HC_STREAM_NOTHING};
    if (reader->batches >= reader->fail) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "what comes is no stream");
    }
    if (wall() < reader->due || reader->batches >= reader->stop || reader->step == 4) {
        sleep_until(wall() < reader->due ? reader->due : 1e18, timeout_ms);
    }
    if (wall() < reader->due || reader->batches >= reader->stop || reader->step == 4) {
        return 0;
    }
    take_item(reader, out);
    if (reader->pause_ms > 0) {
        reader->due = wall() + (double)reader->pause_ms / 1e3;
    }
    return 0;
}

hc_stream_reader_counts hc_stream_reader_count(const hc_stream_reader *reader)
{
    return (hc_stream_reader_counts){.rows = reader->rows, .lost = reader->lost};
}

int hc_stream_reader_descriptor(const hc_stream_reader *reader)
{
    double left = reader->due - wall();
    struct itimerspec when = {.it_value = {0, 1}};
    if (left > 0) {
        when.it_value =
            (struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9) + 1};
    }
    if (reader->batches >= reader->stop) {
        when.it_value = (struct timespec){0, 0};
    }
    (void)timerfd_settime(reader->timer, 0, &when, NULL);
    return reader->timer;
}
