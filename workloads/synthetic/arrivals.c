#include "workloads/synthetic/arrivals.h"

#include "sim/engine/random.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#define WEEK (HC_HOURS_OF_WEEK * HC_HOUR)

static int check_weights(const double *weights, size_t count, const char *name, hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(weights[i] >= 0 && isfinite(weights[i]))) {
            status = hc_error_set(error, HC_ERROR_USAGE,
                                  "%s[%zu]: expected a number not below 0, found %g", name, i,
                                  weights[i]);
        }
    }
    return status;
}

static bool is_flat(const double *weights, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (weights[i] != weights[0]) {
            return false;
        }
    }
    return true;
}

static bool has_week(const hc_arrival_pattern *pattern)
{
    return !is_flat(pattern->hour_weights, HC_HOURS_OF_DAY) ||
           !is_flat(pattern->weekday_weights, HC_DAYS_OF_WEEK);
}

static int check_bursts(const hc_arrival_pattern *pattern, hc_error *error)
{
    int status = 0;
    if (!(pattern->burst_ratio >= 1 && isfinite(pattern->burst_ratio))) {
        status = hc_error_set(error, HC_ERROR_USAGE, "burst_ratio: expected at least 1, found %g",
                              pattern->burst_ratio);
    }
    if (pattern->burst_mean < HC_MICROSECOND || pattern->calm_mean < HC_MICROSECOND) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "burst_mean, calm_mean: bursty arrivals need both, above 1us");
    }
    return status;
}

int hc_arrival_pattern_check(const hc_arrival_pattern *pattern, hc_error *error)
{
    int status = check_weights(pattern->hour_weights, HC_HOURS_OF_DAY, "hours", error);
    status |= check_weights(pattern->weekday_weights, HC_DAYS_OF_WEEK, "weekdays", error);
    if (pattern->process == HC_ARRIVALS_PERIODIC && status == 0 && !has_week(pattern)) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "hours, weekdays: periodic arrivals need weights that differ");
    }
    if (pattern->process == HC_ARRIVALS_BURSTY) {
        status |= check_bursts(pattern, error);
    }
    return status;
}

/* Weight / mean weight; weights that are alike become 1. */
static double relative(const double *weights, size_t count, size_t index)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i];
    }
    return sum > 0 ? weights[index] * (double)count / sum : 1;
}

/* Every hour of the day meets every weekday once, so the products have mean 1. */
static void freeze_week(hc_arrivals *arrivals, const hc_arrival_pattern *pattern)
{
    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        arrivals->week[i] =
            relative(pattern->weekday_weights, HC_DAYS_OF_WEEK, i / HC_HOURS_OF_DAY) *
            relative(pattern->hour_weights, HC_HOURS_OF_DAY, i % HC_HOURS_OF_DAY);
    }
}

/* Two-state Markov-modulated Poisson process (Heffes and Lucantoni 1986), the mean rate set to 1: the share
 * of time in bursts is burst_mean / (burst_mean + calm_mean). */
static void freeze_bursts(hc_arrivals *arrivals, const hc_arrival_pattern *pattern)
{
    double share = 0;
    arrivals->burst_mean_ns = (double)pattern->burst_mean;
    arrivals->calm_mean_ns = (double)pattern->calm_mean;
    share = arrivals->burst_mean_ns / (arrivals->burst_mean_ns + arrivals->calm_mean_ns);
    arrivals->calm_factor = 1 / (1 - share + share * pattern->burst_ratio);
    arrivals->burst_factor = arrivals->calm_factor * pattern->burst_ratio;
}

void hc_arrivals_freeze(hc_arrivals *arrivals, const hc_arrival_pattern *pattern, uint64_t seed,
                        double mean_gap_seconds)
{
    bool follows_week =
        pattern->process == HC_ARRIVALS_PERIODIC || pattern->process == HC_ARRIVALS_BURSTY;
    assert(mean_gap_seconds > 0);
    *arrivals = (hc_arrivals){
        .seed = seed,
        .jobs_per_ns = 1 / (mean_gap_seconds * (double)HC_SECOND),
        .is_deterministic = pattern->process == HC_ARRIVALS_DETERMINISTIC,
        .has_week = follows_week && has_week(pattern),
        .has_bursts = pattern->process == HC_ARRIVALS_BURSTY,
    };
    if (arrivals->has_week) {
        freeze_week(arrivals, pattern);
        arrivals->zone = pattern->zone < 0 ? pattern->zone + WEEK : pattern->zone;
    }
    if (arrivals->has_bursts) {
        freeze_bursts(arrivals, pattern);
    }
}

/* Length of the burst or calm that has just begun; no path stands still. */
static hc_time draw_length(const hc_arrivals *arrivals, const hc_arrival_state *state,
                           hc_random *stream)
{
    double mean_ns = state->is_burst ? arrivals->burst_mean_ns : arrivals->calm_mean_ns;
    double length_ns = hc_random_exponential(stream, mean_ns);
    const hc_time longest = HC_TIME_LIMIT / 2;
    return llround(fmin(fmax(length_ns, 1), (double)longest));
}

/* The path of bursts begins in its stationary law; an exponential length has no memory, so the first one is
 * drawn like the others. */
hc_arrival_state hc_arrivals_begin(const hc_arrivals *arrivals)
{
    hc_arrival_state state = {.switch_time = HC_TIME_NEVER, .end = HC_TIME_LIMIT};
    if (arrivals->has_bursts) {
        hc_random stream = hc_random_stream(arrivals->seed, 0, HC_RANDOM_BURST);
        double share = arrivals->burst_mean_ns / (arrivals->burst_mean_ns + arrivals->calm_mean_ns);
        state.is_burst = hc_random_uniform(&stream) < share;
        state.switch_time = draw_length(arrivals, &state, &stream);
    }
    return state;
}

static void switch_state(const hc_arrivals *arrivals, hc_arrival_state *state)
{
    hc_random stream = hc_random_stream(arrivals->seed, ++state->switch_number, HC_RANDOM_BURST);
    state->is_burst = !state->is_burst;
    state->switch_time += draw_length(arrivals, state, &stream);
}

static double rate_now(const hc_arrivals *arrivals, const hc_arrival_state *state)
{
    double rate = arrivals->jobs_per_ns;
    if (arrivals->has_week) {
        rate *= arrivals->week[(state->now % WEEK + arrivals->zone) / HC_HOUR % HC_HOURS_OF_WEEK];
    }
    if (arrivals->has_bursts) {
        rate *= state->is_burst ? arrivals->burst_factor : arrivals->calm_factor;
    }
    return rate;
}

/* Until when the rate stays as it is, at most `end`. */
static hc_time rate_until(const hc_arrivals *arrivals, const hc_arrival_state *state, hc_time end)
{
    hc_time until = end;
    if (arrivals->has_week) {
        hc_time rest = arrivals->zone % HC_HOUR; /* local hours begin at it before those of UTC */
        hc_time hour_end = ((state->now + rest) / HC_HOUR + 1) * HC_HOUR - rest;
        until = hour_end < until ? hour_end : until;
    }
    return state->switch_time < until ? state->switch_time : until;
}

/* Moves on until `mass` submissions were to be expected, at the latest to the state's end: the inverse of
 * the integrated rate, step by step. */
static void walk(const hc_arrivals *arrivals, hc_arrival_state *state, double mass)
{
    while (state->now < state->end) {
        hc_time until = rate_until(arrivals, state, state->end);
        double rate = rate_now(arrivals, state);
        double room = rate * (double)(until - state->now);
        if (mass < room) {
            state->now += llround(mass / rate);
            return;
        }
        mass -= room;
        state->now = until;
        if (until == state->switch_time) {
            switch_state(arrivals, state);
        }
    }
}

/* Submissions to be expected from `state` to `end`. */
static double mass_until(const hc_arrivals *arrivals, hc_arrival_state state, hc_time end)
{
    double mass = 0;
    while (state.now < end) {
        hc_time until = rate_until(arrivals, &state, end);
        mass += rate_now(arrivals, &state) * (double)(until - state.now);
        state.now = until;
        if (until == state.switch_time) {
            switch_state(arrivals, &state);
        }
    }
    return mass;
}

void hc_arrivals_fit(const hc_arrivals *arrivals, hc_arrival_state *state, uint64_t count,
                     hc_time end)
{
    assert(state->next_job == 0 && count >= 1 && end > 0);
    state->is_fitted = true;
    state->jobs_left = count;
    state->mass_left = mass_until(arrivals, *state, end);
    state->end = end;
}

/* Given that k submissions come in a remaining mass M, they are k uniform points of it; the first lies at
 * M (1 - U^(1/k)) (Devroye 1986, V.3.2). Deterministic ones lie at equal distances. */
static double draw_fitted_mass(const hc_arrivals *arrivals, const hc_arrival_state *state, double u)
{
    double left = (double)state->jobs_left;
    return arrivals->is_deterministic ? state->mass_left / (left + 1)
                                      : state->mass_left * -expm1(log(u) / left);
}

/* Submissions to be expected between the last job and this one. */
static double draw_mass(const hc_arrivals *arrivals, const hc_arrival_state *state, uint64_t job)
{
    hc_random stream = hc_random_stream(arrivals->seed, job, HC_RANDOM_ARRIVAL);
    if (state->is_fitted) {
        return draw_fitted_mass(arrivals, state, hc_random_uniform(&stream));
    }
    return arrivals->is_deterministic ? 1 : hc_random_exponential(&stream, 1);
}

static void advance(const hc_arrivals *arrivals, hc_arrival_state *state)
{
    double mass = draw_mass(arrivals, state, state->next_job);
    walk(arrivals, state, mass);
    if (state->is_fitted) {
        state->mass_left -= mass;
    }
}

hc_time hc_arrivals_next(const hc_arrivals *arrivals, hc_arrival_state *state)
{
    if (state->is_fitted && state->jobs_left == 0) {
        return HC_TIME_NEVER;
    }
    if (state->next_job > 0) {
        advance(arrivals, state);
    }
    state->next_job++;
    if (!state->is_fitted) {
        return state->now < state->end ? state->now : HC_TIME_NEVER;
    }
    state->jobs_left--;
    state->now = state->now < state->end ? state->now : state->end - 1; /* rounding of the mass */
    return state->now;
}
