#include "traces/job_trace.h"

typedef struct wording {
    const char *name;
    const char *sentence;
} wording;

static const wording QUARANTINES[HC_QUARANTINE_COUNT] = {
    [HC_QUARANTINE_FIELD_COUNT] = {"field_count", "too few or too many fields"},
    [HC_QUARANTINE_NOT_A_NUMBER] = {"not_a_number",
                                    "a field is not the number or the time that it must be"},
    [HC_QUARANTINE_OUT_OF_RANGE] = {"out_of_range", "a number is larger or finer than can be held"},
    [HC_QUARANTINE_NO_ID] = {"no_id", "the job id is missing"},
    [HC_QUARANTINE_NO_SUBMIT] = {"no_submit", "the submit time is missing or negative"},
    [HC_QUARANTINE_NO_SIZE] = {"no_size", "the size is missing, zero or negative"},
    [HC_QUARANTINE_NO_RUN_TIME] = {"no_run_time", "it is not known how long the job ran"},
    [HC_QUARANTINE_BAD_TIMES] = {"bad_times", "the job ends before it starts, or starts before it "
                                              "is submitted"},
    [HC_QUARANTINE_BAD_TEXT] = {"bad_text", "control characters, broken quotes, or an id or name "
                                            "of more than 255 bytes"},
};

static const wording FILTERS[HC_FILTER_COUNT] = {
    [HC_FILTER_BEFORE_FROM] = {"before_from", "before the range of the scenario"},
    [HC_FILTER_AFTER_TO] = {"after_to", "after the range of the scenario"},
    [HC_FILTER_CPU_JOB] = {"cpu_job", "asks for no GPU"},
};

static const wording REPAIRS[HC_REPAIR_COUNT] = {
    [HC_REPAIR_LIMIT_RAISED] = {"limit_raised", "ran longer than requested: the limit is the run "
                                                "time"},
    [HC_REPAIR_LIMIT_MISSING] = {"limit_missing", "requested no time: the limit is the run time"},
    [HC_REPAIR_SIZE_FALLBACK] = {"size_fallback", "the preferred size is missing: the other one "
                                                  "was taken"},
    [HC_REPAIR_WAIT_DROPPED] = {"wait_dropped", "the wait is missing or negative: the start is not "
                                                "known"},
    [HC_REPAIR_TIMES_DISAGREE] = {"times_disagree", "the given duration or GPU time differs from "
                                                    "the other times"},
    [HC_REPAIR_ROUNDED] = {"rounded", "digits below a nanosecond or a thousandth were cut off"},
    [HC_REPAIR_LATIN1] = {"latin1", "an id or name is not UTF-8: it was read as Latin-1"},
    [HC_REPAIR_ROUNDED_UP] = {"rounded_up", "parts of several GPUs were rounded up to whole GPUs"},
    [HC_REPAIR_SUBMIT_MISSING] = {"submit_missing", "the submit time is missing: the start was "
                                                    "taken"},
    [HC_REPAIR_PREDECESSOR_UNKNOWN] = {"predecessor_unknown",
                                       "the job that it followed is not among the jobs before it: "
                                       "it follows none"},
    [HC_REPAIR_NODES_DROPPED] = {"nodes_dropped", "a node that it ran on has no name that can be "
                                                  "kept: its place is not known"},
};

const char *hc_quarantine_name(hc_quarantine_reason reason)
{
    return QUARANTINES[reason].name;
}

const char *hc_filter_name(hc_filter_reason reason)
{
    return FILTERS[reason].name;
}

const char *hc_repair_name(hc_repair repair)
{
    return REPAIRS[repair].name;
}

const char *hc_quarantine_sentence(hc_quarantine_reason reason)
{
    return QUARANTINES[reason].sentence;
}

const char *hc_filter_sentence(hc_filter_reason reason)
{
    return FILTERS[reason].sentence;
}

const char *hc_repair_sentence(hc_repair repair)
{
    return REPAIRS[repair].sentence;
}

uint64_t hc_import_quarantined(const hc_import_report *report)
{
    uint64_t sum = 0;
    for (int i = 0; i < HC_QUARANTINE_COUNT; i++) {
        sum += report->quarantine_counts[i];
    }
    return sum;
}

uint64_t hc_import_filtered(const hc_import_report *report)
{
    uint64_t sum = 0;
    for (int i = 0; i < HC_FILTER_COUNT; i++) {
        sum += report->filter_counts[i];
    }
    return sum;
}

bool hc_import_report_check(const hc_import_report *report)
{
    return report->row_count == report->kept_count + report->never_run_count +
                                    hc_import_quarantined(report) + hc_import_filtered(report);
}
