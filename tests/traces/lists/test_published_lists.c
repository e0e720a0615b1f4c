#include "sim/civil_time.h"
#include "tests/testing.h"
#include "traces/lists/list.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The published lists against the statistics published beside them. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { NAME_COUNT = 2048 };

static hc_list *read_list(hc_list_format format, const char *path)
{
    hc_list_options options = {.path = path, .format = format};
    hc_error error = HC_ERROR_NONE;
    hc_list *list = NULL;
    if (hc_list_read(&list, &options, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the list was refused");
    }
    CU_ASSERT_FATAL(hc_list_check(list));
    return list;
}

static hc_list *read_shared(hc_list_format format, const char *file)
{
    return read_list(format, hc_test_shared_file(file));
}

/* Lists packed with xz are unpacked by the program that does so. */
static hc_list *read_packed(hc_list_format format, const char *file)
{
    char command[8192];
    char path[64];
    hc_list *list = NULL;
    (void)snprintf(path, sizeof path, "/tmp/hc_lists.%ld", (long)getpid());
    (void)snprintf(command, sizeof command, "xz -dc '%s' >%s", hc_test_shared_file(file), path);
    CU_ASSERT_EQUAL_FATAL(system(command), 0); /* NOLINT(cert-env33-c): a fixed command */
    list = read_list(format, path);
    (void)unlink(path);
    return list;
}

static json_t *statistics(const char *name)
{
    char file[128];
    json_t *all = NULL;
    (void)snprintf(file, sizeof file, "data/stats/%s.stats.json", name);
    all = json_load_file(hc_test_shared_file(file), JSON_ALLOW_NUL, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(all);
    return all;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    CU_ASSERT_FATAL(json_is_number(value));
    return json_number_value(value);
}

static uint64_t whole(const json_t *object, const char *key)
{
    return (uint64_t)number(object, key);
}

/* How many different texts there are. */
typedef struct names {
    const char *list[NAME_COUNT];
    size_t count;
} names;

static void add_name(names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->list[i] == name) { /* the list keeps equal texts once */
            return;
        }
    }
    CU_ASSERT_FATAL(n->count < NAME_COUNT);
    n->list[n->count++] = name;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear interpolation between order statistics. */
static double quantile(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    return below + 1 >= count
               ? sorted[count - 1]
               : sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

static double days(hc_time time)
{
    return (double)time / (double)HC_DAY;
}

static void check_repairs(const hc_list *list, const json_t *published)
{
    size_t count = hc_list_count(list);
    double *repairs = malloc(count * sizeof *repairs);
    const json_t *quantiles = json_object_get(published, "repair_days");
    double sum = 0;
    double zero = 0;
    for (size_t i = 0; i < count; i++) {
        hc_fault_interval fault = hc_list_fault(list, i);
        repairs[i] = days(fault.end - fault.start);
        sum += repairs[i];
        zero += fault.end == fault.start ? 1 : 0;
    }
    qsort(repairs, count, sizeof *repairs, compare_doubles);
    CU_ASSERT_DOUBLE_EQUAL(quantile(repairs, count, 0.5), number(quantiles, "p50"), 0.002);
    CU_ASSERT_DOUBLE_EQUAL(quantile(repairs, count, 0.99), number(quantiles, "p99"), 0.5);
    CU_ASSERT_DOUBLE_EQUAL(sum / (double)count, number(published, "repair_mean_days"), 0.001);
    CU_ASSERT_EQUAL(zero, number(published, "zero_length"));
    free(repairs);
}

static void check_months(const hc_list *list, const json_t *published)
{
    const json_t *months = json_object_get(published, "starts_per_30d");
    double counts[16] = {0};
    for (size_t i = 0; i < hc_list_count(list); i++) {
        size_t month = (size_t)(hc_list_fault(list, i).start / (30 * HC_DAY));
        CU_ASSERT_FATAL(month < COUNT_OF(counts));
        counts[month]++;
    }
    for (size_t i = 0; i < json_array_size(months); i++) {
        CU_ASSERT_EQUAL(counts[i], json_number_value(json_array_get(months, i)));
    }
}

/* "Hardware Failure/GPU" in the statistics is "Hardware Failure: GPU" here. */
static void check_classes(const hc_list *list, const json_t *published)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(published, "by_class"), key, value)
    {
        char cause[128];
        const char *slash = strchr(key, '/');
        double count = 0;
        (void)snprintf(cause, sizeof cause, "%.*s: %s", (int)(slash - key), key, slash + 1);
        for (size_t i = 0; i < hc_list_count(list); i++) {
            count += strcmp(hc_list_fault(list, i).cause, cause) == 0 ? 1 : 0;
        }
        CU_ASSERT_EQUAL(count, json_number_value(value));
    }
}

static void infinitehbd_is_as_published(void)
{
    json_t *all = statistics("failures");
    const json_t *published = json_object_get(all, "infinitehbd");
    hc_list *list = read_shared(HC_LIST_INFINITEHBD, "data/failures/infinitehbd_fault_trace.json");
    const hc_list_report *report = hc_list_report_of(list);
    names nodes = {.count = 0};
    for (size_t i = 0; i < hc_list_count(list); i++) {
        add_name(&nodes, hc_list_fault(list, i).node);
    }
    CU_ASSERT_EQUAL(report->row_count, whole(published, "events"));
    CU_ASSERT_EQUAL(hc_list_count(list), whole(published, "faults"));
    CU_ASSERT_EQUAL(nodes.count, whole(published, "nodes_with_fault"));
    CU_ASSERT_EQUAL(report->open_count, 0);
    CU_ASSERT_EQUAL(report->overlap_count, 2);
    CU_ASSERT(!report->is_unsorted);
    check_repairs(list, published);
    check_months(list, published);
    check_classes(list, published);
    hc_list_destroy(list);
    json_decref(all);
}

static double count_causes(const hc_list *list, const char *begin)
{
    double count = 0;
    for (size_t i = 0; i < hc_list_count(list); i++) {
        const char *cause = hc_list_fault(list, i).cause;
        count += begin[0] == '\0' ? cause[0] == '\0' : strncmp(cause, begin, strlen(begin)) == 0;
    }
    return count;
}

static void check_causes(const hc_list *list, const json_t *published)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(published, "root_cause_nonnull"), key, value)
    {
        char begin[64];
        (void)snprintf(begin, sizeof begin, "%s: ", key);
        CU_ASSERT_EQUAL(count_causes(list, begin), json_number_value(value));
    }
    CU_ASSERT_EQUAL(count_causes(list, ""), number(published, "rows_without_cause"));
}

static void check_years(const hc_list *list, const json_t *published)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(published, "rows_per_year"), key, value)
    {
        double count = 0;
        for (size_t i = 0; i < hc_list_count(list); i++) {
            count += hc_civil_from_time(hc_list_fault(list, i).start).year == atoi(key) ? 1 : 0;
        }
        CU_ASSERT_EQUAL(count, json_number_value(value));
    }
}

static void lanl_is_as_published(void)
{
    json_t *all = statistics("failures");
    const json_t *published = json_object_get(all, "lanl");
    hc_list *list =
        read_packed(HC_LIST_LANL, "data/failures/LA-UR-05-7318-failure-data-1996-2005.csv.xz");
    const hc_list_report *report = hc_list_report_of(list);
    char first[HC_CIVIL_TEXT_SIZE];
    CU_ASSERT_EQUAL(hc_list_count(list), whole(published, "rows"));
    CU_ASSERT_EQUAL(hc_list_quarantined(report), 0);
    CU_ASSERT_EQUAL(report->disagree_count, whole(published, "down_time_ne_fixed_minus_started"));
    CU_ASSERT(report->is_unsorted);
    hc_format_civil(hc_list_fault(list, 0).start, first);
    CU_ASSERT_STRING_EQUAL(first, json_string_value(json_object_get(published, "first")));
    check_causes(list, published);
    check_years(list, published);
    hc_list_destroy(list);
    json_decref(all);
}

static void grid5000_is_as_published(void)
{
    json_t *all = statistics("failures");
    const json_t *published = json_object_get(all, "grid5k");
    hc_list *list = read_packed(HC_LIST_GRID5000, "data/failures/grid5k_event_trace.tab.xz");
    double seconds = 0;
    names nodes = {.count = 0};
    for (size_t i = 0; i < hc_list_count(list); i++) {
        hc_fault_interval fault = hc_list_fault(list, i);
        seconds += (double)(fault.end - fault.start) / (double)HC_SECOND;
        add_name(&nodes, fault.node);
    }
    CU_ASSERT_EQUAL(hc_list_report_of(list)->row_count, whole(published, "rows"));
    CU_ASSERT_EQUAL(hc_list_count(list), whole(json_object_get(published, "type_counts"), "0"));
    CU_ASSERT_DOUBLE_EQUAL(seconds / (double)hc_list_count(list), number(published, "mean_s_type0"),
                           0.1);
    CU_ASSERT_EQUAL(hc_list_fault(list, 0).start,
                    (hc_time)number(published, "first_unix") * HC_SECOND);
    CU_ASSERT(nodes.count <= whole(published, "nodes"));
    CU_ASSERT_EQUAL(hc_list_clock(list), HC_CLOCK_UNIX_ZERO);
    hc_list_destroy(list);
    json_decref(all);
}

static void check_ticks(const hc_list *list, const json_t *published)
{
    double gap = number(published, "gap_s");
    double weighted = 0;
    double most = 0;
    bool has_prices = false;
    hc_time end = 0;
    for (size_t i = 0; i < hc_list_count(list); i++) {
        hc_availability_step step = hc_list_availability(list, i);
        CU_ASSERT_EQUAL(step.begin, end); /* without gaps */
        weighted += (double)step.available * (double)(step.end - step.begin);
        most = step.available > most ? step.available : most;
        has_prices |= step.price_nano_usd != INT64_MIN;
        end = step.end;
    }
    CU_ASSERT_EQUAL(hc_list_report_of(list)->row_count, whole(published, "points"));
    CU_ASSERT_DOUBLE_EQUAL((double)end, number(published, "points") * gap * 1e9, 1);
    CU_ASSERT_DOUBLE_EQUAL(weighted / (double)end, number(published, "mean"), 0.00006);
    CU_ASSERT_EQUAL(most, number(published, "max"));
    CU_ASSERT_EQUAL(has_prices, json_is_true(json_object_get(published, "has_prices")));
}

static void skypilot_traces_are_as_published(void)
{
    json_t *all = statistics("spot");
    const char *key = NULL;
    json_t *published = NULL;
    json_object_foreach(all, key, published)
    {
        char file[256];
        hc_list *list = NULL;
        (void)snprintf(file, sizeof file, "data/spot/skypilot/%s", key);
        list = read_shared(HC_LIST_SKYPILOT_SPOT, file);
        check_ticks(list, published);
        hc_list_destroy(list);
    }
    CU_ASSERT_EQUAL(json_object_size(all), 25);
    json_decref(all);
}

/* 177 nodes came and 167 went. */
static void bamboo_pools_end_with_what_came_and_did_not_go(void)
{
    hc_list *list = read_shared(HC_LIST_BAMBOO, "data/spot/bamboo/p3-trace.csv");
    hc_availability_step last = hc_list_availability(list, hc_list_count(list) - 1);
    CU_ASSERT_EQUAL(hc_list_report_of(list)->row_count, 177 + 167);
    CU_ASSERT_EQUAL(hc_list_report_of(list)->disagree_count, 0);
    CU_ASSERT_EQUAL(last.available, 177 - 167);
    CU_ASSERT_EQUAL(last.end, HC_TIME_MISSING);
    hc_list_destroy(list);
    list = read_shared(HC_LIST_BAMBOO, "data/spot/bamboo/v100x1-east1c.txt");
    CU_ASSERT(hc_list_report_of(list)->is_unsorted);
    CU_ASSERT_EQUAL(hc_list_clock(list), HC_CLOCK_CIVIL);
    hc_list_destroy(list);
}

/* The statistics of this list hold NaN, which is not JSON: 257 rows, 178 without a price on the spot market. */
static void prices_of_clouds_are_as_published(void)
{
    hc_list *list = read_shared(HC_LIST_CLOUD_GPUS, "data/prices/cloud-gpus.csv");
    names clouds = {.count = 0};
    names kinds = {.count = 0};
    double spot = 0;
    double on_demand = 0;
    for (size_t i = 0; i < hc_list_count(list); i++) {
        hc_price_point point = hc_list_price(list, i);
        add_name(&clouds, point.provider);
        add_name(&kinds, point.gpu_kind);
        spot += strcmp(point.market, "spot") == 0 ? 1 : 0;
        on_demand += strcmp(point.market, "on-demand") == 0 ? 1 : 0;
    }
    CU_ASSERT_EQUAL(hc_list_report_of(list)->row_count, 257);
    CU_ASSERT_EQUAL(clouds.count, 18);
    CU_ASSERT_EQUAL(kinds.count, 25 - 1); /* 3080Ti has prices per GPU alone */
    CU_ASSERT_EQUAL(spot, 257 - 178);
    CU_ASSERT_EQUAL(on_demand, 257 - 6);
    hc_list_destroy(list);
}

/* Dollars per GPU and hour: H100 2.95 and 1.25 spot, H200 3.50 and 1.45, B200 5.50. */
static void nebius_sells_at_the_published_prices(void)
{
    static const struct {
        const char *kind;
        const char *market;
        double dollars;
    } CASES[] = {{"H100", "on-demand", 2.95},
                 {"H100", "spot", 1.25},
                 {"H200", "on-demand", 3.50},
                 {"H200", "spot", 1.45},
                 {"B200", "on-demand", 5.50}};
    hc_list *list = read_shared(HC_LIST_SKYPILOT_CATALOG, "data/prices/skypilot_nebius_vms_v8.csv");
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        size_t found = 0;
        for (size_t i = 0; i < hc_list_count(list); i++) {
            hc_price_point point = hc_list_price(list, i);
            if (strcmp(point.gpu_kind, CASES[c].kind) == 0 &&
                strcmp(point.market, CASES[c].market) == 0) {
                found++;
                CU_ASSERT_DOUBLE_EQUAL((double)point.price_nano_usd / 1e9 / point.gpus,
                                       CASES[c].dollars, 1e-9);
            }
        }
        CU_ASSERT(found > 0);
    }
    hc_list_destroy(list);
}

static void histories_of_spot_prices_are_read_in_full(void)
{
    static const struct {
        const char *file;
        uint64_t rows;
    } CASES[] = {{"eu-central-1/p3.16xlarge", 134},
                 {"us-east-1/p3.2xlarge", 874},
                 {"us-west-2/p3.8xlarge", 484}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char file[256];
        hc_list *list = NULL;
        (void)snprintf(file, sizeof file, "data/prices/training_on_a_dime_aws_spot/%s.json",
                       CASES[i].file);
        list = read_shared(HC_LIST_AWS_SPOT, file);
        CU_ASSERT_EQUAL(hc_list_count(list), CASES[i].rows);
        CU_ASSERT(hc_list_report_of(list)->is_unsorted); /* newest first */
        CU_ASSERT(hc_list_price(list, 0).time < hc_list_price(list, CASES[i].rows - 1).time);
        hc_list_destroy(list);
    }
}

static void azure_has_a_price_per_day_and_size(void)
{
    hc_list *list =
        read_shared(HC_LIST_AZURE_PRICES, "data/prices/training_on_a_dime_azure/us_east.csv");
    hc_price_point first = hc_list_price(list, 0);
    CU_ASSERT_EQUAL(hc_list_count(list), 29 * 12);
    CU_ASSERT_STRING_EQUAL(first.region, "us_east");
    CU_ASSERT_STRING_EQUAL(first.instance, "NC12");
    CU_ASSERT_EQUAL(first.price_nano_usd, 245520000);
    hc_list_destroy(list);
}

static double total_at(const hc_list *list, const char *date)
{
    hc_time time = 0;
    double total = 0;
    CU_ASSERT_EQUAL_FATAL(hc_parse_civil(date, strlen(date), &time), 0);
    for (size_t i = 0; i < hc_list_count(list); i++) {
        hc_capacity_step step = hc_list_capacity(list, i);
        total += step.begin <= time && time < step.end ? step.gpus : 0;
    }
    return total;
}

typedef struct capacity_case {
    const char *date;
    double gpus;
} capacity_case;

static void check_capacity(const char *file, const capacity_case *cases, size_t count)
{
    hc_list *list = read_shared(HC_LIST_GPU_CALENDAR, file);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(total_at(list, cases[i].date), cases[i].gpus);
    }
    CU_ASSERT_EQUAL(hc_list_report_of(list)->row_count, 181);
    CU_ASSERT_EQUAL(hc_list_report_of(list)->disagree_count, 0); /* groups add up on every day */
    hc_list_destroy(list);
}

static void helios_clusters_had_the_published_capacity(void)
{
    static const capacity_case VENUS[] = {
        {"2020-03-31", 0},    {"2020-04-01", 968},  {"2020-07-06", 968},  {"2020-07-07", 1064},
        {"2020-08-16", 1264}, {"2020-08-20", 1264}, {"2020-08-21", 1168}, {"2020-08-25", 1064},
    };
    static const capacity_case EARTH[] = {
        {"2020-04-01", 784}, {"2020-04-09", 856},  {"2020-04-15", 840},
        {"2020-04-17", 856}, {"2020-05-09", 840},  {"2020-05-10", 856},
        {"2020-06-22", 848}, {"2020-06-30", 1120}, {"2020-08-27", 1144},
    };
    check_capacity("data/jobs_gpu/helios_venus_cluster_gpu_number.csv", VENUS, COUNT_OF(VENUS));
    check_capacity("data/jobs_gpu/helios_Earth_gpu_number.csv", EARTH, COUNT_OF(EARTH));
}

static const hc_test_case CASES[] = {
    {"infinitehbd_is_as_published", infinitehbd_is_as_published},
    {"lanl_is_as_published", lanl_is_as_published},
    {"grid5000_is_as_published", grid5000_is_as_published},
    {"skypilot_traces_are_as_published", skypilot_traces_are_as_published},
    {"bamboo_pools_end_with_what_came_and_did_not_go",
     bamboo_pools_end_with_what_came_and_did_not_go},
    {"prices_of_clouds_are_as_published", prices_of_clouds_are_as_published},
    {"nebius_sells_at_the_published_prices", nebius_sells_at_the_published_prices},
    {"histories_of_spot_prices_are_read_in_full", histories_of_spot_prices_are_read_in_full},
    {"azure_has_a_price_per_day_and_size", azure_has_a_price_per_day_and_size},
    {"helios_clusters_had_the_published_capacity", helios_clusters_had_the_published_capacity},
};

HC_TEST_MAIN("published_lists", CASES)
