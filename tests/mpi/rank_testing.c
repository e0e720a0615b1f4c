#include "tests/mpi/rank_testing.h"

#include "sim/engine/sequential.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    hc_exchange_way exchange;
    uint32_t depth;
} WAYS[HC_TEST_WAYS] = {{HC_EXCHANGE_BEST, 1},
                        {HC_EXCHANGE_MESSAGES, 1},
                        {HC_EXCHANGE_REDUCTIONS, 1},
                        {HC_EXCHANGE_BEST, 4},
                        {HC_EXCHANGE_MESSAGES, 3}};

static hc_ranks *ranks;
static hc_conservative *ways[HC_TEST_WAYS];
static hc_executor executors[HC_TEST_WAYS];

const hc_ranks *hc_test_ranks(void)
{
    return ranks;
}

const hc_executor *hc_test_executor(int way)
{
    return &executors[way];
}

/* One rank is a plain run, as it is for users. */
static hc_executor make_executor(hc_conservative **out, int way)
{
    hc_error error = HC_ERROR_NONE;
    if (hc_ranks_count(ranks) == 1) {
        return hc_sequential_executor;
    }
    if (hc_conservative_create(out, ranks, WAYS[way].exchange, &error) < 0) {
        hc_ranks_abort(ranks, EXIT_FAILURE);
    }
    hc_conservative_fix_depth(*out, WAYS[way].depth);
    return hc_conservative_executor(*out);
}

int hc_test_ranks_main(const char *suite, const hc_test_case *cases, size_t count)
{
    hc_error error = HC_ERROR_NONE;
    int status = EXIT_FAILURE;
    if (hc_ranks_start(&ranks, &error) < 0) {
        return EXIT_FAILURE;
    }
    for (int way = 0; way < HC_TEST_WAYS; way++) {
        executors[way] = make_executor(&ways[way], way);
    }
    if (hc_ranks_rank(ranks) > 0 && freopen("/dev/null", "w", stdout) == NULL) {
        hc_ranks_abort(ranks, EXIT_FAILURE);
    }
    status = hc_test_main(suite, cases, count);
    if (status != EXIT_SUCCESS) {
        hc_ranks_abort(ranks, status);
    }
    for (int way = 0; way < HC_TEST_WAYS; way++) {
        hc_conservative_destroy(ways[way]);
    }
    hc_ranks_stop(ranks);
    return status;
}
