#include "sim/jobs/estimates.h"

#include "sim/archive.h"
#include "sim/int128.h"

#include <math.h>
#include <stdlib.h>

typedef struct hc_user_mean {
    hc_int128 sum;
    uint64_t count;
} hc_user_mean;

void hc_estimates_open(hc_estimates *e, const hc_estimate_options *options)
{
    *e = (hc_estimates){.options = *options};
}

void hc_estimates_close(hc_estimates *e)
{
    free(e->users);
    e->users = NULL;
}

static hc_time as_requested(const hc_job_spec *spec)
{
    return spec->is_limit_requested ? spec->requested_time : spec->run_time;
}

static hc_time mean_of_user(const hc_estimates *e, const hc_job_spec *spec)
{
    if (spec->user >= e->user_capacity || e->users[spec->user].count == 0) {
        return as_requested(spec);
    }
    return (hc_time)(e->users[spec->user].sum / e->users[spec->user].count);
}

static hc_time estimate(const hc_estimates *e, const hc_job_spec *spec)
{
    switch (e->options.source) {
    case HC_ESTIMATE_REQUESTED:
        return as_requested(spec);
    case HC_ESTIMATE_EXACT:
        return spec->run_time;
    case HC_ESTIMATE_USER_MEAN:
        return mean_of_user(e, spec);
    case HC_ESTIMATE_RAISED:
    case HC_ESTIMATE_COUNT:
        break;
    }
    return spec->time_limit;
}

static hc_time scale(hc_time time, double factor)
{
    double scaled = round((double)time * factor);
    if (factor == 0 || factor == 1) {
        return time;
    }
    return scaled < (double)HC_TIME_LIMIT ? (hc_time)scaled : HC_TIME_LIMIT;
}

void hc_estimates_apply(const hc_estimates *e, hc_job_spec *spec, hc_time *work)
{
    bool is_killed = e->options.is_limit_enforced && spec->is_limit_requested &&
                     spec->requested_time < spec->run_time;
    hc_time limit = scale(estimate(e, spec), e->options.factor);
    *work = is_killed ? spec->requested_time : spec->run_time;
    if (e->options.is_limit_enforced && e->options.source == HC_ESTIMATE_RAISED && is_killed) {
        limit = scale(spec->requested_time, e->options.factor);
    }
    spec->time_limit = limit;
}

static int make_room(hc_estimates *e, uint32_t user)
{
    uint32_t capacity = e->user_capacity == 0 ? 64 : e->user_capacity;
    hc_user_mean *grown = NULL;
    while (capacity <= user) {
        capacity *= 2;
    }
    grown = realloc(e->users, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    for (uint32_t i = e->user_capacity; i < capacity; i++) {
        grown[i] = (hc_user_mean){0};
    }
    e->users = grown;
    e->user_capacity = capacity;
    return 0;
}

int hc_estimates_learn(hc_estimates *e, uint32_t user, hc_time run_time)
{
    if (e->options.source != HC_ESTIMATE_USER_MEAN || user >= UINT32_MAX / 2) {
        return 0;
    }
    if (user >= e->user_capacity && make_room(e, user) < 0) {
        return -1;
    }
    e->users[user].sum += run_time;
    e->users[user].count++;
    return 0;
}

void hc_estimates_exchange(hc_estimates *e, hc_archive *archive)
{
    uint64_t count = 0;
    hc_archive_mark(archive, "estimates");
    count = hc_archive_count(archive, e->user_capacity, UINT32_MAX / 2);
    for (uint32_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        if (i >= e->user_capacity && make_room(e, i) < 0) {
            hc_archive_fail_memory(archive);
            return;
        }
        HC_EXCHANGE(archive, e->users[i].sum);
        HC_EXCHANGE(archive, e->users[i].count);
    }
}
