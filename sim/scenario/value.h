#ifndef HC_SIM_SCENARIO_VALUE_H
#define HC_SIM_SCENARIO_VALUE_H

#include "sim/engine/time.h"
#include "sim/scenario/key_tree.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** What stands behind hc_value: a checked value with its row, its parent and its place. */
struct hc_value {
    const hc_key_node *key;
    const hc_value *parent; /**< NULL for the root, and for a default that is looked at by itself */
    size_t index;           /**< in the list that it is an item of */
    hc_position position;
    union {
        bool boolean;
        int64_t integer; /**< also bytes */
        double real;
        struct {
            const char *characters;
            size_t choice;
        } text; /**< also paths and choices */
        struct {
            hc_time time;
            bool is_civil;
        } instant; /**< also durations */
        struct {
            const hc_value **items; /**< of a map: one per key of its row, NULL when it is absent */
            size_t count;
        } list; /**< also maps */
    } as;
};

/** Whether a value is the whole scenario, which has no path. */
bool hc_value_is_root(const hc_value *value);

/** Writes "cluster.nodes[0].gpus"; nothing for the root. */
void hc_value_write_path(FILE *out, const hc_value *value);

/** The same for a key of a map, whether it has a value or not. */
void hc_value_write_child_path(FILE *out, const hc_value *map, const char *key, size_t length);

#endif
