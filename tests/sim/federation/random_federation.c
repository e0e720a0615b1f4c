#include "tests/sim/federation/random_federation.h"

#include "sim/engine/random.h"
#include "sim/engine/time.h"
#include "tests/sim/fake_workload.h"

static const char *const POLICIES[] = {"fcfs", "easy", "conservative", "sjf", "las"};

static int64_t below(hc_random *stream, uint64_t count)
{
    return (int64_t)hc_random_below(stream, count);
}

static void draw_jobs(hc_random_federation *d, uint32_t site, hc_random *stream)
{
    hc_time submit = 0;
    d->sites[site].jobs = d->jobs[site];
    d->sites[site].job_count = hc_random_below(stream, HC_RANDOM_JOBS_MAX);
    for (size_t i = 0; i < d->sites[site].job_count; i++) {
        hc_time run_time = below(stream, 4) * 40 * HC_SECOND + below(stream, 3);
        submit += below(stream, 3) * 10 * HC_SECOND;
        d->jobs[site][i] = hc_federated_make(submit, 1 + (uint32_t)below(stream, 12), run_time,
                                             run_time * (1 + below(stream, 3)));
        d->jobs[site][i].spec.request.is_single_node = below(stream, 5) == 0;
        d->jobs[site][i].spec.name = below(stream, 2) == 0 ? "job" : NULL;
        d->jobs[site][i].spec.workload = (uint32_t)below(stream, 1 + HC_FAKE_PLAIN);
    }
}

void hc_random_federation_draw(hc_random_federation *d, uint64_t number)
{
    hc_random stream = hc_random_stream(number, 0, HC_RANDOM_BENCH);
    d->run = (hc_federated_run){
        .sites = d->sites,
        .site_count = 2 + (uint32_t)below(&stream, HC_RANDOM_SITES_MAX - 1),
        .broker = {.rule = {(hc_broker_policy)below(&stream, HC_BROKER_POLICY_COUNT),
                            500 + 250 * (uint32_t)below(&stream, 5)},
                   .dispatch = (1 + below(&stream, 3)) * 5 * HC_SECOND,
                   .report_every = (1 + below(&stream, 3)) * 20 * HC_SECOND,
                   .report_delay = (1 + below(&stream, 3)) * 5 * HC_SECOND},
        .sample_interval = below(&stream, 2) * 30 * HC_SECOND,
        .checks_every_event = true,
    };
    for (uint32_t i = 0; i < d->run.site_count; i++) {
        d->sites[i] = (hc_federated_site){
            .node_count = 1 + (uint64_t)below(&stream, 3),
            .gpu_count = 2 + (uint64_t)below(&stream, 3),
            .policy = POLICIES[below(&stream, 5)],
            .terms = {.price_per_gpu_hour = (double)below(&stream, 3),
                      .carbon_grams_per_kwh = (double)below(&stream, 3),
                      .bytes_per_second = (uint64_t)below(&stream, 3),
                      .data_bytes = (uint64_t)below(&stream, 3) * 20},
        };
        draw_jobs(d, i, &stream);
    }
}
