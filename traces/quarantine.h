#ifndef HC_TRACES_QUARANTINE_H
#define HC_TRACES_QUARANTINE_H

#include "traces/input_file.h"
#include "traces/job_trace.h"

/** Rows that cannot be used: listed in a file when one is asked for, and described in a message when there are
 *  too many of them. */
typedef struct hc_quarantine hc_quarantine;

/** Begins a list. It is written beside `path` and takes its name only when it is finished.
 *  @param path  NULL: no list
 *  @return 0 and a quarantine that the caller owns, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_quarantine_open(hc_quarantine **out, const char *path, hc_error *error);

/** Adds a row. Errors of writing show in hc_quarantine_finish. */
void hc_quarantine_add(hc_quarantine *quarantine, const hc_line *line, hc_quarantine_reason reason);

/** Adds a message that counts the rows by reason and names the first lines of each.
 *  @param name  of the input
 *  @return always -1. */
int hc_quarantine_fail(const hc_quarantine *quarantine, const hc_import_report *report,
                       double limit, const char *name, hc_error *error);

/** Completes the list: columns line, reason, text (at most 200 bytes; control characters and what is
 *  not UTF-8 as \xNN).
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT): the list could not be written to its end. */
int hc_quarantine_finish(hc_quarantine *quarantine, hc_error *error);

/** Accepts NULL. A list that is not finished is removed. */
void hc_quarantine_destroy(hc_quarantine *quarantine);

#endif
