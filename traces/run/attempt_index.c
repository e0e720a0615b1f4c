#include "traces/run/attempt_index.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_places(const hc_attempt_row *row, uint32_t job, uint32_t attempt)
{
    if (row->job != job) {
        return row->job < job ? -1 : 1;
    }
    return (row->attempt > attempt) - (row->attempt < attempt);
}

static int compare_attempts(const void *a, const void *b)
{
    const hc_attempt_row *right = b;
    return compare_places(a, right->job, right->attempt);
}

static void extend(hc_attempt_index *index, const hc_attempt_row *row)
{
    hc_time end = row->end == HC_TIME_MISSING ? row->start : row->end;
    if (index->first_start == HC_TIME_MISSING || row->start < index->first_start) {
        index->first_start = row->start;
    }
    if (end > index->last_end) { /* HC_TIME_MISSING is before all */
        index->last_end = end;
    }
}

static int check(const hc_run_reader *reader, const hc_attempt_row *row,
                 const hc_attempt_row *before, hc_error *error)
{
    if (row->end != HC_TIME_MISSING && row->end < row->start) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: table attempts: attempt %" PRIu32 " of job %" PRIu32
                            " ends before it starts",
                            hc_run_reader_path(reader), row->attempt, row->job);
    }
    if (before != NULL && compare_attempts(before, row) == 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: table attempts: two rows are attempt %" PRIu32 " of job %" PRIu32,
                            hc_run_reader_path(reader), row->attempt, row->job);
    }
    return 0;
}

int hc_attempt_index_read(hc_attempt_index *index, hc_run_reader *reader, hc_error *error)
{
    hc_attempt_row *rows = NULL;
    *index = HC_ATTEMPT_INDEX_NONE;
    if (hc_run_reader_read(reader, HC_TABLE_ATTEMPTS, 0, UINT64_MAX, &index->rows, error) < 0) {
        return -1;
    }
    rows = index->rows.rows;
    if (index->rows.count > 0) {
        qsort(rows, index->rows.count, sizeof *rows, compare_attempts);
    }
    for (size_t i = 0; i < index->rows.count; i++) {
        if (check(reader, &rows[i], i > 0 ? &rows[i - 1] : NULL, error) < 0) {
            return -1;
        }
        extend(index, &rows[i]);
    }
    return 0;
}

void hc_attempt_index_destroy(hc_attempt_index *index)
{
    hc_rows_destroy(&index->rows);
    *index = HC_ATTEMPT_INDEX_NONE;
}

const hc_attempt_row *hc_attempt_index_find(const hc_attempt_index *index, uint32_t job,
                                            uint32_t attempt)
{
    const hc_attempt_row *rows = index->rows.rows;
    size_t low = 0;
    size_t high = index->rows.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_places(&rows[middle], job, attempt);
        if (order == 0) {
            return &rows[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
