#include "analysis/study/search.h"

#include "sim/engine/random.h"
#include "tests/testing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum { POINT_LIMIT = 64 };

/* The world that a search asks: a mean per point, and noise of the repetition alone or of both. */
typedef struct world {
    double means[POINT_LIMIT];
    double shared_noise;
    double own_noise;
    bool fails_always; /* point 0 */
} world;

static double normal(uint64_t entity)
{
    hc_random random = hc_random_stream(21, entity, HC_RANDOM_BENCH);
    return gsl_cdf_ugaussian_Pinv(hc_random_uniform(&random));
}

static double answer(const world *w, hc_search_request run)
{
    if (w->fails_always && run.point == 0) {
        return NAN;
    }
    return w->means[run.point] + w->shared_noise * normal(run.repetition) +
           w->own_noise * normal((uint64_t)run.point << 32 | run.repetition);
}

/* Tells a batch from a certain run on, in a circle: ranks answer in any order.
 * @return a number that depends on all that was asked */
static uint64_t answer_all(hc_search *search, const world *w, size_t shift)
{
    uint64_t trace = 0;
    for (;;) {
        hc_search_request batch[4096];
        hc_error error = HC_ERROR_NONE;
        size_t count = 0;
        const hc_search_request *asked = hc_search_batch(search, &count);
        if (count == 0) {
            return trace;
        }
        CU_ASSERT_FATAL(count <= sizeof batch / sizeof batch[0]);
        memcpy(batch, asked, count * sizeof *batch);
        for (size_t i = 0; i < count; i++) {
            hc_search_request run = batch[(i + shift) % count];
            trace = trace * 31 + (uint64_t)batch[i].point * 1009 + batch[i].repetition + 1;
            CU_ASSERT_EQUAL(hc_search_tell(search, run, answer(w, run), &error), 0);
        }
    }
}

static void list_points(uint32_t *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        points[i] = (uint32_t)i;
    }
}

static hc_search_result bisect(const world *w, size_t count, double limit, hc_study_sense sense,
                               uint32_t repetitions)
{
    uint32_t points[POINT_LIMIT];
    hc_bisection options = {.points = points,
                            .point_count = count,
                            .repetitions = repetitions,
                            .limit = limit,
                            .sense = sense,
                            .confidence = 0.9};
    hc_search *search = NULL;
    hc_error error = HC_ERROR_NONE;
    hc_search_result result;
    list_points(points, count);
    CU_ASSERT_EQUAL_FATAL(hc_search_bisect(&search, &options, &error), 0);
    (void)answer_all(search, w, 1);
    result = hc_search_result_of(search);
    hc_search_destroy(search);
    return result;
}

/* Against a look at every point, on random functions that fall. */
static void bisection_finds_the_exact_threshold(void)
{
    hc_random random = hc_random_stream(8, 0, HC_RANDOM_BENCH);
    for (int trial = 0; trial < 500; trial++) {
        world w = {.fails_always = false};
        size_t count = 1 + hc_random_below(&random, POINT_LIMIT);
        double limit = (double)hc_random_below(&random, 100);
        uint32_t expected = HC_SEARCH_NONE;
        double mean = 100;
        hc_search_result result;
        for (size_t i = 0; i < count; i++) {
            mean -= (double)hc_random_below(&random, 1 + 300 / count);
            w.means[i] = mean;
            if (mean <= limit && expected == HC_SEARCH_NONE) {
                expected = (uint32_t)i;
            }
        }
        result = bisect(&w, count, limit, HC_STUDY_LESS_IS_BETTER, 1);
        CU_ASSERT_EQUAL(result.point, expected);
        CU_ASSERT(result.point_count <= (uint32_t)ceil(log2((double)count + 1)));
        CU_ASSERT(result.point_count <= (uint32_t)ceil(log2((double)count)) + 1);
        CU_ASSERT_EQUAL(result.run_count, result.point_count);
        CU_ASSERT(!result.is_monotony_violated);
    }
}

static void more_can_be_better(void)
{
    world w = {.means = {0.1, 0.2, 0.3, 0.4, 0.5}};
    CU_ASSERT_EQUAL(bisect(&w, 5, 0.35, HC_STUDY_MORE_IS_BETTER, 1).point, 3);
    CU_ASSERT_EQUAL(bisect(&w, 5, 0.1, HC_STUDY_MORE_IS_BETTER, 1).point, 0);
    CU_ASSERT_EQUAL(bisect(&w, 5, 0.6, HC_STUDY_MORE_IS_BETTER, 1).point, HC_SEARCH_NONE);
}

/* Of 7 points 3, 5, 4 are tried; 5 is worse than 3 by what the seeds do not explain. */
static void a_function_that_rises_again_is_told(void)
{
    world w = {.means = {9, 8, 7, 6, 4, 6.5, 2}, .shared_noise = 5, .own_noise = 0.01};
    hc_search_result result = bisect(&w, 7, 5, HC_STUDY_LESS_IS_BETTER, 5);
    CU_ASSERT(result.is_monotony_violated);
    CU_ASSERT_EQUAL(result.violation[0], 3);
    CU_ASSERT_EQUAL(result.violation[1], 5);
    w.means[5] = 5.9;
    result = bisect(&w, 7, 5, HC_STUDY_LESS_IS_BETTER, 5);
    CU_ASSERT(!result.is_monotony_violated);
}

static void an_answer_is_certain_when_both_sides_are(void)
{
    world w = {.means = {9, 8, 7, 6, 4, 3, 2}, .own_noise = 0.1};
    hc_search_result result = bisect(&w, 7, 5, HC_STUDY_LESS_IS_BETTER, 5);
    CU_ASSERT_EQUAL(result.point, 4);
    CU_ASSERT(result.is_certain);
    CU_ASSERT_EQUAL(result.interval.count, 5);
    w.own_noise = 20;
    CU_ASSERT(!bisect(&w, 7, 5, HC_STUDY_LESS_IS_BETTER, 3).is_certain);
    w.own_noise = 0.1;
    CU_ASSERT(bisect(&w, 7, 1, HC_STUDY_LESS_IS_BETTER, 5).is_certain); /* none, and surely */
    CU_ASSERT(!bisect(&w, 7, 5, HC_STUDY_LESS_IS_BETTER, 1).is_certain);
}

static void points_that_always_fail_keep_no_limit(void)
{
    world w = {.means = {1}, .fails_always = true};
    hc_search_result result = bisect(&w, 1, 5, HC_STUDY_LESS_IS_BETTER, 3);
    CU_ASSERT_EQUAL(result.point, HC_SEARCH_NONE);
    CU_ASSERT_EQUAL(result.failed_count, 3);
}

static hc_search *start_halving(size_t count, uint32_t minimum, uint32_t maximum)
{
    uint32_t points[POINT_LIMIT];
    hc_halving options = {.points = points,
                          .point_count = count,
                          .minimum = minimum,
                          .maximum = maximum,
                          .sense = HC_STUDY_LESS_IS_BETTER,
                          .confidence = 0.9};
    hc_search *search = NULL;
    hc_error error = HC_ERROR_NONE;
    list_points(points, count);
    CU_ASSERT_EQUAL_FATAL(hc_search_halve(&search, &options, &error), 0);
    return search;
}

/* 16 points: 16 x 1, 8 x 2, 4 x 4, 2 x 8 repetitions in all. What the seeds share is larger than all differences. */
static void halving_doubles_the_budget_of_the_better_half(void)
{
    world w = {.shared_noise = 1000, .own_noise = 0.1};
    hc_search *search = start_halving(16, 1, 100);
    hc_search_result result;
    for (size_t i = 0; i < 16; i++) {
        w.means[i] = (double)((i * 7 + 3) % 16);
    }
    (void)answer_all(search, &w, 3);
    result = hc_search_result_of(search);
    CU_ASSERT_EQUAL(w.means[result.point], 0);
    CU_ASSERT_EQUAL(w.means[result.runner_up], 1);
    CU_ASSERT(result.is_certain);
    CU_ASSERT_EQUAL(result.run_count, 8 * 1 + 4 * 2 + 2 * 4 + 2 * 8);
    CU_ASSERT_EQUAL(hc_search_repetitions(search, result.point), 8);
    CU_ASSERT_EQUAL(hc_search_repetitions(search, 99), 0);
    hc_search_destroy(search);
}

static void halving_ends_at_the_maximum_and_with_few_points(void)
{
    world w = {.means = {3, 2, 1, 0, 4, 5, 6, 7}, .fails_always = false};
    hc_search *search = start_halving(8, 2, 3);
    (void)answer_all(search, &w, 0);
    CU_ASSERT_EQUAL(hc_search_result_of(search).point, 3);
    CU_ASSERT_EQUAL(hc_search_repetitions(search, 3), 3);
    hc_search_destroy(search);
    search = start_halving(1, 2, 8);
    (void)answer_all(search, &w, 0);
    CU_ASSERT_EQUAL(hc_search_result_of(search).point, 0);
    CU_ASSERT_EQUAL(hc_search_result_of(search).runner_up, HC_SEARCH_NONE);
    hc_search_destroy(search);
    w.fails_always = true;
    search = start_halving(2, 2, 8);
    (void)answer_all(search, &w, 0);
    CU_ASSERT_EQUAL(hc_search_result_of(search).point, 1);
    CU_ASSERT(!hc_search_result_of(search).is_certain);
    hc_search_destroy(search);
}

static hc_search *start_repeating(size_t count, hc_stop_rule rule)
{
    uint32_t points[POINT_LIMIT];
    hc_repeating options = {.points = points, .point_count = count, .rule = rule};
    hc_search *search = NULL;
    hc_error error = HC_ERROR_NONE;
    list_points(points, count);
    CU_ASSERT_EQUAL_FATAL(hc_search_repeat(&search, &options, &error), 0);
    return search;
}

/* Repetitions go with the square of the noise: a quiet point stops at the minimum, a loud one at the maximum. */
static void loud_points_are_repeated_more_often(void)
{
    static const hc_stop_rule RULE = {
        .confidence = 0.9, .half_width = 1, .minimum = 4, .maximum = 50};
    world w = {.own_noise = 0.1};
    hc_search *search = start_repeating(3, RULE);
    (void)answer_all(search, &w, 2);
    CU_ASSERT_EQUAL(hc_search_repetitions(search, 1), 4);
    CU_ASSERT_EQUAL(hc_search_result_of(search).narrow_count, 3);
    CU_ASSERT_EQUAL(hc_search_result_of(search).point, HC_SEARCH_NONE);
    hc_search_destroy(search);
    w.own_noise = 1000;
    search = start_repeating(3, RULE);
    (void)answer_all(search, &w, 2);
    CU_ASSERT_EQUAL(hc_search_repetitions(search, 1), 50);
    CU_ASSERT_EQUAL(hc_search_result_of(search).narrow_count, 0);
    hc_search_destroy(search);
}

static void what_is_asked_does_not_depend_on_the_order_of_answers(void)
{
    static const hc_stop_rule RULE = {
        .confidence = 0.9, .relative_half_width = 0.02, .minimum = 3, .maximum = 40};
    world w = {.own_noise = 1, .shared_noise = 1};
    for (size_t i = 0; i < POINT_LIMIT; i++) {
        w.means[i] = 10 + (double)(i * 13 % 17);
    }
    for (size_t shift = 1; shift < 5; shift++) {
        hc_search *searches[2] = {start_repeating(20, RULE), start_repeating(20, RULE)};
        CU_ASSERT_EQUAL(answer_all(searches[0], &w, 0), answer_all(searches[1], &w, shift));
        hc_search_destroy(searches[0]);
        hc_search_destroy(searches[1]);
        searches[0] = start_halving(20, 2, 64);
        searches[1] = start_halving(20, 2, 64);
        CU_ASSERT_EQUAL(answer_all(searches[0], &w, 0), answer_all(searches[1], &w, shift));
        hc_search_destroy(searches[0]);
        hc_search_destroy(searches[1]);
    }
}

static void answers_that_nobody_asked_for_are_refused(void)
{
    hc_search *search = start_halving(4, 2, 8);
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_search_tell(search, (hc_search_request){.point = 4}, 1, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "repetition 0 of point 4 was not asked for");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_INTERNAL);
    CU_ASSERT_EQUAL(hc_search_tell(search, (hc_search_request){0, 2}, 1, &error), -1);
    CU_ASSERT_EQUAL(hc_search_tell(search, (hc_search_request){0, 1}, 1, &error), 0);
    CU_ASSERT_EQUAL(hc_search_tell(search, (hc_search_request){0, 1}, 2, &error), 0);
    hc_search_destroy(search);
}

static void what_makes_no_search_is_refused(void)
{
    static const uint32_t TWICE[] = {1, 2, 1};
    hc_search *search = NULL;
    hc_error error = HC_ERROR_NONE;
    hc_bisection bisection = {.points = TWICE,
                              .point_count = 3,
                              .repetitions = 1,
                              .sense = HC_STUDY_LESS_IS_BETTER,
                              .confidence = 0.9};
    hc_halving halving = {.points = TWICE,
                          .point_count = 2,
                          .minimum = 1,
                          .maximum = 1,
                          .sense = HC_STUDY_NEUTRAL,
                          .confidence = 0.9};
    hc_repeating repeating = {.points = TWICE, .point_count = 2, .rule = {.minimum = 1}};
    CU_ASSERT_EQUAL(hc_search_bisect(&search, &bisection, &error), -1);
    CU_ASSERT(strstr(error.text, "point 1 stands in the list twice") != NULL);
    bisection.point_count = 0;
    CU_ASSERT_EQUAL(hc_search_bisect(&search, &bisection, &error), -1);
    bisection.point_count = 2;
    bisection.limit = NAN;
    CU_ASSERT_EQUAL(hc_search_bisect(&search, &bisection, &error), -1);
    CU_ASSERT_EQUAL(hc_search_halve(&search, &halving, &error), -1);
    CU_ASSERT_EQUAL(hc_search_repeat(&search, &repeating, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_PTR_NULL(search);
}

static const hc_test_case CASES[] = {
    {"bisection_finds_the_exact_threshold", bisection_finds_the_exact_threshold},
    {"more_can_be_better", more_can_be_better},
    {"a_function_that_rises_again_is_told", a_function_that_rises_again_is_told},
    {"an_answer_is_certain_when_both_sides_are", an_answer_is_certain_when_both_sides_are},
    {"points_that_always_fail_keep_no_limit", points_that_always_fail_keep_no_limit},
    {"halving_doubles_the_budget_of_the_better_half",
     halving_doubles_the_budget_of_the_better_half},
    {"halving_ends_at_the_maximum_and_with_few_points",
     halving_ends_at_the_maximum_and_with_few_points},
    {"loud_points_are_repeated_more_often", loud_points_are_repeated_more_often},
    {"what_is_asked_does_not_depend_on_the_order_of_answers",
     what_is_asked_does_not_depend_on_the_order_of_answers},
    {"answers_that_nobody_asked_for_are_refused", answers_that_nobody_asked_for_are_refused},
    {"what_makes_no_search_is_refused", what_makes_no_search_is_refused},
};

HC_TEST_MAIN("search", CASES)
