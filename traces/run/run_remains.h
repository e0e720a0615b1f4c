#ifndef HC_TRACES_RUN_REMAINS_H
#define HC_TRACES_RUN_REMAINS_H

#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** One private file that is there. */
typedef struct hc_remain {
    uint32_t generation;
    uint32_t rank;
    char *path;
} hc_remain;

/** The private files of a run, by generation, then by rank: of a run that goes on, or what is left of one. */
typedef struct hc_remains {
    hc_remain *files;
    size_t count;
} hc_remains;

/** Looks what is there beside the final name. Cost: O(files of the folder).
 *  @return 0, or -1 with `error` set. Release in any case. */
int hc_remains_find(hc_remains *out, const char *final_path, hc_error *error);
void hc_remains_release(hc_remains *remains);

/** @return 0 when nobody writes any of them, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_remains_check_dead(const hc_remains *remains, const char *final_path, hc_error *error);

/** Removes files, with what was being built to take their places. Nobody may write them.
 *  @return 0, or -1 with `error` set. */
int hc_remains_remove(const hc_remains *remains, hc_error *error);

#endif
