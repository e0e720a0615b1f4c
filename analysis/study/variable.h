#ifndef HC_ANALYSIS_STUDY_VARIABLE_H
#define HC_ANALYSIS_STUDY_VARIABLE_H

#include "sim/error.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>
#include <stddef.h>

/** A variable of a study: a key of the scenario, and the values that it takes. */

enum { HC_DESIGN_NUMBER_SIZE = 32, HC_STUDY_UNIT_LIMIT = 16 };

/** One value: what is written into the scenario, and the number that it is in expressions. */
typedef struct hc_design_value {
    const char *text;
    double number; /**< durations in seconds, memory in bytes; NAN: it is no number */
} hc_design_value;

typedef struct hc_design_variable {
    const char
        *name; /**< borrowed from the study's file, as are key, unit and the texts of a list */
    const char *key;
    const char *unit;      /**< behind each number of a range; may be "" */
    const hc_value *place; /**< for messages about it */
    bool is_range;
    bool is_logarithmic;
    bool is_whole;
    double from;
    double to;
    hc_design_value *values; /**< NULL: any value between from and to (samples only) */
    size_t value_count;
    char *made_texts; /**< memory of the values of a range */
} hc_design_variable;

/** Reads one item of `variables` or of a group.
 *  @param may_be_continuous  a range may have neither step nor count
 *  @return 0, or -1 with all that is wrong added to `error`; free in both cases. */
int hc_design_variable_read(hc_design_variable *out, const hc_value *map, bool may_be_continuous,
                            hc_error *error);
void hc_design_variable_free(hc_design_variable *variable);

/** Base unit of its values; NULL when they are not all numbers of one kind. */
const char *hc_design_variable_unit(const hc_design_variable *variable);

/** Writes the number at `share` (0 .. 1) of a range as it stands in the scenario, without the unit: 15 significant
 *  digits, so that 0.1 + 2 x 0.1 is 0.3; whole where the variable is.
 *  @param text  [out] HC_DESIGN_NUMBER_SIZE bytes
 *  @return the number that the text says. */
double hc_design_range_number(const hc_design_variable *variable, double share, char *text);

/** A number in base units: "2h" is 7200 and "s", "1KiB" is 1024 and "B", "3" is 3 and "".
 *  @param unit  [out] NULL when the text is no number; may be NULL
 *  @return NAN when the text is no number */
double hc_design_number_of(const char *text, const char **unit);

#endif
