#include "tests/sim/reference_rank_order.h"

#include <stdlib.h>

int64_t hc_ref_rank_milli(const hc_ref_job *j)
{
    return (int64_t)j->spec->request.gpu_count * j->spec->request.gpu_milli;
}

hc_time hc_ref_rank_restart_time(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    const hc_restart_costs *costs = &s->replay->restart;
    if (j->preemptions == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < costs->count; i++) {
        if (j->spec->request.gpu_count <= costs->steps[i].gpus_max) {
            return costs->steps[i].time;
        }
    }
    return 0;
}

hc_time hc_ref_rank_end_of(const hc_ref_job *j)
{
    return j->up + j->work - j->done;
}

static hc_time remaining(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    return j->phase == RUNNING ? hc_ref_rank_end_of(j) - s->now
                               : hc_ref_rank_restart_time(s, j) + j->work - j->done;
}

hc_time hc_ref_rank_held(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    return j->held + (j->phase == RUNNING ? s->now - j->start : 0);
}

/* The index as a fraction: the supremum lies at a value of the sample. Times in ns, exact. */
static void set_gittins(const hc_ref_rank_state *s, hc_ref_job *j)
{
    const hc_gittins_options *g = &s->options->gittins;
    hc_time a = hc_ref_rank_held(s, j) / g->quantum * g->quantum;
    if (j->cost > 0 && a == j->looked_at) {
        return;
    }
    j->looked_at = a;
    j->gain = 0;
    j->cost = 1;
    for (uint32_t k = 0; k < g->sample_count; k++) {
        hc_time span = g->sample[k] - a;
        int64_t gain = 0;
        int64_t cost = 0;
        for (uint32_t i = 0; i < g->sample_count; i++) {
            hc_time left = g->sample[i] - a;
            gain += left > 0 && left <= span ? 1 : 0;
            cost += left <= 0 ? 0 : left < span ? left : span;
        }
        if (span > 0 && (hc_int128)gain * j->cost > (hc_int128)j->gain * cost) {
            j->gain = gain;
            j->cost = cost;
        }
    }
}

static int compare(hc_int128 a, hc_int128 b)
{
    return (a > b) - (a < b);
}

static int compare_priorities(const hc_ref_job *a, const hc_ref_job *b)
{
    if (a->spec->priority != b->spec->priority) {
        return a->spec->priority > b->spec->priority ? -1 : 1;
    }
    if (a->phase != b->phase) {
        return a->phase == RUNNING ? -1 : 1;
    }
    return a->phase == RUNNING ? compare(a->start, b->start) : 0;
}

/* Of equal remaining service: started now, has waited, runs, has joined now. */
static int service_part(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    bool is_new = (j->phase == RUNNING ? j->start : j->waiting_since) == s->now;
    return j->phase == RUNNING ? (is_new ? 0 : 2) : is_new ? 3 : 1;
}

/* Running jobs stay as the list has them. */
static int compare_services(const hc_ref_rank_state *s, const hc_ref_job *a, const hc_ref_job *b)
{
    hc_int128 left_a = (hc_int128)remaining(s, a) * hc_ref_rank_milli(a) / 1000000;
    hc_int128 left_b = (hc_int128)remaining(s, b) * hc_ref_rank_milli(b) / 1000000;
    int part = service_part(s, a);
    if (hc_ref_rank_milli(a) == 0 || hc_ref_rank_milli(b) == 0) {
        return hc_ref_rank_milli(a) != hc_ref_rank_milli(b)
                   ? compare(hc_ref_rank_milli(a), hc_ref_rank_milli(b))
                   : compare(a - b, 0);
    }
    if (left_a != left_b || part != service_part(s, b)) {
        return left_a != left_b ? compare(left_a, left_b) : part - service_part(s, b);
    }
    return part == 2 ? 0 : compare(a->joined, b->joined);
}

/* Waiting jobs stay as the list has them. */
static int compare_levels(const hc_ref_job *a, const hc_ref_job *b)
{
    if (a->level != b->level || a->part != b->part) {
        return a->level != b->level ? a->level - b->level : a->part - b->part;
    }
    return a->part == 0 ? compare(a->turn, b->turn) : 0;
}

/* Which of two jobs goes first: < 0 for `a`; 0: the order of the list stays. */
static int compare_ranks(const hc_ref_rank_state *s, int x, int y)
{
    const hc_ref_job *a = &s->jobs[x];
    const hc_ref_job *b = &s->jobs[y];
    int order = 0;
    switch (s->options->rank) {
    case HC_RANK_REMAINING:
        order = compare(remaining(s, a), remaining(s, b));
        break;
    case HC_RANK_REMAINING_SERVICE:
        return compare_services(s, a, b);
    case HC_RANK_SIZE:
        order = compare(hc_ref_rank_milli(a), hc_ref_rank_milli(b));
        break;
    case HC_RANK_PRIORITY:
        order = compare_priorities(a, b);
        break;
    case HC_RANK_ATTAINED:
    case HC_RANK_ATTAINED_SERVICE:
        return compare_levels(a, b);
    case HC_RANK_GITTINS:
        order = compare((hc_int128)b->gain * a->cost, (hc_int128)a->gain * b->cost);
        break;
    case HC_RANK_NONE:
    case HC_RANK_COUNT:
    default:
        abort();
    }
    return order != 0 ? order : x - y;
}

void hc_ref_rank_sort(hc_ref_rank_state *s)
{
    for (int i = 0; i < s->count && s->options->rank == HC_RANK_GITTINS; i++) {
        set_gittins(s, &s->jobs[s->list[i]]);
    }
    for (int i = 1; i < s->count; i++) {
        int moved = s->list[i];
        int at = i;
        for (; at > 0 && compare_ranks(s, moved, s->list[at - 1]) < 0; at--) {
            s->list[at] = s->list[at - 1];
        }
        s->list[at] = moved;
    }
}
