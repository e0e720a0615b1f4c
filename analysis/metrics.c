#include "analysis/metrics.h"

#include "analysis/each_row.h"
#include "analysis/periods.h"
#include "sim/cluster/machine.h"
#include "traces/stream/recording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SLOWDOWN_BOUND_SECONDS = 10;

/* Of a measured job, what is needed once the periods are known. */
typedef struct measured_job {
    hc_time submit;
    hc_time run_time;
    hc_time wait;          /* HC_TIME_MISSING: did not start */
    hc_time recorded_wait; /* HC_TIME_MISSING: no start was recorded */
} measured_job;

/* What is added up on the way through the tables. */
typedef struct sums {
    hc_metrics *out;
    hc_run_reader *reader;
    measured_job *measured;
    size_t measured_count;
    size_t measured_capacity;
    hc_int128 queue_integral; /* jobs waiting x ns inside the window */
    hc_int128 recorded_busy;  /* thousandths x ns inside the window */
    hc_time earliest;         /* of all times of the jobs; HC_TIME_MISSING without jobs */
    hc_time latest;
    hc_time window_begin; /* of the ledger */
    hc_time window_end;
    hc_period_sums *periods;
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

/* Extents and counts. */
static int count_job(sums *s, const hc_job_row *job, hc_error *error)
{
    hc_metrics *m = s->out;
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

static int keep(sums *s, const measured_job *job, hc_error *error)
{
    if (s->measured_count == s->measured_capacity) {
        size_t capacity = s->measured_capacity == 0 ? 1024 : s->measured_capacity * 2;
        measured_job *grown = realloc(s->measured, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        s->measured = grown;
        s->measured_capacity = capacity;
    }
    s->measured[s->measured_count++] = *job;
    return 0;
}

static int measure_job(sums *s, const hc_job_row *job, hc_error *error)
{
    bool has_record = job->recorded_start != HC_TIME_MISSING && job->state != HC_JOB_REJECTED;
    const measured_job measured = {
        .submit = job->submit,
        .run_time = job->run_time,
        .wait = job->start == HC_TIME_MISSING ? HC_TIME_MISSING : job->wait,
        .recorded_wait = has_record ? job->recorded_start - job->submit : HC_TIME_MISSING};
    if (!job->is_measured || (job->start == HC_TIME_MISSING && !has_record)) {
        return 0;
    }
    s->out->measured_count += job->start == HC_TIME_MISSING ? 0 : 1;
    return keep(s, &measured, error);
}

/* Who waits again after a preemption waits longer than until its start. */
static void add_to_queue(sums *s, const hc_job_row *job)
{
    hc_time until = job->start == HC_TIME_MISSING ? s->window_end : job->start;
    if (job->state == HC_JOB_REJECTED) {
        return;
    }
    s->queue_integral += inside(s, job->submit, until);
    if (job->preemptions > 0 && job->start != HC_TIME_MISSING) {
        s->queue_integral += job->wait - (job->start - job->submit);
    }
}

static int add_recorded(sums *s, const hc_job_row *job, hc_error *error)
{
    hc_time start = job->recorded_start;
    hc_time end = job->recorded_end;
    return start == HC_TIME_MISSING || end == HC_TIME_MISSING
               ? 0
               : add_gpu_time(s, &s->recorded_busy,
                              (hc_int128)inside(s, start, end) * milli_of(job), error);
}

static int take_job(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    hc_sites_take_job(&s->out->sites, row);
    add_to_queue(s, row);
    return count_job(s, row, error) < 0 || add_recorded(s, row, error) < 0
               ? -1
               : measure_job(s, row, error);
}

static int read_jobs(sums *s, hc_error *error)
{
    if (hc_each_row(s->reader, HC_TABLE_JOBS, take_job, s, error) < 0) {
        return -1;
    }
    return s->out->job_count > 0 && s->latest - s->earliest > HC_TIME_LIMIT
               ? refuse(s, "its jobs span more than 146 years", error)
               : 0;
}

static int make_periods(sums *s, hc_error *error)
{
    s->periods = hc_periods_make(s->out, error);
    return s->periods == NULL ? -1 : 0;
}

static int add_sample(void *self, const void *row, hc_error *error)
{
    sums *s = self;
    (void)error;
    hc_periods_add_sample(s->out, s->periods, row);
    return 0;
}

static double ratio(double sum, double count)
{
    return count > 0 ? sum / count : NAN;
}

/* Waits, and the slowdowns that follow from them. One array serves both, as long as it lasts. */
static int summarize(const sums *s, bool is_recorded, hc_summary *waits, hc_summary *slowdowns,
                     hc_error *error)
{
    hc_summary *const summaries[] = {waits, slowdowns};
    int status = 0;
    for (int k = 0; k < 2 && status == 0; k++) {
        hc_values values = {0};
        for (size_t i = 0; i < s->measured_count && status == 0; i++) {
            const measured_job *job = &s->measured[i];
            hc_time wait = is_recorded ? job->recorded_wait : job->wait;
            if (wait != HC_TIME_MISSING) {
                double value = k == 0 ? seconds(wait) : slowdown(wait, job->run_time);
                status = hc_values_add(&values, value, error);
            }
        }
        *summaries[k] = hc_summary_of(&values);
        hc_values_free(&values);
    }
    return status;
}

static int finish(sums *s, hc_error *error)
{
    hc_metrics *m = s->out;
    double capacity = (double)(m->capacity - m->ledger[HC_BUCKET_OFFLINE]);
    for (size_t i = 0; i < s->measured_count; i++) {
        const measured_job *job = &s->measured[i];
        hc_periods_add_job(m, s->periods, job->submit, job->wait, job->recorded_wait);
    }
    if (summarize(s, false, &m->wait, &m->slowdown, error) < 0 ||
        summarize(s, true, &m->recorded_wait, &m->recorded_slowdown, error) < 0) {
        return -1;
    }
    m->utilization = ratio((double)(m->ledger[HC_BUCKET_BUSY] + m->ledger[HC_BUCKET_RESTART] +
                                    m->ledger[HC_BUCKET_LOST]),
                           capacity);
    m->recorded_utilization =
        s->recorded_busy > 0 ? ratio((double)s->recorded_busy, capacity) : NAN;
    m->queue_mean = ratio((double)s->queue_integral, (double)(s->window_end - s->window_begin));
    hc_periods_finish(m, s->periods);
    return 0;
}

static void free_sums(sums *s)
{
    free(s->measured);
    free(s->periods);
}

static int compute(sums *s, hc_error *error)
{
    return hc_recording_refuse(s->reader, error) < 0 ||
                   hc_run_clock_read(&s->out->clock, s->reader, error) < 0 ||
                   hc_each_row(s->reader, HC_TABLE_PARTITIONS, count_gpus, s, error) < 0 ||
                   read_window(s, error) < 0 ||
                   hc_sites_open(&s->out->sites, s->reader, error) < 0 || read_jobs(s, error) < 0 ||
                   read_begin(s, error) < 0 || make_periods(s, error) < 0 ||
                   hc_each_row(s->reader, HC_TABLE_SERIES, add_sample, s, error) < 0 ||
                   count_contradictions(s, error) < 0
               ? -1
               : finish(s, error);
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
