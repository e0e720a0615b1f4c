#ifndef HC_SIM_SCENARIO_HELP_KEYS_H
#define HC_SIM_SCENARIO_HELP_KEYS_H

#include "sim/error.h"
#include "sim/scenario/arena.h"
#include "sim/scenario/key_tree.h"

#include <stdbool.h>
#include <stdio.h>

/** What the writers of help share: the stream, the joined tables, and how help begins and ends. */
typedef struct hc_help_keys {
    FILE *out;
    const hc_key_node *root;
    hc_arena arena;
    bool is_out_of_memory;
} hc_help_keys;

/** Joins the tables. @return 0, or -1 with `error` set; then nothing is to be closed. */
int hc_help_open(hc_help_keys *keys, FILE *out, const hc_key_table *tables, size_t table_count,
                 hc_error *error);

/** Frees the tables and flushes the stream.
 *  @return 0, or -1 when anything that should have been written was lost. */
int hc_help_close(hc_help_keys *keys, hc_error *error);

/** What `describe` writes about a row, to be wrapped or escaped. A lack of memory is noted for
 *  hc_help_close(). @return a text that the caller frees, or NULL. */
char *hc_help_capture(hc_help_keys *keys, const hc_key *key,
                      void (*describe)(FILE *out, const hc_key *key));

/** Whether a row opens a group of its own: it is at the top and has rows below it. */
bool hc_help_is_group(const hc_key_node *node);

#endif
