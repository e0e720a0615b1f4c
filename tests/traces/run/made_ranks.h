#ifndef HC_TESTS_TRACES_MADE_RANKS_H
#define HC_TESTS_TRACES_MADE_RANKS_H

#include "tests/traces/run/run_rows.h"
#include "traces/run/run_file.h"

#include <stdbool.h>
#include <stdint.h>

/** A run of several ranks in one process. Its events are made up: event n writes the rows of job n
 *  (tests/traces/run/run_rows.h) in the name of one of a few processes, and each process lives on one of the ranks.
 *  What comes in which order depends on the seed alone, never on the ranks. */

enum {
    HC_MADE_PROCESSES = 9,
    HC_MADE_RANK_LIMIT = 8,
};

typedef struct hc_made_ranks {
    uint32_t count;
    uint64_t seed;
    hc_run_file *files[HC_MADE_RANK_LIMIT];
    uint32_t rank_of[HC_MADE_PROCESSES];
} hc_made_ranks;

/** Creates the files of all ranks and begins them.
 *  @param options  path, events and so on; what ranks differ in is filled in
 *  @param deal     decides which process lives on which rank
 *  @return 0, or -1 with `error` set. Destroy in any case. */
int hc_made_ranks_begin(hc_made_ranks *ranks, uint32_t count, uint64_t seed, uint64_t deal,
                        const hc_run_file_options *options, const hc_run_contents *contents,
                        hc_error *error);

/** Events first .. end - 1. */
int hc_made_ranks_send(hc_made_ranks *ranks, uint32_t first, uint32_t end, hc_error *error);

/** What comes behind the last event: the ledger, by process. */
int hc_made_ranks_send_end(hc_made_ranks *ranks, hc_error *error);

/** @param marks  [out] of all ranks, the last one first */
int hc_made_ranks_mark(hc_made_ranks *ranks, hc_run_mark *marks, hc_error *error);

int hc_made_ranks_close(hc_made_ranks *ranks, hc_error *error);

/** @param in_parts  the merge is shared by all ranks */
int hc_made_ranks_finish(hc_made_ranks *ranks, bool in_parts, hc_error *error);
void hc_made_ranks_destroy(hc_made_ranks *ranks);

/** Whether the rows of each table of one file stand in another one, in the same order, byte by byte.
 *  @param may_lack  there may be others between them */
bool hc_tables_agree(const char *path, const char *whole_path, bool may_lack);

#endif
