#include "analysis/report.h"

#include "analysis/sparkline.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const hc_run_reader *reader, const char *key)
{
    const char *text = hc_run_reader_text(reader, key);
    return text == NULL ? "" : text;
}

/* "1 h 12" from seconds; "-" when nothing is known. */
static void format_seconds(double seconds, uint64_t count, char *out)
{
    if (count == 0) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "-");
    } else {
        hc_format_duration((hc_time)llround(seconds * (double)HC_SECOND), out);
    }
}

static void format_share(double share, char *out)
{
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, isnan(share) ? "-" : "%.1f %%", share * 100);
}

/* "491 k": three digits are enough for a sum of GPU-hours. */
static void format_short(double value, char *out)
{
    static const char *const UNITS[] = {"", " k", " M", " G"};
    size_t unit = 0;
    while (value >= 9999.5 && unit + 1 < sizeof UNITS / sizeof UNITS[0]) {
        value /= 1000;
        unit++;
    }
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, value < 9.95 && unit == 0 ? "%.1f%s" : "%.0f%s", value,
                   UNITS[unit]);
}

static void write_title(FILE *out, const hc_metrics *m, const hc_run_reader *reader)
{
    char jobs[HC_UNIT_TEXT_SIZE];
    char gpus[HC_UNIT_TEXT_SIZE];
    char span[HC_UNIT_TEXT_SIZE] = "nothing";
    hc_format_count((int64_t)m->job_count, jobs);
    hc_format_count((int64_t)m->gpu_count, gpus);
    if (m->last_end != HC_TIME_MISSING) {
        hc_format_duration(m->last_end - m->first_submit, span);
    }
    (void)fprintf(out, "%s: %s jobs on %s GPUs, %s simulated, digest %s\n", text_of(reader, "name"),
                  jobs, gpus, span, text_of(reader, "digest"));
    (void)fprintf(out, "policy %s, placement %s, one pass per %s", text_of(reader, "policy"),
                  text_of(reader, "placement"), text_of(reader, "pass"));
    if (m->job_count > 0) {
        (void)fprintf(out, ", limits: %.0f %% as requested, else the run time",
                      100.0 * (double)m->requested_count / (double)m->job_count);
    }
    (void)fprintf(out, "\n");
    if (!hc_run_reader_is_complete(reader)) {
        (void)fprintf(out, "NOT COMPLETE: %s\n", text_of(reader, "note"));
    }
}

static void write_row(FILE *out, const char *name, const char *which, const char *simulated,
                      const char *recorded, const char *beside)
{
    (void)fprintf(out, "  %-12s%-7s%11s%13s%s%s\n", name, which, simulated, recorded,
                  beside[0] == '\0' ? "" : "      ", beside);
}

static void periods_line(const hc_metrics *m, double (*value)(const hc_period *period),
                         double maximum, char *out, size_t size)
{
    double *values = malloc((m->period_count == 0 ? 1 : m->period_count) * sizeof *values);
    char bars[HC_SPARKLINE_SIZE] = "";
    double largest = maximum;
    out[0] = '\0';
    if (values == NULL || m->period_count < 2) {
        free(values);
        return;
    }
    for (size_t i = 0; i < m->period_count; i++) {
        values[i] = value(&m->periods[i]);
        largest = maximum == 0 && values[i] > largest ? values[i] : largest;
    }
    hc_sparkline(values, m->period_count, largest, HC_SPARKLINE_WIDTH, bars);
    (void)snprintf(out, size, "%s  per %s", bars, m->period_name);
    free(values);
}

static double utilization_of(const hc_period *period)
{
    return period->utilization;
}

static double queue_of(const hc_period *period)
{
    return period->queue_length;
}

static void write_utilization(FILE *out, const hc_metrics *m)
{
    char simulated[HC_UNIT_TEXT_SIZE];
    char recorded[HC_UNIT_TEXT_SIZE];
    char line[HC_SPARKLINE_SIZE + 32];
    format_share(m->utilization, simulated);
    format_share(m->recorded_utilization, recorded);
    periods_line(m, utilization_of, 1, line, sizeof line);
    write_row(out, "utilisation", "", simulated, recorded, line);
}

static void write_summary(FILE *out, const char *name, double a, double b, const char *which,
                          const hc_metrics *m)
{
    char simulated[HC_UNIT_TEXT_SIZE];
    char recorded[HC_UNIT_TEXT_SIZE];
    format_seconds(a, m->wait.count, simulated);
    format_seconds(b, m->recorded_wait.count, recorded);
    write_row(out, name, which, simulated, recorded, "");
}

static void write_waits(FILE *out, const hc_metrics *m)
{
    char simulated[HC_UNIT_TEXT_SIZE] = "-";
    char recorded[HC_UNIT_TEXT_SIZE] = "-";
    char line[HC_SPARKLINE_SIZE + 32];
    write_summary(out, "wait", m->wait.median, m->recorded_wait.median, "median", m);
    write_summary(out, "", m->wait.mean, m->recorded_wait.mean, "mean", m);
    write_summary(out, "", m->wait.p95, m->recorded_wait.p95, "p95", m);
    if (m->slowdown.count > 0) {
        (void)snprintf(simulated, sizeof simulated, "%.1f", m->slowdown.mean);
    }
    if (m->recorded_slowdown.count > 0) {
        (void)snprintf(recorded, sizeof recorded, "%.1f", m->recorded_slowdown.mean);
    }
    write_row(out, "slowdown", "mean", simulated, recorded, "bounded, 10 s");
    (void)snprintf(simulated, sizeof simulated, "%.1f", m->queue_mean);
    periods_line(m, queue_of, 0, line, sizeof line);
    write_row(out, "queue", "mean", simulated, "", line);
}

static double percent(hc_int128 part, hc_int128 whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void write_gpu_hours(FILE *out, const hc_metrics *m)
{
    char total[HC_UNIT_TEXT_SIZE];
    format_short(hc_gpu_hours(m->capacity), total);
    (void)fprintf(
        out,
        "  GPU-hours %18s: %.1f %% busy, %.1f %% idle while jobs wait, %.1f %% idle while "
        "nothing waits\n",
        total, percent(m->ledger[HC_BUCKET_BUSY], m->capacity),
        percent(m->ledger[HC_BUCKET_IDLE_BLOCKED], m->capacity),
        percent(m->ledger[HC_BUCKET_IDLE_EMPTY], m->capacity));
}

static void write_rejections(FILE *out, const hc_metrics *m)
{
    static const char *const REASONS[HC_REJECTION_COUNT] = {
        [HC_REJECTION_PARTITION] = "no such partition",
        [HC_REJECTION_KIND] = "no such GPU",
        [HC_REJECTION_SIZE] = "more GPUs than there are",
        [HC_REJECTION_NODE] = "larger than a node",
        [HC_REJECTION_HOST] = "more CPU or memory than there is",
    };
    char count[HC_UNIT_TEXT_SIZE];
    char hours[HC_UNIT_TEXT_SIZE];
    const char *separator = "";
    if (m->state_counts[HC_JOB_REJECTED] == 0) {
        return;
    }
    hc_format_count((int64_t)m->state_counts[HC_JOB_REJECTED], count);
    format_short(hc_gpu_hours(m->rejected), hours);
    (void)fprintf(out, "  rejected %19s: ", count);
    for (int i = 1; i < HC_REJECTION_COUNT; i++) {
        if (m->rejection_counts[i] > 0) {
            (void)fprintf(out, "%s%" PRIu64 " %s", separator, m->rejection_counts[i], REASONS[i]);
            separator = ", ";
        }
    }
    (void)fprintf(out, "; %s GPU-hours\n", hours);
}

static void write_leftovers(FILE *out, const hc_metrics *m)
{
    uint64_t waiting = m->state_counts[HC_JOB_PENDING];
    uint64_t running = m->state_counts[HC_JOB_RUNNING];
    if (waiting + running > 0) {
        (void)fprintf(out, "  left over: %" PRIu64 " jobs running, %" PRIu64 " waiting\n", running,
                      waiting);
    }
}

/* The rows of each input that did not become jobs. */
static int write_inputs(FILE *out, hc_run_reader *reader, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    int status = hc_run_reader_read(reader, HC_TABLE_INPUTS, 0, 1024, &rows, error);
    for (size_t i = 0; i < rows.count && status == 0; i++) {
        const hc_input_row *input = &((const hc_input_row *)rows.rows)[i];
        (void)fprintf(out,
                      "  input %s: %" PRIu64 " rows, %" PRIu64 " jobs, %" PRIu64
                      " quarantined, %" PRIu64 " never ran, %" PRIu64 " left out\n",
                      input->file, input->rows, input->kept, input->quarantined, input->never_run,
                      input->filtered);
    }
    hc_rows_destroy(&rows);
    return status;
}

static void format_period(const hc_run_reader *reader, hc_time time, char *out)
{
    int64_t zero_seconds = 0;
    if (strcmp(text_of(reader, "clock"), "unknown zero") == 0) {
        (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "day %" PRId64, time / HC_DAY);
        return;
    }
    (void)hc_run_reader_number(reader, "unix_zero_seconds", &zero_seconds);
    hc_format_date(time + zero_seconds * HC_SECOND, out);
}

/* The period whose mean waits differ by the largest factor, among those where either exceeds a minute. */
static void write_largest_difference(FILE *out, const hc_metrics *m, const hc_run_reader *reader)
{
    const hc_period *worst = NULL;
    double largest = 0;
    char date[HC_CIVIL_TEXT_SIZE];
    for (size_t i = 0; i < m->period_count; i++) {
        const hc_period *p = &m->periods[i];
        double factor = fabs(log((p->wait_simulated_seconds + 1) / (p->wait_recorded_seconds + 1)));
        if (fmax(p->wait_simulated_seconds, p->wait_recorded_seconds) > 60 && factor > largest) {
            largest = factor;
            worst = p;
        }
    }
    if (worst == NULL) {
        return;
    }
    format_period(reader, worst->begin, date);
    (void)fprintf(out,
                  "  Largest difference from the record: %s of %s, mean wait %.0f s simulated, "
                  "%.0f s recorded.\n",
                  m->period_name, date, worst->wait_simulated_seconds,
                  worst->wait_recorded_seconds);
}

int hc_report_write(FILE *out, const hc_metrics *m, hc_run_reader *reader, hc_error *error)
{
    write_title(out, m, reader);
    if (m->job_count == 0) {
        (void)fprintf(out, "  no job was simulated\n");
    } else {
        write_row(out, "", "", "simulated", "recorded", "");
        write_utilization(out, m);
        write_waits(out, m);
        write_gpu_hours(out, m);
        write_rejections(out, m);
        write_leftovers(out, m);
    }
    if (write_inputs(out, reader, error) < 0) {
        return -1;
    }
    write_largest_difference(out, m, reader);
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "report: %s", strerror(errno));
    }
    return 0;
}
