#include "analysis/explain.h"
#include "tests/analysis/made_run.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S HC_SECOND
#define NINE (INT64_C(1506934800) * HC_SECOND) /* 2017-10-02 09:00:00 */
#define NEVER HC_TIME_MISSING

#define REQUEST(count, milli)                      \
    {                                              \
        .gpu_count = (count), .gpu_milli = (milli) \
    }

static const hc_job_spec SPECS[] = {
    {.name = "17",
     .submit = NINE,
     .run_time = 192 * HC_MINUTE,
     .time_limit = 4 * HC_HOUR,
     .recorded_start = NEVER,
     .recorded_end = NEVER,
     .request = REQUEST(8, 1000),
     .is_limit_requested = true},
    {.name = "18",
     .submit = NINE + 5 * S,
     .run_time = HC_HOUR,
     .time_limit = HC_HOUR,
     .recorded_start = NEVER,
     .recorded_end = NEVER,
     .request = REQUEST(64, 1000),
     .user = 1,
     .group = HC_NO_INDEX},
    {.name = "half",
     .submit = NINE + 60 * S,
     .run_time = HC_DAY,
     .time_limit = HC_DAY,
     .recorded_start = NEVER,
     .recorded_end = NEVER,
     .request = REQUEST(1, 470),
     .user = HC_NO_INDEX,
     .group = HC_NO_INDEX},
    {.name = "last",
     .submit = NINE + 70 * S,
     .run_time = 90 * S,
     .time_limit = 90 * S,
     .recorded_start = NEVER,
     .recorded_end = NEVER,
     .request = REQUEST(2, 1000),
     .user = HC_NO_INDEX,
     .group = 0},
    {.name = "17",
     .submit = NINE + 80 * S,
     .recorded_start = NEVER,
     .recorded_end = NEVER,
     .request = REQUEST(1, 1000),
     .user = HC_NO_INDEX,
     .group = HC_NO_INDEX},
};

/* In the order of their ends: the second job 17 ends first. */
static const hc_job_record JOBS[] = {
    {.spec = &SPECS[1],
     .job = {1},
     .state = HC_JOB_REJECTED,
     .rejection = HC_REJECTION_SIZE,
     .first_start = NEVER,
     .last_end = NEVER},
    {.spec = &SPECS[4],
     .job = {4},
     .state = HC_JOB_COMPLETED,
     .first_start = NINE + 80 * S,
     .last_end = NINE + 80 * S},
    {.spec = &SPECS[0],
     .job = {0},
     .state = HC_JOB_COMPLETED,
     .first_start = NINE + 133 * HC_MINUTE,
     .last_end = NINE + 325 * HC_MINUTE,
     .wait = 133 * HC_MINUTE,
     .held_milli_ns = (hc_int128)8000 * 192 * HC_MINUTE},
    {.spec = &SPECS[2],
     .job = {2},
     .state = HC_JOB_RUNNING,
     .first_start = NINE + 60 * S,
     .last_end = NEVER},
    {.spec = &SPECS[3],
     .job = {3},
     .state = HC_JOB_PENDING,
     .first_start = NEVER,
     .last_end = NEVER},
};

static const hc_attempt_record ATTEMPTS[] = {
    {.job = {2}, .attempt = 1, .start = NINE + 60 * S, .end = NEVER, .step = NEVER},
    {.job = {0},
     .attempt = 1,
     .start = NINE + 133 * HC_MINUTE,
     .end = NINE + 325 * HC_MINUTE,
     .step = NEVER},
};

static const hc_placement_record PLACEMENTS[] = {
    {.job = {2}, .attempt = 1, .node = {1}, .device = 3, .count = 1, .milli = 470},
    {.job = {0}, .attempt = 1, .node = {0}, .device = 1, .count = 7, .milli = 1000},
    {.job = {0}, .attempt = 1, .node = {1}, .device = 0, .count = 1, .milli = 1000},
};

/* Job 9 had not ended when the file did. */
static const hc_decision_record DECISIONS[] = {
    {.job = {0},
     .time = NINE,
     .reason = HC_WAIT_FRAGMENTED,
     .blocker = {HC_NO_INDEX},
     .position = 31,
     .free_milli = 23000,
     .largest_milli = 4000},
    {.job = {3},
     .time = NINE + 70 * S,
     .reason = HC_WAIT_GPUS,
     .blocker = {HC_NO_INDEX},
     .position = 2,
     .free_milli = 1000},
    {.job = {0},
     .time = NINE + 60 * HC_MINUTE,
     .reason = HC_WAIT_ORDER,
     .blocker = {9},
     .position = 30},
    {.job = {0},
     .time = NINE + 90 * HC_MINUTE,
     .reason = HC_WAIT_RESERVATION,
     .blocker = {2},
     .position = 2},
    {.job = {0},
     .time = NINE + 91 * HC_MINUTE,
     .reason = HC_WAIT_ORDER,
     .blocker = {2},
     .position = 2},
    {.job = {0},
     .time = NINE + 92 * HC_MINUTE,
     .reason = HC_WAIT_HOST,
     .blocker = {HC_NO_INDEX},
     .position = 1,
     .free_milli = 9470},
};

static const hc_made_run RUN = {.node_count = 2,
                                .gpu_count = 8,
                                .clock = HC_CLOCK_CIVIL,
                                .jobs = JOBS,
                                .job_count = 5,
                                .attempts = ATTEMPTS,
                                .attempt_count = 2,
                                .placements = PLACEMENTS,
                                .placement_count = 3,
                                .decisions = DECISIONS,
                                .decision_count = 6};

static void expect(const hc_made_run *run, const char *id, const char *expected)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = hc_made_run_open(run);
    hc_story *story = NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL_FATAL(hc_story_read(&story, reader, id, &error), 0);
    CU_ASSERT_EQUAL(hc_story_write(out, story, &error), 0);
    (void)fclose(out);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0) {
        printf("\nexpected:\n%sfound:\n%s", expected, text);
    }
    free(text);
    hc_story_free(story);
    hc_made_run_close(reader);
}

/* 8 GPUs for 192 minutes are 25.6 GPU-hours. */
static void a_story_goes_from_submission_to_end(void)
{
    expect(&RUN, "17",
           "job 17   user ann (nlp)   partition default   8 GPUs   asked 4 h 00, ran 3 h 12\n"
           "  1 other job has this id; this is the first that was submitted\n"
           "  2017-10-02 09:00:00  submitted\n"
           "  2017-10-02 09:00:00  cannot start: needs 8 GPUs together; 23 GPUs free, at most 4 "
           "GPUs together   (fragmentation)   position 31\n"
           "  2017-10-02 10:00:00  waits behind job #9: the policy lets nobody pass it   position "
           "30\n"
           "  2017-10-02 10:30:00  fits, but would delay job half, which has a reservation   "
           "position 2\n"
           "  2017-10-02 10:31:00  waits behind job half: the policy lets nobody pass it   "
           "position 2\n"
           "  2017-10-02 10:32:00  cannot start: 9.47 GPUs free, but not the CPU or memory beside "
           "them   position 1\n"
           "  2017-10-02 11:13:00  started on n0 gpu 1-7, n1 gpu 0\n"
           "  2017-10-02 14:25:00  finished. Waited 2 h 13, ran 3 h 12, held 25.6 GPU-h\n");
}

static void a_rejected_job_never_had_a_chance(void)
{
    expect(&RUN, "18",
           "job 18   user bob   partition default   64 GPUs   would run 1 h 00\n"
           "  2017-10-02 09:00:05  submitted\n"
           "  2017-10-02 09:00:05  rejected: it can never fit (size)\n");
}

static void a_job_may_still_run(void)
{
    expect(&RUN, "half",
           "job half   partition default   0.47 GPUs   runs 1 d 00 h\n"
           "  2017-10-02 09:01:00  submitted\n"
           "  2017-10-02 09:01:00  started on n1 gpu 3 (0.47 of it)\n"
           "                       still running when the run was stopped\n");
}

static void a_job_may_still_wait(void)
{
    expect(&RUN, "last",
           "job last (nlp)   partition default   2 GPUs   would run 1 min 30\n"
           "  2017-10-02 09:01:10  submitted\n"
           "  2017-10-02 09:01:10  cannot start: needs 2 GPUs, 1 GPU free   position 2\n"
           "                       still waiting when the run was stopped\n");
}

/* 60 nodes with long names do not fit on a line. */
static void a_long_list_of_places_is_cut(void)
{
    enum { NODES = 60 };
    static const hc_job_spec SPEC = {
        .name = "big", .user = HC_NO_INDEX, .group = HC_NO_INDEX, .request = REQUEST(480, 1000)};
    const hc_job_record job = {.spec = &SPEC, .state = HC_JOB_COMPLETED};
    const hc_attempt_record attempt = {.attempt = 1, .step = NEVER};
    hc_placement_record placements[NODES];
    hc_made_run run = {.node_count = NODES,
                       .gpu_count = 8,
                       .jobs = &job,
                       .job_count = 1,
                       .attempts = &attempt,
                       .attempt_count = 1,
                       .placements = placements,
                       .placement_count = NODES};
    for (uint32_t i = 0; i < NODES; i++) {
        placements[i] =
            (hc_placement_record){.attempt = 1, .node = {i}, .count = 8, .milli = HC_WHOLE_GPU};
    }
    run.placement_count = 3;
    expect(&run, "big",
           "job big   partition default   480 GPUs   ran 0 s\n"
           "         0 d 00:00:00  submitted\n"
           "         0 d 00:00:00  started on n0 gpu 0-7, n1 gpu 0-7, n2 gpu 0-7\n"
           "         0 d 00:00:00  finished. Waited 0 s, ran 0 s, held 0 GPU-h\n");
    run.placement_count = NODES;
    expect(&run, "big",
           "job big   partition default   480 GPUs   ran 0 s\n"
           "         0 d 00:00:00  submitted\n"
           "         0 d 00:00:00  started on n0 gpu 0-7, n1 gpu 0-7, n2 gpu 0-7, n3 gpu 0-7, "
           "n4 gpu 0-7, n5 gpu 0-7, n6 gpu 0-7, n7 gpu 0-7, n8 gpu 0-7, n9 gpu 0-7, n10 gpu "
           "0-7, n11 gpu 0-7, n12 gpu 0-7, n13 gpu 0-7, n14 gpu 0-7, n15 gpu 0-7, n16 gpu 0-7, n17 "
           "gpu 0-7, n18 gpu 0-7, n19 gpu 0-7, n20 gpu 0-7, n21 gpu 0-7, n22 gpu 0-7, n23 gpu 0-7, "
           "...\n"
           "         0 d 00:00:00  finished. Waited 0 s, ran 0 s, held 0 GPU-h\n");
}

static void what_a_job_trains_is_told_with_its_step(void)
{
    static const char *const WORKS[] = {"other", "base: llama3-8b, 24 GPUs"};
    static const hc_job_spec SPEC = {.name = "base",
                                     .user = HC_NO_INDEX,
                                     .group = HC_NO_INDEX,
                                     .run_time = 90 * S,
                                     .workload = 2,
                                     .request = REQUEST(24, 1000)};
    static const hc_placement_record PLACES[] = {
        {.attempt = 1, .node = {0}, .count = 8, .milli = HC_WHOLE_GPU},
        {.attempt = 1, .node = {1}, .count = 8, .milli = HC_WHOLE_GPU},
        {.attempt = 1, .node = {2}, .count = 8, .milli = HC_WHOLE_GPU},
    };
    const hc_job_record job = {.spec = &SPEC, .state = HC_JOB_COMPLETED, .last_end = 100 * S};
    const hc_attempt_record attempt = {
        .attempt = 1, .node_count = 3, .end = 100 * S, .step = 1234567890};
    const hc_made_run run = {.node_count = 3,
                             .gpu_count = 8,
                             .jobs = &job,
                             .job_count = 1,
                             .attempts = &attempt,
                             .attempt_count = 1,
                             .placements = PLACES,
                             .placement_count = 3,
                             .works = WORKS,
                             .work_count = 2};
    expect(&run, "base",
           "job base   partition default   24 GPUs   takes 1 min 30 where packed\n"
           "  trains base: llama3-8b, 24 GPUs\n"
           "         0 d 00:00:00  submitted\n"
           "         0 d 00:00:00  started on n0 gpu 0-7, n1 gpu 0-7, n2 gpu 0-7: a step takes "
           "1.235 s "
           "on 3 nodes in 1 rack\n"
           "         0 d 00:01:40  finished. Waited 0 s, ran 1 min 40, held 0 GPU-h\n");
}

static void an_unknown_job_is_an_error(void)
{
    static const char *const IDS[] = {"171", "1", "", "nobody\n"};
    hc_run_reader *reader = hc_made_run_open(&RUN);
    for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_story *story = NULL;
        CU_ASSERT_EQUAL(hc_story_read(&story, reader, IDS[i], &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "run.h5: there is no job "));
    }
    hc_story_free(NULL);
    hc_made_run_close(reader);
}

static void the_same_is_there_as_json(void)
{
    hc_error error = HC_ERROR_NONE;
    const hc_job_spec spec = {
        .name = "M\xfcller", .user = HC_NO_INDEX, .group = HC_NO_INDEX, .request = REQUEST(1, 500)};
    const hc_job_record job = {
        .spec = &spec, .state = HC_JOB_COMPLETED, .wait = 0, .last_end = 90 * S};
    const hc_made_run run = {.gpu_count = 1, .jobs = &job, .job_count = 1};
    hc_run_reader *reader = hc_made_run_open(&run);
    hc_story *story = NULL;
    json_t *object = NULL;
    const json_t *entries = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_story_read(&story, reader, spec.name, &error), 0);
    object = hc_story_json(story);
    CU_ASSERT_PTR_NOT_NULL_FATAL(object);
    entries = json_object_get(object, "entries");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(object, "job_id")),
                           "M\xef\xbf\xbdller");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(object, "state")), "completed");
    CU_ASSERT_EQUAL(json_real_value(json_object_get(object, "gpus")), 0.5);
    CU_ASSERT_EQUAL(json_array_size(entries), 2);
    CU_ASSERT_EQUAL(json_real_value(json_object_get(json_array_get(entries, 1), "time_s")), 90.0);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_array_get(entries, 1), "event")),
                           "ended");
    json_decref(object);
    hc_story_free(story);
    hc_made_run_close(reader);
}

static const hc_test_case CASES[] = {
    {"a_story_goes_from_submission_to_end", a_story_goes_from_submission_to_end},
    {"a_rejected_job_never_had_a_chance", a_rejected_job_never_had_a_chance},
    {"a_job_may_still_run", a_job_may_still_run},
    {"a_job_may_still_wait", a_job_may_still_wait},
    {"a_long_list_of_places_is_cut", a_long_list_of_places_is_cut},
    {"what_a_job_trains_is_told_with_its_step", what_a_job_trains_is_told_with_its_step},
    {"an_unknown_job_is_an_error", an_unknown_job_is_an_error},
    {"the_same_is_there_as_json", the_same_is_there_as_json},
};

HC_TEST_MAIN("explain", CASES)
