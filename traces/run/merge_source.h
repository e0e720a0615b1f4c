#ifndef HC_TRACES_MERGE_SOURCE_H
#define HC_TRACES_MERGE_SOURCE_H

#include "traces/run/interleave.h"
#include "traces/run/run_sources.h"
#include "traces/run/table_set.h"

/** The sources of a merge, open. A plain struct of its owner's. */
typedef struct hc_merge_sources {
    hc_strand_source *items;
    uint32_t *generations; /**< of each, rising */
    size_t count;
} hc_merge_sources;

#define HC_MERGE_SOURCES_NONE ((hc_merge_sources){.items = NULL})

/** @param sources  borrowed while they are open
 *  @param is_lenient  a file may hold fewer rows than count
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME); close them in both cases. */
int hc_merge_sources_open(hc_merge_sources *out, const hc_run_sources *sources, bool is_lenient,
                          hc_error *error);
void hc_merge_sources_close(hc_merge_sources *sources);

/** The source that tells what is known before the first event: the first one of the last generation that has
 *  begun. A rank that died early has not. */
const hc_strand_source *hc_merge_sources_home(const hc_merge_sources *sources);

/** What a file of all their rows chooses for its tables. @return 0, or -1 with `error` set. */
int hc_merge_sources_plan(const hc_merge_sources *sources, hc_table_plan plans[HC_TABLE_COUNT],
                          hc_error *error);

/** Rows of a merged table. */
uint64_t hc_merge_sources_rows(const hc_merge_sources *sources, hc_run_table table);

#endif
