#include "tests/traces/run/run_check.h"

#include "tests/traces/run/run_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows of a file, and how many of them have been met. */
typedef struct progress {
    hc_rows rows;
    size_t met;
} progress;

typedef struct checker {
    progress tables[HC_TABLE_COUNT];
    hc_event_level level;
} checker;

/* The next row of a table, NULL when the file ends before it. */
static const void *next_row(checker *c, hc_run_table table)
{
    progress *p = &c->tables[table];
    const uint8_t *rows = p->rows.rows;
    if (p->met == p->rows.count) {
        return NULL;
    }
    return rows + hc_table_describe(table)->row_size * p->met++;
}

static int differs(const checker *c, hc_run_table table, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_INTERNAL, "table %s, row %zu is another one",
                        hc_table_describe(table)->name, c->tables[table].met - 1);
}

static hc_int128 held(hc_gpu_time time)
{
    return ((hc_int128)time.seconds * 1000000000 + time.nanoseconds) * 1000 + time.picoseconds;
}

static bool is_same_spec(const hc_job_row *row, const hc_job_spec *spec)
{
    return strcmp(row->job_id, spec->name) == 0 && row->trace == spec->trace &&
           row->partition == spec->partition.index && row->user == spec->user &&
           row->group == spec->group && row->outcome == (uint8_t)spec->outcome &&
           row->is_limit_requested == spec->is_limit_requested &&
           row->gpus == spec->request.gpu_count && row->gpu_milli == spec->request.gpu_milli &&
           row->submit == spec->submit && row->run_time == spec->run_time &&
           row->time_limit == spec->time_limit && row->recorded_start == spec->recorded_start &&
           row->recorded_end == spec->recorded_end && row->line == spec->line &&
           row->kinds == spec->request.kinds && row->cpu_milli == spec->request.cpu_milli &&
           row->memory_bytes == spec->request.memory_bytes &&
           row->is_single_node == spec->request.is_single_node &&
           row->is_running_at_start == spec->is_running_at_start;
}

static int check_job(void *self, const hc_job_record *record, hc_error *error)
{
    const hc_job_row *row = next_row(self, HC_TABLE_JOBS);
    if (row == NULL ||
        (row->index == record->job.index && row->state == (uint8_t)record->state &&
         row->rejection == (uint8_t)record->rejection && row->start == record->first_start &&
         row->end == record->last_end && row->wait == record->wait &&
         held(row->held) == record->held_milli_ns && row->nodes == record->node_count &&
         row->attempts == record->attempt_count && row->preemptions == record->preemption_count &&
         row->is_measured == record->is_measured && is_same_spec(row, record->spec))) {
        return 0;
    }
    return differs(self, HC_TABLE_JOBS, error);
}

static int check_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    const hc_attempt_row *row = next_row(self, HC_TABLE_ATTEMPTS);
    if (row == NULL || (row->job == record->job.index && row->attempt == record->attempt &&
                        row->nodes == record->node_count && row->gpu_milli == record->gpu_milli &&
                        row->start == record->start && row->end == record->end &&
                        row->restart == record->restart && row->lost == record->lost &&
                        row->how == (uint8_t)record->how)) {
        return 0;
    }
    return differs(self, HC_TABLE_ATTEMPTS, error);
}

static int check_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    const hc_placement_row *row = next_row(self, HC_TABLE_PLACEMENTS);
    if (row == NULL || (row->job == record->job.index && row->attempt == record->attempt &&
                        row->node == record->node.index && row->device == record->device &&
                        row->count == record->count && row->milli == record->milli)) {
        return 0;
    }
    return differs(self, HC_TABLE_PLACEMENTS, error);
}

static int check_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    const hc_decision_row *row = next_row(self, HC_TABLE_DECISIONS);
    if (row == NULL ||
        (row->job == record->job.index && row->time == record->time &&
         row->reason == (uint8_t)record->reason && row->blocker == record->blocker.index &&
         row->position == record->position && row->free_milli == record->free_milli &&
         row->largest_milli == record->largest_milli)) {
        return 0;
    }
    return differs(self, HC_TABLE_DECISIONS, error);
}

static int check_event(void *self, const hc_event_record *record, hc_error *error)
{
    const checker *c = self;
    const hc_event_row *row = NULL;
    if (c->level == HC_EVENTS_NONE ||
        (c->level == HC_EVENTS_JOBS && record->type == HC_EVENT_PASS)) {
        return 0;
    }
    row = next_row(self, HC_TABLE_EVENTS);
    if (row == NULL || (row->time == record->time && row->type == (uint8_t)record->type &&
                        row->job == record->job.index &&
                        row->partition == record->partition.index && row->value == record->value)) {
        return 0;
    }
    return differs(self, HC_TABLE_EVENTS, error);
}

static int check_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    const hc_sample_row *row = next_row(self, HC_TABLE_SERIES);
    if (row == NULL ||
        (row->time == record->time && row->partition == record->partition.index &&
         row->queue_length == record->queue_length && row->running == record->running_count &&
         row->waiting_milli == record->waiting_milli && row->busy_milli == record->busy_milli &&
         row->free_milli == record->free_milli &&
         row->fragmented_milli == record->fragmented_milli)) {
        return 0;
    }
    return differs(self, HC_TABLE_SERIES, error);
}

static int check_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    const hc_ledger_row *row = next_row(self, HC_TABLE_LEDGER);
    if (row == NULL ||
        (row->partition == record->partition.index && row->bucket == (uint8_t)record->bucket &&
         held(row->held) == record->milli_ns)) {
        return 0;
    }
    return differs(self, HC_TABLE_LEDGER, error);
}

/* A row of a table that is whole from the start. */
static int check_row(void *self, hc_run_table table, const void *expected, hc_error *error)
{
    const hc_table_info *info = hc_table_describe(table);
    const uint8_t *row = next_row(self, table);
    for (size_t i = 0; row != NULL && i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        const uint8_t *value = (const uint8_t *)expected + field->offset;
        const char *text = NULL;
        const char *expected_text = NULL;
        if (field->type != HC_ROW_FIELD_TEXT) {
            if (memcmp(row + field->offset, value, hc_row_field_bytes(field)) != 0) {
                return differs(self, table, error);
            }
            continue;
        }
        memcpy(&text, row + field->offset, sizeof text);
        memcpy(&expected_text, value, sizeof expected_text);
        if (strcmp(text, expected_text == NULL ? "" : expected_text) != 0) {
            return differs(self, table, error);
        }
    }
    return 0;
}

static int read_all(checker *c, hc_run_reader *reader, hc_error *error)
{
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        if (hc_run_reader_read(reader, (hc_run_table)i, 0, UINT64_MAX, &c->tables[i].rows, error) <
            0) {
            return -1;
        }
    }
    return 0;
}

/* Every row has been met, and the tables that are whole from the start are whole. */
static int check_met(const checker *c, const hc_run_contents *contents, hc_error *error)
{
    bool has_begun = c->tables[HC_TABLE_NODES].rows.count > 0;
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        const progress *p = &c->tables[i];
        size_t expected = has_begun ? hc_run_contents_rows(contents, (hc_run_table)i) : 0;
        if (p->met != p->rows.count ||
            (!hc_table_grows((hc_run_table)i) && p->rows.count != expected)) {
            return hc_error_set(error, HC_ERROR_INTERNAL, "table %s has %zu rows, %zu were met",
                                hc_table_describe((hc_run_table)i)->name, p->rows.count, p->met);
        }
    }
    return 0;
}

static int compare(checker *c, const hc_run_contents *contents, uint64_t seed, hc_error *error)
{
    const hc_sink sink = {.self = c,
                          .job = check_job,
                          .attempt = check_attempt,
                          .placement = check_placement,
                          .decision = check_decision,
                          .event = check_event,
                          .sample = check_sample,
                          .ledger = check_ledger};
    /* The job in the making when the file ends may have rows in other tables. */
    size_t job_count = c->tables[HC_TABLE_JOBS].rows.count + 1;
    for (uint32_t i = 0; i < job_count; i++) {
        if (hc_run_rows_send_job(&sink, seed, i, error) < 0) {
            return -1;
        }
    }
    if (hc_run_rows_send_end(&sink, error) < 0 ||
        hc_run_contents_send(contents, check_row, c, error) < 0) {
        return -1;
    }
    return check_met(c, contents, error);
}

int hc_run_check(hc_run_reader *reader, uint64_t seed, hc_event_level level, hc_error *error)
{
    checker *c = calloc(1, sizeof *c);
    hc_run_rows_contents prepared;
    int status = hc_run_rows_prepare(&prepared, 0, error);
    if (c == NULL || status < 0) {
        free(c);
        hc_run_rows_release(&prepared);
        return -1;
    }
    c->level = level;
    status = read_all(c, reader, error);
    if (status == 0) {
        status = compare(c, &prepared.contents, seed, error);
    }
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        hc_rows_destroy(&c->tables[i].rows);
    }
    hc_run_rows_release(&prepared);
    free(c);
    return status;
}
