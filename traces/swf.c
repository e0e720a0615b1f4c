#include "traces/name_text.h"
#include "traces/trace_reader.h"

#include <stdlib.h>
#include <string.h>

/* Standard Workload Format 2.2: one job per line, 18 fields between blanks, -1 = unknown; lines that begin
 * with ';' are comments, those before the first job form the header.
 * https://www.cs.huji.ac.il/labs/parallel/workload/swf.html */

enum {
    FIELD_JOB = 0,
    FIELD_SUBMIT = 1,
    FIELD_WAIT = 2,
    FIELD_RUN_TIME = 3,
    FIELD_ALLOCATED = 4,
    FIELD_REQUESTED = 7,
    FIELD_TIME_LIMIT = 8,
    FIELD_STATUS = 10,
    FIELD_USER = 11,
    FIELD_GROUP = 12,
    FIELD_PARTITION = 15,
    FIELD_PRECEDING = 16,
    FIELD_THINK_TIME = 17,
    FIELD_COUNT = 18,
    FIELD_COUNT_LIMIT = 19, /* some tools add a column */
};

#define UNKNOWN_TIME (-HC_SECOND) /* -1 as a time */

typedef struct swf {
    hc_input_file *input;
    hc_trace_facts *facts;
    int size_preference;
    bool has_processors; /* the header gave MaxProcs, which outweighs MaxNodes */
    bool is_header_over;
    uint64_t blank_line_count;
} swf;

static int open_swf(void **self, hc_input_file *input, const hc_trace_options *options,
                    hc_trace_facts *facts, hc_error *error)
{
    swf *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    reader->input = input;
    reader->facts = facts;
    reader->size_preference = options->size_preference;
    *self = reader;
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static hc_field trim(hc_field field)
{
    while (field.length > 0 && is_blank(field.text[0])) {
        field.text++;
        field.length--;
    }
    while (field.length > 0 && is_blank(field.text[field.length - 1])) {
        field.length--;
    }
    return field;
}

/* "; Name: value" taken apart. Lines that continue another one have no name, or one that nobody looks for. */
static bool split_header(const hc_line *line, hc_field *name, hc_field *value)
{
    const char *end = line->text + line->length;
    const char *colon = memchr(line->text, ':', line->length);
    if (colon == NULL) {
        return false;
    }
    *name = trim((hc_field){line->text + 1, (size_t)(colon - line->text - 1)});
    *value = trim((hc_field){colon + 1, (size_t)(end - colon - 1)});
    return true;
}

static void set_processors(swf *reader, hc_field value, bool is_processors)
{
    int64_t count = 0;
    if (hc_field_whole(value, &count) != HC_FIELD_READ || count <= 0 || reader->has_processors) {
        return;
    }
    if (is_processors || reader->facts->header_processors == 0) {
        reader->facts->header_processors = (uint64_t)count;
        reader->has_processors = is_processors;
    }
}

static void set_zero(hc_trace_facts *facts, hc_field value)
{
    hc_time zero = 0;
    if (facts->clock == HC_CLOCK_UNKNOWN_ZERO && hc_field_seconds(value, &zero) == HC_FIELD_READ &&
        zero >= 0) {
        facts->clock = HC_CLOCK_UNIX_ZERO;
        facts->unix_zero_seconds = zero / HC_SECOND;
    }
}

static void set_zone(hc_trace_facts *facts, hc_field value)
{
    char name[HC_NAME_SIZE];
    hc_field zone;
    if (facts->zone[0] != '\0' || hc_name_judge(value) == HC_NAME_UNFIT) {
        return;
    }
    zone = hc_name_read(value, name);
    if (zone.length < sizeof facts->zone) {
        memcpy(facts->zone, zone.text, zone.length + 1);
    }
}

/* A name may be repeated: the first value that can be read stands. */
static void read_header(swf *reader, const hc_line *line)
{
    hc_field name;
    hc_field value;
    if (!split_header(line, &name, &value)) {
        return;
    }
    if (hc_field_equals(name, "UnixStartTime")) {
        set_zero(reader->facts, value);
    } else if (hc_field_equals(name, "TimeZoneString")) {
        set_zone(reader->facts, value);
    } else if (hc_field_equals(name, "MaxProcs")) {
        set_processors(reader, value, true);
    } else if (hc_field_equals(name, "MaxNodes")) {
        set_processors(reader, value, false);
    }
}

/* @return how many fields there are, at most one more than fit. */
static size_t split(const hc_line *line, hc_field *fields)
{
    const char *at = line->text;
    const char *end = line->text + line->length;
    size_t count = 0;
    while (count <= FIELD_COUNT_LIMIT) {
        const char *start = NULL;
        while (at < end && is_blank(*at)) {
            at++;
        }
        if (at == end) {
            break;
        }
        start = at;
        while (at < end && !is_blank(*at)) {
            at++;
        }
        if (count < FIELD_COUNT_LIMIT) {
            fields[count] = (hc_field){start, (size_t)(at - start)};
        }
        count++;
    }
    return count;
}

/* By far the most frequent value of most fields. */
static bool is_minus_one(hc_field field)
{
    return field.length == 2 && memcmp(field.text, "-1", 2) == 0;
}

/* A text, none for -1. */
static hc_field read_name(hc_field field)
{
    return is_minus_one(field) ? (hc_field){field.text, 0} : field;
}

static hc_time read_seconds(hc_trace_record *out, hc_field field)
{
    return is_minus_one(field) ? UNKNOWN_TIME : hc_trace_record_seconds(out, field);
}

static hc_outcome read_status(hc_field field)
{
    if (field.length != 1) {
        return HC_OUTCOME_UNKNOWN;
    }
    switch (field.text[0]) {
    case '0':
        return HC_OUTCOME_FAILED;
    case '1':
        return HC_OUTCOME_COMPLETED;
    case '5':
        return HC_OUTCOME_CANCELLED;
    default: /* 2, 3, 4: parts of a job that was swapped out, as if they were jobs */
        return HC_OUTCOME_UNKNOWN;
    }
}

static void read_size(const swf *reader, const hc_field *fields, hc_trace_record *out)
{
    int64_t allocated = hc_trace_record_whole(out, fields[FIELD_ALLOCATED], HC_SIZE_MISSING);
    int64_t requested = hc_trace_record_whole(out, fields[FIELD_REQUESTED], HC_SIZE_MISSING);
    bool is_allocated_first = reader->size_preference == HC_SIZE_ALLOCATED_FIRST;
    int64_t preferred = is_allocated_first ? allocated : requested;
    int64_t other = is_allocated_first ? requested : allocated;
    if (preferred > 0) {
        out->gpu_count = preferred;
    } else if (other > 0) {
        out->gpu_count = other;
        hc_trace_record_repair(out, HC_REPAIR_SIZE_FALLBACK);
    }
}

static void read_times(const hc_field *fields, hc_trace_record *out)
{
    hc_time wait = read_seconds(out, fields[FIELD_WAIT]);
    out->submit = read_seconds(out, fields[FIELD_SUBMIT]);
    out->run_time = read_seconds(out, fields[FIELD_RUN_TIME]);
    out->time_limit = read_seconds(out, fields[FIELD_TIME_LIMIT]);
    out->think_time = read_seconds(out, fields[FIELD_THINK_TIME]);
    out->is_never_run = out->run_time == UNKNOWN_TIME;
    if (wait == HC_TIME_MISSING || wait < 0) {
        hc_trace_record_repair(out, HC_REPAIR_WAIT_DROPPED);
    } else if (out->submit != HC_TIME_MISSING && out->submit >= 0) {
        out->start = out->submit + wait;
    }
}

static void read_job(const swf *reader, const hc_line *line, hc_trace_record *out)
{
    hc_field fields[FIELD_COUNT_LIMIT];
    size_t count = split(line, fields);
    *out = hc_trace_record_of(line);
    if (count < FIELD_COUNT || count > FIELD_COUNT_LIMIT) {
        hc_trace_record_fail(out, HC_QUARANTINE_FIELD_COUNT);
        return;
    }
    out->needs_id = true;
    out->id = read_name(fields[FIELD_JOB]);
    out->user = read_name(fields[FIELD_USER]);
    out->group = read_name(fields[FIELD_GROUP]);
    out->partition = read_name(fields[FIELD_PARTITION]);
    out->preceding = read_name(fields[FIELD_PRECEDING]);
    out->outcome = read_status(fields[FIELD_STATUS]);
    read_size(reader, fields, out);
    read_times(fields, out);
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    swf *reader = self;
    for (;;) {
        hc_line line;
        int status = hc_input_file_next(reader->input, &line, error);
        if (status <= 0) {
            return status;
        }
        if (hc_line_is_blank(&line)) {
            reader->blank_line_count++;
        } else if (line.text[0] != ';') {
            reader->is_header_over = true;
            read_job(reader, &line, out);
            return 1;
        } else if (!reader->is_header_over) {
            read_header(reader, &line);
        }
    }
}

static uint64_t blank_line_count(const void *self)
{
    return ((const swf *)self)->blank_line_count;
}

static void close_swf(void *self)
{
    free(self);
}

const hc_trace_reader hc_swf_reader = {
    .name = "swf",
    .open = open_swf,
    .next = next_job,
    .blank_line_count = blank_line_count,
    .close = close_swf,
};
