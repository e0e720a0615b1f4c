#include "workloads/synthetic/presets.h"

/* Microsoft Philly, August to December 2017 (Jeon et al., ATC'19; msr-fiddle/philly-traces, CC-BY-4.0).
 * Sizes, run times and arrivals: the list of 64,871 jobs of 13 virtual clusters that siasosp23/artifacts
 * made from it. Outcomes: the Philly row (112,956 jobs) of AcmeTrace's cluster_summary.csv. */

/* Quantiles of the run times of the list's jobs with 1, 2, 4, 8 and more than 8 GPUs, in seconds. */
static const hc_quantile ONE[] = {
    {0, 1},          {0.05, 50},      {0.1, 60},       {0.25, 77},    {0.5, 857},
    {0.75, 2811},    {0.9, 8324},     {0.95, 16158},   {0.98, 60002}, {0.99, 126556},
    {0.995, 255850}, {0.998, 438830}, {0.999, 817958}, {1, 3256045},
};
static const hc_quantile TWO[] = {
    {0, 2},          {0.05, 9},        {0.1, 11},      {0.25, 16},     {0.5, 21},
    {0.75, 42},      {0.9, 79292},     {0.95, 197852}, {0.98, 343813}, {0.99, 526095},
    {0.995, 815006}, {0.999, 1476513}, {1, 2582803},
};
static const hc_quantile FOUR[] = {
    {0, 3},           {0.05, 191},      {0.1, 697},     {0.25, 6002},   {0.5, 35918},
    {0.75, 100888},   {0.9, 186545},    {0.95, 257535}, {0.98, 508563}, {0.99, 654654},
    {0.995, 1258372}, {0.999, 2551461}, {1, 2750674},
};
static const hc_quantile EIGHT[] = {
    {0, 1},           {0.05, 82},       {0.1, 409},     {0.25, 4220},   {0.5, 56790},
    {0.75, 202485},   {0.9, 378589},    {0.95, 583883}, {0.98, 926189}, {0.99, 1545769},
    {0.995, 2091370}, {0.999, 2658296}, {1, 4628226},
};
static const hc_quantile MORE[] = {
    {0, 1},          {0.05, 32},      {0.1, 46},      {0.25, 683},    {0.5, 13519},
    {0.75, 71503},   {0.9, 167486},   {0.95, 247685}, {0.98, 341188}, {0.99, 399998},
    {0.995, 523849}, {0.999, 813866}, {1, 891298},
};

/* Jobs of the list by size. */
static const hc_gpu_weight MORE_SIZES[] = {
    {12, 7}, {16, 130}, {24, 5}, {32, 67}, {64, 6}, {128, 3},
};

/* By count 60.4 % complete, 9.0 % are cancelled, 30.5 % fail; by GPU time 32.1, 29.4 and 38.6 %. Jobs of
 * an hour and more are 23.7 % of what the tables give (list: 23.5 %) and hold 98.4 % of its GPU time (list:
 * 98.3 %); the shares of long and of other jobs follow. */
#define OUTCOMES HC_OUTCOMES_BY_RUN_TIME(0.2793, 0.0251, HC_HOUR, 0.3875, 0.2983)

/* Shares: jobs of the list. */
static const hc_job_class_options CLASSES[] = {
    {.name = "1",
     .share = 60336,
     .gpu_count = 1,
     .run_time = HC_QUANTILE_TABLE(ONE),
     .outcomes = OUTCOMES},
    {.name = "2",
     .share = 1778,
     .gpu_count = 2,
     .run_time = HC_QUANTILE_TABLE(TWO),
     .outcomes = OUTCOMES},
    {.name = "4",
     .share = 1402,
     .gpu_count = 4,
     .run_time = HC_QUANTILE_TABLE(FOUR),
     .outcomes = OUTCOMES},
    {.name = "8",
     .share = 1137,
     .gpu_count = 8,
     .run_time = HC_QUANTILE_TABLE(EIGHT),
     .outcomes = OUTCOMES},
    {.name = "more",
     .share = 218,
     HC_SIZE_TABLE(MORE_SIZES),
     .run_time = HC_QUANTILE_TABLE(MORE),
     .outcomes = OUTCOMES},
};

const hc_synthetic_options hc_preset_philly = {
    .mean_gap_seconds = 105.515, /* 2017-10-02 to 12-10, without the censored start and end */
    .arrivals =
        {
            .process = HC_ARRIVALS_BURSTY,
            /* Submissions of the list by hour of the day and by weekday. */
            .hour_weights = {3430, 2913, 2678, 2995, 1970, 3062, 4339, 5177,
                             3174, 2652, 3097, 2739, 2272, 2021, 2027, 1953,
                             1728, 1484, 2220, 2286, 2588, 2568, 2576, 2922},
            .weekday_weights = {8578, 10378, 11403, 12948, 12452, 4417, 4695},
            /* The hours alone give a CV of 1.25 between submissions. Bursts of 5 min, an hour apart, are
             * chosen; the ratio is the one that gives 2.0, the CV from 2017-10-02 to 12-10. */
            .burst_ratio = 18,
            .burst_mean = 5 * HC_MINUTE,
            .calm_mean = HC_HOUR,
        },
    .class_count = sizeof CLASSES / sizeof CLASSES[0],
    .classes = CLASSES,
};
