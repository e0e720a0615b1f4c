#ifndef HC_CLI_PLAN_OFFERS_H
#define HC_CLI_PLAN_OFFERS_H

#include "cli/training_job.h"
#include "mpi/ranks.h"
#include "workloads/search/plan_search.h"

#include <stddef.h>
#include <stdint.h>

/** So many GPUs of one kind, on which plans are looked for. */
typedef struct hc_plan_offer {
    const hc_accelerator *accelerator;
    uint32_t gpus;
    hc_training_terms terms;
    hc_plan_counts counts;
    hc_plan_ranking ranking; /**< of this offer alone */
} hc_plan_offer;

typedef struct hc_plan_offers {
    hc_plan_offer *offers;
    size_t count;
} hc_plan_offers;

/** What a run may take at most; 0: no limit. */
typedef struct hc_plan_limits {
    double dollars;
    double seconds;
    double kg_co2;
} hc_plan_limits;

/** Reads "H100-SXM:512,A100:64-1024,H200": kinds with a count, with counts that double from one to the other, or without:
 *  the GPUs of the job's plan, or else 8 to 16,384.
 *  @param top  plans kept of each
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). Release in any case. */
int hc_plan_offers_read(hc_plan_offers *out, const char *text, const hc_training_job *job,
                        size_t top, hc_error *error);
void hc_plan_offers_release(hc_plan_offers *offers);

/** Refuses limits that cannot be told to be kept: dollars where the price of a kind is not known, CO2 where its power is not.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) */
int hc_plan_offers_check_limits(const hc_plan_offers *offers, const hc_plan_limits *limits,
                                hc_error *error);

/** Searches all offers. The ranks share each offer; all have the same result, which is the same for any number of them.
 *  Collective.  @return 0, or -1 with `error` set by this rank alone. */
int hc_plan_offers_search(hc_plan_offers *offers, const hc_training_job *job,
                          const hc_plan_limits *limits, const hc_ranks *ranks, hc_error *error);

/** Predicts a plan of an offer anew, for all that a ranking does not keep.
 *  @return 0, or -1 with `error` set */
int hc_plan_offer_predict(const hc_plan_offer *offer, const hc_training_job *job,
                          const hc_parallel_plan *plan, hc_prediction *out, hc_error *error);

#endif
