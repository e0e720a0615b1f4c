#include "analysis/live/live_series.h"

#include "tests/testing.h"

#include <math.h>
#include <stdlib.h>

static hc_live_series series;
static hc_live_point points[HC_LIVE_POINTS];

static void nothing_has_no_points(void)
{
    hc_live_series_init(&series);
    CU_ASSERT_EQUAL(hc_live_series_points(&series, HC_LIVE_QUEUE, points), 0);
    hc_live_series_add(&series, HC_LIVE_QUEUE, 5, 0);
    CU_ASSERT_EQUAL(hc_live_series_points(&series, HC_LIVE_QUEUE, points), 0);
}

static void few_changes_are_kept_as_they_are(void)
{
    hc_live_series_init(&series);
    hc_live_series_add(&series, HC_LIVE_QUEUE, 10 * HC_SECOND, 3);
    hc_live_series_add(&series, HC_LIVE_QUEUE, 20 * HC_SECOND, -1);
    hc_live_series_add(&series, HC_LIVE_RUNNING, 25 * HC_SECOND, 7);
    CU_ASSERT_EQUAL_FATAL(hc_live_series_points(&series, HC_LIVE_QUEUE, points), 2);
    CU_ASSERT_EQUAL(points[0].time, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(points[0].value, 3);
    CU_ASSERT_EQUAL(points[1].time, 20 * HC_SECOND);
    CU_ASSERT_EQUAL(points[1].value, 2);
}

/* Some numbers, the same in every run. */
static int64_t next_number(uint32_t *number)
{
    *number = *number * 1664525U + 1013904223U;
    return *number >> 8;
}

/* A walk of 200,000 steps over 100 days: its lowest and highest values, and the last one, are among the points. */
static void a_long_walk_keeps_its_extremes_in_bounded_room(void)
{
    int64_t amount = 0;
    int64_t low = 0;
    int64_t high = 0;
    double seen_low = 1e9;
    double seen_high = -1e9;
    size_t count = 0;
    uint32_t number = 3;
    hc_live_series_init(&series);
    for (int64_t i = 0; i < 200000; i++) {
        int64_t change = i == 123456 ? 5000 : i == 123457 ? -5000 : next_number(&number) % 21 - 10;
        hc_live_series_add(&series, HC_LIVE_QUEUE, i * 43 * HC_SECOND, change);
        amount += change;
        low = amount < low ? amount : low;
        high = amount > high ? amount : high;
    }
    count = hc_live_series_points(&series, HC_LIVE_QUEUE, points);
    CU_ASSERT(count > 500 && count <= HC_LIVE_POINTS);
    for (size_t i = 0; i < count; i++) {
        seen_low = points[i].value < seen_low ? points[i].value : seen_low;
        seen_high = points[i].value > seen_high ? points[i].value : seen_high;
        CU_ASSERT(i == 0 || points[i].time >= points[i - 1].time);
    }
    CU_ASSERT_EQUAL(seen_low, (double)low);
    CU_ASSERT_EQUAL(seen_high, (double)high);
    CU_ASSERT_EQUAL(points[count - 1].value, (double)amount);
}

/* The amount that a series tells for a time. */
static double value_at(const hc_live_series *s, hc_time time)
{
    size_t count = hc_live_series_points(s, HC_LIVE_RUNNING, points);
    double value = 0;
    for (size_t i = 0; i < count && points[i].time <= time; i++) {
        value = points[i].value;
    }
    return value;
}

/* Two ranks add 1 each second; one runs through all its time before the other begins. */
static void ranks_may_come_one_after_the_other(void)
{
    const int64_t seconds = 100000;
    hc_live_series_init(&series);
    hc_live_series_add(&series, HC_LIVE_RUNNING, 0, 1);
    for (int rank = 0; rank < 2; rank++) {
        for (int64_t i = 1; i <= seconds; i++) {
            hc_live_series_add(&series, HC_LIVE_RUNNING, i * HC_SECOND, 1);
        }
    }
    for (int64_t i = 1; i < HC_LIVE_BUCKETS; i++) {
        hc_time end = series.origin + i * series.width;
        if (end < seconds * HC_SECOND) {
            int64_t passed = (end - 1) / HC_SECOND;
            CU_ASSERT_EQUAL(value_at(&series, end - 1), (double)(1 + 2 * passed));
        }
    }
}

static void the_whole_range_of_time_fits(void)
{
    hc_live_series_init(&series);
    hc_live_series_add(&series, HC_LIVE_QUEUE, -HC_TIME_LIMIT, 1);
    hc_live_series_add(&series, HC_LIVE_QUEUE, -HC_TIME_LIMIT + 1, 1);
    hc_live_series_add(&series, HC_LIVE_QUEUE, HC_TIME_LIMIT, 1);
    CU_ASSERT_EQUAL_FATAL(hc_live_series_points(&series, HC_LIVE_QUEUE, points), 3);
    CU_ASSERT_EQUAL(points[2].value, 3);
    CU_ASSERT_EQUAL(points[2].time, HC_TIME_LIMIT);
}

static void a_time_before_the_first_counts_as_the_first(void)
{
    hc_live_series_init(&series);
    hc_live_series_add(&series, HC_LIVE_QUEUE, 100, 1);
    hc_live_series_add(&series, HC_LIVE_QUEUE, 7, 1);
    CU_ASSERT_EQUAL_FATAL(hc_live_series_points(&series, HC_LIVE_QUEUE, points), 2);
    CU_ASSERT_EQUAL(points[1].time, 100);
    CU_ASSERT_EQUAL(points[1].value, 2);
}

/* 4 of 8 GPUs, then 4 of 4, then none of none. */
static void utilization_is_of_what_is_in_service(void)
{
    hc_live_series_init(&series);
    hc_live_series_add(&series, HC_LIVE_SERVICE, 0, 8000);
    hc_live_series_add(&series, HC_LIVE_BUSY, HC_SECOND, 4000);
    hc_live_series_add(&series, HC_LIVE_SERVICE, 2 * HC_SECOND, -4000);
    hc_live_series_add(&series, HC_LIVE_BUSY, 3 * HC_SECOND, -4000);
    hc_live_series_add(&series, HC_LIVE_SERVICE, 3 * HC_SECOND, -4000);
    CU_ASSERT_EQUAL_FATAL(hc_live_series_utilization(&series, points), 4);
    CU_ASSERT_EQUAL(points[0].value, 0);
    CU_ASSERT_EQUAL(points[1].value, 0.5);
    CU_ASSERT_EQUAL(points[1].time, HC_SECOND);
    CU_ASSERT_EQUAL(points[2].value, 1);
    CU_ASSERT_EQUAL(points[3].value, 0);
}

/* 2 from 10 to 20, then 6: parts of 8 from 4 on are 2/8 unknown and 2, 2 and 6, 6. */
static void means_are_weighted_by_time(void)
{
    const hc_live_point steps[] = {{10, 2}, {20, 6}};
    double means[4];
    hc_live_points_means(steps, 2, 4, 36, 4, means);
    CU_ASSERT_EQUAL(means[0], 2);
    CU_ASSERT_EQUAL(means[1], 2);
    CU_ASSERT_EQUAL(means[2], 6);
    CU_ASSERT_EQUAL(means[3], 6);
    hc_live_points_means(steps, 2, 0, 30, 2, means);
    CU_ASSERT_EQUAL(means[0], 2);
    CU_ASSERT_EQUAL(means[1], (2.0 * 5 + 6.0 * 10) / 15);
    hc_live_points_means(steps, 2, 0, 8, 2, means);
    CU_ASSERT(isnan(means[0]) && isnan(means[1]));
    CU_ASSERT_EQUAL(hc_live_points_highest(steps, 2), 6);
}

static const hc_test_case CASES[] = {
    {"nothing_has_no_points", nothing_has_no_points},
    {"few_changes_are_kept_as_they_are", few_changes_are_kept_as_they_are},
    {"a_long_walk_keeps_its_extremes_in_bounded_room",
     a_long_walk_keeps_its_extremes_in_bounded_room},
    {"ranks_may_come_one_after_the_other", ranks_may_come_one_after_the_other},
    {"the_whole_range_of_time_fits", the_whole_range_of_time_fits},
    {"a_time_before_the_first_counts_as_the_first", a_time_before_the_first_counts_as_the_first},
    {"means_are_weighted_by_time", means_are_weighted_by_time},
    {"utilization_is_of_what_is_in_service", utilization_is_of_what_is_in_service},
};

HC_TEST_MAIN("live_series", CASES)
