#ifndef HC_SIM_POLICIES_GITTINS_H
#define HC_SIM_POLICIES_GITTINS_H

#include "sim/error.h"
#include "sim/interfaces/policy.h"

#include <stdint.h>

/** The Gittins index of a job whose size is like one of a sample, by what it has attained: the best ratio, over all
 *  spans D, of the chance that it ends within D to the time that it will take of D (Gittins 1979; as an index of
 *  service: Scully, Harchol-Balter and Scheller-Wolf, SIGMETRICS 2018):
 *      G(a) = sup over D > 0 of P(X - a <= D | X > a) / E[min(X - a, D) | X > a].
 *  The supremum over a sample lies at one of its values. Beyond the largest value nothing is known: 0. */
typedef struct hc_gittins_table {
    double *index; /**< by quanta attained, 0 behind the last */
    uint32_t count;
    hc_time quantum;
} hc_gittins_table;

/** Needs a rising sample of positive run times and a quantum that divides the largest into at most
 *  HC_GITTINS_MAX_QUANTA. O(sample x quanta). @return 0, or -1 with `error` set; close in both cases. */
int hc_gittins_table_open(hc_gittins_table *table, const hc_gittins_options *options,
                          hc_error *error);
void hc_gittins_table_close(hc_gittins_table *table);

/** The index of a job that has attained `attained`, looked at in whole quanta. */
double hc_gittins_index(const hc_gittins_table *table, hc_time attained);

/** The least time above `attained` at which the index is another one; HC_TIME_NEVER when it stays. */
hc_time hc_gittins_next_change(const hc_gittins_table *table, hc_time attained);

enum { HC_GITTINS_MAX_QUANTA = 16384 };

#endif
