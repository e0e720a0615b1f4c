#include "traces/stream/snapshot.h"

#include "sim/interfaces/sink.h"
#include "traces/stream/msgpack_write.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* A job that waits or runs. */
typedef struct live_job {
    uint32_t job;
    uint16_t partition;
    bool is_running;
    uint64_t milli;
    hc_time since;
    UT_hash_handle hh;
} live_job;

struct hc_snapshot {
    uint32_t rank;
    hc_spool_place place;
    uint64_t next;
    hc_time time;
    uint64_t counts[HC_EVENT_TYPE_COUNT];
    live_job *jobs;
    hc_parcel parcel; /* that is looked at */
};

int hc_snapshot_create(hc_snapshot **out, uint32_t rank, hc_error *error)
{
    hc_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        return hc_error_memory(error);
    }
    snapshot->rank = rank;
    snapshot->time = HC_TIME_MISSING;
    *out = snapshot;
    return 0;
}

void hc_snapshot_destroy(hc_snapshot *snapshot)
{
    live_job *job = snapshot == NULL ? NULL : snapshot->jobs;
    if (snapshot == NULL) {
        return;
    }
    HASH_CLEAR(hh, snapshot->jobs);
    while (job != NULL) {
        live_job *next = job->hh.next;
        free(job);
        job = next;
    }
    free(snapshot);
}

/* NOLINTNEXTLINE(readability-function-size): its size is that of the macros of uthash */
static int set_state(hc_snapshot *s, const hc_event_row *row, bool is_running)
{
    live_job *job = NULL;
    HASH_FIND(hh, s->jobs, &row->job, sizeof row->job, job);
    if (job == NULL) {
        job = calloc(1, sizeof *job);
        if (job == NULL) {
            return -1;
        }
        job->job = row->job;
        HASH_ADD(hh, s->jobs, job, sizeof job->job, job);
    }
    job->partition = row->partition;
    job->milli = row->value;
    job->since = row->time;
    job->is_running = is_running;
    return 0;
}

/* NOLINTNEXTLINE(readability-function-size): likewise */
static void forget(hc_snapshot *s, uint32_t index)
{
    live_job *job = NULL;
    HASH_FIND(hh, s->jobs, &index, sizeof index, job);
    if (job != NULL) {
        HASH_DEL(s->jobs, job);
        free(job);
    }
}

static int take_event(hc_snapshot *s, const hc_event_row *row)
{
    s->time = row->time;
    s->counts[row->type]++;
    switch ((hc_event_type)row->type) {
    case HC_EVENT_SUBMIT:
    case HC_EVENT_PREEMPT:
        return set_state(s, row, false);
    case HC_EVENT_START:
        return set_state(s, row, true);
    case HC_EVENT_END:
    case HC_EVENT_REJECT:
        forget(s, row->job);
        return 0;
    case HC_EVENT_PASS:
    case HC_EVENT_CAPACITY:
    case HC_EVENT_DISPATCH:
    case HC_EVENT_TYPE_COUNT:
        break;
    }
    return 0;
}

static int take_parcel(hc_snapshot *s, hc_error *error)
{
    const hc_event_row *rows = (const hc_event_row *)(const void *)s->parcel.content.rows;
    if (s->parcel.rank != s->rank) {
        return 0;
    }
    for (uint32_t i = 0; s->parcel.table == HC_TABLE_EVENTS && i < s->parcel.count; i++) {
        if (take_event(s, &rows[i]) < 0) {
            return hc_error_memory(error);
        }
    }
    s->next = s->parcel.first + s->parcel.count;
    return 0;
}

int hc_snapshot_update(hc_snapshot *s, hc_spool *spool, hc_error *error)
{
    int status = hc_spool_read(spool, &s->place, &s->parcel, error);
    while (status == 1) {
        status =
            take_parcel(s, error) < 0 ? -1 : hc_spool_read(spool, &s->place, &s->parcel, error);
    }
    return status;
}

static int by_index(const void *a, const void *b)
{
    const live_job *x = *(live_job *const *)a;
    const live_job *y = *(live_job *const *)b;
    return (x->job > y->job) - (x->job < y->job);
}

static live_job **in_order(const hc_snapshot *s, size_t *count)
{
    live_job **list = NULL;
    live_job *job = NULL;
    size_t at = 0;
    *count = HASH_COUNT(s->jobs);
    list = malloc((*count + 1) * sizeof *list);
    for (job = s->jobs; list != NULL && job != NULL; job = job->hh.next) {
        list[at++] = job;
    }
    if (list != NULL) {
        qsort(list, *count, sizeof(live_job *), by_index);
    }
    return list;
}

static int pack_column(msgpack_packer *packer, const char *name, live_job *const *jobs,
                       size_t count, size_t offset, size_t width)
{
    int status = hc_pack_text(packer, name) || msgpack_pack_bin(packer, count * width);
    for (size_t i = 0; i < count && status == 0; i++) {
        status = msgpack_pack_bin_body(packer, (const char *)jobs[i] + offset, width);
    }
    return status;
}

static int pack_counts(msgpack_packer *packer, const hc_snapshot *s)
{
    const hc_row_field *type = hc_table_find_field(hc_table_describe(HC_TABLE_EVENTS), "type");
    int status = hc_pack_map(packer, "events", HC_EVENT_TYPE_COUNT);
    for (int i = 0; i < HC_EVENT_TYPE_COUNT; i++) {
        status |= hc_pack_number(packer, hc_row_field_value_name(type, (uint8_t)i), s->counts[i]);
    }
    return status;
}

#define HC_COLUMN(NAME, MEMBER)                                         \
    pack_column(&packer, NAME, jobs, count, offsetof(live_job, MEMBER), \
                sizeof((live_job *)NULL)->MEMBER)

int hc_snapshot_pack(const hc_snapshot *s, const char *run, hc_frames *out)
{
    hc_frame_header header = {run, s->rank, s->next, 0};
    size_t count = 0;
    live_job **jobs = in_order(s, &count);
    msgpack_packer packer;
    int status = jobs == NULL ? -1 : hc_frames_control(out, "ctl.snapshot", &header);
    if (status == 0) {
        msgpack_packer_init(&packer, &out->payload, msgpack_sbuffer_write);
        status = msgpack_pack_map(&packer, 5) || hc_pack_item(&packer, "type", "snapshot") ||
                 hc_pack_time(&packer, "time_ns", s->time) || pack_counts(&packer, s) ||
                 hc_pack_number(&packer, "n", count) || hc_pack_map(&packer, "jobs", 5) ||
                 HC_COLUMN("job", job) || HC_COLUMN("state", is_running) ||
                 HC_COLUMN("milli", milli) || HC_COLUMN("since_ns", since) ||
                 HC_COLUMN("partition", partition);
    }
    free(jobs);
    return status == 0 ? 0 : -1;
}
