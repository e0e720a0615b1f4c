#include "analysis/study/list_schedule.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* A run in the order in which runs are handed out. */
typedef struct listed_run {
    double expected;
    size_t index;
} listed_run;

static int compare_runs(const void *a, const void *b)
{
    const listed_run *x = a;
    const listed_run *y = b;
    if (x->expected != y->expected) {
        return x->expected > y->expected ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

/* Gives a run to the rank at the top of a heap of the instants at which ranks are free, and restores the heap. */
static double hand_out(double *free_at, uint32_t rank_count, double seconds)
{
    double end = free_at[0] + seconds;
    size_t at = 0;
    for (size_t child = 1; child < rank_count; child = 2 * at + 1) {
        if (child + 1 < rank_count && free_at[child + 1] < free_at[child]) {
            child++;
        }
        if (free_at[child] >= end) {
            break;
        }
        free_at[at] = free_at[child];
        at = child;
    }
    free_at[at] = end;
    return end;
}

static void set_bounds(hc_list_schedule *out, uint32_t rank_count)
{
    double ranks = rank_count;
    out->least_seconds = fmax(out->total_seconds / ranks, out->longest_seconds);
    /* Graham, "Bounds for certain multiprocessing anomalies", 1966: (2 - 1 / P) of the best, by way of this. */
    out->list_bound_seconds = out->total_seconds / ranks + (1 - 1 / ranks) * out->longest_seconds;
    out->efficiency =
        out->makespan_seconds > 0 ? out->total_seconds / (ranks * out->makespan_seconds) : 1;
}

int hc_list_schedule_make(hc_list_schedule *out, const double *expected, const double *actual,
                          size_t count, uint32_t rank_count, hc_error *error)
{
    listed_run *runs = calloc(count + 1, sizeof *runs);
    double *free_at = calloc((size_t)rank_count + 1, sizeof *free_at);
    int status = 0;
    assert(rank_count > 0);
    *out = (hc_list_schedule){0};
    if (runs == NULL || free_at == NULL) {
        status = hc_error_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++) {
        runs[i] = (listed_run){.expected = expected[i], .index = i};
    }
    qsort(runs, count, sizeof *runs, compare_runs);
    for (size_t i = 0; i < count; i++) {
        double seconds = actual[runs[i].index];
        out->makespan_seconds = fmax(out->makespan_seconds, hand_out(free_at, rank_count, seconds));
        out->total_seconds += seconds;
        out->longest_seconds = fmax(out->longest_seconds, seconds);
    }
    set_bounds(out, rank_count);
cleanup:
    free(runs);
    free(free_at);
    return status;
}
