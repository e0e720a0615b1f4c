#include "traces/run/job_list.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_jobs(const void *a, const void *b)
{
    const hc_job_row *left = *(const hc_job_row *const *)a;
    const hc_job_row *right = *(const hc_job_row *const *)b;
    return (left->index > right->index) - (left->index < right->index);
}

static int require_distinct(const hc_job_list *list, const hc_run_reader *reader, hc_error *error)
{
    for (size_t i = 1; i < list->count; i++) {
        if (list->jobs[i - 1]->index == list->jobs[i]->index) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table jobs: two rows have index %" PRIu32,
                                hc_run_reader_path(reader), list->jobs[i]->index);
        }
    }
    return 0;
}

int hc_job_list_read(hc_job_list *list, hc_run_reader *reader, hc_error *error)
{
    const hc_job_row *rows = NULL;
    *list = HC_JOB_LIST_NONE;
    if (hc_run_reader_read(reader, HC_TABLE_JOBS, 0, UINT64_MAX, &list->rows, error) < 0) {
        return -1;
    }
    list->jobs = calloc(list->rows.count + 1, sizeof(const hc_job_row *));
    if (list->jobs == NULL) {
        return hc_error_memory(error);
    }
    rows = list->rows.rows;
    list->count = list->rows.count;
    for (size_t i = 0; i < list->count; i++) {
        list->jobs[i] = &rows[i];
    }
    qsort(list->jobs, list->count, sizeof(const hc_job_row *), compare_jobs);
    return require_distinct(list, reader, error);
}

void hc_job_list_destroy(hc_job_list *list)
{
    hc_rows_destroy(&list->rows);
    free(list->jobs);
    *list = HC_JOB_LIST_NONE;
}

const hc_job_row *hc_job_list_find(const hc_job_list *list, uint32_t index)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->jobs[middle]->index < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->count && list->jobs[low]->index == index ? list->jobs[low] : NULL;
}

static int compare_submissions(const void *a, const void *b)
{
    const hc_job_row *left = *(const hc_job_row *const *)a;
    const hc_job_row *right = *(const hc_job_row *const *)b;
    return left->submit != right->submit ? (left->submit > right->submit ? 1 : -1)
                                         : compare_jobs(a, b);
}

void hc_job_list_sort_by_submission(hc_job_list *list)
{
    qsort(list->jobs, list->count, sizeof(const hc_job_row *), compare_submissions);
}
