#ifndef HC_SIM_JOBS_LEDGER_H
#define HC_SIM_JOBS_LEDGER_H

#include "sim/engine/time.h"
#include "sim/int128.h"
#include "sim/interfaces/sink.h"

#include <stdbool.h>
#include <stdint.h>

/** Where the capacity of a partition went: every GPU-nanosecond lies in exactly one bucket, exactly.
 *  A plain value; amounts are thousandths of a GPU x ns. */
typedef struct hc_ledger {
    uint64_t capacity_milli;
    uint64_t busy_milli;    /**< held by jobs now */
    uint64_t offline_milli; /**< free now, on nodes that are not in service */
    bool is_anyone_waiting;
    hc_time begin; /**< nothing before is counted */
    hc_time counted_to;
    hc_int128 buckets[HC_BUCKET_COUNT];
} hc_ledger;

/** An empty ledger that counts from `begin` on. */
hc_ledger hc_ledger_start(uint64_t capacity_milli, hc_time begin);

/** Books the time up to `now` under the state as it was; to be called before each change of state. */
void hc_ledger_advance(hc_ledger *ledger, hc_time now);

/** Moves what `milli` have booked as busy in [from, to), as far as it was counted, into another bucket. */
void hc_ledger_move(hc_ledger *ledger, hc_bucket bucket, uint64_t milli, hc_time from, hc_time to);

struct hc_archive;

/** What is booked, to be saved, or to be loaded into a ledger of the same capacity and begin. */
void hc_ledger_exchange(hc_ledger *ledger, struct hc_archive *archive);

/** Verifies that the buckets add up to capacity x time. For tests. */
bool hc_ledger_check(const hc_ledger *ledger);

#endif
