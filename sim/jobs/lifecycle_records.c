#include "sim/jobs/lifecycle_state.h"

/* What happened goes to two places: the digest, which does not depend on what is written out, and the sink. */

int hc_lifecycle_note(hc_lifecycle *l, hc_event_type type, const hc_job *job, uint64_t value)
{
    uint32_t job_index = job == NULL ? HC_NO_INDEX : job->id.index;
    hc_event_record record = {
        .time = l->now,
        .type = type,
        .job = {job_index},
        .partition = l->options.partition,
        .value = value,
    };
    if (type != HC_EVENT_PASS) { /* passes that start nothing are no part of what happened */
        uint64_t words[] = {(uint64_t)type << 32 | job_index, (uint64_t)l->now, value};
        hc_digest_add(&l->digest, words, 3);
    }
    return l->options.sink == NULL
               ? 0
               : l->options.sink->event(l->options.sink->self, &record, l->error);
}

int hc_lifecycle_note_placement(hc_lifecycle *l, const hc_job *job)
{
    uint32_t slice = job->allocation.first_slice;
    int status = 0;
    while (slice != HC_NO_INDEX && status == 0) {
        const hc_slice *s = hc_occupancy_slice(l->occupancy, slice);
        hc_placement_record record = {
            .job = job->id,
            .attempt = job->attempt_count,
            .node = {(uint32_t)(l->first_node + s->node)},
            .device = s->device,
            .count = s->count,
            .milli = s->milli,
        };
        uint64_t words[] = {(uint64_t)record.node.index << 32 | s->device,
                            (uint64_t)s->count << 32 | s->milli};
        hc_digest_add(&l->digest, words, 2);
        if (l->options.sink != NULL) {
            status = l->options.sink->placement(l->options.sink->self, &record, l->error);
        }
        slice = s->next;
    }
    return status;
}

int hc_lifecycle_note_attempt(hc_lifecycle *l, const hc_job *job, hc_attempt_end how)
{
    hc_attempt_record record = {
        .job = job->id,
        .attempt = job->attempt_count,
        .node_count = job->allocation.node_count,
        .gpu_milli = hc_request_milli(&job->spec.request),
        .start = job->start,
        .end = how == HC_ATTEMPT_UNFINISHED ? HC_TIME_MISSING : l->now,
        .restart = job->restart,
        .lost = how == HC_ATTEMPT_PREEMPTED ? job->lost : 0,
        .step = job->pace.step,
        .how = how,
    };
    return l->options.sink == NULL
               ? 0
               : l->options.sink->attempt(l->options.sink->self, &record, l->error);
}

int hc_lifecycle_note_job(hc_lifecycle *l, const hc_job *job, hc_rejection rejection)
{
    hc_job_record record = {
        .spec = &job->spec,
        .job = job->id,
        .state = job->state,
        .rejection = rejection,
        .first_start = job->first_start,
        .last_end = job->state == HC_JOB_COMPLETED || job->state == HC_JOB_TIMEOUT
                        ? job->end
                        : HC_TIME_MISSING,
        .wait = job->wait,
        .held_milli_ns = job->held_milli_ns,
        .node_count = job->allocation.node_count,
        .attempt_count = job->attempt_count,
        .preemption_count = job->preemption_count,
        .is_measured = job->spec.submit >= l->options.measure_from,
    };
    return l->options.sink == NULL ? 0
                                   : l->options.sink->job(l->options.sink->self, &record, l->error);
}

int hc_lifecycle_note_decision(hc_lifecycle *l, const hc_decision_record *record)
{
    return l->options.sink == NULL
               ? 0
               : l->options.sink->decision(l->options.sink->self, record, l->error);
}

int hc_lifecycle_note_pass(hc_lifecycle *l)
{
    return hc_lifecycle_note(l, HC_EVENT_PASS, NULL, l->counts.waiting);
}

int hc_lifecycle_sample(hc_lifecycle *l)
{
    hc_sample_record record = {
        .time = l->now,
        .partition = l->options.partition,
        .queue_length = (uint32_t)l->counts.waiting,
        .running_count = (uint32_t)l->counts.running,
        .waiting_milli = l->waiting_milli,
        .busy_milli = l->ledger.busy_milli,
        .free_milli = l->ledger.capacity_milli - l->ledger.offline_milli - l->ledger.busy_milli,
        .fragmented_milli = hc_occupancy_fragmented_milli(l->occupancy),
    };
    return l->options.sink == NULL
               ? 0
               : l->options.sink->sample(l->options.sink->self, &record, l->error);
}
