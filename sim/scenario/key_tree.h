#ifndef HC_SIM_SCENARIO_KEY_TREE_H
#define HC_SIM_SCENARIO_KEY_TREE_H

#include "sim/scenario/arena.h"
#include "sim/scenario/defects.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/yaml_tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The rows of all tables, joined into a tree. Siblings keep the order of the tables. */
typedef struct hc_key_node {
    const hc_key *key; /**< its row; the root has one of its own, a map with the path "" */
    const char *name;  /**< last part of the path; "[]" for the items of a list */
    size_t name_length;
    size_t index;           /**< among its siblings */
    bool has_required;      /**< a map: one of its keys is required */
    hc_yaml_node *fallback; /**< the default, read; NULL without one */
    struct hc_key_node *parent, *first, *last, *next;
    size_t child_count;
    bool is_copy; /**< stands below a map that is the same as another one, where its row is */
} hc_key_node;

/** Joins the tables and reads the defaults (whether they suit their rows is not checked here).
 *  What is wrong with the tables themselves is reported; see schema.h for what they must keep.
 *  Cost: O(rows x siblings).
 *  @return the root, in `arena`; NULL when anything was reported. */
hc_key_node *hc_key_tree_build(hc_arena *arena, const hc_key_table *tables, size_t table_count,
                               hc_defects *defects);

/** The key of a map with a name, or the items of a list ("[]"); NULL when there is none. */
hc_key_node *hc_key_find(const hc_key_node *parent, const char *name, size_t length);

/** The key of a map that a scalar given for it stands for; NULL when it is no map, or has no shorthand. */
const hc_key_node *hc_key_shorthand(const hc_key_node *map);

/** Whether a map that nobody wrote is made of its defaults: it has some, in itself or in a map that is made,
 *  none of its keys is required, and it is not the same as another one. Cost: O(rows below it). */
bool hc_key_is_made(const hc_key_node *map);

/** The row after `node` in the order of the tree, a parent before its children; NULL at the end. */
hc_key_node *hc_key_next(const hc_key_node *node);

/** The same, without copies: each row of the tables once. */
hc_key_node *hc_key_next_row(const hc_key_node *node);

/** Length of the first of the choices "packed|spread"; the next one starts behind the bar. */
size_t hc_choice_length(const char *choices);

/** The choice behind the first one, or NULL. */
const char *hc_choice_next(const char *choices);

#endif
