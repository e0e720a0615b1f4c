#include "workloads/synthetic/presets.h"

/* A month on 256 nodes of 8 GPUs, made for the first minute with the program: it shows what real clusters
 * show, a day and a week, bursts, many small jobs and a few large gangs, run times over five orders of
 * magnitude, and queues that form and drain. */

/* Run times: quantiles of Venus by size (preset_helios.c), to two digits; nothing runs for more than 7 days.
 * The largest gangs run like Venus's jobs of 17 to 32 GPUs. */
static const hc_quantile ONE[] = {
    {0, 1},       {0.05, 4},     {0.1, 14},   {0.25, 58},      {0.5, 190},       {0.75, 1600},
    {0.9, 11000}, {0.95, 35000}, {0.98, 1e5}, {0.987, 172800}, {0.9935, 240000}, {1, 604800},
};
static const hc_quantile TO_4[] = {
    {0, 1},       {0.05, 5},      {0.1, 15},       {0.25, 61},      {0.5, 190},  {0.75, 1800},
    {0.9, 45000}, {0.95, 130000}, {0.963, 172800}, {0.981, 240000}, {1, 604800},
};
static const hc_quantile EIGHT[] = {
    {0, 1},       {0.05, 8},     {0.1, 26},       {0.25, 100},     {0.5, 210},  {0.75, 1100},
    {0.9, 23000}, {0.95, 59000}, {0.983, 172800}, {0.991, 240000}, {1, 604800},
};
static const hc_quantile TO_32[] = {
    {0, 1},       {0.05, 9},      {0.1, 23},       {0.25, 110},     {0.5, 420},  {0.75, 12000},
    {0.9, 63000}, {0.95, 110000}, {0.971, 172800}, {0.986, 240000}, {1, 604800},
};
static const hc_quantile LARGE[] = {
    {0, 1},       {0.05, 6},      {0.1, 10},       {0.25, 56},      {0.5, 260},  {0.75, 3200},
    {0.9, 75000}, {0.95, 160000}, {0.955, 172800}, {0.978, 240000}, {1, 604800},
};

/* Sizes: between Venus (half of the jobs on one GPU, mean 6.5) and Philly (93 %, mean 1.3), whole nodes
 * halving from step to step, so that the mean GPU time fits the cluster. */
static const hc_gpu_weight TO_4_SIZES[] = {{2, 0.5}, {4, 0.5}};
static const hc_gpu_weight TO_32_SIZES[] = {{16, 0.65}, {32, 0.35}};
static const hc_gpu_weight LARGE_SIZES[] = {
    {64, 0.6}, {128, 0.22}, {256, 0.11}, {512, 0.05}, {1024, 0.02},
};

/* Requested / run time: quantiles of HPC2N's jobs of an hour and more (HPC2N-2002-2.1-cln, Parallel Workloads
 * Archive), up to p99. The limits turn it into far more for short jobs, as in that log. */
static const hc_quantile FACTOR[] = {
    {0, 1}, {0.25, 1.02}, {0.5, 1.35}, {0.75, 1.86}, {0.9, 4.11}, {0.95, 7.48}, {1, 23.5},
};
static const hc_time LIMITS[] = {
    15 * HC_MINUTE, 30 * HC_MINUTE, HC_HOUR,    2 * HC_HOUR, 4 * HC_HOUR, 8 * HC_HOUR,
    12 * HC_HOUR,   HC_DAY,         2 * HC_DAY, 3 * HC_DAY,  5 * HC_DAY,  7 * HC_DAY,
};
#define ESTIMATE                                                                     \
    {                                                                                \
        .is_requested = true, .factor = HC_QUANTILE_TABLE(FACTOR), .limits = LIMITS, \
        .limit_count = sizeof LIMITS / sizeof LIMITS[0]                              \
    }

/* The shares of Venus (preset_helios.c). */
#define OUTCOMES HC_OUTCOMES_BY_RUN_TIME(0.2320, 0.2395, HC_HOUR, 0.0822, 0.4018)

static const hc_job_class_options CLASSES[] = {
    {.name = "1",
     .share = 0.7335,
     .gpu_count = 1,
     .run_time = HC_QUANTILE_TABLE(ONE),
     .estimate = ESTIMATE,
     .outcomes = OUTCOMES},
    {.name = "2-4",
     .share = 0.14,
     HC_SIZE_TABLE(TO_4_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_4),
     .estimate = ESTIMATE,
     .outcomes = OUTCOMES},
    {.name = "8",
     .share = 0.10,
     .gpu_count = 8,
     .run_time = HC_QUANTILE_TABLE(EIGHT),
     .estimate = ESTIMATE,
     .outcomes = OUTCOMES},
    {.name = "16-32",
     .share = 0.023,
     HC_SIZE_TABLE(TO_32_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_32),
     .estimate = ESTIMATE,
     .outcomes = OUTCOMES},
    {.name = "64-1024",
     .share = 0.0035,
     HC_SIZE_TABLE(LARGE_SIZES),
     .run_time = HC_QUANTILE_TABLE(LARGE),
     .estimate = ESTIMATE,
     .outcomes = OUTCOMES},
};

const hc_synthetic_options hc_preset_demo = {
    .job_count = 100000,
    .duration = 30 * HC_DAY,
    .arrivals =
        {
            .process = HC_ARRIVALS_BURSTY,
            /* Venus by hour of the day and by weekday. */
            .hour_weights = {3819, 2620, 2406, 1379, 1080, 791,  720,  900,
                             1565, 3445, 5674, 6322, 4770, 5457, 6426, 6871,
                             7188, 7202, 5144, 5381, 5526, 5547, 4884, 4590},
            .weekday_weights = {15197, 15272, 16889, 16765, 13763, 10627, 11194},
            .burst_ratio = 30, /* a CV of 3 between submissions; real GPU logs have 2.0 to 4.3 */
            .burst_mean = 5 * HC_MINUTE,
            .calm_mean = HC_HOUR,
        },
    .class_count = sizeof CLASSES / sizeof CLASSES[0],
    .classes = CLASSES,
    .user_count = 200,
    .group_count = 16,
    .user_exponent = 1,
};
