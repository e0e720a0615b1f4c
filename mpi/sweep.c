#include "mpi/sweep.h"

#include "mpi/ranks_state.h"

#include <stdlib.h>
#include <time.h>

/* What lies in rank 0's memory. The cost is in millionths of the whole. */
enum { NEXT, FINISHED, FAILED, COST, COUNTER_COUNT };

static const int64_t WHOLE_COST = 1000000;
static const int64_t STOPPED = INT64_C(1) << 40; /* added to NEXT: more than any number of tasks */
static const double SHOW_INTERVAL_SECONDS = 0.1;
static const long WAIT_NANOSECONDS = 1000000;

struct hc_sweep {
    const hc_ranks *ranks;
    bool is_shared;    /* the counters lie in a window of MPI */
    bool is_server;    /* this rank takes no tasks */
    MPI_Win window;    /* if is_shared */
    int64_t *counters; /* rank 0's own memory; NULL on others */
    int64_t alone[COUNTER_COUNT];
    const hc_sweep_work *work; /* of the tasks that are being done */
    size_t task_count;
    const double *costs;
    double cost_sum;
    double last_shown;
};

static double now_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Whether the ranks are on more than one node. Collective. */
static bool spans_nodes(const hc_ranks *ranks)
{
    MPI_Comm node;
    int rank_on_node = 0;
    uint64_t node_count = 0;
    (void)MPI_Comm_split_type(ranks->all, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    (void)MPI_Comm_rank(node, &rank_on_node);
    (void)MPI_Comm_free(&node);
    node_count = rank_on_node == 0 ? 1 : 0;
    hc_ranks_sum(ranks, &node_count, 1);
    return node_count > 1;
}

static void share_counters(hc_sweep *sweep)
{
    const hc_ranks *ranks = sweep->ranks;
    MPI_Aint size = ranks->rank == 0 ? (MPI_Aint)(COUNTER_COUNT * sizeof(int64_t)) : 0;
    (void)MPI_Win_allocate(size, sizeof(int64_t), MPI_INFO_NULL, ranks->all,
                           (void *)&sweep->counters, &sweep->window);
    (void)MPI_Win_lock_all(MPI_MODE_NOCHECK, sweep->window);
    sweep->is_shared = true;
    sweep->is_server =
        spans_nodes(ranks) && ranks->count >= HC_SWEEP_SERVER_RANKS && ranks->rank == 0;
}

int hc_sweep_create(hc_sweep **out, const hc_ranks *ranks, hc_error *error)
{
    hc_sweep *sweep = calloc(1, sizeof *sweep);
    int64_t has_failed = sweep == NULL ? 1 : 0;
    hc_ranks_max(ranks, &has_failed, 1);
    if (sweep == NULL || has_failed > 0) {
        free(sweep);
        return hc_error_memory(error);
    }
    sweep->ranks = ranks;
    if (ranks->count > 1) {
        share_counters(sweep);
    }
    *out = sweep;
    return 0;
}

void hc_sweep_destroy(hc_sweep *sweep)
{
    if (sweep == NULL) {
        return;
    }
    if (sweep->is_shared) {
        (void)MPI_Win_unlock_all(sweep->window);
        (void)MPI_Win_free(&sweep->window);
    }
    free(sweep);
}

/* Adds to a counter. @return what it was before */
static int64_t fetch_and_add(hc_sweep *sweep, int counter, int64_t amount)
{
    int64_t before = 0;
    if (!sweep->is_shared) {
        before = sweep->alone[counter];
        sweep->alone[counter] += amount;
        return before;
    }
    (void)MPI_Fetch_and_op(&amount, &before, MPI_INT64_T, 0, counter, MPI_SUM, sweep->window);
    (void)MPI_Win_flush(0, sweep->window);
    return before;
}

static void reset_counters(hc_sweep *sweep)
{
    hc_ranks_wait(sweep->ranks); /* nobody still looks at those of an earlier run */
    for (int i = 0; i < COUNTER_COUNT && sweep->ranks->rank == 0; i++) {
        (void)fetch_and_add(sweep, i, -fetch_and_add(sweep, i, 0));
    }
    hc_ranks_wait(sweep->ranks);
}

/* From the last counter that a task moves to the first: others go on meanwhile, and what is read is consistent. */
static hc_sweep_progress read_progress(hc_sweep *sweep)
{
    size_t task_count = sweep->task_count;
    int64_t failed = fetch_and_add(sweep, FAILED, 0);
    int64_t cost = fetch_and_add(sweep, COST, 0);
    int64_t finished = fetch_and_add(sweep, FINISHED, 0);
    int64_t begun = fetch_and_add(sweep, NEXT, 0);
    return (hc_sweep_progress){
        .task_count = task_count,
        .begun_count = begun < (int64_t)task_count ? (size_t)begun : task_count,
        .finished_count = (size_t)finished,
        .failed_count = (size_t)failed,
        .finished_share = (double)cost / (double)WHOLE_COST,
    };
}

static void show(hc_sweep *sweep)
{
    double now = 0;
    if (sweep->ranks->rank != 0 || sweep->work == NULL || sweep->work->show == NULL) {
        return;
    }
    now = now_seconds();
    if (now - sweep->last_shown >= SHOW_INTERVAL_SECONDS) {
        hc_sweep_progress progress = read_progress(sweep);
        sweep->last_shown = now;
        sweep->work->show(sweep->work->self, &progress);
    }
}

/* A probe for a message that nobody sends: MPI answers what has come meanwhile. */
void hc_sweep_poll(hc_sweep *sweep)
{
    if (sweep->is_shared) {
        int is_there = 0;
        (void)MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, sweep->ranks->all, &is_there,
                         MPI_STATUS_IGNORE);
    }
    show(sweep);
}

void hc_sweep_stop(hc_sweep *sweep)
{
    (void)fetch_and_add(sweep, NEXT, STOPPED);
}

static void note_finished(hc_sweep *sweep, size_t task, int outcome)
{
    double share = sweep->costs[task] / sweep->cost_sum;
    (void)fetch_and_add(sweep, FINISHED, 1);
    (void)fetch_and_add(sweep, COST, (int64_t)(share * (double)WHOLE_COST));
    if (outcome > 0) {
        (void)fetch_and_add(sweep, FAILED, 1);
    }
}

static int take_tasks(hc_sweep *sweep, hc_error *error)
{
    int64_t task = 0;
    while ((task = fetch_and_add(sweep, NEXT, 1)) < (int64_t)sweep->task_count) {
        int outcome = sweep->work->run(sweep->work->self, (size_t)task, error);
        if (outcome < 0) {
            hc_sweep_stop(sweep);
            return -1;
        }
        note_finished(sweep, (size_t)task, outcome);
        hc_sweep_poll(sweep);
    }
    return 0;
}

/* Sleeps between two looks: who waits leaves its core to those who still work. */
static void wait_for_all(hc_sweep *sweep)
{
    const struct timespec pause = {.tv_nsec = WAIT_NANOSECONDS};
    MPI_Request request;
    int is_over = 0;
    if (!sweep->is_shared) {
        return;
    }
    (void)MPI_Ibarrier(sweep->ranks->all, &request);
    (void)MPI_Test(&request, &is_over, MPI_STATUS_IGNORE);
    while (is_over == 0) {
        (void)nanosleep(&pause, NULL);
        show(sweep);
        (void)MPI_Test(&request, &is_over, MPI_STATUS_IGNORE);
    }
}

int hc_sweep_run(hc_sweep *sweep, const hc_sweep_work *work, size_t task_count, const double *costs,
                 hc_error *error)
{
    int status = 0;
    sweep->work = work;
    sweep->task_count = task_count;
    sweep->costs = costs;
    sweep->cost_sum = 0;
    for (size_t i = 0; i < task_count; i++) {
        sweep->cost_sum += costs[i];
    }
    reset_counters(sweep);
    if (!sweep->is_server) {
        status = take_tasks(sweep, error);
    }
    wait_for_all(sweep);
    sweep->work = NULL;
    return status;
}
