#ifndef HC_WORKLOADS_CATALOGUE_DESCRIBE_CATALOGUE_H
#define HC_WORKLOADS_CATALOGUE_DESCRIBE_CATALOGUE_H

#include "sim/error.h"

#include <stdio.h>

/** The catalogues as tables for people: every figure, every name, every source. At most 100 columns.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_describe_accelerators(FILE *out, hc_error *error);
int hc_describe_models(FILE *out, hc_error *error);

#endif
