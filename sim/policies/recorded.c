#include "sim/archive.h"
#include "sim/cluster/node_names.h"
#include "sim/policies/policies.h"
#include "sim/policies/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The past as it was: a job starts at its recorded start, on its recorded nodes where the log tells them. What this
 * cluster contradicts is written down as a decision: nodes that are taken, or not here (the job starts where the
 * placement rule says), and jobs that fit nowhere (they wait, and start as soon as they fit). A job without a
 * recorded start starts as soon as it fits. */

typedef struct recorded {
    hc_lifecycle *lifecycle;
    hc_job_order *order; /* waiting jobs by recorded start */
    hc_node_names *names;
    uint32_t *used; /* by node: the plan that used it last */
    uint32_t plan_count;
    hc_plan plan;      /* room for every node */
    hc_time looked_at; /* who was to start by then and has not was written down */
} recorded;

static void destroy(void *self)
{
    recorded *r = self;
    if (r == NULL) {
        return;
    }
    hc_job_order_destroy(r->order);
    hc_node_names_destroy(r->names);
    free(r->plan.parts);
    free(r->used);
    free(r);
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    uint32_t node_count = hc_occupancy_node_count(hc_lifecycle_occupancy(lifecycle));
    recorded *r = calloc(1, sizeof *r);
    (void)options;
    if (r == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    r->lifecycle = lifecycle;
    r->looked_at = INT64_MIN;
    r->order = hc_job_order_create();
    r->names = hc_lifecycle_node_names(lifecycle);
    r->plan.parts = calloc(node_count, sizeof *r->plan.parts);
    r->used = calloc(node_count, sizeof *r->used);
    if (r->order == NULL || r->names == NULL || r->plan.parts == NULL || r->used == NULL) {
        (void)hc_error_memory(error);
        destroy(r);
        return NULL;
    }
    return r;
}

static int submitted(void *self, uint32_t slot)
{
    recorded *r = self;
    const hc_job_spec *spec = &hc_lifecycle_job(r->lifecycle, slot)->spec;
    hc_time start = spec->recorded_start == HC_TIME_MISSING ? spec->submit : spec->recorded_start;
    hc_order_entry entry = hc_lifecycle_entry(r->lifecycle, slot, start);
    return hc_job_order_insert(r->order, slot, &entry);
}

static void ending(void *self, uint32_t slot)
{
    (void)self;
    (void)slot;
}

/* "name:gpus" of a list joined by '+'. @return the text behind it, NULL when it cannot be read. */
static const char *read_place(const char *text, size_t *name_length, uint32_t *gpus)
{
    size_t length = strcspn(text, "+");
    const char *colon = NULL;
    char *end = NULL;
    unsigned long count = 0;
    for (size_t i = 0; i < length; i++) { /* the last one: names may have colons */
        colon = text[i] == ':' ? text + i : colon;
    }
    if (colon == NULL || colon[1] < '0' || colon[1] > '9') {
        return NULL;
    }
    count = strtoul(colon + 1, &end, 10);
    if (end != text + length || count > UINT32_MAX) {
        return NULL;
    }
    *name_length = (size_t)(colon - text);
    *gpus = (uint32_t)count;
    return *end == '+' ? end + 1 : end;
}

/* @return whether the recorded nodes make a plan for all GPUs of the job. */
static bool plan_recorded(recorded *r, const hc_job_spec *spec)
{
    const hc_occupancy *occupancy = hc_lifecycle_occupancy(r->lifecycle);
    const char *text = spec->recorded_nodes;
    uint64_t sum = 0;
    r->plan.count = 0;
    r->plan_count++; /* wraps after 4e9 plans; a node that was last used then is refused once */
    while (text != NULL && *text != '\0') {
        size_t length = 0;
        uint32_t gpus = 0;
        const char *name = text;
        uint32_t node = HC_NO_INDEX;
        hc_part part;
        text = read_place(text, &length, &gpus);
        node = text == NULL ? HC_NO_INDEX : hc_node_names_find(r->names, name, length);
        if (node == HC_NO_INDEX || r->used[node] == r->plan_count) {
            return false;
        }
        r->used[node] = r->plan_count;
        part = hc_occupancy_place_of(occupancy, node);
        hc_plan_add(&r->plan, part.class_index, part.item, gpus, HC_NO_INDEX);
        sum += gpus;
    }
    return text != NULL && sum == spec->request.gpu_count;
}

static int refuse(recorded *r, uint32_t slot, hc_wait_reason reason)
{
    return hc_lifecycle_refuse(r->lifecycle, r->order, slot, reason, HC_NO_SLOT);
}

/* @return 1 started, 0 not, -1 failed. */
static int start(recorded *r, uint32_t slot)
{
    const hc_job_spec *spec = &hc_lifecycle_job(r->lifecycle, slot)->spec;
    int placed = 0;
    if (spec->recorded_nodes != NULL) {
        placed = plan_recorded(r, spec) ? hc_lifecycle_place_on(r->lifecycle, slot, &r->plan) : 0;
        if (placed == 0 && refuse(r, slot, HC_WAIT_PLACE) < 0) {
            return -1;
        }
    }
    placed = placed == 0 ? hc_lifecycle_place(r->lifecycle, slot) : placed;
    if (placed != 1) {
        return placed;
    }
    hc_job_order_remove(r->order, slot);
    return hc_lifecycle_launch(r->lifecycle, slot) < 0 ? -1 : 1;
}

static int start_due(recorded *r)
{
    const hc_placement *placement = hc_lifecycle_placement(r->lifecycle);
    hc_occupancy *occupancy = hc_lifecycle_occupancy(r->lifecycle);
    hc_order_filter filter = {.size_max = placement->largest_milli(occupancy),
                              .duration_max = HC_TIME_NEVER};
    uint32_t slot = hc_job_order_find(r->order, NULL, &filter);
    while (slot != HC_NO_SLOT) {
        hc_order_entry at = *hc_job_order_entry(r->order, slot);
        int started = 0;
        if (at.key > hc_lifecycle_now(r->lifecycle)) {
            return 0;
        }
        started = start(r, slot);
        if (started < 0) {
            return -1;
        }
        filter.size_max = started == 1 ? placement->largest_milli(occupancy) : filter.size_max;
        slot = hc_job_order_find(r->order, &at, &filter);
    }
    return 0;
}

/* Who should have started since the last pass and has not. */
static int note_late(recorded *r)
{
    hc_time now = hc_lifecycle_now(r->lifecycle);
    hc_order_entry at = {.key = r->looked_at, .job = UINT32_MAX};
    uint32_t slot = hc_job_order_next(r->order, &at);
    while (slot != HC_NO_SLOT && hc_job_order_entry(r->order, slot)->key <= now) {
        at = *hc_job_order_entry(r->order, slot);
        if (refuse(r, slot, hc_lifecycle_obstacle(r->lifecycle, slot)) < 0) {
            return -1;
        }
        slot = hc_job_order_next(r->order, &at);
    }
    r->looked_at = now - 1; /* more may come at this instant */
    return 0;
}

static int pass(void *self)
{
    recorded *r = self;
    hc_order_entry now = {.key = hc_lifecycle_now(r->lifecycle), .job = UINT32_MAX};
    uint32_t next = HC_NO_SLOT;
    if (start_due(r) < 0 || note_late(r) < 0) {
        return -1;
    }
    next = hc_job_order_next(r->order, &now);
    hc_lifecycle_set_timer(
        r->lifecycle, next == HC_NO_SLOT ? HC_TIME_NEVER : hc_job_order_entry(r->order, next)->key);
    return 0;
}

/* Which plan used a node last matters while that plan is made, no longer. */
static void exchange(void *self, hc_archive *archive)
{
    recorded *r = self;
    hc_archive_mark(archive, "recorded");
    hc_lifecycle_exchange_order(r->lifecycle, archive, r->order);
    HC_EXCHANGE(archive, r->looked_at);
}

static bool check(const void *self)
{
    const recorded *r = self;
    return hc_job_order_check(r->order) &&
           hc_job_order_count(r->order) == hc_lifecycle_counts(r->lifecycle).waiting;
}

const hc_policy hc_recorded_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .ending = ending,
    .pass = pass,
    .exchange = exchange,
    .check = check,
};
