#include "tests/sim/schedule_log.h"

#include "tests/testing.h"

#include <string.h>

static int log_job(void *self, const hc_job_record *record, hc_error *error)
{
    hc_logged_job *job = &((hc_schedule_log *)self)->jobs[record->job.index];
    (void)error;
    job->record = *record;
    job->record.spec = NULL;
    job->record_count++;
    return 0;
}

static void add_to_job(hc_logged_job *job, const hc_attempt_record *record)
{
    hc_time length = record->end - record->start;
    job->is_attempt_wrong |= record->attempt != ++job->attempt_count || length < 0 ||
                             (job->attempt_count > 1 && record->start < job->attempt.end);
    job->first_start = job->attempt_count == 1 ? record->start : job->first_start;
    job->held += length;
    job->restart += record->restart < length ? record->restart : length;
    job->lost += record->lost;
    job->attempt = *record;
}

static int log_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    hc_schedule_log *log = self;
    hc_logged_job *job = &log->jobs[record->job.index];
    (void)error;
    CU_ASSERT_FATAL(log->attempt_count < HC_LOG_ATTEMPTS);
    add_to_job(job, record);
    log->attempts[log->attempt_count++] =
        (hc_logged_attempt){*record, job->first_placement, job->placement_count};
    return 0;
}

static int log_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    hc_schedule_log *log = self;
    hc_logged_job *job = &log->jobs[record->job.index];
    (void)error;
    CU_ASSERT_FATAL(log->placement_count < HC_LOG_PLACEMENTS);
    if (job->placement_count == 0 ||
        log->placements[job->first_placement].attempt != record->attempt) {
        job->first_placement = log->placement_count;
        job->placement_count = 0;
    }
    CU_ASSERT_FATAL(job->first_placement + job->placement_count == log->placement_count);
    job->placement_count++;
    log->placements[log->placement_count++] = *record;
    return 0;
}

static int log_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    (void)self;
    (void)error;
    CU_ASSERT(record->reason != HC_WAIT_NONE && record->position >= 1);
    return 0;
}

static void count_event(hc_logged_job *job, hc_event_type type)
{
    job->submit_count += type == HC_EVENT_SUBMIT ? 1 : 0;
    job->start_count += type == HC_EVENT_START ? 1 : 0;
    job->preempt_count += type == HC_EVENT_PREEMPT ? 1 : 0;
    job->end_count += type == HC_EVENT_END || type == HC_EVENT_REJECT ? 1 : 0;
}

static int log_event(void *self, const hc_event_record *record, hc_error *error)
{
    hc_schedule_log *log = self;
    hc_time *last = &log->last_event[record->partition.index];
    (void)error;
    log->is_out_of_order |= record->time < *last;
    *last = record->time;
    if (record->job.index != HC_NO_INDEX) {
        count_event(&log->jobs[record->job.index], record->type);
    }
    return 0;
}

static int log_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    hc_schedule_log *log = self;
    (void)error;
    CU_ASSERT_FATAL(log->sample_count < HC_LOG_SAMPLES);
    log->samples[log->sample_count++] = *record;
    return 0;
}

static int log_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    (void)error;
    ((hc_schedule_log *)self)->ledger[record->partition.index][record->bucket] = record->milli_ns;
    return 0;
}

/* What files of several ranks are merged by is the order in which one process hands records out. */
static int log_key(void *self, const hc_order_key *key, hc_error *error)
{
    hc_schedule_log *log = self;
    (void)error;
    log->is_key_out_of_order |= log->has_key && hc_order_key_compare(key, &log->last_key) < 0;
    log->last_key = *key;
    log->has_key = true;
    return 0;
}

void hc_schedule_log_begin(hc_schedule_log *log)
{
    memset(log->jobs, 0, sizeof log->jobs);
    memset(log->ledger, 0, sizeof log->ledger);
    log->attempt_count = 0;
    log->placement_count = 0;
    log->sample_count = 0;
    log->is_out_of_order = false;
    log->has_key = false;
    log->is_key_out_of_order = false;
    for (int i = 0; i < HC_LOG_PARTITIONS; i++) {
        log->last_event[i] = HC_TIME_MISSING;
    }
    log->sink = (hc_sink){log,       log_job,    log_attempt, log_placement, log_decision,
                          log_event, log_sample, log_ledger,  log_key};
}
