#ifndef HC_SIM_SCENARIO_SCHEMA_H
#define HC_SIM_SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a scenario may hold, as tables: one row per key. Each folder exports the rows of its own keys; the
 *  program joins them. From the same rows come the checks, `hindcast help scenario`, docs/scenario.md, the
 *  man page, the JSON Schema and the dictionary of the fuzzer.
 *
 *  Tables that break these rules are reported as HC_ERROR_INTERNAL, with the path of the row:
 *  - A path is made of names (letters, digits, "_" and "-"), dots between them, and "[]" behind the name of a
 *    list for its items. No path has two rows.
 *  - A row stands behind the row of the map or list it is in, in the same table or an earlier one. Every list
 *    has a row for its items.
 *  - A default suits its own row. Maps, items and required keys have none.
 *  - A map that is `same_as` another one at the top has all of its keys, and no rows of its own.
 *  - No other key of a map with a `shorthand` is required. */

typedef enum hc_key_type {
    HC_KEY_MAP,  /**< has keys of its own, given by rows with longer paths */
    HC_KEY_LIST, /**< of maps or scalars; the row of its items has the path with "[]" behind it */
    HC_KEY_BOOLEAN, /**< true, false (YAML 1.2 core: yes and no are text) */
    HC_KEY_INTEGER, /**< whole number, `minimum` .. `maximum` */
    HC_KEY_REAL, /**< number, `minimum` .. `maximum`; a percentage ("5 %") is read as its hundredth */
    HC_KEY_TEXT,      /**< 1 to 4096 bytes of UTF-8, no control characters */
    HC_KEY_PATH,      /**< like text; relative to the scenario's folder; "-" is standard input */
    HC_KEY_CHOICE,    /**< one of `choices` */
    HC_KEY_DURATION,  /**< with unit; `minimum` .. `maximum` in seconds */
    HC_KEY_INSTANT,   /**< a date, a date with time, or a duration since the trace's zero */
    HC_KEY_BYTES,     /**< memory with unit; `minimum` .. `maximum` in bytes */
    HC_KEY_BANDWIDTH, /**< data per time with unit; `minimum` .. `maximum` in bytes per second */
} hc_key_type;

/** One row. Paths read "cluster.nodes[].gpus".
 *  Bounds belong to numbers, durations (in seconds), memory (in bytes) and bandwidths (in bytes per second), both inclusive; 0 and 0 are no
 *  bounds, HUGE_VAL is none above. A list has a least and a greatest number of items, 0 being any. */
typedef struct hc_key {
    const char *path;
    hc_key_type type;
    const char *unit; /**< for people: "GPUs"; NULL when there is none */
    double minimum;
    double maximum;
    const char *fallback; /**< default as YAML; NULL: none, the key is then simply absent */
    bool is_required;     /**< must be given wherever the map that it is in is given */
    const char *choices;  /**< "packed|spread|first" */
    const char *help;     /**< one line, a sentence without a full stop */
    /** A map: name of a map at the top whose keys it has. It is not made of defaults when it is absent. */
    const char *same_as;
    /** A map: name of one of its keys, a scalar. A scalar given for the map is the value of that key:
     *  "model: llama3-70b" is "model: { name: llama3-70b }". */
    const char *shorthand;
} hc_key;

/** A table of rows. */
typedef struct hc_key_table {
    const hc_key *keys;
    size_t count;
} hc_key_table;

#endif
