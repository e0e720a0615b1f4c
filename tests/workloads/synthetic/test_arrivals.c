#include "tests/testing.h"
#include "workloads/synthetic/arrivals.h"

#include <math.h>
#include <string.h>

/* Submissions of Helios, cluster Venus, by hour: a swing of ten to one. */
#define VENUS_HOURS                                                                            \
    {                                                                                          \
        3819, 2620, 2406, 1379, 1080, 791, 720, 900, 1565, 3445, 5674, 6322, 4770, 5457, 6426, \
            6871, 7188, 7202, 5144, 5381, 5526, 5547, 4884, 4590                               \
    }
#define WORKWEEK            \
    {                       \
        5, 5, 5, 5, 5, 2, 1 \
    }

static const hc_arrival_pattern POISSON = {.process = HC_ARRIVALS_POISSON};
static const hc_arrival_pattern DETERMINISTIC = {.process = HC_ARRIVALS_DETERMINISTIC};
static const hc_arrival_pattern PERIODIC = {
    .process = HC_ARRIVALS_PERIODIC, .hour_weights = VENUS_HOURS, .weekday_weights = WORKWEEK};
static const hc_arrival_pattern BURSTY = {.process = HC_ARRIVALS_BURSTY,
                                          .burst_ratio = 20,
                                          .burst_mean = 5 * HC_MINUTE,
                                          .calm_mean = HC_HOUR};
static const hc_arrival_pattern BURSTY_WEEK = {.process = HC_ARRIVALS_BURSTY,
                                               .hour_weights = VENUS_HOURS,
                                               .weekday_weights = WORKWEEK,
                                               .burst_ratio = 20,
                                               .burst_mean = 5 * HC_MINUTE,
                                               .calm_mean = HC_HOUR};

static const hc_arrival_pattern *const ALL[] = {&POISSON, &DETERMINISTIC, &PERIODIC, &BURSTY,
                                                &BURSTY_WEEK};
enum { ALL_COUNT = sizeof ALL / sizeof ALL[0] };

static hc_arrivals frozen(const hc_arrival_pattern *pattern, uint64_t seed, double gap_seconds)
{
    hc_arrivals arrivals;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_arrival_pattern_check(pattern, &error), 0);
    hc_arrivals_freeze(&arrivals, pattern, seed, gap_seconds);
    return arrivals;
}

/* Mean and CV of the first `count` gaps. */
static void measure(const hc_arrival_pattern *pattern, double gap_seconds, int count, double *mean,
                    double *cv)
{
    hc_arrivals arrivals = frozen(pattern, 11, gap_seconds);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    hc_time before = hc_arrivals_next(&arrivals, &state);
    double sum = 0;
    double squares = 0;
    CU_ASSERT_EQUAL(before, 0);
    for (int i = 0; i < count; i++) {
        hc_time now = hc_arrivals_next(&arrivals, &state);
        double gap = (double)(now - before) / (double)HC_SECOND;
        CU_ASSERT_FATAL(now >= before);
        sum += gap;
        squares += gap * gap;
        before = now;
    }
    *mean = sum / count;
    *cv = sqrt(squares / count / (*mean * *mean) - 1);
}

/* Exponential gaps: CV 1; five standard errors of 10^6. */
static void poisson_gaps_have_cv_one(void)
{
    double mean = 0;
    double cv = 0;
    measure(&POISSON, 12, 1000000, &mean, &cv);
    CU_ASSERT_DOUBLE_EQUAL(mean, 12, 12 * 5e-3);
    CU_ASSERT_DOUBLE_EQUAL(cv, 1, 5e-3);
}

static void deterministic_jobs_come_at_equal_distances(void)
{
    hc_arrivals arrivals = frozen(&DETERMINISTIC, 1, 2.5);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    for (int i = 0; i < 1000; i++) {
        CU_ASSERT_EQUAL(hc_arrivals_next(&arrivals, &state), i * (5 * HC_SECOND / 2));
    }
}

/* Heffes and Lucantoni 1986: with rates a, b of arrival and p, q of leaving burst and calm,
 * CV^2 = 1 + 2 p q (a - b)^2 / ((p + q)^2 (a b + a q + b p)), and counts over long times have
 * variance / mean 1 + 2 p q (a - b)^2 / ((p + q)^2 (a q + b p)). */
static void bursts_have_the_cv_of_theory(void)
{
    static const struct {
        double ratio;
        hc_time burst;
        hc_time calm;
        double gap;
    } SETS[] = {{20, 5 * HC_MINUTE, HC_HOUR, 100},
                {5, HC_HOUR, HC_HOUR, 100},
                {100, 30 * HC_SECOND, 10 * HC_MINUTE, 20},
                {1, HC_MINUTE, HC_HOUR, 50}};
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        enum { COUNT = 1000000 };
        hc_arrival_pattern pattern = {.process = HC_ARRIVALS_BURSTY,
                                      .burst_ratio = SETS[i].ratio,
                                      .burst_mean = SETS[i].burst,
                                      .calm_mean = SETS[i].calm};
        double p = (double)HC_SECOND / (double)SETS[i].burst;
        double q = (double)HC_SECOND / (double)SETS[i].calm;
        double share = q / (p + q);
        double b = 1 / SETS[i].gap / (1 - share + share * SETS[i].ratio);
        double a = b * SETS[i].ratio;
        double swing = 2 * p * q * (a - b) * (a - b) / ((p + q) * (p + q));
        double mean = 0;
        double cv = 0;
        measure(&pattern, SETS[i].gap, COUNT, &mean, &cv);
        CU_ASSERT_DOUBLE_EQUAL(mean, SETS[i].gap,
                               5 * SETS[i].gap * sqrt((1 + swing / (a * q + b * p)) / COUNT));
        CU_ASSERT_DOUBLE_EQUAL(cv, sqrt(1 + swing / (a * b + a * q + b * p)), 0.02 * cv);
    }
}

static double weight_of(const hc_arrival_pattern *pattern, int hour_of_week)
{
    return pattern->weekday_weights[hour_of_week / 24] * pattern->hour_weights[hour_of_week % 24];
}

/* Counts by hour of the week over whole weeks, and by minute of the hour: chi-square, five standard
 * deviations above its mean. */
static void periodic_jobs_follow_the_hours_of_the_week(void)
{
    hc_arrivals arrivals = frozen(&PERIODIC, 5, 10);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    double hours[HC_HOURS_OF_WEEK] = {0};
    double minutes[60] = {0};
    double weights = 0;
    double chi_hours = 0;
    double chi_minutes = 0;
    double count = 0;
    hc_time now = hc_arrivals_next(&arrivals, &state);
    for (; now < 35 * HC_DAY; now = hc_arrivals_next(&arrivals, &state)) {
        hours[now / HC_HOUR % HC_HOURS_OF_WEEK]++;
        minutes[now / HC_MINUTE % 60]++;
        count++;
    }
    for (int i = 0; i < HC_HOURS_OF_WEEK; i++) {
        weights += weight_of(&PERIODIC, i);
    }
    for (int i = 0; i < HC_HOURS_OF_WEEK; i++) {
        double expected = count * weight_of(&PERIODIC, i) / weights;
        chi_hours += (hours[i] - expected) * (hours[i] - expected) / expected;
    }
    for (int i = 0; i < 60; i++) {
        chi_minutes += (minutes[i] - count / 60) * (minutes[i] - count / 60) / (count / 60);
    }
    CU_ASSERT_DOUBLE_EQUAL(count, 5 * 7 * 8640, 5 * sqrt(5 * 7 * 8640));
    CU_ASSERT(chi_hours < 167 + 5 * sqrt(2 * 167));
    CU_ASSERT(chi_minutes < 59 + 5 * sqrt(2 * 59));
}

/* The rate integrated from 0, in expected jobs. */
static double integrated_rate(const hc_arrival_pattern *pattern, hc_time now, double gap_seconds)
{
    double mean = 0;
    double sum = 0;
    hc_time hours = now / HC_HOUR;
    for (int i = 0; i < HC_HOURS_OF_WEEK; i++) {
        mean += weight_of(pattern, i) / HC_HOURS_OF_WEEK;
    }
    for (hc_time h = 0; h < hours; h++) {
        sum += weight_of(pattern, (int)(h % HC_HOURS_OF_WEEK)) * 3600;
    }
    sum += weight_of(pattern, (int)(hours % HC_HOURS_OF_WEEK)) * (double)(now % HC_HOUR) / 1e9;
    return sum / mean / gap_seconds;
}

/* A Poisson process of any rate becomes one of rate 1 when time is measured by its integrated rate
 * (Cinlar 1975, 4.7): exponential steps with mean 1 and variance 1. */
static void periodic_jobs_are_poisson_in_operational_time(void)
{
    enum { COUNT = 20000 };
    hc_arrivals arrivals = frozen(&PERIODIC, 6, 600);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    double before = 0;
    double sum = 0;
    double squares = 0;
    (void)hc_arrivals_next(&arrivals, &state);
    for (int i = 0; i < COUNT; i++) {
        double now = integrated_rate(&PERIODIC, hc_arrivals_next(&arrivals, &state), 600);
        sum += now - before;
        squares += (now - before) * (now - before);
        before = now;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum / COUNT, 1, 5 / sqrt(COUNT));
    CU_ASSERT_DOUBLE_EQUAL(squares / COUNT, 2, 5 * sqrt(20.0 / COUNT));
}

static void an_hour_without_weight_stays_empty(void)
{
    hc_arrival_pattern pattern = {.process = HC_ARRIVALS_PERIODIC,
                                  .hour_weights = {[9] = 1, [17] = 3}};
    hc_arrivals arrivals = frozen(&pattern, 7, 3600);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    (void)hc_arrivals_next(&arrivals, &state);
    for (int i = 0; i < 5000; i++) {
        hc_time hour = hc_arrivals_next(&arrivals, &state) / HC_HOUR % 24;
        CU_ASSERT(hour == 9 || hour == 17);
    }
}

/* Bursts and hours together keep the mean rate; the variance of counts is bounded by the bursts', which
 * the hours stretch at most by their greatest relative weight squared (here 2.5). */
static void bursts_with_a_week_keep_the_mean_rate(void)
{
    double mean = 0;
    double cv = 0;
    measure(&BURSTY_WEEK, 30, 1000000, &mean, &cv);
    CU_ASSERT_DOUBLE_EQUAL(mean, 30, 30 * 0.05);
    CU_ASSERT(cv > 2);
}

static void a_fitted_process_makes_exactly_its_jobs(void)
{
    static const uint64_t COUNTS[] = {1, 2, 1000, 20000};
    for (size_t i = 0; i < ALL_COUNT; i++) {
        for (size_t k = 0; k < sizeof COUNTS / sizeof COUNTS[0]; k++) {
            hc_time end = 9 * HC_DAY + 1;
            hc_arrivals arrivals = frozen(ALL[i], 8, (double)end / 1e9 / (double)COUNTS[k]);
            hc_arrival_state state = hc_arrivals_begin(&arrivals);
            hc_time before = 0;
            hc_arrivals_fit(&arrivals, &state, COUNTS[k], end);
            for (uint64_t n = 0; n < COUNTS[k]; n++) {
                hc_time now = hc_arrivals_next(&arrivals, &state);
                CU_ASSERT(now >= before && now < end);
                before = now;
            }
            CU_ASSERT_EQUAL(hc_arrivals_next(&arrivals, &state), HC_TIME_NEVER);
            CU_ASSERT(COUNTS[k] < 1000 || before > 8 * HC_DAY);
        }
    }
}

/* Given their number, the points of a Poisson process are uniform: chi-square over 100 parts. */
static void fitted_poisson_jobs_are_uniform(void)
{
    enum { COUNT = 200000, PARTS = 100 };
    hc_time end = 10 * HC_DAY;
    hc_arrivals arrivals = frozen(&POISSON, 9, 1);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    double counts[PARTS] = {0};
    double chi = 0;
    hc_arrivals_fit(&arrivals, &state, COUNT, end);
    for (int i = 0; i < COUNT; i++) {
        counts[hc_arrivals_next(&arrivals, &state) / (end / PARTS)]++;
    }
    for (int i = 0; i < PARTS; i++) {
        double expected = (double)COUNT / PARTS;
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    CU_ASSERT(chi < 99 + 5 * sqrt(2 * 99));
}

/* The switches of a process up to `end`. */
static void record_switches(double gap_seconds, hc_time *switches, uint64_t count)
{
    hc_arrivals arrivals = frozen(&BURSTY, 10, gap_seconds);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    while (state.switch_number < count) {
        switches[state.switch_number] = state.switch_time;
        (void)hc_arrivals_next(&arrivals, &state);
    }
}

static void bursts_do_not_depend_on_the_jobs(void)
{
    enum { SWITCHES = 30 };
    hc_time dense[SWITCHES] = {0};
    hc_time sparse[SWITCHES] = {0};
    record_switches(1, dense, SWITCHES);
    record_switches(400, sparse, SWITCHES);
    for (int i = 0; i < SWITCHES; i++) {
        CU_ASSERT(sparse[i] == 0 || sparse[i] == dense[i]); /* 0: passed between two jobs */
    }
    CU_ASSERT(sparse[0] > 0 && dense[SWITCHES - 1] > 0);
}

static void a_saved_state_goes_on_alike(void)
{
    for (size_t i = 0; i < ALL_COUNT; i++) {
        hc_arrivals arrivals = frozen(ALL[i], 12, 60);
        hc_arrival_state state = hc_arrivals_begin(&arrivals);
        hc_arrival_state saved;
        for (int n = 0; n < 1000; n++) {
            (void)hc_arrivals_next(&arrivals, &state);
        }
        saved = state;
        for (int n = 0; n < 1000; n++) {
            CU_ASSERT_EQUAL(hc_arrivals_next(&arrivals, &state),
                            hc_arrivals_next(&arrivals, &saved));
        }
    }
}

static void a_process_ends_before_time_does(void)
{
    hc_arrivals arrivals = frozen(&DETERMINISTIC, 1, 1e9);
    hc_arrival_state state = hc_arrivals_begin(&arrivals);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_DOUBLE_EQUAL((double)hc_arrivals_next(&arrivals, &state), i * 1e18, 1e3);
    }
    CU_ASSERT_EQUAL(hc_arrivals_next(&arrivals, &state), HC_TIME_NEVER);
    CU_ASSERT_EQUAL(hc_arrivals_next(&arrivals, &state), HC_TIME_NEVER);
}

static const struct {
    hc_arrival_pattern pattern;
    const char *message;
} DEFECTS[] = {
    {{.process = HC_ARRIVALS_PERIODIC},
     "hours, weekdays: periodic arrivals need weights that differ"},
    {{.process = HC_ARRIVALS_PERIODIC, .hour_weights = {[3] = -1}},
     "hours[3]: expected a number not below 0, found -1"},
    {{.process = HC_ARRIVALS_PERIODIC, .weekday_weights = {[6] = INFINITY}},
     "weekdays[6]: expected a number not below 0, found inf"},
    {{.process = HC_ARRIVALS_BURSTY,
      .burst_ratio = 0.5,
      .burst_mean = HC_HOUR,
      .calm_mean = HC_HOUR},
     "burst_ratio: expected at least 1, found 0.5"},
    {{.process = HC_ARRIVALS_BURSTY, .burst_ratio = 2, .burst_mean = HC_HOUR},
     "burst_mean, calm_mean: bursty arrivals need both, above 1us"},
};

static void bad_patterns_are_refused_with_the_reason(void)
{
    for (size_t i = 0; i < sizeof DEFECTS / sizeof DEFECTS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_arrival_pattern_check(&DEFECTS[i].pattern, &error), -1);
        CU_ASSERT_STRING_EQUAL(error.text, DEFECTS[i].message);
    }
}

/* Whoever works from 9 to 10 on Mondays does so by his own clock. */
static void hours_are_those_of_the_zone(void)
{
    static const hc_time ZONES[] = {0,
                                    HC_HOUR,
                                    5 * HC_HOUR + 30 * HC_MINUTE,
                                    -8 * HC_HOUR,
                                    -(3 * HC_HOUR + 30 * HC_MINUTE),
                                    14 * HC_HOUR};
    hc_arrival_pattern pattern = {.process = HC_ARRIVALS_PERIODIC};
    const hc_time week = HC_HOURS_OF_WEEK * HC_HOUR;
    pattern.hour_weights[9] = 1;
    pattern.weekday_weights[0] = 1;
    for (size_t i = 0; i < sizeof ZONES / sizeof ZONES[0]; i++) {
        hc_arrivals arrivals;
        hc_arrival_state state;
        pattern.zone = ZONES[i];
        arrivals = frozen(&pattern, 5, 20000);
        state = hc_arrivals_begin(&arrivals);
        (void)hc_arrivals_next(&arrivals, &state);
        for (int job = 0; job < 500; job++) {
            hc_time local = hc_arrivals_next(&arrivals, &state) + ZONES[i] + week;
            CU_ASSERT_EQUAL(local % week / HC_HOUR, 9);
        }
    }
}

static const hc_test_case CASES[] = {
    {"hours_are_those_of_the_zone", hours_are_those_of_the_zone},
    {"bad_patterns_are_refused_with_the_reason", bad_patterns_are_refused_with_the_reason},
    {"deterministic_jobs_come_at_equal_distances", deterministic_jobs_come_at_equal_distances},
    {"poisson_gaps_have_cv_one", poisson_gaps_have_cv_one},
    {"bursts_have_the_cv_of_theory", bursts_have_the_cv_of_theory},
    {"periodic_jobs_follow_the_hours_of_the_week", periodic_jobs_follow_the_hours_of_the_week},
    {"periodic_jobs_are_poisson_in_operational_time",
     periodic_jobs_are_poisson_in_operational_time},
    {"an_hour_without_weight_stays_empty", an_hour_without_weight_stays_empty},
    {"bursts_with_a_week_keep_the_mean_rate", bursts_with_a_week_keep_the_mean_rate},
    {"a_fitted_process_makes_exactly_its_jobs", a_fitted_process_makes_exactly_its_jobs},
    {"fitted_poisson_jobs_are_uniform", fitted_poisson_jobs_are_uniform},
    {"bursts_do_not_depend_on_the_jobs", bursts_do_not_depend_on_the_jobs},
    {"a_saved_state_goes_on_alike", a_saved_state_goes_on_alike},
    {"a_process_ends_before_time_does", a_process_ends_before_time_does},
};

HC_TEST_MAIN("arrivals", CASES)
