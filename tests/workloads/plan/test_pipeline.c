/* Pipelines in closed form against schedules that are played operation by operation. */

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "tests/workloads/plan/pipeline_replay.h"
#include "workloads/plan/pipeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_LIMIT = 8 };

static hc_pipeline_time predict(const hc_pipeline *pipeline)
{
    hc_pipeline_time time;
    hc_pipeline_predict(pipeline, &time);
    CU_ASSERT_DOUBLE_EQUAL(time.seconds,
                           time.busy_seconds + time.transfer_seconds + time.bubble_seconds,
                           1e-9 * time.seconds);
    return time;
}

static void expect_replayed(const hc_pipeline *pipeline)
{
    double seconds = predict(pipeline).seconds;
    CU_ASSERT_DOUBLE_EQUAL(seconds, replay_pipeline(pipeline).seconds, 1e-9 * seconds);
}

static uint32_t count_behind(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    return at == NULL ? 0 : (uint32_t)strtoul(at + strlen(name), NULL, 10);
}

static void check_bubble(const char *line)
{
    hc_pipeline_stages stages = {count_behind(line, ",p="), 1, 1, 1};
    hc_pipeline pipeline = {.interleave = count_behind(line, ";v="),
                            .micro_batches = count_behind(line, ";m="),
                            .runs = &stages,
                            .run_count = 1};
    hc_pipeline_time time = predict(&pipeline);
    double whole = strstr(line, "bubble_share") != NULL ? time.seconds : time.busy_seconds;
    CU_ASSERT_DOUBLE_EQUAL(strtod(strrchr(line, ',') + 1, NULL), time.bubble_seconds / whole,
                           1e-11);
}

static void bubbles_are_those_of_the_golden_table(void)
{
    char line[512];
    int checked = 0;
    FILE *file = fopen(hc_test_shared_file("golden/closed_forms/parallel.csv"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "pipeline bubble", 15) == 0 ||
            strncmp(line, "\"pipeline bubble", 16) == 0) {
            check_bubble(line);
            checked++;
        }
    }
    (void)fclose(file);
    CU_ASSERT_EQUAL(checked, 10);
}

static void equal_stages_take_what_a_replay_takes(void)
{
    static const hc_pipeline_schedule SCHEDULES[] = {HC_PIPELINE_1F1B, HC_PIPELINE_GPIPE,
                                                     HC_PIPELINE_ZERO_BUBBLE};
    static const double TRANSFERS[] = {0, 0.05, 0.3};
    for (uint32_t p = 1; p <= 7; p++) {
        hc_pipeline_stages stages = {p, 1.1, 1.3, 0.9};
        for (uint32_t i = 0; i < 9 * 24; i++) {
            hc_pipeline pipeline = {SCHEDULES[i % 3],     1,    1 + i / 9, &stages, 1,
                                    TRANSFERS[i / 3 % 3], false};
            expect_replayed(&pipeline);
            pipeline.waits_for_transfers = p > 1;
            expect_replayed(&pipeline);
        }
    }
}

static void interleaved_stages_take_what_a_replay_takes(void)
{
    for (uint32_t p = 2; p <= 6; p++) {
        hc_pipeline_stages stages = {p, 1.1, 1.3, 0.9};
        for (uint32_t v = 2; v <= 4; v++) {
            for (uint32_t groups = 1; groups <= 6; groups++) {
                hc_pipeline pipeline = {HC_PIPELINE_1F1B, v, p * groups, &stages, 1, 0.1, false};
                expect_replayed(&pipeline);
                pipeline.waits_for_transfers = true;
                expect_replayed(&pipeline);
            }
        }
    }
}

/* The printed bubble holds for pairs as long as their parts and F = B; else |F - B| bounds the error of each step. */
static void dualpipe_takes_what_a_replay_takes(void)
{
    static const double WORK[][3] = {
        {1, 1, 1}, {1, 1, 0.5}, {1, 1.2, 0.8}, {1, 2, 1}, {2, 1.5, 1.5}};
    for (uint32_t p = 2; p <= 8; p += 2) {
        for (uint32_t i = 0; i < 5 * 6; i++) {
            const double *work = WORK[i % 5];
            hc_pipeline_stages stages = {p, work[0], work[1], work[2]};
            hc_pipeline pipeline = {
                HC_PIPELINE_DUALPIPE, 1, 2 * p + i / 5 * 2, &stages, 1, 0, false};
            double bound = (p / 2.0 - 1) * fabs(work[0] - work[1]);
            double replayed = replay_pipeline(&pipeline).seconds;
            CU_ASSERT(fabs(predict(&pipeline).seconds - replayed) <= bound + 1e-9 * replayed);
            pipeline.transfer_seconds = 0.1;
            replayed = replay_pipeline(&pipeline).seconds;
            CU_ASSERT(fabs(predict(&pipeline).seconds - replayed) <= bound + 0.1 + 1e-9 * replayed);
        }
    }
}

/* @return stages */
static uint32_t draw_runs(hc_random *random, hc_pipeline_stages *runs, size_t *count)
{
    uint32_t stages = 0;
    *count = 1 + hc_random_below(random, 4);
    for (size_t i = 0; i < *count; i++) {
        double size = 0.7 + hc_random_uniform(random);
        runs[i] = (hc_pipeline_stages){1 + (uint32_t)hc_random_below(random, 3), size, size, size};
        stages += runs[i].count;
    }
    return stages;
}

/* sum + (m - 1) max: no chain is longer. */
static double longest_1f1b(const hc_pipeline *pipeline)
{
    double sum = 0;
    double slowest = 0;
    for (size_t i = 0; i < pipeline->run_count; i++) {
        double work = 3 * pipeline->runs[i].forward_seconds;
        sum += pipeline->runs[i].count * work;
        slowest = fmax(slowest, work);
    }
    return sum + (pipeline->micro_batches - 1) * slowest;
}

static void unequal_stages_of_gpipe_take_what_a_replay_takes(void)
{
    hc_random random = hc_random_stream(11, 0, HC_RANDOM_BENCH);
    for (int i = 0; i < 300; i++) {
        hc_pipeline_stages runs[RUN_LIMIT];
        hc_pipeline pipeline = {HC_PIPELINE_GPIPE, 1, 0, runs, 0, 0.1, false};
        (void)draw_runs(&random, runs, &pipeline.run_count);
        pipeline.micro_batches = 1 + (uint32_t)hc_random_below(&random, 30);
        expect_replayed(&pipeline);
    }
}

/* Never more than a replay, hardly ever less, and the replay never beyond sum + (m - 1) max. */
static void unequal_stages_of_1f1b_are_a_bound_that_is_mostly_attained(void)
{
    hc_random random = hc_random_stream(12, 0, HC_RANDOM_BENCH);
    int attained = 0;
    double error = 0;
    for (int i = 0; i < 1000; i++) {
        hc_pipeline_stages runs[RUN_LIMIT];
        hc_pipeline pipeline = {HC_PIPELINE_1F1B, 1, 0, runs, 0, 0, false};
        double seconds = 0;
        double replayed = 0;
        (void)draw_runs(&random, runs, &pipeline.run_count);
        pipeline.micro_batches = 1 + (uint32_t)hc_random_below(&random, 30);
        seconds = predict(&pipeline).seconds;
        replayed = replay_pipeline(&pipeline).seconds;
        CU_ASSERT(seconds <= replayed * (1 + 1e-9));
        CU_ASSERT(seconds >= 0.9 * replayed);
        CU_ASSERT(replayed <= longest_1f1b(&pipeline) * (1 + 1e-9));
        attained += seconds >= replayed * (1 - 1e-9);
        error += 1 - seconds / replayed;
    }
    CU_ASSERT(attained > 800);
    CU_ASSERT(error / 1000 < 0.005);
}

static void check_upper_bound(hc_pipeline_schedule schedule, uint64_t seed)
{
    hc_random random = hc_random_stream(seed, 0, HC_RANDOM_BENCH);
    double error = 0;
    for (int i = 0; i < 300; i++) {
        hc_pipeline_stages runs[RUN_LIMIT];
        hc_pipeline pipeline = {schedule, 1, 0, runs, 0, 0, false};
        uint32_t stages = draw_runs(&random, runs, &pipeline.run_count);
        double seconds = 0;
        double replayed = 0;
        pipeline.interleave = schedule == HC_PIPELINE_1F1B && stages > 1 ? 2 : 1;
        pipeline.micro_batches = stages * (1 + (uint32_t)hc_random_below(&random, 4));
        seconds = predict(&pipeline).seconds;
        replayed = replay_pipeline(&pipeline).seconds;
        CU_ASSERT(seconds >= replayed * (1 - 1e-9) || pipeline.interleave == 1);
        CU_ASSERT(seconds >= replayed * (1 - 0.1) && seconds <= replayed * 1.35);
        error += fabs(seconds / replayed - 1);
    }
    CU_ASSERT(error / 300 < 0.1);
}

static void unequal_stages_of_other_schedules_are_an_upper_bound(void)
{
    check_upper_bound(HC_PIPELINE_1F1B, 13);
    check_upper_bound(HC_PIPELINE_ZERO_BUBBLE, 14);
}

static void dualpipe_is_as_slow_as_its_fullest_gpu(void)
{
    hc_pipeline_stages runs[] = {{1, 2, 2, 2}, {5, 1, 1, 1}, {2, 1.5, 1.5, 1.5}};
    hc_pipeline pipeline = {HC_PIPELINE_DUALPIPE, 1, 64, runs, 3, 0, false};
    CU_ASSERT_DOUBLE_EQUAL(predict(&pipeline).busy_seconds, 64 * 3 * 1.75, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(predict(&pipeline).seconds, replay_pipeline(&pipeline).seconds,
                           0.03 * predict(&pipeline).seconds);
}

static void cutting_a_run_changes_nothing(void)
{
    hc_pipeline_stages whole = {6, 1, 1.5, 0.7};
    hc_pipeline_stages cut[] = {{1, 1, 1.5, 0.7}, {3, 1, 1.5, 0.7}, {2, 1, 1.5, 0.7}};
    for (int schedule = 0; schedule < HC_PIPELINE_COUNT; schedule++) {
        hc_pipeline a = {(hc_pipeline_schedule)schedule, 1, 24, &whole, 1, 0.1, false};
        hc_pipeline b = {(hc_pipeline_schedule)schedule, 1, 24, cut, 3, 0.1, false};
        CU_ASSERT_DOUBLE_EQUAL(predict(&a).seconds, predict(&b).seconds, 1e-9);
    }
}

static void check_in_flight(hc_pipeline_schedule schedule, uint32_t p, uint32_t v, uint32_t m)
{
    hc_pipeline_stages stages = {p, 1, 1, 1};
    hc_pipeline pipeline = {schedule, v, m, &stages, 1, 0, false};
    pipeline_replay result = replay_pipeline(&pipeline);
    for (uint32_t stage = 0; stage < p; stage++) {
        CU_ASSERT_DOUBLE_EQUAL(hc_pipeline_in_flight(schedule, p, v, m, stage),
                               result.in_flight[stage], 1e-12);
    }
}

static void micro_batches_in_flight_are_those_of_a_replay(void)
{
    for (uint32_t p = 2; p <= 8; p++) {
        for (uint32_t m = 1; m <= 20; m++) {
            check_in_flight(HC_PIPELINE_1F1B, p, 1, m);
            check_in_flight(HC_PIPELINE_GPIPE, p, 1, m);
            check_in_flight(HC_PIPELINE_ZERO_BUBBLE, p, 1, m);
        }
        check_in_flight(HC_PIPELINE_1F1B, p, 2, p);
        check_in_flight(HC_PIPELINE_1F1B, p, 3, 3 * p);
        if (p % 2 == 0) {
            check_in_flight(HC_PIPELINE_DUALPIPE, p, 1, 2 * p);
            check_in_flight(HC_PIPELINE_DUALPIPE, p, 1, 4 * p);
        }
    }
}

static const hc_test_case CASES[] = {
    {"bubbles_are_those_of_the_golden_table", bubbles_are_those_of_the_golden_table},
    {"equal_stages_take_what_a_replay_takes", equal_stages_take_what_a_replay_takes},
    {"interleaved_stages_take_what_a_replay_takes", interleaved_stages_take_what_a_replay_takes},
    {"dualpipe_takes_what_a_replay_takes", dualpipe_takes_what_a_replay_takes},
    {"unequal_stages_of_gpipe_take_what_a_replay_takes",
     unequal_stages_of_gpipe_take_what_a_replay_takes},
    {"unequal_stages_of_1f1b_are_a_bound_that_is_mostly_attained",
     unequal_stages_of_1f1b_are_a_bound_that_is_mostly_attained},
    {"unequal_stages_of_other_schedules_are_an_upper_bound",
     unequal_stages_of_other_schedules_are_an_upper_bound},
    {"dualpipe_is_as_slow_as_its_fullest_gpu", dualpipe_is_as_slow_as_its_fullest_gpu},
    {"cutting_a_run_changes_nothing", cutting_a_run_changes_nothing},
    {"micro_batches_in_flight_are_those_of_a_replay",
     micro_batches_in_flight_are_those_of_a_replay},
};

HC_TEST_MAIN("pipeline", CASES)
