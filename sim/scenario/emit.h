#ifndef HC_SIM_SCENARIO_EMIT_H
#define HC_SIM_SCENARIO_EMIT_H

#include "sim/scenario/value.h"

#include <stdio.h>

/** Writes a checked scenario as YAML in the order of the tables: one value per line, canonical units, text in
 *  quotes where a reader of any YAML version could take it for something else. Maps without a single value
 *  are left out where reading would make them again. Cost: O(values). */
void hc_emit_scenario(FILE *out, const hc_value *root);

/** The notation of a scalar, without quotes: "2h30min", "80GiB", "0.05", "2017-10-02". */
void hc_emit_scalar(FILE *out, const hc_value *scalar);

/** Writes a text without control characters as it stands between double quotes, in YAML as in JSON. */
void hc_emit_escaped(FILE *out, const char *text);

/** The same with the quotes. */
void hc_emit_quoted(FILE *out, const char *text);

#endif
