#include "mpi/critical_path.h"
#include "mpi/packet.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

enum { ROUNDS = 40, RANKS = 3 };

typedef struct said {
    uint32_t pending; /* when it is posted */
    uint64_t executed[RANKS];
} said;

/* Posts and takes as an executor does: all rounds but those that may stay pending. */
static uint64_t follow(const said *rounds, uint32_t count, uint32_t rank_count)
{
    hc_critical_path *path = hc_critical_path_create(rank_count);
    uint32_t taken = 0;
    uint64_t length = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(path);
    for (uint32_t i = 0; i < count; i++) {
        for (; i - taken > rounds[i].pending; taken++) {
            hc_critical_path_take(path, rounds[taken].executed);
        }
        hc_critical_path_post(path, rounds[i].pending);
    }
    for (; taken < count; taken++) {
        hc_critical_path_take(path, rounds[taken].executed);
    }
    length = hc_critical_path_length(path);
    hc_critical_path_destroy(path);
    return length;
}

static void in_lockstep_the_busiest_ranks_of_all_rounds_add_up(void)
{
    const said rounds[] = {{0, {3, 1}}, {0, {1, 3}}, {0, {0, 2}}};
    CU_ASSERT_EQUAL(follow(rounds, 3, 2), 3 + 3 + 2);
}

/* By hand: in rounds of their own the ranks need 3 + 1 and 1 + 3; the third one waits for the first alone. */
static void who_runs_ahead_makes_up_for_being_late(void)
{
    const said rounds[] = {{0, {3, 1}}, {1, {1, 3}}, {1, {0, 2}}};
    CU_ASSERT_EQUAL(follow(rounds, 2, 2), 4 + 0);
    CU_ASSERT_EQUAL(follow(rounds, 3, 2), 3 + 3);
}

/* The longest path through a table of all rounds and ranks, in which nothing is forgotten. */
static uint64_t search(const said *rounds, uint32_t count)
{
    uint64_t through[ROUNDS][RANKS] = {{0}};
    uint64_t longest = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t rank = 0; rank < RANKS; rank++) {
            uint64_t from = i > 0 ? through[i - 1][rank] : 0;
            for (uint32_t other = 0; other < RANKS && i > rounds[i].pending; other++) {
                uint64_t theirs = through[i - 1 - rounds[i].pending][other];
                from = theirs > from ? theirs : from;
            }
            through[i][rank] = from + rounds[i].executed[rank];
            longest = through[i][rank] > longest ? through[i][rank] : longest;
        }
    }
    return longest;
}

/* How many rounds may be pending changes on the way; from one to the next it grows by one at most. */
static void the_length_is_that_of_the_longest_path(void)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        hc_random random = hc_random_stream(seed, 0, HC_RANDOM_PHOLD);
        said rounds[ROUNDS] = {{0}};
        for (uint32_t i = 0; i < ROUNDS; i++) {
            uint32_t most = i == 0 ? 0 : rounds[i - 1].pending + 1;
            most = most < HC_PACKET_ROUNDS - 1 ? most : HC_PACKET_ROUNDS - 1;
            rounds[i].pending = (uint32_t)hc_random_below(&random, most + 1);
            for (uint32_t rank = 0; rank < RANKS; rank++) {
                rounds[i].executed[rank] = hc_random_below(&random, 10);
            }
        }
        CU_ASSERT_EQUAL(follow(rounds, ROUNDS, RANKS), search(rounds, ROUNDS));
    }
}

static const hc_test_case CASES[] = {
    {"in_lockstep_the_busiest_ranks_of_all_rounds_add_up",
     in_lockstep_the_busiest_ranks_of_all_rounds_add_up},
    {"who_runs_ahead_makes_up_for_being_late", who_runs_ahead_makes_up_for_being_late},
    {"the_length_is_that_of_the_longest_path", the_length_is_that_of_the_longest_path},
};

HC_TEST_MAIN("critical_path", CASES)
