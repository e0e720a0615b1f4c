#include "sim/int128.h"
#include "tests/traces/recorded_rows.h"
#include "tests/traces/trace_testing.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Published statistics of the logs, computed again from what the importers read. The rules behind the figures:
 *  - jobs: all data rows, whatever becomes of them; sizes and their quantiles over all of them, a size that is
 *    not given counts as -1 (Thunder) and a pod without GPU as 0;
 *  - the size of an SWF job is the allocated one, the requested one where none was allocated (a replay prefers
 *    the requested one); fractions of a GPU count as such;
 *  - run times, their mean and quantiles: rows with a run time of 0 or more, also those without a size;
 *  - hours: size x run time over rows that have both;
 *  - span: last less first submit time over all rows that have one, also those that never ran;
 *  - waits: rows with a start time;
 *  - quantiles: linear interpolation between order statistics.
 *  Figures are rounded to the decimals that they are written with. */

typedef struct log_case {
    const char *path;
    const char *statistics;
    hc_trace_format format;
    const char *unit; /* "proc" or "gpu" */
} log_case;

static const log_case LOGS[] = {
    {"data/jobs_swf/HPC2N-2002-2.1-cln.swf.gz", "HPC2N-2002-2.1-cln", HC_FORMAT_SWF, "proc"},
    {"data/jobs_swf/KTH-SP2-1996-2.1-cln.swf.gz", "KTH-SP2-1996-2.1-cln", HC_FORMAT_SWF, "proc"},
    {"data/jobs_swf/LLNL-Thunder-2007-1.1-cln.swf.gz", "LLNL-Thunder-2007-1.1-cln", HC_FORMAT_SWF,
     "proc"},
    {"data/jobs_swf/NASA-iPSC-1993-3.1-cln.swf.gz", "NASA-iPSC-1993-3.1-cln", HC_FORMAT_SWF,
     "proc"},
    {"data/jobs_swf/RICC-2010-2.swf.gz", "RICC-2010-2", HC_FORMAT_SWF, "proc"},
    {"data/jobs_swf/SDSC-BLUE-2000-4.2-cln.swf.gz", "SDSC-BLUE-2000-4.2-cln", HC_FORMAT_SWF,
     "proc"},
    {"data/jobs_gpu/helios_venus_gpu_jobs_to_2020-08-31.csv.gz",
     "helios_venus_gpu_jobs_to_2020-08-31", HC_FORMAT_HELIOS, "gpu"},
    {"data/jobs_gpu/pai_v2020_sub.csv.gz", "pai_v2020_sub", HC_FORMAT_HELIOS, "gpu"},
    {"data/alibaba/openb_pod_list_default.csv", "openb_pod_list_default", HC_FORMAT_OPENB, "gpu"},
    {"data/jobs_gpu/philly_sia_without_2vcs.csv.gz", "philly_sia_without_2vcs",
     HC_FORMAT_PHILLY_SIA, "gpu"},
    {"data/jobs_gpu/lingjun2023_crux_rfold.csv", "lingjun2023_crux", HC_FORMAT_LINGJUN_RFOLD,
     "gpu"},
};

/* Figures that do not exist are written as NaN, which is not JSON. */
static void replace_nan(char *text)
{
    for (char *at = strstr(text, " NaN"); at != NULL; at = strstr(at, " NaN")) {
        memcpy(at, "null", 4);
    }
}

static json_t *load_statistics(const log_case *log)
{
    static char text[65536];
    char relative[128];
    json_error_t error;
    json_t *statistics = NULL;
    FILE *file = NULL;
    (void)snprintf(relative, sizeof relative, "data/stats/%s.stats.json", log->statistics);
    file = fopen(hc_test_shared_file(relative), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    replace_nan(text);
    statistics = json_loads(text, 0, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(statistics);
    return statistics;
}

/* The key with the unit of the log in it: "jobs_zero_%s" is "jobs_zero_gpu". */
static json_t *find(json_t *statistics, const log_case *log, const char *format)
{
    char key[64];
    const char *mark = strchr(format, '%');
    json_t *value = NULL;
    if (mark == NULL) {
        (void)snprintf(key, sizeof key, "%s", format);
    } else {
        (void)snprintf(key, sizeof key, "%.*s%s%s", (int)(mark - format), format, log->unit,
                       mark + 2);
    }
    value = json_object_get(statistics, key);
    if (value == NULL) {
        printf("\n    %s has no %s\n", log->statistics, key);
        CU_FAIL_FATAL("the published figure is missing");
    }
    return value;
}

static void check_figure(const log_case *log, const char *what, json_t *published, double found,
                         double tolerance)
{
    double value = json_number_value(published);
    if (!(fabs(value - found) <= tolerance)) {
        printf("\n    %s, %s: published %.10g, found %.10g\n", log->statistics, what, value, found);
        CU_FAIL("differs from the published figure");
    }
}

typedef struct value_list {
    double *values;
    size_t count;
} value_list;

static value_list list_of(const hc_test_recorded_list *rows,
                          bool (*get)(const hc_test_recorded *row, double *out))
{
    value_list list = {.values = calloc(rows->count, sizeof(double))};
    CU_ASSERT_PTR_NOT_NULL_FATAL(list.values);
    for (size_t i = 0; i < rows->count; i++) {
        list.count += get(&rows->rows[i], &list.values[list.count]) ? 1 : 0;
    }
    return list;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted values. */
static double quantile(const value_list *list, double percent)
{
    double place = (double)(list->count - 1) * percent / 100;
    size_t below = (size_t)place;
    size_t above = below + 1 < list->count ? below + 1 : below;
    return list->values[below] +
           (place - (double)below) * (list->values[above] - list->values[below]);
}

static double mean(const value_list *list)
{
    double sum = 0;
    for (size_t i = 0; i < list->count; i++) {
        sum += list->values[i];
    }
    return sum / (double)list->count;
}

/* All quantiles p0 .. p100; null where the log has no such values. */
static void check_quantiles(const log_case *log, const char *what, json_t *published,
                            value_list *list)
{
    const char *key = NULL;
    json_t *value = NULL;
    qsort(list->values, list->count, sizeof *list->values, compare_doubles);
    json_object_foreach(published, key, value)
    {
        if (json_is_null(value)) {
            CU_ASSERT_EQUAL(list->count, 0);
        } else {
            check_figure(log, what, value, quantile(list, strtod(key + 1, NULL)), 0.0051);
        }
    }
}

static bool get_run_time(const hc_test_recorded *row, double *out)
{
    *out = (double)row->run_time / (double)HC_SECOND;
    return row->run_time != HC_TIME_MISSING && row->run_time >= 0;
}

static bool get_size(const hc_test_recorded *row, double *out)
{
    *out = row->size;
    return true;
}

static bool get_wait(const hc_test_recorded *row, double *out)
{
    *out = (double)row->wait / (double)HC_SECOND;
    return row->wait != HC_TIME_MISSING;
}

static bool get_submit(const hc_test_recorded *row, double *out)
{
    *out = (double)row->submit / (double)HC_DAY;
    return row->submit != HC_TIME_MISSING && row->submit >= 0;
}

static bool get_submit_seconds(const hc_test_recorded *row, double *out)
{
    bool is_given = get_submit(row, out);
    *out = (double)row->submit / (double)HC_SECOND;
    return is_given;
}

static void check_run_times(const log_case *log, json_t *published,
                            const hc_test_recorded_list *rows)
{
    value_list run_times = list_of(rows, get_run_time);
    size_t zero_count = 0;
    check_figure(log, "jobs", find(published, log, "jobs"), (double)rows->count, 0);
    check_figure(log, "jobs_run_valid", find(published, log, "jobs_run_valid"),
                 (double)run_times.count, 0);
    for (size_t i = 0; i < run_times.count; i++) {
        zero_count += run_times.values[i] == 0 ? 1 : 0;
    }
    check_figure(log, "jobs_run_zero", find(published, log, "jobs_run_zero"), (double)zero_count,
                 0);
    check_figure(log, "run_s_mean", find(published, log, "run_s_mean"), mean(&run_times), 0.051);
    check_quantiles(log, "run_s", find(published, log, "run_s"), &run_times);
    free(run_times.values);
}

static void check_sizes(const log_case *log, json_t *published, const hc_test_recorded_list *rows)
{
    value_list sizes = list_of(rows, get_size);
    size_t none_count = 0;
    for (size_t i = 0; i < sizes.count; i++) {
        none_count += sizes.values[i] <= 0 ? 1 : 0;
    }
    check_figure(log, "jobs without size", find(published, log, "jobs_zero_%s"), (double)none_count,
                 0);
    check_figure(log, "mean size", find(published, log, "%ss_mean"), mean(&sizes), 0.00051);
    check_quantiles(log, "sizes", find(published, log, "%ss_quantiles"), &sizes);
    free(sizes.values);
}

static void check_waits(const log_case *log, json_t *published, const hc_test_recorded_list *rows)
{
    json_t *quantiles = json_object_get(published, "wait_s");
    if (quantiles != NULL) {
        value_list waits = list_of(rows, get_wait);
        check_quantiles(log, "wait_s", quantiles, &waits);
        free(waits.values);
    }
}

static void check_span(const log_case *log, json_t *published, const hc_test_recorded_list *rows)
{
    value_list submits = list_of(rows, get_submit);
    qsort(submits.values, submits.count, sizeof *submits.values, compare_doubles);
    check_figure(log, "span_days_submit", find(published, log, "span_days_submit"),
                 quantile(&submits, 100) - quantile(&submits, 0), 0.00051);
    free(submits.values);
}

/* Gaps between submissions in their order: mean, deviation over mean, share of those at one instant. */
static void check_gaps(const log_case *log, json_t *published, const hc_test_recorded_list *rows)
{
    value_list gaps = list_of(rows, get_submit_seconds);
    double average = 0;
    double variance = 0;
    double zero_count = 0;
    json_t *figures = find(published, log, "interarrival_s");
    qsort(gaps.values, gaps.count, sizeof *gaps.values, compare_doubles);
    gaps.count--;
    for (size_t i = 0; i < gaps.count; i++) {
        gaps.values[i] = gaps.values[i + 1] - gaps.values[i];
        zero_count += gaps.values[i] == 0 ? 1 : 0;
    }
    average = mean(&gaps);
    for (size_t i = 0; i < gaps.count; i++) {
        variance += pow(gaps.values[i] - average, 2) / (double)gaps.count;
    }
    check_figure(log, "mean gap", json_object_get(figures, "mean"), average, 0.00051);
    check_figure(log, "variation of gaps", json_object_get(figures, "cv"), sqrt(variance) / average,
                 0.00051);
    check_figure(log, "gaps of 0", json_object_get(figures, "share_zero"),
                 zero_count / (double)gaps.count, 0.000051);
    free(gaps.values);
}

/* What the jobs of one size are in all jobs and all hours. */
static void check_size_class(const log_case *log, json_t *published, double size,
                             const hc_test_recorded_list *rows)
{
    double count = 0;
    double hours = 0;
    double all_hours = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const hc_test_recorded *row = &rows->rows[i];
        bool is_member = fabs(row->size - size) < 1e-9;
        double used = row->size > 0 && row->run_time > 0 ? row->size * (double)row->run_time : 0;
        count += is_member ? 1 : 0;
        hours += is_member ? used : 0;
        all_hours += used;
    }
    check_figure(log, "jobs of a size", json_object_get(published, "jobs"), count, 0);
    check_figure(log, "share of jobs", json_object_get(published, "job_share"),
                 count / (double)rows->count, 0.0000051);
    check_figure(log, "share of hours", json_object_get(published, "gpu_hours_share"),
                 hours / all_hours, 0.0000051);
}

static void lingjun_has_the_published_gaps_and_sizes(void)
{
    const log_case *log = &LOGS[COUNT_OF(LOGS) - 1];
    json_t *published = load_statistics(log);
    hc_test_recorded_list rows =
        hc_test_read_rows(log->format, HC_SIZE_ALLOCATED_FIRST, hc_test_shared_file(log->path));
    const char *size = NULL;
    json_t *figures = NULL;
    CU_ASSERT_EQUAL_FATAL(log->format, HC_FORMAT_LINGJUN_RFOLD);
    check_gaps(log, published, &rows);
    json_object_foreach(find(published, log, "gpu_count_distribution"), size, figures)
    {
        check_size_class(log, figures, strtod(size, NULL), &rows);
    }
    free(rows.rows);
    json_decref(published);
}

static void rows_have_the_published_statistics(void)
{
    for (size_t i = 0; i < COUNT_OF(LOGS); i++) {
        const log_case *log = &LOGS[i];
        json_t *published = load_statistics(log);
        hc_test_recorded_list rows =
            hc_test_read_rows(log->format, HC_SIZE_ALLOCATED_FIRST, hc_test_shared_file(log->path));
        check_run_times(log, published, &rows);
        check_sizes(log, published, &rows);
        check_waits(log, published, &rows);
        check_span(log, published, &rows);
        free(rows.rows);
        json_decref(published);
    }
}

static double hours_of(const hc_job_trace *trace)
{
    hc_int128 milli_ns = 0;
    for (size_t i = 0; i < hc_job_trace_count(trace); i++) {
        hc_trace_job job = hc_job_trace_job(trace, i);
        milli_ns += (hc_int128)job.run_time * job.gpu_count * job.gpu_milli;
    }
    return (double)milli_ns / HC_WHOLE_GPU / (double)HC_HOUR;
}

/* Rows that are quarantined, or never ran, have no hours: the jobs kept have all of them. */
static void jobs_have_the_published_hours(void)
{
    for (size_t i = 0; i < COUNT_OF(LOGS); i++) {
        const log_case *log = &LOGS[i];
        json_t *published = load_statistics(log);
        hc_trace_options options = hc_test_options(log->format);
        hc_job_trace *trace = NULL;
        options.size_preference = HC_SIZE_ALLOCATED_FIRST;
        trace = hc_test_read_path(options, hc_test_shared_file(log->path));
        check_figure(log, "hours", find(published, log, "%s_hours"), hours_of(trace), 0.051);
        hc_job_trace_destroy(trace);
        json_decref(published);
    }
}

static const hc_test_case CASES[] = {
    {"rows_have_the_published_statistics", rows_have_the_published_statistics},
    {"jobs_have_the_published_hours", jobs_have_the_published_hours},
    {"lingjun_has_the_published_gaps_and_sizes", lingjun_has_the_published_gaps_and_sizes},
};

HC_TEST_MAIN("statistics", CASES)
