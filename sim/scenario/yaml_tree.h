#ifndef HC_SIM_SCENARIO_YAML_TREE_H
#define HC_SIM_SCENARIO_YAML_TREE_H

#include "sim/scenario/arena.h"
#include "sim/scenario/defects.h"
#include "sim/scenario/source.h"

#include <stdbool.h>
#include <stddef.h>

/** A YAML text as a tree whose nodes know their places. What the values mean is not decided here. */

enum {
    HC_YAML_BYTE_LIMIT = 16 * 1024 * 1024,
    HC_YAML_DEPTH_LIMIT = 32,      /**< maps and lists inside each other */
    HC_YAML_VALUE_LIMIT = 1 << 18, /**< bounds the memory that 16 MiB can ask for */
};

typedef enum hc_yaml_kind {
    HC_YAML_SCALAR = 0,
    HC_YAML_MAP,
    HC_YAML_LIST,
    HC_YAML_BROKEN, /**< its defect is reported; nothing more is to be said about it */
} hc_yaml_kind;

typedef struct hc_yaml_node {
    hc_yaml_kind kind;
    bool is_quoted; /**< scalars: in quotes, or a block after | or > */
    hc_position position;
    const char *text; /**< scalars: UTF-8 without NUL, NUL behind it; never NULL */
    size_t length;
    const char *key; /**< its key, when it is in a map */
    size_t key_length;
    hc_position key_position;
    struct hc_yaml_node *first, *last,
        *next; /**< maps and lists: children in the order of the text */
    size_t count;
} hc_yaml_node;

/** Reads a text from byte `start` on. Positions count from the text's own beginning.
 *  Refused with a report: invalid UTF-8, control characters, directives, syntax errors, more than one
 *  document, anchors, aliases, tags, merge keys, keys that are not plain scalars, and what exceeds the limits
 *  above. Duplicate keys are kept; whoever knows the keys reports them. Cost: O(length).
 *  @param out  [out] the root; NULL when there is no document. Nodes live in `arena`.
 *  @return 0 when there is a tree, even one with defects; -1 when reading stopped. */
int hc_yaml_read(hc_yaml_node **out, hc_arena *arena, const hc_source *source, size_t start,
                 hc_defects *defects);

/** A new node in `arena`, or NULL. */
hc_yaml_node *hc_yaml_create(hc_arena *arena, hc_yaml_kind kind, hc_position position);

/** Adds a child behind the last one. */
void hc_yaml_append(hc_yaml_node *parent, hc_yaml_node *child);

/** Whether a node is no value: "key:", "key: ~", "key: null". */
bool hc_yaml_is_null(const hc_yaml_node *node);

#endif
