#include "traces/job_file_rows.h"
#include "traces/run/plain_table.h"
#include "traces/trace_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Files that `hindcast import` wrote as HDF5 (traces/job_file.h). They are opened by name: HDF5 reads here and
 * there, so that neither pipes nor gzip will do. The bytes of the input are only hashed. */

typedef struct job_file {
    hc_input_file *input;
    hc_plain_reader *file;
    hc_rows rows;
    uint64_t first; /* row of the file that `rows` begins with */
    size_t next;    /* in `rows` */
} job_file;

/* What is wrong with the file is wrong with the trace. */
static int fail(hc_error *error)
{
    if (error->kind == HC_ERROR_RUNTIME) {
        error->kind = HC_ERROR_TRACE;
    }
    return -1;
}

static int complain(const hc_input_file *input, const char *key, const char *expected,
                    const char *found, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_TRACE, "%s: attribute %s: expected %s, found %.60s",
                        hc_input_file_name(input), key, expected, found == NULL ? "none" : found);
}

static int read_clock(const job_file *reader, hc_trace_facts *facts, hc_error *error)
{
    const char *name = hc_plain_reader_text(reader->file, "clock");
    for (int clock = HC_CLOCK_UNKNOWN_ZERO; name != NULL && clock <= HC_CLOCK_CIVIL; clock++) {
        if (strcmp(name, hc_clock_name((hc_trace_clock)clock)) == 0) {
            facts->clock = (hc_trace_clock)clock;
            return 0;
        }
    }
    return complain(reader->input, "clock", "the name of a clock", name, error);
}

static int read_number(const job_file *reader, const char *key, int64_t max, int64_t *out,
                       hc_error *error)
{
    const char *text = hc_plain_reader_text(reader->file, key);
    char expected[64];
    if (text != NULL && hc_field_whole((hc_field){text, strlen(text)}, out) == HC_FIELD_READ &&
        *out >= 0 && *out <= max) {
        return 0;
    }
    (void)snprintf(expected, sizeof expected, "a whole number from 0 to %" PRId64, max);
    return complain(reader->input, key, expected, text, error);
}

static int read_zone(const job_file *reader, hc_trace_facts *facts, hc_error *error)
{
    const char *zone = hc_plain_reader_text(reader->file, "zone");
    if (zone == NULL || strlen(zone) >= sizeof facts->zone) {
        return complain(reader->input, "zone", "a name of at most 63 characters, or none", zone,
                        error);
    }
    memcpy(facts->zone, zone, strlen(zone) + 1);
    return 0;
}

static int read_facts(const job_file *reader, hc_trace_facts *facts, hc_error *error)
{
    int64_t processors = 0;
    if (read_clock(reader, facts, error) < 0 ||
        read_number(reader, "unix_zero_seconds", HC_TIME_LIMIT / HC_SECOND,
                    &facts->unix_zero_seconds, error) < 0 ||
        read_number(reader, "processors", INT64_MAX, &processors, error) < 0 ||
        read_zone(reader, facts, error) < 0) {
        return -1;
    }
    facts->header_processors = (uint64_t)processors;
    return 0;
}

static void close_file(void *self)
{
    job_file *reader = self;
    if (reader != NULL) {
        hc_rows_destroy(&reader->rows);
        hc_plain_reader_close(reader->file);
        free(reader);
    }
}

static int open_file(void **self, hc_input_file *input, const hc_trace_options *options,
                     hc_trace_facts *facts, hc_error *error)
{
    job_file *reader = calloc(1, sizeof *reader);
    (void)options;
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    reader->input = input;
    reader->rows = HC_ROWS_NONE;
    if (hc_plain_reader_open(&reader->file, hc_input_file_name(input), &hc_job_file_table,
                             HC_JOB_FILE_FORMAT, error) < 0) {
        close_file(reader);
        return fail(error);
    }
    if (read_facts(reader, facts, error) < 0) {
        close_file(reader);
        return -1;
    }
    *self = reader;
    return 0;
}

static hc_field field_of(const char *text)
{
    return (hc_field){text, strlen(text)};
}

static int64_t amount(hc_trace_record *record, uint64_t value)
{
    if (value > INT64_MAX) {
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
        return 0;
    }
    return (int64_t)value;
}

static void convert(const hc_job_file_row *row, uint64_t number, hc_trace_record *out)
{
    hc_line line = {.text = row->job_id, .length = strlen(row->job_id), .number = number};
    *out = hc_trace_record_of(&line);
    out->id = field_of(row->job_id);
    out->user = field_of(row->user);
    out->group = field_of(row->group);
    out->partition = field_of(row->partition);
    out->kinds = field_of(row->gpu_kind);
    out->preceding = field_of(row->depends_on);
    out->recorded_nodes = field_of(row->nodes);
    out->submit = row->submit;
    out->start = row->start;
    out->end = row->end;
    out->run_time = row->run_time;
    out->time_limit = row->requested_time;
    out->think_time = row->think_time;
    out->gpu_count = row->gpus;
    out->gpu_milli = row->gpu_milli;
    out->cpu_milli = amount(out, row->cpu_milli);
    out->memory_bytes = amount(out, row->memory_bytes);
    out->priority = row->priority;
    out->outcome = (hc_outcome)row->outcome;
    out->is_single_node = row->is_single_node;
}

/* The hash covers all bytes of the file. */
static int read_to_end(hc_input_file *input, hc_error *error)
{
    const char *bytes = NULL;
    size_t length = 0;
    int status = 1;
    while (status == 1) {
        status = hc_input_file_chunk(input, &bytes, &length, error);
    }
    return status;
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    job_file *reader = self;
    const hc_job_file_row *row = NULL;
    if (reader->next == reader->rows.count) {
        reader->first += reader->rows.count;
        reader->next = 0;
        if (hc_plain_reader_read(reader->file, reader->first, &reader->rows, error) < 0) {
            return fail(error);
        }
        if (reader->rows.count == 0) {
            return read_to_end(reader->input, error);
        }
    }
    row = (const hc_job_file_row *)reader->rows.rows + reader->next;
    convert(row, reader->first + reader->next + 1, out);
    reader->next++;
    return 1;
}

static uint64_t blank_line_count(const void *self)
{
    (void)self;
    return 0;
}

const hc_trace_reader hc_hindcast_reader = {
    .name = "hindcast",
    .open = open_file,
    .next = next_job,
    .blank_line_count = blank_line_count,
    .close = close_file,
};
