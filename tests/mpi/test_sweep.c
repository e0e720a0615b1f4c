#include "mpi/sweep.h"
#include "tests/mpi/rank_testing.h"

#include <string.h>
#include <time.h>

enum { TASKS = 300 };

/* What this rank has done. */
typedef struct done {
    hc_sweep *sweep;
    uint64_t times[TASKS];
    size_t count;
    size_t last;
    bool is_in_order;
    size_t stop_after; /* own tasks after which this rank stops all; 0: never */
    bool is_broken;    /* cannot go on with its first task */
    bool is_slow;
    size_t shown_count;
    hc_sweep_progress shown;
} done;

static int run(void *self, size_t task, hc_error *error)
{
    static const struct timespec PAUSE = {.tv_nsec = 2000000};
    done *d = self;
    if (d->is_broken) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "the disk is full");
    }
    d->is_in_order = d->is_in_order && (d->count == 0 || task > d->last);
    d->times[task]++;
    d->last = task;
    d->count++;
    if (d->is_slow) {
        (void)nanosleep(&PAUSE, NULL);
        hc_sweep_poll(d->sweep);
    }
    if (d->count == d->stop_after) {
        hc_sweep_stop(d->sweep);
    }
    return task % 3 == 0 ? 1 : 0;
}

static void show(void *self, const hc_sweep_progress *progress)
{
    done *d = self;
    CU_ASSERT_TRUE(progress->finished_count >= d->shown.finished_count);
    CU_ASSERT_TRUE(progress->finished_count <= progress->begun_count);
    CU_ASSERT_TRUE(progress->failed_count <= progress->finished_count);
    CU_ASSERT_TRUE(progress->finished_share >= 0 && progress->finished_share <= 1.0001);
    CU_ASSERT_EQUAL(progress->task_count, TASKS);
    d->shown = *progress;
    d->shown_count++;
}

static done begin(void)
{
    done d = {.is_in_order = true};
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_sweep_create(&d.sweep, hc_test_ranks(), &error), 0);
    return d;
}

static int work(done *d, hc_error *error)
{
    const hc_sweep_work work = {.self = d, .run = run, .show = show};
    double costs[TASKS];
    for (size_t i = 0; i < TASKS; i++) {
        costs[i] = (double)(TASKS - i);
    }
    *error = HC_ERROR_NONE;
    return hc_sweep_run(d->sweep, &work, TASKS, costs, error);
}

/* Over all ranks. */
static uint64_t count_all(const done *d)
{
    uint64_t count = d->count;
    hc_ranks_sum(hc_test_ranks(), &count, 1);
    return count;
}

static void every_task_is_done_once_in_every_run(void)
{
    done d = begin();
    hc_error error;
    for (uint64_t round = 1; round <= 3; round++) {
        uint64_t times[TASKS];
        CU_ASSERT_EQUAL(work(&d, &error), 0);
        memcpy(times, d.times, sizeof times);
        hc_ranks_sum(hc_test_ranks(), times, TASKS);
        for (size_t i = 0; i < TASKS; i++) {
            CU_ASSERT_EQUAL(times[i], round);
        }
        d.last = 0;
        d.count = 0;
    }
    hc_sweep_destroy(d.sweep);
}

static void tasks_are_handed_out_in_their_order(void)
{
    done d = begin();
    hc_error error;
    CU_ASSERT_EQUAL(work(&d, &error), 0);
    CU_ASSERT_TRUE(d.is_in_order);
    CU_ASSERT_EQUAL(count_all(&d), TASKS);
    hc_sweep_destroy(d.sweep);
}

static void slow_tasks_are_spread_and_shown_on_rank_0(void)
{
    done d = begin();
    hc_error error;
    d.is_slow = true;
    CU_ASSERT_EQUAL(work(&d, &error), 0);
    CU_ASSERT_TRUE(d.count > 0);
    if (hc_ranks_rank(hc_test_ranks()) == 0) {
        CU_ASSERT_TRUE(d.shown_count > 0);
    } else {
        CU_ASSERT_EQUAL(d.shown_count, 0);
    }
    hc_sweep_destroy(d.sweep);
}

static void a_rank_can_stop_all(void)
{
    done d = begin();
    hc_error error;
    d.is_slow = true;
    d.stop_after = hc_ranks_rank(hc_test_ranks()) == hc_ranks_count(hc_test_ranks()) - 1 ? 3 : 0;
    CU_ASSERT_EQUAL(work(&d, &error), 0);
    CU_ASSERT_TRUE(count_all(&d) < TASKS);
    CU_ASSERT_TRUE(count_all(&d) >= 3);
    hc_sweep_destroy(d.sweep);
}

static void a_rank_that_cannot_go_on_ends_the_sweep_and_says_why(void)
{
    done d = begin();
    hc_error error;
    int status = 0;
    d.is_slow = true;
    d.is_broken = hc_ranks_rank(hc_test_ranks()) == hc_ranks_count(hc_test_ranks()) - 1;
    status = work(&d, &error);
    CU_ASSERT_TRUE(count_all(&d) < TASKS);
    CU_ASSERT_EQUAL(status, d.is_broken ? -1 : 0);
    CU_ASSERT_EQUAL(error.kind, d.is_broken ? HC_ERROR_OUTPUT : HC_ERROR_OK);
    hc_sweep_destroy(d.sweep);
}

static void no_tasks_are_done_at_once(void)
{
    done d = begin();
    const hc_sweep_work nothing = {.self = &d, .run = run};
    const double cost = 1;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_sweep_run(d.sweep, &nothing, 0, &cost, &error), 0);
    CU_ASSERT_EQUAL(d.count, 0);
    hc_sweep_destroy(d.sweep);
}

static const hc_test_case CASES[] = {
    {"every_task_is_done_once_in_every_run", every_task_is_done_once_in_every_run},
    {"tasks_are_handed_out_in_their_order", tasks_are_handed_out_in_their_order},
    {"slow_tasks_are_spread_and_shown_on_rank_0", slow_tasks_are_spread_and_shown_on_rank_0},
    {"a_rank_can_stop_all", a_rank_can_stop_all},
    {"a_rank_that_cannot_go_on_ends_the_sweep_and_says_why",
     a_rank_that_cannot_go_on_ends_the_sweep_and_says_why},
    {"no_tasks_are_done_at_once", no_tasks_are_done_at_once},
};

int main(void)
{
    return hc_test_ranks_main("sweep", CASES, sizeof CASES / sizeof CASES[0]);
}
