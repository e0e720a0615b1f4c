#ifndef HC_ANALYSIS_SITES_H
#define HC_ANALYSIS_SITES_H

#include "sim/error.h"
#include "sim/int128.h"
#include "sim/interfaces/sink.h"
#include "traces/run/records.h"
#include "traces/run/run_reader.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** What became of the sites of a federation. Everything comes from the run file. */

typedef struct hc_site_figures {
    char name[64];
    uint64_t gpu_count;
    uint64_t submitted_count;          /**< by its own users */
    uint64_t sent_count;               /**< of them, to other sites */
    uint64_t received_count;           /**< from other sites */
    uint64_t started_count;            /**< measured jobs that started here */
    double wait_sum_seconds;           /**< of these, from their submission at home */
    hc_int128 ledger[HC_BUCKET_COUNT]; /**< thousandths of a GPU x ns */
} hc_site_figures;

typedef struct hc_sites {
    hc_site_figures *sites; /**< by partition */
    size_t count;           /**< 0: the run was no federation */
} hc_sites;

/** Reads what a run file says of its sites beside their jobs, which are then to be taken one by one.
 *  @return 0, or -1 with `error` set; free in both cases. */
int hc_sites_open(hc_sites *out, hc_run_reader *reader, hc_error *error);
void hc_sites_take_job(hc_sites *sites, const hc_job_row *job);
void hc_sites_free(hc_sites *sites);

/** Held by jobs / capacity in service; NAN without capacity. */
double hc_site_utilization(const hc_site_figures *site);

/** NAN when no job started. */
double hc_site_wait_seconds(const hc_site_figures *site);

/** A table for people, nothing when there is no site. */
void hc_sites_write(FILE *out, const hc_sites *sites);

/** A list of objects. @return a new reference, NULL when memory is short. */
json_t *hc_sites_json(const hc_sites *sites);

#endif
