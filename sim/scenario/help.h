#ifndef HC_SIM_SCENARIO_HELP_H
#define HC_SIM_SCENARIO_HELP_H

#include "sim/error.h"
#include "sim/scenario/schema.h"

#include <stddef.h>
#include <stdio.h>

/** What the tables of keys say, for people and for programs. Rows stand in the order of the tables, each
 *  below the map or list that it is in.
 *
 *  All functions write to a stream that the caller opens and closes, and flush it. They return 0, or -1 with
 *  `error` set: HC_ERROR_OUTPUT when writing failed, HC_ERROR_INTERNAL when the tables are broken (see
 *  schema.h). Cost: O(rows x siblings), the dictionary O(rows^2). */

/** For a terminal, at most 100 columns wide.
 *  @param prefix  only keys whose paths begin so: "cluster", "cluster.nodes[0].g" (any index stands for
 *                 all); NULL or "" shows all. When no key does, returns -1 with HC_ERROR_USAGE. */
int hc_help_write(FILE *out, const hc_key_table *tables, size_t table_count, const char *prefix,
                  hc_error *error);

/** docs/scenario.md: how values are written, then a table for each key at the top. */
int hc_help_write_markdown(FILE *out, const hc_key_table *tables, size_t table_count,
                           hc_error *error);

/** Sections VALUES and KEYS of a manual page, in the macros of man(7). */
int hc_help_write_man(FILE *out, const hc_key_table *tables, size_t table_count, hc_error *error);

/** A JSON Schema (draft 2020-12) for editors. It knows types, choices, bounds of numbers and lists, required
 *  keys and defaults. Bounds of durations and memory stand in the descriptions. It is stricter than the
 *  program in one thing: text that looks like a number or a boolean must be in quotes. */
int hc_help_write_json_schema(FILE *out, const hc_key_table *tables, size_t table_count,
                              hc_error *error);

/** Keys and choices, each once, as a dictionary for libFuzzer. */
int hc_help_write_dictionary(FILE *out, const hc_key_table *tables, size_t table_count,
                             hc_error *error);

#endif
