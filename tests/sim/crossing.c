#include "tests/sim/crossing.h"

#include "sim/engine/random.h"
#include "sim/policies/policies.h"
#include "sim/policies/registry.h"
#include "tests/sim/fake_workload.h"
#include "tests/testing.h"

static const hc_time SAMPLE[] = {60 * HC_SECOND, 600 * HC_SECOND, 1800 * HC_SECOND};

/* A cross-section of what a queue and a rank can be told. */
static hc_policy_options draw_policy(hc_random *random, bool is_plain)
{
    hc_policy_options o = {.reservation_count = 1 + (uint32_t)hc_random_below(random, 3)};
    o.order = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT);
    o.tail = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT);
    o.depth = is_plain && hc_random_below(random, 2) == 0
                  ? HC_DEPTH_UNLIMITED
                  : 1 + (uint32_t)hc_random_below(random, 9);
    o.rank = hc_random_below(random, 2) == 0 ? HC_RANK_NONE
                                             : (hc_rank)hc_random_below(random, HC_RANK_COUNT);
    if (o.rank == HC_RANK_NONE) {
        o.backfill = (hc_backfill)hc_random_below(random, HC_BACKFILL_COUNT);
        return o;
    }
    o.preemption = hc_random_below(random, 2) == 0 ? HC_PREEMPTION_SUSPEND : HC_PREEMPTION_REQUEUE;
    o.backfill = HC_BACKFILL_FIRST_FIT;
    o.las = (hc_las_options){.thresholds = {300 * HC_SECOND, 2400 * HC_SECOND},
                             .threshold_count = 2,
                             .promotion = o.preemption == HC_PREEMPTION_SUSPEND ? 4 : 0};
    o.gittins = (hc_gittins_options){SAMPLE, 3, 60 * HC_SECOND};
    return o;
}

static hc_estimate_options draw_estimates(hc_random *random, const hc_random_scenario *s)
{
    static const double FACTORS[] = {0, 0.5, 1, 3};
    return (hc_estimate_options){
        .source = (hc_estimate)hc_random_below(random, HC_ESTIMATE_COUNT),
        .factor = FACTORS[hc_random_below(random, 4)],
        .is_limit_enforced = s->is_limit_enforced,
    };
}

/* A job may follow one of the few before it. */
static void draw_links(hc_random *random, hc_random_scenario *s)
{
    for (size_t i = 1; i < s->job_count; i++) {
        hc_job_spec *spec = &s->jobs[i].spec;
        uint64_t back = 1 + hc_random_below(random, i < 8 ? i : 8);
        spec->user = (uint32_t)hc_random_below(random, 5);
        if (hc_random_below(random, 4) == 0 && !spec->is_running_at_start) {
            spec->has_preceding = true;
            spec->preceding = (uint32_t)(i - back);
            spec->think_time = (hc_time)hc_random_below(random, 600) * HC_SECOND;
        }
    }
}

/* Up to six changes of the first partition, some at the instants of submissions; in the end all nodes are there. */
static void draw_calendar(hc_random *random, const hc_random_scenario *s, hc_calendar *out)
{
    char complaint[HC_CALENDAR_TEXT_SIZE];
    uint64_t all = hc_machine_partition(s->machine, (hc_partition_id){0})->gpu_count;
    *out = hc_calendar_empty((hc_partition_id){0});
    for (size_t i = 0; i < s->job_count; i += s->job_count / 6) {
        hc_time at = s->jobs[i].spec.submit;
        (void)hc_calendar_add(out, s->machine, at, hc_random_below(random, all + 1), complaint);
    }
    CU_ASSERT_EQUAL(hc_calendar_add(out, s->machine, s->jobs[s->job_count - 1].spec.submit + HC_DAY,
                                    all, complaint),
                    0);
}

/* Racks and pods, and jobs without recorded run times, in two of three scenarios. */
static void draw_works(uint64_t number, hc_random_scenario *s, hc_replay *replay)
{
    hc_random random = hc_random_stream(20261124, number, HC_RANDOM_SITE);
    if (hc_random_below(&random, 3) == 0) {
        return;
    }
    replay->workload = &hc_fake_workload;
    for (size_t i = 0; i < s->group_count; i++) {
        s->groups[i].per_rack = hc_random_below(&random, 3);
        s->groups[i].racks_per_pod = hc_random_below(&random, 3);
    }
    for (size_t i = 0; i < s->job_count; i++) {
        hc_job_spec *spec = &s->jobs[i].spec;
        uint64_t drawn = hc_random_below(&random, UINT64_C(2) * HC_FAKE_WORK_COUNT);
        if (spec->request.gpu_count > 0 && spec->request.gpu_milli == HC_WHOLE_GPU &&
            !spec->is_running_at_start && drawn < HC_FAKE_WORK_COUNT) {
            spec->workload = (uint32_t)drawn + 1;
        }
    }
}

static bool has_parts_of_gpus(const hc_random_scenario *s)
{
    for (size_t i = 0; i < s->job_count; i++) {
        if (s->jobs[i].spec.request.gpu_milli != HC_WHOLE_GPU) {
            return true;
        }
    }
    return false;
}

void hc_crossing_draw(hc_crossing *c, uint64_t number)
{
    hc_random random = hc_random_stream(20261124, number, HC_RANDOM_BENCH);
    hc_random_scenario *s = &c->scenario;
    hc_random_scenario_draw(s, number);
    c->options = draw_policy(&random, s->is_plain);
    if (c->options.backfill >= HC_BACKFILL_EASY && has_parts_of_gpus(s)) {
        c->options.backfill = HC_BACKFILL_FIRST_FIT; /* no plans for parts of a GPU */
    }
    draw_links(&random, s);
    draw_calendar(&random, s, &c->calendar);
    c->replay = (hc_replay){
        .groups = s->groups,
        .group_count = s->group_count,
        .policy_options = &c->options,
        .restart = {.count = 2, .steps = {{1, 7 * HC_SECOND}, {8, 15 * HC_SECOND}}},
        .estimates = draw_estimates(&random, s),
        .is_pass_per_event = hc_random_below(&random, 2) == 1,
        .follows_dependencies = hc_random_below(&random, 2) == 1,
        .calendar = hc_random_below(&random, 4) == 0 ? NULL : &c->calendar,
        .begin = s->begin,
        .warmup = s->warmup,
        .sample_interval = s->sample_interval,
        .jobs = s->jobs,
        .job_count = s->job_count,
    };
    draw_works(number, s, &c->replay);
}

void hc_crossing_set_policy(hc_crossing *c, const hc_policy_options *options)
{
    const hc_policy *policy = hc_policy_of(options);
    bool plans = policy == &hc_planned_policy || policy == &hc_conservative_compress_policy;
    if (plans && has_parts_of_gpus(&c->scenario)) {
        return;
    }
    c->options = *options;
    if (options->rank == HC_RANK_GITTINS) {
        c->options.gittins = (hc_gittins_options){SAMPLE, 3, 60 * HC_SECOND};
    }
}

void hc_crossing_release(hc_crossing *c)
{
    hc_calendar_free(&c->calendar);
    hc_random_scenario_release(&c->scenario);
}
