#ifndef HC_TRACES_RUN_DESCRIBE_TABLES_H
#define HC_TRACES_RUN_DESCRIBE_TABLES_H

#include "sim/error.h"

#include <stdio.h>

/** Writes the tables of a run file with all their columns, as Markdown: a part of docs/run-file.md.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_describe_tables(FILE *out, hc_error *error);

#endif
