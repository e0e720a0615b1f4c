#include "sim/engine/time.h"
#include "tests/sim/federation/federated_run.h"
#include "tests/testing.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Two sites with 4 GPUs each. A job is 10 s on its way and its data another 10 s; reports come every 100 s and are
 * 5 s old. */
static const hc_broker_options BROKER = {.rule = {HC_BROKER_HOME_FIRST, 1000},
                                         .dispatch = 10 * HC_SECOND,
                                         .report_every = 100 * HC_SECOND,
                                         .report_delay = 5 * HC_SECOND};
static const hc_site_terms TERMS = {.bytes_per_second = 10, .data_bytes = 100};

static hc_federated_job job_of(int64_t submit, uint32_t gpus, int64_t run)
{
    return hc_federated_make(submit * HC_SECOND, gpus, run * HC_SECOND, run * HC_SECOND);
}

static void check(const hc_federated_job *job, uint32_t site, int64_t joined, int64_t start,
                  int64_t end)
{
    CU_ASSERT_EQUAL(job->record_count, 1);
    CU_ASSERT_EQUAL(job->state, HC_JOB_COMPLETED);
    CU_ASSERT_EQUAL(job->site, site);
    CU_ASSERT_EQUAL(job->joined, joined * HC_SECOND);
    CU_ASSERT_EQUAL(job->start, start * HC_SECOND);
    CU_ASSERT_EQUAL(job->end, end * HC_SECOND);
    CU_ASSERT_EQUAL(job->wait, start * HC_SECOND - job->spec.submit);
}

static void jobs_go_where_reports_and_own_sendings_say(void)
{
    hc_federated_job here[] = {
        job_of(0, 4, 50),    /* fills the home */
        job_of(1, 2, 30),    /* 6 of 4 here, 2 of 4 there */
        job_of(2, 2, 30),    /* 6 of 4 here, 4 of 4 there: what was sent counts */
        job_of(3, 2, 30),    /* 6 of 4 on both sides: home */
        job_of(60, 4, 10),   /* the other site is empty, but has not said so since 0 s */
        job_of(106, 4, 100), /* fills the home */
        job_of(110, 4, 10),  /* the report of 100 s came at 105 s: nothing is claimed there */
    };
    hc_federated_job there[] = {
        job_of(125, 4, 20), /* before the last one arrives */
    };
    hc_federated_site sites[] = {
        {.node_count = 1,
         .gpu_count = 4,
         .terms = TERMS,
         .jobs = here,
         .job_count = COUNT_OF(here)},
        {.node_count = 1,
         .gpu_count = 4,
         .terms = TERMS,
         .jobs = there,
         .job_count = COUNT_OF(there)},
    };
    hc_federated_run run = {.sites = sites,
                            .site_count = 2,
                            .broker = BROKER,
                            .sample_interval = 10 * HC_SECOND,
                            .checks_every_event = true};
    here[1].spec.name = "alpha";
    here[1].spec.user = 3;
    there[0].spec.user = 3;
    hc_federated_execute(&run);
    check(&here[0], 0, 0, 0, 50);
    check(&here[1], 1, 21, 21, 51);
    check(&here[2], 1, 22, 22, 52);
    check(&here[3], 0, 3, 50, 80);
    check(&here[4], 0, 60, 80, 90);
    check(&here[5], 0, 106, 106, 206);
    check(&here[6], 1, 130, 145, 155);
    check(&there[0], 1, 125, 125, 145);
    CU_ASSERT_EQUAL(here[1].dispatched, HC_SECOND);
    CU_ASSERT_STRING_EQUAL(here[1].name, "alpha");
    CU_ASSERT_EQUAL(here[1].user, 3);
    CU_ASSERT_EQUAL(there[0].user, 1003);
    /* Both learn at 205 s that nothing more comes; the last job ends at 206 s. */
    CU_ASSERT_EQUAL(run.last_sample, 210 * HC_SECOND);
    CU_ASSERT(run.busy == (hc_int128)(200 + 60 + 60 + 60 + 40 + 400 + 40 + 80) * 1000 * HC_SECOND);
    CU_ASSERT(run.ledger == (hc_int128)206 * 8 * 1000 * HC_SECOND);
}

static void a_job_that_cannot_run_at_home_goes_where_it_can(void)
{
    hc_federated_job here[] = {job_of(0, 8, 5), job_of(1, 9, 5)};
    hc_federated_site sites[] = {
        {.node_count = 1,
         .gpu_count = 4,
         .terms = TERMS,
         .jobs = here,
         .job_count = COUNT_OF(here)},
        {.node_count = 1, .gpu_count = 7, .terms = TERMS},
        {.node_count = 2, .gpu_count = 4, .terms = TERMS},
    };
    hc_federated_run run = {.sites = sites, .site_count = 3, .broker = BROKER};
    hc_federated_execute(&run);
    check(&here[0], 2, 20, 20, 25);
    CU_ASSERT_EQUAL(here[1].record_count, 1);
    CU_ASSERT_EQUAL(here[1].state, HC_JOB_REJECTED);
    CU_ASSERT_EQUAL(here[1].site, 0);
}

/* With equal loads the jobs of site i go to i + 1 first: not all to site 0. */
static void ties_go_round_from_the_home(void)
{
    hc_federated_job jobs[3][2];
    hc_federated_site sites[3];
    hc_federated_run run = {.sites = sites, .site_count = 3, .broker = BROKER};
    for (uint32_t i = 0; i < 3; i++) {
        jobs[i][0] = job_of(0, 4, 1000);
        jobs[i][1] = job_of(1 + i, 2, 10);
        sites[i] = (hc_federated_site){
            .node_count = 1, .gpu_count = 4, .terms = TERMS, .jobs = jobs[i], .job_count = 2};
    }
    hc_federated_execute(&run);
    CU_ASSERT_EQUAL(jobs[0][1].dispatched_to, 1);
    CU_ASSERT_EQUAL(jobs[1][1].dispatched_to, 2);
    CU_ASSERT_EQUAL(jobs[2][1].dispatched_to, 0);
}

static void data_local_jobs_leave_once_the_queue_is_longer_than_the_way(void)
{
    hc_federated_job here[8];
    hc_federated_site sites[] = {
        {.node_count = 1, .gpu_count = 4, .terms = TERMS, .jobs = here, .job_count = 8},
        {.node_count = 1, .gpu_count = 4, .terms = TERMS},
    };
    hc_federated_run run = {.sites = sites, .site_count = 2, .broker = BROKER};
    run.broker.rule.policy = HC_BROKER_DATA_LOCAL;
    for (int i = 0; i < 8; i++) {
        here[i] = job_of(i, 4, 20);
    }
    hc_federated_execute(&run);
    /* Job 0 runs; of those behind it each makes a queue of 20 s. At 3 s 40 s wait at home, against 20 s of way. */
    CU_ASSERT_EQUAL(here[0].site, 0);
    CU_ASSERT_EQUAL(here[1].site, 0);
    CU_ASSERT_EQUAL(here[2].site, 0);
    CU_ASSERT_EQUAL(here[3].site, 1);
}

static const hc_test_case CASES[] = {
    {"jobs_go_where_reports_and_own_sendings_say", jobs_go_where_reports_and_own_sendings_say},
    {"a_job_that_cannot_run_at_home_goes_where_it_can",
     a_job_that_cannot_run_at_home_goes_where_it_can},
    {"ties_go_round_from_the_home", ties_go_round_from_the_home},
    {"data_local_jobs_leave_once_the_queue_is_longer_than_the_way",
     data_local_jobs_leave_once_the_queue_is_longer_than_the_way},
};

HC_TEST_MAIN("two_sites", CASES)
