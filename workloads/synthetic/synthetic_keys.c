#include "workloads/synthetic/synthetic_keys.h"

#include "workloads/synthetic/presets.h"

#define AT "workload.synthetic"

/* A distribution of durations or of factors. Which keys belong to which kind: workloads/synthetic/distribution.h. */
#define DISTRIBUTION(at, quantity, required, meaning)                                              \
    {.path = at, .type = HC_KEY_MAP, .is_required = required, .help = meaning},                    \
        {.path = at ".kind",                                                                       \
         .type = HC_KEY_CHOICE,                                                                    \
         .is_required = true,                                                                      \
         .choices = HC_DISTRIBUTION_KIND_NAMES,                                                    \
         .help = "Kind of distribution"},                                                          \
        {.path = at ".value", .type = quantity, .help = "The one value of constant"},              \
        {.path = at ".minimum", .type = quantity, .help = "Least value of uniform and pareto"},    \
        {.path = at ".maximum", .type = quantity, .help = "Greatest value of uniform"},            \
        {.path = at ".mean",                                                                       \
         .type = quantity,                                                                         \
         .help = "Mean of exponential, gamma and lognormal, before the cap"},                      \
        {.path = at ".cv",                                                                         \
         .type = HC_KEY_REAL,                                                                      \
         .help = "Standard deviation / mean of gamma and lognormal"},                              \
        {.path = at ".median", .type = quantity, .help = "Median of lognormal, before the cap"},   \
        {.path = at ".sigma",                                                                      \
         .type = HC_KEY_REAL,                                                                      \
         .help = "Standard deviation of the logarithm of lognormal"},                              \
        {.path = at ".scale", .type = quantity, .help = "Scale of weibull"},                       \
        {.path = at ".shape",                                                                      \
         .type = HC_KEY_REAL,                                                                      \
         .help = "Shape of weibull, below 1: long tail"},                                          \
        {.path = at ".alpha", .type = HC_KEY_REAL, .help = "Exponent of the tail of pareto"},      \
        {.path = at ".cap",                                                                        \
         .type = quantity,                                                                         \
         .help = "Values above it do not occur (exponential, lognormal, weibull, pareto, gamma)"}, \
        {.path = at ".interpolation",                                                              \
         .type = HC_KEY_CHOICE,                                                                    \
         .choices = "log|linear",                                                                  \
         .help = "What is straight between two quantiles, log unless given"},                      \
        {.path = at ".quantiles",                                                                  \
         .type = HC_KEY_LIST,                                                                      \
         .minimum = 2,                                                                             \
         .help = "Table of quantiles, p rising from 0 to 1"},                                      \
        {.path = at ".quantiles[]", .type = HC_KEY_MAP, .help = "One quantile"},                   \
        {.path = at ".quantiles[].p",                                                              \
         .type = HC_KEY_REAL,                                                                      \
         .maximum = 1,                                                                             \
         .is_required = true,                                                                      \
         .help = "Share of values up to this one"},                                                \
    {                                                                                              \
        .path = at ".quantiles[].value", .type = quantity, .is_required = true,                    \
        .help = "The value"                                                                        \
    }

#define ESTIMATE(at, meaning)                                                        \
    {.path = at, .type = HC_KEY_MAP, .help = meaning},                               \
        {.path = at ".exact",                                                        \
         .type = HC_KEY_BOOLEAN,                                                     \
         .help = "true: nothing is asked for, schedulers know the run time"},        \
        DISTRIBUTION(at ".factor", HC_KEY_REAL, false,                               \
                     "Time asked for / run time, below 1 counts as 1"),              \
        {.path = at ".round_up_to",                                                  \
         .type = HC_KEY_LIST,                                                        \
         .minimum = 1,                                                               \
         .help = "Usual time limits, rising, to which requests are rounded up"},     \
    {                                                                                \
        .path = at ".round_up_to[]", .type = HC_KEY_DURATION, .help = "A time limit" \
    }

#define SHARES(at, which)                                           \
    {.path = at ".failed",                                          \
     .type = HC_KEY_REAL,                                           \
     .maximum = 1,                                                  \
     .help = "Share of " which " that fail"},                       \
    {                                                               \
        .path = at ".cancelled", .type = HC_KEY_REAL, .maximum = 1, \
        .help = "Share of " which " that are cancelled"             \
    }

static const hc_key KEYS[] = {
    {.path = AT, .type = HC_KEY_MAP, .help = "Jobs made from distributions instead of a log"},
    {.path = AT ".preset",
     .type = HC_KEY_CHOICE,
     .choices = HC_PRESET_NAMES,
     .help = "A workload fitted to a real cluster; other keys replace parts of it"},
    {.path = AT ".jobs",
     .type = HC_KEY_INTEGER,
     .unit = "jobs",
     .minimum = 1,
     .maximum = 4294967294,
     .help = "The workload ends with this many jobs"},
    {.path = AT ".duration",
     .type = HC_KEY_DURATION,
     .help =
         "No job is submitted at or after it; with jobs and no rate, exactly these fall into it"},
    {.path = AT ".load",
     .type = HC_KEY_REAL,
     .maximum = 1000,
     .help = "Mean GPU time asked for / capacity, sets how often jobs come"},
    {.path = AT ".mean_gap",
     .type = HC_KEY_DURATION,
     .help = "Mean time between submissions, instead of load"},
    {.path = AT ".max_gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 1,
     .maximum = 1 << 28,
     .help = "Larger jobs ask for this many GPUs instead"},

    {.path = AT ".arrivals", .type = HC_KEY_MAP, .help = "How submissions are spread over time"},
    {.path = AT ".arrivals.process",
     .type = HC_KEY_CHOICE,
     .choices = HC_ARRIVAL_PROCESS_NAMES,
     .help = "Kind of arrival process, poisson unless a preset says otherwise"},
    {.path = AT ".arrivals.hours",
     .type = HC_KEY_LIST,
     .minimum = 24,
     .maximum = 24,
     .help = "Relative rates of the 24 hours of the day (periodic, bursty)"},
    {.path = AT ".arrivals.hours[]", .type = HC_KEY_REAL, .maximum = 1e12, .help = "A rate"},
    {.path = AT ".arrivals.weekdays",
     .type = HC_KEY_LIST,
     .minimum = 7,
     .maximum = 7,
     .help = "Relative rates of the 7 weekdays from Monday, the first day (periodic, bursty)"},
    {.path = AT ".arrivals.weekdays[]", .type = HC_KEY_REAL, .maximum = 1e12, .help = "A rate"},
    {.path = AT ".arrivals.burst_ratio",
     .type = HC_KEY_REAL,
     .minimum = 1,
     .maximum = 1e6,
     .help = "Rate in a burst / rate between bursts (bursty)"},
    {.path = AT ".arrivals.burst_mean",
     .type = HC_KEY_DURATION,
     .help = "Mean length of a burst (bursty)"},
    {.path = AT ".arrivals.calm_mean",
     .type = HC_KEY_DURATION,
     .help = "Mean time between bursts (bursty)"},

    ESTIMATE(AT ".estimate", "What jobs ask for, of classes that do not say it themselves"),

    {.path = AT ".classes",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .help = "Kinds of jobs; replaces those of a preset"},
    {.path = AT ".classes[]", .type = HC_KEY_MAP, .help = "One kind of jobs"},
    {.path = AT ".classes[].name", .type = HC_KEY_TEXT, .help = "Name for messages"},
    {.path = AT ".classes[].share",
     .type = HC_KEY_REAL,
     .maximum = 1e12,
     .is_required = true,
     .help = "Share of the jobs, relative to the other classes"},
    {.path = AT ".classes[].gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 1,
     .maximum = 1 << 28,
     .help = "GPUs of each job"},
    {.path = AT ".classes[].gpu_counts",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .help = "GPUs of the jobs when they differ"},
    {.path = AT ".classes[].gpu_counts[]", .type = HC_KEY_MAP, .help = "One size"},
    {.path = AT ".classes[].gpu_counts[].gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 1,
     .maximum = 1 << 28,
     .is_required = true,
     .help = "GPUs"},
    {.path = AT ".classes[].gpu_counts[].weight",
     .type = HC_KEY_REAL,
     .maximum = 1e12,
     .is_required = true,
     .help = "Relative number of jobs of this size"},
    {.path = AT ".classes[].gpu_fraction",
     .type = HC_KEY_REAL,
     .minimum = 0.001,
     .maximum = 1,
     .help = "Part of the GPU that a job on one GPU takes, in whole thousandths"},
    {.path = AT ".classes[].priority",
     .type = HC_KEY_INTEGER,
     .minimum = -2147483647,
     .maximum = 2147483647,
     .help = "Priority of the jobs; higher goes first, 0 unless given"},
    DISTRIBUTION(
        AT ".classes[].run_time", HC_KEY_DURATION, false,
        "How long the jobs run; of what is trained, where packed, instead of tokens or steps"),
    {.path = AT ".classes[].training",
     .type = HC_KEY_MAP,
     .help = "What the jobs train, on the GPUs of its plan; fidelity: analytic says how long"},
    HC_TRAINING_KEYS(AT ".classes[].training"),
    ESTIMATE(AT ".classes[].estimate", "What the jobs ask for; nothing unless given"),
    {.path = AT ".classes[].outcomes",
     .type = HC_KEY_MAP,
     .help = "How jobs end; all others complete"},
    SHARES(AT ".classes[].outcomes", "the jobs"),
    {.path = AT ".classes[].outcomes.failed_factor",
     .type = HC_KEY_REAL,
     .maximum = 1e6,
     .help = "Failed jobs run this many times the drawn run time"},
    {.path = AT ".classes[].outcomes.cancelled_factor",
     .type = HC_KEY_REAL,
     .maximum = 1e6,
     .help = "Cancelled jobs run this many times the drawn run time"},
    {.path = AT ".classes[].outcomes.long",
     .type = HC_KEY_MAP,
     .help = "Shares of long jobs, when they end otherwise"},
    {.path = AT ".classes[].outcomes.long.from",
     .type = HC_KEY_DURATION,
     .is_required = true,
     .help = "Run time from which a job is long"},
    SHARES(AT ".classes[].outcomes.long", "long jobs"),

    {.path = AT ".users",
     .type = HC_KEY_INTEGER,
     .unit = "users",
     .maximum = HC_USER_LIMIT,
     .help = "Users; the k-th one submits with weight k^-user_exponent"},
    {.path = AT ".groups",
     .type = HC_KEY_INTEGER,
     .unit = "groups",
     .maximum = HC_USER_LIMIT,
     .help = "Groups, over which the users are dealt out in turn"},
    {.path = AT ".user_exponent",
     .type = HC_KEY_REAL,
     .maximum = 10,
     .help = "How unequal users are: 0 all alike, 1 (unless given) Zipf's law"},
};

const hc_key_table hc_synthetic_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};
