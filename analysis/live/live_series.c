#include "analysis/live/live_series.h"

#include <math.h>
#include <stdbool.h>

/* Of a bucket at first: fine enough for a simulation of single messages. */
static const hc_time FIRST_WIDTH = HC_MICROSECOND;

static const hc_live_bucket EMPTY = {.last_at = HC_TIME_MISSING};

static bool is_empty(const hc_live_bucket *bucket)
{
    return bucket->last_at == HC_TIME_MISSING;
}

void hc_live_series_init(hc_live_series *series)
{
    series->origin = HC_TIME_MISSING;
    series->width = FIRST_WIDTH;
    for (int channel = 0; channel < HC_LIVE_CHANNEL_COUNT; channel++) {
        for (int i = 0; i < HC_LIVE_BUCKETS; i++) {
            series->buckets[channel][i] = EMPTY;
        }
    }
}

/* What happens in `second` comes after what happened in `bucket`. */
static void append(hc_live_bucket *bucket, const hc_live_bucket *second)
{
    int64_t before = bucket->change;
    if (is_empty(second)) {
        return;
    }
    if (is_empty(bucket)) {
        *bucket = *second;
        return;
    }
    if (before + second->low < bucket->low) {
        bucket->low = before + second->low;
        bucket->low_at = second->low_at;
    }
    if (before + second->high > bucket->high) {
        bucket->high = before + second->high;
        bucket->high_at = second->high_at;
    }
    bucket->change = before + second->change;
    bucket->last_at = second->last_at > bucket->last_at ? second->last_at : bucket->last_at;
}

static void widen(hc_live_series *series)
{
    for (int channel = 0; channel < HC_LIVE_CHANNEL_COUNT; channel++) {
        hc_live_bucket *buckets = series->buckets[channel];
        for (int i = 0; i < HC_LIVE_BUCKETS; i += 2) {
            hc_live_bucket joined = buckets[i];
            append(&joined, &buckets[i + 1]);
            buckets[i / 2] = joined;
        }
        for (int i = HC_LIVE_BUCKETS / 2; i < HC_LIVE_BUCKETS; i++) {
            buckets[i] = EMPTY;
        }
    }
    series->width *= 2;
}

/* The bucket of a time that is not before the origin. */
static int64_t find_bucket(hc_live_series *series, hc_time time)
{
    while ((time - series->origin) / series->width >= HC_LIVE_BUCKETS) {
        widen(series);
    }
    return (time - series->origin) / series->width;
}

void hc_live_series_add(hc_live_series *series, hc_live_channel channel, hc_time time,
                        int64_t change)
{
    const hc_live_bucket single = {change, change, change, time, time, time};
    if (change == 0) {
        return;
    }
    if (series->origin == HC_TIME_MISSING) {
        series->origin = time;
    }
    if (time < series->origin) {
        hc_live_series_add(series, channel, series->origin, change);
        return;
    }
    append(&series->buckets[channel][find_bucket(series, time)], &single);
}

/* Points that are being written. */
typedef struct line {
    hc_live_point *points;
    size_t count;
} line;

static void put(line *l, hc_time time, double value)
{
    if (l->count == 0 || l->points[l->count - 1].value != value) {
        l->points[l->count++] = (hc_live_point){.time = time, .value = value};
    }
}

/* The lowest, the highest and the last amount of a bucket, in the order of their times. */
static void put_bucket(line *l, const hc_live_bucket *bucket, int64_t before, double unit)
{
    bool is_low_first = bucket->low_at <= bucket->high_at;
    int64_t first = is_low_first ? bucket->low : bucket->high;
    int64_t second = is_low_first ? bucket->high : bucket->low;
    put(l, is_low_first ? bucket->low_at : bucket->high_at, (double)(before + first) / unit);
    put(l, is_low_first ? bucket->high_at : bucket->low_at, (double)(before + second) / unit);
    put(l, bucket->last_at, (double)(before + bucket->change) / unit);
}

size_t hc_live_series_points(const hc_live_series *series, hc_live_channel channel,
                             hc_live_point *out)
{
    line l = {.points = out};
    int64_t amount = 0;
    for (int i = 0; i < HC_LIVE_BUCKETS; i++) {
        const hc_live_bucket *bucket = &series->buckets[channel][i];
        if (!is_empty(bucket)) {
            put_bucket(&l, bucket, amount, 1);
            amount += bucket->change;
        }
    }
    return l.count;
}

/* A change of what is in service alone is one of the share as well. */
static void put_share(line *l, const hc_live_bucket *busy, int64_t before,
                      const hc_live_bucket *service, int64_t in_service)
{
    if (in_service > 0 && !is_empty(busy)) {
        put_bucket(l, busy, before, (double)in_service);
    } else if (!is_empty(service) || !is_empty(busy)) {
        hc_time at = is_empty(service) ? busy->last_at : service->last_at;
        put(l, at, in_service > 0 ? (double)before / (double)in_service : 0);
    }
}

size_t hc_live_series_utilization(const hc_live_series *series, hc_live_point *out)
{
    line l = {.points = out};
    int64_t busy = 0;
    int64_t service = 0;
    for (int i = 0; i < HC_LIVE_BUCKETS; i++) {
        const hc_live_bucket *b = &series->buckets[HC_LIVE_BUSY][i];
        const hc_live_bucket *s = &series->buckets[HC_LIVE_SERVICE][i];
        service += s->change;
        put_share(&l, b, busy, s, service);
        busy += b->change;
    }
    return l.count;
}

/* Mean of the steps between two times; `at` is the first point behind `from`. */
static double mean_between(const hc_live_point *points, size_t count, size_t *at, double from,
                           double to)
{
    double sum = 0;
    double known = 0;
    double time = from;
    while (time < to) {
        bool has_point = *at < count && (double)points[*at].time < to;
        double next = has_point ? (double)points[*at].time : to;
        if (*at > 0) {
            sum += points[*at - 1].value * (next - time);
            known += next - time;
        }
        *at += has_point ? 1 : 0;
        time = next;
    }
    return known > 0 ? sum / known : NAN;
}

void hc_live_points_means(const hc_live_point *points, size_t count, hc_time begin, hc_time end,
                          size_t parts, double *out)
{
    double width = ((double)end - (double)begin) / (double)parts;
    size_t at = 0;
    for (size_t i = 0; i < parts; i++) {
        double from = (double)begin + width * (double)i;
        while (at < count && (double)points[at].time <= from) {
            at++;
        }
        out[i] = mean_between(points, count, &at, from, from + width);
    }
}

double hc_live_points_highest(const hc_live_point *points, size_t count)
{
    double highest = 0;
    for (size_t i = 0; i < count; i++) {
        highest = fmax(highest, points[i].value);
    }
    return highest;
}
