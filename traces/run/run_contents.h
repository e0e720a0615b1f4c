#ifndef HC_TRACES_RUN_CONTENTS_H
#define HC_TRACES_RUN_CONTENTS_H

#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "sim/interfaces/job_source.h"
#include "traces/run/provenance.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** What is known of a run once its jobs have been read: the machine, the names, the account of the inputs.
 *  Everything is borrowed for the call that takes it. */
typedef struct hc_run_contents {
    const hc_provenance *provenance;
    const hc_machine *machine;     /**< frozen; NULL: only its partitions are known */
    const char *const *partitions; /**< their names when there is no machine */
    uint32_t partition_count;
    const hc_job_source *source; /**< for the names of users and groups; NULL: there are none */
    const char *const *works;    /**< names of what jobs train, by number */
    uint32_t work_count;
    const hc_input_row *inputs;
    size_t input_count;
    const hc_import_count_row *import_counts;
    size_t import_count_count;
    uint64_t job_count; /**< jobs to come, for the size of chunks only; 0: not known */
    uint32_t
        job_id_bytes; /**< length of the longest job id, at most HC_TEXT_BYTES_LIMIT; 0: no job has a name of its own */
} hc_run_contents;

/** Rows that a table will have, 0 when that is not known. */
uint64_t hc_run_contents_rows(const hc_run_contents *contents, hc_run_table table);

/** Widths that the text columns of a table need, in their order, each at least 1.
 *  @param contents  NULL: nothing is known yet */
void hc_run_contents_text_bytes(const hc_run_contents *contents, hc_run_table table,
                                uint32_t *text_bytes);

/** Takes one row of a table. @return 0, or -1 with `error` set: no further row is sent then. */
typedef int hc_row_taker(void *self, hc_run_table table, const void *row, hc_error *error);

/** Sends the rows of nodes, inputs, import counts, partitions, sites, kinds, users, groups and works.
 *  @return 0, or -1 when a row was not taken. */
int hc_run_contents_send(const hc_run_contents *contents, hc_row_taker *take, void *self,
                         hc_error *error);

#endif
