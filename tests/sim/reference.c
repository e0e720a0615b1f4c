#include "tests/sim/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NODES = 32, MAX_GPUS = 16, MAX_JOBS = 256 };

typedef struct node {
    int group; /* nodes of equal groups are alike */
    int gpus;
    int kind;
    int free_milli[MAX_GPUS];
    uint64_t cpu, memory; /* free; HC_UNLIMITED: not modelled */
} node;

/* What a job holds. */
typedef struct grant {
    int gpus[MAX_NODES];
    bool is_on[MAX_NODES];
    unsigned devices[MAX_NODES]; /* bit d: the whole GPU d */
    int shared_device;           /* -1: whole GPUs */
} grant;

typedef struct world {
    node nodes[MAX_NODES];
    int node_count;
    int group_count;
    char kinds[8][32];
    int kind_count;
} world;

typedef enum phase { AHEAD, WAITING, RUNNING, DONE } phase;

/* What EASY keeps for the head of its queue until GPUs become free or another job is the head. */
typedef struct reservation {
    bool is_made;
    int head;
    hc_time shadow;
    grant place;
    int whole_needed[MAX_NODES]; /* wholly free GPUs of each node that the head will take at T */
} reservation;

typedef struct state {
    const hc_replay *replay;
    reservation reserved;
    world world;
    grant grants[MAX_JOBS];
    phase phases[MAX_JOBS];
    hc_time start[MAX_JOBS];
    hc_time now;
} state;

static int whole_free(const node *n)
{
    int count = 0;
    for (int d = 0; d < n->gpus; d++) {
        count += n->free_milli[d] == 1000 ? 1 : 0;
    }
    return count;
}

static bool accepts_kind(const hc_request *r, const node *n)
{
    return r->kinds == UINT64_MAX || (n->gpus > 0 && (r->kinds >> n->kind & 1) != 0);
}

static uint64_t share(uint64_t amount, int part, uint32_t whole)
{
    return whole == 0 ? amount : (amount * (uint64_t)part + whole - 1) / whole;
}

static bool has_host(const node *n, const hc_request *r, int gpus)
{
    return (n->cpu == HC_UNLIMITED || n->cpu >= share(r->cpu_milli, gpus, r->gpu_count)) &&
           (n->memory == HC_UNLIMITED || n->memory >= share(r->memory_bytes, gpus, r->gpu_count));
}

static void put(world *w, grant *g, const hc_request *r, int index, int gpus, int shared)
{
    node *n = &w->nodes[index];
    uint64_t cpu = share(r->cpu_milli, shared >= 0 ? 1 : gpus, r->gpu_count);
    uint64_t memory = share(r->memory_bytes, shared >= 0 ? 1 : gpus, r->gpu_count);
    g->is_on[index] = true;
    g->gpus[index] = gpus;
    g->shared_device = shared;
    n->cpu -= n->cpu == HC_UNLIMITED ? 0 : cpu;
    n->memory -= n->memory == HC_UNLIMITED ? 0 : memory;
    if (shared >= 0) {
        n->free_milli[shared] -= r->gpu_milli;
        return;
    }
    for (int d = 0; d < n->gpus && gpus > 0; d++) {
        if (n->free_milli[d] == 1000) {
            n->free_milli[d] = 0;
            g->devices[index] |= 1U << d;
            gpus--;
        }
    }
}

static void take_back(world *w, const grant *g, const hc_request *r)
{
    for (int i = 0; i < w->node_count; i++) {
        node *n = &w->nodes[i];
        int gpus = g->shared_device >= 0 ? 1 : g->gpus[i];
        if (!g->is_on[i]) {
            continue;
        }
        n->cpu += n->cpu == HC_UNLIMITED ? 0 : share(r->cpu_milli, gpus, r->gpu_count);
        n->memory += n->memory == HC_UNLIMITED ? 0 : share(r->memory_bytes, gpus, r->gpu_count);
        if (g->shared_device >= 0) {
            n->free_milli[g->shared_device] += r->gpu_milli;
        }
        for (int d = 0; d < n->gpus; d++) {
            n->free_milli[d] += (g->devices[i] >> d & 1) != 0 ? 1000 : 0;
        }
    }
}

/* Which of two nodes, or GPUs, is better for a rule, by what is free there; ties stay with the first. */
static bool is_better(const char *rule, int free_new, int free_old)
{
    if (strcmp(rule, "packed") == 0) {
        return free_new < free_old;
    }
    return strcmp(rule, "spread") == 0 && free_new > free_old;
}

static int best_node(const world *w, const char *rule, const hc_request *r, int gpus)
{
    int best = -1;
    for (int i = 0; i < w->node_count; i++) {
        const node *n = &w->nodes[i];
        if (whole_free(n) >= gpus && accepts_kind(r, n) && has_host(n, r, (int)r->gpu_count) &&
            (best < 0 || is_better(rule, whole_free(n), whole_free(&w->nodes[best])))) {
            best = i;
        }
    }
    return best;
}

/* The best GPU that is partly used and has room. @return its node, -1 for none. */
static int best_shared(const world *w, const char *rule, const hc_request *r, int *device)
{
    int best = -1;
    for (int i = 0; i < w->node_count; i++) {
        for (int d = 0; d < w->nodes[i].gpus; d++) {
            const node *n = &w->nodes[i];
            int milli = n->free_milli[d];
            if (milli < r->gpu_milli || milli == 1000 || !accepts_kind(r, n) ||
                !has_host(n, r, 1)) {
                continue;
            }
            if (best < 0 || is_better(rule, milli, w->nodes[best].free_milli[*device])) {
                best = i;
                *device = d;
            }
        }
    }
    return best;
}

static int first_free_device(const node *n)
{
    int d = 0;
    while (n->free_milli[d] != 1000) {
        d++;
    }
    return d;
}

static bool place_shared(world *w, grant *g, const char *rule, const hc_request *r)
{
    int device = 0;
    int shared = best_shared(w, rule, r, &device);
    int whole = best_node(w, rule, r, 1);
    bool prefers_whole = strcmp(rule, "spread") == 0 ? whole >= 0
                                                     : shared < 0 || (strcmp(rule, "first") == 0 &&
                                                                      whole >= 0 && whole < shared);
    if (prefers_whole && whole >= 0) {
        put(w, g, r, whole, 0, first_free_device(&w->nodes[whole]));
    } else if (shared >= 0) {
        put(w, g, r, shared, 0, device);
    } else {
        return false;
    }
    return true;
}

/* Whole nodes in order of their numbers, the rest by best fit among the others. */
static bool place_packed_gang(world *w, grant *g, const hc_request *r, int group)
{
    int per_node = 0;
    int full = 0;
    int rest = 0;
    int best = -1;
    for (int i = 0; i < w->node_count; i++) {
        per_node = w->nodes[i].group == group ? w->nodes[i].gpus : per_node;
    }
    if (per_node == 0 || per_node >= (int)r->gpu_count) {
        return false;
    }
    full = (int)r->gpu_count / per_node;
    rest = (int)r->gpu_count % per_node;
    for (int i = 0; i < w->node_count && full > 0; i++) {
        node *n = &w->nodes[i];
        if (n->group == group && accepts_kind(r, n) && whole_free(n) == per_node &&
            has_host(n, r, per_node)) {
            put(w, g, r, i, per_node, -1);
            full--;
        }
    }
    for (int i = 0; i < w->node_count; i++) {
        const node *n = &w->nodes[i];
        if (n->group == group && accepts_kind(r, n) && !g->is_on[i] && whole_free(n) >= rest &&
            has_host(n, r, rest) && (best < 0 || whole_free(n) < whole_free(&w->nodes[best]))) {
            best = i;
        }
    }
    if (rest > 0 && best >= 0) {
        put(w, g, r, best, rest, -1);
    }
    return full == 0 && (rest == 0 || best >= 0);
}

/* Nodes by most free, or by number, each giving what it has. */
static bool place_loose_gang(world *w, grant *g, const char *rule, const hc_request *r, int group)
{
    int wanted = (int)r->gpu_count;
    while (wanted > 0) {
        int best = -1;
        int usable = 0;
        for (int i = 0; i < w->node_count; i++) {
            const node *n = &w->nodes[i];
            if (n->group == group && accepts_kind(r, n) && !g->is_on[i] && whole_free(n) > 0 &&
                has_host(n, r, 1) &&
                (best < 0 || is_better(rule, whole_free(n), whole_free(&w->nodes[best])))) {
                best = i;
            }
        }
        if (best < 0) {
            return false;
        }
        usable = whole_free(&w->nodes[best]) < wanted ? whole_free(&w->nodes[best]) : wanted;
        while (!has_host(&w->nodes[best], r, usable)) {
            usable--;
        }
        put(w, g, r, best, usable, -1);
        wanted -= usable;
    }
    return true;
}

/* Places a request; the world changes only when it fits. */
static bool place(world *w, grant *g, const char *rule, const hc_request *r)
{
    world before = *w;
    int single = -1;
    bool is_first_gang = strcmp(rule, "first") == 0 && r->gpu_count > 1 && !r->is_single_node;
    memset(g, 0, sizeof *g);
    g->shared_device = -1;
    if (r->gpu_count == 1 && r->gpu_milli < 1000) {
        return place_shared(w, g, rule, r);
    }
    single = is_first_gang ? -1 : best_node(w, rule, r, (int)r->gpu_count);
    if (single >= 0) {
        put(w, g, r, single, (int)r->gpu_count, -1);
        return true;
    }
    for (int group = 0; !r->is_single_node && r->gpu_count > 0 && group < w->group_count; group++) {
        bool fits = strcmp(rule, "packed") == 0 ? place_packed_gang(w, g, r, group)
                                                : place_loose_gang(w, g, rule, r, group);
        if (fits) {
            return true;
        }
        *w = before;
        memset(g, 0, sizeof *g);
        g->shared_device = -1;
    }
    return false;
}

static const hc_job_spec *spec(const state *s, int job)
{
    return &s->replay->jobs[job].spec;
}

static void begin_job(state *s, int job)
{
    s->phases[job] = RUNNING;
    s->start[job] = s->now;
}

static bool try_start(state *s, int job)
{
    if (!place(&s->world, &s->grants[job], s->replay->placement, &spec(s, job)->request)) {
        return false;
    }
    begin_job(s, job);
    return true;
}

/* Waiting jobs in the order of a policy. @return how many. */
static int sort_waiting(const state *s, bool is_by_limit, int *order)
{
    int count = 0;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        int at = count;
        if (s->phases[job] != WAITING) {
            continue;
        }
        for (;
             is_by_limit && at > 0 && spec(s, order[at - 1])->time_limit > spec(s, job)->time_limit;
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = job;
        count++;
    }
    return count;
}

static hc_time limit_end(const state *s, int job)
{
    hc_time end = s->start[job] + spec(s, job)->time_limit;
    return end > s->now ? end : s->now + 1;
}

/* The world at `time`, if running jobs end as their limits say. */
static world look_ahead(const state *s, hc_time time)
{
    world w = s->world;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && limit_end(s, job) <= time) {
            take_back(&w, &s->grants[job], &spec(s, job)->request);
        }
    }
    return w;
}

static bool fits_at(const state *s, int job, hc_time time)
{
    world w = look_ahead(s, time);
    grant ignored;
    return place(&w, &ignored, s->replay->placement, &spec(s, job)->request);
}

static hc_time shadow_time(const state *s, int head)
{
    hc_time shadow = HC_TIME_NEVER;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && limit_end(s, job) < shadow &&
            fits_at(s, head, limit_end(s, job))) {
            shadow = limit_end(s, job);
        }
    }
    return shadow;
}

static void reserve(state *s, int head)
{
    reservation *r = &s->reserved;
    const hc_request *request = &spec(s, head)->request;
    world then;
    world with_head;
    r->is_made = true;
    r->head = head;
    r->shadow = shadow_time(s, head);
    then = look_ahead(s, r->shadow);
    with_head = then;
    (void)place(&with_head, &r->place, s->replay->placement, request);
    for (int i = 0; i < then.node_count; i++) {
        r->whole_needed[i] = whole_free(&then.nodes[i]) - whole_free(&with_head.nodes[i]);
    }
}

static uint64_t leave(uint64_t now, uint64_t then, uint64_t needed)
{
    uint64_t left = then == HC_UNLIMITED ? HC_UNLIMITED : then - needed;
    return now < left ? now : left;
}

/* The world as it is, but of the reserved nodes only what is free both now and, beside the head, at T; parts of
 * GPUs there are left alone. */
static world beside_head(const state *s)
{
    const reservation *r = &s->reserved;
    const hc_request *head = &spec(s, r->head)->request;
    world w = s->world;
    world then = look_ahead(s, r->shadow);
    for (int i = 0; i < w.node_count; i++) {
        node *n = &w.nodes[i];
        int share_gpus = r->place.shared_device >= 0 ? 1 : r->place.gpus[i];
        int usable = whole_free(&then.nodes[i]) - r->whole_needed[i];
        if (!r->place.is_on[i]) {
            continue;
        }
        n->cpu =
            leave(n->cpu, then.nodes[i].cpu, share(head->cpu_milli, share_gpus, head->gpu_count));
        n->memory = leave(n->memory, then.nodes[i].memory,
                          share(head->memory_bytes, share_gpus, head->gpu_count));
        for (int d = 0; d < n->gpus; d++) {
            if (n->free_milli[d] < 1000 || usable-- <= 0) {
                n->free_milli[d] = 0;
            }
        }
    }
    return w;
}

/* Starts a job that does not end by T where the head's place is left alone. */
static bool start_beside(state *s, int job)
{
    world w = beside_head(s);
    world before = w;
    const hc_request *request = &spec(s, job)->request;
    grant planned;
    if (!place(&w, &planned, s->replay->placement, request)) {
        return false;
    }
    memset(&s->grants[job], 0, sizeof s->grants[job]);
    s->grants[job].shared_device = -1;
    for (int i = 0; i < w.node_count; i++) {
        int device = planned.shared_device;
        if (planned.is_on[i] && device >= 0 && before.nodes[i].free_milli[device] == 1000) {
            device = first_free_device(&s->world.nodes[i]);
        }
        if (planned.is_on[i]) {
            put(&s->world, &s->grants[job], request, i, planned.gpus[i], device);
        }
    }
    begin_job(s, job);
    return true;
}

static void pass_easy(state *s, bool is_tail_by_limit)
{
    int order[MAX_JOBS];
    int count = sort_waiting(s, false, order);
    int head = 0;
    while (head < count && try_start(s, order[head])) {
        head++;
    }
    if (head == count) {
        return;
    }
    head = order[head];
    if (!s->reserved.is_made || s->reserved.head != head || s->reserved.shadow <= s->now) {
        reserve(s, head);
    }
    count = sort_waiting(s, is_tail_by_limit, order);
    for (int i = 0; i < count; i++) {
        int job = order[i];
        if (job == head) {
            continue;
        }
        if (spec(s, job)->time_limit <= s->reserved.shadow - s->now) {
            (void)try_start(s, job);
        } else {
            (void)start_beside(s, job);
        }
    }
}

static void pass(state *s)
{
    const char *policy = s->replay->policy;
    int order[MAX_JOBS];
    int count = sort_waiting(s, strcmp(policy, "sjf") == 0, order);
    if (strncmp(policy, "easy", 4) == 0) {
        pass_easy(s, strcmp(policy, "easy_sjbf") == 0);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (!try_start(s, order[i]) && strcmp(policy, "first_fit") != 0) {
            return;
        }
    }
}

static void write_result(state *s, hc_replay_job *out, int job)
{
    size_t length = 0;
    out->start = s->start[job];
    out->end = s->now;
    out->state = HC_JOB_COMPLETED;
    out->nodes[0] = '\0';
    for (int i = 0; i < s->world.node_count; i++) {
        if (s->grants[job].is_on[i]) {
            int gpus = s->grants[job].shared_device >= 0 ? 1 : s->grants[job].gpus[i];
            length += (size_t)snprintf(out->nodes + length, sizeof out->nodes - length, "%s%d:%d",
                                       length == 0 ? "" : "+", i, gpus);
        }
    }
}

/* Ends, then submissions, of this instant; again while the pass starts jobs of no length. */
static bool apply_events(state *s)
{
    bool is_any = false;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && s->start[job] + spec(s, job)->run_time == s->now) {
            take_back(&s->world, &s->grants[job], &spec(s, job)->request);
            s->phases[job] = DONE;
            s->reserved.is_made = false;
            write_result(s, &s->replay->jobs[job], job);
            is_any = true;
        }
    }
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == AHEAD && spec(s, job)->submit <= s->now) {
            s->phases[job] = WAITING;
            is_any = true;
        }
    }
    return is_any;
}

static hc_time next_time(const state *s)
{
    hc_time next = HC_TIME_NEVER;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        hc_time time = HC_TIME_NEVER;
        if (s->phases[job] == AHEAD) {
            time = spec(s, job)->submit;
        } else if (s->phases[job] == RUNNING) {
            time = s->start[job] + spec(s, job)->run_time;
        }
        next = time < next ? time : next;
    }
    return next;
}

static int kind_of(world *w, const char *name)
{
    for (int i = 0; i < w->kind_count; i++) {
        if (strcmp(w->kinds[i], name) == 0) {
            return i;
        }
    }
    (void)snprintf(w->kinds[w->kind_count], sizeof w->kinds[0], "%s", name);
    return w->kind_count++;
}

static bool is_alike(const hc_node_group *a, const hc_node_group *b)
{
    return a->gpu_count == b->gpu_count && a->cpu_milli == b->cpu_milli &&
           a->memory_bytes == b->memory_bytes &&
           (a->gpu_count == 0 || strcmp(a->kind, b->kind) == 0);
}

static void add_nodes(world *w, const hc_node_group *group, int number)
{
    for (uint64_t i = 0; i < group->count; i++) {
        node *n = &w->nodes[w->node_count++];
        *n = (node){.group = number,
                    .gpus = (int)group->gpu_count,
                    .kind = group->gpu_count > 0 ? kind_of(w, group->kind) : -1,
                    .cpu = group->cpu_milli,
                    .memory = group->memory_bytes};
        for (int d = 0; d < n->gpus; d++) {
            n->free_milli[d] = 1000;
        }
    }
}

static void build_world(const hc_replay *replay, world *w)
{
    int numbers[MAX_NODES];
    for (size_t g = 0; g < replay->group_count; g++) {
        numbers[g] = w->group_count;
        for (size_t earlier = 0; earlier < g; earlier++) {
            if (is_alike(&replay->groups[g], &replay->groups[earlier])) {
                numbers[g] = numbers[earlier];
                break;
            }
        }
        w->group_count += numbers[g] == w->group_count ? 1 : 0;
        add_nodes(w, &replay->groups[g], numbers[g]);
    }
}

void hc_reference_run(hc_replay *replay)
{
    state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    s->replay = replay;
    build_world(replay, &s->world);
    for (int job = 0; job < (int)replay->job_count; job++) {
        world empty = s->world;
        grant ignored;
        replay->jobs[job].start = HC_TIME_MISSING;
        if (!place(&empty, &ignored, replay->placement, &spec(s, job)->request)) {
            s->phases[job] = DONE;
            replay->jobs[job].state = HC_JOB_REJECTED;
            replay->jobs[job].nodes[0] = '\0';
        }
    }
    while ((s->now = next_time(s)) != HC_TIME_NEVER) {
        while (apply_events(s)) {
            pass(s);
        }
    }
    free(s);
}
