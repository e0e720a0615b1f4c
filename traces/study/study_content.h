#ifndef HC_TRACES_STUDY_CONTENT_H
#define HC_TRACES_STUDY_CONTENT_H

#include "traces/run/provenance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a study file holds: plain structs, the same for who writes it and for who reads it. All text is UTF-8 and
 *  borrowed; NULL is written as "" and never read.
 *
 *  A study varies variables. A point is one value for each of them; at each point runs are repeated with different
 *  seeds, and repetition r has the same seed at every point (common random numbers): that is what makes runs of one
 *  repetition a pair. Each run yields outputs, which are numbers. */

enum {
    HC_STUDY_VARIABLE_LIMIT = 32,
    HC_STUDY_OUTPUT_LIMIT = 32,
    HC_STUDY_NAME_BYTES = 63,   /**< of the name of a variable or an output */
    HC_STUDY_TEXT_BYTES = 4096, /**< of a value, a unit, a meaning */
    HC_STUDY_POINT_LIMIT = 1 << 20,
    HC_STUDY_RUN_LIMIT = 1 << 22,
    HC_STUDY_ERROR_BYTES = 1000, /**< what is longer is cut */
};

/** A variable. Names differ from each other and from "point". */
typedef struct hc_study_variable {
    const char *name; /**< 1..HC_STUDY_NAME_BYTES bytes */
    const char *unit; /**< "" when it has none */
    bool is_text;     /**< its values are texts, such as names of policies */
} hc_study_variable;

typedef enum hc_study_sense {
    HC_STUDY_NEUTRAL = 0, /**< neither is better: left out of Pareto marks */
    HC_STUDY_LESS_IS_BETTER,
    HC_STUDY_MORE_IS_BETTER,
} hc_study_sense;

/** An output. Names differ from each other and from the fixed columns of the table `runs`: run, point, repetition,
 *  seed, state, wall_seconds, error. */
typedef struct hc_study_output {
    const char *name; /**< 1..HC_STUDY_NAME_BYTES bytes */
    /** A base unit: "s", "USD"; "1" for a pure number, "share" for one of 0..1. */
    const char *unit;
    const char *meaning; /**< one line */
    hc_study_sense sense;
} hc_study_output;

/** The value of a variable. */
typedef struct hc_study_value {
    double number;    /**< of a variable that is no text; finite */
    const char *text; /**< of one that is */
} hc_study_value;

typedef enum hc_study_run_state {
    HC_STUDY_OK = 0,
    HC_STUDY_FAILED,
    HC_STUDY_SKIPPED, /**< not run: adaptive repetition or a search did without, or the study was stopped */
} hc_study_run_state;

typedef struct hc_study_run {
    uint32_t point;
    uint32_t repetition;
    uint64_t seed;
    double wall_seconds; /**< that the run took; 0 when skipped */
    const char *error;   /**< of a failed run */
    hc_study_run_state state;
} hc_study_run;

/** A row of the table of results, for readers that compute nothing themselves: one point, one output. */
typedef struct hc_study_summary_row {
    uint32_t point;
    uint32_t output;
    uint32_t count;    /**< runs behind the mean */
    double mean;       /**< NAN of none */
    double half_width; /**< of the interval around the mean; NAN with fewer than two runs */
    bool is_pareto; /**< no other point is as good in all outputs with a sense and better in one */
} hc_study_summary_row;

typedef struct hc_study_content {
    const char *name;
    const char *version; /**< of this program */
    const char *git_commit;
    const char *command_line;
    const char *study;    /**< whole text of the study's definition */
    const char *scenario; /**< whole resolved text of the scenario that it varies */
    uint64_t seed;        /**< of the study: seeds of runs derive from it */
    uint32_t rank_count;
    bool is_complete;    /**< it came to its end */
    double confidence;   /**< of the intervals in `summary`, 0..1 */
    const char *finding; /**< what searches found, a line each; "" when there was none */
    const char *created; /**< ISO 8601; set by the writer, good in what is read */

    const hc_study_variable *variables;
    size_t variable_count; /**< 0..HC_STUDY_VARIABLE_LIMIT */
    const hc_study_output *outputs;
    size_t output_count; /**< 1..HC_STUDY_OUTPUT_LIMIT */

    /** point_count x variable_count; row = point. A point's index is its row. */
    const hc_study_value *points;
    size_t point_count;

    /** In any order; (point, repetition) occurs once. What is read is in order of point, then repetition. */
    const hc_study_run *runs;
    size_t run_count;
    /** run_count x output_count; row = run. NAN where a run has no such value; all NAN when it is not ok. */
    const double *values;

    const hc_study_summary_row *summary; /**< written when there are any; not read back */
    size_t summary_count;
    const hc_text_item *items; /**< further attributes; not read back */
    size_t item_count;
} hc_study_content;

#endif
