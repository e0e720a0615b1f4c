#include "sim/federation/message.h"
#include "tests/testing.h"

#include <string.h>

static const hc_job_spec JOB = {
    .name = "b-17",
    .submit = -5,
    .run_time = 6000000000,
    .time_limit = 7000000000,
    .requested_time = 6500000000,
    .recorded_start = HC_TIME_MISSING,
    .recorded_end = 99,
    .running_since = 3,
    .line = UINT64_MAX,
    .request = {.kinds = 5,
                .cpu_milli = 16000,
                .memory_bytes = UINT64_C(1) << 40,
                .gpu_count = 1,
                .gpu_milli = 250,
                .is_single_node = true},
    .user = 70000,
    .group = HC_NO_INDEX,
    .priority = -3,
    .workload = 12,
    .partition = {2},
    .home = {2},
    .trace = 9,
    .outcome = HC_OUTCOME_CANCELLED,
    .is_limit_requested = true,
};

static void check_texts(const char *name)
{
    hc_job_spec sent = JOB;
    hc_job_spec got;
    hc_job_id id = {0};
    hc_error error = HC_ERROR_NONE;
    char room[HC_JOB_NAME_LIMIT + 1];
    unsigned char bytes[HC_MESSAGE_MAX];
    size_t size = 0;
    sent.name = name;
    size = hc_job_message_write(&sent, (hc_job_id){4000000000}, bytes);
    CU_ASSERT_FATAL(size <= HC_MESSAGE_MAX);
    CU_ASSERT_EQUAL_FATAL(hc_job_message_read(&got, &id, room, bytes, size, &error), 0);
    CU_ASSERT_EQUAL(id.index, 4000000000);
    if (name == NULL) {
        CU_ASSERT_PTR_NULL(got.name);
    } else {
        CU_ASSERT_STRING_EQUAL(got.name, name);
    }
}

static void names_of_any_length_and_none_arrive(void)
{
    char longest[HC_JOB_NAME_LIMIT + 1];
    memset(longest, 'x', HC_JOB_NAME_LIMIT);
    longest[HC_JOB_NAME_LIMIT] = '\0';
    check_texts("b-17");
    check_texts("");
    check_texts(NULL);
    check_texts(longest);
}

/* But for the partition, which the receiver gives it. */
static void everything_that_is_known_of_a_job_arrives(void)
{
    hc_job_spec got;
    hc_job_id id = {0};
    hc_error error = HC_ERROR_NONE;
    char name[HC_JOB_NAME_LIMIT + 1];
    unsigned char bytes[HC_MESSAGE_MAX];
    size_t size = hc_job_message_write(&JOB, (hc_job_id){17}, bytes);
    CU_ASSERT_EQUAL_FATAL(hc_job_message_read(&got, &id, name, bytes, size, &error), 0);
    CU_ASSERT_EQUAL(got.submit, JOB.submit);
    CU_ASSERT_EQUAL(got.run_time, JOB.run_time);
    CU_ASSERT_EQUAL(got.time_limit, JOB.time_limit);
    CU_ASSERT_EQUAL(got.requested_time, JOB.requested_time);
    CU_ASSERT_EQUAL(got.recorded_start, JOB.recorded_start);
    CU_ASSERT_EQUAL(got.recorded_end, JOB.recorded_end);
    CU_ASSERT_EQUAL(got.running_since, JOB.running_since);
    CU_ASSERT_EQUAL(got.line, JOB.line);
    CU_ASSERT_EQUAL(got.request.kinds, JOB.request.kinds);
    CU_ASSERT_EQUAL(got.request.cpu_milli, JOB.request.cpu_milli);
    CU_ASSERT_EQUAL(got.request.memory_bytes, JOB.request.memory_bytes);
    CU_ASSERT_EQUAL(got.request.gpu_count, JOB.request.gpu_count);
    CU_ASSERT_EQUAL(got.request.gpu_milli, JOB.request.gpu_milli);
    CU_ASSERT_EQUAL(got.request.is_single_node, JOB.request.is_single_node);
    CU_ASSERT_EQUAL(got.user, JOB.user);
    CU_ASSERT_EQUAL(got.group, JOB.group);
    CU_ASSERT_EQUAL(got.priority, JOB.priority);
    CU_ASSERT_EQUAL(got.workload, JOB.workload);
    CU_ASSERT_EQUAL(got.home.index, JOB.home.index);
    CU_ASSERT_EQUAL(got.trace, JOB.trace);
    CU_ASSERT_EQUAL(got.outcome, JOB.outcome);
    CU_ASSERT_EQUAL(got.is_limit_requested, JOB.is_limit_requested);
    CU_ASSERT_PTR_NULL(got.recorded_nodes);
}

static void what_is_no_job_is_refused(void)
{
    hc_job_spec got;
    hc_job_id id = {0};
    char name[HC_JOB_NAME_LIMIT + 1];
    unsigned char bytes[HC_MESSAGE_MAX];
    size_t size = hc_job_message_write(&JOB, (hc_job_id){17}, bytes);
    for (size_t length = 0; length <= HC_MESSAGE_MAX; length++) {
        hc_error error = HC_ERROR_NONE;
        int status = hc_job_message_read(&got, &id, name, bytes, length, &error);
        CU_ASSERT_EQUAL(status, length == size ? 0 : -1);
        CU_ASSERT(status == 0 || error.kind == HC_ERROR_INTERNAL);
    }
}

static void a_report_arrives_as_it_was_sent(void)
{
    const hc_site_report sent = {.time = -1,
                                 .claimed_milli = UINT64_C(1) << 40,
                                 .wait = HC_TIME_LIMIT,
                                 .sent_count = UINT64_C(1) << 33,
                                 .is_closed = true};
    hc_site_report got;
    hc_error error = HC_ERROR_NONE;
    unsigned char bytes[HC_MESSAGE_MAX];
    size_t size = hc_report_message_write(&sent, bytes);
    CU_ASSERT_EQUAL(hc_report_message_read(&got, bytes, size - 1, &error), -1);
    CU_ASSERT_EQUAL_FATAL(hc_report_message_read(&got, bytes, size, &error), 0);
    CU_ASSERT_EQUAL(got.time, sent.time);
    CU_ASSERT_EQUAL(got.claimed_milli, sent.claimed_milli);
    CU_ASSERT_EQUAL(got.wait, sent.wait);
    CU_ASSERT_EQUAL(got.sent_count, sent.sent_count);
    CU_ASSERT(got.is_closed);
}

static const hc_test_case CASES[] = {
    {"names_of_any_length_and_none_arrive", names_of_any_length_and_none_arrive},
    {"everything_that_is_known_of_a_job_arrives", everything_that_is_known_of_a_job_arrives},
    {"what_is_no_job_is_refused", what_is_no_job_is_refused},
    {"a_report_arrives_as_it_was_sent", a_report_arrives_as_it_was_sent},
};

HC_TEST_MAIN("message", CASES)
