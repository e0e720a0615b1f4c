#include "sim/policies/plan/profile_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A step: its block and its place there. */
typedef struct position {
    size_t at;
    uint32_t index;
} position;

hc_profile *hc_profile_create(void)
{
    return calloc(1, sizeof(hc_profile));
}

void hc_profile_destroy(hc_profile *profile)
{
    if (profile == NULL) {
        return;
    }
    for (size_t i = 0; i < profile->capacity; i++) {
        free(profile->spans[i].steps);
    }
    free(profile->spans);
    free(profile);
}

static int grow(hc_profile *profile)
{
    size_t capacity = profile->capacity == 0 ? 16 : profile->capacity * 2;
    hc_profile_span *spans = realloc(profile->spans, capacity * sizeof *spans);
    if (spans == NULL) {
        return -1;
    }
    memset(spans + profile->capacity, 0, (capacity - profile->capacity) * sizeof *spans);
    profile->spans = spans;
    profile->capacity = capacity;
    return 0;
}

int hc_profile_add_span(hc_profile *profile, size_t at)
{
    hc_profile_span *last = NULL;
    hc_profile_span fresh;
    if (profile->span_count == profile->capacity && grow(profile) < 0) {
        return -1;
    }
    last = &profile->spans[profile->span_count];
    if (last->steps == NULL) {
        last->steps = malloc(sizeof *last->steps);
        if (last->steps == NULL) {
            return -1;
        }
    }
    fresh = (hc_profile_span){.steps = last->steps};
    memmove(profile->spans + at + 1, profile->spans + at,
            (profile->span_count - at) * sizeof *profile->spans);
    profile->spans[at] = fresh;
    profile->span_count++;
    return 0;
}

void hc_profile_sum_up(hc_profile_span *s)
{
    int32_t min = s->steps->free[0];
    int32_t max = min;
    for (uint32_t i = 1; i < s->count; i++) {
        int32_t value = s->steps->free[i];
        min = value < min ? value : min;
        max = value > max ? value : max;
    }
    s->min = min + s->shift;
    s->max = max + s->shift;
    s->first = s->steps->times[0];
}

int hc_profile_restart(hc_profile *profile, hc_time begin, uint32_t free_gpus)
{
    profile->span_count = 0;
    if (hc_profile_add_span(profile, 0) < 0) {
        return -1;
    }
    profile->spans[0].steps->times[0] = begin;
    profile->spans[0].steps->free[0] = (int32_t)free_gpus;
    profile->spans[0].count = 1;
    hc_profile_sum_up(&profile->spans[0]);
    return 0;
}

int hc_profile_copy(hc_profile *profile, const hc_profile *other)
{
    profile->span_count = 0;
    for (size_t i = 0; i < other->span_count; i++) {
        const hc_profile_span *from = &other->spans[i];
        hc_profile_block *steps = NULL;
        if (hc_profile_add_span(profile, i) < 0) {
            return -1;
        }
        steps = profile->spans[i].steps;
        assert(steps != NULL);
        memcpy(steps->times, from->steps->times, from->count * sizeof steps->times[0]);
        memcpy(steps->free, from->steps->free, from->count * sizeof steps->free[0]);
        profile->spans[i] = *from;
        profile->spans[i].steps = steps;
    }
    return 0;
}

int hc_profile_append(hc_profile *profile, hc_time time, uint32_t freed_gpus)
{
    hc_profile_span *last = &profile->spans[profile->span_count - 1];
    uint32_t end = last->count - 1;
    int32_t value = last->steps->free[end] + last->shift + (int32_t)freed_gpus;
    assert(time >= last->steps->times[end]);
    if (time > last->steps->times[end]) {
        end++;
    }
    if (end == HC_PROFILE_STEPS) {
        if (hc_profile_add_span(profile, profile->span_count) < 0) {
            return -1;
        }
        last = &profile->spans[profile->span_count - 1];
        last->first = time;
        last->min = value;
        end = 0;
    }
    last->steps->times[end] = time;
    last->steps->free[end] = value - last->shift;
    last->count = end + 1;
    last->max = value > last->max ? value : last->max;
    if (end == 0) {
        last->min = value;
    }
    return 0;
}

/* The last block that begins at or before `time`. */
static size_t find_span(const hc_profile *profile, hc_time time)
{
    size_t low = 0;
    size_t high = profile->span_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (profile->spans[middle].first <= time) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The last step at or before `time`. */
static position find_step(const hc_profile *profile, hc_time time)
{
    position p = {.at = find_span(profile, time)};
    const hc_profile_span *s = &profile->spans[p.at];
    uint32_t high = s->count;
    assert(s->first <= time);
    while (high - p.index > 1) {
        uint32_t middle = p.index + (high - p.index) / 2;
        if (s->steps->times[middle] <= time) {
            p.index = middle;
        } else {
            high = middle;
        }
    }
    return p;
}

void hc_profile_forget(hc_profile *profile, hc_time time)
{
    size_t passed = find_span(profile, time);
    if (passed > 0) {
        for (size_t i = 0; i < profile->span_count - passed; i++) {
            hc_profile_span kept = profile->spans[i];
            profile->spans[i] = profile->spans[i + passed];
            profile->spans[i + passed] = kept;
        }
        profile->span_count -= passed;
    }
}

uint32_t hc_profile_at(const hc_profile *profile, hc_time time)
{
    position p = find_step(profile, time);
    const hc_profile_span *s = &profile->spans[p.at];
    return (uint32_t)(s->steps->free[p.index] + s->shift);
}

/* Moves on to the first step, from this one on, with fewer than `gpu_count`. @return whether there is one. */
static bool skip_to_below(const hc_profile *profile, position *p, int32_t gpu_count)
{
    for (; p->at < profile->span_count; p->at++, p->index = 0) {
        const hc_profile_span *s = &profile->spans[p->at];
        int32_t needed = gpu_count - s->shift;
        if (s->min >= gpu_count) {
            continue;
        }
        for (; p->index < s->count; p->index++) {
            if (s->steps->free[p->index] < needed) {
                return true;
            }
        }
    }
    return false;
}

/* Likewise with `gpu_count` or more. */
static bool skip_to_enough(const hc_profile *profile, position *p, int32_t gpu_count)
{
    for (; p->at < profile->span_count; p->at++, p->index = 0) {
        const hc_profile_span *s = &profile->spans[p->at];
        int32_t needed = gpu_count - s->shift;
        if (s->max < gpu_count) {
            continue;
        }
        for (; p->index < s->count; p->index++) {
            if (s->steps->free[p->index] >= needed) {
                return true;
            }
        }
    }
    return false;
}

static hc_time time_at(const hc_profile *profile, position p)
{
    return profile->spans[p.at].steps->times[p.index];
}

hc_time hc_profile_first_below(const hc_profile *profile, hc_time from, uint32_t gpu_count)
{
    position p = find_step(profile, from);
    hc_time time = 0;
    if (!skip_to_below(profile, &p, (int32_t)gpu_count)) {
        return HC_TIME_NEVER;
    }
    time = time_at(profile, p);
    return time > from ? time : from;
}

/* What the job holds itself is free to it: it need not look further than to where it holds something. */
hc_time hc_profile_find_earlier(const hc_profile *profile, uint32_t gpu_count, hc_time duration,
                                hc_time from, hc_time held_from)
{
    position p = find_step(profile, from);
    for (;;) {
        hc_time start = 0;
        hc_time below = 0;
        if (!skip_to_enough(profile, &p, (int32_t)gpu_count)) {
            return held_from;
        }
        start = time_at(profile, p);
        start = start > from ? start : from;
        if (start >= held_from || !skip_to_below(profile, &p, (int32_t)gpu_count)) {
            return start < held_from ? start : held_from;
        }
        below = time_at(profile, p);
        if (below >= held_from || below - start >= duration) {
            return start;
        }
    }
}

hc_time hc_profile_find(const hc_profile *profile, uint32_t gpu_count, hc_time duration,
                        hc_time from)
{
    return hc_profile_find_earlier(profile, gpu_count, duration, from, HC_TIME_NEVER);
}

/* Cuts a full block in two and moves the position along. */
static int halve(hc_profile *profile, position *p)
{
    enum { HALF = HC_PROFILE_STEPS / 2 };
    hc_profile_span *left = NULL;
    hc_profile_span *right = NULL;
    if (hc_profile_add_span(profile, p->at + 1) < 0) {
        return -1;
    }
    left = &profile->spans[p->at];
    right = left + 1;
    memcpy(right->steps->times, left->steps->times + HALF, HALF * sizeof left->steps->times[0]);
    memcpy(right->steps->free, left->steps->free + HALF, HALF * sizeof left->steps->free[0]);
    left->count = HALF;
    right->count = HALF;
    right->shift = left->shift;
    hc_profile_sum_up(left);
    hc_profile_sum_up(right);
    if (p->index >= HALF) {
        p->at++;
        p->index -= HALF;
    }
    return 0;
}

/* Makes a step at `time`, as high as what is there. @param p  [out] the step */
static int make_step(hc_profile *profile, hc_time time, position *p)
{
    hc_profile_span *s = NULL;
    uint32_t behind = 0;
    *p = find_step(profile, time);
    if (time_at(profile, *p) == time) {
        return 0;
    }
    if (profile->spans[p->at].count == HC_PROFILE_STEPS && halve(profile, p) < 0) {
        return -1;
    }
    s = &profile->spans[p->at];
    behind = s->count - p->index - 1;
    memmove(s->steps->times + p->index + 2, s->steps->times + p->index + 1,
            behind * sizeof s->steps->times[0]);
    memmove(s->steps->free + p->index + 2, s->steps->free + p->index + 1,
            behind * sizeof s->steps->free[0]);
    s->steps->free[p->index + 1] = s->steps->free[p->index];
    s->steps->times[p->index + 1] = time;
    s->count++;
    p->index++;
    return 0;
}

/* Adds to the steps first .. last - 1 of a block. */
static void shift_steps(hc_profile_span *s, uint32_t first, uint32_t last, int32_t gpu_count)
{
    if (first == 0 && last == s->count) {
        s->shift += gpu_count;
        s->min += gpu_count;
        s->max += gpu_count;
        return;
    }
    for (uint32_t i = first; i < last; i++) {
        s->steps->free[i] += gpu_count;
    }
    hc_profile_sum_up(s);
}

/* Takes a block without steps out of the order. */
static void remove_span(hc_profile *profile, size_t at)
{
    hc_profile_span empty = profile->spans[at];
    profile->span_count--;
    memmove(profile->spans + at, profile->spans + at + 1,
            (profile->span_count - at) * sizeof *profile->spans);
    profile->spans[profile->span_count] = empty;
}

static int32_t value_at(const hc_profile *profile, position p)
{
    const hc_profile_span *s = &profile->spans[p.at];
    return s->steps->free[p.index] + s->shift;
}

/* Removes a step that is as high as the one before it. */
static void smooth(hc_profile *profile, position p)
{
    hc_profile_span *s = &profile->spans[p.at];
    position before = p;
    if (p.index > 0) {
        before.index--;
    } else if (p.at > 0) {
        before.at--;
        before.index = profile->spans[before.at].count - 1;
    } else {
        return;
    }
    if (value_at(profile, p) != value_at(profile, before)) {
        return;
    }
    s->count--;
    if (s->count == 0) {
        remove_span(profile, p.at);
        return;
    }
    memmove(s->steps->times + p.index, s->steps->times + p.index + 1,
            (s->count - p.index) * sizeof s->steps->times[0]);
    memmove(s->steps->free + p.index, s->steps->free + p.index + 1,
            (s->count - p.index) * sizeof s->steps->free[0]);
    hc_profile_sum_up(s);
}

/* The end is made first: making the begin may move it. Then both may be steps no more; the end goes first, so as not
 * to be moved either. */
static int change(hc_profile *profile, hc_time from, hc_time to, int32_t gpu_count)
{
    position first = {0};
    position last = {.at = SIZE_MAX};
    if ((to != HC_TIME_NEVER && make_step(profile, to, &last) < 0) ||
        make_step(profile, from, &first) < 0) {
        return -1;
    }
    if (to != HC_TIME_NEVER) {
        last = find_step(profile, to);
    }
    for (size_t at = first.at; at < profile->span_count && at <= last.at; at++) {
        hc_profile_span *s = &profile->spans[at];
        shift_steps(s, at == first.at ? first.index : 0, at == last.at ? last.index : s->count,
                    gpu_count);
    }
    if (to != HC_TIME_NEVER) {
        smooth(profile, last);
    }
    smooth(profile, first);
    return 0;
}

int hc_profile_take(hc_profile *profile, hc_time from, hc_time to, uint32_t gpu_count)
{
    return change(profile, from, to, -(int32_t)gpu_count);
}

int hc_profile_give(hc_profile *profile, hc_time from, hc_time to, uint32_t gpu_count)
{
    return change(profile, from, to, (int32_t)gpu_count);
}

static bool is_span_right(const hc_profile_span *s)
{
    hc_profile_span copy = *s;
    if (s->count == 0 || s->count > HC_PROFILE_STEPS || s->min < 0) {
        return false;
    }
    for (uint32_t i = 1; i < s->count; i++) {
        if (s->steps->times[i - 1] >= s->steps->times[i]) {
            return false;
        }
    }
    hc_profile_sum_up(&copy);
    return copy.first == s->first && copy.min == s->min && copy.max == s->max;
}

bool hc_profile_check(const hc_profile *profile)
{
    for (size_t i = 0; i < profile->span_count; i++) {
        const hc_profile_span *s = &profile->spans[i];
        if (!is_span_right(s) || (i > 0 && s[-1].steps->times[s[-1].count - 1] >= s->first)) {
            return false;
        }
    }
    return true;
}
