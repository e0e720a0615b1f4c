#include "cli/study_costs.h"

#include "cli/assemble.h"
#include "sim/interfaces/policy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_LOOKS = 20000,   /* a look takes about a millisecond */
    BYTES_PER_JOB = 100, /* of a log; only the ratio of two logs matters much */
};

static bool changes_cost(const hc_study_definition *d)
{
    static const char *const PREFIXES[] = {"workload.", "scheduler."};
    for (size_t i = 0; i < d->variable_count; i++) {
        for (size_t j = 0; j < sizeof PREFIXES / sizeof PREFIXES[0]; j++) {
            if (strncmp(d->variables[i].key, PREFIXES[j], strlen(PREFIXES[j])) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A log that is not there has no jobs: its runs end at once. */
static double guess_logged_jobs(const hc_scenario *scenario, const hc_value *traces)
{
    double bytes = 0;
    for (size_t i = 0; i < hc_value_count(traces); i++) {
        char *path = hc_scenario_file(scenario, hc_value_get(hc_value_at(traces, i), "file"));
        struct stat status;
        if (path != NULL && stat(path, &status) == 0) {
            bytes += (double)status.st_size;
        }
        free(path);
    }
    return bytes / BYTES_PER_JOB;
}

/* Jobs, synthetic ones or as many as a log of its size may hold, times what one costs under the policy. */
static double guess(const hc_assembly *assembly)
{
    const hc_value *workload = hc_value_get(hc_scenario_root(assembly->scenario), "workload");
    const hc_value *synthetic = hc_value_get(workload, "synthetic.jobs");
    const hc_value *traces = hc_value_get(workload, "traces");
    double jobs = synthetic != NULL ? (double)hc_value_integer(synthetic)
                  : traces != NULL  ? guess_logged_jobs(assembly->scenario, traces)
                                    : 0;
    return (jobs + 1) * hc_policy_cost(assembly->scheduler.policy);
}

/* @param out  [out] 1 of a scenario that is refused at the point: its runs end at once */
static int guess_point(double *out, const hc_study_setup *setup, size_t point, hc_error *error)
{
    size_t count = 0;
    char **overrides = hc_study_overrides(setup, point, NULL, 0, &count);
    hc_assembly_options options = hc_study_scenario(setup, overrides, count);
    hc_error ignored = HC_ERROR_NONE;
    hc_assembly assembly;
    if (overrides == NULL) {
        return hc_error_memory(error);
    }
    *out = hc_assembly_open(&assembly, &options, &ignored) == 0 ? guess(&assembly) : 1;
    hc_assembly_close(&assembly);
    hc_study_overrides_free(overrides, count);
    return 0;
}

int hc_study_costs_guess(double *costs, const hc_study_setup *setup, hc_error *error)
{
    size_t count = hc_design_point_count(setup->design);
    bool is_looked_at = changes_cost(&setup->definition) && count <= MAX_LOOKS;
    int status = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        costs[i] = 1;
        if (is_looked_at) {
            status = guess_point(&costs[i], setup, i, error);
        }
    }
    return status;
}

/* Mean of the finished runs of a point; 0 without one. */
static double measured(const hc_study_setup *setup, const hc_sweep_table *table, size_t point)
{
    uint32_t repetitions = setup->definition.repetition_count;
    double sum = 0;
    size_t count = 0;
    for (size_t run = point * repetitions; run < (point + 1) * repetitions; run++) {
        if (table->states[run] == HC_STUDY_OK) {
            sum += table->seconds[run];
            count++;
        }
    }
    return count == 0 ? 0 : sum / (double)count;
}

void hc_study_costs_refine(double *seconds, const double *costs, const hc_study_setup *setup,
                           const hc_sweep_table *table)
{
    size_t count = hc_design_point_count(setup->design);
    double measured_sum = 0;
    double guessed_sum = 0;
    for (size_t i = 0; i < count; i++) {
        double mean = measured(setup, table, i);
        measured_sum += mean;
        guessed_sum += mean > 0 ? costs[i] : 0;
    }
    for (size_t i = 0; i < count; i++) {
        double mean = measured(setup, table, i);
        double scale = measured_sum > 0 ? measured_sum / guessed_sum : 1;
        seconds[i] = mean > 0 ? mean : costs[i] * scale;
    }
}

/* What the comparison needs. */
typedef struct ordering {
    const double *costs;
    const hc_study_setup *setup;
} ordering;

static int compare(const void *a, const void *b, void *self)
{
    const ordering *o = self;
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    double cost_x = o->costs[hc_study_run_point(o->setup, x)];
    double cost_y = o->costs[hc_study_run_point(o->setup, y)];
    if (cost_x != cost_y) {
        return cost_x > cost_y ? -1 : 1;
    }
    return x < y ? -1 : x > y;
}

void hc_study_costs_order(size_t *runs, size_t count, const double *costs,
                          const hc_study_setup *setup)
{
    ordering o = {costs, setup};
    qsort_r(runs, count, sizeof *runs, compare, &o);
}
