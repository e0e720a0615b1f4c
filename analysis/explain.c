#include "analysis/explain.h"

#include "sim/civil_time.h"
#include "sim/interfaces/sink.h"
#include "sim/units.h"
#include "traces/run/run_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_ROWS = 65536, TEXT_SIZE = 512, ID_SIZE = 272 };

/* One line of the story. */
typedef struct entry {
    hc_time time;
    const char *event; /* "submitted", "waits", "started", "ended", "rejected" */
    uint32_t attempt;  /* of a start */
    char text[TEXT_SIZE];
} entry;

struct hc_story {
    hc_job_row job;
    char id[ID_SIZE];
    char user[ID_SIZE];
    char group[ID_SIZE];
    char partition[ID_SIZE];
    bool is_dated;
    int64_t zero_seconds;
    entry *entries;
    size_t count;
    size_t capacity;
};

/* Where a story is collected. */
typedef struct reading {
    hc_run_reader *reader;
    hc_story *story;
    hc_run_names nodes;
    hc_error *error;
} reading;

static entry *add_entry(reading *r, hc_time time, const char *event)
{
    hc_story *s = r->story;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 16 : s->capacity * 2;
        entry *grown = realloc(s->entries, capacity * sizeof *grown);
        if (grown == NULL) {
            (void)hc_error_memory(r->error);
            return NULL;
        }
        s->entries = grown;
        s->capacity = capacity;
    }
    s->entries[s->count] = (entry){.time = time, .event = event};
    return &s->entries[s->count++];
}

/* Calls `take` with each row of a table until it returns something else than 0. */
static int each_row(reading *r, hc_run_table table, size_t row_size,
                    int (*take)(reading *r, const void *row))
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(r->reader, table);
    int status = 0;
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(r->reader, table, first, SLICE_ROWS, &rows, r->error);
        for (size_t i = 0; i < rows.count && status == 0; i++) {
            status = take(r, (const char *)rows.rows + i * row_size);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

static int take_job(reading *r, const void *row)
{
    const hc_job_row *job = row;
    if (strcmp(job->job_id, r->story->id) != 0) {
        return 0;
    }
    r->story->job = *job;
    r->story->job.job_id = r->story->id;
    return 1;
}

/* The id of another job that the story mentions. */
typedef struct other_job {
    uint32_t index;
    char *id; /* ID_SIZE bytes */
} other_job;

static int find_other(reading *r, other_job *other)
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(r->reader, HC_TABLE_JOBS);
    int status = 0;
    (void)snprintf(other->id, ID_SIZE, "#%" PRIu32, other->index);
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(r->reader, HC_TABLE_JOBS, first, SLICE_ROWS, &rows, r->error);
        for (size_t i = 0; i < rows.count && status == 0; i++) {
            const hc_job_row *job = &((const hc_job_row *)rows.rows)[i];
            if (job->index == other->index) {
                (void)snprintf(other->id, ID_SIZE, "%s", job->job_id);
                status = 1;
            }
        }
    }
    hc_rows_destroy(&rows);
    return status < 0 ? -1 : 0;
}

static void describe_gpus(double milli, char *out)
{
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, milli == 1000 ? "%.15g GPU" : "%.15g GPUs",
                   milli / 1000);
}

static void describe_wait(const hc_story *s, const hc_decision_row *d, const char *blocker,
                          char *text)
{
    char needed[HC_UNIT_TEXT_SIZE];
    char free_gpus[HC_UNIT_TEXT_SIZE];
    char largest[HC_UNIT_TEXT_SIZE];
    describe_gpus((double)s->job.gpus * s->job.gpu_milli, needed);
    describe_gpus((double)d->free_milli, free_gpus);
    describe_gpus((double)d->largest_milli, largest);
    switch ((hc_wait_reason)d->reason) {
    case HC_WAIT_ORDER:
        (void)snprintf(text, TEXT_SIZE, "waits behind job %s: the policy lets nobody pass it",
                       blocker);
        return;
    case HC_WAIT_GPUS:
        (void)snprintf(text, TEXT_SIZE, "cannot start: needs %s, %s free", needed, free_gpus);
        return;
    case HC_WAIT_FRAGMENTED:
        (void)snprintf(text, TEXT_SIZE,
                       "cannot start: needs %s together; %s free, at most %s together   "
                       "(fragmentation)",
                       needed, free_gpus, largest);
        return;
    case HC_WAIT_HOST:
        (void)snprintf(text, TEXT_SIZE,
                       "cannot start: %s free, but not the CPU or memory beside them", free_gpus);
        return;
    case HC_WAIT_RESERVATION:
        (void)snprintf(text, TEXT_SIZE, "fits, but would delay job %s, which has a reservation",
                       blocker);
        return;
    case HC_WAIT_NONE:
    case HC_WAIT_REASON_COUNT:
    default:
        (void)snprintf(text, TEXT_SIZE, "waits");
        return;
    }
}

static int take_decision(reading *r, const void *row)
{
    const hc_decision_row *d = row;
    char blocker[ID_SIZE] = "";
    entry *added = NULL;
    size_t length = 0;
    if (d->job != r->story->job.index) {
        return 0;
    }
    if (d->blocker != HC_NO_INDEX && find_other(r, &(other_job){d->blocker, blocker}) < 0) {
        return -1;
    }
    added = add_entry(r, d->time, "waits");
    if (added == NULL) {
        return -1;
    }
    describe_wait(r->story, d, blocker, added->text);
    length = strlen(added->text);
    (void)snprintf(added->text + length, TEXT_SIZE - length, "   position %" PRIu32, d->position);
    return 0;
}

static int take_attempt(reading *r, const void *row)
{
    const hc_attempt_row *a = row;
    entry *added = NULL;
    if (a->job != r->story->job.index) {
        return 0;
    }
    added = add_entry(r, a->start, "started");
    if (added == NULL) {
        return -1;
    }
    added->attempt = a->attempt;
    (void)snprintf(added->text, TEXT_SIZE, "started on");
    return 0;
}

/* Adds "n17 gpu 0-7" to the start that the placement belongs to. */
static int take_placement(reading *r, const void *row)
{
    const hc_placement_row *p = row;
    entry *start = NULL;
    const char *node = hc_run_names_get(&r->nodes, p->node);
    size_t length = 0;
    if (p->job != r->story->job.index) {
        return 0;
    }
    for (size_t i = 0; i < r->story->count; i++) {
        entry *candidate = &r->story->entries[i];
        if (strcmp(candidate->event, "started") == 0 && candidate->attempt == p->attempt) {
            start = candidate;
        }
    }
    if (start == NULL) {
        return 0;
    }
    length = strlen(start->text);
    if (length > TEXT_SIZE - 96) { /* the rest of a large gang */
        if (strcmp(start->text + length - 3, "...") != 0) {
            (void)snprintf(start->text + length, TEXT_SIZE - length, ", ...");
        }
        return 0;
    }
    (void)snprintf(start->text + length, TEXT_SIZE - length, "%s %.64s",
                   strcmp(start->text, "started on") == 0 ? "" : ",", node == NULL ? "?" : node);
    length = strlen(start->text);
    if (p->count == 1 && p->milli < 1000) {
        (void)snprintf(start->text + length, TEXT_SIZE - length, " gpu %" PRIu32 " (%.3g of it)",
                       p->device, p->milli / 1000.0);
    } else if (p->count == 1) {
        (void)snprintf(start->text + length, TEXT_SIZE - length, " gpu %" PRIu32, p->device);
    } else if (p->count > 1) {
        (void)snprintf(start->text + length, TEXT_SIZE - length, " gpu %" PRIu32 "-%" PRIu32,
                       p->device, p->device + p->count - 1);
    }
    return 0;
}

static int add_submission(reading *r)
{
    entry *added = add_entry(r, r->story->job.submit, "submitted");
    if (added == NULL) {
        return -1;
    }
    (void)snprintf(added->text, TEXT_SIZE, "submitted");
    return 0;
}

static void describe_end(const hc_job_row *job, char *text)
{
    char wait[HC_UNIT_TEXT_SIZE];
    char run[HC_UNIT_TEXT_SIZE];
    double hours = ((double)job->held.seconds + (double)job->held.nanoseconds * 1e-9) / 3600;
    hc_format_duration(job->wait, wait);
    hc_format_duration(job->end - job->start, run);
    (void)snprintf(text, TEXT_SIZE, "finished. Waited %s, ran %s, held %.4g GPU-h", wait, run,
                   hours);
}

static int add_end(reading *r)
{
    const hc_job_row *job = &r->story->job;
    const hc_row_field *rejection = NULL;
    entry *added = NULL;
    if (job->state == HC_JOB_COMPLETED) {
        added = add_entry(r, job->end, "ended");
        if (added == NULL) {
            return -1;
        }
        describe_end(job, added->text);
    } else if (job->state == HC_JOB_REJECTED) {
        const hc_table_info *info = hc_table_describe(HC_TABLE_JOBS);
        added = add_entry(r, job->submit, "rejected");
        if (added == NULL) {
            return -1;
        }
        for (size_t i = 0; i < info->field_count; i++) {
            rejection =
                strcmp(info->fields[i].name, "rejection") == 0 ? &info->fields[i] : rejection;
        }
        (void)snprintf(added->text, TEXT_SIZE, "rejected: it can never fit (%s)",
                       rejection == NULL ? "" : hc_row_field_value_name(rejection, job->rejection));
    }
    return 0;
}

static int copy_name(reading *r, hc_run_table table, uint32_t index, char *out)
{
    hc_run_names names = HC_RUN_NAMES_NONE;
    int status = hc_run_names_read(&names, r->reader, table, r->error);
    const char *name = status < 0 ? NULL : hc_run_names_get(&names, index);
    (void)snprintf(out, ID_SIZE, "%.*s", ID_SIZE - 1, name == NULL ? "" : name);
    hc_run_names_destroy(&names);
    return status;
}

static int read_names(reading *r)
{
    hc_story *s = r->story;
    const char *clock = hc_run_reader_text(r->reader, "clock");
    s->is_dated = clock != NULL && strcmp(clock, "unknown zero") != 0;
    if (clock != NULL && strcmp(clock, "unix zero") == 0) {
        (void)hc_run_reader_number(r->reader, "unix_zero_seconds", &s->zero_seconds);
    }
    if (copy_name(r, HC_TABLE_USERS, s->job.user, s->user) < 0 ||
        copy_name(r, HC_TABLE_GROUPS, s->job.group, s->group) < 0 ||
        copy_name(r, HC_TABLE_PARTITIONS, s->job.partition, s->partition) < 0) {
        return -1;
    }
    return hc_run_names_read(&r->nodes, r->reader, HC_TABLE_NODES, r->error);
}

/* Entries were added kind by kind, each kind in order of time: what was written first comes first. */
static void sort_entries(hc_story *s)
{
    for (size_t i = 1; i < s->count; i++) {
        entry moved = s->entries[i];
        size_t at = i;
        for (; at > 0 && s->entries[at - 1].time > moved.time; at--) {
            s->entries[at] = s->entries[at - 1];
        }
        s->entries[at] = moved;
    }
}

static int collect(reading *r)
{
    int found = each_row(r, HC_TABLE_JOBS, sizeof(hc_job_row), take_job);
    if (found < 0) {
        return -1;
    }
    if (found == 0) {
        return hc_error_set(r->error, HC_ERROR_USAGE, "%s: there is no job %s",
                            hc_run_reader_path(r->reader), r->story->id);
    }
    if (read_names(r) < 0 || add_submission(r) < 0 ||
        each_row(r, HC_TABLE_DECISIONS, sizeof(hc_decision_row), take_decision) < 0 ||
        each_row(r, HC_TABLE_ATTEMPTS, sizeof(hc_attempt_row), take_attempt) < 0 ||
        each_row(r, HC_TABLE_PLACEMENTS, sizeof(hc_placement_row), take_placement) < 0) {
        return -1;
    }
    return add_end(r);
}

int hc_story_read(hc_story **out, hc_run_reader *reader, const char *job_id, hc_error *error)
{
    reading r = {.reader = reader, .nodes = HC_RUN_NAMES_NONE, .error = error};
    int status = 0;
    r.story = calloc(1, sizeof *r.story);
    if (r.story == NULL) {
        return hc_error_memory(error);
    }
    (void)snprintf(r.story->id, sizeof r.story->id, "%s", job_id);
    status = collect(&r);
    hc_run_names_destroy(&r.nodes);
    if (status < 0) {
        hc_story_free(r.story);
        return -1;
    }
    sort_entries(r.story);
    *out = r.story;
    return 0;
}

void hc_story_free(hc_story *story)
{
    if (story == NULL) {
        return;
    }
    free(story->entries);
    free(story);
}

/* A date where the file's zero is known, else days, hours, minutes and seconds since it. */
static void format_time(const hc_story *s, hc_time time, char *out)
{
    if (s->is_dated) {
        hc_format_civil(time + s->zero_seconds * HC_SECOND, out);
        return;
    }
    (void)snprintf(out, HC_CIVIL_TEXT_SIZE, "%" PRId64 " d %02d:%02d:%02d", time / HC_DAY,
                   (int)(time % HC_DAY / HC_HOUR), (int)(time % HC_HOUR / HC_MINUTE),
                   (int)(time % HC_MINUTE / HC_SECOND));
}

static void write_title(FILE *out, const hc_story *s)
{
    char gpus[HC_UNIT_TEXT_SIZE];
    char limit[HC_UNIT_TEXT_SIZE];
    char run[HC_UNIT_TEXT_SIZE];
    describe_gpus((double)s->job.gpus * s->job.gpu_milli, gpus);
    hc_format_duration(s->job.time_limit, limit);
    hc_format_duration(s->job.run_time, run);
    (void)fprintf(out, "job %s", s->id);
    (void)fprintf(out, s->user[0] == '\0' ? "%s" : "   user %s", s->user);
    (void)fprintf(out, s->group[0] == '\0' ? "%s" : " (%s)", s->group);
    (void)fprintf(out, "   partition %s   %s   %s %s, %s %s\n", s->partition, gpus,
                  s->job.is_limit_requested ? "asked" : "limit", limit,
                  s->job.end == HC_TIME_MISSING ? "runs" : "ran", run);
}

int hc_story_write(FILE *out, const hc_story *s, hc_error *error)
{
    char time[HC_CIVIL_TEXT_SIZE];
    write_title(out, s);
    for (size_t i = 0; i < s->count; i++) {
        format_time(s, s->entries[i].time, time);
        (void)fprintf(out, "  %19s  %s\n", time, s->entries[i].text);
    }
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "explain: %s", strerror(errno));
    }
    return 0;
}

json_t *hc_story_json(const hc_story *s)
{
    json_t *entries = json_array();
    for (size_t i = 0; entries != NULL && i < s->count; i++) {
        (void)json_array_append_new(
            entries,
            json_pack("{s:f, s:s, s:s}", "time_s", (double)s->entries[i].time / (double)HC_SECOND,
                      "event", s->entries[i].event, "text", s->entries[i].text));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:o}", "schema", "hindcast-explain-1",
                     "job_id", s->id, "user", s->user, "group", s->group, "partition", s->partition,
                     "gpus", (double)s->job.gpus * s->job.gpu_milli / 1000, "wait_s",
                     (double)s->job.wait / (double)HC_SECOND, "entries", entries);
}
