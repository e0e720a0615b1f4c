#include "tests/traces/study/made_study.h"

#include "traces/study/study_file.h"

#include <math.h>
#include <stdio.h>

static const hc_study_variable VARIABLES[] = {
    {.name = "nodes", .unit = ""},
    {.name = "policy", .is_text = true},
};
static const hc_study_output OUTPUTS[HC_MADE_OUTPUTS] = {
    {"wait_p95", "s", "wait that 95 % of the jobs stay below", HC_STUDY_LESS_IS_BETTER},
    {"utilization", "share", "of the GPU time of the machine", HC_STUDY_MORE_IS_BETTER},
    {"cost", "USD", NULL, HC_STUDY_LESS_IS_BETTER},
};
static const hc_text_item ITEMS[] = {{"umlauts", "München"}};

static const double NODES[] = {32, 36, 40};
static const char *const POLICIES[] = {"easy", "las"};

static double wait_of(size_t size, size_t policy, size_t repetition)
{
    static const double BY_SIZE[] = {32400, 10800, 5400};
    static const double BY_REPETITION[] = {0, 1800, -1800, 900, -900};
    static const double BY_POLICY[] = {-600, -630, -570, -610, -590};
    return BY_SIZE[size] + BY_REPETITION[repetition] + (policy == 1 ? BY_POLICY[repetition] : 0);
}

static void fill_run(hc_made_study *s, size_t row, size_t index)
{
    size_t point = index / HC_MADE_REPETITIONS;
    size_t repetition = index % HC_MADE_REPETITIONS;
    size_t size = point / 2;
    double *values = &s->values[row * HC_MADE_OUTPUTS];
    hc_study_run *run = &s->runs[row];
    *run = (hc_study_run){.point = (uint32_t)point,
                          .repetition = (uint32_t)repetition,
                          .seed = UINT64_C(1) << 63 | repetition,
                          .wall_seconds = 1.5 + (double)point,
                          .state = HC_STUDY_OK};
    values[0] = wait_of(size, point % 2, repetition);
    values[1] = 0.9 - 0.07 * (double)size + 0.01 * (double)repetition;
    values[2] = 5750 * NODES[size];
    if (index == HC_MADE_RUNS - 2) {
        run->state = HC_STUDY_FAILED;
        run->error = "made to fail:\nno GPU left";
    } else if (index == HC_MADE_RUNS - 1) {
        run->state = HC_STUDY_SKIPPED;
        run->wall_seconds = 0;
    }
}

void hc_made_study_fill(hc_made_study *s, size_t shift)
{
    for (size_t i = 0; i < HC_MADE_POINTS; i++) {
        s->points[2 * i] = (hc_study_value){.number = NODES[i / 2]};
        s->points[2 * i + 1] = (hc_study_value){.text = POLICIES[i % 2]};
    }
    for (size_t i = 0; i < HC_MADE_RUNS; i++) {
        fill_run(s, i, (i + shift) % HC_MADE_RUNS);
    }
    s->summary[0] = (hc_study_summary_row){
        .point = 1, .output = 2, .count = 5, .mean = 7, .half_width = NAN, .is_pareto = true};
    s->content = (hc_study_content){
        .name = "more-gpus",
        .version = "0.1",
        .study = "study: more\n",
        .scenario = "hindcast: 1\n",
        .command_line = "hindcast sweep more-gpus.yaml",
        .seed = UINT64_MAX,
        .rank_count = 64,
        .is_complete = true,
        .confidence = 0.9,
        .finding = "fewest nodes with wait_p95 under 4 h: 36",
        .variables = VARIABLES,
        .variable_count = 2,
        .outputs = OUTPUTS,
        .output_count = HC_MADE_OUTPUTS,
        .points = s->points,
        .point_count = HC_MADE_POINTS,
        .runs = s->runs,
        .run_count = HC_MADE_RUNS,
        .values = s->values,
        .summary = s->summary,
        .summary_count = 1,
        .items = ITEMS,
        .item_count = 1,
    };
}

int hc_made_study_write(const char *path)
{
    static hc_made_study study;
    hc_error error = HC_ERROR_NONE;
    hc_made_study_fill(&study, 0);
    if (hc_study_file_write(&study.content, path, true, &error) < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        return 4;
    }
    return 0;
}
