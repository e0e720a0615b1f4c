#include "workloads/step/efficiency_fit.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* Residuals beyond this count linearly (Huber 1964). */
static const double HUBER = 0.1;

/* A parameter is drawn to where it began as if one measured step said so, at ten times its distance: what no row tells
 * stays as it was. */
static const double PRIOR = 0.1;

/* Quantile of the normal distribution for a 90 % interval. */
static const double Z90 = 1.6448536269514722;

enum { MAX_ITERATIONS = 60, REWEIGHTINGS = 8 };

typedef struct {
    const hc_measured_step *steps;
    size_t count;
    const hc_efficiency *start;
    const hc_efficiency_parameter *free_parameters;
    size_t free_count;
    double table_weights[HC_FIT_MAX_TABLES];
    double *robust_weights; /* square roots, one for each step */
} fit_problem;

static double predicted(const hc_measured_step *step, const hc_efficiency *efficiency)
{
    hc_step_setting setting = step->setting;
    hc_step_time time;
    setting.efficiency = efficiency;
    hc_step_time_predict(&setting, &time);
    return time.seconds;
}

/* Parameters are positive and are searched on a logarithmic scale, within their ranges. They begin at ORIGIN, away from 0:
 * differences for derivatives are shares of where they stand. */
static const double ORIGIN = 1;

static hc_efficiency efficiency_at(const fit_problem *problem, const gsl_vector *x)
{
    hc_efficiency efficiency = *problem->start;
    for (size_t i = 0; i < problem->free_count; i++) {
        hc_efficiency_parameter parameter = problem->free_parameters[i];
        double least;
        double greatest;
        hc_efficiency_parameter_range(parameter, &least, &greatest);
        double value = efficiency.values[parameter] * exp(gsl_vector_get(x, i) - ORIGIN);
        efficiency.values[parameter] = fmin(fmax(value, least), greatest);
    }
    return efficiency;
}

static double log_ratio(const fit_problem *problem, const hc_efficiency *efficiency, size_t i)
{
    return log(predicted(&problem->steps[i], efficiency) / problem->steps[i].seconds);
}

static int residuals(const gsl_vector *x, void *self, gsl_vector *f)
{
    const fit_problem *problem = self;
    hc_efficiency efficiency = efficiency_at(problem, x);
    for (size_t i = 0; i < problem->count; i++) {
        double weight =
            problem->table_weights[problem->steps[i].table] * problem->robust_weights[i];
        gsl_vector_set(f, i, weight * log_ratio(problem, &efficiency, i));
    }
    for (size_t i = 0; i < problem->free_count; i++) {
        gsl_vector_set(f, problem->count + i, PRIOR * (gsl_vector_get(x, i) - ORIGIN));
    }
    return GSL_SUCCESS;
}

/* Tables count alike: each row by one over the square root of its table's rows, scaled to a mean weight of one. */
static void weigh_tables(fit_problem *problem)
{
    size_t rows[HC_FIT_MAX_TABLES] = {0};
    size_t tables = 0;
    for (size_t i = 0; i < problem->count; i++) {
        tables += rows[problem->steps[i].table]++ == 0 ? 1 : 0;
    }
    for (size_t i = 0; i < HC_FIT_MAX_TABLES; i++) {
        problem->table_weights[i] =
            rows[i] == 0 ? 0 : sqrt((double)problem->count / (double)tables / (double)rows[i]);
    }
}

static void weigh_outliers(fit_problem *problem, const gsl_vector *x)
{
    hc_efficiency efficiency = efficiency_at(problem, x);
    for (size_t i = 0; i < problem->count; i++) {
        double distance = fabs(log_ratio(problem, &efficiency, i));
        problem->robust_weights[i] = distance > HUBER ? sqrt(HUBER / distance) : 1;
    }
}

/* Variances of the parameters' logarithms, from the curvature at the end and what is left of the residuals. */
static void find_intervals(const fit_problem *problem, gsl_multifit_nlinear_workspace *workspace,
                           gsl_matrix *covariance, hc_efficiency_fit *out)
{
    gsl_vector *f = gsl_multifit_nlinear_residual(workspace);
    double left = 0;
    gsl_blas_ddot(f, f, &left);
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, covariance);
    double scale = sqrt(left / (double)(problem->count - problem->free_count));
    for (size_t i = 0; i < problem->free_count; i++) {
        hc_efficiency_parameter parameter = problem->free_parameters[i];
        double half = Z90 * scale * sqrt(gsl_matrix_get(covariance, i, i));
        double least;
        double greatest;
        hc_efficiency_parameter_range(parameter, &least, &greatest);
        out->low[parameter] = fmax(least, out->efficiency.values[parameter] * exp(-half));
        out->high[parameter] = fmin(greatest, out->efficiency.values[parameter] * exp(half));
    }
}

/* Fits and weighs by turns. The weights are those of the last but one fit, which differ from the last by nothing that
 * counts. @return 0 or -1. */
static int iterate(fit_problem *problem, gsl_multifit_nlinear_workspace *workspace, gsl_vector *x,
                   hc_error *error)
{
    gsl_multifit_nlinear_fdf functions = {
        .f = residuals,
        .n = problem->count + problem->free_count,
        .p = problem->free_count,
        .params = problem,
    };
    for (int round = 0; round < REWEIGHTINGS; round++) {
        int info = 0;
        gsl_multifit_nlinear_init(x, &functions, workspace);
        int status = gsl_multifit_nlinear_driver(MAX_ITERATIONS, 1e-6, 1e-8, 0, NULL, NULL, &info,
                                                 workspace);
        /* at the bottom already, as far as differences can tell: GSL calls that too many iterations */
        if (status != GSL_SUCCESS && info != GSL_ENOPROG) {
            return hc_error_set(error, HC_ERROR_RUNTIME, "the fit does not converge: %s",
                                gsl_strerror(status));
        }
        gsl_vector_memcpy(x, gsl_multifit_nlinear_position(workspace));
        weigh_outliers(problem, x);
    }
    return 0;
}

static int solve(fit_problem *problem, hc_efficiency_fit *out, hc_error *error)
{
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    parameters.h_df = 1e-4;
    gsl_multifit_nlinear_workspace *workspace =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters,
                                   problem->count + problem->free_count, problem->free_count);
    gsl_vector *x = gsl_vector_alloc(problem->free_count);
    gsl_matrix *covariance = gsl_matrix_alloc(problem->free_count, problem->free_count);
    int status = -1;
    if (x != NULL) {
        gsl_vector_set_all(x, ORIGIN);
    }
    if (workspace == NULL || x == NULL || covariance == NULL) {
        status = hc_error_set(error, HC_ERROR_RUNTIME, "no memory for a fit of %zu rows",
                              problem->count);
    } else if (iterate(problem, workspace, x, error) == 0) {
        out->efficiency = efficiency_at(problem, x);
        find_intervals(problem, workspace, covariance, out);
        status = hc_efficiency_errors(&out->efficiency, problem->steps, problem->count, NULL,
                                      &out->errors) < 0
                     ? hc_error_memory(error)
                     : 0;
    }
    gsl_matrix_free(covariance);
    gsl_vector_free(x);
    gsl_multifit_nlinear_free(workspace);
    return status;
}

int hc_efficiency_fit_steps(hc_efficiency_fit *out, const hc_measured_step *steps, size_t count,
                            const hc_efficiency *start,
                            const hc_efficiency_parameter *free_parameters, size_t free_count,
                            hc_error *error)
{
    if (count <= free_count) {
        return hc_error_set(error, HC_ERROR_USAGE, "%zu measured steps cannot tell %zu parameters",
                            count, free_count);
    }
    fit_problem problem = {steps, count, start, free_parameters, free_count, {0}, NULL};
    problem.robust_weights = malloc(count * sizeof *problem.robust_weights);
    if (problem.robust_weights == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "no memory for a fit of %zu rows", count);
    }
    for (size_t i = 0; i < count; i++) {
        problem.robust_weights[i] = 1;
    }
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        out->low[i] = start->values[i];
        out->high[i] = start->values[i];
    }
    weigh_tables(&problem);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    int status = solve(&problem, out, error);
    gsl_set_error_handler(handler);
    free(problem.robust_weights);
    return status;
}

void hc_error_summary_of(double *errors, size_t count, hc_error_summary *out)
{
    *out = (hc_error_summary){.count = count};
    if (count == 0) {
        return;
    }
    out->bias = gsl_stats_mean(errors, 1, count);
    for (size_t i = 0; i < count; i++) {
        errors[i] = fabs(errors[i]);
    }
    gsl_sort(errors, 1, count);
    out->mean = gsl_stats_mean(errors, 1, count);
    out->median = gsl_stats_median_from_sorted_data(errors, 1, count);
    out->p90 = gsl_stats_quantile_from_sorted_data(errors, 1, count, 0.9);
    out->worst = errors[count - 1];
}

int hc_efficiency_errors(const hc_efficiency *efficiency, const hc_measured_step *steps,
                         size_t count, double *errors, hc_error_summary *summary)
{
    double *sorted = malloc((count > 0 ? count : 1) * sizeof *sorted);
    if (sorted == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = predicted(&steps[i], efficiency) / steps[i].seconds - 1;
        if (errors != NULL) {
            errors[i] = sorted[i];
        }
    }
    hc_error_summary_of(sorted, count, summary);
    free(sorted);
    return 0;
}
