#ifndef HC_SIM_SCENARIO_OVERRIDE_H
#define HC_SIM_SCENARIO_OVERRIDE_H

#include "sim/scenario/arena.h"
#include "sim/scenario/defects.h"
#include "sim/scenario/key_tree.h"
#include "sim/scenario/source.h"
#include "sim/scenario/yaml_tree.h"

/** Writes one "--set path=value" into a tree that is not yet checked.
 *  The path is "cluster.nodes[0].gpus"; maps and lists on its way that do not exist are made, and the index
 *  behind the last item makes one more. The value is YAML on one line. A path that the rows do not know, and
 *  one that the tree cannot follow (a key in a scalar, an index far behind the end), is reported, and the
 *  value is left as it is. Cost: O(length + steps x (siblings + items)).
 *  @param source  an HC_SOURCE_OVERRIDE whose text is "--set path=value"
 *  @param root    a map */
void hc_override_apply(hc_arena *arena, const hc_key_node *keys, hc_yaml_node *root,
                       const hc_source *source, hc_defects *defects);

/** What the text of an override begins with in its source: the path stands behind it. */
#define HC_OVERRIDE_PREFIX "--set "

#endif
