#include "tests/sim/schedule_check.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_GPUS = 1024, MAX_NODES = 64 };

/* At one instant GPUs are given back before others are taken; a job joins its queue before it leaves it. */
typedef enum change_kind { CHANGE_END = 0, CHANGE_QUEUED, CHANGE_START } change_kind;

typedef struct change {
    hc_time time;
    change_kind kind;
    uint32_t attempt; /* number in the log */
} change;

/* Sums of a partition. */
typedef struct partition_use {
    uint64_t capacity_milli;
    uint64_t busy_milli;
    uint64_t waiting_milli;
    uint32_t waiting_count;
    uint32_t running_count;
    hc_int128 buckets[HC_BUCKET_COUNT];
} partition_use;

typedef struct use {
    const hc_schedule *schedule;
    change changes[3 * HC_LOG_ATTEMPTS];
    size_t change_count;
    size_t next_sample;
    int gpu_milli[MAX_GPUS]; /* free */
    uint64_t cpu_milli[MAX_NODES];
    uint64_t memory_bytes[MAX_NODES];
    partition_use partitions[HC_LOG_PARTITIONS];
} use;

static const hc_logged_attempt *attempt_at(const use *u, uint32_t attempt)
{
    return &u->schedule->log->attempts[attempt];
}

/* From when on an attempt held its GPUs: a warm start began before the simulation. */
static hc_time held_from(const use *u, uint32_t attempt)
{
    hc_time start = attempt_at(u, attempt)->record.start;
    return start > u->schedule->begin ? start : u->schedule->begin;
}

static bool holds_nothing(const use *u, uint32_t attempt)
{
    return held_from(u, attempt) == attempt_at(u, attempt)->record.end;
}

static void add_change(use *u, hc_time time, change_kind kind, uint32_t attempt)
{
    u->changes[u->change_count++] = (change){time, kind, attempt};
}

static int compare_changes(const void *a, const void *b)
{
    const change *x = a;
    const change *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

/* Attempts of no length hold their GPUs between two rounds of an instant: no time passes there. A job waits from
 * its submission to its first attempt, and from the end of each to the start of the next. */
static void list_changes(use *u)
{
    const hc_schedule *s = u->schedule;
    hc_time queued[HC_LOG_JOBS];
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        queued[job] = hc_schedule_queued(s, job);
    }
    for (uint32_t i = 0; i < s->log->attempt_count; i++) {
        const hc_attempt_record *record = &attempt_at(u, i)->record;
        add_change(u, queued[record->job.index], CHANGE_QUEUED, i);
        add_change(u, held_from(u, i), CHANGE_START, i);
        if (!holds_nothing(u, i)) {
            add_change(u, record->end, CHANGE_END, i);
        }
        queued[record->job.index] = record->end;
    }
    qsort(u->changes, u->change_count, sizeof u->changes[0], compare_changes);
}

static void begin(use *u, const hc_schedule *s)
{
    const hc_machine *machine = s->scenario->machine;
    memset(u, 0, sizeof *u);
    u->schedule = s;
    for (uint32_t i = 0; i < hc_machine_node_count(machine); i++) {
        const hc_node *node = hc_machine_node(machine, (hc_node_id){i});
        const hc_node_class *class = hc_machine_class(machine, node->class_index);
        u->cpu_milli[i] = class->cpu_milli;
        u->memory_bytes[i] = class->memory_bytes;
        u->partitions[node->partition.index].capacity_milli +=
            (uint64_t) class->gpu_count * HC_WHOLE_GPU;
        for (uint32_t d = 0; d < class->gpu_count; d++) {
            u->gpu_milli[node->first_gpu + d] = HC_WHOLE_GPU;
        }
    }
    list_changes(u);
}

/* What part of a job's cores or memory goes with some of its GPUs, rounded up; all of it without GPUs. */
static uint64_t share(uint64_t amount, uint32_t part, uint32_t whole)
{
    return whole == 0 ? amount : (amount * part + whole - 1) / whole;
}

static void change_host(use *u, uint32_t job, uint32_t node, uint32_t gpu_count, bool is_taken)
{
    const hc_request *request = &hc_schedule_spec(u->schedule, job)->request;
    uint64_t cpu = share(request->cpu_milli, gpu_count, request->gpu_count);
    uint64_t memory = share(request->memory_bytes, gpu_count, request->gpu_count);
    if (is_taken && (cpu > u->cpu_milli[node] || memory > u->memory_bytes[node])) {
        hc_schedule_fail(u->schedule, "gets more cores or memory than its node has left", job);
    }
    if (u->cpu_milli[node] != HC_UNLIMITED) {
        u->cpu_milli[node] += is_taken ? 0 - cpu : cpu;
    }
    if (u->memory_bytes[node] != HC_UNLIMITED) {
        u->memory_bytes[node] += is_taken ? 0 - memory : memory;
    }
}

static void change_gpus(use *u, uint32_t job, const hc_placement_record *row, int sign)
{
    const hc_node *node = hc_machine_node(u->schedule->scenario->machine, row->node);
    for (uint32_t d = 0; d < row->count; d++) {
        int *milli = &u->gpu_milli[node->first_gpu + row->device + d];
        *milli += sign * row->milli;
        if (*milli < 0 || *milli > HC_WHOLE_GPU) {
            hc_schedule_fail(u->schedule, "gets a GPU that is in use", job);
        }
    }
}

/* Takes what an attempt holds (sign -1), or gives it back (+1). Rows of a node follow each other. */
static void change_held(use *u, uint32_t attempt, int sign)
{
    const hc_logged_attempt *logged = attempt_at(u, attempt);
    const hc_placement_record *rows = &u->schedule->log->placements[logged->first_placement];
    uint32_t job = logged->record.job.index;
    uint32_t on_node = 0;
    for (size_t i = 0; i < logged->placement_count; i++) {
        bool is_last_of_node =
            i + 1 == logged->placement_count || rows[i + 1].node.index != rows[i].node.index;
        change_gpus(u, job, &rows[i], sign);
        on_node += rows[i].count;
        if (is_last_of_node) {
            change_host(u, job, rows[i].node.index, on_node, sign < 0);
            on_node = 0;
        }
    }
}

static void apply(use *u, const change *c)
{
    uint32_t job = attempt_at(u, c->attempt)->record.job.index;
    const hc_job_spec *spec = hc_schedule_spec(u->schedule, job);
    partition_use *p = &u->partitions[spec->partition.index];
    uint64_t milli = hc_request_milli(&spec->request);
    if (c->kind == CHANGE_QUEUED) {
        p->waiting_count++;
        p->waiting_milli += milli;
        return;
    }
    if (c->kind == CHANGE_START) {
        p->waiting_count--;
        p->waiting_milli -= milli;
    }
    if (!holds_nothing(u, c->attempt)) {
        bool is_start = c->kind == CHANGE_START;
        p->running_count += is_start ? 1 : UINT32_MAX;
        p->busy_milli += is_start ? milli : 0 - milli;
        change_held(u, c->attempt, is_start ? -1 : 1);
    }
}

/* Free on nodes of which some GPU is wholly or partly in use. */
static uint64_t count_fragmented(const use *u, uint32_t partition)
{
    const hc_machine *machine = u->schedule->scenario->machine;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < hc_machine_node_count(machine); i++) {
        const hc_node *node = hc_machine_node(machine, (hc_node_id){i});
        uint32_t gpu_count = hc_machine_class(machine, node->class_index)->gpu_count;
        uint64_t free_milli = 0;
        for (uint32_t d = 0; d < gpu_count; d++) {
            free_milli += (uint64_t)u->gpu_milli[node->first_gpu + d];
        }
        if (node->partition.index == partition && free_milli < (uint64_t)gpu_count * HC_WHOLE_GPU) {
            sum += free_milli;
        }
    }
    return sum;
}

static void check_sample(const use *u, const hc_sample_record *sample)
{
    const partition_use *p = &u->partitions[sample->partition.index];
    if (sample->queue_length != p->waiting_count || sample->running_count != p->running_count ||
        sample->waiting_milli != p->waiting_milli || sample->busy_milli != p->busy_milli ||
        sample->free_milli != p->capacity_milli - p->busy_milli ||
        sample->fragmented_milli != count_fragmented(u, sample->partition.index)) {
        hc_schedule_fail(u->schedule, "a sample differs from the records", HC_NO_INDEX);
    }
}

/* A sample shows the state after everything else of its instant. */
static void check_samples_before(use *u, hc_time time)
{
    const hc_schedule_log *log = u->schedule->log;
    while (u->next_sample < log->sample_count && log->samples[u->next_sample].time < time) {
        check_sample(u, &log->samples[u->next_sample++]);
    }
}

/* Books the time from one change to the next, as far as it is measured. */
static void book(use *u, hc_time from, hc_time to)
{
    hc_time start = from > u->schedule->measure_from ? from : u->schedule->measure_from;
    for (int i = 0; to > start && i < HC_LOG_PARTITIONS; i++) {
        partition_use *p = &u->partitions[i];
        hc_bucket idle = p->waiting_count > 0 ? HC_BUCKET_IDLE_BLOCKED : HC_BUCKET_IDLE_EMPTY;
        p->buckets[HC_BUCKET_BUSY] += (hc_int128)(to - start) * p->busy_milli;
        p->buckets[idle] += (hc_int128)(to - start) * (p->capacity_milli - p->busy_milli);
    }
}

/* Moves what an attempt held in a span from the busy time to another bucket, as far as it is measured. */
static void rebook(use *u, const hc_attempt_record *record, hc_bucket bucket, hc_time from,
                   hc_time to)
{
    const hc_job_spec *spec = hc_schedule_spec(u->schedule, record->job.index);
    partition_use *p = &u->partitions[spec->partition.index];
    hc_time start = from > u->schedule->measure_from ? from : u->schedule->measure_from;
    if (to > start) {
        hc_int128 amount = (hc_int128)(to - start) * hc_request_milli(&spec->request);
        p->buckets[HC_BUCKET_BUSY] -= amount;
        p->buckets[bucket] += amount;
    }
}

/* An attempt begins with coming up again; what it loses are its last hours of work. */
static void rebook_attempts(use *u)
{
    for (uint32_t i = 0; i < u->schedule->log->attempt_count; i++) {
        const hc_attempt_record *record = &attempt_at(u, i)->record;
        hc_time up = record->start + record->restart;
        rebook(u, record, HC_BUCKET_RESTART, record->start, up < record->end ? up : record->end);
        rebook(u, record, HC_BUCKET_LOST, record->end - record->lost, record->end);
    }
}

/* Every job that waits could run alone: something must be running. */
static void check_no_standstill(const use *u)
{
    for (int i = 0; i < HC_LOG_PARTITIONS; i++) {
        if (u->partitions[i].waiting_count > 0 && u->partitions[i].running_count == 0) {
            hc_schedule_fail(u->schedule, "jobs wait for an empty partition", HC_NO_INDEX);
        }
    }
}

static void check_ledger(const use *u)
{
    for (int i = 0; i < HC_LOG_PARTITIONS; i++) {
        for (int b = 0; b < HC_BUCKET_COUNT; b++) {
            if (u->schedule->log->ledger[i][b] != u->partitions[i].buckets[b]) {
                hc_schedule_fail(u->schedule, "the ledger differs from the records", HC_NO_INDEX);
            }
        }
        if (u->partitions[i].busy_milli + u->partitions[i].waiting_count > 0) {
            hc_schedule_fail(u->schedule, "somebody is left at the end", HC_NO_INDEX);
        }
    }
}

void hc_schedule_check_use(const hc_schedule *schedule)
{
    static use u;
    hc_time now = schedule->begin;
    begin(&u, schedule);
    for (size_t i = 0; i < u.change_count; i++) {
        const change *c = &u.changes[i];
        if (c->time > now) {
            check_no_standstill(&u);
            check_samples_before(&u, c->time);
            book(&u, now, c->time);
            now = c->time;
        }
        apply(&u, c);
    }
    check_samples_before(&u, HC_TIME_NEVER);
    rebook_attempts(&u);
    check_ledger(&u);
}
