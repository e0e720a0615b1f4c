#include "traces/trace_record.h"

#include "traces/name_text.h"

#include <assert.h>
#include <string.h>

hc_trace_record hc_trace_record_of(const hc_line *line)
{
    hc_trace_record record = {
        .line = *line,
        .submit = HC_TIME_MISSING,
        .start = HC_TIME_MISSING,
        .end = HC_TIME_MISSING,
        .run_time = HC_TIME_MISSING,
        .time_limit = HC_TIME_MISSING,
        .think_time = HC_TIME_MISSING,
        .gpu_count = HC_SIZE_MISSING,
        .gpu_milli = HC_WHOLE_GPU,
    };
    if (line->has_nul) {
        hc_trace_record_fail(&record, HC_QUARANTINE_BAD_TEXT);
    }
    return record;
}

void hc_trace_record_fail(hc_trace_record *record, hc_quarantine_reason reason)
{
    if (!record->has_fault) {
        record->has_fault = true;
        record->fault = reason;
    }
}

void hc_trace_record_repair(hc_trace_record *record, hc_repair repair)
{
    record->repairs |= UINT32_C(1) << repair;
}

/* @return true when the field gave a value. */
static bool accept(hc_trace_record *record, hc_field_state state)
{
    switch (state) {
    case HC_FIELD_READ:
        return true;
    case HC_FIELD_ROUNDED:
        hc_trace_record_repair(record, HC_REPAIR_ROUNDED);
        return true;
    case HC_FIELD_NOT_A_NUMBER:
        hc_trace_record_fail(record, HC_QUARANTINE_NOT_A_NUMBER);
        return false;
    case HC_FIELD_OUT_OF_RANGE:
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
        return false;
    case HC_FIELD_MISSING:
        break;
    }
    return false;
}

hc_time hc_trace_record_seconds(hc_trace_record *record, hc_field field)
{
    hc_time value = 0;
    return accept(record, hc_field_seconds(field, &value)) ? value : HC_TIME_MISSING;
}

hc_time hc_trace_record_date(hc_trace_record *record, hc_field field)
{
    hc_time value = 0;
    return accept(record, hc_field_date(field, &value)) ? value : HC_TIME_MISSING;
}

int64_t hc_trace_record_whole(hc_trace_record *record, hc_field field, int64_t missing)
{
    int64_t value = 0;
    return accept(record, hc_field_whole(field, &value)) ? value : missing;
}

int64_t hc_trace_record_milli(hc_trace_record *record, hc_field field, int64_t missing)
{
    int64_t value = 0;
    return accept(record, hc_field_milli(field, &value)) ? value : missing;
}

int64_t hc_trace_record_bytes(hc_trace_record *record, hc_field field, int64_t missing)
{
    int64_t value = 0;
    return accept(record, hc_field_bytes(field, &value)) ? value : missing;
}

static void judge_name(hc_trace_record *record, hc_field name)
{
    switch (hc_name_judge(name)) {
    case HC_NAME_UTF8:
        break;
    case HC_NAME_LATIN1:
        hc_trace_record_repair(record, HC_REPAIR_LATIN1);
        break;
    case HC_NAME_UNFIT:
        hc_trace_record_fail(record, HC_QUARANTINE_BAD_TEXT);
        break;
    }
}

/* A list of many nodes is longer than a name. */
static void judge_nodes(hc_trace_record *record)
{
    hc_field left = record->recorded_nodes;
    while (left.length > 0) {
        const char *plus = memchr(left.text, '+', left.length);
        size_t length = plus == NULL ? left.length : (size_t)(plus - left.text);
        judge_name(record, (hc_field){left.text, length});
        length += plus == NULL ? 0 : 1;
        left = (hc_field){left.text + length, left.length - length};
    }
}

static void judge_names(hc_trace_record *record)
{
    judge_name(record, record->id);
    judge_name(record, record->user);
    judge_name(record, record->group);
    judge_name(record, record->partition);
    judge_name(record, record->kinds);
    judge_name(record, record->preceding);
    judge_nodes(record);
}

static void judge_size(hc_trace_record *record)
{
    bool is_fraction = record->gpu_milli < HC_WHOLE_GPU;
    if (record->gpu_count < 0 || record->gpu_milli <= 0) {
        hc_trace_record_fail(record, HC_QUARANTINE_NO_SIZE);
    } else if (record->gpu_count > UINT32_MAX || record->gpu_milli > HC_WHOLE_GPU ||
               (is_fraction && record->gpu_count > 1) || record->cpu_milli < 0 ||
               record->memory_bytes < 0) {
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
    } else if (record->gpu_count == 0) {
        record->gpu_milli = HC_WHOLE_GPU;
    }
}

/* The run time and the end follow from the others. */
static void complete_times(hc_trace_record *record)
{
    bool has_start = record->start != HC_TIME_MISSING;
    if (has_start && record->end != HC_TIME_MISSING) {
        hc_time elapsed = record->end - record->start;
        if (record->run_time != HC_TIME_MISSING && record->run_time != elapsed) {
            hc_trace_record_repair(record, HC_REPAIR_TIMES_DISAGREE);
        }
        record->run_time = elapsed;
    } else if (has_start && record->run_time != HC_TIME_MISSING) {
        record->end = record->start + record->run_time;
    }
}

static void judge_times(hc_trace_record *record)
{
    if (record->start > HC_TIME_LIMIT) { /* a sum of submit and wait may be */
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
        return;
    }
    complete_times(record);
    if (record->run_time == HC_TIME_MISSING) {
        hc_trace_record_fail(record, HC_QUARANTINE_NO_RUN_TIME);
    } else if (record->run_time < 0 ||
               (record->start != HC_TIME_MISSING && record->start < record->submit) ||
               (record->end != HC_TIME_MISSING && record->end < record->submit)) {
        hc_trace_record_fail(record, HC_QUARANTINE_BAD_TIMES);
    } else if (record->end > HC_TIME_LIMIT || record->run_time > HC_TIME_LIMIT) {
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
    }
}

static void judge_rank(hc_trace_record *record)
{
    if (record->priority > INT32_MAX || record->priority < INT32_MIN) {
        hc_trace_record_fail(record, HC_QUARANTINE_OUT_OF_RANGE);
    }
    if (record->preceding.length == 0 || record->think_time < 0) {
        record->think_time = HC_TIME_MISSING;
    }
}

static void complete_limit(hc_trace_record *record)
{
    if (record->time_limit == HC_TIME_MISSING || record->time_limit <= 0) {
        record->time_limit = HC_TIME_MISSING;
        hc_trace_record_repair(record, HC_REPAIR_LIMIT_MISSING);
    } else if (record->time_limit < record->run_time) {
        hc_trace_record_repair(record, HC_REPAIR_LIMIT_RAISED);
    }
}

/* What has to be known before it matters whether the job ever ran. */
static void judge_identity(hc_trace_record *record)
{
    if (record->needs_id && record->id.length == 0) {
        hc_trace_record_fail(record, HC_QUARANTINE_NO_ID);
    }
    judge_names(record);
    if (record->submit == HC_TIME_MISSING || record->submit < 0) {
        hc_trace_record_fail(record, HC_QUARANTINE_NO_SUBMIT);
    }
}

hc_row_fate hc_trace_record_judge(hc_trace_record *record)
{
    if (!record->has_fault) {
        judge_identity(record);
    }
    if (!record->has_fault && record->is_never_run) {
        return HC_ROW_NEVER_RUN;
    }
    if (!record->has_fault) {
        judge_size(record);
    }
    if (!record->has_fault) {
        judge_times(record);
    }
    if (!record->has_fault) {
        judge_rank(record);
    }
    if (record->has_fault) {
        return HC_ROW_QUARANTINED;
    }
    complete_limit(record);
    assert(record->run_time >= 0 && record->gpu_count <= UINT32_MAX);
    return HC_ROW_USABLE;
}
