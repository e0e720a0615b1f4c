#ifndef HC_SIM_ENGINE_PHOLD_H
#define HC_SIM_ENGINE_PHOLD_H

#include "sim/engine/digest.h"
#include "sim/error.h"
#include "sim/interfaces/executor.h"

#include <stdint.h>

/** PHOLD, the benchmark of parallel discrete-event engines (R. Fujimoto, 1990), with the parameters and the
 *  event structure of the model that ships with ROSS, so that rates can be set side by side: one event per
 *  process at the start; each event sends one, after lookahead + Exp(1 - lookahead), to a process drawn
 *  uniformly from all with probability `remote`, else to itself. One unit of its time is one second. */
typedef struct hc_phold_options {
    uint32_t process_count;
    double lookahead; /**< 0 <= lookahead < 1 */
    double remote;    /**< 0 .. 1 */
    double end;       /**< events before this time are executed */
    uint64_t seed;
} hc_phold_options;

typedef struct hc_phold_result {
    uint64_t event_count;
    hc_digest digest; /**< over (time, receiver) of every event, chained per process */
} hc_phold_result;

/** Builds the model and runs it to its end. Each rank has a block of consecutive processes; counts and digest are
 *  the same for any number of ranks. Collective.
 *  @return 0, or -1 with `error` set (out of memory, a parameter out of range). */
int hc_phold_run(const hc_phold_options *options, const hc_executor *executor, hc_phold_result *out,
                 hc_error *error);

#endif
