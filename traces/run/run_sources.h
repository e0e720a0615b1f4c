#ifndef HC_TRACES_RUN_SOURCES_H
#define HC_TRACES_RUN_SOURCES_H

#include "sim/error.h"
#include "traces/run/run_past.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A private file that takes part in a merge. */
typedef struct hc_run_source {
    char *path;
    uint32_t generation;
    bool is_cut; /**< only so many rows of it count; else all that are committed */
    uint64_t rows[HC_GROWING_TABLE_COUNT];
} hc_run_source;

/** The private files of a run, by generation, then by rank. */
typedef struct hc_run_sources {
    hc_run_source *items;
    size_t count;
} hc_run_sources;

#define HC_RUN_SOURCES_NONE ((hc_run_sources){NULL, 0})

/** Adds the files that a generation goes on from; then that of one rank of the generation itself.
 *  @return 0, or -1 with `error` set when memory is short. */
int hc_run_sources_add_past(hc_run_sources *sources, const char *final_path,
                            const hc_run_past *past, hc_error *error);
int hc_run_sources_add_rank(hc_run_sources *sources, const char *final_path, uint32_t generation,
                            uint32_t rank, hc_error *error);
void hc_run_sources_release(hc_run_sources *sources);

#endif
