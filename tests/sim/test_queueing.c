/* Closed forms of queueing theory: the simulated mean must lie inside the 99 % batch-means interval, at four
 * million arrivals and more. Every row of the models that this test knows is checked.
 * Usage: test_sim_queueing [ARRIVALS] */

#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/sim/golden_csv.h"
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 40, WARM_UP_SHARE = 10 };

/* Student's t for 39 degrees of freedom, 99.5 %. */
static const double T_QUANTILE = 2.7079;

typedef enum law { EXPONENTIAL, DETERMINISTIC, ERLANG_4, HYPEREXPONENTIAL, LOGNORMAL } law;

/* One queue: parameters as the table gives them. */
typedef struct queue_case {
    char name[32];
    const char *policy;
    uint32_t servers;
    double arrival_rate;
    law service;
    double scv; /* of service; mean 1 */
    double sigma;
    double high_share; /* of the arrivals: of high priority */
    bool is_preemptive;
} queue_case;

/* What one run measured, per batch of arrivals. */
typedef struct run_state {
    const queue_case *queue;
    hc_random random;
    uint64_t arrivals;
    uint64_t created;
    double clock_seconds;
    uint64_t warm_up;
    uint64_t batch_size;
    double *waits; /* seconds, by job, after the warm-up */
    double sum_wait[BATCHES];
    double sum_response[BATCHES];
    double waiting_share[BATCHES];
    double sum_class_wait[2][BATCHES]; /* by class: low, high */
    double sum_class_response[2][BATCHES];
    double class_count[2][BATCHES];

    hc_int128 wait_total;     /* ns, all jobs */
    hc_int128 queue_integral; /* jobs x ns, from the events */
    uint64_t queue_length;
    hc_time last_event;
} run_state;

/* Balanced means: probability p of rate 2p, else 2(1 - p), with mean 1 and the given SCV. */
static double draw_hyperexponential(hc_random *random, double scv)
{
    double p = (1 + sqrt((scv - 1) / (scv + 1))) / 2;
    double branch = hc_random_uniform(random) < p ? p : 1 - p;
    return hc_random_exponential(random, 1 / (2 * branch));
}

static double draw_lognormal(hc_random *random, double sigma)
{
    double radius = sqrt(-2 * log(hc_random_uniform(random)));
    double normal = radius * cos(2 * 3.14159265358979323846 * hc_random_uniform(random));
    return exp(-sigma * sigma / 2 + sigma * normal);
}

static double draw_service(run_state *run)
{
    double sum = 0;
    switch (run->queue->service) {
    case EXPONENTIAL:
        return hc_random_exponential(&run->random, 1);
    case DETERMINISTIC:
        return 1;
    case ERLANG_4:
        for (int i = 0; i < 4; i++) {
            sum += hc_random_exponential(&run->random, 0.25);
        }
        return sum;
    case HYPEREXPONENTIAL:
        return draw_hyperexponential(&run->random, run->queue->scv);
    case LOGNORMAL:
    default:
        return draw_lognormal(&run->random, run->queue->sigma);
    }
}

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    run_state *run = self;
    hc_time service = 0;
    (void)error;
    if (run->created == run->arrivals) {
        return 0;
    }
    run->random = hc_random_stream(11, run->created++, HC_RANDOM_ARRIVAL);
    run->clock_seconds += hc_random_exponential(&run->random, 1 / run->queue->arrival_rate);
    service = (hc_time)(draw_service(run) * (double)HC_SECOND);
    *out = (hc_job_spec){
        .submit = (hc_time)(run->clock_seconds * (double)HC_SECOND),
        .run_time = service,
        .time_limit = service,
        .recorded_start = HC_TIME_MISSING,
        .recorded_end = HC_TIME_MISSING,
        .request = {.kinds = UINT64_MAX, .gpu_count = 1, .gpu_milli = HC_WHOLE_GPU},
    };
    if (run->queue->high_share > 0) {
        out->priority = hc_random_uniform(&run->random) < run->queue->high_share ? 1 : 0;
    }
    return 1;
}

static hc_job_source_facts source_facts(void *self)
{
    (void)self;
    return (hc_job_source_facts){.last_submit = HC_TIME_MISSING};
}

static void destroy_nothing(void *self)
{
    (void)self;
}

static void count_class(run_state *run, const hc_job_record *record, uint64_t batch)
{
    int class = record->spec->priority > 0 ? 1 : 0;
    hc_time response = record->last_end - record->spec->submit;
    run->sum_class_wait[class][batch] += (double)record->wait / (double)HC_SECOND;
    run->sum_class_response[class][batch] += (double)response / (double)HC_SECOND;
    run->class_count[class][batch]++;
}

static int record_job(void *self, const hc_job_record *record, hc_error *error)
{
    run_state *run = self;
    double wait = (double)record->wait / (double)HC_SECOND;
    (void)error;
    run->wait_total += record->wait;
    if (record->job.index >= run->warm_up) {
        uint64_t index = record->job.index - run->warm_up;
        uint64_t batch = index / run->batch_size;
        if (batch < BATCHES) {
            run->waits[index] = wait;
            run->sum_wait[batch] += wait;
            run->sum_response[batch] +=
                (double)(record->last_end - record->spec->submit) / (double)HC_SECOND;
            count_class(run, record, batch);
            run->waiting_share[batch] += record->wait > 0 ? 1 : 0;
        }
    }
    return 0;
}

static int record_event(void *self, const hc_event_record *record, hc_error *error)
{
    run_state *run = self;
    (void)error;
    run->queue_integral += (hc_int128)(record->time - run->last_event) * run->queue_length;
    run->last_event = record->time;
    run->queue_length +=
        record->type == HC_EVENT_SUBMIT || record->type == HC_EVENT_PREEMPT ? 1 : 0;
    run->queue_length -= record->type == HC_EVENT_START ? 1 : 0;
    return 0;
}

static int ignore_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int ignore_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int ignore_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int ignore_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static int ignore_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static hc_policy_options options_of(const queue_case *queue)
{
    hc_policy_options options = hc_policy_find(queue->policy)->options;
    if (queue->is_preemptive) {
        options.rank = HC_RANK_PRIORITY;
        options.preemption = HC_PREEMPTION_SUSPEND;
    }
    return options;
}

static void simulate(run_state *run)
{
    hc_sink sink = {run,
                    record_job,
                    ignore_attempt,
                    ignore_placement,
                    ignore_decision,
                    record_event,
                    ignore_sample,
                    ignore_ledger,
                    NULL};
    hc_node_group group = {.count = 1, .gpu_count = run->queue->servers};
    hc_simulation_options options = {
        .machine = hc_machine_create(),
        .source = {.self = run,
                   .next = next_job,
                   .facts = source_facts,
                   .destroy = destroy_nothing},
        .sink = &sink,
        .scheduling = {.policy_options = options_of(run->queue),
                       .placement = hc_placement_find("packed")},
        .begin = 0,
    };
    hc_simulation *simulation = NULL;
    bool is_over = false;
    options.scheduling.policy = hc_policy_of(&options.scheduling.policy_options);
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(options.machine, &group, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(options.machine, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_create(&simulation, &options, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_run(simulation, UINT64_MAX, &is_over, NULL), 0);
    CU_ASSERT_FATAL(is_over);
    hc_simulation_destroy(simulation);
}

static uint64_t arrival_count = 4400000;

static run_state *run_case(const queue_case *queue)
{
    run_state *run = calloc(1, sizeof *run);
    run->queue = queue;
    run->arrivals = arrival_count;
    run->warm_up = arrival_count / (WARM_UP_SHARE + 1);
    run->batch_size = (arrival_count - run->warm_up) / BATCHES;
    run->waits = calloc(run->batch_size * BATCHES, sizeof *run->waits);
    simulate(run);
    return run;
}

static void free_run(run_state *run)
{
    free(run->waits);
    free(run);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The 95th percentile of each batch; waits are sorted in place. */
static void batch_quantiles(run_state *run, double *out)
{
    for (uint64_t b = 0; b < BATCHES; b++) {
        double *waits = run->waits + b * run->batch_size;
        qsort(waits, run->batch_size, sizeof *waits, compare_doubles);
        out[b] = waits[(uint64_t)(0.95 * (double)run->batch_size)];
    }
}

/* Metrics of a class of priorities. @return false when it is none of these. */
static bool measure_class(const run_state *run, const char *metric, int b, double *out)
{
    static const struct {
        const char *name;
        int class;
        bool is_wait;
    } METRICS[] = {{"Wq_lo", 0, true}, {"Wq_hi", 1, true}, {"W_lo", 0, false}, {"W_hi", 1, false}};
    for (size_t i = 0; i < sizeof METRICS / sizeof METRICS[0]; i++) {
        if (strcmp(metric, METRICS[i].name) == 0) {
            int class = METRICS[i].class;
            double sum = METRICS[i].is_wait ? run->sum_class_wait[class][b]
                                            : run->sum_class_response[class][b];
            *out = sum / run->class_count[class][b];
            return true;
        }
    }
    return false;
}

/* The value of a metric in a batch. @return false when this test does not measure it. */
static bool measure_batch(const run_state *run, const char *metric, int b, double *out)
{
    double n = (double)run->batch_size;
    if (strcmp(metric, "Wq") == 0) {
        *out = run->sum_wait[b] / n;
    } else if (strcmp(metric, "W") == 0) {
        *out = run->sum_response[b] / n;
    } else if (strcmp(metric, "Lq") == 0) {
        *out = run->sum_wait[b] / n * run->queue->arrival_rate;
    } else if (strcmp(metric, "L") == 0) {
        *out = run->sum_response[b] / n * run->queue->arrival_rate;
    } else if (strcmp(metric, "P_wait") == 0) {
        *out = run->waiting_share[b] / n;
    } else {
        return measure_class(run, metric, b, out);
    }
    return true;
}

/* Batch values of a metric. @return false when this test does not measure it. */
static bool measure(run_state *run, const char *metric, double *out)
{
    if (strcmp(metric, "Wq_p95") == 0) {
        batch_quantiles(run, out);
        return true;
    }
    for (int b = 0; b < BATCHES; b++) {
        if (!measure_batch(run, metric, b, &out[b])) {
            return false;
        }
    }
    return true;
}

static void check_metric(run_state *run, const char *metric, double expected)
{
    double values[BATCHES];
    double mean = 0;
    double squares = 0;
    double half_width = 0;
    if (!measure(run, metric, values)) {
        return;
    }
    for (int b = 0; b < BATCHES; b++) {
        mean += values[b] / BATCHES;
    }
    for (int b = 0; b < BATCHES; b++) {
        squares += (values[b] - mean) * (values[b] - mean);
    }
    half_width = T_QUANTILE * sqrt(squares / (BATCHES - 1) / BATCHES);
    printf("    %-14s %-7s %12.6f  simulated %12.6f +- %.6f\n", run->queue->name, metric, expected,
           mean, half_width);
    CU_ASSERT(fabs(mean - expected) <= half_width);
}

/* The time integral of the queue length, from the events, is the sum of all waits, from the job records. */
static void check_littles_law(const run_state *run)
{
    double integral = (double)run->queue_integral;
    double sum = (double)run->wait_total;
    CU_ASSERT(fabs(integral - sum) <= 1e-9 * sum);
}

static double parameter(const char *params, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = params; at != NULL; at = strchr(at, ';')) {
        at += *at == ';' ? 1 : 0;
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            return strtod(at + length + 1, NULL);
        }
    }
    return NAN;
}

/* Which queue a row speaks of. @return false for models that are simulated elsewhere. */
static bool parse_case(const char *name, const char *params, queue_case *out)
{
    *out = (queue_case){.policy = "fcfs", .servers = 1, .service = EXPONENTIAL};
    (void)snprintf(out->name, sizeof out->name, "%.31s", name);
    out->arrival_rate = parameter(params, "lambda");
    if (strncmp(name, "mmc_", 4) == 0) {
        out->servers = (uint32_t)parameter(params, "c");
    } else if (strncmp(name, "md1_", 4) == 0) {
        out->service = DETERMINISTIC;
    } else if (strncmp(name, "mg1_logn", 8) == 0) {
        out->service = LOGNORMAL;
        out->sigma = parameter(params, "sigma");
    } else if (strncmp(name, "mg1_", 4) == 0) {
        out->scv = parameter(params, "SCV");
        out->service = out->scv < 1 ? ERLANG_4 : HYPEREXPONENTIAL;
    } else if (strncmp(name, "sjf_", 4) == 0) {
        out->policy = "sjf";
    } else if (strncmp(name, "srpt_", 5) == 0) {
        out->policy = "srtf";
    } else if (strncmp(name, "prio_", 5) == 0) {
        out->policy = "priority";
        out->is_preemptive = strncmp(name, "prio_pr_", 8) == 0;
        out->arrival_rate = parameter(params, "l1") + parameter(params, "l2");
        out->high_share = parameter(params, "l1") / out->arrival_rate;
    } else {
        return strncmp(name, "mm1_", 4) == 0;
    }
    return true;
}

/* A row: case, model (may hold commas), params, metric, value. */
typedef struct row {
    const char *name;
    const char *params;
    const char *metric;
    double value;
} row;

static bool split_row(char *line, row *out)
{
    char *fields[3];
    char *comma = strchr(line, ',');
    if (comma == NULL) {
        return false;
    }
    *comma = '\0';
    for (int i = 2; i >= 0; i--) {
        char *last = strrchr(comma + 1, ',');
        if (last == NULL) {
            return false;
        }
        *last = '\0';
        fields[i] = last + 1;
    }
    *out = (row){line, fields[0], fields[1], strtod(fields[2], NULL)};
    return true;
}

static void simulated_means_lie_inside_their_intervals(void)
{
    FILE *file = fopen(hc_test_shared_file("golden/closed_forms/queueing.csv"), "r");
    queue_case queue = {.name = ""};
    run_state *run = NULL;
    char line[512];
    int cases = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    printf("\n");
    while (fgets(line, sizeof line, file) != NULL) {
        queue_case next;
        row r;
        if (!split_row(line, &r) || !parse_case(r.name, r.params, &next)) {
            continue;
        }
        if (strcmp(next.name, queue.name) != 0) {
            if (run != NULL) {
                free_run(run);
            }
            queue = next;
            run = run_case(&queue);
            check_littles_law(run);
            cases++;
        }
        check_metric(run, r.metric, r.value);
    }
    if (run != NULL) {
        free_run(run);
    }
    CU_ASSERT_EQUAL(
        cases, 33); /* M/M/1 3, M/M/c 6, M/D/1 3, M/G/1 9 + 2, SJF 3, SRPT 3, two classes 2 + 2 */
    (void)fclose(file);
}

static const hc_test_case CASES[] = {
    {"simulated_means_lie_inside_their_intervals", simulated_means_lie_inside_their_intervals},
};

int main(int argc, char **argv)
{
    arrival_count = argc > 1 ? strtoull(argv[1], NULL, 10) : arrival_count;
    (void)hc_test_shared();
    return hc_test_main("queueing", CASES, 1);
}
