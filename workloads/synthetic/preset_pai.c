#include "workloads/synthetic/presets.h"

/* Alibaba PAI, July and August 2020 (Weng et al., NSDI'22; alibaba/clusterdata gpu-v2020, CC-BY-4.0). Sizes,
 * run times and arrivals: the random sample of 60,105 finished tasks that mystous/gpu_scheduler made from it,
 * where a task asks for instances x GPUs and parts of a GPU are rounded up. It holds no failed task. */

/* Quantiles of the run times of the sample's tasks by size, in seconds; it cuts them off at 172,800 s. */
static const hc_quantile ONE[] = {
    {0, 5},         {0.05, 25},      {0.1, 35},     {0.25, 94},    {0.5, 467},
    {0.75, 3186},   {0.9, 10792},    {0.95, 20166}, {0.98, 42716}, {0.99, 58458},
    {0.995, 95069}, {0.999, 165718}, {1, 172800},
};
static const hc_quantile TO_7[] = {
    {0, 6},          {0.05, 48},      {0.1, 62},     {0.25, 151},   {0.5, 598},
    {0.75, 3400},    {0.9, 12349},    {0.95, 29386}, {0.98, 58804}, {0.99, 84841},
    {0.995, 128696}, {0.999, 172800}, {1, 172800},
};
static const hc_quantile TO_15[] = {
    {0, 30},         {0.05, 96},      {0.1, 145},    {0.25, 326},   {0.5, 1414},
    {0.75, 5525},    {0.9, 18788},    {0.95, 31539}, {0.98, 61366}, {0.99, 94581},
    {0.995, 144395}, {0.999, 172800}, {1, 172800},
};
static const hc_quantile TO_31[] = {
    {0, 29},      {0.05, 111},   {0.1, 169},    {0.25, 509},   {0.5, 2048},     {0.75, 6371},
    {0.9, 16865}, {0.95, 29691}, {0.98, 57778}, {0.99, 84345}, {0.995, 172800}, {1, 172800},
};
static const hc_quantile TO_63[] = {
    {0, 38},         {0.05, 136},     {0.1, 250},    {0.25, 783},   {0.5, 2220},
    {0.75, 7211},    {0.9, 19658},    {0.95, 36951}, {0.98, 59041}, {0.99, 93841},
    {0.995, 133482}, {0.999, 172800}, {1, 172800},
};
static const hc_quantile MORE[] = {
    {0, 18},         {0.05, 29},      {0.1, 47},     {0.25, 718},   {0.5, 4768},
    {0.75, 18284},   {0.9, 45165},    {0.95, 63233}, {0.98, 79472}, {0.99, 117155},
    {0.995, 167819}, {0.999, 172800}, {1, 172800},
};

/* Tasks of the sample by size, without sizes of fewer than 5 tasks. */
static const hc_gpu_weight TO_7_SIZES[] = {
    {2, 1850}, {3, 904}, {4, 849}, {5, 1027}, {6, 147}, {7, 31},
};
static const hc_gpu_weight TO_15_SIZES[] = {
    {8, 719}, {9, 25}, {10, 2413}, {11, 14}, {12, 482}, {15, 254},
};
static const hc_gpu_weight TO_31_SIZES[] = {
    {16, 555}, {18, 49}, {19, 6},  {20, 1280}, {24, 24},
    {25, 379}, {27, 44}, {28, 60}, {29, 17},   {30, 558},
};
static const hc_gpu_weight TO_63_SIZES[] = {
    {32, 67}, {35, 10},  {36, 56}, {37, 16},  {40, 422}, {43, 10},
    {48, 35}, {50, 864}, {59, 5},  {60, 104}, {61, 5},
};
static const hc_gpu_weight MORE_SIZES[] = {
    {64, 65}, {70, 10},  {80, 110}, {90, 7},   {100, 224},
    {120, 5}, {140, 16}, {150, 20}, {200, 34}, {400, 13},
};

/* Shares: tasks of the sample. AcmeTrace's cluster_summary.csv gives PAI a mean of 0.683 GPUs per instance
 * and a median of 0.5: halves and wholes in the proportion 0.634 : 0.366 have both. */
static const hc_job_class_options CLASSES[] = {
    {.name = "half",
     .share = 46289 * 0.634,
     .gpu_count = 1,
     .gpu_milli = 500,
     .run_time = HC_QUANTILE_TABLE(ONE)},
    {.name = "1", .share = 46289 * 0.366, .gpu_count = 1, .run_time = HC_QUANTILE_TABLE(ONE)},
    {.name = "2-7", .share = 4808, HC_SIZE_TABLE(TO_7_SIZES), .run_time = HC_QUANTILE_TABLE(TO_7)},
    {.name = "8-15",
     .share = 3910,
     HC_SIZE_TABLE(TO_15_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_15)},
    {.name = "16-31",
     .share = 2979,
     HC_SIZE_TABLE(TO_31_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_31)},
    {.name = "32-63",
     .share = 1607,
     HC_SIZE_TABLE(TO_63_SIZES),
     .run_time = HC_QUANTILE_TABLE(TO_63)},
    {.name = "64-400",
     .share = 512,
     HC_SIZE_TABLE(MORE_SIZES),
     .run_time = HC_QUANTILE_TABLE(MORE)},
};

const hc_synthetic_options hc_preset_pai = {
    .mean_gap_seconds = 91.539, /* of the sample */
    .arrivals =
        {
            .process = HC_ARRIVALS_BURSTY,
            /* The sample's hours are not published; its CV between submissions is 2.4. Bursts of 5 min, an
             * hour apart, are chosen, the ratio follows. */
            .burst_ratio = 41,
            .burst_mean = 5 * HC_MINUTE,
            .calm_mean = HC_HOUR,
        },
    .class_count = sizeof CLASSES / sizeof CLASSES[0],
    .classes = CLASSES,
};
