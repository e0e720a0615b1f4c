#include "analysis/report.h"

#include "analysis/plain_text.h"

#include <math.h>

/* JSON has no NAN: what is not known is null. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *seconds_of(hc_time time)
{
    return time == HC_TIME_MISSING ? json_null() : json_real((double)time / (double)HC_SECOND);
}

static json_t *summary(const hc_summary *s)
{
    if (s->count == 0) {
        return json_null();
    }
    return json_pack("{s:I, s:f, s:f, s:f, s:f}", "count", (json_int_t)s->count, "mean", s->mean,
                     "median", s->median, "p95", s->p95, "max", s->maximum);
}

static json_t *text(const hc_run_reader *reader, const char *key)
{
    return hc_json_text(hc_run_reader_text(reader, key));
}

static json_t *executed_events(const hc_run_reader *reader)
{
    int64_t count = 0;
    return hc_run_reader_number(reader, "executed_events", &count) ? json_integer(count)
                                                                   : json_null();
}

static json_t *gpu_hours(const hc_metrics *m)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "capacity", hc_gpu_hours(m->capacity),
                     "busy", hc_gpu_hours(m->ledger[HC_BUCKET_BUSY]), "idle_jobs_wait",
                     hc_gpu_hours(m->ledger[HC_BUCKET_IDLE_BLOCKED]), "idle_nothing_waits",
                     hc_gpu_hours(m->ledger[HC_BUCKET_IDLE_EMPTY]), "offline",
                     hc_gpu_hours(m->ledger[HC_BUCKET_OFFLINE]), "rejected",
                     hc_gpu_hours(m->rejected));
}

static json_t *recorded(const hc_metrics *m)
{
    return json_pack("{s:o, s:o, s:o}", "wait_s", summary(&m->recorded_wait), "slowdown",
                     summary(&m->recorded_slowdown), "utilization",
                     number(m->recorded_utilization));
}

static json_t *periods(const hc_metrics *m)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < m->period_count; i++) {
        const hc_period *p = &m->periods[i];
        json_t *period =
            json_pack("{s:o, s:o, s:o, s:o, s:o}", "begin_s", seconds_of(p->begin), "utilization",
                      number(p->utilization), "queue_mean", number(p->queue_length), "wait_mean_s",
                      number(p->wait_simulated_seconds), "recorded_wait_mean_s",
                      number(p->wait_recorded_seconds));
        if (json_array_append_new(list, period) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *job_counts(const hc_metrics *m)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "completed",
                     (json_int_t)m->state_counts[HC_JOB_COMPLETED], "timeout",
                     (json_int_t)m->state_counts[HC_JOB_TIMEOUT], "rejected",
                     (json_int_t)m->state_counts[HC_JOB_REJECTED], "running",
                     (json_int_t)m->state_counts[HC_JOB_RUNNING], "pending",
                     (json_int_t)m->state_counts[HC_JOB_PENDING]);
}

/* The figures that others look for by name, beside the samples they come from. */
static int add_headlines(json_t *report, const hc_metrics *m)
{
    json_t *headlines =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "wait_mean_s",
                  m->wait.count > 0 ? json_real(m->wait.mean) : json_null(), "wait_median_s",
                  m->wait.count > 0 ? json_real(m->wait.median) : json_null(), "slowdown_mean",
                  m->slowdown.count > 0 ? json_real(m->slowdown.mean) : json_null(), "queue_mean",
                  number(m->queue_mean), "utilization", number(m->utilization), "recorded",
                  recorded(m), "period", m->period_name, "periods", periods(m));
    int status = headlines == NULL ? -1 : json_object_update(report, headlines);
    json_decref(headlines);
    return status;
}

json_t *hc_report_json(const hc_metrics *m, hc_run_reader *reader)
{
    json_t *report = json_pack(
        "{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:I, s:f, s:o, s:o, s:o}",
        "schema", "hindcast-report-1", "version", text(reader, "version"), "name",
        text(reader, "name"), "digest", text(reader, "digest"), "complete",
        hc_run_reader_is_complete(reader) ? 1 : 0, "policy", text(reader, "policy"), "variant",
        text(reader, "variant"), "placement", text(reader, "placement"), "pass",
        text(reader, "pass"), "jobs", (json_int_t)m->job_count, "job_states", job_counts(m),
        "events", executed_events(reader), "gpus", (json_int_t)m->gpu_count, "makespan_s",
        (double)hc_metrics_makespan(m) / (double)HC_SECOND, "gpu_hours", gpu_hours(m), "wait_s",
        summary(&m->wait), "slowdown", summary(&m->slowdown));
    if (report != NULL && (add_headlines(report, m) < 0 ||
                           (m->sites.count > 0 &&
                            json_object_set_new(report, "sites", hc_sites_json(&m->sites)) < 0))) {
        json_decref(report);
        return NULL;
    }
    return report;
}
