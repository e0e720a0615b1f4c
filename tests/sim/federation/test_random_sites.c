#include "sim/engine/time.h"
#include "tests/sim/federation/random_federation.h"
#include "tests/sim/fake_workload.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

enum { RUN_COUNT = 60 };

/* Whether some site could run it when nothing else is there. */
static bool can_run(const hc_random_federation *d, const hc_federated_job *job, uint32_t site)
{
    const hc_federated_site *s = &d->sites[site];
    uint64_t gpus = job->spec.request.gpu_count;
    return gpus <= (job->spec.request.is_single_node ? s->gpu_count : s->gpu_count * s->node_count);
}

static bool can_run_anywhere(const hc_random_federation *d, const hc_federated_job *job)
{
    for (uint32_t i = 0; i < d->run.site_count; i++) {
        if (can_run(d, job, i)) {
            return true;
        }
    }
    return false;
}

/* Dispatch and, at the slower end's speed, the data of the home. */
static hc_time way(const hc_random_federation *d, uint32_t home, uint32_t to)
{
    uint64_t a = d->sites[home].terms.bytes_per_second;
    uint64_t b = d->sites[to].terms.bytes_per_second;
    uint64_t speed = a == 0 || (b != 0 && b < a) ? b : a;
    hc_time transfer =
        speed == 0 ? 0 : (hc_time)(d->sites[home].terms.data_bytes * HC_SECOND / speed);
    return d->run.broker.dispatch + transfer;
}

/* A job that names a workload takes as long as recorded where it is packed, and longer where it is not. */
static void check_work(const hc_federated_job *job)
{
    hc_int128 work = (hc_int128)job->spec.run_time * hc_request_milli(&job->spec.request);
    CU_ASSERT(job->spec.workload == HC_WORK_AS_RECORDED ? job->held == work : job->held >= work);
}

static void check_job(const hc_random_federation *d, uint32_t home, const hc_federated_job *job)
{
    CU_ASSERT_EQUAL_FATAL(job->record_count, 1);
    if (!can_run_anywhere(d, job)) {
        CU_ASSERT_EQUAL(job->state, HC_JOB_REJECTED);
        CU_ASSERT_EQUAL(job->site, home);
        return;
    }
    CU_ASSERT_EQUAL(job->state, HC_JOB_COMPLETED);
    CU_ASSERT(can_run(d, job, job->site));
    if (job->dispatched == HC_TIME_MISSING) {
        CU_ASSERT_EQUAL(job->site, home);
        CU_ASSERT_EQUAL(job->joined, job->spec.submit);
    } else {
        CU_ASSERT_EQUAL(job->dispatched, job->spec.submit);
        CU_ASSERT_NOT_EQUAL(job->site, home);
        CU_ASSERT_EQUAL(job->site, job->dispatched_to);
        CU_ASSERT_EQUAL(job->joined, job->spec.submit + way(d, home, job->site));
        CU_ASSERT_STRING_EQUAL(job->name, job->spec.name == NULL ? "" : job->spec.name);
    }
    CU_ASSERT(job->start >= job->joined);
    CU_ASSERT(job->end >= job->start + job->spec.run_time);
    CU_ASSERT(job->wait >= job->start - job->spec.submit);
    check_work(job);
}

static void check(const hc_random_federation *d)
{
    hc_int128 busy = 0;
    for (uint32_t i = 0; i < d->run.site_count; i++) {
        for (size_t j = 0; j < d->sites[i].job_count; j++) {
            const hc_federated_job *job = &d->jobs[i][j];
            check_job(d, i, job);
            busy += job->held;
        }
    }
    CU_ASSERT(busy == d->run.busy);
}

static void every_job_is_recorded_once_where_it_was_sent(void)
{
    static hc_random_federation federation;
    hc_random_federation *d = &federation;
    for (uint64_t seed = 0; seed < RUN_COUNT; seed++) {
        hc_digest first;
        hc_random_federation_draw(d, seed);
        hc_federated_execute(&d->run);
        check(d);
        first = d->run.digest;
        hc_federated_execute(&d->run);
        CU_ASSERT_EQUAL(d->run.digest.value, first.value);
    }
}

static void a_resumed_federation_ends_as_an_uninterrupted_one(void)
{
    static hc_random_federation federation;
    hc_random_federation *d = &federation;
    for (uint64_t seed = 0; seed < RUN_COUNT; seed++) {
        hc_digest whole;
        uint64_t event_count = 0;
        hc_int128 ledger = 0;
        hc_time last_sample = 0;
        hc_random_federation_draw(d, seed);
        d->run.checks_every_event = false;
        hc_federated_execute(&d->run);
        whole = d->run.digest;
        event_count = d->run.event_count;
        ledger = d->run.ledger;
        last_sample = d->run.last_sample;
        d->run.cut_every = 1 + seed * 3;
        hc_federated_execute(&d->run);
        check(d);
        CU_ASSERT_EQUAL(d->run.digest.value, whole.value);
        CU_ASSERT_EQUAL(d->run.event_count, event_count);
        CU_ASSERT_EQUAL(d->run.last_sample, last_sample);
        CU_ASSERT(d->run.ledger == ledger);
    }
}

static void a_federation_of_one_site_is_a_plain_cluster(void)
{
    static hc_random_federation federation;
    static hc_replay_job jobs[HC_RANDOM_JOBS_MAX];
    hc_random_federation *d = &federation;
    for (uint64_t seed = 0; seed < RUN_COUNT; seed++) {
        hc_node_group group = {.cpu_milli = HC_UNLIMITED, .memory_bytes = HC_UNLIMITED};
        hc_replay replay = {
            .groups = &group, .group_count = 1, .jobs = jobs, .workload = &hc_fake_workload};
        hc_random_federation_draw(d, seed);
        d->run.site_count = 1;
        group.count = d->sites[0].node_count;
        group.gpu_count = d->sites[0].gpu_count;
        replay.policy = d->sites[0].policy;
        replay.job_count = d->sites[0].job_count;
        for (size_t i = 0; i < replay.job_count; i++) {
            jobs[i] = (hc_replay_job){.spec = d->jobs[0][i].spec};
        }
        hc_federated_execute(&d->run);
        hc_replay_run(&replay);
        CU_ASSERT_EQUAL(d->run.digest.value, replay.digest.value);
    }
}

static const hc_test_case CASES[] = {
    {"a_resumed_federation_ends_as_an_uninterrupted_one",
     a_resumed_federation_ends_as_an_uninterrupted_one},
    {"every_job_is_recorded_once_where_it_was_sent", every_job_is_recorded_once_where_it_was_sent},
    {"a_federation_of_one_site_is_a_plain_cluster", a_federation_of_one_site_is_a_plain_cluster},
};

HC_TEST_MAIN("random_sites", CASES)
