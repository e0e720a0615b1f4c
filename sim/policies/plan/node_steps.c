#include "sim/policies/plan/node_steps.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct hc_node_step {
    hc_time time;
    hc_amount held; /* from then on */
} hc_node_step;

void hc_node_steps_free(hc_node_steps *node)
{
    free(node->steps);
    *node = (hc_node_steps){0};
}

void hc_node_steps_clear(hc_node_steps *node)
{
    node->count = 0;
}

/* Room for two more steps. */
static int make_room(hc_node_steps *node)
{
    uint32_t capacity = node->capacity == 0 ? 8 : node->capacity * 2;
    hc_node_step *grown = NULL;
    if (node->count + 2 <= node->capacity) {
        return 0;
    }
    grown = realloc(node->steps, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    node->steps = grown;
    node->capacity = capacity;
    return 0;
}

/* How many steps are at or before `time`. */
static uint32_t count_to(const hc_node_steps *node, hc_time time)
{
    uint32_t low = 0;
    uint32_t high = node->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (node->steps[middle].time <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void forget(hc_node_steps *node, hc_time now)
{
    uint32_t passed = count_to(node, now);
    if (passed > 1) {
        node->count -= passed - 1;
        memmove(node->steps, node->steps + passed - 1, node->count * sizeof *node->steps);
    }
}

/* A step at `time`, as high as what is there. @return its place. */
static uint32_t make_step(hc_node_steps *node, hc_time time)
{
    uint32_t at = count_to(node, time);
    if (at > 0 && node->steps[at - 1].time == time) {
        return at - 1;
    }
    memmove(node->steps + at + 1, node->steps + at, (node->count - at) * sizeof *node->steps);
    node->steps[at] =
        (hc_node_step){.time = time, .held = at > 0 ? node->steps[at - 1].held : (hc_amount){0}};
    node->count++;
    return at;
}

static bool is_equal(const hc_amount *a, const hc_amount *b)
{
    return a->gpu_count == b->gpu_count && a->host.cpu_milli == b->host.cpu_milli &&
           a->host.memory_bytes == b->host.memory_bytes;
}

/* Removes a step that is as high as the one before it. */
static void smooth(hc_node_steps *node, uint32_t at)
{
    static const hc_amount NOTHING = {0};
    const hc_amount *before = at > 0 ? &node->steps[at - 1].held : &NOTHING;
    if (is_equal(before, &node->steps[at].held)) {
        node->count--;
        memmove(node->steps + at, node->steps + at + 1, (node->count - at) * sizeof *node->steps);
    }
}

static void add(hc_amount *held, const hc_amount *amount)
{
    held->gpu_count += amount->gpu_count;
    held->host.cpu_milli += amount->host.cpu_milli;
    held->host.memory_bytes += amount->host.memory_bytes;
}

static void subtract(hc_amount *held, const hc_amount *amount)
{
    assert(held->gpu_count >= amount->gpu_count);
    held->gpu_count -= amount->gpu_count;
    held->host.cpu_milli -= amount->host.cpu_milli;
    held->host.memory_bytes -= amount->host.memory_bytes;
}

static int change(hc_node_steps *node, hc_time now, hc_time from, hc_time to,
                  const hc_amount *amount, void (*apply)(hc_amount *held, const hc_amount *amount))
{
    uint32_t first = 0;
    uint32_t last = 0;
    if (make_room(node) < 0) {
        return -1;
    }
    forget(node, now);
    first = make_step(node, from);
    last = make_step(node, to);
    for (uint32_t i = first; i < last; i++) {
        apply(&node->steps[i].held, amount);
    }
    smooth(node, last);
    smooth(node, first);
    return 0;
}

int hc_node_steps_hold(hc_node_steps *node, hc_time now, hc_time from, hc_time to,
                       const hc_amount *amount)
{
    return change(node, now, from, to, amount, add);
}

int hc_node_steps_let_go(hc_node_steps *node, hc_time now, hc_time from, hc_time to,
                         const hc_amount *amount)
{
    return change(node, now, from, to, amount, subtract);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

hc_amount hc_node_steps_most(const hc_node_steps *node, hc_time from, hc_time to)
{
    uint32_t at = count_to(node, from);
    hc_amount most = at > 0 ? node->steps[at - 1].held : (hc_amount){0};
    for (; at < node->count && node->steps[at].time < to; at++) {
        const hc_amount *held = &node->steps[at].held;
        most.gpu_count = (uint32_t)larger(most.gpu_count, held->gpu_count);
        most.host.cpu_milli = larger(most.host.cpu_milli, held->host.cpu_milli);
        most.host.memory_bytes = larger(most.host.memory_bytes, held->host.memory_bytes);
    }
    return most;
}

hc_time hc_node_steps_next(const hc_node_steps *node, hc_time time)
{
    uint32_t at = count_to(node, time);
    return at < node->count ? node->steps[at].time : HC_TIME_NEVER;
}

bool hc_node_steps_idle(const hc_node_steps *node, hc_time from, hc_time to, hc_span *idle)
{
    uint32_t at = count_to(node, from);
    *idle = (hc_span){from, to};
    if (at > 0 && node->steps[at - 1].held.gpu_count > 0) {
        while (at < node->count && node->steps[at].held.gpu_count > 0) {
            at++;
        }
        idle->start = at < node->count ? node->steps[at].time : to;
    }
    while (at < node->count && node->steps[at].held.gpu_count == 0) {
        at++;
    }
    if (at < node->count && node->steps[at].time < to) {
        idle->end = node->steps[at].time;
    }
    return idle->start < to;
}
