#include "analysis/periods.h"

#include "sim/civil_time.h"

#include <math.h>
#include <stdlib.h>

struct hc_period_sums {
    double busy_milli;
    double usable_milli; /* busy, or free on nodes in service */
    double queue_length;
    uint64_t sample_count;
    double wait_seconds;
    uint64_t wait_count;
    double recorded_wait_seconds;
    uint64_t recorded_count;
};

/* @return SIZE_MAX before the first period; it may be behind the last one. The difference of two times that are
 * in order fits in 64 bits whatever they are. */
static size_t period_of(const hc_metrics *m, hc_time time)
{
    if (m->period_count == 0 || time < m->periods[0].begin) {
        return SIZE_MAX;
    }
    return (size_t)(((uint64_t)time - (uint64_t)m->periods[0].begin) / (uint64_t)m->period_length);
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

/* Chooses the periods. @return how many */
static size_t lay_out(hc_metrics *m, hc_time *begin)
{
    hc_time end = m->last_end == HC_TIME_MISSING ? m->last_submit : m->last_end;
    size_t count = 0;
    if (m->job_count == 0) {
        return 0;
    }
    end = end > m->begin ? end : m->begin;
    choose_period(m, end - m->begin);
    *begin = first_period(m);
    count = (size_t)((end - *begin) / m->period_length) + 1;
    return count < HC_METRICS_MAX_PERIODS ? count : HC_METRICS_MAX_PERIODS;
}

hc_period_sums *hc_periods_make(hc_metrics *m, hc_error *error)
{
    hc_time begin = 0;
    size_t count = lay_out(m, &begin);
    hc_period_sums *sums = calloc(count + 1, sizeof *sums);
    m->periods = calloc(count + 1, sizeof *m->periods);
    if (m->periods == NULL || sums == NULL) {
        free(sums);
        (void)hc_error_memory(error);
        return NULL;
    }
    m->period_count = count;
    for (size_t i = 0; i < count; i++) {
        m->periods[i].begin = begin + (hc_time)i * m->period_length;
    }
    return sums;
}

void hc_periods_add_sample(const hc_metrics *m, hc_period_sums *sums, const hc_sample_row *sample)
{
    size_t period = period_of(m, sample->time);
    if (period < m->period_count) {
        sums[period].busy_milli += (double)sample->busy_milli;
        sums[period].usable_milli += (double)sample->busy_milli + (double)sample->free_milli;
        sums[period].queue_length += (double)sample->queue_length;
        sums[period].sample_count += sample->partition == 0 ? 1 : 0;
    }
}

static double seconds(hc_time time)
{
    return (double)time / (double)HC_SECOND;
}

void hc_periods_add_job(const hc_metrics *m, hc_period_sums *sums, hc_time submit, hc_time wait,
                        hc_time recorded_wait)
{
    size_t period = period_of(m, submit);
    if (period >= m->period_count) {
        return;
    }
    if (wait != HC_TIME_MISSING) {
        sums[period].wait_seconds += seconds(wait);
        sums[period].wait_count++;
    }
    if (recorded_wait != HC_TIME_MISSING) {
        sums[period].recorded_wait_seconds += seconds(recorded_wait);
        sums[period].recorded_count++;
    }
}

static double ratio(double sum, double count)
{
    return count > 0 ? sum / count : NAN;
}

void hc_periods_finish(hc_metrics *m, const hc_period_sums *sums)
{
    for (size_t i = 0; i < m->period_count; i++) {
        const hc_period_sums *p = &sums[i];
        m->periods[i].utilization = ratio(p->busy_milli, p->usable_milli);
        m->periods[i].queue_length = ratio(p->queue_length, (double)p->sample_count);
        m->periods[i].wait_simulated_seconds = ratio(p->wait_seconds, (double)p->wait_count);
        m->periods[i].wait_recorded_seconds =
            ratio(p->recorded_wait_seconds, (double)p->recorded_count);
    }
}
