#include "traces/run/export_swf.h"

#include "sim/interfaces/sink.h"
#include "sim/units.h"
#include "traces/run/job_list.h"
#include "traces/run/provenance.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* D. Feitelson et al., https://www.cs.huji.ac.il/labs/parallel/workload/swf.html. Fields: 1 job, 2 submit,
 * 3 wait, 4 run time, 5 processors, 6 CPU time, 7 memory, 8 requested processors, 9 requested time,
 * 10 requested memory, 11 status, 12 user, 13 group, 14 executable, 15 queue, 16 partition, 17 preceding job,
 * 18 think time. */

enum {
    SWF_FAILED = 0,
    SWF_COMPLETED = 1,
    SWF_CANCELLED = 5,
    SWF_UNKNOWN = -1,
    MAX_NUMBER_DIGITS = 18, /* of an id that fits into int64 */
};

/* An id that is a whole number without ornaments; -1 for any other. */
static int64_t number_of(const char *id)
{
    size_t length = strlen(id);
    if (length == 0 || length > MAX_NUMBER_DIGITS || strspn(id, "0123456789") != length) {
        return -1;
    }
    return strtoll(id, NULL, 10);
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* @return 1 when the ids of all jobs are different whole numbers, 0 when not, -1 with `error` set. */
static int ids_are_numbers(const hc_job_list *jobs, hc_error *error)
{
    int64_t *numbers = malloc((jobs->count + 1) * sizeof *numbers);
    int result = 1;
    if (numbers == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < jobs->count && result == 1; i++) {
        numbers[i] = number_of(jobs->jobs[i]->job_id);
        result = numbers[i] < 0 ? 0 : 1;
    }
    if (result == 1) {
        qsort(numbers, jobs->count, sizeof *numbers, compare_numbers);
    }
    for (size_t i = 1; i < jobs->count && result == 1; i++) {
        result = numbers[i - 1] == numbers[i] ? 0 : 1;
    }
    free(numbers);
    return result;
}

/* A text of the file, which must not end the comment that it stands in. */
static void put_one_line(FILE *out, const char *text)
{
    for (const char *at = text == NULL ? "" : text; *at != '\0'; at++) {
        (void)fputc(*at == '\n' || *at == '\r' ? ' ' : *at, out);
    }
    (void)fputc('\n', out);
}

static void put_line(FILE *out, const char *label, const char *text)
{
    (void)fprintf(out, "; %s: ", label);
    put_one_line(out, text);
}

static void put_clock(hc_run_reader *reader, FILE *out)
{
    const char *clock = hc_run_reader_text(reader, "clock");
    const char *zone = hc_run_reader_text(reader, "zone");
    int64_t zero = 0;
    if (clock != NULL && strcmp(clock, hc_clock_name(HC_CLOCK_CIVIL)) == 0) {
        (void)fprintf(out, "; UnixStartTime: 0\n");
    } else if (clock != NULL && strcmp(clock, hc_clock_name(HC_CLOCK_UNIX_ZERO)) == 0 &&
               hc_run_reader_number(reader, "unix_zero_seconds", &zero)) {
        (void)fprintf(out, "; UnixStartTime: %" PRId64 "\n", zero);
    }
    if (zone != NULL && zone[0] != '\0') {
        put_line(out, "TimeZoneString", zone);
    }
}

static int put_partitions(hc_run_reader *reader, FILE *out, hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    const hc_partition_row *partitions = NULL;
    uint64_t gpus = 0;
    uint64_t nodes = 0;
    if (hc_run_reader_read(reader, HC_TABLE_PARTITIONS, 0, UINT64_MAX, &rows, error) < 0) {
        hc_rows_destroy(&rows);
        return -1;
    }
    partitions = rows.rows;
    for (size_t i = 0; i < rows.count; i++) {
        gpus += partitions[i].gpus;
        nodes += partitions[i].nodes;
    }
    (void)fprintf(out, "; MaxNodes: %" PRIu64 "\n; MaxProcs: %" PRIu64 "\n; MaxPartitions: %zu\n",
                  nodes, gpus, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        (void)fprintf(out, "; Partition: %zu ", i + 1);
        put_one_line(out, partitions[i].name);
    }
    hc_rows_destroy(&rows);
    return 0;
}

static int put_head(hc_run_reader *reader, const hc_job_list *jobs, bool has_numbers, FILE *out,
                    hc_error *error)
{
    (void)fprintf(out, "; Version: 2.2\n");
    put_line(out, "Computer", "simulated");
    put_line(out, "Acknowledge", "hindcast");
    put_line(out, "Information", hc_run_reader_text(reader, "name"));
    put_line(out, "Conversion", hc_run_reader_text(reader, "generator"));
    (void)fprintf(out, "; MaxJobs: %zu\n; MaxRecords: %zu\n", jobs->count, jobs->count);
    put_clock(reader, out);
    if (put_partitions(reader, out, error) < 0) {
        return -1;
    }
    put_line(out, "Note", "processors are GPUs; a shared GPU counts as one");
    put_line(out, "Note",
             has_numbers ? "job numbers are the ids of the input"
                         : "job numbers count the jobs in the order of submission");
    if (!hc_run_reader_is_complete(reader)) {
        put_line(out, "Note", "the run was not complete");
    }
    return 0;
}

static void put_seconds(FILE *out, hc_time time)
{
    char text[HC_UNIT_TEXT_SIZE];
    if (time == HC_TIME_MISSING) {
        (void)fputs(" -1", out);
        return;
    }
    (void)hc_format_seconds(time, text);
    (void)fprintf(out, " %s", text);
}

/* From one instant to another; missing when one of them is, or when they are too far apart to be true. */
static hc_time between(hc_time from, hc_time to)
{
    hc_time length = 0;
    if (from == HC_TIME_MISSING || to == HC_TIME_MISSING ||
        __builtin_sub_overflow(to, from, &length)) {
        return HC_TIME_MISSING;
    }
    return length;
}

/* A job that completes in the simulation ends as it was recorded to end. */
static int status_of(const hc_job_row *job)
{
    if (job->state == HC_JOB_REJECTED || job->outcome == HC_OUTCOME_CANCELLED) {
        return SWF_CANCELLED;
    }
    if (job->state == HC_JOB_TIMEOUT) {
        return SWF_CANCELLED;
    }
    if (job->state != HC_JOB_COMPLETED) {
        return SWF_UNKNOWN;
    }
    return job->outcome == HC_OUTCOME_FAILED || job->outcome == HC_OUTCOME_TIMEOUT ||
                   job->outcome == HC_OUTCOME_NODE_FAIL
               ? SWF_FAILED
               : SWF_COMPLETED;
}

/* Numbers from 1; -1 for an index that is missing. */
static int64_t ordinal(uint32_t index, uint32_t missing)
{
    return index == missing ? -1 : (int64_t)index + 1;
}

static int put_job(FILE *out, const hc_job_row *job, int64_t number)
{
    (void)fprintf(out, "%" PRId64, number);
    put_seconds(out, job->submit);
    put_seconds(out, between(job->submit, job->start));
    put_seconds(out, between(job->start, job->end));
    (void)fprintf(out, " %" PRIu32 " -1 -1 %" PRIu32, job->gpus, job->gpus);
    put_seconds(out, job->is_limit_requested ? job->time_limit : HC_TIME_MISSING);
    (void)fprintf(out, " -1 %d %" PRId64 " %" PRId64 " -1 -1 %" PRId64 " -1 -1\n", status_of(job),
                  ordinal(job->user, HC_NO_INDEX), ordinal(job->group, HC_NO_INDEX),
                  ordinal(job->partition, UINT16_MAX));
    return ferror(out) ? -1 : 0;
}

static int put_all(hc_run_reader *reader, const hc_job_list *jobs, FILE *out, const char *shown,
                   hc_error *error)
{
    int has_numbers = ids_are_numbers(jobs, error);
    int status = 0;
    if (has_numbers < 0 || put_head(reader, jobs, has_numbers == 1, out, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < jobs->count && status == 0; i++) {
        const hc_job_row *job = jobs->jobs[i];
        status = put_job(out, job, has_numbers == 1 ? number_of(job->job_id) : (int64_t)i + 1);
    }
    if (status < 0 || fflush(out) == EOF || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", shown, strerror(errno));
    }
    return 0;
}

int hc_export_swf(hc_run_reader *reader, FILE *out, const char *shown, hc_error *error)
{
    hc_job_list jobs;
    int status = hc_job_list_read(&jobs, reader, error);
    if (status == 0) {
        hc_job_list_sort_by_submission(&jobs);
        status = put_all(reader, &jobs, out, shown, error);
    }
    hc_job_list_destroy(&jobs);
    return status;
}
