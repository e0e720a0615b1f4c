#include "workloads/synthetic/presets.h"

/* SenseTime Helios, cluster Venus, April to September 2020 (Hu et al., SC'21; S-Lab-System-Group/HeliosData,
 * CC-BY-4.0). Sizes, run times and arrivals: the list of 99,707 GPU jobs to 2020-08-31 that
 * mystous/gpu_scheduler made from it. Outcomes and the mean run time: the Venus row (125,303 GPU jobs) of
 * HeliosArtifact's cluster_summary.csv. */

/* Quantiles of the run times of the list's jobs by size, in seconds, up to where the list cuts them off at
 * 172,800 s. Behind that a Pareto tail (alpha 2.05, quantiles at 1/2, 1/10 and 1/100 of the cut jobs) leads
 * to the longest run time of all of Helios, 4,320,009 s (AcmeTrace's cluster_summary.csv): it gives back the
 * mean before the cut, 13,041 s, and the mean GPU time, 27.4 h. */
static const hc_quantile ONE[] = {
    {0, 1},
    {0.05, 4},
    {0.1, 14},
    {0.25, 58},
    {0.5, 193},
    {0.75, 1645},
    {0.9, 10657},
    {0.95, 35162},
    {0.98, 99906},
    {0.9871, 172800},
    {0.99357, 242000},
    {0.99871, 531000},
    {0.99987, 1634000},
    {1, 4320009},
};
static const hc_quantile TO_7[] = {
    {0, 1},           {0.05, 5},         {0.1, 15},         {0.25, 61},
    {0.5, 185},       {0.75, 1818},      {0.9, 44743},      {0.95, 129104},
    {0.9629, 172800}, {0.98143, 242000}, {0.99629, 531000}, {0.99963, 1634000},
    {1, 4320009},
};
static const hc_quantile EIGHT[] = {
    {0, 1},
    {0.05, 8},
    {0.1, 26},
    {0.25, 101},
    {0.5, 210},
    {0.75, 1073},
    {0.9, 23207},
    {0.95, 59242},
    {0.98, 151966},
    {0.9828, 172800},
    {0.99138, 242000},
    {0.99828, 531000},
    {0.99983, 1634000},
    {1, 4320009},
};
static const hc_quantile TO_16[] = {
    {0, 1},           {0.05, 9},         {0.1, 23},         {0.25, 112},
    {0.5, 417},       {0.75, 12395},     {0.9, 62856},      {0.95, 111704},
    {0.9712, 172800}, {0.98558, 242000}, {0.99712, 531000}, {0.99971, 1634000},
    {1, 4320009},
};
static const hc_quantile TO_32[] = {
    {0, 1},           {0.05, 6},         {0.1, 10},         {0.25, 56},
    {0.5, 263},       {0.75, 3211},      {0.9, 75027},      {0.95, 162981},
    {0.9551, 172800}, {0.97754, 242000}, {0.99551, 531000}, {0.99955, 1634000},
    {1, 4320009},
};
static const hc_quantile TO_64[] = {
    {0, 1},           {0.05, 5},         {0.1, 10},         {0.25, 46},
    {0.5, 239},       {0.75, 1065},      {0.9, 15628},      {0.95, 68152},
    {0.9759, 172800}, {0.98795, 242000}, {0.99759, 531000}, {0.99976, 1634000},
    {1, 4320009},
};
static const hc_quantile MORE[] = {
    {0, 1},           {0.05, 5},         {0.1, 5},          {0.25, 20},         {0.5, 102},
    {0.75, 355},      {0.9, 1966},       {0.95, 12069},     {0.98, 55357},      {0.99, 139840},
    {0.9939, 172800}, {0.99694, 242000}, {0.99939, 531000}, {0.99994, 1634000}, {1, 4320009},
};

/* Jobs of the list by size. */
static const hc_gpu_weight TO_7_SIZES[] = {
    {2, 5377}, {3, 153}, {4, 7378}, {5, 77}, {6, 166}, {7, 179},
};
static const hc_gpu_weight TO_16_SIZES[] = {{12, 4}, {14, 4}, {16, 4673}};
static const hc_gpu_weight TO_32_SIZES[] = {{24, 897}, {32, 2420}};
static const hc_gpu_weight TO_64_SIZES[] = {{40, 316}, {48, 304}, {56, 195}, {64, 264}};
static const hc_gpu_weight MORE_SIZES[] = {
    {72, 93},  {80, 176}, {88, 37},   {96, 62},   {104, 58}, {112, 34}, {120, 87}, {128, 68},
    {136, 10}, {144, 32}, {152, 110}, {160, 204}, {168, 3},  {192, 2},  {200, 5},
};

/* By count 52.6 % complete, 27.2 % are cancelled, 20.2 % fail; by GPU time 51.6, 39.9 and 8.5 %. Jobs of an
 * hour and more are 20.0 % of what the tables give (list: 17.9 %) and hold 98.0 % of its GPU time; the shares
 * of long and of other jobs follow. */
#define OUTCOMES HC_OUTCOMES_BY_RUN_TIME(0.2320, 0.2395, HC_HOUR, 0.0822, 0.4018)

/* Shares: jobs of the list. */
static const hc_job_class_options CLASSES[] = {
    {.name = "1",
     .share = 50278,
     .gpu_count = 1,
     .run_time = HC_QUANTILE_TABLE(ONE),
     .outcomes = OUTCOMES},
    {.name = "2-7",
     .share = 13330,
     HC_SIZE_TABLE(TO_7_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_7),
     .outcomes = OUTCOMES},
    {.name = "8",
     .share = 26041,
     .gpu_count = 8,
     .run_time = HC_QUANTILE_TABLE(EIGHT),
     .outcomes = OUTCOMES},
    {.name = "9-16",
     .share = 4681,
     HC_SIZE_TABLE(TO_16_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_16),
     .outcomes = OUTCOMES},
    {.name = "17-32",
     .share = 3317,
     HC_SIZE_TABLE(TO_32_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_32),
     .outcomes = OUTCOMES},
    {.name = "33-64",
     .share = 1079,
     HC_SIZE_TABLE(TO_64_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_64),
     .outcomes = OUTCOMES},
    {.name = "65-200",
     .share = 981,
     HC_SIZE_TABLE(MORE_SIZES),
     .run_time = HC_QUANTILE_TABLE(MORE),
     .outcomes = OUTCOMES},
};

const hc_synthetic_options hc_preset_helios = {
    .mean_gap_seconds = 132.698, /* 2020-04-01 to 08-31, without the censored start */
    .arrivals =
        {
            .process = HC_ARRIVALS_BURSTY,
            /* Submissions of the list by hour of the day (local time) and by weekday. */
            .hour_weights = {3819, 2620, 2406, 1379, 1080, 791,  720,  900,
                             1565, 3445, 5674, 6322, 4770, 5457, 6426, 6871,
                             7188, 7202, 5144, 5381, 5526, 5547, 4884, 4590},
            .weekday_weights = {15197, 15272, 16889, 16765, 13763, 10627, 11194},
            /* The hours alone give a CV of 1.6 between submissions. Bursts of 5 min, an hour apart, are
             * chosen; the ratio is the one that gives 4.3, the CV from 2020-04-01 to 08-31. */
            .burst_ratio = 145,
            .burst_mean = 5 * HC_MINUTE,
            .calm_mean = HC_HOUR,
        },
    .class_count = sizeof CLASSES / sizeof CLASSES[0],
    .classes = CLASSES,
};
