#ifndef HC_CLI_PLAN_OUTPUT_H
#define HC_CLI_PLAN_OUTPUT_H

#include "cli/plan_offers.h"

/** What is best first. */
typedef enum hc_plan_order {
    HC_PLAN_BY_DAYS = 0,
    HC_PLAN_BY_DOLLARS,
    HC_PLAN_BY_CARBON,
} hc_plan_order;

/** A plan of an offer, with what a run by it takes. */
typedef struct hc_listed_plan {
    const hc_plan_offer *offer;
    const hc_plan_choice *choice;
    double seconds;   /**< of the run; of a step where the job has no length; likewise: */
    double dollars;   /**< 0: no price is known */
    double kg_co2;    /**< 0 where watts are not known */
    bool is_on_front; /**< none is both faster and cheaper */
    char why[64]; /**< what it loses most with against the best of its offer; "" : it is the best */
} hc_listed_plan;

/** The answer of `hindcast plan`. */
typedef struct hc_plan_list {
    const hc_training_job *job;
    const hc_plan_offers *offers;
    hc_listed_plan *plans; /**< the best ones, best first */
    size_t count;
    hc_listed_plan *front; /**< of the best plan of each offer, those that none beats, by time */
    size_t front_count;
    hc_plan_counts counts; /**< of all offers */
} hc_plan_list;

/** Sorts what the offers hold. @return 0, or -1 with `error` set. Release in any case. */
int hc_plan_list_make(hc_plan_list *out, const hc_training_job *job, const hc_plan_offers *offers,
                      hc_plan_order order, size_t top, hc_error *error);
void hc_plan_list_release(hc_plan_list *list);

/** A table for people. */
void hc_plan_list_print(const hc_plan_list *list);

/** One JSON object. @return the exit code */
int hc_plan_list_print_json(const hc_plan_list *list);

#endif
