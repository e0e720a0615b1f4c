#include "sim/engine/engine.h"
#include "sim/engine/phold.h"
#include "sim/engine/sequential.h"
#include "tests/testing.h"

#include <math.h>
#include <string.h>

enum { MAX_LOG = 64 };

/* A process that writes down what it sees; what it posts in answer is up to the test. */
typedef struct witness {
    char log[MAX_LOG];
    size_t count;
    int (*react)(struct witness *witness, hc_engine *engine, const hc_event *event);
    hc_event_handle handle;
} witness;

static int handle_event(void *state, hc_engine *engine, const hc_event *event, hc_error *error)
{
    witness *w = state;
    if (w->count < MAX_LOG - 1) {
        w->log[w->count++] = (char)event->kind;
    }
    if (w->react != NULL && w->react(w, engine, event) < 0) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "refused %c", (char)event->kind);
    }
    return 0;
}

static hc_engine *build(witness *witnesses, uint32_t count)
{
    hc_engine *engine = hc_engine_create(0, NULL);
    hc_process_id id;
    for (uint32_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_engine_add_process(engine, handle_event, &witnesses[i], &id, NULL),
                              0);
        CU_ASSERT_EQUAL(id.index, i);
    }
    return engine;
}

static hc_event_handle post(hc_engine *engine, hc_time time, uint8_t event_class, uint32_t entity,
                            char kind)
{
    return hc_engine_post(
        engine, time,
        &(hc_post){.event_class = event_class, .entity = entity, .kind = (uint32_t)kind});
}

static void time_then_class_then_entity_then_order_of_posting_decide(void)
{
    witness w = {0};
    hc_engine *engine = build(&w, 1);
    (void)post(engine, 2, 0, 0, 'g');
    (void)post(engine, 1, 2, 0, 'e');
    (void)post(engine, 1, 2, 0, 'f');
    (void)post(engine, 1, 1, 9, 'd');
    (void)post(engine, 1, 1, 7, 'b');
    (void)post(engine, 1, 1, 7, 'c');
    (void)post(engine, -1, 5, 5, 'a');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, UINT64_MAX, NULL, NULL), 0);
    CU_ASSERT_STRING_EQUAL(w.log, "abcdefg");
    CU_ASSERT_EQUAL(hc_engine_executed(engine), 7);
    hc_engine_destroy(engine);
}

/* An end (class 1) posts at its own instant: a submission (class 3) and an end; and asks for a pass. */
static int chain(witness *w, hc_engine *engine, const hc_event *event)
{
    (void)w;
    if (event->kind == 'a') {
        (void)hc_engine_post_this_round(engine, &(hc_post){.event_class = 5, .kind = 'P'});
        (void)post(engine, hc_engine_now(engine), 3, 0, 's');
        (void)post(engine, hc_engine_now(engine), 1, 0, 'b');
    }
    return 0;
}

static void what_an_event_causes_at_its_instant_opens_the_next_round(void)
{
    witness w = {.react = chain};
    hc_engine *engine = build(&w, 1);
    (void)post(engine, 7, 1, 0, 'a');
    (void)post(engine, 7, 4, 0, 't');
    (void)post(engine, 8, 0, 0, 'z');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, UINT64_MAX, NULL, NULL), 0);
    CU_ASSERT_STRING_EQUAL(w.log, "atPbsz");
    hc_engine_destroy(engine);
}

static int move_and_cancel(witness *w, hc_engine *engine, const hc_event *event)
{
    if (event->kind == 'a') {
        w->handle = hc_engine_move(engine, w->handle, 3);
    } else if (event->kind == 'b') {
        w->handle = hc_engine_move(engine, w->handle, 9);
    } else if (event->kind == 'c') {
        CU_ASSERT(hc_engine_cancel(engine, w->handle));
        CU_ASSERT_FALSE(hc_engine_cancel(engine, w->handle));
        CU_ASSERT_EQUAL(hc_engine_move(engine, w->handle, 10).slot, HC_NO_EVENT.slot);
    }
    return 0;
}

static void events_can_be_moved_and_taken_back(void)
{
    witness w = {.react = move_and_cancel};
    hc_engine *engine = build(&w, 1);
    w.handle = post(engine, 5, 0, 0, 'M');
    (void)post(engine, 1, 0, 0, 'a');
    (void)post(engine, 2, 0, 0, 'b');
    (void)post(engine, 4, 0, 0, 'c');
    (void)post(engine, 12, 0, 0, 'd');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, UINT64_MAX, NULL, NULL), 0);
    CU_ASSERT_STRING_EQUAL(w.log, "abcd");
    hc_engine_destroy(engine);
}

static void a_run_stops_before_its_end_and_at_its_limit(void)
{
    witness w = {0};
    hc_engine *engine = build(&w, 1);
    uint64_t executed = 0;
    for (char kind = 'a'; kind < 'f'; kind++) {
        (void)post(engine, kind, 0, 0, kind);
    }
    CU_ASSERT_EQUAL(hc_engine_run(engine, 'c', UINT64_MAX, &executed, NULL), 0);
    CU_ASSERT_EQUAL(executed, 2);
    CU_ASSERT_EQUAL(hc_engine_next_time(engine), 'c');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, 1, &executed, NULL), 0);
    CU_ASSERT_EQUAL(executed, 1);
    CU_ASSERT_STRING_EQUAL(w.log, "abc");
    hc_engine_destroy(engine);
}

static int refuse(witness *w, hc_engine *engine, const hc_event *event)
{
    (void)w;
    (void)engine;
    return event->kind == 'b' ? -1 : 0;
}

static void a_failing_handler_stops_the_run_with_its_message(void)
{
    witness w = {.react = refuse};
    hc_engine *engine = build(&w, 1);
    hc_error error = HC_ERROR_NONE;
    (void)post(engine, 1, 0, 0, 'a');
    (void)post(engine, 2, 0, 0, 'b');
    (void)post(engine, 3, 0, 0, 'c');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, UINT64_MAX, NULL, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "refused b");
    CU_ASSERT_STRING_EQUAL(w.log, "ab");
    hc_engine_destroy(engine);
}

static int repeat_now(witness *w, hc_engine *engine, const hc_event *event)
{
    (void)w;
    (void)post(engine, hc_engine_now(engine), 0, 0, (char)event->kind);
    return 0;
}

static void an_endless_loop_at_one_instant_is_an_error(void)
{
    witness w = {.react = repeat_now};
    hc_engine *engine = build(&w, 1);
    hc_error error = HC_ERROR_NONE;
    (void)post(engine, 1, 0, 0, 'a');
    CU_ASSERT_EQUAL(hc_engine_run(engine, HC_TIME_NEVER, UINT64_MAX, NULL, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "endless loop"));
    hc_engine_destroy(engine);
}

/* Each process executes one event per unit of time on average. */
static void phold_executes_as_many_events_as_its_mean_delay_says(void)
{
    static const double LOOKAHEADS[] = {0.01, 0.1, 0.9};
    hc_phold_result result;
    for (size_t i = 0; i < 3; i++) {
        hc_phold_options options = {1024, LOOKAHEADS[i], 0.1, 100, 1};
        double spread = 0;
        CU_ASSERT_EQUAL(hc_phold_run(&options, &hc_sequential_executor, &result, NULL), 0);
        /* renewal process: variance per unit of time (1 - L)^2 at mean 1 */
        spread = sqrt(1024 * 100.0) * (1 - LOOKAHEADS[i]);
        CU_ASSERT(fabs((double)result.event_count - 102400) < 5 * spread + 1024);
    }
}

static void phold_gives_the_same_digest_every_time(void)
{
    hc_phold_options options = {512, 0.1, 0.5, 50, 7};
    hc_phold_result first;
    hc_phold_result second;
    CU_ASSERT_EQUAL(hc_phold_run(&options, &hc_sequential_executor, &first, NULL), 0);
    CU_ASSERT_EQUAL(hc_phold_run(&options, &hc_sequential_executor, &second, NULL), 0);
    CU_ASSERT_EQUAL(first.digest.value, second.digest.value);
    options.seed = 8;
    CU_ASSERT_EQUAL(hc_phold_run(&options, &hc_sequential_executor, &second, NULL), 0);
    CU_ASSERT_NOT_EQUAL(first.digest.value, second.digest.value);
}

static void phold_refuses_parameters_that_make_no_sense(void)
{
    static const hc_phold_options CASES[] = {
        {0, 0.1, 0.1, 1, 1},          {1, 1.0, 0.1, 1, 1},   {1, -0.1, 0.1, 1, 1},
        {1, NAN, 0.1, 1, 1},          {1, 0.1, 1.1, 1, 1},   {1, 0.1, -1, 1, 1},
        {1, 0.1, 0.1, 0, 1},          {1, 0.1, 0.1, NAN, 1}, {1, 0.1, 0.1, 1e10, 1},
        {UINT32_MAX, 0.1, 0.1, 1, 1},
    };
    hc_phold_result result;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_phold_run(&CASES[i], &hc_sequential_executor, &result, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    }
}

static const hc_test_case CASES[] = {
    {"time_then_class_then_entity_then_order_of_posting_decide",
     time_then_class_then_entity_then_order_of_posting_decide},
    {"what_an_event_causes_at_its_instant_opens_the_next_round",
     what_an_event_causes_at_its_instant_opens_the_next_round},
    {"events_can_be_moved_and_taken_back", events_can_be_moved_and_taken_back},
    {"a_run_stops_before_its_end_and_at_its_limit", a_run_stops_before_its_end_and_at_its_limit},
    {"a_failing_handler_stops_the_run_with_its_message",
     a_failing_handler_stops_the_run_with_its_message},
    {"an_endless_loop_at_one_instant_is_an_error", an_endless_loop_at_one_instant_is_an_error},
    {"phold_executes_as_many_events_as_its_mean_delay_says",
     phold_executes_as_many_events_as_its_mean_delay_says},
    {"phold_gives_the_same_digest_every_time", phold_gives_the_same_digest_every_time},
    {"phold_refuses_parameters_that_make_no_sense", phold_refuses_parameters_that_make_no_sense},
};

HC_TEST_MAIN("engine", CASES)
