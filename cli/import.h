#ifndef HC_CLI_IMPORT_H
#define HC_CLI_IMPORT_H

#include "sim/error.h"
#include "traces/job_trace.h"

#include <stdbool.h>

/** What `hindcast import` was asked for. Texts are borrowed. */
typedef struct hc_import_arguments {
    const char *path;
    const char *format;
    const char *out;
    bool is_hdf5; /**< else CSV */
    bool is_forced;
    bool is_json;
    const char *quarantine;               /**< NULL: nowhere */
    const char *columns[HC_COLUMN_COUNT]; /**< format csv: names in the header, NULL = not given */
    bool has_columns;
    int size_preference;
    double quarantine_limit;
} hc_import_arguments;

/** Reads a log of jobs, writes it as a file and prints what became of its rows. @return the exit code. */
int hc_import_jobs(const hc_import_arguments *arguments, hc_trace_format format, hc_error *error);

#endif
