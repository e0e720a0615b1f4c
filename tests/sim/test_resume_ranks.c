/* A run that some ranks have saved is taken up by another number of ranks, and ends with the digest of a run on one. The
 * ranks are played one after the other: partitions need nothing from each other while events are executed.
 * Usage: test_sim_resume_ranks [SCENARIOS [FIRST]] */

#include "sim/engine/random.h"
#include "sim/engine/sequential.h"
#include "sim/simulation.h"
#include "tests/sim/crossing.h"
#include "tests/sim/memory_state.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 200;
static uint64_t first_scenario;

enum { MAX_RANKS = 4 };

/* Ranks that reduce one after the other: whoever comes last knows the result. */
typedef struct troupe {
    uint64_t sums[HC_RANDOM_PARTITIONS];
    int64_t largest;
    uint32_t rank_count;
    hc_executor executors[MAX_RANKS];
    hc_replay_stage *stages[MAX_RANKS];
} troupe;

static int run_alone(void *self, struct hc_engine *engine, const hc_stretch *stretch,
                     hc_stretch_end *end, hc_error *error)
{
    (void)self;
    return hc_sequential_executor.run(NULL, engine, stretch, end, error);
}

static void sum_so_far(void *self, uint64_t *values, size_t count)
{
    troupe *t = self;
    for (size_t i = 0; i < count && i < HC_RANDOM_PARTITIONS; i++) {
        t->sums[i] += values[i];
        values[i] = t->sums[i];
    }
}

static void max_so_far(void *self, int64_t *values, size_t count)
{
    troupe *t = self;
    CU_ASSERT_EQUAL(count, 1);
    t->largest = values[0] > t->largest ? values[0] : t->largest;
    values[0] = t->largest;
}

static void forget(troupe *t)
{
    memset(t->sums, 0, sizeof t->sums);
    t->largest = INT64_MIN;
}

static void open_troupe(troupe *t, hc_crossing *c, uint32_t rank_count, hc_memory_state *state)
{
    hc_state_store reader = {.self = NULL};
    *t = (troupe){.rank_count = rank_count, .largest = INT64_MIN};
    if (state != NULL) {
        reader = hc_memory_state_reader(state);
    }
    for (uint32_t i = 0; i < rank_count; i++) {
        t->executors[i] = (hc_executor){.self = t,
                                        .rank = i,
                                        .rank_count = rank_count,
                                        .run = run_alone,
                                        .sum = sum_so_far,
                                        .max = max_so_far};
        c->replay.executor = &t->executors[i];
        t->stages[i] = hc_replay_open(&c->replay, state == NULL ? NULL : &reader);
    }
}

static void close_troupe(troupe *t)
{
    for (uint32_t i = 0; i < t->rank_count; i++) {
        hc_replay_close(t->stages[i]);
    }
}

static void advance(troupe *t, hc_time until)
{
    hc_stretch stretch = {.until = until, .limit = UINT64_MAX};
    for (uint32_t i = 0; i < t->rank_count; i++) {
        hc_simulation *s = hc_replay_simulation(t->stages[i]);
        hc_error error = HC_ERROR_NONE;
        hc_stretch_end end;
        if (hc_simulation_advance(s, &stretch, &end, &error) < 0) {
            printf("\n    %s\n", error.text);
            CU_FAIL_FATAL("the simulation failed");
        }
        CU_ASSERT_FATAL(hc_simulation_check(s));
    }
}

/* The first rank writes what is common: it comes last. */
static void save(troupe *t, hc_memory_state *state)
{
    hc_state_store writer = hc_memory_state_writer(state);
    forget(t);
    for (uint32_t i = t->rank_count; i-- > 0;) {
        hc_error error = HC_ERROR_NONE;
        hc_simulation *s = hc_replay_simulation(t->stages[i]);
        CU_ASSERT_EQUAL_FATAL(hc_simulation_save(s, &writer, &error), 0);
    }
}

static hc_digest digest_of(troupe *t)
{
    hc_digest digest = {0};
    forget(t);
    for (uint32_t i = 0; i < t->rank_count; i++) {
        digest = hc_simulation_digest(hc_replay_simulation(t->stages[i]));
    }
    return digest;
}

static uint64_t events_of(troupe *t)
{
    uint64_t count = 0;
    forget(t);
    for (uint32_t i = 0; i < t->rank_count; i++) {
        uint64_t own = t->sums[0];
        count = hc_simulation_progress(hc_replay_simulation(t->stages[i])).event_count;
        CU_ASSERT(count >= own);
    }
    return count;
}

/* From the first submission to behind the last one. */
static hc_time draw_cut(hc_random *random, const hc_random_scenario *s)
{
    hc_time first = s->begin == HC_TIME_MISSING ? s->jobs[0].spec.submit : s->begin;
    hc_time last = s->jobs[s->job_count - 1].spec.submit;
    uint64_t seconds = (uint64_t)((last - first) / HC_SECOND) + 600;
    return first + (hc_time)hc_random_below(random, seconds) * HC_SECOND +
           (hc_time)hc_random_below(random, 2);
}

static void check_one(uint64_t number)
{
    static hc_crossing c;
    hc_random random = hc_random_stream(20261202, number, HC_RANDOM_BENCH);
    hc_memory_state states[2] = {{.sections = NULL}, {.sections = NULL}};
    hc_digest alone;
    uint64_t event_count = 0;
    hc_time cut = 0;
    troupe t;
    hc_crossing_draw(&c, number);
    open_troupe(&t, &c, 1, NULL);
    advance(&t, HC_TIME_NEVER);
    alone = digest_of(&t);
    event_count = events_of(&t);
    close_troupe(&t);
    open_troupe(&t, &c, 1 + (uint32_t)hc_random_below(&random, MAX_RANKS), NULL);
    cut = draw_cut(&random, &c.scenario);
    for (int i = 0; i < 2; i++) {
        advance(&t, cut);
        save(&t, &states[i]);
        close_troupe(&t);
        open_troupe(&t, &c, 1 + (uint32_t)hc_random_below(&random, MAX_RANKS), &states[i]);
        cut += (hc_time)hc_random_below(&random, 3000) * HC_SECOND;
    }
    advance(&t, HC_TIME_NEVER);
    if (digest_of(&t).value != alone.value || events_of(&t) != event_count) {
        printf("\n    scenario %llu\n", (unsigned long long)number);
        CU_FAIL_FATAL("a resumed run is another one");
    }
    close_troupe(&t);
    hc_memory_state_free(&states[0]);
    hc_memory_state_free(&states[1]);
    hc_crossing_release(&c);
}

static void a_run_is_taken_up_by_any_number_of_ranks(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_one(number);
    }
}

static const hc_test_case CASES[] = {
    {"a_run_is_taken_up_by_any_number_of_ranks", a_run_is_taken_up_by_any_number_of_ranks},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("resume_ranks", CASES, sizeof CASES / sizeof CASES[0]);
}
