/* Federations over ranks: the same answer as on one, whoever has which site.
 * Usage: test_mpi_federations [FEDERATIONS [FIRST]] */

#include "tests/mpi/rank_testing.h"
#include "tests/sim/federation/random_federation.h"

#include <stdlib.h>

static uint64_t federation_count = 20;
static uint64_t first_federation;

static uint64_t count_records(const hc_random_federation *d)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < d->run.site_count; i++) {
        for (size_t j = 0; j < d->sites[i].job_count; j++) {
            count += d->jobs[i][j].record_count;
        }
    }
    return count;
}

static void check_one(hc_random_federation *d, uint64_t number)
{
    hc_digest alone;
    uint64_t event_count = 0;
    uint64_t record_count = 0;
    hc_random_federation_draw(d, number);
    d->run.checks_every_event = false;
    hc_federated_execute(&d->run);
    alone = d->run.digest;
    event_count = d->run.event_count;
    record_count = count_records(d);
    for (int way = 0; way < HC_TEST_WAYS; way++) {
        uint64_t together = 0;
        d->run.executor = hc_test_executor(way);
        hc_federated_execute(&d->run);
        together = count_records(d);
        hc_ranks_sum(hc_test_ranks(), &together, 1);
        CU_ASSERT_EQUAL(d->run.digest.value, alone.value);
        CU_ASSERT_EQUAL(d->run.event_count, event_count);
        CU_ASSERT_EQUAL(together, record_count);
    }
}

static void any_number_of_ranks_gives_the_answer_of_one(void)
{
    static hc_random_federation federation;
    for (uint64_t i = 0; i < federation_count; i++) {
        check_one(&federation, first_federation + i);
    }
}

static const hc_test_case CASES[] = {
    {"any_number_of_ranks_gives_the_answer_of_one", any_number_of_ranks_gives_the_answer_of_one},
};

int main(int argc, char **argv)
{
    federation_count = argc > 1 ? strtoull(argv[1], NULL, 10) : federation_count;
    first_federation = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_ranks_main("federations", CASES, sizeof CASES / sizeof CASES[0]);
}
