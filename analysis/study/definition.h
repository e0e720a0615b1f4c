#ifndef HC_ANALYSIS_STUDY_DEFINITION_H
#define HC_ANALYSIS_STUDY_DEFINITION_H

#include "analysis/study/variable.h"
#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "traces/study/study_content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a study's file says, checked: which scenario is varied, how, how often it is repeated, what is kept.
 *  Nothing of the scenario itself is read here. */

enum {
    HC_STUDY_VALUE_LIMIT = 100000, /**< of one variable */
    HC_STUDY_REPETITION_LIMIT = 1000000,
};

/** Variables that change together: a lockstep group, or one variable by itself. */
typedef struct hc_study_axis {
    size_t first_variable;
    size_t variable_count;
    size_t value_count; /**< 0: any value between from and to */
} hc_study_axis;

typedef enum hc_sample_method {
    HC_SAMPLE_NONE = 0, /**< all combinations */
    HC_SAMPLE_SOBOL,
    HC_SAMPLE_LATIN_HYPERCUBE,
} hc_sample_method;

/** When to stop repeating a point. */
typedef struct hc_study_stop {
    bool is_given;
    size_t output; /**< position among the study's outputs */
    double relative_half_width;
    double confidence;
    uint32_t at_least;
} hc_study_stop;

typedef enum hc_search_method {
    HC_SEARCH_OFF = 0,
    HC_SEARCH_BISECTION,
    HC_SEARCH_HALVING,
} hc_search_method;

/** What is looked for instead of running every point. */
typedef struct hc_study_optimize {
    hc_search_method method;
    size_t output; /**< position among the study's outputs */
    size_t
        variable; /**< bisection: position among the study's variables; it is alone on its axis */
    bool
        is_least; /**< bisection: the least of its values that keeps the limit, else the greatest */
    double limit;
    uint32_t first_repetitions; /**< halving: of each point in the first round */
    hc_study_sense
        sense; /**< bisection: LESS: at most the limit; halving: which output is better */
} hc_study_optimize;

typedef struct hc_study_definition {
    hc_scenario *file; /**< owns all text that is borrowed here */
    char *name;
    char *scenario_path; /**< as it is to be opened */
    uint64_t seed;
    uint32_t repetition_count; /**< at most, with `stop` */
    bool has_independent_seeds;
    const char *constraint; /**< NULL: none */
    hc_design_variable *variables;
    size_t variable_count;
    hc_study_axis *axes;
    size_t axis_count;
    hc_sample_method sample_method;
    size_t sample_points;
    size_t *outputs; /**< positions in hc_run_outputs */
    size_t output_count;
    hc_study_stop stop;
    hc_study_optimize optimize;
} hc_study_definition;

/** Reads and checks a study.
 *  @return 0 and a definition that the caller closes, or -1 with all defects in `error`, each with file, line
 *          and column (HC_ERROR_USAGE; a file that cannot be read is HC_ERROR_RUNTIME). */
int hc_study_definition_read(hc_study_definition *out, const char *path, hc_error *error);

/** The same from memory. */
int hc_study_definition_parse(hc_study_definition *out, const char *name, const char *text,
                              size_t length, hc_error *error);

void hc_study_definition_close(hc_study_definition *definition);

#endif
