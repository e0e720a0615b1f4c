#ifndef HC_SIM_FEDERATION_MESSAGE_H
#define HC_SIM_FEDERATION_MESSAGE_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/ids.h"
#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What sites of a federation send each other, as bytes without pointers: fixed widths, little-endian. */

enum {
    HC_JOB_NAME_LIMIT = 255,   /**< bytes of a travelling job's name */
    HC_JOB_MESSAGE_HEAD = 128, /**< bytes before the name */
    HC_MESSAGE_MAX = HC_JOB_MESSAGE_HEAD + HC_JOB_NAME_LIMIT, /**< bytes of any message */
};

/** Writes a job. Its recorded nodes stay behind: they are nodes of its home. A longer name than
 *  HC_JOB_NAME_LIMIT is broken logic (asserted): no log has one.
 *  @param out  HC_MESSAGE_MAX bytes
 *  @return bytes written. */
size_t hc_job_message_write(const hc_job_spec *spec, hc_job_id id, unsigned char *out);

/** Reads a job back.
 *  @param name  [out] HC_JOB_NAME_LIMIT + 1 bytes; `spec->name` points to it, or is NULL
 *  @return 0, or -1 with `error` set (HC_ERROR_INTERNAL): not such a message. */
int hc_job_message_read(hc_job_spec *spec, hc_job_id *id, char *name, const unsigned char *bytes,
                        size_t size, hc_error *error);

/** What a site says of itself to another one. */
typedef struct hc_site_report {
    hc_time time;           /**< when it was so */
    uint64_t claimed_milli; /**< GPUs held or waited for */
    hc_time wait;           /**< until the queue has run, by the time limits */
    uint64_t sent_count;    /**< jobs that it has sent to the receiver so far */
    bool is_closed;         /**< it will send no more */
} hc_site_report;

/** As above. */
size_t hc_report_message_write(const hc_site_report *report, unsigned char *out);
int hc_report_message_read(hc_site_report *report, const unsigned char *bytes, size_t size,
                           hc_error *error);

#endif
