#ifndef HC_TRACES_STUDY_FILE_H
#define HC_TRACES_STUDY_FILE_H

#include "sim/error.h"
#include "traces/study/study_content.h"

#include <stdbool.h>

/** The file of a study: HDF5 with the tables `variables`, `outputs`, `points`, `runs` and perhaps `summary`, in the
 *  form of the tables of a run file (docs/study-file.md). */

#define HC_STUDY_FORMAT "hindcast study"

/** Writes the file under a temporary name and renames it when it is whole and on the disk. The rows of `runs` are put
 *  in order, so that the file does not depend on the order in which runs ended.
 *  Collective: no; one rank writes.  Cost: O(runs log runs).
 *  @param may_replace  false: a file of that name is an error (HC_ERROR_USAGE)
 *  @return 0, or -1 with `error` set: HC_ERROR_OUTPUT when it cannot be written, HC_ERROR_USAGE when names are longer,
 *  more or less different than they must be; nothing has changed then. */
int hc_study_file_write(const hc_study_content *content, const char *path, bool may_replace,
                        hc_error *error);

/** A study file in memory. */
typedef struct hc_study_file hc_study_file;

/** Whether a file says that it is one of a study. False for what cannot be opened. */
bool hc_study_file_is(const char *path);

/** Reads a file. It is not believed: shape, types, filters and sizes are checked before data is touched, and values
 *  before they are handed out: names are there and differ, numbers of points are finite, runs name points that there
 *  are, each (point, repetition) stands once and in order, states are known, values of runs that are not ok are
 *  NAN. Values of runs that are ok may be anything, infinite or NAN as well.
 *  @return 0 and a file that the caller closes, or -1 with `error` set (HC_ERROR_RUNTIME).
 *  Memory: 8 bytes per value, 40 per run. */
int hc_study_file_read(hc_study_file **out, const char *path, hc_error *error);

/** Borrowed; lives as long as the file. */
const hc_study_content *hc_study_file_content(const hc_study_file *file);

void hc_study_file_close(hc_study_file *file); /**< accepts NULL */

#endif
