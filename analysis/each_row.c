#include "analysis/each_row.h"

#include "sim/interfaces/sink.h"

enum { SLICE_ROWS = 65536 };

/* Whether `later` does not come before `earlier`, nor too long after it. What is missing contradicts nothing.
 * The reader's bound on times keeps the difference inside int64. */
static bool follows(hc_time earlier, hc_time later)
{
    if (earlier == HC_TIME_MISSING || later == HC_TIME_MISSING) {
        return true;
    }
    return later >= earlier && later - earlier <= HC_TIME_LIMIT;
}

static bool is_sound(const hc_job_row *job)
{
    bool has_start = job->start != HC_TIME_MISSING;
    bool has_end = job->end != HC_TIME_MISSING;
    bool has_ended = job->state == HC_JOB_COMPLETED || job->state == HC_JOB_TIMEOUT;
    if ((has_ended && !has_end) || (has_end && !has_start) ||
        (has_start && job->wait == HC_TIME_MISSING)) {
        return false;
    }
    if (job->run_time < 0 || job->time_limit < 0 ||
        (job->wait < 0 && job->wait != HC_TIME_MISSING)) {
        return false;
    }
    return follows(job->submit, job->start) && follows(job->start, job->end) &&
           follows(job->submit, job->end) && follows(job->submit, job->recorded_start) &&
           follows(job->recorded_start, job->recorded_end) &&
           follows(job->submit, job->recorded_end);
}

static int visit_slice(hc_run_reader *reader, hc_run_table table, const hc_rows *rows,
                       hc_row_visitor *visit, void *self, hc_error *error)
{
    size_t row_size = hc_table_describe(table)->row_size;
    int status = 0;
    for (size_t i = 0; i < rows->count && status == 0; i++) {
        const void *row = (const uint8_t *)rows->rows + i * row_size;
        if (table == HC_TABLE_JOBS && !is_sound(row)) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table jobs: the times of job %.64s contradict each other",
                                hc_run_reader_path(reader), ((const hc_job_row *)row)->job_id);
        }
        status = visit(self, row, error);
    }
    return status;
}

int hc_each_row(hc_run_reader *reader, hc_run_table table, hc_row_visitor *visit, void *self,
                hc_error *error)
{
    hc_rows rows = HC_ROWS_NONE;
    uint64_t total = hc_run_reader_row_count(reader, table);
    int status = 0;
    for (uint64_t first = 0; first < total && status == 0; first += SLICE_ROWS) {
        status = hc_run_reader_read(reader, table, first, SLICE_ROWS, &rows, error);
        if (status == 0) {
            status = visit_slice(reader, table, &rows, visit, self, error);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}
