#include "analysis/metrics.h"

#include "analysis/each_row.h"
#include "sim/civil_time.h"
#include "sim/cluster/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SLOWDOWN_BOUND_SECONDS = 10;

/* What is added up for one period. */
typedef struct period_sums {
    double busy_milli;
    double usable_milli; /* busy, or free on nodes in service */
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
    hc_run_reader *reader;
    hc_values waits;
    hc_values slowdowns;
    hc_values recorded_waits;
    hc_values recorded_slowdowns;
    hc_int128 queue_integral; /* jobs waiting x ns inside the window */
    hc_int128 recorded_busy;  /* thousandths x ns inside the window */
    hc_time earliest;         /* of all times of the jobs; HC_TIME_MISSING without jobs */
    hc_time latest;
    hc_time window_begin; /* of the ledger */
    hc_time window_end;
    period_sums *periods;
} sums;

/* What is wrong with a file that contradicts itself. */
static int refuse(const sums *s, const char *what, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", hc_run_reader_path(s->reader), what);
}

/* Sums of GPU time fit by far in files that a run has written. */
static int add_gpu_time(const sums *s, hc_int128 *sum, hc_int128 amount, hc_error *error)
{
    if (amount < 0 || __builtin_add_overflow(*sum, amount, sum)) {
        return refuse(s, "holds an amount of GPU time that cannot be", error);
    }
    return 0;
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
static int count_job(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    hc_metrics *m = s->out;
    const hc_job_row *job = row;
    const hc_time times[] = {job->submit, job->start, job->end, job->recorded_start,
                             job->recorded_end};
    hc_time ignored = HC_TIME_MISSING;
    m->job_count++;
    m->state_counts[job->state]++;
    m->rejection_counts[job->rejection]++;
    m->requested_count += job->is_limit_requested ? 1 : 0;
    m->preemption_count += job->preemptions;
    m->preempted_count += job->preemptions > 0 ? 1 : 0;
    if (job->start != HC_TIME_MISSING) {
        m->no_start_count += job->recorded_start == HC_TIME_MISSING ? 1 : 0;
        m->late_count +=
            job->recorded_start != HC_TIME_MISSING && job->start > job->recorded_start ? 1 : 0;
    }
    widen(&m->first_submit, &m->last_submit, job->submit);
    widen(&ignored, &m->last_end, job->end);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        widen(&s->earliest, &s->latest, times[i]);
    }
    if (job->state != HC_JOB_REJECTED) {
        return 0;
    }
    return add_gpu_time(s, &m->rejected, (hc_int128)job->run_time * milli_of(job), error);
}

static int count_jobs(sums *s, hc_error *error)
{
    if (hc_each_row(s->reader, HC_TABLE_JOBS, count_job, s, error) < 0) {
        return -1;
    }
    return s->out->job_count > 0 && s->latest - s->earliest > HC_TIME_LIMIT
               ? refuse(s, "its jobs span more than 146 years", error)
               : 0;
}

static int count_elsewhere(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    (void)error;
    s->out->elsewhere_count += ((const hc_decision_row *)row)->reason == HC_WAIT_PLACE ? 1 : 0;
    return 0;
}

static int count_contradictions(sums *s, hc_error *error)
{
    if (strcmp(hc_run_reader_text_if_any(s->reader, "policy"), "recorded") != 0) {
        return 0;
    }
    return hc_each_row(s->reader, HC_TABLE_DECISIONS, count_elsewhere, s, error);
}

static int count_gpus(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    const hc_partition_row *partition = row;
    if (partition->gpus > HC_MACHINE_MAX_GPUS ||
        s->out->gpu_count + partition->gpus > HC_MACHINE_MAX_GPUS) {
        return refuse(s, "table partitions: more GPUs than a machine can have", error);
    }
    s->out->gpu_count += partition->gpus;
    return 0;
}

static int add_to_ledger(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    const hc_ledger_row *entry = row;
    hc_int128 amount = hc_gpu_time_join(entry->held);
    if (add_gpu_time(s, &s->out->ledger[entry->bucket], amount, error) < 0) {
        return -1;
    }
    return add_gpu_time(s, &s->out->capacity, amount, error);
}

/* A time among the attributes, where every run has it. */
static int read_time(const sums *s, const char *key, hc_time *out, hc_error *error)
{
    if (!hc_run_reader_number(s->reader, key, out) || *out < -HC_TIME_LIMIT ||
        *out > HC_TIME_LIMIT) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: attribute %s is missing or no time",
                            hc_run_reader_path(s->reader), key);
    }
    return 0;
}

/* The ledger's window, from its begin and its amount: exact, since every GPU-nanosecond is in it. */
static int read_window(sums *s, hc_error *error)
{
    hc_metrics *m = s->out;
    hc_int128 length = 0;
    if (read_time(s, "measure_from_ns", &s->window_begin, error) < 0 ||
        hc_each_row(s->reader, HC_TABLE_LEDGER, add_to_ledger, s, error) < 0) {
        return -1;
    }
    if (m->gpu_count > 0) {
        length = m->capacity / ((hc_int128)m->gpu_count * HC_WHOLE_GPU);
    }
    if (length > HC_TIME_LIMIT - s->window_begin) {
        return refuse(s, "table ledger: more GPU time than its GPUs have in 146 years", error);
    }
    s->window_end = s->window_begin + (hc_time)length;
    return 0;
}

/* A simulation that begins with jobs which are already there counts from its own begin: those jobs were submitted
 * weeks before, when nothing was simulated. */
static int read_begin(sums *s, hc_error *error)
{
    hc_metrics *m = s->out;
    hc_time begin = 0;
    if (read_time(s, "begin_ns", &begin, error) < 0) {
        return -1;
    }
    if (m->job_count > 0) {
        m->begin = begin > m->first_submit ? begin : m->first_submit;
    }
    return 0;
}

/* The part of begin .. end that lies in the ledger's window. */
static hc_time inside(const sums *s, hc_time begin, hc_time end)
{
    hc_time from = begin > s->window_begin ? begin : s->window_begin;
    hc_time to = end < s->window_end ? end : s->window_end;
    return to > from ? to - from : 0;
}

/* @return SIZE_MAX before the first period; it may be behind the last one. The difference of two times that are
 * in order fits in 64 bits whatever they are. */
static size_t period_of(const hc_metrics *m, hc_time time)
{
    if (m->period_count == 0 || time < m->periods[0].begin) {
        return SIZE_MAX;
    }
    return (size_t)(((uint64_t)time - (uint64_t)m->periods[0].begin) / (uint64_t)m->period_length);
}

/* A wait as the trace recorded it, and the busy time inside the ledger's window. */
static int add_recorded(sums *s, const hc_job_row *job, size_t period, hc_error *error)
{
    hc_time start = job->recorded_start;
    hc_time end = job->recorded_end;
    if (start == HC_TIME_MISSING) {
        return 0;
    }
    if (end != HC_TIME_MISSING &&
        add_gpu_time(s, &s->recorded_busy, (hc_int128)inside(s, start, end) * milli_of(job),
                     error) < 0) {
        return -1;
    }
    if (!job->is_measured || job->state == HC_JOB_REJECTED) {
        return 0;
    }
    if (period < s->out->period_count) {
        s->periods[period].recorded_wait_seconds += seconds(start - job->submit);
        s->periods[period].recorded_count++;
    }
    if (hc_values_add(&s->recorded_waits, seconds(start - job->submit), error) < 0) {
        return -1;
    }
    return hc_values_add(&s->recorded_slowdowns, slowdown(start - job->submit, job->run_time),
                         error);
}

static int add_simulated(sums *s, const hc_job_row *job, size_t period, hc_error *error)
{
    if (!job->is_measured || job->start == HC_TIME_MISSING) {
        return 0;
    }
    s->out->measured_count++;
    if (period < s->out->period_count) {
        s->periods[period].wait_seconds += seconds(job->wait);
        s->periods[period].wait_count++;
    }
    if (hc_values_add(&s->waits, seconds(job->wait), error) < 0) {
        return -1;
    }
    return hc_values_add(&s->slowdowns, slowdown(job->wait, job->run_time), error);
}

/* Second pass: waits and slowdowns. */
static int measure_job(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    const hc_job_row *job = row;
    size_t period = period_of(s->out, job->submit);
    if (job->state != HC_JOB_REJECTED) {
        hc_time until = job->start == HC_TIME_MISSING ? s->window_end : job->start;
        s->queue_integral += inside(s, job->submit, until);
        if (job->preemptions > 0 && job->start != HC_TIME_MISSING) { /* and it waited again */
            s->queue_integral += job->wait - (job->start - job->submit);
        }
    }
    if (add_simulated(s, job, period, error) < 0) {
        return -1;
    }
    return add_recorded(s, job, period, error);
}

/* Whole hours, days, and weeks from Monday where dates are known; else from the first instant on. */
static hc_time first_period(const hc_metrics *m)
{
    hc_time day_or_hour = m->period_length < HC_DAY ? m->period_length : HC_DAY;
    hc_time civil = 0;
    hc_time offset = 0;
    if (!m->clock.is_dated) {
        return m->begin;
    }
    civil = hc_run_clock_civil(&m->clock, m->begin);
    offset = civil % day_or_hour;
    offset += offset < 0 ? day_or_hour : 0;
    if (m->period_length == 7 * HC_DAY) {
        offset += hc_civil_weekday(civil) * HC_DAY;
    }
    return m->begin - offset;
}

static void choose_period(hc_metrics *m, hc_time span)
{
    if (span > 21 * HC_DAY) {
        m->period_name = "week";
        m->period_length = 7 * HC_DAY;
    } else if (span > 2 * HC_DAY) {
        m->period_name = "day";
        m->period_length = HC_DAY;
    } else {
        m->period_name = "hour";
        m->period_length = HC_HOUR;
    }
}

static int make_periods(sums *s, hc_error *error)
{
    hc_metrics *m = s->out;
    hc_time end = m->last_end == HC_TIME_MISSING ? m->last_submit : m->last_end;
    hc_time begin = 0;
    size_t count = 0;
    if (m->job_count == 0) {
        return 0;
    }
    end = end > m->begin ? end : m->begin;
    choose_period(m, end - m->begin);
    begin = first_period(m);
    count = (size_t)((end - begin) / m->period_length) + 1;
    count = count < HC_METRICS_MAX_PERIODS ? count : HC_METRICS_MAX_PERIODS;
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

static int add_sample(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    const hc_sample_row *sample = row;
    size_t period = period_of(s->out, sample->time);
    (void)error;
    if (period < s->out->period_count) {
        s->periods[period].busy_milli += (double)sample->busy_milli;
        s->periods[period].usable_milli += (double)sample->busy_milli + (double)sample->free_milli;
        s->periods[period].queue_length += (double)sample->queue_length;
        s->periods[period].sample_count += sample->partition == 0 ? 1 : 0;
    }
    return 0;
}

static double ratio(double sum, double count)
{
    return count > 0 ? sum / count : NAN;
}

static void finish_periods(sums *s)
{
    hc_metrics *m = s->out;
    for (size_t i = 0; i < m->period_count; i++) {
        const period_sums *p = &s->periods[i];
        double samples = (double)p->sample_count;
        m->periods[i].utilization = ratio(p->busy_milli, p->usable_milli);
        m->periods[i].queue_length = ratio(p->queue_length, samples);
        m->periods[i].wait_simulated_seconds = ratio(p->wait_seconds, (double)p->wait_count);
        m->periods[i].wait_recorded_seconds =
            ratio(p->recorded_wait_seconds, (double)p->recorded_count);
    }
}

static void finish(sums *s)
{
    hc_metrics *m = s->out;
    double capacity = (double)(m->capacity - m->ledger[HC_BUCKET_OFFLINE]);
    m->wait = hc_summary_of(&s->waits);
    m->slowdown = hc_summary_of(&s->slowdowns);
    m->recorded_wait = hc_summary_of(&s->recorded_waits);
    m->recorded_slowdown = hc_summary_of(&s->recorded_slowdowns);
    m->utilization = ratio((double)(m->ledger[HC_BUCKET_BUSY] + m->ledger[HC_BUCKET_RESTART] +
                                    m->ledger[HC_BUCKET_LOST]),
                           capacity);
    m->recorded_utilization =
        s->recorded_busy > 0 ? ratio((double)s->recorded_busy, capacity) : NAN;
    m->queue_mean = ratio((double)s->queue_integral, (double)(s->window_end - s->window_begin));
    finish_periods(s);
}

static void free_sums(sums *s)
{
    hc_values_free(&s->waits);
    hc_values_free(&s->slowdowns);
    hc_values_free(&s->recorded_waits);
    hc_values_free(&s->recorded_slowdowns);
    free(s->periods);
}

static int compute(sums *s, hc_error *error)
{
    if (hc_run_clock_read(&s->out->clock, s->reader, error) < 0 || count_jobs(s, error) < 0 ||
        hc_each_row(s->reader, HC_TABLE_PARTITIONS, count_gpus, s, error) < 0 ||
        read_window(s, error) < 0 || read_begin(s, error) < 0 || make_periods(s, error) < 0 ||
        hc_each_row(s->reader, HC_TABLE_JOBS, measure_job, s, error) < 0 ||
        hc_each_row(s->reader, HC_TABLE_SERIES, add_sample, s, error) < 0 ||
        count_contradictions(s, error) < 0 ||
        hc_sites_compute(&s->out->sites, s->reader, error) < 0) {
        return -1;
    }
    finish(s);
    return 0;
}

int hc_metrics_compute(hc_metrics *out, hc_run_reader *reader, hc_error *error)
{
    sums s = {.out = out, .reader = reader, .earliest = HC_TIME_MISSING, .latest = HC_TIME_MISSING};
    int status = 0;
    *out = (hc_metrics){.first_submit = HC_TIME_MISSING,
                        .last_submit = HC_TIME_MISSING,
                        .last_end = HC_TIME_MISSING,
                        .begin = HC_TIME_MISSING,
                        .period_name = "day",
                        .period_length = HC_DAY};
    status = compute(&s, error);
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
    hc_sites_free(&metrics->sites);
}

hc_time hc_metrics_makespan(const hc_metrics *m)
{
    return m->last_end == HC_TIME_MISSING || m->last_end < m->begin ? 0 : m->last_end - m->begin;
}

double hc_gpu_hours(hc_int128 milli_ns)
{
    return (double)milli_ns / 1000 / 3600e9;
}
