#include "cli/check_output.h"

#include "cli/trace_output.h"
#include "cli/wrapped_line.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CLASSES = 12, MAX_DEMAND_LINES = 12 };

static void format_day(const hc_assembly *a, hc_time time, char *out)
{
    hc_run_clock clock = hc_assembly_clock(a);
    hc_run_clock_date(&clock, time, out);
}

/* Classes that differ in CPU or memory alone are one to the reader. */
static bool is_same_class(const hc_node_class *a, const hc_node_class *b)
{
    return a->kind == b->kind && a->gpu_count == b->gpu_count;
}

/* Nodes of this class and of those like it, 0 when an earlier class has counted them. */
static uint64_t count_alike(const hc_machine *machine, uint32_t index)
{
    const hc_node_class *class = hc_machine_class(machine, index);
    uint64_t count = class->node_count;
    for (uint32_t i = 0; i < index; i++) {
        if (is_same_class(class, hc_machine_class(machine, i))) {
            return 0;
        }
    }
    for (uint32_t i = index + 1; i < hc_machine_class_count(machine); i++) {
        const hc_node_class *other = hc_machine_class(machine, i);
        count += is_same_class(class, other) ? other->node_count : 0;
    }
    return count;
}

static void add_class(hc_wrapped_line *line, const hc_machine *machine, uint32_t index,
                      uint64_t node_count, bool is_first)
{
    const hc_node_class *class = hc_machine_class(machine, index);
    char nodes[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)node_count, nodes);
    if (class->kind == HC_NO_INDEX) {
        hc_wrapped_add(line, "%s%s node%s without GPUs", is_first ? "" : "+ ", nodes,
                       node_count == 1 ? "" : "s");
    } else {
        hc_wrapped_add(line, "%s%s node%s x %" PRIu32 " %s", is_first ? "" : "+ ", nodes,
                       node_count == 1 ? "" : "s", class->gpu_count,
                       hc_machine_kind_name(machine, class->kind));
    }
}

/* "40 nodes x 8 V100 + 2 nodes x 4 T4 = 328 GPUs in 5 racks" */
static void print_cluster(const hc_machine *machine)
{
    hc_wrapped_line line;
    uint32_t shown = 0;
    char gpus[HC_UNIT_TEXT_SIZE];
    char racks[HC_UNIT_TEXT_SIZE];
    hc_wrapped_begin(&line, "cluster");
    for (uint32_t i = 0; i < hc_machine_class_count(machine) && shown <= MAX_CLASSES; i++) {
        uint64_t count = count_alike(machine, i);
        if (count > 0 && shown++ < MAX_CLASSES) {
            add_class(&line, machine, i, count, shown == 1);
        }
    }
    if (shown > MAX_CLASSES) {
        hc_wrapped_add(&line, "+ ...");
    }
    hc_format_count((int64_t)hc_machine_gpu_count(machine), gpus);
    hc_format_count((int64_t)hc_machine_rack_count(machine), racks);
    hc_wrapped_add(&line, "= %s GPUs", gpus);
    hc_wrapped_add(&line, "in %s rack%s", racks, hc_machine_rack_count(machine) == 1 ? "" : "s");
    if (hc_machine_partition_count(machine) > 1) {
        hc_wrapped_add(&line, "in %" PRIu32 " partitions", hc_machine_partition_count(machine));
    }
    hc_wrapped_end(&line);
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
    hc_wrapped_line line;
    char date[HC_CIVIL_TEXT_SIZE];
    char jobs[HC_UNIT_TEXT_SIZE];
    size_t weeks = survey->censored_week_count;
    if (weeks == 0) {
        return;
    }
    format_day(a, survey->weeks[weeks].begin, date);
    hc_format_count((int64_t)survey->censored_job_count, jobs);
    hc_wrapped_begin(&line, "");
    if (weeks == 1) {
        hc_wrapped_add(&line, "the first week holds %s jobs only:", jobs);
    } else {
        hc_wrapped_add(&line, "the first %zu weeks hold %s jobs only:", weeks, jobs);
    }
    hc_wrapped_add(&line, "the log may have begun after they did");
    hc_wrapped_add(&line, "(left-censored);");
    if (a->clock == HC_CLOCK_UNKNOWN_ZERO) {
        hc_wrapped_add(&line, "from: %" PRId64 "d leaves them out",
                       (survey->weeks[weeks].begin + HC_DAY - 1) / HC_DAY);
    } else {
        hc_wrapped_add(&line, "from: %s leaves them out", date);
    }
    hc_wrapped_end(&line);
}

static size_t worst_week(const hc_survey *survey)
{
    size_t worst = 0;
    for (size_t i = 1; i < survey->week_count; i++) {
        worst = hc_survey_week_load(survey, i) > hc_survey_week_load(survey, worst) ? i : worst;
    }
    return worst;
}

/* Two decimals, three of what is small. */
static void format_load(double load, char *out)
{
    if (load > 0 && load < 0.001) {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "under 0.001");
    } else {
        (void)snprintf(out, HC_UNIT_TEXT_SIZE, "%.*f", load < 0.095 ? 3 : 2, load);
    }
}

/* "V100M16|V100M32:", or "any:". */
static void add_kinds(hc_wrapped_line *line, const hc_machine *machine, uint64_t kinds)
{
    char text[1024] = "";
    size_t length = 0;
    if (kinds == UINT64_MAX) {
        hc_wrapped_add(line, "any:");
        return;
    }
    if (kinds == 0) {
        hc_wrapped_add(line, "none that is here:");
        return;
    }
    for (uint32_t i = 0; i < hc_machine_kind_count(machine) && length < sizeof text; i++) {
        if ((kinds >> i & 1) != 0) {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       length == 0 ? "" : "|", hc_machine_kind_name(machine, i));
        }
    }
    hc_wrapped_add(line, "%s:", text);
}

static void print_demand(const hc_assembly *a, const hc_survey *survey, const hc_survey_demand *d)
{
    hc_wrapped_line line;
    char jobs[HC_UNIT_TEXT_SIZE];
    char gpus[HC_UNIT_TEXT_SIZE];
    char mean[HC_UNIT_TEXT_SIZE];
    char highest[HC_UNIT_TEXT_SIZE];
    char date[HC_CIVIL_TEXT_SIZE];
    size_t week = 0;
    double peak = hc_survey_demand_peak(survey, d, &week);
    hc_format_count((int64_t)d->job_count, jobs);
    hc_format_count((int64_t)d->gpu_count, gpus);
    format_load(hc_survey_demand_load(survey, d), mean);
    format_load(peak, highest);
    format_day(a, survey->weeks[week].begin, date);
    hc_wrapped_begin(&line, "");
    add_kinds(&line, a->machine, d->kinds);
    hc_wrapped_add(&line, "%s job%s,", jobs, d->job_count == 1 ? "" : "s");
    hc_wrapped_add(&line, "%s of %s GPUs,", mean, gpus);
    hc_wrapped_add(&line, "%s in the week of %s", highest, date);
    hc_wrapped_end(&line);
}

static void print_demands(const hc_assembly *a, const hc_survey *survey)
{
    for (size_t i = 0; survey->demand_count > 1 && i < survey->demand_count; i++) {
        if (i == MAX_DEMAND_LINES) {
            printf("             ... and %zu more sets of kinds\n", survey->demand_count - i);
            return;
        }
        print_demand(a, survey, &survey->demands[i]);
    }
}

/* "968 to 1,264 GPUs in service, 6 changes" */
static void print_capacity(const hc_assembly *a)
{
    const hc_calendar *calendar = hc_assembly_calendar(a);
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    char low[HC_UNIT_TEXT_SIZE];
    char high[HC_UNIT_TEXT_SIZE];
    char date[HC_CIVIL_TEXT_SIZE];
    if (calendar == NULL || calendar->count == 0) {
        return;
    }
    for (size_t i = 0; i < calendar->count; i++) {
        uint64_t gpus = calendar->steps[i].gpu_count;
        least = gpus < least ? gpus : least;
        most = gpus > most ? gpus : most;
    }
    hc_format_count((int64_t)least, low);
    hc_format_count((int64_t)most, high);
    format_day(a, calendar->steps[0].at, date);
    printf("  capacity   %s to %s GPUs in service from %s on, %zu change%s\n", low, high, date,
           calendar->count, calendar->count == 1 ? "" : "s");
}

static void print_load(const hc_assembly *a, const hc_survey *survey)
{
    size_t worst = worst_week(survey);
    char mean[HC_UNIT_TEXT_SIZE];
    char highest[HC_UNIT_TEXT_SIZE];
    char date[HC_CIVIL_TEXT_SIZE];
    if (survey->job_count == 0) {
        return;
    }
    format_load(hc_survey_load(survey), mean);
    format_load(hc_survey_week_load(survey, worst), highest);
    format_day(a, survey->weeks[worst].begin, date);
    printf("  load       %s of capacity over the span of submissions, %s in the week of %s\n", mean,
           highest, date);
    print_demands(a, survey);
    if (hc_survey_load(survey) > 1) {
        printf("             more is asked for than there is: the queue will grow\n");
    }
}

/* What is trained, where packed on the fastest kind that will do. */
static void print_training(const hc_assembly *a)
{
    uint32_t count = a->training == NULL ? 0 : hc_training_count(a->training);
    char run_time[HC_UNIT_TEXT_SIZE];
    for (uint32_t i = 1; i <= count && i <= MAX_DEMAND_LINES; i++) {
        const hc_training_facts *facts = hc_training_facts_of(a->training, i);
        hc_format_duration(facts->run_time, run_time);
        printf("  %-9s  %s\n", i == 1 ? "training" : "", facts->title);
        printf("             a step takes %.4g s where packed on %s",
               (double)facts->step / (double)HC_SECOND,
               hc_machine_kind_name(a->machine, facts->kind));
        if (facts->steps > 1) {
            printf(", %" PRIu64 " steps %s", facts->steps, run_time);
        }
        printf("\n");
    }
    if (count > MAX_DEMAND_LINES) {
        printf("             and %" PRIu32 " more\n", count - MAX_DEMAND_LINES);
    }
}

static void print_rejections(const hc_assembly *a, const hc_survey *survey)
{
    static const char *const REASONS[HC_REJECTION_COUNT] = {
        [HC_REJECTION_PARTITION] = "for a partition that is not here",
        [HC_REJECTION_KIND] = "for a GPU that is not here",
        [HC_REJECTION_SIZE] = "for more GPUs than there are",
        [HC_REJECTION_NODE] = "for one node with more GPUs than any has",
        [HC_REJECTION_HOST] = "for more CPU or memory than the nodes have",
        [HC_REJECTION_PLAN] = "for a number of GPUs on which its plan is impossible",
    };
    char jobs[HC_UNIT_TEXT_SIZE];
    for (int i = 1; i < HC_REJECTION_COUNT; i++) {
        uint64_t count = survey->rejection_counts[i];
        hc_format_count((int64_t)count, jobs);
        if (count > 0 && a->site_count > 0) {
            printf(
                "  never fit  at home: %s %s %s; sent on, or rejected where no site can run %s\n",
                jobs, count == 1 ? "job asks" : "jobs ask", REASONS[i], count == 1 ? "it" : "them");
        } else if (count > 0) {
            printf("  never fit  %s %s %s; %s will be rejected\n", jobs,
                   count == 1 ? "job asks" : "jobs ask", REASONS[i], count == 1 ? "it" : "they");
        }
    }
}

void hc_check_print(const hc_assembly *a, const hc_survey *survey, const char *path)
{
    printf("%s: ok\n", path);
    print_cluster(a->machine);
    if (a->site_count > 0) {
        hc_check_print_sites(a);
    }
    for (size_t i = 0; i < a->trace_count; i++) {
        hc_trace_print(a->traces[i].file, a->traces[i].trace);
    }
    if (a->is_synthetic) {
        print_synthetic(survey);
        print_training(a);
    } else {
        print_censoring(a, survey);
    }
    print_capacity(a);
    print_load(a, survey);
    print_rejections(a, survey);
}
