#ifndef HC_SIM_SCENARIO_SCENARIO_H
#define HC_SIM_SCENARIO_SCENARIO_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/scenario/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A scenario: a YAML file, checked against tables of keys, with defaults filled in.
 *
 *  What is accepted: one YAML document of at most 16 MiB, 32 levels and 2^18 values, without anchors, aliases,
 *  tags and directives. JSON is a part of YAML: scripts may write it.
 *  What is refused, with file, line, column and a caret, all of it at once: keys that no table has (with a
 *  "did you mean"), keys given twice, values of the wrong type or outside their range, missing units,
 *  missing required keys. The first 20 defects are shown in full; `error` counts all of them.
 *
 *  How values are read: text, paths and choices as they are written, in quotes or not. Durations, memory,
 *  dates and percentages may stand in quotes. Numbers and booleans in quotes are text, and refused. Whole
 *  numbers are decimal digits with an optional sign: neither 1e6 nor 1_000.
 *  A map whose row has a shorthand may be given by the value of that one key alone.
 *  A key without a value (`scheduler:`) is an empty map where its row is a map, and an error elsewhere.
 *
 *  Defaults: a key that is absent gets the default of its row when the map that it is in is present. A map
 *  that is absent is made of its defaults, when it has any and none of its keys is required: else it stays
 *  absent. Items of lists are never made up.
 *
 *  After reading, a scenario does not change. Numbers are read and written with LC_NUMERIC "C", which the
 *  program must leave as it is. */
typedef struct hc_scenario hc_scenario;

/** One value of a scenario: a scalar, a map or a list. Borrowed from its scenario. */
typedef struct hc_value hc_value;

/** Reads and checks a scenario.
 *  @param path       "-" reads standard input, "<stdin>" in messages
 *  @param overrides  "cluster.nodes[0].gpus=4", applied in order before checking; messages about them read
 *                    "--set cluster.nodes[0].gpus=4: ...". The value is YAML on one line. Maps and lists on
 *                    the way are made; the index behind the last item adds one
 *  @return 0 and a scenario that the caller owns, or -1 with all defects in `error` (HC_ERROR_USAGE; a file
 *          that cannot be read is HC_ERROR_RUNTIME). */
int hc_scenario_read(hc_scenario **out, const char *path, const hc_key_table *tables,
                     size_t table_count, const char *const *overrides, size_t override_count,
                     hc_error *error);

/** The same from memory.
 *  @param name  stands for the file in messages and in hc_scenario_file(). */
int hc_scenario_parse(hc_scenario **out, const char *name, const char *text, size_t length,
                      const hc_key_table *tables, size_t table_count, const char *const *overrides,
                      size_t override_count, hc_error *error);

void hc_scenario_destroy(hc_scenario *scenario);

/** The whole scenario as a map. */
const hc_value *hc_scenario_root(const hc_scenario *scenario);

/** The resolved scenario as YAML: every key that has a value, defaults included, in the order of the tables.
 *  Reading it again with the same tables gives the same text. Borrowed. */
const char *hc_scenario_text(const hc_scenario *scenario);

/** The file a path of the scenario means: relative paths start at the scenario's folder; "-" stays "-".
 *  @return a string that the caller frees, or NULL when memory is short. */
char *hc_scenario_file(const hc_scenario *scenario, const hc_value *path);

/** Refuses "-", standard input, wherever the scenario names a file: it can be read once only, and several would.
 *  @param readers  who they are: "each of the ranks"
 *  @return 0, or -1 with every such place in `error`. */
int hc_scenario_refuse_standard_input(const hc_scenario *scenario, const char *readers,
                                      hc_error *error);

/** The value of a key of a map, defaults included; dots lead deeper ("scheduler.policy").
 *  @param map  NULL gives NULL
 *  @return NULL when the key, or a map on the way, is absent and has no default. Asking for a key that no
 *  table has is broken logic (asserted). */
const hc_value *hc_value_get(const hc_value *map, const char *key);

/** Whether somebody wrote the value: it is no default. */
bool hc_value_is_given(const hc_value *value);

/** Items of a list (0 for NULL). */
size_t hc_value_count(const hc_value *list);
const hc_value *hc_value_at(const hc_value *list, size_t index);

/** The value of a scalar in base units; never NULL. The type must be the one of its row (asserted). */
bool hc_value_boolean(const hc_value *value);
int64_t hc_value_integer(const hc_value *value);
double hc_value_real(const hc_value *value);
const char *hc_value_text(const hc_value *value); /**< text, path or choice; borrowed */
size_t hc_value_choice(const hc_value *value);    /**< position among the row's choices, from 0 */
hc_time hc_value_duration(const hc_value *value);
int64_t hc_value_bytes(const hc_value *value);
int64_t hc_value_bandwidth(const hc_value *value); /**< bytes per second */

/** An instant. @param is_civil  [out] true for a date, false for a duration since the trace's zero. */
hc_time hc_value_instant(const hc_value *value, bool *is_civil);

/** Reports a defect that only the reader of the value can see (two keys that exclude each other), in the
 *  form of all scenario errors; for a default the position reads "scenario.yaml:default", without a caret.
 *  @return always -1. */
int hc_value_error(const hc_value *value, hc_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
