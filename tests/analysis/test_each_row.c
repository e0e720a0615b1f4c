#include "analysis/each_row.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <string.h>

#define S HC_SECOND
#define MISSING HC_TIME_MISSING
enum { JOBS = 70000 }; /* more than one slice of a table */

typedef struct walk {
    uint32_t visited;
    uint32_t stop_at;
    int answer;
} walk;

static int visit(void *self, const void *row, hc_error *error)
{
    walk *w = self;
    const hc_job_row *job = row;
    (void)error;
    CU_ASSERT_EQUAL(job->index, w->visited);
    w->visited++;
    return job->index == w->stop_at ? w->answer : 0;
}

static void rows_come_in_order_until_one_is_the_last(void)
{
    static hc_job_record jobs[JOBS];
    static const hc_job_spec SPEC = {.name = "x"};
    const hc_made_run run = {.gpu_count = 1, .jobs = jobs, .job_count = JOBS};
    walk walks[] = {
        {.stop_at = JOBS}, {.stop_at = 67000, .answer = 1}, {.stop_at = 3, .answer = -1}};
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    for (uint32_t i = 0; i < JOBS; i++) {
        jobs[i] = (hc_job_record){.spec = &SPEC, .job = {i}, .state = HC_JOB_COMPLETED};
    }
    reader = hc_made_run_open(&run);
    CU_ASSERT_EQUAL(hc_each_row(reader, HC_TABLE_JOBS, visit, &walks[0], &error), 0);
    CU_ASSERT_EQUAL(walks[0].visited, JOBS);
    CU_ASSERT_EQUAL(hc_each_row(reader, HC_TABLE_JOBS, visit, &walks[1], &error), 1);
    CU_ASSERT_EQUAL(walks[1].visited, 67001);
    CU_ASSERT_EQUAL(hc_each_row(reader, HC_TABLE_JOBS, visit, &walks[2], &error), -1);
    CU_ASSERT_EQUAL(walks[2].visited, 4);
    CU_ASSERT_EQUAL(hc_each_row(reader, HC_TABLE_EVENTS, visit, &walks[2], &error), 0);
    hc_made_run_close(reader);
}

/* Times of one job, submitted at 100 s. */
typedef struct times {
    hc_job_state state;
    hc_time start;
    hc_time end;
    hc_time wait;
    hc_time run_time;
    hc_time recorded_start;
    hc_time recorded_end;
    bool is_sound;
} times;

static const times TIMES[] = {
    {HC_JOB_COMPLETED, 110 * S, 115 * S, 10 * S, 5 * S, 101 * S, 106 * S, true},
    {HC_JOB_COMPLETED, 100 * S, 100 * S, 0, 0, 100 * S, 100 * S, true},
    {HC_JOB_RUNNING, 110 * S, MISSING, 10 * S, 5 * S, MISSING, MISSING, true},
    {HC_JOB_PENDING, MISSING, MISSING, MISSING, 5 * S, MISSING, 106 * S, true},
    {HC_JOB_REJECTED, MISSING, MISSING, 0, 5 * S, 101 * S, MISSING, true},
    {HC_JOB_RUNNING, HC_TIME_LIMIT, MISSING, 10 * S, 5 * S, MISSING, MISSING, true},
    {HC_JOB_COMPLETED, 110 * S, MISSING, 10 * S, 5 * S, MISSING, MISSING, false},
    {HC_JOB_RUNNING, MISSING, 115 * S, 10 * S, 5 * S, MISSING, MISSING, false},
    {HC_JOB_RUNNING, 110 * S, MISSING, MISSING, 5 * S, MISSING, MISSING, false},
    {HC_JOB_RUNNING, 99 * S, MISSING, 0, 5 * S, MISSING, MISSING, false},
    {HC_JOB_COMPLETED, 110 * S, 109 * S, 10 * S, 5 * S, MISSING, MISSING, false},
    {HC_JOB_PENDING, MISSING, MISSING, -1, 5 * S, MISSING, MISSING, false},
    {HC_JOB_PENDING, MISSING, MISSING, 0, -1, MISSING, MISSING, false},
    {HC_JOB_PENDING, MISSING, MISSING, 0, 5 * S, 99 * S, MISSING, false},
    {HC_JOB_PENDING, MISSING, MISSING, 0, 5 * S, 101 * S, 100 * S, false},
};

static int accept(void *self, const void *row, hc_error *error)
{
    (void)self, (void)row, (void)error;
    return 0;
}

static void judge(const times *t, hc_time submit, bool is_sound)
{
    const hc_job_spec spec = {.name = "x",
                              .submit = submit,
                              .run_time = t->run_time,
                              .recorded_start = t->recorded_start,
                              .recorded_end = t->recorded_end};
    const hc_job_record job = {.spec = &spec,
                               .state = t->state,
                               .first_start = t->start,
                               .last_end = t->end,
                               .wait = t->wait};
    const hc_made_run run = {.gpu_count = 1, .jobs = &job, .job_count = 1};
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = hc_made_run_open(&run);
    CU_ASSERT_EQUAL(hc_each_row(reader, HC_TABLE_JOBS, accept, NULL, &error), is_sound ? 0 : -1);
    CU_ASSERT_EQUAL(strstr(error.text, "the times of job x contradict each other") == NULL,
                    is_sound);
    hc_made_run_close(reader);
}

static void jobs_whose_times_contradict_each_other_are_refused(void)
{
    const times far = {HC_JOB_RUNNING, HC_TIME_LIMIT, MISSING, 0, 0, MISSING, MISSING, false};
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
        judge(&TIMES[i], 100 * S, TIMES[i].is_sound);
    }
    judge(&far, 0, true);
    judge(&far, -1, false);
}

static const hc_test_case CASES[] = {
    {"rows_come_in_order_until_one_is_the_last", rows_come_in_order_until_one_is_the_last},
    {"jobs_whose_times_contradict_each_other_are_refused",
     jobs_whose_times_contradict_each_other_are_refused},
};

HC_TEST_MAIN("each_row", CASES)
