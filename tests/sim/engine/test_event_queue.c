#include "sim/engine/event_queue.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The obvious queue: an unsorted array, searched from end to end. */
typedef struct plain_queue {
    hc_event events[4096];
    hc_event_handle handles[4096];
    size_t count;
} plain_queue;

static size_t plain_first(const plain_queue *plain)
{
    size_t first = 0;
    for (size_t i = 1; i < plain->count; i++) {
        first = hc_event_precedes(&plain->events[i], &plain->events[first]) ? i : first;
    }
    return first;
}

static void plain_remove(plain_queue *plain, size_t index)
{
    plain->count--;
    plain->events[index] = plain->events[plain->count];
    plain->handles[index] = plain->handles[plain->count];
}

/* Increments of very different shapes: the calendar has to cope with all. */
static hc_time draw_increment(hc_random *random, int shape)
{
    double u = hc_random_uniform(random);
    switch (shape) {
    case 0:
        return (hc_time)(-log(u) * 1e9);
    case 1:
        return (hc_time)hc_random_below(random, 3); /* ties everywhere */
    case 2:
        return (hc_time)fmin(1e3 * pow(u, -1.0 / 1.1), 4e18); /* Pareto, infinite variance */
    case 3:
        return u < 0.9 ? (hc_time)(u * 10) : (hc_time)(u * 1e15); /* two scales */
    default:
        return 0;
    }
}

static hc_event make_event(hc_random *random, hc_time now, int shape, uint64_t origin)
{
    hc_time increment = draw_increment(random, shape);
    return (hc_event){
        .time = now > HC_TIME_LIMIT ? now : now + increment,
        .order = hc_event_order((uint32_t)hc_random_below(random, 2),
                                (uint8_t)hc_random_below(random, 3),
                                (uint32_t)hc_random_below(random, 4)),
        .origin = origin,
        .data = hc_random_bits(random),
    };
}

static void step(hc_event_queue *queue, plain_queue *plain, hc_random *random, int shape,
                 hc_time *now, uint64_t *origin)
{
    uint64_t choice = hc_random_below(random, 100);
    bool is_growing = hc_random_below(random, 8192) < 4096 + (*origin >> 10) % 2 * 2048;
    if (plain->count < 4000 && (plain->count == 0 || (choice < 90 && is_growing))) {
        hc_event event = make_event(random, *now, shape, (*origin)++);
        plain->events[plain->count] = event;
        CU_ASSERT_EQUAL_FATAL(hc_event_queue_push(queue, &event, &plain->handles[plain->count]), 0);
        plain->count++;
    } else if (choice < 80) {
        size_t first = plain_first(plain);
        hc_event popped;
        CU_ASSERT_EQUAL_FATAL(hc_event_queue_next_time(queue), plain->events[first].time);
        CU_ASSERT_FATAL(hc_event_queue_pop(queue, &popped));
        CU_ASSERT_EQUAL_FATAL(memcmp(&popped, &plain->events[first], sizeof popped), 0);
        CU_ASSERT_FALSE(hc_event_queue_cancel(queue, plain->handles[first]));
        *now = popped.time;
        plain_remove(plain, first);
    } else {
        size_t index = hc_random_below(random, plain->count);
        CU_ASSERT_PTR_NOT_NULL_FATAL(hc_event_queue_find(queue, plain->handles[index]));
        CU_ASSERT_FATAL(hc_event_queue_cancel(queue, plain->handles[index]));
        CU_ASSERT_PTR_NULL(hc_event_queue_find(queue, plain->handles[index]));
        plain_remove(plain, index);
    }
    CU_ASSERT_EQUAL_FATAL(hc_event_queue_count(queue), plain->count);
}

static void events_leave_in_the_total_order_whatever_their_times(void)
{
    static plain_queue plain;
    for (int shape = 0; shape < 5; shape++) {
        hc_event_queue *queue = hc_event_queue_create();
        hc_random random = hc_random_stream(7, (uint64_t)shape, HC_RANDOM_BENCH);
        hc_time now = shape % 2 == 0 ? -5 * HC_DAY : 0;
        uint64_t origin = 0;
        plain.count = 0;
        for (int i = 0; i < 20000; i++) {
            step(queue, &plain, &random, shape, &now, &origin);
            if (i % 97 == 0) {
                CU_ASSERT_FATAL(hc_event_queue_check(queue));
            }
        }
        hc_event_queue_destroy(queue);
    }
}

static void times_may_be_as_far_apart_as_int64_allows(void)
{
    static const hc_time TIMES[] = {INT64_MAX - 1, 0, INT64_MIN, -1, INT64_MAX - 2, INT64_MIN + 1};
    static const hc_time SORTED[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 2, INT64_MAX - 1};
    hc_event_queue *queue = hc_event_queue_create();
    hc_event popped;
    CU_ASSERT_EQUAL(hc_event_queue_next_time(queue), HC_TIME_NEVER);
    for (size_t i = 0; i < 6; i++) {
        hc_event event = {.time = TIMES[i], .origin = i};
        CU_ASSERT_EQUAL(hc_event_queue_push(queue, &event, NULL), 0);
    }
    for (size_t i = 0; i < 6; i++) {
        CU_ASSERT_FATAL(hc_event_queue_check(queue));
        CU_ASSERT_FATAL(hc_event_queue_pop(queue, &popped));
        CU_ASSERT_EQUAL(popped.time, SORTED[i]);
    }
    CU_ASSERT_FALSE(hc_event_queue_pop(queue, &popped));
    hc_event_queue_destroy(queue);
}

/* Moving an event is a cancellation and a push: the dead must not pile up. The number of records is seen
 * through the slots that handles name. */
static void memory_stays_bounded_when_events_move_all_the_time(void)
{
    hc_event_queue *queue = hc_event_queue_create();
    hc_event_handle handle = HC_NO_EVENT;
    uint32_t largest = 0;
    for (uint64_t i = 0; i < 1000000; i++) {
        hc_event event = {.time = (hc_time)i, .origin = i};
        (void)hc_event_queue_cancel(queue, handle);
        CU_ASSERT_EQUAL_FATAL(hc_event_queue_push(queue, &event, &handle), 0);
        largest = handle.slot > largest ? handle.slot : largest;
    }
    CU_ASSERT(largest < 4096);
    CU_ASSERT_EQUAL(hc_event_queue_count(queue), 1);
    hc_event_queue_destroy(queue);
}

static void a_stale_handle_names_nothing(void)
{
    hc_event_queue *queue = hc_event_queue_create();
    hc_event_handle first = HC_NO_EVENT;
    hc_event_handle second = HC_NO_EVENT;
    hc_event popped;
    CU_ASSERT_EQUAL(hc_event_queue_push(queue, &(hc_event){.time = 1, .origin = 1}, &first), 0);
    CU_ASSERT(hc_event_queue_pop(queue, &popped));
    CU_ASSERT_EQUAL(hc_event_queue_push(queue, &(hc_event){.time = 2, .origin = 2}, &second), 0);
    CU_ASSERT_EQUAL(first.slot, second.slot);
    CU_ASSERT_FALSE(hc_event_queue_cancel(queue, first));
    CU_ASSERT_FALSE(hc_event_queue_cancel(queue, HC_NO_EVENT));
    CU_ASSERT(hc_event_queue_cancel(queue, second));
    CU_ASSERT_FALSE(hc_event_queue_pop(queue, &popped));
    hc_event_queue_destroy(queue);
    hc_event_queue_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"events_leave_in_the_total_order_whatever_their_times",
     events_leave_in_the_total_order_whatever_their_times},
    {"times_may_be_as_far_apart_as_int64_allows", times_may_be_as_far_apart_as_int64_allows},
    {"memory_stays_bounded_when_events_move_all_the_time",
     memory_stays_bounded_when_events_move_all_the_time},
    {"a_stale_handle_names_nothing", a_stale_handle_names_nothing},
};

HC_TEST_MAIN("event_queue", CASES)
