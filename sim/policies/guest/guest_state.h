#ifndef HC_SIM_POLICIES_GUEST_STATE_H
#define HC_SIM_POLICIES_GUEST_STATE_H

/* The inside of a policy that asks somebody outside, for guest.c (what the partition calls), changes.c (what is told) and
 * decisions.c (what is answered). Nobody else includes this. */

#include "sim/interfaces/port.h"
#include "sim/jobs/job_order.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/slot_list.h"

#include <stdbool.h>

/* What has happened since the last time somebody was asked. Each list grows to the size it is needed in. */
typedef struct hc_guest_changes {
    hc_guest_change *preempted;
    size_t preempted_count;
    size_t preempted_capacity;
    hc_guest_change *resized;
    size_t resized_count;
    size_t resized_capacity;
    hc_guest_job *submitted;
    size_t submitted_count;
    size_t submitted_capacity;
    hc_guest_start *started; /* `held` is set when they are told */
    size_t started_count;
    size_t started_capacity;
    hc_guest_gpus *held; /* of all that have started, one job after the other */
    size_t held_count;
    size_t held_capacity;
    uint64_t *ended;
    size_t ended_count;
    size_t ended_capacity;
} hc_guest_changes;

typedef struct hc_guest {
    hc_lifecycle *lifecycle;
    const hc_port *port;
    void *session;
    hc_preemption preemption;
    hc_guest_host host;
    hc_job_order *here;   /* waiting and running jobs by id */
    hc_job_order *queue;  /* waiting jobs by submission */
    hc_slot_list fresh;   /* submitted since the last pass */
    uint64_t number;      /* of the question that is asked, from 1 */
    uint64_t *decided_at; /* by slot: the last question at which it was decided on */
    size_t decided_capacity;
    uint64_t decision_count;     /* since the question was asked */
    bool has_failed;             /* a decision was refused */
    hc_guest_changes changes[2]; /* those that are being told, and those that happen meanwhile */
    size_t current;              /* which of them happen */
} hc_guest;

/* Each is to be called when it has just happened. @return 0, or -1 when memory is short. */
int hc_guest_note_submitted(hc_guest *g, uint32_t slot);
int hc_guest_note_started(hc_guest *g, uint32_t slot);
int hc_guest_note_preempted(hc_guest *g, uint32_t slot);
int hc_guest_note_resized(hc_guest *g, uint32_t slot);

/* A job is about to end; there is room. */
void hc_guest_note_ending(hc_guest *g, uint32_t slot);

/* What there is to tell, and how things are; borrowed until the next time. From now on it is told: what happens then is
 * noted anew. @return 0, or -1 when memory is short. */
int hc_guest_tell(hc_guest *g, hc_guest_pass *out);

void hc_guest_free_changes(hc_guest *g);

/* The functions by which decisions are made. */
hc_guest_host hc_guest_make_host(hc_guest *g);

/* Introduces the partition to the port. @return 0, or -1 with `error` set. */
int hc_guest_introduce(hc_guest *g, hc_error *error);

#endif
