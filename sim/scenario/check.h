#ifndef HC_SIM_SCENARIO_CHECK_H
#define HC_SIM_SCENARIO_CHECK_H

#include "sim/scenario/arena.h"
#include "sim/scenario/defects.h"
#include "sim/scenario/key_tree.h"
#include "sim/scenario/value.h"
#include "sim/scenario/yaml_tree.h"

/** Checks a tree against the rows and makes its values, defaults filled in.
 *  Every defect is reported: keys that no row has, keys given twice, values that do not suit their rows,
 *  required keys that are missing, lists with too few or too many items, more than HC_YAML_VALUE_LIMIT
 *  values with the defaults. Cost: O(values + keys x siblings).
 *  @param node      the root; NULL for an empty file
 *  @param file      for the position of an empty file
 *  @param fallback  source of the values that nobody wrote
 *  @return the root; useless when anything was reported. NULL when it is not even a map. */
const hc_value *hc_check_scenario(hc_arena *arena, const hc_key_node *keys,
                                  const hc_yaml_node *node, const hc_source *file,
                                  const hc_source *fallback, hc_defects *defects);

/** Checks the default of a row that has one, by itself.
 *  @return its value; useless when anything was reported. */
const hc_value *hc_check_fallback(hc_arena *arena, const hc_key_node *key, hc_defects *defects);

#endif
