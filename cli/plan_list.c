#include "cli/plan_output.h"

#include <stdio.h>
#include <stdlib.h>

/* The best plans of all offers, and the front of time and cost. */

static hc_listed_plan list_choice(const hc_plan_offer *offer, const hc_plan_choice *choice)
{
    hc_training_terms terms = offer->terms;
    hc_step_time step = {.seconds = choice->step_seconds, .tokens = 1};
    hc_training_run run;
    terms.steps = terms.steps > 0 ? terms.steps : 1;
    hc_training_run_make(&run, &step, offer->gpus, &terms);
    return (hc_listed_plan){.offer = offer,
                            .choice = choice,
                            .seconds = run.seconds,
                            .dollars = run.dollars,
                            .kg_co2 = run.kg_co2};
}

static int sign_of(double difference)
{
    return (difference > 0) - (difference < 0);
}

static int order_of(const hc_listed_plan *a, const hc_listed_plan *b, const double first[2])
{
    int order = sign_of(first[0] - first[1]);
    order = order != 0 ? order : sign_of(a->seconds - b->seconds);
    if (order == 0 && a->offer != b->offer) {
        return a->offer < b->offer ? -1 : 1; /* as they were named */
    }
    order = order != 0 ? order : sign_of(a->choice->memory_bytes - b->choice->memory_bytes);
    return order != 0 ? order : hc_plan_compare(&a->choice->plan, &b->choice->plan);
}

static int by_days(const void *left, const void *right)
{
    const hc_listed_plan *a = left;
    const hc_listed_plan *b = right;
    return order_of(a, b, (const double[2]){a->seconds, b->seconds});
}

/* What has no price comes last, and no power likewise. */
static int by_dollars(const void *left, const void *right)
{
    const hc_listed_plan *a = left;
    const hc_listed_plan *b = right;
    int unpriced = (a->dollars == 0) - (b->dollars == 0);
    return unpriced != 0 ? unpriced : order_of(a, b, (const double[2]){a->dollars, b->dollars});
}

static int by_carbon(const void *left, const void *right)
{
    const hc_listed_plan *a = left;
    const hc_listed_plan *b = right;
    int unknown = (a->offer->terms.watts == 0) - (b->offer->terms.watts == 0);
    return unknown != 0 ? unknown : order_of(a, b, (const double[2]){a->kg_co2, b->kg_co2});
}

static void sort(hc_listed_plan *plans, size_t count, hc_plan_order order)
{
    static int (*const ORDERS[])(const void *, const void *) = {by_days, by_dollars, by_carbon};
    qsort(plans, count, sizeof *plans, ORDERS[order]);
}

/* The part of the step that has grown most. */
static void say_why(hc_listed_plan *listed, const hc_training_job *job)
{
    const hc_plan_choice *best = &listed->offer->ranking.choices[0];
    hc_prediction p[2];
    hc_error ignored = HC_ERROR_NONE;
    int worst = 0;
    if (listed->choice == best ||
        hc_plan_offer_predict(listed->offer, job, &best->plan, &p[0], &ignored) < 0 ||
        hc_plan_offer_predict(listed->offer, job, &listed->choice->plan, &p[1], &ignored) < 0) {
        return;
    }
    for (int i = 1; i < HC_STEP_PART_COUNT; i++) {
        if (p[1].step.parts[i] - p[0].step.parts[i] >
            p[1].step.parts[worst] - p[0].step.parts[worst]) {
            worst = i;
        }
    }
    if (p[1].step.parts[worst] > p[0].step.parts[worst]) {
        (void)snprintf(listed->why, sizeof listed->why, "%s %+.2g s",
                       hc_step_part_name((hc_step_part)worst),
                       p[1].step.parts[worst] - p[0].step.parts[worst]);
    }
}

static void add_counts(hc_plan_counts *sum, const hc_plan_counts *counts)
{
    sum->tried += counts->tried;
    sum->possible += counts->possible;
    sum->fitting += counts->fitting;
    for (int i = 0; i < HC_OBSTACLE_COUNT; i++) {
        sum->obstacles[i] += counts->obstacles[i];
    }
}

/* Of plans sorted by time, those that are cheaper than all before them. */
static void keep_front(hc_plan_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->front_count; i++) {
        bool has_price = list->front[i].dollars > 0;
        if (i == 0 || (has_price && list->front[i].dollars < list->front[kept - 1].dollars)) {
            list->front[i].is_on_front = true;
            list->front[kept++] = list->front[i];
        }
    }
    list->front_count = kept;
}

static void collect(hc_plan_list *list)
{
    for (size_t i = 0; i < list->offers->count; i++) {
        const hc_plan_offer *offer = &list->offers->offers[i];
        add_counts(&list->counts, &offer->counts);
        for (size_t k = 0; k < offer->ranking.count; k++) {
            list->plans[list->count++] = list_choice(offer, &offer->ranking.choices[k]);
        }
        if (offer->ranking.count > 0) {
            list->front[list->front_count++] = list_choice(offer, &offer->ranking.choices[0]);
        }
    }
}

static void mark_front(hc_plan_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        for (size_t k = 0; k < list->front_count; k++) {
            list->plans[i].is_on_front =
                list->plans[i].is_on_front || list->plans[i].choice == list->front[k].choice;
        }
    }
}

int hc_plan_list_make(hc_plan_list *out, const hc_training_job *job, const hc_plan_offers *offers,
                      hc_plan_order order, size_t top, hc_error *error)
{
    *out = (hc_plan_list){.job = job, .offers = offers};
    out->plans = calloc(offers->count * top + 1, sizeof *out->plans);
    out->front = calloc(offers->count + 1, sizeof *out->front);
    if (out->plans == NULL || out->front == NULL) {
        return hc_error_memory(error);
    }
    collect(out);
    sort(out->plans, out->count, order);
    sort(out->front, out->front_count, HC_PLAN_BY_DAYS);
    keep_front(out);
    out->count = out->count < top ? out->count : top;
    mark_front(out);
    for (size_t i = 0; i < out->count; i++) {
        say_why(&out->plans[i], job);
    }
    return 0;
}

void hc_plan_list_release(hc_plan_list *list)
{
    free(list->plans);
    free(list->front);
}
