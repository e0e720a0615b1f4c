#include "analysis/sparkline.h"
#include "tests/testing.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const char *draw(const double *values, size_t count, double maximum, size_t width)
{
    static char bars[HC_SPARKLINE_SIZE];
    memset(bars, 'x', sizeof bars);
    hc_sparkline(values, count, maximum, width, bars);
    return bars;
}

/* Eight steps: up to 1/8 the lowest, above 7/8 the highest. */
static void each_eighth_has_a_bar_of_its_own(void)
{
    static const double VALUES[] = {0, 1, 1.01, 2, 3, 4, 5, 6, 7, 7.01, 8};
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 11, 8, 40), "▁▁▂▂▃▄▅▆▇██");
}

static void nothing_known_is_blank(void)
{
    static const double VALUES[] = {NAN, 1, NAN};
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 3, 1, 40), " █ ");
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 0, 1, 40), "");
}

static void values_outside_the_range_get_the_nearest_bar(void)
{
    static const double VALUES[] = {-5, 20, INFINITY, -INFINITY, 1e300};
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 5, 10, 40), "▁██▁█");
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 2, 0, 40), "▁▁");
}

/* Means of 0 and 8, of 4 and an unknown one, of two unknown ones. */
static void more_values_than_columns_are_averaged_in_groups(void)
{
    static const double VALUES[] = {0, 8, 4, NAN, NAN, NAN};
    CU_ASSERT_STRING_EQUAL(draw(VALUES, 6, 8, 3), "▄▄ ");
}

static void the_widest_line_fits(void)
{
    double values[1000];
    for (size_t i = 0; i < 1000; i++) {
        values[i] = (double)i;
    }
    CU_ASSERT_EQUAL(strlen(draw(values, 1000, 1000, SIZE_MAX)), HC_SPARKLINE_SIZE - 1);
}

static const hc_test_case CASES[] = {
    {"each_eighth_has_a_bar_of_its_own", each_eighth_has_a_bar_of_its_own},
    {"nothing_known_is_blank", nothing_known_is_blank},
    {"values_outside_the_range_get_the_nearest_bar", values_outside_the_range_get_the_nearest_bar},
    {"more_values_than_columns_are_averaged_in_groups",
     more_values_than_columns_are_averaged_in_groups},
    {"the_widest_line_fits", the_widest_line_fits},
};

HC_TEST_MAIN("sparkline", CASES)
