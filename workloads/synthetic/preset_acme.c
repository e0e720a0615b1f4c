#include "workloads/synthetic/presets.h"

/* Shanghai AI Laboratory Acme, clusters Seren and Kalos, March to August 2023 (Hu et al., NSDI'24;
 * InternLM/AcmeTrace, CC-BY-4.0). All figures are from its cluster_summary.csv, GPU jobs:
 *
 *           jobs     mean, median, max GPUs   mean, median, max run time s     mean GPU time h
 *   Seren   663,813  5.68, 1, 1,024           1,414.335, 122, 1,209,604        9.00
 *   Kalos    19,907  26.77, 1, 1,024          1,259.689, 124, 625,740          74.4
 *
 *           complete, cancelled, failed by count   by GPU time
 *   Seren   49.7, 7.5, 42.9 %                      21.2, 66.4, 12.4 %
 *   Kalos   54.1, 6.2, 39.7 %                      31.3, 60.7, 8.0 %
 *
 * Chosen, for want of a published table: the weights of the sizes (powers of two that meet mean, median and
 * maximum), two classes of size that share the published median, and lognormal run times cut off at the
 * published maximum. The means of the two classes then follow from the mean run time and the mean GPU
 * time, and so do medians (before the cut) and sigmas. Outcomes of jobs of an hour and more, and of the
 * others, follow from the shares by count and by GPU time and from what the model says of long jobs: 4.8 %
 * with 94.2 % of the GPU time on Seren, 2.4 % with 97.1 % on Kalos. */

static const hc_gpu_weight SEREN_SMALL_SIZES[] = {{1, 0.6182}, {2, 0.06}, {4, 0.06}, {8, 0.19}};
static const hc_gpu_weight SEREN_LARGE_SIZES[] = {
    {16, 0.035},   {32, 0.02},    {64, 0.0115},   {128, 0.0033},
    {256, 0.0012}, {512, 0.0006}, {1024, 0.0002},
};
static const hc_gpu_weight KALOS_SMALL_SIZES[] = {
    {1, 0.5155}, {2, 0.03}, {4, 0.04}, {8, 0.22}, {16, 0.05}, {32, 0.04}, {64, 0.035},
};
static const hc_gpu_weight KALOS_LARGE_SIZES[] = {
    {128, 0.035},
    {256, 0.0185},
    {512, 0.011},
    {1024, 0.005},
};

#define SEREN_OUTCOMES HC_OUTCOMES_BY_RUN_TIME(0.4454, 0.0434, HC_HOUR, 0.1047, 0.7016)
#define KALOS_OUTCOMES HC_OUTCOMES_BY_RUN_TIME(0.4050, 0.0483, HC_HOUR, 0.0701, 0.6243)

static const hc_job_class_options SEREN_CLASSES[] = {
    {.name = "to 8",
     .share = 0.9282,
     HC_SIZE_TABLE(SEREN_SMALL_SIZES),
     .run_time =
         {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 122, .sigma = 1.9291, .cap = 1209604},
     .outcomes = SEREN_OUTCOMES},
    {.name = "16 and more",
     .share = 0.0718,
     HC_SIZE_TABLE(SEREN_LARGE_SIZES),
     .run_time =
         {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 123.73, .sigma = 3.3839, .cap = 1209604},
     .outcomes = SEREN_OUTCOMES},
};

static const hc_job_class_options KALOS_CLASSES[] = {
    {.name = "to 64",
     .share = 0.9305,
     HC_SIZE_TABLE(KALOS_SMALL_SIZES),
     .run_time = {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 124, .sigma = 1.4617, .cap = 625740},
     .outcomes = KALOS_OUTCOMES},
    {.name = "128 and more",
     .share = 0.0695,
     HC_SIZE_TABLE(KALOS_LARGE_SIZES),
     .run_time =
         {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 138.99, .sigma = 4.1699, .cap = 625740},
     .outcomes = KALOS_OUTCOMES},
};

/* Nothing is published of Acme's arrivals but their number. The day and week of Venus, a cluster of the same
 * country (preset_helios.c), stand in; the burst ratios give a CV of about 3 between submissions, the middle
 * of what logs of GPU clusters show (2.0 to 4.3). */
#define ARRIVALS(ratio)                                                                           \
    {                                                                                             \
        .process = HC_ARRIVALS_BURSTY,                                                            \
        .hour_weights = {3819, 2620, 2406, 1379, 1080, 791,  720,  900,  1565, 3445, 5674, 6322,  \
                         4770, 5457, 6426, 6871, 7188, 7202, 5144, 5381, 5526, 5547, 4884, 4590}, \
        .weekday_weights = {15197, 15272, 16889, 16765, 13763, 10627, 11194},                     \
        .burst_ratio = (ratio), .burst_mean = 5 * HC_MINUTE, .calm_mean = HC_HOUR,                \
    }

const hc_synthetic_options hc_preset_acme_seren = {
    .mean_gap_seconds = 23.95, /* 663,813 jobs in 184 days */
    .arrivals = ARRIVALS(30),
    .class_count = sizeof SEREN_CLASSES / sizeof SEREN_CLASSES[0],
    .classes = SEREN_CLASSES,
};

const hc_synthetic_options hc_preset_acme_kalos = {
    .mean_gap_seconds = 798.6, /* 19,907 jobs in 184 days */
    .arrivals = ARRIVALS(230),
    .class_count = sizeof KALOS_CLASSES / sizeof KALOS_CLASSES[0],
    .classes = KALOS_CLASSES,
};
