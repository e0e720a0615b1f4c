#include "traces/run/perfetto_slices.h"

#include "traces/run/job_list.h"
#include "traces/run/lanes.h"
#include "traces/run/run_names.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_ROWS = 4 * HC_CHUNK_ROWS_LIMIT, DEVICES_TEXT_SIZE = 256 };

/* What an attempt holds of one node, gathered from rows that follow each other. */
typedef struct holding {
    uint32_t job;
    uint32_t attempt;
    uint32_t node;
    uint64_t row_count;
    char devices[DEVICES_TEXT_SIZE];
} holding;

typedef struct context {
    const hc_perfetto_place *place;
    const hc_attempt_index *attempts;
    hc_job_list jobs;
    hc_run_names users;
    hc_run_names groups;
    hc_rows nodes;
    hc_lanes *lanes; /* of each node */
    uint64_t next_track;
    holding open;
    uint64_t left_out;
} context;

/* "0-3", "5", "7 (470/1000)"; rows of one node are joined by commas, and ended by ",..." where they do not fit. */
static void note_devices(holding *h, const hc_placement_row *row)
{
    static const char REST[] = ",...";
    char text[64];
    size_t used = strlen(h->devices);
    const char *comma = used > 0 ? "," : "";
    int length = 0;
    if (row->count == 0) {
        return; /* a job without GPUs */
    }
    if (row->count > 1) {
        length = snprintf(text, sizeof text, "%s%" PRIu32 "-%" PRIu64, comma, row->device,
                          (uint64_t)row->device + row->count - 1);
    } else {
        length = snprintf(text, sizeof text, "%s%" PRIu32, comma, row->device);
    }
    if (row->milli < 1000) {
        length += snprintf(text + length, sizeof text - (size_t)length, " (%u/1000)", row->milli);
    }
    if (used + (size_t)length + sizeof REST <= sizeof h->devices) {
        memcpy(h->devices + used, text, (size_t)length + 1);
    } else if (used < sizeof REST || strcmp(h->devices + used + 1 - sizeof REST, REST) != 0) {
        memcpy(h->devices + used, REST, sizeof REST);
    }
}

static void note_name(hc_perfetto *trace, hc_perfetto_note note, const hc_run_names *names,
                      uint32_t index)
{
    const char *name = hc_run_names_get(names, index);
    if (name != NULL) {
        hc_perfetto_note_text(trace, note, name);
    }
}

static void note_job(const context *c, const hc_job_row *job)
{
    hc_perfetto *trace = c->place->trace;
    note_name(trace, HC_NOTE_USER, &c->users, job->user);
    note_name(trace, HC_NOTE_GROUP, &c->groups, job->group);
    hc_perfetto_note_number(trace, HC_NOTE_SUBMIT, job->submit);
    if (job->wait != HC_TIME_MISSING) {
        hc_perfetto_note_number(trace, HC_NOTE_WAIT, job->wait);
    }
}

static void note_attempt(const context *c, const hc_attempt_row *attempt)
{
    const hc_row_field *how = hc_table_find_field(hc_table_describe(HC_TABLE_ATTEMPTS), "how");
    hc_perfetto *trace = c->place->trace;
    hc_perfetto_note_milli(trace, HC_NOTE_GPUS, attempt->gpu_milli);
    hc_perfetto_note_number(trace, HC_NOTE_NODES, attempt->nodes);
    if (c->open.devices[0] != '\0') {
        hc_perfetto_note_text(trace, HC_NOTE_DEVICES, c->open.devices);
    }
    hc_perfetto_note_number(trace, HC_NOTE_ATTEMPT, attempt->attempt);
    hc_perfetto_note_text(trace, HC_NOTE_ENDED, hc_row_field_value_name(how, attempt->how));
    if (attempt->restart != 0) {
        hc_perfetto_note_number(trace, HC_NOTE_RESTART, attempt->restart);
    }
    if (attempt->lost != 0) {
        hc_perfetto_note_number(trace, HC_NOTE_LOST, attempt->lost);
    }
}

static int put_lane(const context *c, uint64_t id, hc_error *error)
{
    const hc_node_row *node = (const hc_node_row *)c->nodes.rows + c->open.node;
    hc_perfetto_track track = {
        .id = id,
        .parent = c->place->first_group + node->partition * c->place->group_stride,
        .kind = HC_PERFETTO_SLICES,
        .rank = c->place->first_rank + c->open.node,
        .name = node->name,
    };
    return hc_perfetto_put_track(c->place->trace, &track, error);
}

/* @return the track that the attempt lies on, 0 with `error` set. */
static uint64_t take_lane(context *c, const hc_attempt_row *attempt, hc_error *error)
{
    bool is_new = false;
    hc_time end = attempt->end == HC_TIME_MISSING ? HC_TIME_NEVER : attempt->end;
    uint64_t id =
        hc_lanes_take(&c->lanes[c->open.node], attempt->start, end, c->next_track, &is_new);
    if (id == 0) {
        (void)hc_error_memory(error);
        return 0;
    }
    if (is_new) {
        c->next_track++;
        return put_lane(c, id, error) < 0 ? 0 : id;
    }
    return id;
}

static int put_slice(context *c, const hc_attempt_row *attempt, hc_error *error)
{
    hc_perfetto *trace = c->place->trace;
    const hc_job_row *job = hc_job_list_find(&c->jobs, attempt->job);
    uint64_t track = take_lane(c, attempt, error);
    char number[16];
    if (track == 0) {
        return -1;
    }
    (void)snprintf(number, sizeof number, "#%" PRIu32, attempt->job);
    hc_perfetto_begin_slice(trace, track, (uint64_t)(attempt->start + c->place->shift),
                            job == NULL ? number : job->job_id, (uint64_t)attempt->job + 1);
    if (job != NULL) {
        note_job(c, job);
    }
    note_attempt(c, attempt);
    if (hc_perfetto_put_slice(trace, error) < 0) {
        return -1;
    }
    return attempt->end == HC_TIME_MISSING
               ? 0
               : hc_perfetto_put_slice_end(trace, track, (uint64_t)(attempt->end + c->place->shift),
                                           error);
}

static int close_holding(context *c, hc_error *error)
{
    const hc_attempt_row *attempt =
        hc_attempt_index_find(c->attempts, c->open.job, c->open.attempt);
    if (c->open.row_count > 0 && attempt == NULL) {
        c->left_out += c->open.row_count;
    }
    return c->open.row_count == 0 || attempt == NULL ? 0 : put_slice(c, attempt, error);
}

static int take_row(context *c, const hc_placement_row *row, hc_error *error)
{
    holding *h = &c->open;
    if (h->row_count == 0 || h->job != row->job || h->attempt != row->attempt ||
        h->node != row->node) {
        if (close_holding(c, error) < 0) {
            return -1;
        }
        *h = (holding){.job = row->job, .attempt = row->attempt, .node = row->node};
    }
    h->row_count++;
    note_devices(h, row);
    return 0;
}

static int take_rows(context *c, const hc_rows *rows, hc_error *error)
{
    const hc_placement_row *row = rows->rows;
    for (size_t i = 0; i < rows->count; i++) {
        if (take_row(c, &row[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_all(context *c, hc_run_reader *reader, hc_error *error)
{
    uint64_t row_count = hc_run_reader_row_count(reader, HC_TABLE_PLACEMENTS);
    hc_rows rows = HC_ROWS_NONE;
    int status = 0;
    for (uint64_t first = 0; status == 0 && first < row_count; first += SLICE_ROWS) {
        status = hc_run_reader_read(reader, HC_TABLE_PLACEMENTS, first, SLICE_ROWS, &rows, error);
        if (status == 0) {
            status = take_rows(c, &rows, error);
        }
    }
    hc_rows_destroy(&rows);
    return status < 0 ? -1 : close_holding(c, error);
}

static int read_references(context *c, hc_run_reader *reader, hc_error *error)
{
    if (hc_job_list_read(&c->jobs, reader, error) < 0 ||
        hc_run_names_read(&c->users, reader, HC_TABLE_USERS, error) < 0 ||
        hc_run_names_read(&c->groups, reader, HC_TABLE_GROUPS, error) < 0 ||
        hc_run_reader_read(reader, HC_TABLE_NODES, 0, UINT64_MAX, &c->nodes, error) < 0) {
        return -1;
    }
    c->lanes = calloc(c->nodes.count + 1, sizeof *c->lanes);
    return c->lanes == NULL ? hc_error_memory(error) : 0;
}

static void release(context *c)
{
    for (size_t i = 0; c->lanes != NULL && i < c->nodes.count; i++) {
        hc_lanes_release(&c->lanes[i]);
    }
    free(c->lanes);
    hc_rows_destroy(&c->nodes);
    hc_run_names_destroy(&c->groups);
    hc_run_names_destroy(&c->users);
    hc_job_list_destroy(&c->jobs);
}

int hc_perfetto_put_slices(const hc_perfetto_place *place, hc_run_reader *reader,
                           const hc_attempt_index *attempts, uint64_t *left_out, hc_error *error)
{
    context c = {.place = place, .attempts = attempts, .next_track = place->first_track};
    int status = read_references(&c, reader, error);
    if (status == 0) {
        status = put_all(&c, reader, error);
    }
    *left_out = c.left_out;
    release(&c);
    return status;
}
