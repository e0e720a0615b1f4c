/* Partitions over ranks: the same answer as on one, whatever a scenario says.
 * Usage: test_mpi_partitions [SCENARIOS [FIRST]] */

#include "tests/mpi/rank_testing.h"
#include "tests/sim/crossing.h"

#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 20;
static uint64_t first_scenario;

/* What all ranks together recorded of a run. */
typedef struct account {
    uint64_t words[4];
} account;

static account sum_up(const hc_replay *replay, const hc_ranks *ranks)
{
    account a = {{replay->sample_count}};
    for (int i = 0; i < HC_BUCKET_COUNT; i++) {
        a.words[1] += (uint64_t)replay->ledger[i] * (uint64_t)(i + 1);
        a.words[2] += (uint64_t)(replay->ledger[i] >> 64) * (uint64_t)(i + 1);
    }
    for (int i = 0; i < HC_WAIT_REASON_COUNT; i++) {
        a.words[3] += replay->decision_counts[i] * (uint64_t)(i + 1);
    }
    if (ranks != NULL) {
        hc_ranks_sum(ranks, a.words, sizeof a.words / sizeof a.words[0]);
    }
    return a;
}

static void clear(hc_replay *replay)
{
    replay->sample_count = 0;
    memset(replay->ledger, 0, sizeof replay->ledger);
    memset(replay->decision_counts, 0, sizeof replay->decision_counts);
}

static void check_one(uint64_t number)
{
    static hc_crossing c;
    hc_digest alone;
    uint64_t event_count = 0;
    account account_alone;
    hc_crossing_draw(&c, number);
    c.replay.checks_every_event = false;
    hc_replay_run(&c.replay);
    alone = c.replay.digest;
    event_count = c.replay.event_count;
    account_alone = sum_up(&c.replay, NULL);
    for (int way = 0; way < HC_TEST_WAYS; way++) {
        account together;
        clear(&c.replay);
        c.replay.executor = hc_test_executor(way);
        hc_replay_run(&c.replay);
        together = sum_up(&c.replay, hc_test_ranks());
        CU_ASSERT_EQUAL(c.replay.digest.value, alone.value);
        CU_ASSERT_EQUAL(c.replay.event_count, event_count);
        /* Words of the ledger may wrap, on any number of ranks alike; carries between halves may not be equal. */
        CU_ASSERT_EQUAL(together.words[0], account_alone.words[0]);
        CU_ASSERT_EQUAL(together.words[1], account_alone.words[1]);
        CU_ASSERT_EQUAL(together.words[3], account_alone.words[3]);
    }
    hc_crossing_release(&c);
}

static void any_number_of_ranks_gives_the_answer_of_one(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_one(number);
    }
}

static const hc_test_case CASES[] = {
    {"any_number_of_ranks_gives_the_answer_of_one", any_number_of_ranks_gives_the_answer_of_one},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_ranks_main("partitions", CASES, sizeof CASES / sizeof CASES[0]);
}
