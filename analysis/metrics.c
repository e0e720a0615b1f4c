#include "analysis/metrics.h"

#include "sim/civil_time.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_ROWS = 65536, MAX_PERIODS = 4096 };

static const double SLOWDOWN_BOUND_SECONDS = 10;

/* Values that grow with the jobs. */
typedef struct values {
    double *items;
    size_t count;
    size_t capacity;
} values;

/* What is added up for one period. */
typedef struct period_sums {
    double busy_milli;
    double queue_length;
    uint64_t sample_count;
    double wait_seconds;
    uint64_t wait_count;
    double recorded_wait_seconds;
    uint64_t recorded_count;
} period_sums;

/* What is added up on the way through the tables. */
typedef struct sums {
    hc_metrics *out;
    values waits;
    values slowdowns;
    values recorded_waits;
    values recorded_slowdowns;
    hc_int128 queue_integral; /* jobs waiting x ns inside the window */
    hc_int128 recorded_busy;  /* thousandths x ns inside the window */
    hc_time window_begin;     /* of the ledger */
    hc_time window_end;
    period_sums *periods;
} sums;

static int push(values *v, double value, hc_error *error)
{
    if (v->count == v->capacity) {
        size_t capacity = v->capacity == 0 ? 1024 : v->capacity * 2;
        double *grown = realloc(v->items, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        v->items = grown;
        v->capacity = capacity;
    }
    v->items[v->count++] = value;
    return 0;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static hc_summary summarise(values *v)
{
    hc_summary s = {.count = v->count};
    if (v->count == 0) {
        return s;
    }
    s.mean = gsl_stats_mean(v->items, 1, v->count);
    qsort(v->items, v->count, sizeof *v->items, compare_doubles);
    s.median = gsl_stats_median_from_sorted_data(v->items, 1, v->count);
    s.p95 = gsl_stats_quantile_from_sorted_data(v->items, 1, v->count, 0.95);
    s.maximum = v->items[v->count - 1];
    return s;
}

static double seconds(hc_time time)
{
    return (double)time / (double)HC_SECOND;
}

static double slowdown(hc_time wait, hc_time run)
{
    double bound = fmax(seconds(run), SLOWDOWN_BOUND_SECONDS);
    return fmax(1, (seconds(wait) + seconds(run)) / bound);
}

static uint64_t milli_of(const hc_job_row *job)
{
    return (uint64_t)job->gpus * job->gpu_milli;
}

static void widen(hc_time *earliest, hc_time *latest, hc_time time)
{
    if (time == HC_TIME_MISSING) {
        return;
    }
    if (*earliest == HC_TIME_MISSING || time < *earliest) {
        *earliest = time;
    }
    if (*latest == HC_TIME_MISSING || time > *latest) {
        *latest = time;
    }
}

/* First pass: extents and counts; they decide the periods. */
static void count_job(sums *s, const hc_job_row *job)
{
    hc_metrics *m = s->out;
    hc_time ignored = HC_TIME_MISSING;
    m->job_count++;
    m->state_counts[job->state]++;
    m->rejection_counts[job->rejection]++;
    m->requested_count += job->is_limit_requested ? 1 : 0;
    widen(&m->first_submit, &m->last_submit, job->submit);
    widen(&m->first_start, &ignored, job->start);
    ignored = HC_TIME_MISSING;
    widen(&ignored, &m->last_end, job->end);
    if (job->state == HC_JOB_REJECTED) {
        m->rejected += (hc_int128)job->run_time * milli_of(job);
    }
}

/* The part of begin .. end that lies in the ledger's window. */
static hc_time inside(const sums *s, hc_time begin, hc_time end)
{
    hc_time from = begin > s->window_begin ? begin : s->window_begin;
    hc_time to = end < s->window_end ? end : s->window_end;
    return to > from ? to - from : 0;
}

/* A wait as the trace recorded it, and the busy time inside the ledger's window. */
static int add_recorded(sums *s, const hc_job_row *job, size_t period, hc_error *error)
{
    hc_time start = job->recorded_start;
    hc_time end = job->recorded_end;
    if (start == HC_TIME_MISSING) {
        return 0;
    }
    if (end != HC_TIME_MISSING) {
        s->recorded_busy += (hc_int128)inside(s, start, end) * milli_of(job);
    }
    if (!job->is_measured || job->state == HC_JOB_REJECTED) {
        return 0;
    }
    if (period < s->out->period_count) {
        s->periods[period].recorded_wait_seconds += seconds(start - job->submit);
        s->periods[period].recorded_count++;
    }
    if (push(&s->recorded_waits, seconds(start - job->submit), error) < 0) {
        return -1;
    }
    return push(&s->recorded_slowdowns, slowdown(start - job->submit, job->run_time), error);
}

static size_t period_of(const hc_metrics *m, hc_time time)
{
    if (m->period_count == 0 || time < m->periods[0].begin) {
        return SIZE_MAX;
    }
    return (size_t)((time - m->periods[0].begin) / m->period_length);
}

/* Second pass: waits and slowdowns. */
static int measure_job(sums *s, const hc_job_row *job, hc_error *error)
{
    size_t period = period_of(s->out, job->submit);
    if (job->state != HC_JOB_REJECTED) {
        hc_time until = job->start == HC_TIME_MISSING ? s->window_end : job->start;
        s->queue_integral += inside(s, job->submit, until);
    }
    if (job->is_measured && job->start != HC_TIME_MISSING) {
        s->out->measured_count++;
        if (push(&s->waits, seconds(job->wait), error) < 0 ||
            push(&s->slowdowns, slowdown(job->wait, job->run_time), error) < 0) {
            return -1;
        }
        if (period < s->out->period_count) {
            s->periods[period].wait_seconds += seconds(job->wait);
            s->periods[period].wait_count++;
        }
    }
    return add_recorded(s, job, period, error);
}

static int first_pass(hc_run_reader *reader, sums *s, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(reader, HC_TABLE_JOBS);
    int status = 0;
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(reader, HC_TABLE_JOBS, first, SLICE_ROWS, &rows, error);
        for (size_t i = 0; i < rows.count && status == 0; i++) {
            count_job(s, &((const hc_job_row *)rows.rows)[i]);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

static int second_pass(hc_run_reader *reader, sums *s, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(reader, HC_TABLE_JOBS);
    int status = 0;
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(reader, HC_TABLE_JOBS, first, SLICE_ROWS, &rows, error);
        for (size_t i = 0; i < rows.count && status == 0; i++) {
            status = measure_job(s, &((const hc_job_row *)rows.rows)[i], error);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

static int read_ledger(hc_run_reader *reader, sums *s, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    int64_t begin = 0;
    int status = hc_run_reader_read(reader, HC_TABLE_LEDGER, 0, SLICE_ROWS, &rows, error);
    for (size_t i = 0; i < rows.count && status == 0; i++) {
        const hc_ledger_row *row = &((const hc_ledger_row *)rows.rows)[i];
        hc_int128 amount = hc_gpu_time_join(row->held);
        s->out->ledger[row->bucket] += amount;
        s->out->capacity += amount;
    }
    hc_rows_destroy(&rows);
    if (status == 0 && hc_run_reader_number(reader, "measure_from_ns", &begin)) {
        s->window_begin = begin;
    }
    return status;
}

static int count_gpus(hc_run_reader *reader, hc_metrics *m, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    int status = hc_run_reader_read(reader, HC_TABLE_PARTITIONS, 0, SLICE_ROWS, &rows, error);
    for (size_t i = 0; i < rows.count && status == 0; i++) {
        m->gpu_count += ((const hc_partition_row *)rows.rows)[i].gpus;
    }
    hc_rows_destroy(&rows);
    return status;
}

/* The ledger's window, from its begin and its amount: exact, since every GPU-nanosecond is in it. */
static void close_window(sums *s)
{
    uint64_t milli = s->out->gpu_count * 1000;
    s->window_end = s->window_begin;
    if (milli > 0) {
        s->window_end += (hc_time)(s->out->capacity / milli);
        s->out->utilization = s->out->capacity == 0 ? 0
                                                    : (double)s->out->ledger[HC_BUCKET_BUSY] /
                                                          (double)s->out->capacity;
    }
}

/* Weeks begin on Monday where dates are known. */
static hc_time first_period(hc_run_reader *reader, hc_time begin, hc_time length)
{
    const char *clock = hc_run_reader_text(reader, "clock");
    int64_t zero_seconds = 0;
    hc_time offset = 0;
    if (clock == NULL || strcmp(clock, "unknown zero") == 0) {
        return begin;
    }
    if (strcmp(clock, "unix zero") == 0) {
        (void)hc_run_reader_number(reader, "unix_zero_seconds", &zero_seconds);
    }
    offset = (begin + zero_seconds * HC_SECOND) % HC_DAY;
    begin -= offset < 0 ? offset + HC_DAY : offset;
    if (length == 7 * HC_DAY) {
        begin -= hc_civil_weekday(begin + zero_seconds * HC_SECOND) * HC_DAY;
    }
    return begin;
}

static int make_periods(hc_run_reader *reader, sums *s, hc_error *error)
{
    hc_metrics *m = s->out;
    hc_time begin = m->first_submit;
    hc_time end = m->last_end == HC_TIME_MISSING ? m->last_submit : m->last_end;
    size_t count = 0;
    if (begin == HC_TIME_MISSING) {
        return 0;
    }
    m->period_name =
        end - begin > 21 * HC_DAY ? "week" : (end - begin > 2 * HC_DAY ? "day" : "hour");
    m->period_length =
        m->period_name[0] == 'w' ? 7 * HC_DAY : (m->period_name[0] == 'd' ? HC_DAY : HC_HOUR);
    begin = first_period(reader, begin, m->period_length);
    count = (size_t)((end - begin) / m->period_length) + 1;
    count = count < MAX_PERIODS ? count : MAX_PERIODS;
    m->periods = calloc(count, sizeof *m->periods);
    s->periods = calloc(count, sizeof *s->periods);
    if (m->periods == NULL || s->periods == NULL) {
        return hc_error_memory(error);
    }
    m->period_count = count;
    for (size_t i = 0; i < count; i++) {
        m->periods[i].begin = begin + (hc_time)i * m->period_length;
    }
    return 0;
}

static int read_series(hc_run_reader *reader, sums *s, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(reader, HC_TABLE_SERIES);
    int status = 0;
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(reader, HC_TABLE_SERIES, first, SLICE_ROWS, &rows, error);
        for (size_t i = 0; i < rows.count && status == 0; i++) {
            const hc_sample_row *row = &((const hc_sample_row *)rows.rows)[i];
            size_t period = period_of(s->out, row->time);
            if (period < s->out->period_count) {
                s->periods[period].busy_milli += (double)row->busy_milli;
                s->periods[period].queue_length += (double)row->queue_length;
                s->periods[period].sample_count += row->partition == 0 ? 1 : 0;
            }
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

static double ratio(double sum, uint64_t count)
{
    return count == 0 ? NAN : sum / (double)count;
}

static void finish(sums *s)
{
    hc_metrics *m = s->out;
    double span = seconds(s->window_end - s->window_begin);
    m->wait = summarise(&s->waits);
    m->slowdown = summarise(&s->slowdowns);
    m->recorded_wait = summarise(&s->recorded_waits);
    m->recorded_slowdown = summarise(&s->recorded_slowdowns);
    m->recorded_utilization = s->recorded_busy > 0 && m->capacity > 0
                                  ? (double)s->recorded_busy / (double)m->capacity
                                  : NAN;
    m->queue_mean = span > 0 ? (double)s->queue_integral / (double)HC_SECOND / span : 0;
    for (size_t i = 0; i < m->period_count; i++) {
        const period_sums *p = &s->periods[i];
        m->periods[i].utilization =
            ratio(p->busy_milli, p->sample_count) / ((double)m->gpu_count * 1000);
        m->periods[i].queue_length = ratio(p->queue_length, p->sample_count);
        m->periods[i].wait_simulated_seconds = ratio(p->wait_seconds, p->wait_count);
        m->periods[i].wait_recorded_seconds = ratio(p->recorded_wait_seconds, p->recorded_count);
    }
}

static void free_sums(sums *s)
{
    free(s->waits.items);
    free(s->slowdowns.items);
    free(s->recorded_waits.items);
    free(s->recorded_slowdowns.items);
    free(s->periods);
}

int hc_metrics_compute(hc_metrics *out, hc_run_reader *reader, hc_error *error)
{
    sums s = {.out = out};
    int status = -1;
    *out = (hc_metrics){.first_submit = HC_TIME_MISSING,
                        .last_submit = HC_TIME_MISSING,
                        .first_start = HC_TIME_MISSING,
                        .last_end = HC_TIME_MISSING,
                        .period_name = "day",
                        .period_length = HC_DAY};
    if (first_pass(reader, &s, error) == 0 && count_gpus(reader, out, error) == 0 &&
        read_ledger(reader, &s, error) == 0 && make_periods(reader, &s, error) == 0) {
        close_window(&s);
        if (second_pass(reader, &s, error) == 0 && read_series(reader, &s, error) == 0) {
            finish(&s);
            status = 0;
        }
    }
    free_sums(&s);
    if (status < 0) {
        hc_metrics_free(out);
    }
    return status;
}

void hc_metrics_free(hc_metrics *metrics)
{
    free(metrics->periods);
    metrics->periods = NULL;
    metrics->period_count = 0;
}

double hc_metrics_makespan_seconds(const hc_metrics *m)
{
    if (m->last_end == HC_TIME_MISSING) {
        return 0;
    }
    return seconds(m->last_end - m->first_submit);
}

double hc_gpu_hours(hc_int128 milli_ns)
{
    return (double)milli_ns / 1000 / 3600e9;
}
