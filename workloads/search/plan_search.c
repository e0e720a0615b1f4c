#include "workloads/search/plan_search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int hc_plan_compare(const hc_parallel_plan *a, const hc_parallel_plan *b)
{
    const uint32_t OF_A[] = {a->gpus,
                             a->pp,
                             a->tp,
                             a->cp,
                             a->ep,
                             a->interleave,
                             (uint32_t)a->schedule,
                             a->zero,
                             (uint32_t)a->recompute,
                             a->micro_batch};
    const uint32_t OF_B[] = {b->gpus,
                             b->pp,
                             b->tp,
                             b->cp,
                             b->ep,
                             b->interleave,
                             (uint32_t)b->schedule,
                             b->zero,
                             (uint32_t)b->recompute,
                             b->micro_batch};
    for (size_t i = 0; i < sizeof OF_A / sizeof OF_A[0]; i++) {
        if (OF_A[i] != OF_B[i]) {
            return OF_A[i] < OF_B[i] ? -1 : 1;
        }
    }
    return 0;
}

static bool is_better(const hc_plan_choice *a, const hc_plan_choice *b)
{
    if (a->step_seconds != b->step_seconds) {
        return a->step_seconds < b->step_seconds;
    }
    if (a->memory_bytes != b->memory_bytes) {
        return a->memory_bytes < b->memory_bytes;
    }
    return hc_plan_compare(&a->plan, &b->plan) < 0;
}

void hc_plan_ranking_add(hc_plan_ranking *ranking, const hc_plan_choice *choice)
{
    size_t at = ranking->count;
    if (at == ranking->limit) {
        if (!is_better(choice, &ranking->choices[at - 1])) {
            return;
        }
        at--;
    } else {
        ranking->count++;
    }
    for (; at > 0 && is_better(choice, &ranking->choices[at - 1]); at--) {
        ranking->choices[at] = ranking->choices[at - 1];
    }
    ranking->choices[at] = *choice;
}

typedef struct search {
    hc_step_setting setting;
    double slowest_seconds;
    hc_plan_counts *counts;
    hc_plan_ranking *ranking;
} search;

static hc_plan_obstacle obstacle_of(const hc_training_memory *memory)
{
    static const char *const NAMES[] = {"weights", "gradients", "optimizer", "activations"};
    const char *largest = hc_training_memory_largest(memory);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(largest, NAMES[i]) == 0) {
            return (hc_plan_obstacle)(HC_OBSTACLE_WEIGHTS + i);
        }
    }
    return HC_OBSTACLE_BUFFERS;
}

static void visit(void *self, const hc_parallel_plan *plan)
{
    search *s = self;
    hc_training_memory memory;
    hc_step_time step;
    hc_training_memory_need(s->setting.shape, plan, &memory);
    if (memory.total > s->setting.accelerator->memory_bytes) {
        s->counts->obstacles[obstacle_of(&memory)]++;
        return;
    }
    s->setting.plan = plan;
    hc_step_time_predict(&s->setting, &step);
    if (step.seconds > s->slowest_seconds) {
        s->counts->obstacles[HC_OBSTACLE_LIMIT]++;
        return;
    }
    s->counts->fitting++;
    hc_plan_ranking_add(s->ranking, &(hc_plan_choice){.plan = *plan,
                                                      .step_seconds = step.seconds,
                                                      .memory_bytes = memory.total});
}

void hc_plan_search(const hc_plan_walk *walk, const hc_step_setting *setting,
                    double slowest_seconds, hc_plan_counts *counts, hc_plan_ranking *ranking)
{
    search s = {.setting = *setting,
                .slowest_seconds = slowest_seconds,
                .counts = counts,
                .ranking = ranking};
    hc_plan_walk_all(walk, counts, visit, &s);
}

typedef struct nearest {
    const hc_model_shape *shape;
    const hc_parallel_plan *wanted;
    double memory_bytes;
    hc_parallel_plan best;
    double least; /* INFINITY: none yet */
} nearest;

static double doublings(uint32_t a, uint32_t b)
{
    return a == 0 || b == 0 ? 0 : fabs(log2((double)a / b));
}

static double distance(const hc_parallel_plan *a, const hc_parallel_plan *b)
{
    return doublings(a->tp, b->tp) + doublings(a->pp, b->pp) + doublings(a->cp, b->cp) +
           doublings(a->ep, b->ep) + doublings(a->dp, b->dp) +
           doublings(a->micro_batch, b->micro_batch) + doublings(a->interleave, b->interleave) +
           (a->schedule != b->schedule) +
           (a->zero > b->zero   ? 0.5
            : a->zero < b->zero ? 1
                                : 0) +
           0.5 * abs((int)a->recompute - (int)b->recompute);
}

static void consider(void *self, const hc_parallel_plan *plan)
{
    nearest *n = self;
    hc_training_memory memory;
    double far = distance(plan, n->wanted);
    if (far >= n->least) {
        return;
    }
    hc_training_memory_need(n->shape, plan, &memory);
    if (memory.total <= n->memory_bytes) {
        n->best = *plan;
        n->least = far;
    }
}

bool hc_plan_nearest(hc_parallel_plan *out, const hc_model_shape *shape,
                     const hc_parallel_plan *wanted, const hc_accelerator *accelerator)
{
    hc_plan_counts counts = {0};
    nearest n = {.shape = shape,
                 .wanted = wanted,
                 .memory_bytes = accelerator->memory_bytes,
                 .least = INFINITY};
    hc_plan_walk walk = {
        .shape = shape,
        .base = *wanted,
        .gpus = wanted->gpus,
        .tp_limit =
            wanted->tp > accelerator->gpus_per_node ? wanted->tp : accelerator->gpus_per_node,
        .share_count = 1,
    };
    hc_plan_walk_all(&walk, &counts, consider, &n);
    *out = n.best;
    return isfinite(n.least);
}

static const char *recomputation(hc_recomputation kind)
{
    static const char *const NAMES[] = {"no recomputation", "selective recomputation",
                                        "full recomputation"};
    return NAMES[kind];
}

static const char *schedule(const hc_parallel_plan *plan)
{
    static const char *const NAMES[] = {"", ", gpipe", ", zero bubble", ", dualpipe"};
    return NAMES[plan->schedule];
}

/* " x cp 2"; nothing for 1. */
static size_t write_factor(char *out, size_t length, const char *name, uint32_t factor)
{
    return factor == 1 ? 0
                       : (size_t)snprintf(out + length, HC_PLAN_TEXT_SIZE - length,
                                          " x %s %" PRIu32, name, factor);
}

void hc_plan_write(const hc_parallel_plan *plan, char *out)
{
    char interleave[32] = "";
    char expert[32] = "";
    char zero[24] = "";
    size_t length = (size_t)snprintf(out, HC_PLAN_TEXT_SIZE, "tp %" PRIu32, plan->tp);
    length += write_factor(out, length, "pp", plan->pp);
    length += write_factor(out, length, "cp", plan->cp);
    length += write_factor(out, length, "dp", plan->dp);
    if (plan->ep > 1) {
        (void)snprintf(expert, sizeof expert, ", ep %" PRIu32, plan->ep);
    }
    if (plan->interleave > 1) {
        (void)snprintf(interleave, sizeof interleave, ", interleave %" PRIu32, plan->interleave);
    }
    if (plan->zero > 0) {
        (void)snprintf(zero, sizeof zero, ", ZeRO-%" PRIu32, plan->zero);
    }
    (void)snprintf(out + length, HC_PLAN_TEXT_SIZE - length,
                   "%s%s%s%s, micro-batch %" PRIu32 " of %" PRIu32 ", %s, %s", expert, interleave,
                   schedule(plan), zero, plan->micro_batch, plan->global_batch,
                   hc_precision_name(plan->precision), recomputation(plan->recompute));
}
