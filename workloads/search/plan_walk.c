#include "workloads/search/plan_walk.h"

#include "workloads/plan/plan_rules.h"

#include <stddef.h>
#include <string.h>

enum {
    MICRO_BATCH_LIMIT = 64,
    TOKENS_OF_A_CONTEXT_RANK = 1024,
    INTERLEAVE_LIMIT = 16,
    STAGE_LIMIT = 4096
};

typedef struct walker {
    const hc_plan_walk *walk;
    hc_plan_counts *counts;
    hc_plan_visit visit;
    void *self;
    hc_parallel_plan plan;
    uint32_t split; /* number of the split */
} walker;

const char *hc_plan_obstacle_name(hc_plan_obstacle obstacle)
{
    static const char *const NAMES[] = {
        [HC_OBSTACLE_TP] = "heads or widths not divisible by tp",
        [HC_OBSTACLE_PP] = "fewer layers than stages",
        [HC_OBSTACLE_CP] = "sequence not divisible by cp",
        [HC_OBSTACLE_EP] = "experts not divisible by ep",
        [HC_OBSTACLE_BATCH] = "batch not divisible, or too small for the schedule",
        [HC_OBSTACLE_INTERLEAVE] = "layers not divisible by virtual stages",
        [HC_OBSTACLE_OTHER] = "other rules",
        [HC_OBSTACLE_WEIGHTS] = "memory (weights)",
        [HC_OBSTACLE_GRADIENTS] = "memory (gradients)",
        [HC_OBSTACLE_OPTIMIZER] = "memory (optimizer)",
        [HC_OBSTACLE_ACTIVATIONS] = "memory (activations)",
        [HC_OBSTACLE_BUFFERS] = "memory (buffers)",
        [HC_OBSTACLE_LIMIT] = "beyond the limits",
    };
    return NAMES[obstacle];
}

static void note(walker *w, hc_plan_obstacle obstacle)
{
    w->counts->tried++;
    w->counts->obstacles[obstacle]++;
}

/* The obstacle that a rule about this key is. */
static hc_plan_obstacle obstacle_of_key(const char *key)
{
    static const struct {
        const char *key;
        hc_plan_obstacle obstacle;
    } KEYS[] = {
        {"tp", HC_OBSTACLE_TP},
        {"sequence_parallel", HC_OBSTACLE_TP},
        {"pp", HC_OBSTACLE_PP},
        {"cp", HC_OBSTACLE_CP},
        {"ep", HC_OBSTACLE_EP},
        {"global_batch", HC_OBSTACLE_BATCH},
        {"interleave", HC_OBSTACLE_INTERLEAVE},
    };
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        if (strcmp(KEYS[i].key, key) == 0) {
            return KEYS[i].obstacle;
        }
    }
    return HC_OBSTACLE_OTHER;
}

/* The first rule that an impossible plan breaks. */
static hc_plan_obstacle find_obstacle(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    const hc_plan_rules *const TABLES[] = {&hc_plan_rules_ranks, &hc_plan_rules_schedule,
                                           &hc_plan_rules_state};
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        for (size_t k = 0; k < TABLES[i]->count; k++) {
            if (!TABLES[i]->rules[k].holds(plan, shape)) {
                return obstacle_of_key(TABLES[i]->rules[k].name);
            }
        }
    }
    return HC_OBSTACLE_OTHER;
}

static void try_plan(walker *w)
{
    if (!hc_parallel_plan_is_possible(&w->plan, w->walk->shape)) {
        note(w, find_obstacle(&w->plan, w->walk->shape));
        return;
    }
    w->counts->tried++;
    w->counts->possible++;
    w->visit(w->self, &w->plan);
}

static void walk_state(walker *w)
{
    for (uint32_t zero = 0; zero <= 3; zero++) {
        if (zero > 0 && w->plan.dp * w->plan.cp == 1) {
            break; /* nobody to share with */
        }
        w->plan.zero = zero;
        for (int r = 0; r < HC_RECOMPUTE_COUNT; r++) {
            w->plan.recompute = (hc_recomputation)r;
            try_plan(w);
        }
    }
}

static void walk_interleaving(walker *w, uint32_t micro_batches)
{
    uint32_t layers = w->walk->shape->layers;
    w->plan.schedule = HC_PIPELINE_1F1B;
    for (uint32_t v = 2; w->plan.pp > 1 && v <= INTERLEAVE_LIMIT && v * w->plan.pp <= layers; v++) {
        w->plan.interleave = v;
        if (layers % (v * w->plan.pp) != 0) {
            note(w, HC_OBSTACLE_INTERLEAVE);
        } else if (micro_batches % w->plan.pp != 0) {
            note(w, HC_OBSTACLE_BATCH);
        } else {
            walk_state(w);
        }
    }
    w->plan.interleave = 1;
}

static void walk_schedules(walker *w)
{
    uint32_t micro_batches = w->plan.global_batch / (w->plan.dp * w->plan.micro_batch);
    for (int s = 0; s < HC_PIPELINE_COUNT; s++) {
        bool is_useful =
            s == HC_PIPELINE_1F1B || (w->plan.pp > 1 && s != HC_PIPELINE_GPIPE &&
                                      (s != HC_PIPELINE_DUALPIPE || w->plan.pp % 2 == 0));
        if (is_useful) {
            w->plan.schedule = (hc_pipeline_schedule)s;
            walk_state(w);
        }
    }
    walk_interleaving(w, micro_batches);
}

static void walk_batches(walker *w)
{
    uint64_t batch = w->plan.global_batch;
    for (uint32_t b = 1; b <= MICRO_BATCH_LIMIT; b *= 2) {
        uint64_t at_once = (uint64_t)w->plan.dp * b;
        if (at_once > batch) {
            break;
        }
        w->plan.micro_batch = b;
        if (batch % at_once != 0) {
            note(w, HC_OBSTACLE_BATCH);
        } else {
            walk_schedules(w);
        }
    }
}

static void walk_experts(walker *w)
{
    uint32_t experts = w->walk->shape->experts;
    uint32_t ranks = w->plan.tp * w->plan.cp * w->plan.dp;
    if (w->plan.global_batch % w->plan.dp != 0) {
        note(w, HC_OBSTACLE_BATCH);
        return;
    }
    for (uint32_t ep = 1; ep <= (experts == 0 ? 1 : experts) && ep <= ranks; ep *= 2) {
        w->plan.ep = ep;
        if ((experts > 0 && experts % ep != 0) || ranks % ep != 0) {
            note(w, HC_OBSTACLE_EP);
        } else {
            walk_batches(w);
        }
    }
}

static void walk_context(walker *w, uint32_t left)
{
    uint32_t most = w->plan.sequence / TOKENS_OF_A_CONTEXT_RANK;
    for (uint32_t cp = 1; cp <= left && (cp == 1 || cp <= most); cp *= 2) {
        bool is_ours = w->split++ % w->walk->share_count == w->walk->share_index;
        if (left % cp != 0 || !is_ours) {
            continue;
        }
        w->plan.cp = cp;
        w->plan.dp = left / cp;
        if (cp > 1 && w->plan.sequence % (2 * cp) != 0) {
            note(w, HC_OBSTACLE_CP);
        } else {
            walk_experts(w);
        }
    }
}

static void walk_stages(walker *w, uint32_t left)
{
    bool is_first = w->walk->share_index == 0; /* what is refused at once is counted once */
    uint32_t layers = w->walk->shape->layers;
    for (uint32_t pp = 1; pp <= left && pp <= layers && pp <= STAGE_LIMIT; pp++) {
        if (left % pp == 0) {
            w->plan.pp = pp;
            walk_context(w, left / pp);
        }
    }
    if (left > layers && is_first) {
        note(w, HC_OBSTACLE_PP);
    }
}

void hc_plan_walk_all(const hc_plan_walk *walk, hc_plan_counts *counts, hc_plan_visit visit,
                      void *self)
{
    walker w = {.walk = walk, .counts = counts, .visit = visit, .self = self, .plan = walk->base};
    bool is_first = walk->share_index == 0;
    w.plan.gpus = walk->gpus;
    w.plan.stage_layers = NULL;
    w.plan.shard_group = 0;
    for (uint32_t tp = 1; tp <= walk->tp_limit && tp <= walk->gpus; tp++) {
        if (walk->gpus % tp != 0) {
            continue;
        }
        w.plan.tp = tp;
        w.plan.sequence_parallel = tp > 1;
        if (walk->shape->heads % tp != 0) {
            if (is_first) {
                note(&w, HC_OBSTACLE_TP);
            }
        } else {
            walk_stages(&w, walk->gpus / tp);
        }
    }
}
