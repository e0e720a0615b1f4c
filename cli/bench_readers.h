#ifndef HC_CLI_BENCH_READERS_H
#define HC_CLI_BENCH_READERS_H

#include "sim/error.h"

#include <stdbool.h>
#include <stdint.h>

/** Processes that read a stream while it is measured, each watched over by another, which can kill it, start it again, or
 *  stop it for a while at a given row. All are forked before this process has a ZeroMQ context. */

typedef struct hc_reader_plan {
    const char *endpoint;
    const char *replay; /**< NULL: none */
    uint32_t count;
    uint64_t rows;  /**< that they will read */
    uint32_t kills; /**< of the first reader, each followed by a new start, evenly over the rows */
    double
        stop_seconds; /**< that the last reader is stopped for, after a third of the rows; 0: not */
} hc_reader_plan;

/** How one of them has fared, over its last life. */
typedef struct hc_reader_result {
    uint64_t rows;
    uint64_t replayed;
    uint64_t doubled;
    uint64_t lost;
    uint64_t broken;
    uint32_t lives;
    double end_seconds; /**< wall clock when it had all */
    bool is_equal;      /**< the digest of what it got is that of what was published */
    bool is_done;
} hc_reader_result;

typedef struct hc_bench_readers hc_bench_readers;

/** @param plan  borrowed for as long as they read
 *  @return 0 and readers that the caller ends, or -1 with `error` set. */
int hc_bench_readers_start(hc_bench_readers **out, const hc_reader_plan *plan, hc_error *error);

/** Waits for all to be done, or for so long. */
void hc_bench_readers_wait(hc_bench_readers *readers, double seconds);

const hc_reader_result *hc_bench_readers_result(const hc_bench_readers *readers, uint32_t index);

/** Ends what still runs. Accepts NULL. */
void hc_bench_readers_end(hc_bench_readers *readers);

#endif
