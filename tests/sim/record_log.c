#include "tests/sim/record_log.h"

#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static void add(hc_record_log *log, uint64_t word)
{
    if (log->count == log->capacity) {
        size_t capacity = log->capacity == 0 ? 4096 : 2 * log->capacity;
        uint64_t *grown = realloc(log->words, capacity * sizeof *grown);
        if (grown == NULL) {
            CU_FAIL_FATAL("memory is short");
            return;
        }
        log->words = grown;
        log->capacity = capacity;
    }
    log->words[log->count++] = word;
}

#define ADD(...)                                                               \
    do {                                                                       \
        const uint64_t words[] = {__VA_ARGS__};                                \
        for (size_t word = 0; word < sizeof words / sizeof words[0]; word++) { \
            add(self, words[word]);                                            \
        }                                                                      \
    } while (0)

static uint64_t text_word(const char *text)
{
    uint64_t hash = text == NULL ? 0 : 1;
    for (; text != NULL && *text != '\0'; text++) {
        hash = hash * 1099511628211U + (unsigned char)*text;
    }
    return hash;
}

static int add_job(void *self, const hc_job_record *r, hc_error *error)
{
    (void)error;
    ADD('J', text_word(r->spec->name), text_word(r->spec->recorded_nodes), r->job.index, r->state,
        r->rejection, (uint64_t)r->first_start, (uint64_t)r->last_end, (uint64_t)r->wait,
        (uint64_t)r->held_milli_ns, r->node_count, r->attempt_count, r->preemption_count,
        r->is_measured);
    ADD((uint64_t)r->spec->submit, (uint64_t)r->spec->run_time, (uint64_t)r->spec->time_limit,
        (uint64_t)r->spec->requested_time, (uint64_t)r->spec->recorded_start,
        (uint64_t)r->spec->recorded_end, (uint64_t)r->spec->running_since,
        (uint64_t)r->spec->think_time, r->spec->line, r->spec->request.kinds,
        r->spec->request.cpu_milli, r->spec->request.memory_bytes, r->spec->request.gpu_count,
        r->spec->request.gpu_milli, r->spec->request.is_single_node, r->spec->user, r->spec->group,
        r->spec->preceding, (uint64_t)r->spec->priority, r->spec->partition.index, r->spec->trace,
        r->spec->outcome, r->spec->is_limit_requested, r->spec->is_running_at_start,
        r->spec->has_preceding, r->spec->workload);
    return 0;
}

static int add_attempt(void *self, const hc_attempt_record *r, hc_error *error)
{
    (void)error;
    ADD('A', r->job.index, r->attempt, r->node_count, r->gpu_milli, (uint64_t)r->start,
        (uint64_t)r->end, (uint64_t)r->restart, (uint64_t)r->lost, (uint64_t)r->step, r->how);
    return 0;
}

static int add_placement(void *self, const hc_placement_record *r, hc_error *error)
{
    (void)error;
    ADD('P', r->job.index, r->attempt, r->node.index, r->device, r->count, r->milli);
    return 0;
}

static int add_decision(void *self, const hc_decision_record *r, hc_error *error)
{
    (void)error;
    ADD('D', r->job.index, (uint64_t)r->time, r->reason, r->blocker.index, r->position,
        r->free_milli, r->largest_milli);
    return 0;
}

static int add_event(void *self, const hc_event_record *r, hc_error *error)
{
    (void)error;
    ADD('E', (uint64_t)r->time, r->type, r->job.index, r->partition.index, r->value);
    return 0;
}

static int add_sample(void *self, const hc_sample_record *r, hc_error *error)
{
    (void)error;
    ADD('S', (uint64_t)r->time, r->partition.index, r->queue_length, r->running_count,
        r->waiting_milli, r->busy_milli, r->free_milli, r->fragmented_milli);
    return 0;
}

static int add_ledger(void *self, const hc_ledger_record *r, hc_error *error)
{
    (void)error;
    ADD('L', r->partition.index, r->bucket, (uint64_t)r->milli_ns, (uint64_t)(r->milli_ns >> 64));
    return 0;
}

void hc_record_log_begin(hc_record_log *log)
{
    *log = (hc_record_log){.sink = {log, add_job, add_attempt, add_placement, add_decision,
                                    add_event, add_sample, add_ledger, NULL}};
}

void hc_record_log_end(hc_record_log *log)
{
    free(log->words);
    log->words = NULL;
}

bool hc_record_log_equals(const hc_record_log *a, const hc_record_log *b)
{
    return a->count == b->count && memcmp(a->words, b->words, a->count * sizeof *a->words) == 0;
}
