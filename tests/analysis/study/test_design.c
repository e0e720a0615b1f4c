#include "analysis/study/design.h"
#include "analysis/study/sample.h"
#include "tests/testing.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "study: 1\nscenario: x.yaml\n"

static hc_study_definition definition;

static hc_design *make(const char *text)
{
    hc_design *design = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_study_definition_parse(&definition, "s.yaml", text, strlen(text), &error) < 0 ||
        hc_design_create(&design, &definition, &error) < 0) {
        printf("%s\n", error.text);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(design);
    return design;
}

static void release(hc_design *design)
{
    hc_design_destroy(design);
    hc_study_definition_close(&definition);
}

static void check_override(const hc_design *design, size_t point, size_t variable,
                           const char *expected)
{
    char *text = hc_design_override(design, point, variable);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    free(text);
}

static void a_grid_has_all_combinations_the_last_axis_fastest(void)
{
    hc_design *d = make(HEAD "repetitions: 3\nvariables:\n"
                             "  - { name: a, key: x, values: [p, q] }\n"
                             "  - { name: b, key: y, from: 0.1, to: 0.3, step: 0.1 }\n"
                             "  - lockstep:\n"
                             "    - { name: c, key: z, values: [1, 2] }\n"
                             "    - { name: d, key: w, from: 1, to: 2, count: 2, unit: h }\n");
    size_t point = 0;
    CU_ASSERT_EQUAL(hc_design_point_count(d), 12);
    CU_ASSERT_EQUAL(hc_design_candidate_count(d), 12);
    CU_ASSERT_EQUAL(hc_design_run_count(d), 36);
    for (size_t a = 0; a < 2; a++) {
        for (size_t b = 0; b < 3; b++) {
            for (size_t c = 0; c < 2; c++) {
                static const char *const A[] = {"x=p", "x=q"};
                static const char *const B[] = {"y=0.1", "y=0.2", "y=0.3"};
                static const char *const C[] = {"z=1", "z=2"};
                static const char *const D[] = {"w=1h", "w=2h"};
                check_override(d, point, 0, A[a]);
                check_override(d, point, 1, B[b]);
                check_override(d, point, 2, C[c]);
                check_override(d, point, 3, D[c]);
                CU_ASSERT_EQUAL(hc_design_number(d, point, 3), 3600.0 * (double)(c + 1));
                CU_ASSERT_EQUAL(hc_design_index(d, point, 2), c);
                point++;
            }
        }
    }
    release(d);
}

static void a_study_without_variables_is_one_point(void)
{
    hc_design *d = make(HEAD "repetitions: 4\n");
    CU_ASSERT_EQUAL(hc_design_point_count(d), 1);
    CU_ASSERT_EQUAL(hc_design_run_count(d), 4);
    release(d);
}

static void the_decades_of_a_log_range_are_exact(void)
{
    hc_design *d = make(HEAD "variables:\n  - { name: a, key: x, from: 1e-3, to: 1e6, count: 10, "
                             "scale: log }\n");
    static const double EXPECTED[] = {1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    CU_ASSERT_EQUAL_FATAL(hc_design_point_count(d), 10);
    for (size_t i = 0; i < 10; i++) {
        CU_ASSERT_EQUAL(hc_design_number(d, i, 0), EXPECTED[i]);
    }
    release(d);
    d = make(HEAD "variables:\n  - { name: a, key: x, from: 1, to: 1048576, count: 21, scale: log, "
                  "whole: true }\n");
    CU_ASSERT_EQUAL_FATAL(hc_design_point_count(d), 21);
    for (size_t i = 0; i < 21; i++) {
        CU_ASSERT_EQUAL(hc_design_number(d, i, 0), ldexp(1, (int)i));
    }
    check_override(d, 20, 0, "x=1048576");
    release(d);
}

static void steps_are_the_decimal_numbers_that_people_mean(void)
{
    hc_design *d =
        make(HEAD "variables: [ { name: a, key: x, from: -0.3, to: 0.7, step: 0.1 } ]\n");
    CU_ASSERT_EQUAL_FATAL(hc_design_point_count(d), 11);
    for (int i = 0; i <= 10; i++) {
        char expected[16];
        (void)snprintf(expected, sizeof expected, "x=%g", (i - 3) / 10.0);
        check_override(d, (size_t)i, 0, expected);
    }
    release(d);
    d = make(HEAD "variables: [ { name: a, key: x, from: -50, to: 1, step: 0.001 } ]\n");
    check_override(d, 50001, 0, "x=0.001");
    release(d);
}

static void whole_numbers_that_rounding_gives_twice_are_there_once(void)
{
    hc_design *d = make(HEAD "variables: [ { name: a, key: x, from: 1, to: 8, count: 20, "
                             "scale: log, whole: true } ]\n");
    CU_ASSERT_EQUAL_FATAL(hc_design_point_count(d), 8);
    for (size_t i = 0; i < 8; i++) {
        CU_ASSERT_EQUAL(hc_design_number(d, i, 0), (double)(i + 1));
    }
    release(d);
}

static void the_constraint_leaves_out_what_it_says(void)
{
    hc_design *d = make(HEAD "constraint: a * b <= 12 && a != 3\nvariables:\n"
                             "  - { name: a, key: x, from: 1, to: 6, step: 1 }\n"
                             "  - { name: b, key: y, from: 1, to: 6, step: 1 }\n");
    size_t point = 0;
    for (int a = 1; a <= 6; a++) {
        for (int b = 1; b <= 6; b++) {
            if (a * b <= 12 && a != 3) {
                CU_ASSERT_EQUAL(hc_design_number(d, point, 0), a);
                CU_ASSERT_EQUAL(hc_design_number(d, point, 1), b);
                point++;
            }
        }
    }
    CU_ASSERT_EQUAL(hc_design_point_count(d), point);
    CU_ASSERT_EQUAL(hc_design_candidate_count(d), 36);
    release(d);
}

static int refused(const char *text, hc_error *error)
{
    hc_design *design = NULL;
    int status = 0;
    *error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(
        hc_study_definition_parse(&definition, "s.yaml", text, strlen(text), error), 0);
    status = hc_design_create(&design, &definition, error);
    hc_study_definition_close(&definition);
    return status;
}

static void designs_without_points_or_with_too_many_are_refused(void)
{
    hc_error error;
    CU_ASSERT_EQUAL(
        refused(HEAD "constraint: a > 2\nvariables: [ { name: a, key: x, values: [1, 2] } ]\n",
                &error),
        -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no point is left"));
    CU_ASSERT_EQUAL(refused(HEAD "constraint: 0 / (a - 1)\n"
                                 "variables: [ { name: a, key: x, values: [1, 2] } ]\n",
                            &error),
                    -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "candidate 0"));
    CU_ASSERT_EQUAL(refused(HEAD "variables:\n"
                                 "  - { name: a, key: x, from: 1, to: 100000, step: 1 }\n"
                                 "  - { name: b, key: y, from: 1, to: 100000, step: 1 }\n",
                            &error),
                    -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "combinations"));
    CU_ASSERT_EQUAL(refused(HEAD "repetitions: 1000000\n"
                                 "variables: [ { name: a, key: x, from: 1, to: 10, step: 1 } ]\n",
                            &error),
                    -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "runs"));
}

static void a_latin_hypercube_has_one_point_in_each_part_of_each_axis(void)
{
    enum { POINTS = 101, AXES = 7 };
    double sample[POINTS * AXES];
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_sample_latin_hypercube(sample, POINTS, AXES, 5, &error), 0);
    for (size_t axis = 0; axis < AXES; axis++) {
        bool is_taken[POINTS] = {false};
        for (size_t i = 0; i < POINTS; i++) {
            double x = sample[i * AXES + axis];
            size_t part = (size_t)(x * POINTS);
            CU_ASSERT_TRUE_FATAL(x >= 0 && x < 1 && part < POINTS);
            CU_ASSERT_FALSE(is_taken[part]);
            is_taken[part] = true;
        }
    }
}

static void a_latin_hypercube_depends_on_its_seed_alone(void)
{
    double first[40];
    double again[40];
    double other[40];
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_sample_latin_hypercube(first, 20, 2, 5, &error), 0);
    CU_ASSERT_EQUAL(hc_sample_latin_hypercube(again, 20, 2, 5, &error), 0);
    CU_ASSERT_EQUAL(hc_sample_latin_hypercube(other, 20, 2, 6, &error), 0);
    CU_ASSERT_EQUAL(memcmp(first, again, sizeof first), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(first, other, sizeof first), 0);
}

static void sobol_points_are_those_of_gsl(void)
{
    hc_design *d = make(HEAD "sample: { method: sobol, points: 100 }\nvariables:\n"
                             "  - { name: a, key: x, from: 0, to: 1 }\n"
                             "  - { name: b, key: y, from: -1, to: 3 }\n"
                             "  - { name: c, key: z, values: [p, q, r, s] }\n");
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, 3);
    CU_ASSERT_EQUAL_FATAL(hc_design_point_count(d), 100);
    for (size_t i = 0; i < 100; i++) {
        double x[3];
        CU_ASSERT_EQUAL(gsl_qrng_get(sequence, x), 0);
        CU_ASSERT_EQUAL(hc_design_number(d, i, 0),
                        x[0]); /* few binary digits: exact in 15 decimal ones */
        CU_ASSERT_EQUAL(hc_design_number(d, i, 1), 4 * x[1] - 1);
        CU_ASSERT_EQUAL(hc_design_index(d, i, 2), (size_t)(4 * x[2]));
    }
    gsl_qrng_free(sequence);
    release(d);
}

static void common_seeds_are_of_the_repetition_alone(void)
{
    hc_design *d =
        make(HEAD "seed: 3\nrepetitions: 50\nvariables: [ { name: a, key: x, values: [1, 2] } ]\n");
    uint64_t seen[50];
    for (uint32_t r = 0; r < 50; r++) {
        seen[r] = hc_design_seed(d, 0, r);
        CU_ASSERT_EQUAL(hc_design_seed(d, 1, r), seen[r]);
        CU_ASSERT_TRUE(seen[r] < UINT64_C(1) << 53);
        for (uint32_t earlier = 0; earlier < r; earlier++) {
            CU_ASSERT_NOT_EQUAL(seen[earlier], seen[r]);
        }
    }
    release(d);
    d = make(HEAD "seed: 4\nrepetitions: 50\n");
    CU_ASSERT_NOT_EQUAL(hc_design_seed(d, 0, 0), seen[0]);
    release(d);
}

static void independent_seeds_all_differ(void)
{
    hc_design *d = make(HEAD "seeds: independent\nrepetitions: 8\n"
                             "variables: [ { name: a, key: x, from: 1, to: 8, step: 1 } ]\n");
    uint64_t seen[64];
    for (size_t i = 0; i < 64; i++) {
        seen[i] = hc_design_seed(d, i / 8, (uint32_t)(i % 8));
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT_NOT_EQUAL(seen[i], seen[j]);
        }
    }
    release(d);
}

static const hc_test_case CASES[] = {
    {"a_grid_has_all_combinations_the_last_axis_fastest",
     a_grid_has_all_combinations_the_last_axis_fastest},
    {"a_study_without_variables_is_one_point", a_study_without_variables_is_one_point},
    {"the_decades_of_a_log_range_are_exact", the_decades_of_a_log_range_are_exact},
    {"steps_are_the_decimal_numbers_that_people_mean",
     steps_are_the_decimal_numbers_that_people_mean},
    {"whole_numbers_that_rounding_gives_twice_are_there_once",
     whole_numbers_that_rounding_gives_twice_are_there_once},
    {"the_constraint_leaves_out_what_it_says", the_constraint_leaves_out_what_it_says},
    {"designs_without_points_or_with_too_many_are_refused",
     designs_without_points_or_with_too_many_are_refused},
    {"a_latin_hypercube_has_one_point_in_each_part_of_each_axis",
     a_latin_hypercube_has_one_point_in_each_part_of_each_axis},
    {"a_latin_hypercube_depends_on_its_seed_alone", a_latin_hypercube_depends_on_its_seed_alone},
    {"sobol_points_are_those_of_gsl", sobol_points_are_those_of_gsl},
    {"common_seeds_are_of_the_repetition_alone", common_seeds_are_of_the_repetition_alone},
    {"independent_seeds_all_differ", independent_seeds_all_differ},
};

HC_TEST_MAIN("design", CASES)
