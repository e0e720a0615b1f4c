#include "analysis/explain.h"

#include "analysis/each_row.h"
#include "analysis/plain_text.h"
#include "analysis/story.h"
#include "sim/interfaces/sink.h"
#include "traces/run/run_names.h"
#include "traces/stream/recording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where a story is collected. */
typedef struct reading {
    hc_run_reader *reader;
    hc_story *story;
    hc_run_names nodes;
    uint32_t *racks; /* of each node */
    uint32_t *seen;  /* by rack: the attempt that was seen there last */
    size_t node_count;
} reading;

/* Makes room for one more item in a list. @return the list, NULL when memory is short: it is as it was then. */
static void *make_room(void *items, size_t count, size_t *capacity, size_t item_size,
                       hc_error *error)
{
    size_t larger = *capacity == 0 ? 16 : *capacity * 2;
    void *grown = NULL;
    if (count < *capacity) {
        return items;
    }
    grown = realloc(items, larger * item_size);
    if (grown == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    *capacity = larger;
    return grown;
}

static int add_entry(hc_story *s, hc_time time, hc_story_event event, size_t detail,
                     hc_error *error)
{
    hc_story_entry *entries =
        make_room(s->entries, s->entry_count, &s->entry_capacity, sizeof *entries, error);
    if (entries == NULL) {
        return -1;
    }
    s->entries = entries;
    s->entries[s->entry_count] =
        (hc_story_entry){.time = time, .order = s->entry_count, .event = event, .detail = detail};
    s->entry_count++;
    return 0;
}

static bool was_earlier(const hc_job_row *a, const hc_job_row *b)
{
    return a->submit != b->submit ? a->submit < b->submit : a->index < b->index;
}

/* Jobs have unique numbers, but two logs may use the same id. */
static int take_job(void *self, const void *row, hc_error *error)
{
    hc_story *s = ((reading *)self)->story;
    const hc_job_row *job = row;
    (void)error;
    if (strcmp(job->job_id, s->id) != 0) {
        return 0;
    }
    s->namesake_count += s->job.job_id == NULL ? 0 : 1;
    if (s->job.job_id == NULL || was_earlier(job, &s->job)) {
        s->job = *job;
        s->job.job_id = s->id;
    }
    return 0;
}

static int take_decision(void *self, const void *row, hc_error *error)
{
    hc_story *s = ((reading *)self)->story;
    const hc_decision_row *decision = row;
    hc_decision_row *decisions = NULL;
    if (decision->job != s->job.index) {
        return 0;
    }
    decisions =
        make_room(s->decisions, s->decision_count, &s->decision_capacity, sizeof *decisions, error);
    if (decisions == NULL) {
        return -1;
    }
    s->decisions = decisions;
    s->decisions[s->decision_count] = *decision;
    return add_entry(s, decision->time, HC_STORY_WAITS, s->decision_count++, error);
}

static int compare_blockers(const void *a, const void *b)
{
    uint32_t x = ((const hc_story_blocker *)a)->index;
    uint32_t y = ((const hc_story_blocker *)b)->index;
    return (x > y) - (x < y);
}

static void list_blockers(hc_story *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->decision_count; i++) {
        if (s->decisions[i].blocker != HC_NO_INDEX) {
            s->blockers[s->blocker_count++].index = s->decisions[i].blocker;
        }
    }
    qsort(s->blockers, s->blocker_count, sizeof *s->blockers, compare_blockers);
    for (size_t i = 0; i < s->blocker_count; i++) {
        if (count == 0 || s->blockers[i].index != s->blockers[count - 1].index) {
            s->blockers[count++].index = s->blockers[i].index;
        }
    }
    s->blocker_count = count;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(s->blockers[i].id, HC_STORY_ID_SIZE, "#%" PRIu32, s->blockers[i].index);
    }
}

static int take_blocker(void *self, const void *row, hc_error *error)
{
    hc_story *s = ((reading *)self)->story;
    const hc_job_row *job = row;
    const hc_story_blocker wanted = {.index = job->index};
    hc_story_blocker *found =
        bsearch(&wanted, s->blockers, s->blocker_count, sizeof wanted, compare_blockers);
    (void)error;
    if (found != NULL) {
        (void)hc_plain_text(job->job_id, found->id, sizeof found->id);
    }
    return 0;
}

/* The ids of all jobs that stood in the way, in one pass. */
static int read_blockers(reading *r, hc_error *error)
{
    hc_story *s = r->story;
    s->blockers = calloc(s->decision_count + 1, sizeof *s->blockers);
    if (s->blockers == NULL) {
        return hc_error_memory(error);
    }
    list_blockers(s);
    return s->blocker_count == 0 ? 0
                                 : hc_each_row(r->reader, HC_TABLE_JOBS, take_blocker, r, error);
}

static int take_attempt(void *self, const void *row, hc_error *error)
{
    hc_story *s = ((reading *)self)->story;
    const hc_attempt_row *attempt = row;
    hc_story_start *starts = NULL;
    if (attempt->job != s->job.index) {
        return 0;
    }
    starts = make_room(s->starts, s->start_count, &s->start_capacity, sizeof *starts, error);
    if (starts == NULL) {
        return -1;
    }
    s->starts = starts;
    s->starts[s->start_count] = (hc_story_start){
        .attempt = attempt->attempt, .nodes = attempt->nodes, .step = attempt->step};
    return add_entry(s, attempt->start, HC_STORY_STARTED, s->start_count++, error);
}

static int compare_starts(const void *a, const void *b)
{
    uint32_t x = ((const hc_story_start *)a)->attempt;
    uint32_t y = ((const hc_story_start *)b)->attempt;
    return (x > y) - (x < y);
}

/* " gpu 0-7", " gpu 3 (0.47 of it)", nothing for a job without GPUs. */
static void describe_devices(const hc_placement_row *p, char *out, size_t size)
{
    out[0] = '\0';
    if (p->count == 1 && p->milli < HC_WHOLE_GPU) {
        (void)snprintf(out, size, " gpu %" PRIu32 " (%.3g of it)", p->device, p->milli / 1000.0);
    } else if (p->count == 1) {
        (void)snprintf(out, size, " gpu %" PRIu32, p->device);
    } else if (p->count > 1) {
        (void)snprintf(out, size, " gpu %" PRIu32 "-%" PRIu32, p->device, p->device + p->count - 1);
    }
}

static void add_place(hc_story_start *start, const char *node, const hc_placement_row *p)
{
    enum { NODE_SIZE = 65, DEVICES_SIZE = 48, LONGEST = NODE_SIZE + DEVICES_SIZE };
    char name[NODE_SIZE];
    char devices[DEVICES_SIZE];
    size_t length = strlen(start->places);
    char *end = start->places + length;
    if (length + LONGEST + sizeof ", ..." > sizeof start->places) { /* the rest of a large gang */
        if (strcmp(end - 3, "...") != 0) {
            (void)snprintf(end, sizeof start->places - length, ", ...");
        }
        return;
    }
    describe_devices(p, devices, sizeof devices);
    (void)snprintf(end, sizeof start->places - length, "%s%s%s", length == 0 ? "" : ", ",
                   hc_plain_text(node == NULL ? "?" : node, name, sizeof name), devices);
}

/* Counts each rack of an attempt once. Racks are numbered below the number of nodes. */
static void count_rack(const reading *r, hc_story_start *start, uint32_t node)
{
    uint32_t rack = node < r->node_count ? r->racks[node] : HC_NO_INDEX;
    if (rack < r->node_count && r->seen[rack] != start->attempt) {
        r->seen[rack] = start->attempt;
        start->racks++;
    }
}

static int take_placement(void *self, const void *row, hc_error *error)
{
    const reading *r = self;
    const hc_placement_row *p = row;
    const hc_story_start wanted = {.attempt = p->attempt};
    hc_story_start *start = NULL;
    (void)error;
    if (p->job == r->story->job.index && r->story->start_count > 0) {
        start = bsearch(&wanted, r->story->starts, r->story->start_count, sizeof wanted,
                        compare_starts);
    }
    if (start != NULL) {
        add_place(start, hc_run_names_get(&r->nodes, p->node), p);
        count_rack(r, start, p->node);
    }
    return 0;
}

static int add_end(hc_story *s, hc_error *error)
{
    if (s->job.state == HC_JOB_COMPLETED || s->job.state == HC_JOB_TIMEOUT) {
        return add_entry(s, s->job.end, HC_STORY_ENDED, 0, error);
    }
    if (s->job.state == HC_JOB_REJECTED) {
        return add_entry(s, s->job.submit, HC_STORY_REJECTED, 0, error);
    }
    return 0;
}

static int copy_name(reading *r, hc_run_table table, uint32_t index, char *out, hc_error *error)
{
    hc_run_names names = HC_RUN_NAMES_NONE;
    int status = hc_run_names_read(&names, r->reader, table, error);
    (void)hc_plain_text(status < 0 ? "" : hc_run_names_get(&names, index), out, HC_STORY_ID_SIZE);
    hc_run_names_destroy(&names);
    return status;
}

/* Where a job was sent from; files of before do not say. */
static uint32_t home_of(const hc_job_row *job)
{
    return job->home == UINT16_MAX ? job->partition : job->home;
}

static int read_names(reading *r, hc_error *error)
{
    hc_story *s = r->story;
    if (copy_name(r, HC_TABLE_USERS, s->job.user, s->user, error) < 0 ||
        copy_name(r, HC_TABLE_GROUPS, s->job.group, s->group, error) < 0 ||
        copy_name(r, HC_TABLE_WORKS, s->job.work, s->work, error) < 0 ||
        copy_name(r, HC_TABLE_PARTITIONS, s->job.partition, s->partition, error) < 0 ||
        copy_name(r, HC_TABLE_PARTITIONS, home_of(&s->job), s->home, error) < 0) {
        return -1;
    }
    return hc_run_names_read(&r->nodes, r->reader, HC_TABLE_NODES, error);
}

static int take_node(void *self, const void *row, hc_error *error)
{
    reading *r = self;
    const hc_node_row *node = row;
    (void)error;
    if (node->index < r->node_count) {
        r->racks[node->index] = node->rack;
    }
    return 0;
}

static int read_racks(reading *r, hc_error *error)
{
    r->node_count = r->nodes.count;
    r->racks = calloc(r->node_count + 1, sizeof *r->racks);
    r->seen = calloc(r->node_count + 1, sizeof *r->seen);
    return r->racks == NULL || r->seen == NULL
               ? hc_error_memory(error)
               : hc_each_row(r->reader, HC_TABLE_NODES, take_node, r, error);
}

static int compare_entries(const void *a, const void *b)
{
    const hc_story_entry *x = a;
    const hc_story_entry *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

static int collect(reading *r, hc_error *error)
{
    hc_story *s = r->story;
    if (hc_run_clock_read(&s->clock, r->reader, error) < 0 ||
        hc_each_row(r->reader, HC_TABLE_JOBS, take_job, r, error) < 0) {
        return -1;
    }
    if (s->job.job_id == NULL) {
        char id[HC_STORY_ID_SIZE];
        return hc_error_set(error, HC_ERROR_USAGE, "%s: there is no job %s",
                            hc_run_reader_path(r->reader), hc_plain_text(s->id, id, sizeof id));
    }
    if (read_names(r, error) < 0 || read_racks(r, error) < 0 ||
        add_entry(s, s->job.submit, HC_STORY_SUBMITTED, 0, error) < 0 ||
        hc_each_row(r->reader, HC_TABLE_DECISIONS, take_decision, r, error) < 0 ||
        read_blockers(r, error) < 0 ||
        hc_each_row(r->reader, HC_TABLE_ATTEMPTS, take_attempt, r, error) < 0 ||
        hc_each_row(r->reader, HC_TABLE_PLACEMENTS, take_placement, r, error) < 0 ||
        add_end(s, error) < 0) {
        return -1;
    }
    qsort(s->entries, s->entry_count, sizeof *s->entries, compare_entries);
    return 0;
}

int hc_story_read(hc_story **out, hc_run_reader *reader, const char *job_id, hc_error *error)
{
    reading r = {.reader = reader, .nodes = HC_RUN_NAMES_NONE};
    int status = 0;
    if (hc_recording_refuse(reader, error) < 0) {
        return -1;
    }
    r.story = calloc(1, sizeof *r.story);
    if (r.story == NULL) {
        return hc_error_memory(error);
    }
    (void)snprintf(r.story->id, sizeof r.story->id, "%s", job_id);
    status = collect(&r, error);
    hc_run_names_destroy(&r.nodes);
    free(r.racks);
    free(r.seen);
    if (status < 0) {
        hc_story_free(r.story);
        return -1;
    }
    *out = r.story;
    return 0;
}

void hc_story_free(hc_story *story)
{
    if (story == NULL) {
        return;
    }
    free(story->entries);
    free(story->decisions);
    free(story->starts);
    free(story->blockers);
    free(story);
}
