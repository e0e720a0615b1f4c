#include "sim/archive.h"
#include "sim/int128.h"
#include "sim/policies/rank/ranked.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Least attained service in levels (Gu et al., Tiresias, NSDI 2019): who has had little goes first, and nothing is
 * known of run times. A job enters at the tail of level 0; a running job that has attained a level's threshold
 * moves to the tail of the next. In a level the running jobs come first, then the waiting ones, each in the order
 * in which they got there; a preempted job is the first of the waiting ones. 2D-LAS counts time x GPUs. */

/* Keys: level, then the part of the level, then a running number in it. */
enum { PART_RUNNING = 0, PART_WAITING = 1, PART_DEMOTED = 2, LEVEL_SHIFT = 56, PART_SHIFT = 54 };

#define NUMBER_MIDDLE (INT64_C(1) << 53)

typedef struct las_job {
    uint32_t level;
    hc_time forgotten; /* attained before its last promotion */
    int64_t key;       /* its place */
} las_job;

/* Jobs to be handled one after the other. */
typedef struct turn {
    int64_t order;
    uint32_t slot;
} turn;

typedef struct turn_list {
    turn *turns;
    size_t count;
} turn_list;

typedef struct las {
    hc_lifecycle *lifecycle;
    hc_ranked *ranked;
    hc_las_options options;
    bool counts_gpus;
    las_job *jobs; /* by slot; capacity also of the lists */
    size_t capacity;
    hc_job_order *demotions;  /* running jobs by the instant at which they reach their threshold */
    hc_job_order *promotions; /* waiting jobs by the instant at which they have waited enough */
    int64_t back;             /* numbers at the tail, */
    int64_t front;            /* and before the first waiting job */
    turn_list started;        /* in this pass, in its order; likewise the others */
    turn_list demoted;
    turn_list preempted;
} las;

static int64_t make_key(uint32_t level, int part, int64_t number)
{
    return ((int64_t)level << LEVEL_SHIFT) + ((int64_t)part << PART_SHIFT) + NUMBER_MIDDLE + number;
}

static void add(turn_list *list, uint32_t slot, int64_t order)
{
    list->turns[list->count++] = (turn){order, slot};
}

static int compare_turns(const void *a, const void *b)
{
    const turn *x = a;
    const turn *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static void sort(turn_list *list)
{
    if (list->count > 0) {
        qsort(list->turns, list->count, sizeof *list->turns, compare_turns);
    }
}

static uint64_t weight_of(const las *s, uint32_t slot)
{
    uint64_t milli = hc_request_milli(&hc_lifecycle_job(s->lifecycle, slot)->spec.request);
    return s->counts_gpus ? milli : HC_WHOLE_GPU;
}

/* Time on GPUs since the last promotion, and the time at which the threshold of its level is reached. */
static hc_time attained(const las *s, uint32_t slot)
{
    return hc_lifecycle_attained(s->lifecycle, slot) - s->jobs[slot].forgotten;
}

static hc_time time_to_attain(const las *s, uint32_t slot)
{
    uint64_t weight = weight_of(s, slot);
    hc_int128 service = (hc_int128)s->options.thresholds[s->jobs[slot].level] * HC_WHOLE_GPU;
    hc_int128 time = weight == 0 ? HC_TIME_LIMIT : (service + weight - 1) / weight;
    return time > HC_TIME_LIMIT ? HC_TIME_LIMIT : (hc_time)time;
}

static bool has_threshold(const las *s, uint32_t slot)
{
    return s->jobs[slot].level < s->options.threshold_count;
}

static void forget_instants(las *s, uint32_t slot)
{
    if (hc_job_order_contains(s->demotions, slot)) {
        hc_job_order_remove(s->demotions, slot);
    }
    if (hc_job_order_contains(s->promotions, slot)) {
        hc_job_order_remove(s->promotions, slot);
    }
}

/* Notes when a running job will reach its threshold. A threshold that it has passed already, because jobs move one
 * level at a time, is looked at with the next event. */
static void expect_demotion(las *s, uint32_t slot)
{
    hc_time now = hc_lifecycle_now(s->lifecycle);
    hc_order_entry entry;
    if (!has_threshold(s, slot)) {
        return;
    }
    entry =
        hc_lifecycle_entry(s->lifecycle, slot, now + time_to_attain(s, slot) - attained(s, slot));
    (void)hc_job_order_insert(s->demotions, slot, &entry); /* there is room: reserve */
}

static void expect_promotion(las *s, uint32_t slot)
{
    double wait = ceil(s->options.promotion * (double)attained(s, slot));
    hc_order_entry entry;
    if (s->options.promotion == 0 || s->jobs[slot].level == 0 || wait > (double)HC_TIME_LIMIT) {
        return;
    }
    entry = hc_lifecycle_entry(s->lifecycle, slot, hc_lifecycle_now(s->lifecycle) + (hc_time)wait);
    (void)hc_job_order_insert(s->promotions, slot, &entry);
}

static int grow_list(turn_list *list, size_t capacity)
{
    turn *grown = realloc(list->turns, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    list->turns = grown;
    return 0;
}

/* Room for a slot everywhere, so that nothing can fail in the middle of a pass. */
static int reserve(void *self, uint32_t slot)
{
    las *s = self;
    size_t capacity = s->capacity == 0 ? 64 : s->capacity;
    las_job *grown = NULL;
    if (hc_job_order_reserve(s->demotions, slot) < 0 ||
        hc_job_order_reserve(s->promotions, slot) < 0) {
        return -1;
    }
    if (slot < s->capacity) {
        return 0;
    }
    while (capacity <= slot) {
        capacity *= 2;
    }
    grown = realloc(s->jobs, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    s->jobs = grown;
    if (grow_list(&s->started, capacity) < 0 || grow_list(&s->demoted, capacity) < 0 ||
        grow_list(&s->preempted, capacity) < 0) {
        return -1;
    }
    s->capacity = capacity;
    return 0;
}

/* Until its pass is over a job keeps the place that it had before it started, or was preempted. */
static void rank(void *self, uint32_t slot, hc_order_entry *entry)
{
    entry->key = ((const las *)self)->jobs[slot].key;
}

static hc_order_entry place(void *self, const hc_order_entry *waiting)
{
    (void)self;
    return *waiting;
}

static void on_submitted(void *self, uint32_t slot)
{
    las *s = self;
    s->jobs[slot] = (las_job){.key = make_key(0, PART_WAITING, ++s->back)};
}

static void on_started(void *self, uint32_t slot)
{
    las *s = self;
    forget_instants(s, slot);
    expect_demotion(s, slot);
    add(&s->started, slot, (int64_t)s->started.count);
}

static void on_preempted(void *self, uint32_t slot)
{
    las *s = self;
    forget_instants(s, slot);
    add(&s->preempted, slot, s->jobs[slot].key);
}

static void on_ending(void *self, uint32_t slot)
{
    forget_instants(self, slot);
}

static void move(las *s, uint32_t slot, int64_t key)
{
    s->jobs[slot].key = key;
    hc_ranked_move(s->ranked, slot, key, hc_lifecycle_job(s->lifecycle, slot)->turn);
}

/* Takes the jobs whose instant has come, in the order of their ids. */
static void take_due(las *s, hc_job_order *instants, turn_list *out)
{
    uint32_t slot = hc_job_order_first(instants);
    out->count = 0;
    while (slot != HC_NO_SLOT &&
           hc_job_order_entry(instants, slot)->key <= hc_lifecycle_now(s->lifecycle)) {
        hc_job_order_remove(instants, slot);
        add(out, slot, hc_lifecycle_job(s->lifecycle, slot)->turn);
        slot = hc_job_order_first(instants);
    }
    sort(out);
}

static void promote(las *s)
{
    take_due(s, s->promotions, &s->demoted);
    for (size_t i = 0; i < s->demoted.count; i++) {
        uint32_t slot = s->demoted.turns[i].slot;
        s->jobs[slot].level = 0;
        s->jobs[slot].forgotten = hc_lifecycle_attained(s->lifecycle, slot);
        move(s, slot, make_key(0, PART_WAITING, ++s->back));
    }
}

static void demote(las *s)
{
    take_due(s, s->demotions, &s->demoted);
    for (size_t i = 0; i < s->demoted.count; i++) {
        uint32_t slot = s->demoted.turns[i].slot;
        s->jobs[slot].level++;
        move(s, slot, make_key(s->jobs[slot].level, PART_DEMOTED, ++s->back));
        expect_demotion(s, slot);
    }
}

static int before(void *self)
{
    las *s = self;
    promote(s);
    demote(s);
    return 0;
}

static bool runs(const las *s, uint32_t slot)
{
    return hc_job_order_contains(hc_ranked_running(s->ranked), slot);
}

/* Who has started joins the end of the running ones of its level, then those who were demoted and stay. */
static void settle_running(las *s, const turn_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        uint32_t slot = list->turns[i].slot;
        if (runs(s, slot)) {
            move(s, slot, make_key(s->jobs[slot].level, PART_RUNNING, ++s->back));
        }
    }
}

/* Who was preempted is the first of the waiting ones of its level; who was demoted as well, the last. */
static void settle_waiting(las *s)
{
    sort(&s->preempted);
    for (size_t i = s->preempted.count; i-- > 0;) {
        uint32_t slot = s->preempted.turns[i].slot;
        uint32_t level = s->jobs[slot].level;
        bool was_demoted = s->preempted.turns[i].order >= make_key(level, PART_DEMOTED, 0);
        if (!runs(s, slot) && !was_demoted) {
            move(s, slot, make_key(level, PART_WAITING, --s->front));
        }
    }
    for (size_t i = 0; i < s->preempted.count; i++) {
        uint32_t slot = s->preempted.turns[i].slot;
        uint32_t level = s->jobs[slot].level;
        if (runs(s, slot)) {
            continue;
        }
        if (s->preempted.turns[i].order >= make_key(level, PART_DEMOTED, 0)) {
            move(s, slot, make_key(level, PART_WAITING, ++s->back));
        }
        expect_promotion(s, slot);
    }
}

static hc_time first_after_now(const las *s, const hc_job_order *instants)
{
    hc_order_entry now = {.key = hc_lifecycle_now(s->lifecycle), .job = UINT32_MAX};
    uint32_t slot = hc_job_order_next(instants, &now);
    return slot == HC_NO_SLOT ? HC_TIME_NEVER : hc_job_order_entry(instants, slot)->key;
}

/* Tiresias' simulator looks after (threshold - seconds run) / GPUs whole seconds, where it should take GPU-seconds
 * run: too late, or with another event. */
static hc_time next_late_look(const las *s)
{
    hc_time next = HC_TIME_NEVER;
    hc_time now = hc_lifecycle_now(s->lifecycle);
    hc_order_walk walk;
    hc_order_walk_start(&walk, s->demotions);
    for (uint32_t slot = hc_order_walk_next(&walk); slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        int64_t gpus = (int64_t)hc_lifecycle_job(s->lifecycle, slot)->spec.request.gpu_count;
        int64_t left = (s->options.thresholds[s->jobs[slot].level] - attained(s, slot)) / HC_SECOND;
        hc_time look = gpus == 0 ? HC_TIME_NEVER : now + left / gpus * HC_SECOND;
        next = look > now && look < next ? look : next;
    }
    return next;
}

static int after(void *self)
{
    las *s = self;
    hc_time next = 0;
    hc_time demotion = 0;
    settle_running(s, &s->started);
    settle_running(s, &s->demoted);
    settle_waiting(s);
    s->started.count = 0;
    s->demoted.count = 0;
    s->preempted.count = 0;
    next = first_after_now(s, s->promotions);
    demotion = s->options.is_demotion_late ? next_late_look(s) : first_after_now(s, s->demotions);
    hc_lifecycle_set_timer(s->lifecycle, demotion < next ? demotion : next);
    return 0;
}

static void destroy(void *self)
{
    las *s = self;
    if (s == NULL) {
        return;
    }
    hc_job_order_destroy(s->demotions);
    hc_job_order_destroy(s->promotions);
    free(s->jobs);
    free(s->started.turns);
    free(s->demoted.turns);
    free(s->preempted.turns);
    free(s);
}

static void *create(const hc_ranking_setup *setup, hc_error *error)
{
    las *s = calloc(1, sizeof *s);
    if (s == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    s->lifecycle = setup->lifecycle;
    s->ranked = setup->ranked;
    s->options = setup->options->las;
    s->counts_gpus = setup->options->rank == HC_RANK_ATTAINED_SERVICE;
    s->demotions = hc_job_order_create();
    s->promotions = hc_job_order_create();
    if (s->demotions == NULL || s->promotions == NULL) {
        (void)hc_error_memory(error);
        destroy(s);
        return NULL;
    }
    return s;
}

static void exchange_job(las *s, hc_archive *archive, uint32_t slot)
{
    las_job *job = &s->jobs[slot];
    job->level = hc_archive_below(archive, job->level, s->options.threshold_count + 1);
    HC_EXCHANGE(archive, job->forgotten);
    HC_EXCHANGE(archive, job->key);
}

static void exchange_turns(const las *s, hc_archive *archive, turn_list *list)
{
    list->count = hc_archive_count(archive, list->count, s->capacity);
    for (size_t i = 0; i < list->count; i++) {
        HC_EXCHANGE(archive, list->turns[i].order);
        HC_EXCHANGE(archive, list->turns[i].slot);
        (void)hc_archive_require(archive, hc_lifecycle_has_job(s->lifecycle, list->turns[i].slot),
                                 "a job of a list is there");
    }
}

/* Who runs at the begin has started before the first pass. */
static void exchange(void *self, hc_archive *archive)
{
    las *s = self;
    hc_archive_mark(archive, "las");
    HC_EXCHANGE(archive, s->back);
    HC_EXCHANGE(archive, s->front);
    for (uint32_t slot = 0; slot < hc_lifecycle_slot_count(s->lifecycle); slot++) {
        if (runs(s, slot) || hc_job_order_contains(hc_ranked_waiting(s->ranked), slot)) {
            exchange_job(s, archive, slot);
        }
    }
    hc_lifecycle_exchange_order(s->lifecycle, archive, s->demotions);
    hc_lifecycle_exchange_order(s->lifecycle, archive, s->promotions);
    hc_lifecycle_require_state(s->lifecycle, archive, s->demotions, HC_JOB_RUNNING);
    hc_lifecycle_require_state(s->lifecycle, archive, s->promotions, HC_JOB_PENDING);
    exchange_turns(s, archive, &s->started);
    exchange_turns(s, archive, &s->demoted);
    exchange_turns(s, archive, &s->preempted);
}

static bool check(const void *self)
{
    const las *s = self;
    return hc_job_order_check(s->demotions) && hc_job_order_check(s->promotions);
}

const hc_ranking hc_las_ranking = {
    .create = create,
    .destroy = destroy,
    .reserve = reserve,
    .rank_waiting = rank,
    .rank_running = rank,
    .place = place,
    .before = before,
    .after = after,
    .submitted = on_submitted,
    .started = on_started,
    .preempted = on_preempted,
    .ending = on_ending,
    .exchange = exchange,
    .check = check,
};
