#include "tests/sim/reference_world.h"

#include <stdio.h>
#include <string.h>

int hc_ref_whole_free(const hc_ref_node *n)
{
    int count = 0;
    for (int d = 0; d < n->gpus; d++) {
        count += n->free_milli[d] == 1000 ? 1 : 0;
    }
    return count;
}

/* Nodes that are not in service are simply not offered. */
static bool accepts_kind(const hc_request *r, const hc_ref_node *n)
{
    return !n->is_closed &&
           (r->kinds == UINT64_MAX || (n->gpus > 0 && (r->kinds >> n->kind & 1) != 0));
}

uint64_t hc_ref_share(uint64_t amount, int part, uint32_t whole)
{
    return whole == 0 ? amount : (amount * (uint64_t)part + whole - 1) / whole;
}

static bool has_host(const hc_ref_node *n, const hc_request *r, int gpus)
{
    return (n->cpu == HC_UNLIMITED || n->cpu >= hc_ref_share(r->cpu_milli, gpus, r->gpu_count)) &&
           (n->memory == HC_UNLIMITED ||
            n->memory >= hc_ref_share(r->memory_bytes, gpus, r->gpu_count));
}

void hc_ref_put(hc_ref_world *w, hc_ref_grant *g, const hc_request *r, int index, int gpus,
                int shared)
{
    hc_ref_node *n = &w->nodes[index];
    uint64_t cpu = hc_ref_share(r->cpu_milli, shared >= 0 ? 1 : gpus, r->gpu_count);
    uint64_t memory = hc_ref_share(r->memory_bytes, shared >= 0 ? 1 : gpus, r->gpu_count);
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

void hc_ref_take_back(hc_ref_world *w, const hc_ref_grant *g, const hc_request *r)
{
    for (int i = 0; i < w->node_count; i++) {
        hc_ref_node *n = &w->nodes[i];
        int gpus = g->shared_device >= 0 ? 1 : g->gpus[i];
        if (!g->is_on[i]) {
            continue;
        }
        n->cpu += n->cpu == HC_UNLIMITED ? 0 : hc_ref_share(r->cpu_milli, gpus, r->gpu_count);
        n->memory +=
            n->memory == HC_UNLIMITED ? 0 : hc_ref_share(r->memory_bytes, gpus, r->gpu_count);
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

static int best_node(const hc_ref_world *w, const char *rule, const hc_request *r, int gpus)
{
    int best = -1;
    for (int i = 0; i < w->node_count; i++) {
        const hc_ref_node *n = &w->nodes[i];
        if (hc_ref_whole_free(n) >= gpus && accepts_kind(r, n) &&
            has_host(n, r, (int)r->gpu_count) &&
            (best < 0 ||
             is_better(rule, hc_ref_whole_free(n), hc_ref_whole_free(&w->nodes[best])))) {
            best = i;
        }
    }
    return best;
}

/* The best GPU that is partly used and has room. @return its node, -1 for none. */
static int best_shared(const hc_ref_world *w, const char *rule, const hc_request *r, int *device)
{
    int best = -1;
    for (int i = 0; i < w->node_count; i++) {
        for (int d = 0; d < w->nodes[i].gpus; d++) {
            const hc_ref_node *n = &w->nodes[i];
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

int hc_ref_first_free_device(const hc_ref_node *n)
{
    int d = 0;
    while (n->free_milli[d] != 1000) {
        d++;
    }
    return d;
}

static bool place_shared(hc_ref_world *w, hc_ref_grant *g, const char *rule, const hc_request *r)
{
    int device = 0;
    int shared = best_shared(w, rule, r, &device);
    int whole = best_node(w, rule, r, 1);
    bool prefers_whole = strcmp(rule, "spread") == 0 ? whole >= 0
                                                     : shared < 0 || (strcmp(rule, "first") == 0 &&
                                                                      whole >= 0 && whole < shared);
    if (prefers_whole && whole >= 0) {
        hc_ref_put(w, g, r, whole, 0, hc_ref_first_free_device(&w->nodes[whole]));
    } else if (shared >= 0) {
        hc_ref_put(w, g, r, shared, 0, device);
    } else {
        return false;
    }
    return true;
}

/* Whole nodes in order of their numbers, the rest by best fit among the others. */
static bool place_packed_gang(hc_ref_world *w, hc_ref_grant *g, const hc_request *r, int group)
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
        hc_ref_node *n = &w->nodes[i];
        if (n->group == group && accepts_kind(r, n) && hc_ref_whole_free(n) == per_node &&
            has_host(n, r, per_node)) {
            hc_ref_put(w, g, r, i, per_node, -1);
            full--;
        }
    }
    for (int i = 0; i < w->node_count; i++) {
        const hc_ref_node *n = &w->nodes[i];
        if (n->group == group && accepts_kind(r, n) && !g->is_on[i] &&
            hc_ref_whole_free(n) >= rest && has_host(n, r, rest) &&
            (best < 0 || hc_ref_whole_free(n) < hc_ref_whole_free(&w->nodes[best]))) {
            best = i;
        }
    }
    if (rest > 0 && best >= 0) {
        hc_ref_put(w, g, r, best, rest, -1);
    }
    return full == 0 && (rest == 0 || best >= 0);
}

/* Nodes by most free, or by number, each giving what it has. */
static bool place_loose_gang(hc_ref_world *w, hc_ref_grant *g, const char *rule,
                             const hc_request *r, int group)
{
    int wanted = (int)r->gpu_count;
    while (wanted > 0) {
        int best = -1;
        int usable = 0;
        for (int i = 0; i < w->node_count; i++) {
            const hc_ref_node *n = &w->nodes[i];
            if (n->group == group && accepts_kind(r, n) && !g->is_on[i] &&
                hc_ref_whole_free(n) > 0 && has_host(n, r, 1) &&
                (best < 0 ||
                 is_better(rule, hc_ref_whole_free(n), hc_ref_whole_free(&w->nodes[best])))) {
                best = i;
            }
        }
        if (best < 0) {
            return false;
        }
        usable = hc_ref_whole_free(&w->nodes[best]) < wanted ? hc_ref_whole_free(&w->nodes[best])
                                                             : wanted;
        while (!has_host(&w->nodes[best], r, usable)) {
            usable--;
        }
        hc_ref_put(w, g, r, best, usable, -1);
        wanted -= usable;
    }
    return true;
}

bool hc_ref_place(hc_ref_world *w, hc_ref_grant *g, const char *rule, const hc_request *r)
{
    hc_ref_world before = *w;
    int single = -1;
    bool is_first_gang = strcmp(rule, "first") == 0 && r->gpu_count > 1 && !r->is_single_node;
    memset(g, 0, sizeof *g);
    g->shared_device = -1;
    if (r->gpu_count == 1 && r->gpu_milli < 1000) {
        return place_shared(w, g, rule, r);
    }
    single = is_first_gang ? -1 : best_node(w, rule, r, (int)r->gpu_count);
    if (single >= 0) {
        hc_ref_put(w, g, r, single, (int)r->gpu_count, -1);
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

static int kind_of(hc_ref_world *w, const char *name)
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

static void add_nodes(hc_ref_world *w, const hc_node_group *group, int number)
{
    for (uint64_t i = 0; i < group->count; i++) {
        hc_ref_node *n = &w->nodes[w->node_count++];
        *n = (hc_ref_node){.group = number,
                           .gpus = (int)group->gpu_count,
                           .kind = group->gpu_count > 0 ? kind_of(w, group->kind) : -1,
                           .cpu = group->cpu_milli,
                           .memory = group->memory_bytes};
        for (int d = 0; d < n->gpus; d++) {
            n->free_milli[d] = 1000;
        }
    }
}

void hc_ref_build(const hc_replay *replay, hc_ref_world *w)
{
    int numbers[HC_REF_MAX_NODES];
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

hc_time hc_ref_next_step(const hc_replay *replay, size_t next_step)
{
    const hc_calendar *calendar = replay->calendar;
    return calendar != NULL && next_step < calendar->count ? calendar->steps[next_step].at
                                                           : HC_TIME_NEVER;
}

bool hc_ref_take_steps(hc_ref_world *w, const hc_replay *replay, size_t *next_step, hc_time now)
{
    size_t first = *next_step;
    while (hc_ref_next_step(replay, *next_step) <= now) {
        uint32_t in_service = replay->calendar->steps[(*next_step)++].node_count;
        for (int i = 0; i < w->node_count; i++) {
            w->nodes[i].is_closed = i >= (int)in_service;
        }
    }
    return *next_step > first;
}
