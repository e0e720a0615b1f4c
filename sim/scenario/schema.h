#ifndef HC_SIM_SCENARIO_SCHEMA_H
#define HC_SIM_SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a scenario may hold, as tables: one row per key. Each folder exports the rows of its own keys; the
 *  program joins them. From the same rows come the checks, `hindcast help scenario`, docs/scenario.md, the
 *  man page, the JSON Schema and the dictionary of the fuzzer. */

typedef enum hc_key_type {
    HC_KEY_MAP,  /**< has keys of its own, given by rows with longer paths */
    HC_KEY_LIST, /**< of maps or scalars; the row of its items has the path with "[]" behind it */
    HC_KEY_BOOLEAN, /**< true, false (YAML 1.2 core: yes and no are text) */
    HC_KEY_INTEGER, /**< whole number, `minimum` .. `maximum` */
    HC_KEY_REAL, /**< number, `minimum` .. `maximum`; a percentage ("5 %") is read as its hundredth */
    HC_KEY_TEXT,     /**< 1 to 4096 bytes of UTF-8, no control characters */
    HC_KEY_PATH,     /**< like text; relative to the scenario's folder; "-" is standard input */
    HC_KEY_CHOICE,   /**< one of `choices` */
    HC_KEY_DURATION, /**< with unit; `minimum` .. `maximum` in seconds */
    HC_KEY_INSTANT,  /**< a date, a date with time, or a duration since the trace's zero */
    HC_KEY_BYTES,    /**< memory with unit; `minimum` .. `maximum` in bytes */
} hc_key_type;

/** One row. Paths read "cluster.nodes[].gpus". A row stands behind the row of the map or list it is in. */
typedef struct hc_key {
    const char *path;
    hc_key_type type;
    const char *unit; /**< for people: "GPUs"; NULL when there is none */
    double minimum;   /**< for numbers, durations, bytes; of a list: least number of items */
    double maximum;   /**< 0 together with minimum 0: no bounds */
    const char
        *fallback; /**< default as written in YAML; NULL: none, the key is then simply absent */
    bool is_required;
    const char *choices; /**< "packed|spread|first" */
    const char *help;    /**< one line, a sentence without a full stop */
} hc_key;

/** A table of rows. */
typedef struct hc_key_table {
    const hc_key *keys;
    size_t count;
} hc_key_table;

#endif
