#include "sim/archive.h"
#include "sim/engine/engine_state.h"
#include "sim/engine/event_groups.h"

#include <assert.h>
#include <string.h>

enum { COUNT_BITS = 40 };

/* An event of an origin that its process has not come to yet would collide with a later one. */
static bool is_possible(const hc_engine *engine, const hc_event *event, uint32_t process)
{
    uint64_t poster = event->origin >> COUNT_BITS;
    uint64_t number = event->origin & ((UINT64_C(1) << COUNT_BITS) - 1);
    return event->process == process && event->time >= engine->now &&
           (poster != process || number < engine->processes[process].post_count);
}

/* A message has its payload beside it. */
static void exchange_payload(hc_engine *engine, hc_archive *archive, hc_event *event)
{
    uint64_t payload[HC_PAYLOAD_MAX_BYTES / 8] = {0};
    bool is_loading = hc_archive_is_loading(archive);
    size_t size = 0;
    if (!is_loading) {
        const void *kept = hc_payload_get(engine->payloads, (uint32_t)event->data, &size);
        memcpy(payload, kept, size);
    }
    size = hc_archive_count(archive, size, sizeof payload);
    hc_archive_bytes(archive, payload, size);
    if (is_loading && !hc_archive_has_failed(archive)) {
        event->data = hc_payload_keep(engine->payloads, payload, size);
        if (event->data == HC_NO_PAYLOAD) {
            hc_archive_fail_memory(archive);
        }
    }
}

static void exchange_event(hc_engine *engine, hc_archive *archive, hc_event *event)
{
    HC_EXCHANGE(archive, *event);
    if ((event->kind & HC_EVENT_MESSAGE) != 0) {
        exchange_payload(engine, archive, event);
    }
}

static void load_event(hc_engine *engine, hc_archive *archive, uint32_t process,
                       hc_process_relink relink)
{
    hc_event event;
    hc_event_handle handle = HC_NO_EVENT;
    exchange_event(engine, archive, &event);
    if (!hc_archive_require(archive, is_possible(engine, &event, process),
                            "an event is one of this process that is still to come")) {
        return;
    }
    if (hc_event_queue_push(engine->queue, &event, &handle) < 0) {
        hc_archive_fail_memory(archive);
    } else if (relink != NULL) {
        relink(engine->processes[process].state, archive, &event, handle);
    }
}

void hc_engine_take_up(hc_engine *engine, hc_time now, uint64_t executed_count)
{
    assert(hc_event_queue_count(engine->queue) == 0);
    engine->now = now;
    engine->executed_count = executed_count;
}

void hc_engine_exchange_process(hc_engine *engine, hc_archive *archive, hc_process_id process,
                                const hc_event_groups *groups, hc_process_relink relink)
{
    hc_engine_process *p = &engine->processes[process.index];
    bool is_loading = hc_archive_is_loading(archive);
    uint64_t count = is_loading ? 0 : hc_event_groups_count(groups, process.index);
    assert(process.index < engine->process_count && p->handler != NULL);
    assert(!engine->is_executing && !engine->is_out_of_memory && !engine->has_too_many_rounds);
    hc_archive_mark(archive, "process");
    HC_EXCHANGE(archive, p->post_count);
    count = hc_archive_count(archive, count, UINT32_MAX);
    for (uint64_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        if (is_loading) {
            load_event(engine, archive, process.index, relink);
        } else {
            hc_event event = *hc_event_groups_event(groups, process.index, i);
            exchange_event(engine, archive, &event);
        }
    }
}

hc_event_groups *hc_engine_group_events(const hc_engine *engine)
{
    return hc_event_groups_create(engine->queue, engine->process_count);
}
