#ifndef HC_SIM_ENGINE_ENGINE_H
#define HC_SIM_ENGINE_ENGINE_H

#include "sim/engine/event.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/payload.h"
#include "sim/error.h"
#include "sim/ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Discrete-event engine: logical processes that react to events in one total order (event.h).
 *
 *  A process is a state and a handler; it changes nothing but its own state and posts events, to itself at
 *  any time from now on, to others not before now + lookahead, which every model declares. Nothing in the
 *  engine knows what the events mean.
 *  It executes the processes of this rank in sequence. Those of other ranks are known by their number: what is
 *  posted to them goes to a courier, and what comes from them is delivered, by whoever keeps the ranks in step
 *  (sim/interfaces/executor.h). Without other ranks there is no courier.
 *  Life: create, add processes, post the first events, run. */
typedef struct hc_engine hc_engine;

/** Reacts to one event. @return 0, or -1 with `error` set: the run stops then. */
typedef int (*hc_process_handler)(void *state, hc_engine *engine, const hc_event *event,
                                  hc_error *error);

/** @param lookahead  ns that lie at least between an event and what it posts to another process; >= 0
 *  @return an engine that the caller owns, or NULL with `error` set. */
hc_engine *hc_engine_create(hc_time lookahead, hc_error *error);

/** Frees the engine; the states of the processes belong to those who added them. */
void hc_engine_destroy(hc_engine *engine);

/** Adds a process; ids count from 0. At most 2^24.
 *  @param state  borrowed, must outlive the engine
 *  @return 0, or -1 with `error` set. */
int hc_engine_add_process(hc_engine *engine, hc_process_handler handler, void *state,
                          hc_process_id *out, hc_error *error);

/** Adds a process that another rank executes; all ranks add all processes in the same order.
 *  @return 0, or -1 with `error` set. */
int hc_engine_add_remote_process(hc_engine *engine, uint32_t rank, hc_process_id *out,
                                 hc_error *error);

/** Takes over what is posted to processes of other ranks. */
typedef struct hc_courier {
    void *self;
    /** Event and payload (size 0: none) are copied. @return 0, or -1 when memory is short. */
    int (*send)(void *self, uint32_t rank, const hc_event *event, const void *payload, size_t size);
} hc_courier;
void hc_engine_set_courier(hc_engine *engine, const hc_courier *courier);

/** Takes in an event of a process of another rank; not before now.
 *  @param payload  copied; size 0: it has none, at most HC_PAYLOAD_MAX_BYTES
 *  @return 0, or -1 when memory is short. */
int hc_engine_deliver(hc_engine *engine, const hc_event *event, const void *payload, size_t size);

/** ns that lie at least between an event and what it posts to another process. */
hc_time hc_engine_lookahead(const hc_engine *engine);

/** What a post says beside its time. */
typedef struct hc_post {
    uint64_t data;
    uint32_t process; /**< receiver */
    uint32_t entity;  /**< whom it is about: third key of the order */
    uint32_t kind;
    uint8_t event_class; /**< second key of the order within an instant */
} hc_post;

/** Posts an event, in the name of the process that is being executed, or, before the run, of the receiver.
 *  At the current instant it opens the next round. Posting into the past or inside the lookahead of
 *  another process is broken logic (asserted). When memory is short the engine remembers it and the run
 *  stops with an error; the handle is HC_NO_EVENT then.  Cost: O(1). */
hc_event_handle hc_engine_post(hc_engine *engine, hc_time time, const hc_post *post);

/** Posts an event that comes from outside the model, an arrival: in the name of its receiver, whoever is being
 *  executed, so that its place in the order does not depend on who else is on this rank. The receiver must be
 *  of this rank. */
hc_event_handle hc_engine_inject(hc_engine *engine, hc_time time, const hc_post *post);

/** As hc_engine_post, with bytes that travel along; the post's `data` is not used. A message cannot be taken
 *  back. @param payload  copied, at most HC_PAYLOAD_MAX_BYTES */
void hc_engine_post_message(hc_engine *engine, hc_time time, const hc_post *post,
                            const void *payload, size_t size);

/** The bytes that came with the event being executed; NULL and size 0 when none did. Borrowed until the handler
 *  returns. */
const void *hc_engine_payload(const hc_engine *engine, size_t *size);

/** Posts an event to the process being executed for the current instant and the current round. Its class
 *  must come after the class being executed: this is how a pass follows all that happens at its instant. */
hc_event_handle hc_engine_post_this_round(hc_engine *engine, const hc_post *post);

/** Takes back an event that was posted to the process being executed.
 *  @return false when the handle names no pending event. */
bool hc_engine_cancel(hc_engine *engine, hc_event_handle handle);

/** Moves a pending event of the process being executed to another time, not before now. The old handle is
 *  void. @return the new handle, HC_NO_EVENT when the old one names no pending event. */
hc_event_handle hc_engine_move(hc_engine *engine, hc_event_handle handle, hc_time time);

/** Executes events with time < `until`, at most `limit` of them.
 *  @param executed  [out] number executed, may be NULL
 *  @return 0, or -1 with `error` set by a handler or by the engine. */
int hc_engine_run(hc_engine *engine, hc_time until, uint64_t limit, uint64_t *executed,
                  hc_error *error);

/** Time of the event being executed, or of the last one executed. */
hc_time hc_engine_now(const hc_engine *engine);

/** Time of the first pending event, HC_TIME_NEVER when there is none. */
hc_time hc_engine_next_time(hc_engine *engine);

/** Events executed since the engine was created, or since the run that it resumes began. */
uint64_t hc_engine_executed(const hc_engine *engine);

struct hc_archive;
struct hc_event_groups;

/** Takes up a run at this instant, after so many events. To be called once all processes have been added and before the
 *  first event; the pending events are loaded then, process by process. */
void hc_engine_take_up(hc_engine *engine, hc_time now, uint64_t executed_count);

/** Whom a process tells that a pending event of its own was loaded, with its new handle; NULL: nobody. */
typedef void (*hc_process_relink)(void *state, struct hc_archive *archive, const hc_event *event,
                                  hc_event_handle handle);

/** Saves a process of this rank between two events, or loads it: its count of posts and its pending events. A process may
 *  be loaded by another rank than saved it.
 *  @param groups  of this engine when saving, else NULL */
void hc_engine_exchange_process(hc_engine *engine, struct hc_archive *archive,
                                hc_process_id process, const struct hc_event_groups *groups,
                                hc_process_relink relink);

/** The pending events by receiver, to be saved; owned by the caller. Valid until an event is posted or executed.
 *  Cost: O(events + processes), 4 bytes per event. @return NULL when memory is short. */
struct hc_event_groups *hc_engine_group_events(const hc_engine *engine);

#endif
