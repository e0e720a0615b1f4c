#include "sim/engine/engine_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

hc_engine *hc_engine_create(hc_time lookahead, hc_error *error)
{
    hc_engine *engine = calloc(1, sizeof *engine);
    assert(lookahead >= 0);
    if (engine == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    engine->lookahead = lookahead;
    engine->now = INT64_MIN;
    engine->queue = hc_event_queue_create();
    engine->payloads = hc_payload_store_create();
    if (engine->queue == NULL || engine->payloads == NULL) {
        (void)hc_error_memory(error);
        hc_engine_destroy(engine);
        return NULL;
    }
    return engine;
}

void hc_engine_destroy(hc_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    hc_event_queue_destroy(engine->queue);
    hc_payload_store_destroy(engine->payloads);
    free(engine->processes);
    free(engine);
}

static int add_process(hc_engine *engine, const hc_engine_process *added, hc_process_id *out,
                       hc_error *error)
{
    if (engine->process_count == HC_EVENT_MAX_PROCESS_COUNT) {
        return hc_error_set(error, HC_ERROR_USAGE, "more than %u logical processes",
                            HC_EVENT_MAX_PROCESS_COUNT);
    }
    if (engine->process_count == engine->process_capacity) {
        uint32_t capacity = engine->process_capacity == 0 ? 16 : engine->process_capacity * 2;
        hc_engine_process *grown = realloc(engine->processes, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        engine->processes = grown;
        engine->process_capacity = capacity;
    }
    engine->processes[engine->process_count] = *added;
    *out = (hc_process_id){engine->process_count++};
    return 0;
}

int hc_engine_add_process(hc_engine *engine, hc_process_handler handler, void *state,
                          hc_process_id *out, hc_error *error)
{
    assert(handler != NULL);
    return add_process(engine, &(hc_engine_process){.handler = handler, .state = state}, out,
                       error);
}

int hc_engine_add_remote_process(hc_engine *engine, uint32_t rank, hc_process_id *out,
                                 hc_error *error)
{
    engine->has_remote = true;
    return add_process(engine, &(hc_engine_process){.rank = rank}, out, error);
}

void hc_engine_set_courier(hc_engine *engine, const hc_courier *courier)
{
    engine->courier = *courier;
}

hc_time hc_engine_lookahead(const hc_engine *engine)
{
    return engine->lookahead;
}

static hc_event_handle push(hc_engine *engine, const hc_event *event)
{
    hc_event_handle handle = HC_NO_EVENT;
    if (hc_event_queue_push(engine->queue, event, &handle) < 0) {
        engine->is_out_of_memory = true;
    }
    return handle;
}

static bool is_here(const hc_engine *engine, uint32_t receiver)
{
    return !engine->has_remote || engine->processes[receiver].handler != NULL;
}

/* An event in the name of `poster`. */
static hc_event make_event(hc_engine *engine, uint32_t poster, hc_time time, uint32_t round,
                           const hc_post *post)
{
    assert(post->process < engine->process_count && post->kind < HC_EVENT_MESSAGE);
    return (hc_event){
        .time = time,
        .order = hc_event_order(round, post->event_class, post->entity),
        .origin = (uint64_t)poster << 40 | engine->processes[poster].post_count++,
        .data = post->data,
        .process = post->process,
        .kind = post->kind,
    };
}

static void send(hc_engine *engine, const hc_event *event, const void *payload, size_t size)
{
    uint32_t rank = engine->processes[event->process].rank;
    assert(engine->courier.send != NULL);
    if (engine->courier.send(engine->courier.self, rank, event, payload, size) < 0) {
        engine->is_out_of_memory = true;
    }
}

/* The round of something posted now for `time`. A model that goes round and round at one instant is
 * stopped by the run, not by an overflow here. */
static uint32_t round_of(hc_engine *engine, hc_time time)
{
    uint32_t round = 0;
    if (!engine->is_executing || time != engine->now) {
        return 0;
    }
    round = hc_event_round(&engine->executing);
    if (round == HC_EVENT_MAX_ROUND) {
        engine->has_too_many_rounds = true;
        return round;
    }
    return round + 1;
}

static uint32_t poster_of(const hc_engine *engine, const hc_post *post)
{
    return engine->is_executing ? engine->executing.process : post->process;
}

static hc_event make_post(hc_engine *engine, hc_time time, const hc_post *post)
{
    assert(time >= engine->now);
    assert(!engine->is_executing || post->process == engine->executing.process ||
           time - engine->now >= engine->lookahead);
    return make_event(engine, poster_of(engine, post), time, round_of(engine, time), post);
}

hc_event_handle hc_engine_post(hc_engine *engine, hc_time time, const hc_post *post)
{
    hc_event event = make_post(engine, time, post);
    if (is_here(engine, post->process)) {
        return push(engine, &event);
    }
    send(engine, &event, NULL, 0);
    return HC_NO_EVENT;
}

hc_event_handle hc_engine_inject(hc_engine *engine, hc_time time, const hc_post *post)
{
    hc_event event;
    assert(time >= engine->now && is_here(engine, post->process));
    event = make_event(engine, post->process, time, round_of(engine, time), post);
    return push(engine, &event);
}

int hc_engine_deliver(hc_engine *engine, const hc_event *event, const void *payload, size_t size)
{
    hc_event kept = *event;
    assert(event->time >= engine->now && event->process < engine->process_count);
    if (size > 0) {
        kept.kind |= HC_EVENT_MESSAGE;
        kept.data = hc_payload_keep(engine->payloads, payload, size);
        if (kept.data == HC_NO_PAYLOAD) {
            return -1;
        }
    }
    return hc_event_queue_push(engine->queue, &kept, NULL);
}

void hc_engine_post_message(hc_engine *engine, hc_time time, const hc_post *post,
                            const void *payload, size_t size)
{
    hc_event event = make_post(engine, time, post);
    assert(size > 0 && size <= HC_PAYLOAD_MAX_BYTES);
    if (!is_here(engine, post->process)) {
        send(engine, &event, payload, size);
    } else if (hc_engine_deliver(engine, &event, payload, size) < 0) {
        engine->is_out_of_memory = true;
    }
}

const void *hc_engine_payload(const hc_engine *engine, size_t *size)
{
    *size = engine->payload_size;
    return engine->payload_size == 0 ? NULL : engine->payload;
}

hc_event_handle hc_engine_post_this_round(hc_engine *engine, const hc_post *post)
{
    hc_event event;
    assert(engine->is_executing && post->process == engine->executing.process);
    assert(post->event_class > hc_event_class(&engine->executing));
    event =
        make_event(engine, post->process, engine->now, hc_event_round(&engine->executing), post);
    return push(engine, &event);
}

bool hc_engine_cancel(hc_engine *engine, hc_event_handle handle)
{
    return hc_event_queue_cancel(engine->queue, handle);
}

/* The moved event keeps its origin: it is the same event at another time. */
hc_event_handle hc_engine_move(hc_engine *engine, hc_event_handle handle, hc_time time)
{
    const hc_event *found = hc_event_queue_find(engine->queue, handle);
    hc_event moved;
    assert(time >= engine->now);
    if (found == NULL) {
        return HC_NO_EVENT;
    }
    moved = *found;
    (void)hc_event_queue_cancel(engine->queue, handle);
    moved.time = time;
    moved.order =
        hc_event_order(round_of(engine, time), hc_event_class(&moved), hc_event_entity(&moved));
    return push(engine, &moved);
}

static int check_failures(const hc_engine *engine, hc_error *error)
{
    if (engine->is_out_of_memory) {
        return hc_error_memory(error);
    }
    if (engine->has_too_many_rounds) {
        return hc_error_set(error, HC_ERROR_INTERNAL,
                            "more than %u rounds of events at one instant: an endless loop",
                            HC_EVENT_MAX_ROUND);
    }
    return 0;
}

/* With many processes an event's cost is cache misses: the next event's state and the processes of the ones
 * after it are fetched while this one is handled. */
static void prefetch_next(const hc_engine *engine)
{
    const hc_event *next = hc_event_queue_upcoming(engine->queue, 0);
    if (next != NULL && next->process < engine->process_count) {
        __builtin_prefetch(engine->processes[next->process].state);
    }
    for (uint32_t i = 1; i < 4; i++) {
        next = hc_event_queue_upcoming(engine->queue, i);
        if (next != NULL && next->process < engine->process_count) {
            __builtin_prefetch(&engine->processes[next->process]);
        }
    }
}

/* Puts the payload aside for the handler, which may post messages itself. */
static void open_message(hc_engine *engine)
{
    uint32_t slot = (uint32_t)engine->executing.data;
    const void *bytes = hc_payload_get(engine->payloads, slot, &engine->payload_size);
    memcpy(engine->payload, bytes, engine->payload_size);
    hc_payload_drop(engine->payloads, slot);
    engine->executing.kind &= ~HC_EVENT_MESSAGE;
    engine->executing.data = 0;
}

static int execute(hc_engine *engine, hc_error *error)
{
    const hc_engine_process *receiver = &engine->processes[engine->executing.process];
    int status = 0;
    bool is_message = (engine->executing.kind & HC_EVENT_MESSAGE) != 0;
    if (is_message) {
        open_message(engine);
    }
    assert(receiver->handler != NULL);
    engine->is_executing = true;
    prefetch_next(engine);
    status = receiver->handler(receiver->state, engine, &engine->executing, error);
    engine->is_executing = false;
    if (is_message) {
        engine->payload_size = 0;
    }
    return status;
}

int hc_engine_run(hc_engine *engine, hc_time until, uint64_t limit, uint64_t *executed,
                  hc_error *error)
{
    uint64_t count = 0;
    int status = check_failures(engine, error);
    while (status == 0 && count < limit && hc_event_queue_next_time(engine->queue) < until) {
        (void)hc_event_queue_pop(engine->queue, &engine->executing);
        assert(engine->executing.time >= engine->now);
        engine->now = engine->executing.time;
        status = execute(engine, error);
        count++;
        if (status == 0 && (engine->is_out_of_memory || engine->has_too_many_rounds)) {
            status = check_failures(engine, error);
        }
    }
    engine->executed_count += count;
    if (executed != NULL) {
        *executed = count;
    }
    return status;
}

hc_time hc_engine_now(const hc_engine *engine)
{
    return engine->now;
}

hc_time hc_engine_next_time(hc_engine *engine)
{
    return hc_event_queue_next_time(engine->queue);
}

uint64_t hc_engine_executed(const hc_engine *engine)
{
    return engine->executed_count;
}
