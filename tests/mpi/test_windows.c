#include "sim/engine/engine.h"
#include "sim/engine/event_groups.h"
#include "sim/engine/phold.h"
#include "sim/engine/random.h"
#include "sim/engine/sequential.h"
#include "tests/mpi/rank_testing.h"

#include <stdlib.h>
#include <string.h>

enum { PROCESSES = 23, LOOKAHEAD = 10, END = 3000 };

static hc_phold_result run_phold(const hc_phold_options *options, const hc_executor *executor)
{
    hc_phold_result result = {0};
    CU_ASSERT_EQUAL(hc_phold_run(options, executor, &result, NULL), 0);
    return result;
}

static void phold_commits_the_same_events_on_any_number_of_ranks(void)
{
    static const hc_phold_options CASES[] = {
        {1, 0.5, 1, 200, 1},     {2, 0.1, 1, 200, 2},   {3, 0.9, 0.5, 200, 3},
        {100, 0.01, 0.1, 20, 4}, {100, 0.001, 1, 5, 5}, {1000, 0.1, 0.1, 10, 6},
        {1000, 0.9, 1, 10, 7},   {20000, 0.9, 1, 3, 8}, /* more than a packet holds */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_phold_result alone = run_phold(&CASES[i], &hc_sequential_executor);
        for (int way = 0; way < HC_TEST_WAYS; way++) {
            hc_phold_result together = run_phold(&CASES[i], hc_test_executor(way));
            CU_ASSERT_EQUAL(together.event_count, alone.event_count);
            CU_ASSERT_EQUAL(together.digest.value, alone.digest.value);
        }
    }
}

static void without_lookahead_several_ranks_refuse(void)
{
    hc_phold_options options = {10, 0, 0.5, 10, 1};
    hc_phold_result result = {0};
    hc_error error = HC_ERROR_NONE;
    int expected = hc_ranks_count(hc_test_ranks()) == 1 ? 0 : -1;
    CU_ASSERT_EQUAL(hc_phold_run(&options, hc_test_executor(HC_EXCHANGE_BEST), &result, &error),
                    expected);
    CU_ASSERT(expected == 0 || strstr(error.text, "lookahead") != NULL);
}

/* Processes that send each other bytes and chain what they get; some events are for themselves, at the same instant
 * too. */
typedef struct talker {
    uint32_t id;
    uint64_t count;
    hc_digest digest;
} talker;

static int talk(void *state, hc_engine *engine, const hc_event *event, hc_error *error)
{
    talker *t = state;
    hc_random random = hc_random_stream(77, t->count++ << 8 | t->id, HC_RANDOM_BENCH);
    uint64_t bytes[HC_PAYLOAD_MAX_BYTES / 8] = {0};
    size_t size = 0;
    const void *payload = hc_engine_payload(engine, &size);
    hc_time delay = LOOKAHEAD + (hc_time)hc_random_below(&random, 50);
    hc_post post = {.process = (uint32_t)hc_random_below(&random, PROCESSES),
                    .entity = t->id,
                    .kind = 1,
                    .event_class = (uint8_t)hc_random_below(&random, 4)};
    (void)error;
    memcpy(bytes, payload == NULL ? (const void *)"" : payload, size);
    hc_digest_add(&t->digest, bytes, sizeof bytes / sizeof bytes[0]);
    hc_digest_add(&t->digest,
                  (const uint64_t[]){(uint64_t)event->time, event->order, event->origin, size}, 4);
    bytes[hc_random_below(&random, HC_PAYLOAD_MAX_BYTES / 8)] += t->count;
    if (event->kind == 0 && hc_random_below(&random, 3) == 0) { /* for itself, now */
        post.process = t->id;
        delay = 0;
    }
    hc_engine_post_message(engine, event->time + delay, &post, bytes,
                           (size_t)(1 + hc_random_below(&random, HC_PAYLOAD_MAX_BYTES)));
    if (event->kind == 0) {
        post = (hc_post){.process = t->id, .entity = t->id};
        (void)hc_engine_post(engine, event->time + 70, &post);
    }
    return 0;
}

typedef struct talk_run {
    talker talkers[PROCESSES];
    hc_engine *engine;
} talk_run;

static uint32_t rank_of(uint32_t process, const hc_executor *executor)
{
    return process * 7 % executor->rank_count;
}

static void build(talk_run *run, const hc_executor *executor)
{
    memset(run, 0, sizeof *run);
    run->engine = hc_engine_create(LOOKAHEAD, NULL);
    for (uint32_t i = 0; i < PROCESSES; i++) {
        hc_process_id id;
        run->talkers[i].id = i;
        if (rank_of(i, executor) == executor->rank) {
            (void)hc_engine_add_process(run->engine, talk, &run->talkers[i], &id, NULL);
        } else {
            (void)hc_engine_add_remote_process(run->engine, rank_of(i, executor), &id, NULL);
        }
    }
    for (uint32_t i = 0; i < PROCESSES; i++) {
        if (rank_of(i, executor) == executor->rank) {
            (void)hc_engine_post(run->engine, i, &(hc_post){.process = i, .entity = i});
        }
    }
}

static uint64_t join(talk_run *run, const hc_executor *executor)
{
    uint64_t values[PROCESSES] = {0};
    hc_digest joined = {0};
    for (uint32_t i = 0; i < PROCESSES; i++) {
        values[i] = run->talkers[i].digest.value;
    }
    executor->sum(executor->self, values, PROCESSES);
    for (uint32_t i = 0; i < PROCESSES; i++) {
        hc_digest_join(&joined, (hc_digest){values[i]});
    }
    hc_engine_destroy(run->engine);
    return joined.value;
}

static uint64_t talk_through(const hc_executor *executor)
{
    hc_stretch stretch = {.until = END, .limit = UINT64_MAX};
    hc_stretch_end end = {0};
    talk_run run;
    build(&run, executor);
    while (!end.is_over) {
        CU_ASSERT_EQUAL(executor->run(executor->self, run.engine, &stretch, &end, NULL), 0);
    }
    return join(&run, executor);
}

static void messages_arrive_whole_and_in_the_total_order(void)
{
    uint64_t alone = talk_through(&hc_sequential_executor);
    for (int way = 0; way < HC_TEST_WAYS; way++) {
        CU_ASSERT_EQUAL(talk_through(hc_test_executor(way)), alone);
    }
}

/* Events that wait on this rank, of each process of it. */
static void count_pending(const talk_run *run, uint64_t counts[PROCESSES])
{
    hc_event_groups *groups = hc_engine_group_events(run->engine);
    CU_ASSERT_PTR_NOT_NULL_FATAL(groups);
    for (uint32_t i = 0; i < PROCESSES; i++) {
        counts[i] = hc_event_groups_count(groups, i);
    }
    hc_event_groups_destroy(groups);
}

/* All ranks stand at one cut, and hold together what one rank would hold there: nothing is on its way. */
static void check_standstill(talk_run *run, talk_run *alone, hc_time cut,
                             const hc_executor *executor)
{
    int64_t extremes[2] = {cut, -cut};
    uint64_t counts[PROCESSES];
    uint64_t expected[PROCESSES];
    executor->max(executor->self, extremes, 2);
    CU_ASSERT_EQUAL(extremes[0], -extremes[1]);
    CU_ASSERT(hc_engine_now(run->engine) < cut);
    CU_ASSERT(hc_engine_next_time(run->engine) >= cut);
    count_pending(run, counts);
    executor->sum(executor->self, counts, PROCESSES);
    CU_ASSERT_EQUAL(hc_engine_run(alone->engine, cut, UINT64_MAX, NULL, NULL), 0);
    count_pending(alone, expected);
    CU_ASSERT_EQUAL(memcmp(counts, expected, sizeof counts), 0);
}

/* Some rank asks at some time; all stand still at one cut, and nothing is lost. */
static uint64_t talk_with_halts(const hc_executor *executor, uint64_t seed)
{
    hc_random random = hc_random_stream(seed, executor->rank, HC_RANDOM_BENCH);
    hc_stretch_end end = {0};
    talk_run run;
    talk_run alone;
    build(&run, executor);
    build(&alone, &hc_sequential_executor);
    while (!end.is_over) {
        hc_stretch stretch = {.until = END, .limit = 1 + hc_random_below(&random, 500)};
        stretch.requests = hc_random_below(&random, 10) == 0 ? HC_REQUEST_SAVE : 0;
        CU_ASSERT_EQUAL(executor->run(executor->self, run.engine, &stretch, &end, NULL), 0);
        if ((end.agreed & HC_REQUEST_SAVE) != 0 && !end.is_over) {
            check_standstill(&run, &alone, end.cut, executor);
        }
    }
    hc_engine_destroy(alone.engine);
    return join(&run, executor);
}

static void all_stand_still_at_one_instant_when_one_asks(void)
{
    uint64_t alone = talk_through(&hc_sequential_executor);
    CU_ASSERT_EQUAL(talk_with_halts(&hc_sequential_executor, 1), alone);
    for (uint64_t seed = 0; seed < 20; seed++) {
        const hc_executor *executor = hc_test_executor((int)(seed % HC_TEST_WAYS));
        CU_ASSERT_EQUAL(talk_with_halts(executor, seed), alone);
    }
}

static const hc_test_case CASES[] = {
    {"phold_commits_the_same_events_on_any_number_of_ranks",
     phold_commits_the_same_events_on_any_number_of_ranks},
    {"without_lookahead_several_ranks_refuse", without_lookahead_several_ranks_refuse},
    {"messages_arrive_whole_and_in_the_total_order", messages_arrive_whole_and_in_the_total_order},
    {"all_stand_still_at_one_instant_when_one_asks", all_stand_still_at_one_instant_when_one_asks},
};

int main(void)
{
    return hc_test_ranks_main("windows", CASES, sizeof CASES / sizeof CASES[0]);
}
