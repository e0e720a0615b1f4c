#ifndef HC_TRACES_RUN_NAMES_H
#define HC_TRACES_RUN_NAMES_H

#include "traces/run/run_reader.h"

/** The names of a table of names (nodes, partitions, sites, kinds, users, groups), by their index. */
typedef struct hc_run_names {
    hc_rows rows;
    const char **names;
    size_t count;
} hc_run_names;

#define HC_RUN_NAMES_NONE ((hc_run_names){.rows = {0}})

/** @return 0, or -1 with `error` set. Destroy in any case. */
int hc_run_names_read(hc_run_names *names, hc_run_reader *reader, hc_run_table table,
                      hc_error *error);
void hc_run_names_destroy(hc_run_names *names);

/** The name of an index; NULL when it has none. */
const char *hc_run_names_get(const hc_run_names *names, uint32_t index);

#endif
