#include "cli/bench_readers.h"

#include "cli/bench.h"
#include "traces/stream/reader.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What all processes see of a reader. */
typedef struct shared {
    hc_reader_result result;
    volatile uint64_t rows; /* so far, in this life */
} shared;

struct hc_bench_readers {
    const hc_reader_plan *plan;
    shared *shared;
    pid_t *watchers;
};

static void rest(double seconds)
{
    const struct timespec time = {(time_t)seconds,
                                  (long)((seconds - (double)(time_t)seconds) * 1e9)};
    (void)nanosleep(&time, NULL);
}

static void note_end(shared *s, const hc_stream_reader *reader)
{
    hc_stream_reader_counts counts = hc_stream_reader_count(reader);
    s->result.rows = counts.rows;
    s->result.replayed = counts.replayed;
    s->result.doubled = counts.doubled;
    s->result.lost = counts.lost;
    s->result.broken = counts.broken;
    s->result.end_seconds = hc_stopwatch_read().wall_seconds;
    s->result.is_done = true;
}

/* The life of a reader. */
static void read_all(const hc_reader_plan *plan, shared *s)
{
    const hc_stream_reader_options options = {.endpoint = plan->endpoint, .replay = plan->replay};
    hc_error error = HC_ERROR_NONE;
    hc_stream_reader *reader = NULL;
    hc_stream_item item = {.kind = HC_STREAM_NOTHING};
    s->rows = 0;
    if (hc_stream_reader_open(&reader, &options, &error) < 0) {
        return;
    }
    while (item.kind != HC_STREAM_END && hc_stream_reader_next(reader, 1000, &item, &error) == 0) {
        if (item.kind == HC_STREAM_BATCH) {
            s->rows = item.first + item.count;
        } else if (item.kind == HC_STREAM_RANK_END) {
            s->result.is_equal = item.ending.is_equal;
        }
    }
    if (item.kind == HC_STREAM_END) {
        note_end(s, reader);
    }
    hc_stream_reader_close(reader);
}

static pid_t start_reader(const hc_reader_plan *plan, shared *s)
{
    pid_t reader = fork();
    if (reader == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        read_all(plan, s);
        _exit(0);
    }
    s->result.lives++;
    return reader;
}

/* @return whether the reader has come so far; false: it has ended before. */
static bool wait_for_rows(const shared *s, uint64_t rows, pid_t reader)
{
    while (s->rows < rows) {
        if (waitpid(reader, NULL, WNOHANG) != 0) {
            return false;
        }
        rest(0.0005);
    }
    return true;
}

/* Kills the reader on its way, and starts it again. */
static pid_t kill_and_restart(const hc_reader_plan *plan, shared *s, pid_t reader)
{
    for (uint32_t i = 0; i < plan->kills; i++) {
        if (!wait_for_rows(s, plan->rows / (plan->kills + 1) * (i + 1), reader)) {
            return -1;
        }
        (void)kill(reader, SIGKILL);
        (void)waitpid(reader, NULL, 0);
        reader = start_reader(plan, s);
    }
    return reader;
}

static void stop_for_a_while(const hc_reader_plan *plan, const shared *s, pid_t reader)
{
    if (wait_for_rows(s, plan->rows / 3, reader)) {
        (void)kill(reader, SIGSTOP);
        rest(plan->stop_seconds);
        (void)kill(reader, SIGCONT);
    }
}

static void watch_over(const hc_reader_plan *plan, shared *s, uint32_t index)
{
    pid_t reader = start_reader(plan, s);
    if (index == 0) {
        reader = kill_and_restart(plan, s, reader);
    }
    if (index + 1 == plan->count && plan->stop_seconds > 0 && reader > 0) {
        stop_for_a_while(plan, s, reader);
    }
    if (reader > 0) {
        (void)waitpid(reader, NULL, 0);
    }
}

static int start_all(hc_bench_readers *r, hc_error *error)
{
    for (uint32_t i = 0; i < r->plan->count; i++) {
        pid_t watcher = fork();
        if (watcher == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            watch_over(r->plan, &r->shared[i], i);
            _exit(0);
        }
        if (watcher < 0) {
            return hc_error_set(error, HC_ERROR_RUNTIME, "a reader cannot be started: %s",
                                strerror(errno));
        }
        r->watchers[i] = watcher;
    }
    return 0;
}

int hc_bench_readers_start(hc_bench_readers **out, const hc_reader_plan *plan, hc_error *error)
{
    hc_bench_readers *r = calloc(1, sizeof *r);
    size_t bytes = (plan->count + (size_t)1) * sizeof *r->shared;
    if (r == NULL) {
        return hc_error_memory(error);
    }
    r->plan = plan;
    r->watchers = calloc(plan->count + (size_t)1, sizeof *r->watchers);
    r->shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->watchers == NULL || r->shared == MAP_FAILED) {
        free(r->watchers);
        free(r);
        return hc_error_memory(error);
    }
    if (start_all(r, error) < 0) {
        hc_bench_readers_end(r);
        return -1;
    }
    *out = r;
    return 0;
}

void hc_bench_readers_wait(hc_bench_readers *r, double seconds)
{
    double deadline = hc_stopwatch_read().wall_seconds + seconds;
    for (uint32_t i = 0; i < r->plan->count; i++) {
        while (r->watchers[i] > 0 && hc_stopwatch_read().wall_seconds < deadline) {
            if (waitpid(r->watchers[i], NULL, WNOHANG) != 0) {
                r->watchers[i] = 0;
            } else {
                rest(0.001);
            }
        }
    }
}

const hc_reader_result *hc_bench_readers_result(const hc_bench_readers *r, uint32_t index)
{
    return &r->shared[index].result;
}

void hc_bench_readers_end(hc_bench_readers *r)
{
    if (r == NULL) {
        return;
    }
    for (uint32_t i = 0; i < r->plan->count; i++) {
        if (r->watchers[i] > 0) {
            (void)kill(r->watchers[i], SIGKILL);
            (void)waitpid(r->watchers[i], NULL, 0);
        }
    }
    (void)munmap(r->shared, (r->plan->count + (size_t)1) * sizeof *r->shared);
    free(r->watchers);
    free(r);
}
