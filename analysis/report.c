#include "analysis/report.h"

#include "analysis/each_row.h"
#include "analysis/plain_text.h"
#include "analysis/sparkline.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { TEXT_SIZE = 512, BARS_SIZE = HC_SPARKLINE_SIZE + 32 };

/* Where the figures of the column `simulated` end. */
enum { NAME_WIDTH = 12, WHICH_WIDTH = 7, SIMULATED_WIDTH = 11, RECORDED_WIDTH = 13 };

static void print_text(FILE *out, const char *before, const hc_run_reader *reader, const char *key)
{
    char text[TEXT_SIZE];
    (void)fprintf(out, "%s%s", before,
                  hc_plain_text(hc_run_reader_text(reader, key), text, sizeof text));
}

/* "1 h 12" from seconds; "-" when nothing is known. */
static void format_seconds(double seconds, char *out)
{
    if (isnan(seconds)) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "-");
    } else {
        hc_format_duration((hc_time)llround(seconds * (double)HC_SECOND), out);
    }
}

static void format_share(double share, char *out)
{
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, isnan(share) ? "-" : "%.1f %%", share * 100);
}

static void format_mean(double mean, char *out)
{
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, isnan(mean) ? "-" : "%.1f", mean);
}

/* "8,645" or "6,273 k": a sum of GPU-hours needs no more digits. */
static void format_short(double value, char *out)
{
    static const char *const UNITS[] = {"", " k", " M", " G", " T"};
    char digits[HC_UNIT_TEXT_SIZE];
    size_t unit = 0;
    while (value >= 9999.5 && unit + 1 < sizeof UNITS / sizeof UNITS[0]) {
        value /= 1000;
        unit++;
    }
    if (unit == 0 && value < 9.95) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%.1f", value);
        return;
    }
    hc_format_count(value < 1e15 ? llround(value) : INT64_C(1000000000000000), digits);
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%.*s%s", HC_UNIT_TEXT_SIZE - 8, digits, UNITS[unit]);
}

static void write_limits(FILE *out, const hc_metrics *m)
{
    if (m->requested_count == 0) {
        (void)fprintf(out, ", limits: run time, none requested");
    } else if (m->requested_count == m->job_count) {
        (void)fprintf(out, ", limits: as requested");
    } else {
        (void)fprintf(out, ", limits: %.0f %% requested, else run time",
                      100.0 * (double)m->requested_count / (double)m->job_count);
    }
}

/* "(order priority, backfill easy)" behind the policy's name; files of before have none. */
static void print_variant(FILE *out, const hc_run_reader *reader)
{
    if (hc_run_reader_text_if_any(reader, "variant")[0] != '\0') {
        print_text(out, " (", reader, "variant");
        (void)fprintf(out, ")");
    }
}

/* Where the scheduler's run times come from, unless it is the usual. */
static void print_estimates(FILE *out, const hc_run_reader *reader)
{
    const char *estimate = hc_run_reader_text_if_any(reader, "estimate");
    if (estimate[0] == '\0') {
        return;
    }
    if (strncmp(estimate, "the larger of requested", 23) != 0 || strstr(estimate, " x ") != NULL ||
        strstr(estimate, "killed") != NULL) {
        print_text(out, ", estimates: ", reader, "estimate");
    }
}

static void write_title(FILE *out, const hc_metrics *m, const hc_run_reader *reader)
{
    char jobs[HC_UNIT_TEXT_SIZE];
    char gpus[HC_UNIT_TEXT_SIZE];
    char span[HC_UNIT_TEXT_SIZE] = "nothing";
    hc_format_count((int64_t)m->job_count, jobs);
    hc_format_count((int64_t)m->gpu_count, gpus);
    if (m->last_end != HC_TIME_MISSING) {
        hc_format_duration(hc_metrics_makespan(m), span);
    }
    print_text(out, "", reader, "name");
    (void)fprintf(out, ": %s jobs on %s GPUs, %s simulated", jobs, gpus, span);
    print_text(out, ", digest ", reader, "digest");
    print_text(out, "\npolicy ", reader, "policy");
    print_variant(out, reader);
    print_text(out, ", placement ", reader, "placement");
    print_text(out, ", one pass per ", reader, "pass");
    if (m->job_count > 0) {
        write_limits(out, m);
    }
    print_estimates(out, reader);
    (void)fprintf(out, "\n");
    if (!hc_run_reader_is_complete(reader)) {
        print_text(out, "NOT COMPLETE: ", reader, "note");
        (void)fprintf(out, "\n");
    }
}

static void write_row(FILE *out, const char *name, const char *which, const char *simulated,
                      const char *recorded, const char *beside)
{
    (void)fprintf(out, "  %-*s%-*s%*s%*s%s%s\n", NAME_WIDTH, name, WHICH_WIDTH, which,
                  SIMULATED_WIDTH, simulated, RECORDED_WIDTH, recorded,
                  beside[0] == '\0' ? "" : "   ", beside);
}

/* A figure in the column `simulated` and a sentence behind it. */
static void write_sentence(FILE *out, const char *name, const char *figure, const char *sentence)
{
    (void)fprintf(out, "  %-*s%*s: %s\n", NAME_WIDTH, name, WHICH_WIDTH + SIMULATED_WIDTH, figure,
                  sentence);
}

/* A bar per period, or fewer bars that stand for several each; nothing where nothing is known.
 * @param maximum  0: of the values */
static void draw_periods(const hc_metrics *m, double (*value)(const hc_period *period),
                         double maximum, char *out)
{
    double values[HC_METRICS_MAX_PERIODS];
    char bars[HC_SPARKLINE_SIZE];
    double largest = maximum;
    size_t known = 0;
    for (size_t i = 0; i < m->period_count; i++) {
        values[i] = value(&m->periods[i]);
        known += isnan(values[i]) ? 0 : 1;
        largest = maximum == 0 && values[i] > largest ? values[i] : largest;
    }
    out[0] = '\0';
    if (m->period_count < 2 || known == 0) {
        return;
    }
    hc_sparkline(values, m->period_count, largest, HC_SPARKLINE_WIDTH, bars);
    if (m->period_count <= HC_SPARKLINE_WIDTH) {
        (void)snprintf(out, BARS_SIZE, "%s  per %s", bars, m->period_name);
    } else {
        (void)snprintf(out, BARS_SIZE, "%s  %zu %ss", bars, m->period_count, m->period_name);
    }
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
    char bars[BARS_SIZE];
    format_share(m->utilization, simulated);
    format_share(m->recorded_utilization, recorded);
    draw_periods(m, utilization_of, 1, bars);
    write_row(out, "utilisation", "", simulated, recorded, bars);
}

static void write_wait(FILE *out, const char *name, const char *which, double simulated,
                       double recorded)
{
    char a[HC_UNIT_TEXT_SIZE];
    char b[HC_UNIT_TEXT_SIZE];
    format_seconds(simulated, a);
    format_seconds(recorded, b);
    write_row(out, name, which, a, b, "");
}

/* A figure of a sample, NAN of an empty one. */
static double figure(const hc_summary *s, double value)
{
    return s->count == 0 ? NAN : value;
}

static void write_waits(FILE *out, const hc_metrics *m)
{
    const hc_summary *s = &m->wait;
    const hc_summary *r = &m->recorded_wait;
    char simulated[HC_UNIT_TEXT_SIZE];
    char recorded[HC_UNIT_TEXT_SIZE];
    char bars[BARS_SIZE];
    write_wait(out, "wait", "median", figure(s, s->median), figure(r, r->median));
    write_wait(out, "", "mean", figure(s, s->mean), figure(r, r->mean));
    write_wait(out, "", "p95", figure(s, s->p95), figure(r, r->p95));
    format_mean(figure(&m->slowdown, m->slowdown.mean), simulated);
    format_mean(figure(&m->recorded_slowdown, m->recorded_slowdown.mean), recorded);
    write_row(out, "slowdown", "mean", simulated, recorded, "bounded, 10 s");
    format_mean(m->queue_mean, simulated);
    draw_periods(m, queue_of, 0, bars);
    write_row(out, "queue", "mean", simulated, "-", bars);
}

static double percent(const hc_metrics *m, hc_bucket bucket)
{
    return 100.0 * (double)m->ledger[bucket] / (double)m->capacity;
}

static void write_gpu_hours(FILE *out, const hc_metrics *m)
{
    char total[HC_UNIT_TEXT_SIZE];
    char shares[TEXT_SIZE] = "no time was measured";
    format_short(hc_gpu_hours(m->capacity), total);
    if (m->capacity > 0) {
        (void)snprintf(shares, sizeof shares,
                       "%.1f %% busy, %.1f %% idle (jobs wait), %.1f %% idle (nothing waits)",
                       percent(m, HC_BUCKET_BUSY), percent(m, HC_BUCKET_IDLE_BLOCKED),
                       percent(m, HC_BUCKET_IDLE_EMPTY));
    }
    write_sentence(out, "GPU-hours", total, shares);
    if (m->ledger[HC_BUCKET_OFFLINE] > 0) {
        format_short(hc_gpu_hours(m->ledger[HC_BUCKET_OFFLINE]), total);
        (void)snprintf(shares, sizeof shares, "%.1f %% on nodes out of service",
                       percent(m, HC_BUCKET_OFFLINE));
        write_sentence(out, "offline", total, shares);
    }
}

static void write_preemptions(FILE *out, const hc_metrics *m)
{
    char total[HC_UNIT_TEXT_SIZE];
    char jobs[HC_UNIT_TEXT_SIZE];
    char hours[HC_UNIT_TEXT_SIZE];
    char sentence[TEXT_SIZE];
    if (m->preemption_count == 0) {
        return;
    }
    hc_format_count((int64_t)m->preemption_count, total);
    hc_format_count((int64_t)m->preempted_count, jobs);
    format_short(hc_gpu_hours(m->ledger[HC_BUCKET_RESTART] + m->ledger[HC_BUCKET_LOST]), hours);
    (void)snprintf(sentence, sizeof sentence,
                   "of %s jobs; %s GPU-hours: %.1f %% work done again, %.1f %% coming up again",
                   jobs, hours, percent(m, HC_BUCKET_LOST), percent(m, HC_BUCKET_RESTART));
    write_sentence(out, "preemptions", total, sentence);
}

static void write_rejections(FILE *out, const hc_metrics *m)
{
    static const char *const REASONS[HC_REJECTION_COUNT] = {
        [HC_REJECTION_PARTITION] = "a partition that is not here",
        [HC_REJECTION_KIND] = "a GPU that is not here",
        [HC_REJECTION_SIZE] = "more GPUs than there are",
        [HC_REJECTION_NODE] = "more than a node has",
        [HC_REJECTION_HOST] = "more CPU or memory than there is",
        [HC_REJECTION_PLAN] = "GPUs on which its plan is impossible",
    };
    char count[HC_UNIT_TEXT_SIZE];
    char hours[HC_UNIT_TEXT_SIZE];
    char sentence[TEXT_SIZE];
    size_t length = 0;
    if (m->state_counts[HC_JOB_REJECTED] == 0) {
        return;
    }
    format_short(hc_gpu_hours(m->rejected), hours);
    length = (size_t)snprintf(sentence, sizeof sentence, "%s GPU-hours", hours);
    for (int i = 1; i < HC_REJECTION_COUNT; i++) {
        if (m->rejection_counts[i] > 0) {
            hc_format_count((int64_t)m->rejection_counts[i], count);
            length += (size_t)snprintf(sentence + length, sizeof sentence - length,
                                       ", %s asked for %s", count, REASONS[i]);
        }
    }
    hc_format_count((int64_t)m->state_counts[HC_JOB_REJECTED], count);
    write_sentence(out, "rejected", count, sentence);
}

/* What of the past this cluster does not allow. */
static void write_contradictions(FILE *out, const hc_metrics *m, const hc_run_reader *reader)
{
    char late[HC_UNIT_TEXT_SIZE];
    char elsewhere[HC_UNIT_TEXT_SIZE];
    char unknown[HC_UNIT_TEXT_SIZE];
    if (strcmp(hc_run_reader_text_if_any(reader, "policy"), "recorded") != 0) {
        return;
    }
    hc_format_count((int64_t)m->late_count, late);
    hc_format_count((int64_t)m->elsewhere_count, elsewhere);
    hc_format_count((int64_t)m->no_start_count, unknown);
    (void)fprintf(
        out,
        "  against the log: %s jobs found no room at their recorded start, %s not on their "
        "recorded nodes; %s had no recorded start\n",
        late, elsewhere, unknown);
}

/* A run that came to its end leaves jobs only where nodes never came back. */
static void write_leftovers(FILE *out, const hc_metrics *m, const hc_run_reader *reader)
{
    char total[HC_UNIT_TEXT_SIZE];
    char running[HC_UNIT_TEXT_SIZE];
    char waiting[HC_UNIT_TEXT_SIZE];
    char sentence[TEXT_SIZE];
    uint64_t count = m->state_counts[HC_JOB_RUNNING] + m->state_counts[HC_JOB_PENDING];
    if (count == 0) {
        return;
    }
    hc_format_count((int64_t)count, total);
    hc_format_count((int64_t)m->state_counts[HC_JOB_RUNNING], running);
    hc_format_count((int64_t)m->state_counts[HC_JOB_PENDING], waiting);
    (void)snprintf(sentence, sizeof sentence, "%s running, %s waiting%s", running, waiting,
                   hc_run_reader_is_complete(reader) ? " for nodes that did not come back" : "");
    write_sentence(out, "left over", total, sentence);
}

/* Every row of an input has become one of four things. */
static bool adds_up(const hc_input_row *input)
{
    const uint64_t parts[] = {input->kept, input->never_run, input->quarantined, input->filtered};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (__builtin_add_overflow(sum, parts[i], &sum)) {
            return false;
        }
    }
    return sum == input->rows && sum <= INT64_MAX;
}

static void write_count(FILE *out, const char *before, uint64_t count, const char *what)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)count, text);
    (void)fprintf(out, "%s%s %s", before, text, what);
}

/* Where the account of the inputs goes, and where it comes from. */
typedef struct inputs {
    FILE *out;
    const hc_run_reader *reader;
} inputs;

static int write_input(void *self, const void *row, hc_error *error)
{
    const inputs *in = self;
    const hc_input_row *input = row;
    char file[TEXT_SIZE];
    if (!adds_up(input)) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: table inputs: the rows of input %" PRIu16 " do not add up",
                            hc_run_reader_path(in->reader), input->index);
    }
    (void)fprintf(in->out, "  input %s: ", hc_plain_text(input->file, file, sizeof file));
    write_count(in->out, "", input->rows, "rows");
    write_count(in->out, ", ", input->kept, "jobs");
    write_count(in->out, ", ", input->quarantined, "quarantined");
    write_count(in->out, ", ", input->never_run, "never ran");
    write_count(in->out, ", ", input->filtered, "left out\n");
    return 0;
}

/* How far apart two means of waits are, as a factor; a second more on both sides, or nothing would be infinitely
 * far from something. */
static double difference(const hc_period *p)
{
    return fabs(log((p->wait_simulated_seconds + 1) / (p->wait_recorded_seconds + 1)));
}

/* The period whose mean waits differ by the largest factor, among those where either exceeds a minute. */
static void write_largest_difference(FILE *out, const hc_metrics *m)
{
    const hc_period *worst = NULL;
    char date[HC_CIVIL_TEXT_SIZE];
    char simulated[HC_UNIT_TEXT_SIZE];
    char recorded[HC_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < m->period_count; i++) {
        const hc_period *p = &m->periods[i];
        double factor = difference(p);
        if (fmax(p->wait_simulated_seconds, p->wait_recorded_seconds) > 60 && factor > 0 &&
            (worst == NULL || factor > difference(worst))) {
            worst = p;
        }
    }
    if (worst == NULL) {
        return;
    }
    if (m->period_length < HC_DAY) {
        hc_run_clock_instant(&m->clock, worst->begin, date);
    } else {
        hc_run_clock_date(&m->clock, worst->begin, date);
    }
    format_seconds(worst->wait_simulated_seconds, simulated);
    format_seconds(worst->wait_recorded_seconds, recorded);
    (void)fprintf(out, "  Largest difference: %s of %s, mean wait %s simulated, %s recorded\n",
                  m->period_name, date, simulated, recorded);
}

int hc_report_write(FILE *out, const hc_metrics *m, hc_run_reader *reader, hc_error *error)
{
    inputs in = {.out = out, .reader = reader};
    write_title(out, m, reader);
    if (m->job_count == 0) {
        (void)fprintf(out, "  no job was simulated\n");
    } else {
        write_row(out, "", "", "simulated", "recorded", "");
        write_utilization(out, m);
        write_waits(out, m);
        write_gpu_hours(out, m);
        write_preemptions(out, m);
        write_rejections(out, m);
        write_leftovers(out, m, reader);
        write_contradictions(out, m, reader);
        hc_sites_write(out, &m->sites);
    }
    if (hc_each_row(reader, HC_TABLE_INPUTS, write_input, &in, error) < 0) {
        return -1;
    }
    write_largest_difference(out, m);
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "report: %s", strerror(errno));
    }
    return 0;
}
