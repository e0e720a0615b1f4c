#include "analysis/study/pareto.h"

#include "sim/engine/random.h"
#include "tests/testing.h"

#include <math.h>

enum { ROWS = 40, OUTPUTS = 4, CELLS = ROWS * OUTPUTS };

static double bad(const double *row, const hc_study_sense *senses, size_t output)
{
    return senses[output] == HC_STUDY_MORE_IS_BETTER ? -row[output] : row[output];
}

/* The definition, word by word. */
static bool is_beaten(const double *values, size_t row, const hc_study_sense *senses)
{
    for (size_t other = 0; other < ROWS; other++) {
        bool is_as_good = true;
        bool is_better = false;
        for (size_t i = 0; i < OUTPUTS; i++) {
            double mine = bad(values + row * OUTPUTS, senses, i);
            double theirs = bad(values + other * OUTPUTS, senses, i);
            if (senses[i] != HC_STUDY_NEUTRAL) {
                is_as_good = is_as_good && theirs <= mine; /* false with NAN */
                is_better = is_better || theirs < mine;
            }
        }
        if (is_as_good && is_better) {
            return true;
        }
    }
    return false;
}

static bool has_gap(const double *row, const hc_study_sense *senses)
{
    for (size_t i = 0; i < OUTPUTS; i++) {
        if (senses[i] != HC_STUDY_NEUTRAL && isnan(row[i])) {
            return true;
        }
    }
    return false;
}

/* Small whole numbers, so that there are many ties, and some gaps. */
static void marks_agree_with_the_definition(void)
{
    hc_random random = hc_random_stream(5, 0, HC_RANDOM_BENCH);
    for (int trial = 0; trial < 300; trial++) {
        double values[CELLS];
        hc_study_sense senses[OUTPUTS];
        bool marks[ROWS];
        hc_error error = HC_ERROR_NONE;
        size_t used = 0;
        for (size_t i = 0; i < CELLS; i++) {
            uint64_t draw = hc_random_below(&random, 12);
            values[i] = draw == 11 ? NAN : (double)draw;
        }
        for (size_t i = 0; i < OUTPUTS; i++) {
            senses[i] = (hc_study_sense)hc_random_below(&random, 3);
            used += senses[i] == HC_STUDY_NEUTRAL ? 0 : 1;
        }
        CU_ASSERT_EQUAL(hc_pareto_mark(values, ROWS, senses, OUTPUTS, marks, &error), 0);
        for (size_t row = 0; row < ROWS; row++) {
            bool expected = used >= 2 && !has_gap(values + row * OUTPUTS, senses) &&
                            !is_beaten(values, row, senses);
            CU_ASSERT_EQUAL(marks[row], expected);
        }
    }
}

static void one_output_is_no_trade_off(void)
{
    static const double VALUES[] = {1, 9, 2, 8};
    static const hc_study_sense SENSES[] = {HC_STUDY_LESS_IS_BETTER, HC_STUDY_NEUTRAL};
    bool marks[2] = {true, true};
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_pareto_mark(VALUES, 2, SENSES, 2, marks, &error), 0);
    CU_ASSERT(!marks[0] && !marks[1]);
    CU_ASSERT_EQUAL(hc_pareto_mark(VALUES, 0, SENSES, 2, marks, &error), 0);
}

static const hc_test_case CASES[] = {
    {"marks_agree_with_the_definition", marks_agree_with_the_definition},
    {"one_output_is_no_trade_off", one_output_is_no_trade_off},
};

HC_TEST_MAIN("pareto", CASES)
