#ifndef HC_TRACES_PAI_TABLES_H
#define HC_TRACES_PAI_TABLES_H

#include "sim/engine/time.h"
#include "traces/csv_row.h"
#include "traces/job_trace.h"

/** The tables of cluster-trace-gpu-v2020 that lie beside its task table: pai_job_table and pai_group_tag_table, in
 *  files that are called as the task table's is but for that word ("pai_task_table.csv.gz"). Each may be absent.
 *  Memory: about 150 bytes per job, twice that while the tables are read. */
typedef struct hc_pai_tables hc_pai_tables;

/** What the tables know of a job. Texts are borrowed from the tables, empty when they do not say. */
typedef struct hc_pai_job {
    hc_time submit; /**< HC_TIME_MISSING when they do not say */
    hc_field user;
    hc_field group; /**< tag of jobs that recur */
} hc_pai_job;

/** @param task_path  NULL or "-": nothing lies beside it
 *  @param facts      joined_files is set
 *  @return 0 and tables that the caller owns, or -1 with `error` set: a table is there and cannot be read, or
 *  one of its rows cannot. */
int hc_pai_tables_open(hc_pai_tables **out, const char *task_path, hc_trace_facts *facts,
                       hc_error *error);

/** @return false when the tables do not know the job. O(length). */
bool hc_pai_tables_find(const hc_pai_tables *tables, hc_field job_name, hc_pai_job *out);

/** Accepts NULL. */
void hc_pai_tables_close(hc_pai_tables *tables);

/** The row that names the columns stands in some copies of these tables, not in those published.
 *  @param header  names joined by commas, all of them */
bool hc_pai_is_header(const hc_line *line, const char *header);

#endif
