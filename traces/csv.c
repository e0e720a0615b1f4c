#include "traces/column_reader.h"
#include "traces/status_word.h"
#include "traces/trace_reader.h"

#include <stdlib.h>

/* A job list with a header row whose columns the scenario names. Times are seconds or dates, in one file
 * never both: rows of a mixture cannot be placed on one axis. */

typedef enum time_form {
    FORM_UNDECIDED = 0,
    FORM_SECONDS,
    FORM_DATES,
} time_form;

typedef struct csv {
    hc_column_reader *columns;
    hc_trace_facts *facts;
    time_form form; /* decided by the first submit time that can be read */
} csv;

static const char *const COLUMN_KEYS[HC_COLUMN_COUNT] = {
    [HC_COLUMN_JOB_ID] = "job_id",
    [HC_COLUMN_SUBMIT] = "submit",
    [HC_COLUMN_START] = "start",
    [HC_COLUMN_END] = "end",
    [HC_COLUMN_RUNTIME] = "runtime",
    [HC_COLUMN_TIME_LIMIT] = "time_limit",
    [HC_COLUMN_GPUS] = "gpus",
    [HC_COLUMN_GPU_KIND] = "gpu_kind",
    [HC_COLUMN_CPUS] = "cpus",
    [HC_COLUMN_MEMORY] = "memory",
    [HC_COLUMN_USER] = "user",
    [HC_COLUMN_GROUP] = "group",
    [HC_COLUMN_PARTITION] = "partition",
    [HC_COLUMN_STATUS] = "status",
    [HC_COLUMN_PRIORITY] = "priority",
    [HC_COLUMN_DEPENDS_ON] = "depends_on",
    [HC_COLUMN_THINK_TIME] = "think_time",
    [HC_COLUMN_NODES] = "nodes",
    [HC_COLUMN_SINGLE_NODE] = "single_node",
};

const char *hc_column_name(hc_column column)
{
    return COLUMN_KEYS[column];
}

static int require_mapping(const char *const *columns, const char *name, hc_error *error)
{
    int status = 0;
    if (columns[HC_COLUMN_SUBMIT] == NULL) {
        status =
            hc_error_set(error, HC_ERROR_USAGE, "%s: columns: no name is given for submit", name);
    }
    if (columns[HC_COLUMN_GPUS] == NULL) {
        status =
            hc_error_set(error, HC_ERROR_USAGE, "%s: columns: no name is given for gpus", name);
    }
    if (columns[HC_COLUMN_RUNTIME] == NULL &&
        (columns[HC_COLUMN_START] == NULL || columns[HC_COLUMN_END] == NULL)) {
        status =
            hc_error_set(error, HC_ERROR_USAGE,
                         "%s: columns: a name is needed for runtime, or for start and end", name);
    }
    return status;
}

static void close_csv(void *self)
{
    csv *reader = self;
    if (reader != NULL) {
        hc_column_reader_close(reader->columns);
        free(reader);
    }
}

/* A file with our own names needs no map: these must be there, others may. */
static const char *const OWN_NAMES[HC_COLUMN_COUNT] = {
    [HC_COLUMN_SUBMIT] = "submit",
    [HC_COLUMN_GPUS] = "gpus",
};

static const char OWN_HINT[] = "where the columns have other names, say so: columns { submit: ..., "
                               "gpus: ..., runtime: ... }";

static bool is_unnamed(const char *const *columns)
{
    for (int i = 0; i < HC_COLUMN_COUNT; i++) {
        if (columns[i] != NULL) {
            return false;
        }
    }
    return true;
}

static int add_own_columns(csv *reader, const char *name, hc_error *error)
{
    for (int i = 0; i < HC_COLUMN_COUNT; i++) {
        hc_column_reader_add(reader->columns, (size_t)i, hc_column_name((hc_column)i));
    }
    if (!hc_column_reader_has(reader->columns, HC_COLUMN_RUNTIME) &&
        !(hc_column_reader_has(reader->columns, HC_COLUMN_START) &&
          hc_column_reader_has(reader->columns, HC_COLUMN_END))) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: no column runtime, nor start and end\n%s",
                            name, OWN_HINT);
    }
    return 0;
}

static int open_csv(void **self, hc_input_file *input, const hc_trace_options *options,
                    hc_trace_facts *facts, hc_error *error)
{
    csv *reader = NULL;
    const char *const *names = options->columns;
    if (is_unnamed(options->columns)) {
        names = OWN_NAMES;
    } else if (require_mapping(options->columns, hc_input_file_name(input), error) < 0) {
        return -1;
    }
    reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    reader->facts = facts;
    if (hc_column_reader_open(&reader->columns, input, names, HC_COLUMN_COUNT,
                              names == OWN_NAMES ? OWN_HINT : NULL, error) < 0 ||
        (names == OWN_NAMES && add_own_columns(reader, hc_input_file_name(input), error) < 0)) {
        close_csv(reader);
        return -1;
    }
    *self = reader;
    return 0;
}

static void decide_form(csv *reader, hc_field submit)
{
    hc_time ignored = 0;
    if (hc_field_date(submit, &ignored) == HC_FIELD_READ) {
        reader->form = FORM_DATES;
        reader->facts->clock = HC_CLOCK_CIVIL;
    } else if (hc_field_seconds(submit, &ignored) <= HC_FIELD_ROUNDED) {
        reader->form = FORM_SECONDS;
    }
}

static hc_time read_instant(const csv *reader, hc_trace_record *record, hc_field field)
{
    return reader->form == FORM_DATES ? hc_trace_record_date(record, field)
                                      : hc_trace_record_seconds(record, field);
}

static void read_times(csv *reader, hc_trace_record *out)
{
    const hc_column_reader *columns = reader->columns;
    hc_field submit = hc_column_reader_field(columns, HC_COLUMN_SUBMIT);
    if (reader->form == FORM_UNDECIDED) {
        decide_form(reader, submit);
    }
    out->submit = read_instant(reader, out, submit);
    out->start = read_instant(reader, out, hc_column_reader_field(columns, HC_COLUMN_START));
    out->end = read_instant(reader, out, hc_column_reader_field(columns, HC_COLUMN_END));
    out->run_time =
        hc_trace_record_seconds(out, hc_column_reader_field(columns, HC_COLUMN_RUNTIME));
    out->time_limit =
        hc_trace_record_seconds(out, hc_column_reader_field(columns, HC_COLUMN_TIME_LIMIT));
    out->think_time =
        hc_trace_record_seconds(out, hc_column_reader_field(columns, HC_COLUMN_THINK_TIME));
    if (hc_column_reader_has(columns, HC_COLUMN_START) && out->start == HC_TIME_MISSING) {
        hc_trace_record_repair(out, HC_REPAIR_WAIT_DROPPED);
    }
}

/* "8", "63.0", or a part of one GPU: "0.47". A part below a thousandth is not the same as no GPU. */
static void read_gpus(hc_field field, hc_trace_record *out)
{
    int64_t milli = hc_trace_record_milli(out, field, HC_SIZE_MISSING);
    bool is_rounded = (out->repairs & (UINT32_C(1) << HC_REPAIR_ROUNDED)) != 0;
    if (milli > 0 && milli < HC_WHOLE_GPU) {
        out->gpu_count = 1;
        out->gpu_milli = milli;
    } else if (milli >= 0 && (milli % HC_WHOLE_GPU != 0 || (milli == 0 && is_rounded))) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    } else if (milli >= 0) {
        out->gpu_count = milli / HC_WHOLE_GPU;
    }
}

static hc_field unless_missing(hc_field field)
{
    return hc_field_is_missing(field) ? (hc_field){field.text, 0} : field;
}

static void read_names(const hc_column_reader *columns, hc_trace_record *out)
{
    out->needs_id = hc_column_reader_has(columns, HC_COLUMN_JOB_ID);
    out->id = hc_column_reader_field(columns, HC_COLUMN_JOB_ID);
    out->user = hc_column_reader_field(columns, HC_COLUMN_USER);
    out->group = hc_column_reader_field(columns, HC_COLUMN_GROUP);
    out->partition = hc_column_reader_field(columns, HC_COLUMN_PARTITION);
    out->kinds = unless_missing(hc_column_reader_field(columns, HC_COLUMN_GPU_KIND));
    out->preceding = unless_missing(hc_column_reader_field(columns, HC_COLUMN_DEPENDS_ON));
    out->recorded_nodes = unless_missing(hc_column_reader_field(columns, HC_COLUMN_NODES));
}

static bool read_flag(hc_field field, hc_trace_record *out)
{
    if (hc_field_equals(field, "true") || hc_field_equals(field, "yes") ||
        hc_field_equals(field, "1")) {
        return true;
    }
    if (!hc_field_is_missing(field) && !hc_field_equals(field, "false") &&
        !hc_field_equals(field, "no") && !hc_field_equals(field, "0")) {
        hc_trace_record_fail(out, HC_QUARANTINE_NOT_A_NUMBER);
    }
    return false;
}

static void read_row(csv *reader, hc_trace_record *out)
{
    const hc_column_reader *columns = reader->columns;
    hc_field status = hc_column_reader_field(columns, HC_COLUMN_STATUS);
    read_gpus(hc_column_reader_field(columns, HC_COLUMN_GPUS), out);
    read_names(columns, out);
    read_times(reader, out);
    out->cpu_milli = hc_trace_record_milli(out, hc_column_reader_field(columns, HC_COLUMN_CPUS), 0);
    out->memory_bytes =
        hc_trace_record_bytes(out, hc_column_reader_field(columns, HC_COLUMN_MEMORY), 0);
    out->priority =
        hc_trace_record_whole(out, hc_column_reader_field(columns, HC_COLUMN_PRIORITY), 0);
    out->is_single_node = read_flag(hc_column_reader_field(columns, HC_COLUMN_SINGLE_NODE), out);
    out->outcome = hc_status_outcome(status);
    out->is_never_run = out->run_time == HC_TIME_MISSING && out->start == HC_TIME_MISSING &&
                        (out->outcome == HC_OUTCOME_CANCELLED || hc_status_is_waiting(status));
}

static int next_row(void *self, hc_trace_record *out, hc_error *error)
{
    csv *reader = self;
    int status = hc_column_reader_next(reader->columns, out, error);
    if (status == 1 && !out->has_fault) {
        read_row(reader, out);
    }
    return status;
}

static uint64_t blank_line_count(const void *self)
{
    return hc_column_reader_blank_line_count(((const csv *)self)->columns);
}

const hc_trace_reader hc_csv_reader = {
    .name = "csv",
    .open = open_csv,
    .next = next_row,
    .blank_line_count = blank_line_count,
    .close = close_csv,
};
