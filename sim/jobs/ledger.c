#include "sim/jobs/ledger.h"

#include "sim/archive.h"

#include <assert.h>

hc_ledger hc_ledger_start(uint64_t capacity_milli, hc_time begin)
{
    return (hc_ledger){.capacity_milli = capacity_milli, .begin = begin, .counted_to = begin};
}

void hc_ledger_advance(hc_ledger *ledger, hc_time now)
{
    hc_int128 span = (hc_int128)now - ledger->counted_to;
    hc_bucket idle = ledger->is_anyone_waiting ? HC_BUCKET_IDLE_BLOCKED : HC_BUCKET_IDLE_EMPTY;
    if (span <= 0) {
        return;
    }
    assert(ledger->busy_milli + ledger->offline_milli <= ledger->capacity_milli);
    ledger->buckets[HC_BUCKET_BUSY] += span * ledger->busy_milli;
    ledger->buckets[HC_BUCKET_OFFLINE] += span * ledger->offline_milli;
    ledger->buckets[idle] +=
        span * (ledger->capacity_milli - ledger->offline_milli - ledger->busy_milli);
    ledger->counted_to = now;
}

void hc_ledger_move(hc_ledger *ledger, hc_bucket bucket, uint64_t milli, hc_time from, hc_time to)
{
    hc_time start = from > ledger->begin ? from : ledger->begin;
    hc_int128 amount = ((hc_int128)to - start) * milli;
    assert(to <= ledger->counted_to || amount <= 0);
    if (amount > 0) {
        ledger->buckets[HC_BUCKET_BUSY] -= amount;
        ledger->buckets[bucket] += amount;
    }
}

void hc_ledger_exchange(hc_ledger *ledger, hc_archive *archive)
{
    hc_archive_mark(archive, "ledger");
    HC_EXCHANGE(archive, ledger->busy_milli);
    HC_EXCHANGE(archive, ledger->offline_milli);
    hc_archive_bool(archive, &ledger->is_anyone_waiting);
    HC_EXCHANGE(archive, ledger->counted_to);
    HC_EXCHANGE(archive, ledger->buckets);
}

bool hc_ledger_check(const hc_ledger *ledger)
{
    hc_int128 sum = 0;
    for (int i = 0; i < HC_BUCKET_COUNT; i++) {
        if (ledger->buckets[i] < 0) {
            return false;
        }
        sum += ledger->buckets[i];
    }
    return ledger->busy_milli + ledger->offline_milli <= ledger->capacity_milli &&
           sum == ((hc_int128)ledger->counted_to - ledger->begin) * ledger->capacity_milli;
}
