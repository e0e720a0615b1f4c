#ifndef HC_WORKLOADS_STEP_EFFICIENCY_FILE_H
#define HC_WORKLOADS_STEP_EFFICIENCY_FILE_H

#include "sim/error.h"
#include "sim/scenario/schema.h"
#include "workloads/step/efficiency.h"

#include <stdio.h>

/** An efficiency profile in a file, as `hindcast estimate --fit` writes it:
 *
 *      profile:
 *        name: my-cluster
 *        accelerator: H100-SXM5-80GB
 *        basis: "gemm and layer_seconds on 40 steps of steps.csv, mean error 4.1 %"
 *        values: { gemm: 0.74, layer_seconds: 0.0021, ... }
 *
 *  Values that are left out are those of the shipped profile for that kind of accelerator. */
typedef struct hc_efficiency_file hc_efficiency_file;

extern const hc_key_table hc_efficiency_file_keys;

/** Reads a profile.
 *  @return 0 and a file that the caller owns, or -1 with all defects in `error` (HC_ERROR_USAGE). */
int hc_efficiency_file_read(hc_efficiency_file **out, const char *path, hc_error *error);

/** The same from memory. @param name  stands for the file in messages */
int hc_efficiency_file_parse(hc_efficiency_file **out, const char *name, const char *text,
                             size_t length, hc_error *error);

/** Accepts NULL. */
void hc_efficiency_file_destroy(hc_efficiency_file *file);

/** Borrowed; lives as long as the file. */
const hc_efficiency *hc_efficiency_file_profile(const hc_efficiency_file *file);

/** Writes a profile that reads back to the same values. @param efficiency  its name has no control characters or quotes */
void hc_efficiency_file_write(FILE *out, const hc_efficiency *efficiency);

#endif
