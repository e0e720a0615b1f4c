#include "cli/plan_offers.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    OFFER_LIMIT = 256,
    FIRST_COUNT = 8,
    LAST_COUNT = 16384,
    GPU_LIMIT = 1 << 28,
    NAME_SIZE = 64
};

static int add_offer(hc_plan_offers *out, const hc_training_job *job,
                     const hc_accelerator *accelerator, uint32_t gpus, size_t top, hc_error *error)
{
    hc_plan_offer *offer = &out->offers[out->count];
    if (out->count == OFFER_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "--gpus: at most %d kinds and counts",
                            OFFER_LIMIT);
    }
    *offer = (hc_plan_offer){.accelerator = accelerator,
                             .gpus = gpus,
                             .terms = hc_training_job_terms(job, accelerator, &job->plan),
                             .ranking = {.limit = top}};
    offer->ranking.choices = calloc(top, sizeof *offer->ranking.choices);
    out->count++;
    return offer->ranking.choices == NULL ? hc_error_memory(error) : 0;
}

/* "512" or "64-1024". @return 0 with both counts, or -1 */
static int read_counts(const char *text, uint32_t *first, uint32_t *last)
{
    char *end = NULL;
    unsigned long a = strtoul(text, &end, 10);
    unsigned long b = a;
    if (text[0] < '0' || text[0] > '9') {
        return -1;
    }
    if (*end == '-' && end[1] >= '0' && end[1] <= '9') {
        b = strtoul(end + 1, &end, 10);
    }
    if (*end != '\0' || a < 1 || b < a || b > GPU_LIMIT) {
        return -1;
    }
    *first = (uint32_t)a;
    *last = (uint32_t)b;
    return 0;
}

static const hc_accelerator *find_kind(const char *name, hc_error *error)
{
    const hc_accelerator *found = hc_accelerator_find(name);
    const char *suggested = found == NULL ? hc_accelerator_suggest(name) : NULL;
    if (found == NULL) {
        (void)hc_error_set(error, HC_ERROR_USAGE, "--gpus: unknown GPU \"%s\"%s%s%s", name,
                           suggested == NULL ? "" : "; did you mean \"",
                           suggested == NULL ? "" : suggested, suggested == NULL ? "" : "\"?");
    }
    return found;
}

/* One part of the list. */
static int add_kind(hc_plan_offers *out, const char *text, size_t length,
                    const hc_training_job *job, size_t top, hc_error *error)
{
    char part[NAME_SIZE];
    char *counts = NULL;
    uint32_t first = job->plan.gpus > 1 ? job->plan.gpus : FIRST_COUNT;
    uint32_t last = job->plan.gpus > 1 ? job->plan.gpus : LAST_COUNT;
    const hc_accelerator *accelerator = NULL;
    if (length == 0 || length >= sizeof part) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--gpus: expected KIND, KIND:COUNT or KIND:FIRST-LAST, joined by "
                            "commas, got \"%.*s\"",
                            (int)(length < NAME_SIZE ? length : NAME_SIZE), text);
    }
    memcpy(part, text, length);
    part[length] = '\0';
    counts = strchr(part, ':');
    if (counts != NULL) {
        *counts++ = '\0';
        if (read_counts(counts, &first, &last) < 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "--gpus: expected a count from 1 to %d, or two as in 64-1024, got "
                                "\"%s\"",
                                GPU_LIMIT, counts);
        }
    }
    accelerator = find_kind(part, error);
    if (accelerator == NULL ||
        hc_prediction_check_precision(accelerator, job->plan.precision, error) < 0) {
        return -1;
    }
    for (uint64_t gpus = first; gpus <= last; gpus *= 2) {
        if (add_offer(out, job, accelerator, (uint32_t)gpus, top, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_plan_offers_read(hc_plan_offers *out, const char *text, const hc_training_job *job,
                        size_t top, hc_error *error)
{
    *out = (hc_plan_offers){.offers = calloc(OFFER_LIMIT + 1, sizeof *out->offers)};
    if (out->offers == NULL) {
        return hc_error_memory(error);
    }
    for (;;) {
        size_t length = strcspn(text, ",");
        if (add_kind(out, text, length, job, top, error) < 0) {
            return -1;
        }
        if (text[length] == '\0') {
            return 0;
        }
        text += length + 1;
    }
}

void hc_plan_offers_release(hc_plan_offers *offers)
{
    for (size_t i = 0; i < offers->count; i++) {
        free(offers->offers[i].ranking.choices);
    }
    free(offers->offers);
    *offers = (hc_plan_offers){0};
}

int hc_plan_offers_check_limits(const hc_plan_offers *offers, const hc_plan_limits *limits,
                                hc_error *error)
{
    for (size_t i = 0; i < offers->count; i++) {
        const hc_plan_offer *offer = &offers->offers[i];
        const char *kind = offer->accelerator->name;
        if (limits->dollars > 0 && offer->terms.dollars_per_gpu_hour <= 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "--budget: no price of %s is known; give cost.gpu_hour, or leave "
                                "that kind out",
                                kind);
        }
        if (limits->kg_co2 > 0 && offer->terms.watts <= 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "--carbon: no power of %s is known; give cost.watts, or leave that "
                                "kind out",
                                kind);
        }
    }
    return 0;
}

/* The longest step with which the run stays within every limit, whose terms are known. */
static double slowest_step(const hc_plan_offer *offer, const hc_plan_limits *limits)
{
    const hc_training_terms *t = &offer->terms;
    double hours =
        t->steps * offer->gpus / 3600; /* GPU-hours of the run for each second of a step */
    double kg = hours * t->watts * t->watts_share * t->pue / 1e3 * t->grams_per_kwh / 1e3;
    double slowest = INFINITY;
    if (limits->seconds > 0) {
        slowest = limits->seconds / t->steps;
    }
    if (limits->dollars > 0) {
        slowest = fmin(slowest, limits->dollars / (hours * t->dollars_per_gpu_hour));
    }
    if (limits->kg_co2 > 0 && kg > 0) {
        slowest = fmin(slowest, limits->kg_co2 / kg);
    }
    return slowest;
}

static hc_training_place place_of(const hc_training_job *job, const hc_accelerator *accelerator)
{
    hc_training_place place = job->place;
    place.gpus_per_node = hc_training_layout(accelerator, &place, 1).ranks_per_node;
    return place;
}

static int search(hc_plan_offer *offer, const hc_training_job *job, const hc_plan_limits *limits,
                  const hc_ranks *ranks, hc_error *error)
{
    hc_training_place place = place_of(job, offer->accelerator);
    hc_rank_layout layout = hc_training_layout(offer->accelerator, &place, offer->gpus);
    hc_network network;
    hc_step_setting setting = {.shape = &job->shape,
                               .accelerator = offer->accelerator,
                               .efficiency = job->choice.efficiency != NULL
                                                 ? job->choice.efficiency
                                                 : hc_efficiency_for(offer->accelerator, NULL),
                               .network = &network,
                               .layout = &layout};
    hc_plan_walk walk = {.shape = &job->shape,
                         .base = job->plan,
                         .gpus = offer->gpus,
                         .tp_limit = place.gpus_per_node,
                         .share_index = hc_ranks_rank(ranks),
                         .share_count = hc_ranks_count(ranks)};
    if (hc_training_network(&network, offer->accelerator, &place, error) < 0) {
        return -1;
    }
    hc_plan_search(&walk, &setting, slowest_step(offer, limits), &offer->counts, &offer->ranking);
    network.destroy(network.self);
    return 0;
}

enum { WORDS = sizeof(hc_plan_choice) / sizeof(uint64_t) };
_Static_assert(WORDS * sizeof(uint64_t) == sizeof(hc_plan_choice), "made of whole words");

/* The rankings of all ranks, each in a place of its own among zeros, so that their sum is all of them. */
static void sum_rankings(hc_plan_ranking *ranking, const hc_ranks *ranks, uint64_t *all,
                         uint64_t *filled)
{
    size_t count = hc_ranks_count(ranks);
    size_t limit = ranking->limit;
    size_t own = hc_ranks_rank(ranks);
    memcpy(all + own * limit * WORDS, ranking->choices, ranking->count * sizeof(hc_plan_choice));
    filled[own] = ranking->count;
    hc_ranks_sum(ranks, all, count * limit * WORDS);
    hc_ranks_sum(ranks, filled, count);
    ranking->count = 0;
    for (size_t i = 0; i < count * limit; i++) {
        if (i % limit < filled[i / limit]) {
            hc_plan_choice choice;
            memcpy(&choice, all + i * WORDS, sizeof choice);
            hc_plan_ranking_add(ranking, &choice);
        }
    }
}

static int join_rankings(hc_plan_offer *offer, const hc_ranks *ranks, hc_error *error)
{
    size_t count = hc_ranks_count(ranks);
    uint64_t *all = calloc(count * offer->ranking.limit * WORDS, sizeof *all);
    uint64_t *filled = calloc(count, sizeof *filled);
    int status = 0;
    if (all == NULL || filled == NULL) {
        status = hc_error_memory(error);
    } else {
        sum_rankings(&offer->ranking, ranks, all, filled);
    }
    free(all);
    free(filled);
    return status;
}

static int join(hc_plan_offer *offer, const hc_ranks *ranks, hc_error *error)
{
    if (hc_ranks_count(ranks) == 1) {
        return 0;
    }
    hc_ranks_sum(ranks, &offer->counts.tried, 1);
    hc_ranks_sum(ranks, &offer->counts.possible, 1);
    hc_ranks_sum(ranks, &offer->counts.fitting, 1);
    hc_ranks_sum(ranks, offer->counts.obstacles, HC_OBSTACLE_COUNT);
    return join_rankings(offer, ranks, error);
}

int hc_plan_offers_search(hc_plan_offers *offers, const hc_training_job *job,
                          const hc_plan_limits *limits, const hc_ranks *ranks, hc_error *error)
{
    for (size_t i = 0; i < offers->count; i++) {
        if (search(&offers->offers[i], job, limits, ranks, error) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < offers->count; i++) {
        if (join(&offers->offers[i], ranks, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_plan_offer_predict(const hc_plan_offer *offer, const hc_training_job *job,
                          const hc_parallel_plan *plan, hc_prediction *out, hc_error *error)
{
    return hc_predict(out, &job->shape, plan, offer->accelerator, &job->place,
                      job->choice.efficiency, error);
}
