#include "workloads/training/training.h"

#include "sim/int128.h"
#include "workloads/training/pace_memory.h"
#include "workloads/plan/training_memory.h"
#include "workloads/training/training_step.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OBSTACLE_SIZE = 256 };

/* How the nodes of a kind lie on a partition where as many of them are together as can be. */
typedef struct kind_shape {
    uint32_t gpus_per_node;
    uint32_t nodes_per_rack;
    uint32_t racks_per_pod;
} kind_shape;

typedef struct known_work {
    hc_training_work as_added;
    hc_training_facts facts;
    kind_shape shape;
    char *name;
    char *title;
    uint32_t *stage_layers; /* of the plan; NULL: as even as can be */
} known_work;

struct hc_training {
    const hc_machine *machine;
    hc_training_kind *kinds; /* by kind of the machine */
    uint32_t kind_count;
    known_work *works;
    uint32_t count;
    hc_pace_memory *memory;
};

int hc_training_create(hc_training **out, const hc_machine *machine, const hc_training_kind *kinds,
                       hc_error *error)
{
    hc_training *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return hc_error_memory(error);
    }
    t->machine = machine;
    t->kind_count = hc_machine_kind_count(machine);
    t->kinds = calloc((size_t)t->kind_count + 1, sizeof *t->kinds);
    t->memory = hc_pace_memory_create();
    if (t->kinds == NULL || t->memory == NULL) {
        hc_training_destroy(t);
        return hc_error_memory(error);
    }
    memcpy(t->kinds, kinds, t->kind_count * sizeof *kinds);
    *out = t;
    return 0;
}

static void release(known_work *w)
{
    free(w->name);
    free(w->title);
    free(w->stage_layers);
}

void hc_training_destroy(hc_training *t)
{
    if (t == NULL) {
        return;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        release(&t->works[i]);
    }
    free(t->works);
    free(t->kinds);
    hc_pace_memory_destroy(t->memory);
    free(t);
}

uint32_t hc_training_count(const hc_training *t)
{
    return t->count;
}

const hc_training_work *hc_training_at(const hc_training *t, uint32_t number)
{
    return &t->works[number - 1].as_added;
}

const hc_training_facts *hc_training_facts_of(const hc_training *t, uint32_t number)
{
    return &t->works[number - 1].facts;
}

/* ---- the plan on a number of GPUs ---- */

static int refuse_other_count(const hc_parallel_plan *plan, uint32_t gpu_count, uint64_t cut,
                              hc_error *why)
{
    uint64_t below = gpu_count / cut * cut;
    return hc_error_set(why, HC_ERROR_USAGE,
                        "its plan cuts the model over tp %" PRIu32 " x cp %" PRIu32 " x pp %" PRIu32
                        " = %" PRIu64 " GPUs, and %" PRIu32 " are no multiple of it: %" PRIu64
                        " would be%s",
                        plan->tp, plan->cp, plan->pp, cut, gpu_count, below > 0 ? below : cut,
                        below > 0 ? ", or the next one above" : "");
}

/* The batch nearest to the one before that so many replicas can share, the larger of two. */
static uint32_t nearest_batch(uint32_t before, uint64_t unit)
{
    assert(unit > 0);
    uint64_t shares = (before + unit / 2) / unit;
    uint64_t batch = (shares > 0 ? shares : 1) * unit;
    return batch > UINT32_MAX ? UINT32_MAX : (uint32_t)batch;
}

int hc_training_plan_on(const hc_training_work *work, uint32_t gpu_count, hc_parallel_plan *out,
                        hc_error *why)
{
    const hc_parallel_plan *plan = &work->plan;
    uint64_t cut = (uint64_t)plan->tp * plan->cp * plan->pp;
    assert(cut > 0);
    *out = *plan;
    if (gpu_count == plan->gpus) {
        return 0;
    }
    if (!work->is_elastic) {
        return hc_error_set(why, HC_ERROR_USAGE,
                            "it is not elastic: its plan is for %" PRIu32 " GPUs, not for %" PRIu32,
                            plan->gpus, gpu_count);
    }
    if (gpu_count % cut != 0) {
        return refuse_other_count(plan, gpu_count, cut, why);
    }
    out->gpus = gpu_count;
    out->dp = (uint32_t)(gpu_count / cut);
    out->global_batch = nearest_batch(plan->global_batch, (uint64_t)out->dp * plan->micro_batch);
    return hc_parallel_plan_check(out, &work->shape, why);
}

/* ---- close together ---- */

/* The class of the nodes of a partition that have the most GPUs of a kind; NULL: none has any. */
static const hc_node_class *largest_class(const hc_training *t, hc_partition_id partition,
                                          uint32_t kind, uint32_t *index)
{
    const hc_partition_range *range = hc_machine_partition(t->machine, partition);
    const hc_node_class *largest = NULL;
    for (uint32_t i = range->first_class; i < range->first_class + range->class_count; i++) {
        const hc_node_class *c = hc_machine_class(t->machine, i);
        if (c->kind == kind && (largest == NULL || c->gpu_count > largest->gpu_count)) {
            largest = c;
            *index = i;
        }
    }
    return largest;
}

/* The fullest rack of a class, and the pod with the most racks. Racks and pods of a partition stand in the order of its nodes. */
static kind_shape shape_of(const hc_training *t, hc_partition_id partition, uint32_t kind)
{
    const hc_partition_range *range = hc_machine_partition(t->machine, partition);
    uint32_t index = 0;
    const hc_node_class *c = largest_class(t, partition, kind, &index);
    kind_shape shape = {.gpus_per_node = c->gpu_count};
    const hc_node *before = NULL;
    uint32_t nodes = 0;
    uint32_t racks = 0;
    for (uint32_t i = 0; i < range->node_count; i++) {
        const hc_node *node = hc_machine_node(t->machine, (hc_node_id){range->first_node + i});
        if (node->class_index != index) {
            continue;
        }
        bool is_new_rack = before == NULL || node->rack != before->rack;
        bool is_new_pod = before == NULL || node->pod != before->pod;
        racks = is_new_pod ? 1 : racks + (is_new_rack ? 1 : 0);
        nodes = is_new_rack ? 1 : nodes + 1;
        shape.nodes_per_rack = nodes > shape.nodes_per_rack ? nodes : shape.nodes_per_rack;
        shape.racks_per_pod = racks > shape.racks_per_pod ? racks : shape.racks_per_pod;
        before = node;
    }
    return shape;
}

static hc_rank_layout packed_layout(const kind_shape *shape, uint32_t gpu_count)
{
    return (hc_rank_layout){
        .ranks = gpu_count,
        .ranks_per_node = gpu_count < shape->gpus_per_node ? gpu_count : shape->gpus_per_node,
        .nodes_per_rack = shape->nodes_per_rack,
        .racks_per_pod = shape->racks_per_pod,
    };
}

static hc_time packed_step(const hc_training *t, const known_work *w, const hc_parallel_plan *plan)
{
    hc_rank_layout layout = packed_layout(&w->shape, plan->gpus);
    return hc_training_step_on(&t->kinds[w->facts.kind], &w->as_added.shape, plan, &layout);
}

/* ---- works ---- */

/* The kind on which the plan is fastest where packed, of those that will do and are there.
 * @return whether there is one */
static bool choose_kind(const hc_training *t, known_work *w)
{
    hc_time best = HC_TIME_NEVER;
    for (uint32_t kind = 0; kind < t->kind_count; kind++) {
        known_work tried = *w;
        uint32_t index = 0;
        hc_time step = 0;
        if ((w->facts.kinds >> kind & 1) == 0 ||
            largest_class(t, w->as_added.partition, kind, &index) == NULL) {
            continue;
        }
        tried.facts.kind = kind;
        tried.shape = shape_of(t, w->as_added.partition, kind);
        step = packed_step(t, &tried, &w->as_added.plan);
        if (step < best) {
            best = step;
            w->facts.kind = kind;
            w->shape = tried.shape;
            w->facts.step = step;
        }
    }
    return best != HC_TIME_NEVER;
}

/* Why a plan cannot be trained on a kind; empty: it can. */
static const char *obstacle(const hc_training *t, const hc_training_work *work, uint32_t kind,
                            char text[OBSTACLE_SIZE])
{
    const hc_accelerator *accelerator = t->kinds[kind].accelerator;
    hc_training_memory memory;
    const char *like = NULL;
    text[0] = '\0';
    if (accelerator == NULL) {
        like = hc_accelerator_suggest(hc_machine_kind_name(t->machine, kind));
        (void)snprintf(text, OBSTACLE_SIZE,
                       "no accelerator of that name is known (hindcast help gpus)%s%s%s",
                       like == NULL ? "" : "; did you mean \"", like == NULL ? "" : like,
                       like == NULL ? "" : "\"?");
        return text;
    }
    if (accelerator->flops[work->plan.precision] <= 0) {
        (void)snprintf(text, OBSTACLE_SIZE, "it does not multiply in %s",
                       hc_precision_name(work->plan.precision));
        return text;
    }
    hc_training_memory_need(&work->shape, &work->plan, &memory);
    if (memory.total > accelerator->memory_bytes) {
        (void)snprintf(text, OBSTACLE_SIZE,
                       "stage %" PRIu32 " of the plan needs %.1f GB of its %.1f GB, most of it %s",
                       memory.stage, memory.total / 1e9, accelerator->memory_bytes / 1e9,
                       hc_training_memory_largest(&memory));
    }
    return text;
}

static uint64_t possible_kinds(const hc_training *t, const hc_training_work *work)
{
    uint64_t possible = 0;
    char text[OBSTACLE_SIZE];
    for (uint32_t kind = 0; kind < t->kind_count; kind++) {
        if (obstacle(t, work, kind, text)[0] == '\0') {
            possible |= UINT64_C(1) << kind;
        }
    }
    return work->kinds & possible;
}

static uint64_t steps_of(const hc_training_work *work)
{
    double per_step = (double)work->plan.global_batch * work->plan.sequence;
    double steps = ceil(work->tokens / per_step);
    return work->steps > 0 ? work->steps : steps < 1 ? 1 : (uint64_t)fmin(steps, 9e18);
}

static int settle_run_time(known_work *w, hc_error *error)
{
    hc_int128 time = (hc_int128)w->facts.step * (hc_int128)w->facts.steps;
    if (time > HC_TIME_LIMIT / 4) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%" PRIu64 " steps of %.3g s take more than 36 years", w->facts.steps,
                            (double)w->facts.step / (double)HC_SECOND);
    }
    w->facts.run_time = (hc_time)time;
    return 0;
}

/* Every kind that the partition has and the work accepts, with what stands in its way. */
static int refuse_kinds(const hc_training *t, const hc_training_work *work, hc_error *error)
{
    const char *partition = hc_machine_partition_name(t->machine, work->partition);
    char text[OBSTACLE_SIZE];
    uint32_t index = 0;
    bool has_any = false;
    for (uint32_t kind = 0; kind < t->kind_count; kind++) {
        if ((work->kinds >> kind & 1) != 0 &&
            largest_class(t, work->partition, kind, &index) != NULL) {
            has_any = true;
            (void)hc_error_set(error, HC_ERROR_USAGE, "cannot be trained on %s: %s",
                               hc_machine_kind_name(t->machine, kind),
                               obstacle(t, work, kind, text));
        }
    }
    return has_any ? -1
                   : hc_error_set(error, HC_ERROR_USAGE, "partition %s has no GPU that will do",
                                  partition);
}

static int settle(const hc_training *t, known_work *w, hc_error *error)
{
    w->facts = (hc_training_facts){
        .steps = steps_of(&w->as_added),
        .kinds = possible_kinds(t, &w->as_added),
        .gpu_count = w->as_added.plan.gpus,
    };
    return choose_kind(t, w) ? settle_run_time(w, error) : refuse_kinds(t, &w->as_added, error);
}

/* What the work is called in records. @return owned by the caller, NULL when memory is short */
static char *make_title(const hc_training_work *work)
{
    enum { PARTS_SIZE = 160 };
    const hc_parallel_plan *plan = &work->plan;
    char parts[PARTS_SIZE];
    size_t size = 0;
    char *title = NULL;
    (void)snprintf(parts, sizeof parts,
                   "%" PRIu32 " GPU%s (tp %" PRIu32 " x cp %" PRIu32 " x pp %" PRIu32
                   " x dp %" PRIu32 ", ep %" PRIu32 ")",
                   plan->gpus, plan->gpus == 1 ? "" : "s", plan->tp, plan->cp, plan->pp, plan->dp,
                   plan->ep);
    size = strlen(work->name) + strlen(work->shape.name) + strlen(parts) + sizeof ": , ";
    title = malloc(size);
    if (title != NULL) {
        (void)snprintf(title, size, "%s: %s, %s", work->name, work->shape.name, parts);
    }
    return title;
}

/* Copies what the caller will not keep. @return whether there was memory */
static bool own(known_work *w)
{
    const uint32_t *layers = w->as_added.plan.stage_layers;
    size_t size = w->as_added.plan.pp * sizeof *layers;
    w->name = strdup(w->as_added.name);
    w->title = make_title(&w->as_added);
    w->stage_layers = layers == NULL ? NULL : malloc(size);
    if (w->name == NULL || w->title == NULL || (layers != NULL && w->stage_layers == NULL)) {
        return false;
    }
    if (layers != NULL) {
        memcpy(w->stage_layers, layers, size);
    }
    w->as_added.name = w->name;
    w->facts.title = w->title;
    w->as_added.plan.stage_layers = w->stage_layers;
    return true;
}

int hc_training_add(hc_training *t, const hc_training_work *work, uint32_t *number, hc_error *error)
{
    known_work *grown = NULL;
    known_work added = {.as_added = *work};
    if (settle(t, &added, error) < 0) {
        return -1;
    }
    grown = realloc(t->works, ((size_t)t->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    t->works = grown;
    if (!own(&added)) {
        release(&added);
        return hc_error_memory(error);
    }
    t->works[t->count++] = added;
    *number = t->count;
    return 0;
}

/* ---- what a simulation asks ---- */

static uint32_t count_works(const void *self)
{
    return ((const hc_training *)self)->count;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static hc_time capped(hc_int128 time)
{
    return time > HC_TIME_LIMIT ? HC_TIME_LIMIT : (hc_time)time;
}

/* The same tokens in steps of another batch: as many more as the batch is smaller. */
static hc_pace pace_of(const known_work *w, const hc_parallel_plan *plan, hc_time step)
{
    uint64_t before = w->as_added.plan.global_batch;
    uint64_t after = plan->global_batch;
    uint64_t divisor = common_divisor(before, after);
    assert(divisor > 0);
    return (hc_pace){
        .here = capped((hc_int128)step * (hc_int128)(before / divisor)),
        .reference = capped((hc_int128)w->facts.step * (hc_int128)(after / divisor)),
        .step = step,
    };
}

/* With fewer replicas each has more to keep. It may be placed on any kind that will do. */
static int check_memory(const hc_training *t, const known_work *w, const hc_parallel_plan *plan,
                        hc_error *why)
{
    hc_training_work resized = w->as_added;
    char text[OBSTACLE_SIZE];
    resized.plan = *plan;
    for (uint32_t kind = 0; kind < t->kind_count; kind++) {
        if ((w->facts.kinds >> kind & 1) != 0 && obstacle(t, &resized, kind, text)[0] != '\0') {
            return hc_error_set(why, HC_ERROR_USAGE, "cannot be trained on %" PRIu32 " %s: %s",
                                plan->gpus, hc_machine_kind_name(t->machine, kind), text);
        }
    }
    return 0;
}

static int answer_packed(void *self, uint32_t number, uint32_t gpu_count, hc_pace *out,
                         hc_error *why)
{
    const hc_training *t = self;
    const known_work *w = &t->works[number - 1];
    hc_parallel_plan plan;
    if (gpu_count == w->facts.gpu_count) {
        *out = pace_of(w, &w->as_added.plan, w->facts.step);
        return 0;
    }
    if (hc_training_plan_on(&w->as_added, gpu_count, &plan, why) < 0 ||
        check_memory(t, w, &plan, why) < 0) {
        return -1;
    }
    *out = pace_of(w, &plan, packed_step(t, w, &plan));
    return 0;
}

/* Kinds of the ranks, a bit each. */
static uint64_t kinds_of(const hc_work_place *place)
{
    uint64_t kinds = 0;
    for (uint32_t rank = 0; rank < place->layout->ranks; rank++) {
        kinds |= UINT64_C(1) << place->kind_of[rank];
    }
    return kinds;
}

static int answer_placed(void *self, uint32_t number, const hc_work_place *place, hc_pace *out,
                         hc_error *error)
{
    hc_training *t = self;
    const known_work *w = &t->works[number - 1];
    uint64_t kinds = 0;
    hc_parallel_plan plan;
    if (hc_pace_memory_find(t->memory, number, place, out)) {
        return 0;
    }
    kinds = kinds_of(place);
    if ((kinds & ~w->facts.kinds) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s was placed on a GPU that will not do",
                            w->name);
    }
    if (hc_training_plan_on(&w->as_added, place->layout->ranks, &plan, error) < 0) {
        return -1;
    }
    *out = pace_of(w, &plan,
                   hc_training_step_on_ranks(t->kinds, place->kind_of, &w->as_added.shape, &plan,
                                             place->layout));
    hc_pace_memory_keep(t->memory, out);
    return 0;
}

hc_workload hc_training_workload(hc_training *training)
{
    return (hc_workload){
        .self = training,
        .count = count_works,
        .packed = answer_packed,
        .placed = answer_placed,
    };
}
