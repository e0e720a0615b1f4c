#include "analysis/survey.h"

#include "sim/civil_time.h"
#include "sim/jobs/admission.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK (7 * HC_DAY)
enum { MAX_WEEKS = 100000, MIN_WEEKS_FOR_CENSORING = 4 };

/* A log that begins late knows of the time before only the jobs that were still there: leading weeks below this
 * share of the median week. After them it fills up: it begins within a week, and then grows by this factor. */
static const double CENSORED_SHARE = 0.25;
static const double FILLING_FACTOR = 2;

typedef struct survey_state {
    hc_survey *out;
    const hc_machine *machine;
    hc_admission **admissions; /* by partition */
    uint32_t admission_count;
    size_t week_capacity;
    hc_run_clock clock;
} survey_state;

static hc_time first_week(const survey_state *s, hc_time submit)
{
    hc_time offset = 0;
    hc_time civil = 0;
    if (!s->clock.is_dated) {
        return submit;
    }
    civil = hc_run_clock_civil(&s->clock, submit);
    offset = civil % HC_DAY;
    offset += offset < 0 ? HC_DAY : 0;
    return submit - offset - hc_civil_weekday(civil) * HC_DAY;
}

static int grow_weeks(survey_state *s, size_t needed, hc_error *error)
{
    hc_survey *o = s->out;
    size_t capacity = s->week_capacity == 0 ? 64 : s->week_capacity;
    hc_survey_week *weeks = NULL;
    if (needed > MAX_WEEKS) {
        return hc_error_set(error, HC_ERROR_TRACE, "submissions span more than %d weeks",
                            MAX_WEEKS);
    }
    while (capacity < needed) {
        capacity *= 2;
    }
    weeks = realloc(o->weeks, capacity * sizeof *weeks);
    if (weeks == NULL) {
        return hc_error_memory(error);
    }
    o->weeks = weeks;
    for (size_t i = 0; i < o->demand_count; i++) {
        hc_int128 *grown = realloc(o->demands[i].weeks, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        memset(grown + s->week_capacity, 0, (capacity - s->week_capacity) * sizeof *grown);
        o->demands[i].weeks = grown;
    }
    s->week_capacity = capacity;
    return 0;
}

/* Jobs come in order: only the last week grows. */
static int reach_week(survey_state *s, hc_time submit, size_t *week, hc_error *error)
{
    hc_survey *o = s->out;
    hc_time begin = o->week_count == 0 ? first_week(s, submit) : o->weeks[0].begin;
    *week = (size_t)((submit - begin) / WEEK);
    if (*week >= s->week_capacity && grow_weeks(s, *week + 1, error) < 0) {
        return -1;
    }
    while (o->week_count <= *week) {
        o->weeks[o->week_count] = (hc_survey_week){.begin = begin + (hc_time)o->week_count * WEEK};
        o->week_count++;
    }
    return 0;
}

static uint64_t count_gpus(const hc_machine *machine, uint64_t kinds)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < hc_machine_class_count(machine); i++) {
        const hc_node_class *c = hc_machine_class(machine, i);
        if (c->kind != HC_NO_INDEX && (kinds == UINT64_MAX || (kinds >> c->kind & 1) != 0)) {
            sum += (uint64_t)c->node_count * c->gpu_count;
        }
    }
    return sum;
}

static hc_survey_demand *known_demand(hc_survey *o, uint64_t kinds)
{
    for (size_t i = 0; i < o->demand_count; i++) {
        if (o->demands[i].kinds == kinds) {
            return &o->demands[i];
        }
    }
    return NULL;
}

/* GPUs of these kinds in service, step by step. @return NULL when memory is short */
static uint64_t *count_by_step(const survey_state *s, uint64_t kinds)
{
    uint64_t *counts = calloc(s->out->calendar.count + 1, sizeof *counts);
    if (counts != NULL) {
        hc_calendar_gpu_counts(&s->out->calendar, s->machine, kinds, counts);
    }
    return counts;
}

/* The last place is kept for jobs that accept anything; demands beyond the limit are counted with them. */
static int find_demand(survey_state *s, uint64_t kinds, hc_survey_demand **found, hc_error *error)
{
    hc_survey *o = s->out;
    assert(o->demands != NULL && s->week_capacity > 0);
    *found = known_demand(o, kinds);
    if (*found == NULL && o->demand_count >= HC_SURVEY_MAX_DEMANDS - 1) {
        kinds = UINT64_MAX;
        *found = known_demand(o, kinds);
    }
    if (*found != NULL) {
        return 0;
    }
    *found = &o->demands[o->demand_count++];
    **found = (hc_survey_demand){.kinds = kinds, .gpu_count = count_gpus(s->machine, kinds)};
    (*found)->gpu_counts = count_by_step(s, kinds);
    (*found)->weeks = calloc(s->week_capacity, sizeof *(*found)->weeks);
    return (*found)->weeks == NULL || (*found)->gpu_counts == NULL ? hc_error_memory(error) : 0;
}

static hc_rejection judge(const survey_state *s, const hc_job_spec *spec)
{
    uint32_t partition = spec->partition.index;
    if (partition >= s->admission_count) {
        return HC_REJECTION_PARTITION;
    }
    return hc_admission_judge(s->admissions[partition], spec);
}

static int add_job(survey_state *s, const hc_job_spec *spec, hc_error *error)
{
    hc_survey *o = s->out;
    hc_int128 demand = (hc_int128)spec->run_time * hc_request_milli(&spec->request);
    hc_survey_demand *of_kinds = NULL;
    size_t week = 0;
    if (reach_week(s, spec->submit, &week, error) < 0 ||
        find_demand(s, spec->request.kinds, &of_kinds, error) < 0) {
        return -1;
    }
    o->first_submit = o->job_count == 0 ? spec->submit : o->first_submit;
    o->last_submit = spec->submit;
    o->job_count++;
    o->requested_count += spec->is_limit_requested ? 1 : 0;
    o->rejection_counts[judge(s, spec)]++;
    o->demand += demand;
    o->weeks[week].job_count++;
    o->weeks[week].demand += demand;
    of_kinds->job_count++;
    of_kinds->demand += demand;
    of_kinds->weeks[week] += demand;
    return 0;
}

static int compare_counts(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Jobs of a week, as many as there would be had it been seen from Monday on. */
static double full_week(const hc_survey *o, size_t week)
{
    const hc_survey_week *w = &o->weeks[week];
    hc_time seen = week > 0 ? WEEK : w->begin + WEEK - o->first_submit;
    return (double)w->job_count * (double)WEEK / (double)(seen > HC_DAY ? seen : HC_DAY);
}

static int median_week(const hc_survey *o, double *out, hc_error *error)
{
    size_t middle = o->week_count / 2;
    uint64_t *counts = malloc(o->week_count * sizeof *counts);
    if (counts == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < o->week_count; i++) {
        counts[i] = o->weeks[i].job_count;
    }
    qsort(counts, o->week_count, sizeof *counts, compare_counts);
    *out = (double)counts[middle];
    free(counts);
    return 0;
}

static int find_censoring(hc_survey *o, hc_error *error)
{
    double median = 0;
    size_t count = 0;
    if (o->week_count < MIN_WEEKS_FOR_CENSORING) {
        return 0;
    }
    if (median_week(o, &median, error) < 0) {
        return -1;
    }
    while (count < o->week_count / 2 && full_week(o, count) < CENSORED_SHARE * median) {
        count++;
    }
    while (count > 0 && count < o->week_count / 2 &&
           full_week(o, count + 1) >= FILLING_FACTOR * full_week(o, count)) {
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        o->censored_job_count += o->weeks[i].job_count;
    }
    o->censored_week_count = count;
    return 0;
}

static int open_state(survey_state *s, const hc_job_source_facts *facts,
                      const hc_placement *placement, hc_error *error)
{
    hc_occupancy_options options = {.is_shared = facts->has_shared_gpus,
                                    .has_host_needs = facts->has_host_needs};
    uint32_t count = hc_machine_partition_count(s->machine);
    s->admissions = calloc(count, sizeof(hc_admission *));
    s->out->demands = calloc(HC_SURVEY_MAX_DEMANDS, sizeof *s->out->demands);
    s->out->gpu_counts = count_by_step(s, UINT64_MAX);
    if (s->admissions == NULL || s->out->demands == NULL || s->out->gpu_counts == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (hc_admission_create(&s->admissions[i], s->machine, (hc_partition_id){(uint16_t)i},
                                placement, &options, error) < 0) {
            return -1;
        }
        s->admission_count++;
    }
    return grow_weeks(s, 1, error);
}

static int take_jobs(survey_state *s, const hc_job_source *source, hc_error *error)
{
    for (;;) {
        hc_job_spec spec;
        int status = source->next(source->self, &spec, error);
        if (status <= 0) {
            return status;
        }
        if (add_job(s, &spec, error) < 0) {
            return -1;
        }
    }
}

int hc_survey_make(hc_survey *out, const hc_job_source *source, const hc_machine *machine,
                   const hc_calendar *calendar, const hc_placement *placement, hc_run_clock clock,
                   hc_error *error)
{
    survey_state s = {.out = out, .machine = machine, .clock = clock};
    hc_job_source_facts facts = source->facts(source->self);
    int status = -1;
    *out = (hc_survey){.first_submit = HC_TIME_MISSING,
                       .last_submit = HC_TIME_MISSING,
                       .gpu_count = hc_machine_gpu_count(machine),
                       .calendar =
                           calendar != NULL ? *calendar : hc_calendar_empty((hc_partition_id){0})};
    if (open_state(&s, &facts, placement, error) == 0 && take_jobs(&s, source, error) == 0) {
        status = find_censoring(out, error);
    }
    for (uint32_t i = 0; i < s.admission_count; i++) {
        hc_admission_destroy(s.admissions[i]);
    }
    free(s.admissions);
    if (status < 0) {
        hc_survey_free(out);
    }
    return status;
}

void hc_survey_free(hc_survey *survey)
{
    for (size_t i = 0; i < survey->demand_count; i++) {
        free(survey->demands[i].weeks);
        free(survey->demands[i].gpu_counts);
    }
    free(survey->demands);
    free(survey->gpu_counts);
    free(survey->weeks);
    *survey = (hc_survey){0};
}

/* A span of time in which jobs were submitted. */
typedef struct survey_span {
    hc_time begin;
    hc_time end;
} survey_span;

static double load(const hc_survey *s, hc_int128 demand, const uint64_t *gpu_counts,
                   survey_span span)
{
    double capacity =
        (double)hc_calendar_integral(&s->calendar, gpu_counts, span.begin, span.end) * HC_WHOLE_GPU;
    return capacity > 0 ? (double)demand / capacity : NAN;
}

/* At least a day. */
static survey_span span_between(hc_time begin, hc_time end)
{
    return (survey_span){begin, end - begin > HC_DAY ? end : begin + HC_DAY};
}

static survey_span span_of(const hc_survey *s)
{
    return span_between(s->first_submit, s->last_submit);
}

double hc_survey_load(const hc_survey *s)
{
    return s->job_count == 0 ? NAN : load(s, s->demand, s->gpu_counts, span_of(s));
}

static survey_span week_span(const hc_survey *s, size_t week)
{
    hc_time begin = s->weeks[week].begin;
    hc_time end = begin + WEEK;
    begin = begin < s->first_submit ? s->first_submit : begin;
    end = end > s->last_submit ? s->last_submit : end;
    return span_between(begin, end);
}

double hc_survey_week_load(const hc_survey *s, size_t week)
{
    return load(s, s->weeks[week].demand, s->gpu_counts, week_span(s, week));
}

double hc_survey_demand_load(const hc_survey *s, const hc_survey_demand *demand)
{
    return load(s, demand->demand, demand->gpu_counts, span_of(s));
}

double hc_survey_demand_peak(const hc_survey *s, const hc_survey_demand *demand, size_t *week)
{
    double peak = 0;
    *week = 0;
    for (size_t i = 0; i < s->week_count; i++) {
        double in_week = load(s, demand->weeks[i], demand->gpu_counts, week_span(s, i));
        if (in_week > peak) {
            peak = in_week;
            *week = i;
        }
    }
    return peak;
}
