#ifndef HC_TRACES_NEW_FILE_H
#define HC_TRACES_NEW_FILE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stdio.h>

/** A file that gets its name only when it is whole and on the disk. */
typedef struct hc_new_file {
    FILE *file;       /**< to be written to */
    const char *path; /**< that it will have; borrowed */
    char *temporary;
    bool may_replace;
} hc_new_file;

/** Whether `path` may be written: nothing is there, or a plain file that may be replaced.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_new_file_check(const char *path, bool may_replace, hc_error *error);

/** @return 0, or -1 with `error` set; discard in any case, also when it was finished. */
int hc_new_file_open(hc_new_file *out, const char *path, bool may_replace, hc_error *error);

/** @return 0, or -1 with `error` set (HC_ERROR_OUTPUT): something could not be written; nothing has changed. */
int hc_new_file_finish(hc_new_file *file, hc_error *error);

/** Removes what was not finished. */
void hc_new_file_discard(hc_new_file *file);

#endif
