#include "tests/topology/vidur.h"

#include "tests/sim/golden_csv.h"
#include "tests/testing.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4096 };

typedef struct rows {
    size_t count;
    hc_vidur_point points[ROWS];
} rows;

static bool is_of(const hc_golden *table, size_t row, const hc_vidur_group *group)
{
    return strcmp(hc_golden_cell(table, row, 1), group->sku) == 0 &&
           strcmp(hc_golden_cell(table, row, 2), group->collective) == 0 &&
           (uint32_t)atoi(hc_golden_cell(table, row, 3)) == group->workers &&
           (uint32_t)atoi(hc_golden_cell(table, row, 4)) == group->workers_per_node &&
           atoi(hc_golden_cell(table, row, 8)) == 1;
}

static int by_bytes(const void *a, const void *b)
{
    double x = ((const hc_vidur_point *)a)->bytes;
    double y = ((const hc_vidur_point *)b)->bytes;
    return (x > y) - (x < y);
}

static int by_seconds(const void *a, const void *b)
{
    double x = ((const hc_vidur_point *)a)->seconds;
    double y = ((const hc_vidur_point *)b)->seconds;
    return (x > y) - (x < y);
}

static void read_group(const hc_vidur_group *group, rows *out)
{
    hc_golden table = hc_golden_read(hc_test_shared_file("data/training/vidur_collectives.csv"));
    out->count = 0;
    for (size_t row = 0; row < table.row_count; row++) {
        if (is_of(&table, row, group)) {
            CU_ASSERT_FATAL(out->count < ROWS);
            out->points[out->count++] = (hc_vidur_point){
                atof(hc_golden_cell(&table, row, 5)), atof(hc_golden_cell(&table, row, 6)) / 1e3};
        }
    }
    hc_golden_free(&table);
    qsort(out->points, out->count, sizeof out->points[0], by_bytes);
}

static void keep_half(rows *all, hc_vidur_half half, double least_bytes)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        bool is_even = i % 2 == 0;
        if (all->points[i].bytes >= least_bytes &&
            (half == HC_VIDUR_ALL || is_even == (half == HC_VIDUR_EVEN))) {
            all->points[kept++] = all->points[i];
        }
    }
    all->count = kept;
}

static int quarter_of(double bytes)
{
    return (int)floor(4 * log2(bytes));
}

/* Of neighbours: the mean of the logarithms of their sizes, the median of their times. */
static hc_vidur_point middle(hc_vidur_point *points, size_t count)
{
    double log_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        log_bytes += log2(points[i].bytes) / (double)count;
    }
    qsort(points, count, sizeof points[0], by_seconds);
    return (hc_vidur_point){exp2(log_bytes),
                            (points[(count - 1) / 2].seconds + points[count / 2].seconds) / 2};
}

size_t hc_vidur_medians(const hc_vidur_group *group, hc_vidur_half half, double least_bytes,
                        hc_vidur_point *out)
{
    static rows all;
    size_t count = 0;
    read_group(group, &all);
    keep_half(&all, half, least_bytes);
    for (size_t from = 0, to = 0; from < all.count; from = to) {
        while (to < all.count &&
               quarter_of(all.points[to].bytes) == quarter_of(all.points[from].bytes)) {
            to++;
        }
        CU_ASSERT_FATAL(count < HC_VIDUR_POINTS);
        out[count++] = middle(all.points + from, to - from);
    }
    CU_ASSERT_FATAL(count > 0);
    return count;
}
