#ifndef HC_ANALYSIS_EXPLAIN_H
#define HC_ANALYSIS_EXPLAIN_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <jansson.h>
#include <stdio.h>

/** One job's story, from submission to end: position in the queue, reasons of waiting, start, place, end. */
typedef struct hc_story hc_story;

/** Collects what the file says about the job with this id; of several the first that was submitted, and the story
 *  says so.
 *  @return 0 and a story that the caller frees, or -1 with `error` set (HC_ERROR_USAGE: no such job).
 *  Cost: two passes over the jobs, one over decisions, attempts and placements. */
int hc_story_read(hc_story **out, hc_run_reader *reader, const char *job_id, hc_error *error);
void hc_story_free(hc_story *story); /**< accepts NULL */

/** For people. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_story_write(FILE *out, const hc_story *story, hc_error *error);

/** The same for programs, schema "hindcast-explain-1". @return a new reference, or NULL (memory). */
json_t *hc_story_json(const hc_story *story);

#endif
