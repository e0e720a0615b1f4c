#include "tests/sim/reference_scenario.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const KINDS[] = {"A100", "T4", "V100"};

bool hc_ref_flip(hc_random *random)
{
    return hc_random_below(random, 2) == 1;
}

hc_ref_traits hc_ref_draw_traits(hc_random *random)
{
    hc_ref_traits t = {.has_one_node = hc_random_below(random, 4) == 0};
    t.has_kinds = hc_ref_flip(random);
    t.has_host = hc_ref_flip(random);
    t.has_shared = hc_ref_flip(random);
    t.has_single_node_jobs = hc_ref_flip(random);
    t.has_cpu_jobs = t.has_host && hc_ref_flip(random);
    t.is_coarse = hc_ref_flip(random);
    t.has_exact_limits = hc_random_below(random, 4) == 0;
    return t;
}

size_t hc_ref_draw_groups(hc_random *random, const hc_ref_traits *t, hc_node_group *groups)
{
    size_t count = t->has_one_node ? 1 : 1 + hc_random_below(random, HC_REF_MAX_GROUPS);
    for (size_t i = 0; i < count; i++) {
        groups[i] = (hc_node_group){
            .count = t->has_one_node ? 1 : 1 + hc_random_below(random, 6),
            .gpu_count = (uint64_t)1 << hc_random_below(random, 5),
            .kind = KINDS[t->has_kinds ? hc_random_below(random, 3) : 0],
            .cpu_milli = t->has_host ? 1000 * (4 + hc_random_below(random, 60)) : HC_UNLIMITED,
            .memory_bytes = t->has_host ? 1 + hc_random_below(random, 1000) : HC_UNLIMITED,
        };
        if (t->has_cpu_jobs && hc_random_below(random, 4) == 0) {
            groups[i].gpu_count = 0;
        }
    }
    return count;
}

static hc_request draw_request(hc_random *random, const hc_ref_traits *t)
{
    hc_request r = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU};
    r.gpu_count =
        (uint32_t)(1 + hc_random_below(random, (uint64_t)1 << hc_random_below(random, 6)));
    if (t->has_kinds && hc_ref_flip(random)) {
        r.kinds = 1 + hc_random_below(random, 7);
    }
    if (t->has_host && hc_ref_flip(random)) {
        r.cpu_milli = hc_random_below(random, (uint64_t)3000 * r.gpu_count);
        r.memory_bytes = hc_random_below(random, (uint64_t)100 * r.gpu_count);
    }
    r.is_single_node = t->has_single_node_jobs && hc_ref_flip(random);
    if (t->has_shared && hc_ref_flip(random)) {
        r.gpu_count = 1;
        r.gpu_milli = (uint16_t)(50 * (1 + hc_random_below(random, 19)));
    } else if (t->has_cpu_jobs && hc_random_below(random, 5) == 0) {
        r.gpu_count = 0;
        r.kinds = UINT64_MAX;
        r.is_single_node = true;
    }
    return r;
}

void hc_ref_draw_jobs(hc_random *random, const hc_ref_traits *t, hc_replay *replay)
{
    hc_time grid = t->is_coarse ? 60 : 1;
    hc_time now = 0;
    for (size_t i = 0; i < replay->job_count; i++) {
        hc_time run = (hc_time)(hc_random_exponential(random, 600)) / grid * grid;
        hc_time spare = (hc_time)hc_random_below(random, 1200) / grid * grid;
        now += (hc_time)hc_random_exponential(random, 90) / grid * grid;
        replay->jobs[i].spec = hc_replay_spec(now, 1, run, t->has_exact_limits ? run : run + spare);
        replay->jobs[i].spec.request = draw_request(random, t);
    }
}

/* The sums of a number per part do not depend on their order. */
static uint64_t fingerprint(const char *nodes)
{
    uint64_t sum = 0;
    unsigned node = 0;
    unsigned count = 0;
    for (const char *at = nodes; sscanf(at, "%u:%u", &node, &count) == 2;) {
        uint64_t part = ((uint64_t)node << 32 | count) * UINT64_C(0x9e3779b97f4a7c15);
        sum += part ^ part >> 29;
        at = strchr(at, '+');
        if (at++ == NULL) {
            break;
        }
    }
    return sum;
}

bool hc_ref_same_nodes(const char *a, const char *b)
{
    return fingerprint(a) == fingerprint(b);
}
