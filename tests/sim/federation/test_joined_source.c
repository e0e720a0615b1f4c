#include "sim/federation/joined_source.h"
#include "tests/testing.h"

#include <stdio.h>

/* A source of a few jobs, each with a time and a user. */
typedef struct few_jobs {
    const int *times;
    const uint32_t *users;
    size_t count;
    size_t next;
    uint32_t user_count;
} few_jobs;

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    few_jobs *jobs = self;
    (void)error;
    if (jobs->next == jobs->count) {
        return 0;
    }
    *out = (hc_job_spec){
        .submit = jobs->times[jobs->next], .user = jobs->users[jobs->next], .group = HC_NO_INDEX};
    jobs->next++;
    return 1;
}

static hc_job_source_facts facts(void *self)
{
    const few_jobs *jobs = self;
    return (hc_job_source_facts){.last_submit = jobs->count == 0 ? HC_TIME_MISSING
                                                                 : jobs->times[jobs->count - 1],
                                 .has_shared_gpus = jobs->count == 0};
}

static const char *name(void *self, uint32_t index)
{
    static const char *const NAMES[] = {"ann", "bob", "cid"};
    (void)self;
    return NAMES[index];
}

static uint32_t user_count(void *self)
{
    return ((const few_jobs *)self)->user_count;
}

static uint32_t no_groups(void *self)
{
    (void)self;
    return 0;
}

static hc_job_source source_of(few_jobs *jobs)
{
    return (hc_job_source){.self = jobs,
                           .next = next_job,
                           .facts = facts,
                           .user_name = name,
                           .group_name = name,
                           .user_count = user_count,
                           .group_count = no_groups};
}

static void jobs_come_by_time_then_by_site_and_users_by_site_and_name(void)
{
    static const int A_TIMES[] = {1, 5, 5};
    static const int C_TIMES[] = {0, 5, 9};
    static const uint32_t A_USERS[] = {0, 1, HC_NO_INDEX};
    static const uint32_t C_USERS[] = {2, 0, 1};
    static const char *const EXPECTED[] = {"0 2 c/cid", "1 0 a/ann", "5 0 a/bob",
                                           "5 0 -",     "5 2 c/ann", "9 2 c/bob"};
    few_jobs a = {A_TIMES, A_USERS, 3, 0, 2};
    few_jobs b = {NULL, NULL, 0, 0, 0};
    few_jobs c = {C_TIMES, C_USERS, 3, 0, 3};
    hc_job_source sources[] = {source_of(&a), source_of(&b), source_of(&c)};
    hc_joined_part parts[] = {
        {"a", &sources[0], 9, 9}, {"b", &sources[1], 9, 9}, {"c", &sources[2], 9, 9}};
    hc_job_source joined;
    hc_job_spec job;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_joined_source_create(&joined, parts, 3, &error), 0);
    CU_ASSERT_EQUAL(parts[0].first_user, 0);
    CU_ASSERT_EQUAL(parts[1].first_user, 2);
    CU_ASSERT_EQUAL(parts[2].first_user, 2);
    CU_ASSERT_EQUAL(joined.user_count(joined.self), 5);
    CU_ASSERT_EQUAL(joined.group_count(joined.self), 0);
    CU_ASSERT_EQUAL(joined.facts(joined.self).last_submit, 9);
    CU_ASSERT(joined.facts(joined.self).has_shared_gpus);
    for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED[0]; i++) {
        char text[64];
        CU_ASSERT_EQUAL_FATAL(joined.next(joined.self, &job, &error), 1);
        (void)snprintf(text, sizeof text, "%d %u %s", (int)job.submit, job.partition.index,
                       job.user == HC_NO_INDEX ? "-" : joined.user_name(joined.self, job.user));
        CU_ASSERT_STRING_EQUAL(text, EXPECTED[i]);
        CU_ASSERT_EQUAL(job.home.index, job.partition.index);
    }
    CU_ASSERT_EQUAL(joined.next(joined.self, &job, &error), 0);
    joined.destroy(joined.self);
}

static const hc_test_case CASES[] = {
    {"jobs_come_by_time_then_by_site_and_users_by_site_and_name",
     jobs_come_by_time_then_by_site_and_users_by_site_and_name},
};

HC_TEST_MAIN("joined_source", CASES)
