#include "analysis/study/study_keys.h"

#include "analysis/study/definition.h"

/* A variable stands in the list, or in a group whose members change in lockstep. */
#define VARIABLE(at)                                                                              \
    {.path = at ".name",                                                                          \
     .type = HC_KEY_TEXT,                                                                         \
     .help = "Its column in the results, and its name in expressions: letters, digits and _"},    \
        {.path = at ".key",                                                                       \
         .type = HC_KEY_TEXT,                                                                     \
         .help = "The key of the scenario that it sets, as --set writes it: "                     \
                 "cluster.nodes[0].count"},                                                       \
        {.path = at ".values",                                                                    \
         .type = HC_KEY_LIST,                                                                     \
         .minimum = 1,                                                                            \
         .maximum = HC_STUDY_VALUE_LIMIT,                                                         \
         .help = "Its values, as they would stand in the scenario; in quotes what YAML would "    \
                 "take for a map or a list"},                                                     \
        {.path = at ".values[]", .type = HC_KEY_TEXT, .help = "A value"},                         \
        {.path = at ".from", .type = HC_KEY_REAL, .help = "Or a range: its first value"},         \
        {.path = at ".to", .type = HC_KEY_REAL, .help = "Its last value, which belongs to it"},   \
        {.path = at ".step",                                                                      \
         .type = HC_KEY_REAL,                                                                     \
         .help = "Distance of two values; the last value is the greatest that is not past `to`"}, \
        {.path = at ".count",                                                                     \
         .type = HC_KEY_INTEGER,                                                                  \
         .minimum = 2,                                                                            \
         .maximum = HC_STUDY_VALUE_LIMIT,                                                         \
         .help = "Instead of step: how many values"},                                             \
        {.path = at ".scale",                                                                     \
         .type = HC_KEY_CHOICE,                                                                   \
         .choices = "linear|log",                                                                 \
         .help = "Of a range: equal differences (if absent) or equal ratios"},                    \
        {.path = at ".whole",                                                                     \
         .type = HC_KEY_BOOLEAN,                                                                  \
         .help = "Of a range: values are rounded to whole numbers, each once"},                   \
    {                                                                                             \
        .path = at ".unit", .type = HC_KEY_TEXT,                                                  \
        .help = "Of a range: what stands behind each number in the scenario, such as h or GiB"    \
    }

static const hc_key KEYS[] = {
    {.path = "study",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = 1,
     .is_required = true,
     .help = "Version of the format of studies"},
    {.path = "name",
     .type = HC_KEY_TEXT,
     .help = "Name of the study; absent: its file without the ending"},
    {.path = "scenario",
     .type = HC_KEY_PATH,
     .is_required = true,
     .help = "The scenario that is varied"},
    {.path = "seed",
     .type = HC_KEY_INTEGER,
     .maximum = 9007199254740991, /* 2^53 - 1, as in scenarios */
     .fallback = "1",
     .help = "Seed from which the seeds of the runs and the sample are made"},
    {.path = "repetitions",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = HC_STUDY_REPETITION_LIMIT,
     .fallback = "1",
     .help = "Runs of each point, with different seeds; with `stop` the greatest number of them"},
    {.path = "seeds",
     .type = HC_KEY_CHOICE,
     .fallback = "common",
     .choices = "common|independent",
     .help = "common: repetition r has the same seed at every point, so that differences between "
             "points are seen through less noise"},
    {.path = "outputs",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = HC_STUDY_OUTPUT_LIMIT,
     .fallback = "[wait_mean, wait_median, wait_p95, slowdown_mean, utilization]",
     .help = "Numbers of each run that are kept; docs/sweeps.md lists them"},
    {.path = "outputs[]", .type = HC_KEY_TEXT, .help = "Name of an output"},
    {.path = "constraint",
     .type = HC_KEY_TEXT,
     .help = "Points where this expression over variables is 0 (false) are left out: "
             "nodes * load <= 64"},
    {.path = "variables",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = HC_STUDY_VARIABLE_LIMIT,
     .help = "What is varied; the points are all combinations of the values, the last variable "
             "changing fastest"},
    {.path = "variables[]", .type = HC_KEY_MAP, .help = "A variable, or a group in lockstep"},
    VARIABLE("variables[]"),
    {.path = "variables[].lockstep",
     .type = HC_KEY_LIST,
     .minimum = 2,
     .maximum = HC_STUDY_VARIABLE_LIMIT,
     .help = "Variables that change together: the first values of all, the second of all, ..."},
    {.path = "variables[].lockstep[]", .type = HC_KEY_MAP, .help = "A variable of the group"},
    VARIABLE("variables[].lockstep[]"),
    {.path = "sample",
     .type = HC_KEY_MAP,
     .help = "Some points instead of all combinations; ranges then need neither step nor count"},
    {.path = "sample.method",
     .type = HC_KEY_CHOICE,
     .is_required = true,
     .choices = "sobol|latin_hypercube",
     .help = "Sobol's sequence, or one random value in each of `points` parts of each variable"},
    {.path = "sample.points",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = HC_STUDY_POINT_LIMIT,
     .is_required = true,
     .help = "How many, before the constraint"},
    {.path = "stop",
     .type = HC_KEY_MAP,
     .help = "No more repetitions of a point whose mean is known well enough"},
    {.path = "stop.output",
     .type = HC_KEY_TEXT,
     .is_required = true,
     .help = "The output whose mean it is, one of `outputs`"},
    {.path = "stop.relative_half_width",
     .type = HC_KEY_REAL,
     .minimum = 1e-6,
     .maximum = 10,
     .fallback = "0.05",
     .help = "Half the width of the confidence interval / mean, at most"},
    {.path = "stop.confidence",
     .type = HC_KEY_REAL,
     .minimum = 0.5,
     .maximum = 0.9999,
     .fallback = "0.95",
     .help = "Confidence of the interval"},
    {.path = "stop.at_least",
     .type = HC_KEY_INTEGER,
     .minimum = 2,
     .maximum = HC_STUDY_REPETITION_LIMIT,
     .fallback = "5",
     .help = "Repetitions before the first look"},
    {.path = "optimize",
     .type = HC_KEY_MAP,
     .help = "Looks for the best value of one variable instead of running them all"},
    {.path = "optimize.method",
     .type = HC_KEY_CHOICE,
     .fallback = "bisection",
     .choices = "bisection|successive_halving",
     .help =
         "bisection: the least or greatest value of a variable at which an output keeps a limit; "
         "successive_halving: the point with the best output"},
    {.path = "optimize.output",
     .type = HC_KEY_TEXT,
     .is_required = true,
     .help = "The output that is looked at, one of `outputs`"},
    {.path = "optimize.variable",
     .type = HC_KEY_TEXT,
     .help = "bisection: the variable, whose values are numbers that rise"},
    {.path = "optimize.goal",
     .type = HC_KEY_CHOICE,
     .choices = "least|most",
     .help = "bisection: the least value of the variable (if absent) or the greatest"},
    {.path = "optimize.first_repetitions",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = HC_STUDY_REPETITION_LIMIT,
     .help = "successive_halving: runs of each point in the first round; absent: 2, or the "
             "repetitions when they are fewer"},
    {.path = "optimize.at_most",
     .type = HC_KEY_TEXT,
     .help = "bisection: the limit that the output keeps: 3600 or 1h"},
    {.path = "optimize.at_least", .type = HC_KEY_TEXT, .help = "bisection: or a limit from below"},
};

const hc_key_table hc_study_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};
