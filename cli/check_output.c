#include "cli/check_output.h"

#include "sim/civil_time.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CLASS_LINES = 12, MAX_DEMAND_LINES = 12 };

static void format_day(const hc_assembly *a, hc_time time, char *out)
{
    if (a->clock == HC_CLOCK_UNKNOWN_ZERO) {
        (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "day %" PRId64, time / HC_DAY);
    } else {
        hc_format_date(time + a->unix_zero_seconds * HC_SECOND, out);
    }
}

/* "40 x 8 V100" for each class of nodes. */
static void print_cluster(const hc_machine *machine)
{
    uint32_t classes = hc_machine_class_count(machine);
    char gpus[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)hc_machine_gpu_count(machine), gpus);
    printf("  cluster    ");
    for (uint32_t i = 0; i < classes && i < MAX_CLASS_LINES; i++) {
        const hc_node_class *c = hc_machine_class(machine, i);
        printf("%s%" PRIu32 " node%s", i == 0 ? "" : " + ", c->node_count,
               c->node_count == 1 ? "" : "s");
        if (c->kind == HC_NO_INDEX) {
            printf(" without GPUs");
        } else {
            printf(" x %" PRIu32 " %s", c->gpu_count, hc_machine_kind_name(machine, c->kind));
        }
    }
    printf("%s = %s GPUs in %" PRIu32 " rack%s", classes > MAX_CLASS_LINES ? " + ..." : "", gpus,
           hc_machine_rack_count(machine), hc_machine_rack_count(machine) == 1 ? "" : "s");
    if (hc_machine_partition_count(machine) > 1) {
        printf(", %" PRIu32 " partitions", hc_machine_partition_count(machine));
    }
    printf("\n");
}

static void print_reasons(const char *title, const uint64_t *counts, int count,
                          const char *(*name)(int reason), const char *tail)
{
    uint64_t sum = 0;
    const char *separator = ": ";
    for (int i = 0; i < count; i++) {
        sum += counts[i];
    }
    if (sum == 0) {
        return;
    }
    printf("             %" PRIu64 " %s", sum, title);
    for (int i = 0; i < count; i++) {
        if (counts[i] > 0) {
            printf("%s%" PRIu64 " %s", separator, counts[i], name(i));
            separator = ", ";
        }
    }
    printf("%s\n", tail);
}

static const char *quarantine_name(int reason)
{
    return hc_quarantine_sentence((hc_quarantine_reason)reason);
}

static const char *filter_name(int reason)
{
    return hc_filter_sentence((hc_filter_reason)reason);
}

static const char *repair_name(int repair)
{
    return hc_repair_sentence((hc_repair)repair);
}

static void print_trace(const hc_assembly *a, const hc_assembled_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace->trace);
    const hc_import_report *report = hc_job_trace_report(trace->trace);
    char kept[HC_UNIT_TEXT_SIZE];
    char first[HC_CIVIL_TEXT_SIZE] = "no job";
    char last[HC_CIVIL_TEXT_SIZE] = "";
    hc_format_count((int64_t)report->kept_count, kept);
    if (report->kept_count > 0) {
        format_day(a, facts->first_submit, first);
        format_day(a, facts->last_submit, last);
    }
    printf("  trace      %s (%s, licence %s, sha256 %.8s): %s jobs of %" PRIu64 " rows, %s .. %s\n",
           trace->file, hc_trace_format_name(facts->format), facts->licence, facts->sha256, kept,
           report->row_count, first, last);
    print_reasons("rows quarantined", report->quarantine_counts, HC_QUARANTINE_COUNT,
                  quarantine_name, "   (--quarantine FILE lists them)");
    print_reasons("rows left out", report->filter_counts, HC_FILTER_COUNT, filter_name, "");
    if (report->never_run_count > 0) {
        printf("             %" PRIu64 " jobs never ran\n", report->never_run_count);
    }
    print_reasons("repairs", report->repair_counts, HC_REPAIR_COUNT, repair_name, "");
    if (report->duplicate_count > 0) {
        printf("             %" PRIu64 " jobs repeat another in every field; they are kept\n",
               report->duplicate_count);
    }
    if (report->is_unsorted) {
        printf("             the rows were not in order of submission; they are now\n");
    }
    if (facts->header_processors > 0) {
        printf("             the header speaks of %" PRIu64 " processors\n",
               facts->header_processors);
    }
}

static void print_synthetic(const hc_survey *survey)
{
    char jobs[HC_UNIT_TEXT_SIZE];
    char span[HC_UNIT_TEXT_SIZE] = "nothing";
    hc_format_count((int64_t)survey->job_count, jobs);
    if (survey->job_count > 0) {
        hc_format_duration(survey->last_submit - survey->first_submit, span);
    }
    printf("  synthetic  %s jobs over %s\n", jobs, span);
}

static void print_censoring(const hc_assembly *a, const hc_survey *survey)
{
    char date[HC_CIVIL_TEXT_SIZE];
    if (survey->censored_week_count == 0) {
        return;
    }
    format_day(a, survey->weeks[survey->censored_week_count].begin, date);
    printf("             the first %zu week%s hold %" PRIu64 " jobs only: the log may have begun "
           "after they did\n             (left-censored); ",
           survey->censored_week_count, survey->censored_week_count == 1 ? "" : "s",
           survey->censored_job_count);
    if (a->clock == HC_CLOCK_UNKNOWN_ZERO) {
        printf("from: %" PRId64 "d leaves them out\n",
               (survey->weeks[survey->censored_week_count].begin + HC_DAY - 1) / HC_DAY);
    } else {
        printf("from: %s leaves them out\n", date);
    }
}

static size_t worst_week(const hc_survey *survey)
{
    size_t worst = 0;
    for (size_t i = 1; i < survey->week_count; i++) {
        worst = hc_survey_week_load(survey, i) > hc_survey_week_load(survey, worst) ? i : worst;
    }
    return worst;
}

/* "V100M16|V100M32", or "any GPU". */
static void print_kinds(const hc_machine *machine, uint64_t kinds)
{
    const char *separator = "";
    if (kinds == UINT64_MAX) {
        printf("any");
        return;
    }
    if (kinds == 0) {
        printf("none that is here");
        return;
    }
    for (uint32_t i = 0; i < hc_machine_kind_count(machine); i++) {
        if ((kinds >> i & 1) != 0) {
            printf("%s%s", separator, hc_machine_kind_name(machine, i));
            separator = "|";
        }
    }
}

static void print_demands(const hc_assembly *a, const hc_survey *survey)
{
    char date[HC_CIVIL_TEXT_SIZE];
    for (size_t i = 0; survey->demand_count > 1 && i < survey->demand_count; i++) {
        const hc_survey_demand *d = &survey->demands[i];
        size_t week = 0;
        double peak = hc_survey_demand_peak(survey, d, &week);
        if (i == MAX_DEMAND_LINES) {
            printf("             ... and %zu more sets of kinds\n", survey->demand_count - i);
            return;
        }
        format_day(a, survey->weeks[week].begin, date);
        printf("             ");
        print_kinds(a->machine, d->kinds);
        printf(": %" PRIu64 " jobs, %.2f of %" PRIu64 " GPUs, %.2f in the week of %s\n",
               d->job_count, hc_survey_demand_load(survey, d), d->gpu_count, peak, date);
    }
}

static void print_load(const hc_assembly *a, const hc_survey *survey)
{
    size_t worst = worst_week(survey);
    char date[HC_CIVIL_TEXT_SIZE];
    if (survey->job_count == 0) {
        return;
    }
    format_day(a, survey->weeks[worst].begin, date);
    printf("  load       %.2f of capacity over the span of submissions, %.2f in the week of %s\n",
           hc_survey_load(survey), hc_survey_week_load(survey, worst), date);
    print_demands(a, survey);
    if (hc_survey_load(survey) > 1) {
        printf("             more is asked for than there is: the queue will grow\n");
    }
}

static void print_rejections(const hc_survey *survey)
{
    static const char *const REASONS[HC_REJECTION_COUNT] = {
        [HC_REJECTION_PARTITION] = "name a partition that is not here",
        [HC_REJECTION_KIND] = "ask for a GPU that is not here",
        [HC_REJECTION_SIZE] = "ask for more GPUs than there are",
        [HC_REJECTION_NODE] = "must stay on one node and are larger than any",
        [HC_REJECTION_HOST] = "ask for more CPU or memory than the nodes have",
    };
    for (int i = 1; i < HC_REJECTION_COUNT; i++) {
        if (survey->rejection_counts[i] > 0) {
            printf("  never fit  %" PRIu64 " jobs %s; they will be rejected\n",
                   survey->rejection_counts[i], REASONS[i]);
        }
    }
}

void hc_check_print(const hc_assembly *a, const hc_survey *survey, const char *path)
{
    printf("%s: ok\n", path);
    print_cluster(a->machine);
    for (size_t i = 0; i < a->trace_count; i++) {
        print_trace(a, &a->traces[i]);
    }
    if (a->is_synthetic) {
        print_synthetic(survey);
    } else {
        print_censoring(a, survey);
    }
    print_load(a, survey);
    print_rejections(survey);
}
