#ifndef HC_SIM_SCENARIO_SCALAR_H
#define HC_SIM_SCENARIO_SCALAR_H

#include "sim/scenario/schema.h"
#include "sim/scenario/value.h"
#include "sim/scenario/yaml_tree.h"

#include <stdbool.h>
#include <stdio.h>

/** Scalars as rows want them.
 *  Text, paths and choices are taken as they are written, in quotes or not (`name: 2024` is text there).
 *  Quantities with a unit, percentages and dates may stand in quotes: they are text in YAML anyway. Whole
 *  numbers, numbers and booleans in quotes are text, and refused. Nothing depends on the locale as long as
 *  the program leaves LC_NUMERIC at "C". */

/** Reads a node as the scalar that the row of `value` wants, and checks its range.
 *  @param value  its `key` is set; only `as` is written
 *  @return false when the node is something else; hc_scalar_complain() tells what. */
bool hc_scalar_read(hc_value *value, const hc_yaml_node *node);

/** Writes why hc_scalar_read() refused: what was expected, what was found, and what to write instead where
 *  that is clear. */
void hc_scalar_complain(FILE *out, const hc_key *key, const hc_yaml_node *node);

/** Writes what a node is, for messages: `"eight"`, `8.5`, `a map`. */
void hc_scalar_write_found(FILE *out, const hc_yaml_node *node);

#endif
