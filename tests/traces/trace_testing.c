#include "tests/traces/trace_testing.h"

#include <stdio.h>

enum { TEXT_SIZE = 4096 };

hc_trace_options hc_test_options(hc_trace_format format)
{
    return (hc_trace_options){
        .format = format,
        .keeps_cpu_jobs = true,
        .load = 1,
        .quarantine_limit = 0.05,
    };
}

hc_job_trace *hc_test_read_path(hc_trace_options options, const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    options.path = path;
    if (hc_job_trace_read(&trace, &options, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the trace was refused");
    }
    CU_ASSERT_FATAL(hc_job_trace_check(trace));
    return trace;
}

hc_job_trace *hc_test_read(const hc_trace_options *options, const char *text)
{
    return hc_test_read_path(*options, hc_test_text_file(text));
}

const char *hc_test_refuse(const hc_trace_options *options, const char *text, hc_error_kind kind)
{
    static hc_error error;
    hc_trace_options copy = *options;
    hc_job_trace *trace = NULL;
    error = HC_ERROR_NONE;
    copy.path = hc_test_text_file(text);
    CU_ASSERT_EQUAL_FATAL(hc_job_trace_read(&trace, &copy, &error), -1);
    if (error.kind != kind) {
        printf("\n    kind %d: %s\n", (int)error.kind, error.text);
        CU_FAIL("wrong kind of error");
    }
    CU_ASSERT(trace == NULL);
    return error.text;
}

const hc_trace_job *hc_test_job(const hc_job_trace *trace, size_t index)
{
    static hc_trace_job jobs[8];
    static size_t next = 0;
    hc_trace_job *job = &jobs[next++ % COUNT_OF(jobs)];
    CU_ASSERT_FATAL(index < hc_job_trace_count(trace));
    *job = hc_job_trace_job(trace, index);
    return job;
}

const char *hc_test_id(const hc_job_trace *trace, size_t index)
{
    return hc_job_trace_string(trace, hc_test_job(trace, index)->id);
}

static int fate_of(const hc_import_report *report)
{
    for (int reason = 0; reason < HC_QUARANTINE_COUNT; reason++) {
        if (report->quarantine_counts[reason] > 0) {
            return reason;
        }
    }
    if (report->never_run_count > 0) {
        return HC_FATE_NEVER_RUN;
    }
    return report->kept_count > 0 ? HC_FATE_KEPT : HC_FATE_FILTERED;
}

void hc_test_rows(hc_trace_options options, const char *header, const hc_test_row *cases,
                  size_t count)
{
    options.quarantine_limit = 1;
    for (size_t i = 0; i < count; i++) {
        char text[TEXT_SIZE];
        hc_job_trace *trace = NULL;
        int fate = 0;
        (void)snprintf(text, sizeof text, "%s%s\n", header, cases[i].row);
        trace = hc_test_read(&options, text);
        CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 1);
        fate = fate_of(hc_job_trace_report(trace));
        if (fate != cases[i].fate) {
            printf("\n    \"%s\": got %d, expected %d\n", cases[i].row, fate, cases[i].fate);
            CU_FAIL("wrong fate");
        }
        hc_job_trace_destroy(trace);
    }
}
