/* A scheduler in another process, asked over a socket: what it says arrives, and whatever else it does ends in an error that
 * tells what was expected. */

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "tests/traces/port/decision_log.h"
#include "tests/traces/port/scripted_scheduler.h"
#include "tests/traces/stream/private_place.h"
#include "traces/port/answer.h"
#include "traces/port/scheduler_port.h"

#include <msgpack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const hc_guest_nodes NODES = {
    .count = 2, .gpus = 4, .kind = 0, .cpu_milli = HC_GUEST_UNLIMITED};
static const char *const KINDS[] = {"A100"};
static const hc_guest_cluster CLUSTER = {
    .version = HC_GUEST_VERSION,
    .partition = 3,
    .name = "p",
    .placement = "packed",
    .preemption = "suspend",
    .total_milli = 8000,
    .nodes = &NODES,
    .nodes_count = 1,
    .kinds = KINDS,
    .kinds_count = 1,
};

static const hc_guest_gpus HELD = {.node = 1, .first = 2, .count = 2, .milli = 1000};
static const hc_guest_job JOB = {.job = 17,
                                 .gpus = 2,
                                 .gpu_milli = 1000,
                                 .limit_ns = 5,
                                 .kinds = UINT64_MAX,
                                 .user = HC_GUEST_NONE};
static const hc_guest_start START = {
    .job = 16, .start_ns = 1, .expected_end_ns = 9, .held = &HELD, .held_count = 1};
static const uint64_t ENDED[] = {14, 15};
static const hc_guest_change PREEMPTED = {.job = 13, .gpus = 1, .limit_ns = 4};

static hc_guest_pass make_pass(uint64_t number)
{
    return (hc_guest_pass){
        .number = number,
        .time_ns = 77,
        .partition = 3,
        .total_milli = 8000,
        .free_milli = 6000,
        .largest_milli = 4000,
        .submitted = &JOB,
        .submitted_count = 1,
        .started = &START,
        .started_count = 1,
        .ended = ENDED,
        .ended_count = 2,
        .preempted = &PREEMPTED,
        .preempted_count = 1,
    };
}

static hc_scheduler_port *open_port(const char *endpoint, hc_time timeout)
{
    hc_scheduler_port_options options = {.endpoint = endpoint, .timeout = timeout, .run = "test"};
    hc_scheduler_port *port = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_scheduler_port_open(&port, &options, &error), 0);
    return port;
}

/* {"v": 1}, and {"pass": n}. */
static long greet(char *out)
{
    static const char HELLO[] = {(char)0x81, (char)0xa1, 'v', 1};
    memcpy(out, HELLO, sizeof HELLO);
    return sizeof HELLO;
}

static long answer_pass(char *out, int number)
{
    static const char HEAD[] = {(char)0x81, (char)0xa4, 'p', 'a', 's', 's'};
    memcpy(out, HEAD, sizeof HEAD);
    out[sizeof HEAD] = (char)number;
    return sizeof HEAD + 1;
}

/* ---- a talk ---- */

typedef struct talk {
    char texts[4][2048]; /* the messages that came, as msgpack-c prints them */
} talk;

static long listen_and_start(void *self, size_t n, const void *message, size_t size, char *out,
                             size_t room)
{
    static const char DECISION[] = {(char)0x82, (char)0xa4, 'p',        'a',        's',
                                    's',        1,          (char)0xa5, 's',        't',
                                    'a',        'r',        't',        (char)0x91, 17};
    talk *t = self;
    msgpack_unpacked unpacked;
    (void)room;
    msgpack_unpacked_init(&unpacked);
    if (n < 4 && msgpack_unpack_next(&unpacked, message, size, NULL) == MSGPACK_UNPACK_SUCCESS) {
        (void)msgpack_object_print_buffer(t->texts[n], sizeof t->texts[n], unpacked.data);
    }
    msgpack_unpacked_destroy(&unpacked);
    if (n == 1) {
        memcpy(out, DECISION, sizeof DECISION);
        return sizeof DECISION;
    }
    return greet(out);
}

static void everything_is_told_and_decisions_arrive(void)
{
    talk t = {{{0}}};
    const char *endpoint = hc_in_place("ipc://", "talk");
    hc_scripted_scheduler *peer = hc_scripted_scheduler_start(endpoint, listen_and_start, &t, 256);
    hc_scheduler_port *port = open_port(endpoint, 10 * HC_SECOND);
    const hc_port *table = hc_scheduler_port_table(port);
    hc_guest_pass pass = make_pass(1);
    hc_decision_log log;
    hc_guest_host host = hc_decision_log_host(&log);
    hc_error error = HC_ERROR_NONE;
    void *session = NULL;
    CU_ASSERT_EQUAL_FATAL(table->open(table->self, &CLUSTER, &session, &error), 0);
    CU_ASSERT_EQUAL(table->ask(session, &pass, &host, &error), 0);
    CU_ASSERT_STRING_EQUAL(log.text, "start 17; ");
    table->close(session);
    hc_scheduler_port_close(port);
    CU_ASSERT_EQUAL(hc_scripted_scheduler_stop(peer), 3);
    CU_ASSERT_STRING_EQUAL(
        t.texts[0],
        "{\"v\"=>1, \"type\"=>\"hello\", \"run\"=>\"test\", \"partition\"=>3, \"name\"=>\"p\", "
        "\"placement\"=>\"packed\", \"preempt\"=>\"suspend\", \"begin_ns\"=>0, "
        "\"total_milli\"=>8000, \"nodes\"=>[{\"count\"=>2, \"gpus\"=>4, \"kind\"=>0, "
        "\"cpu_milli\"=>nil, \"memory_bytes\"=>0}], \"kinds\"=>[\"A100\"]}");
    CU_ASSERT_STRING_EQUAL(
        t.texts[1],
        "{\"v\"=>1, \"type\"=>\"pass\", \"pass\"=>1, \"time_ns\"=>77, \"partition\"=>3, "
        "\"nodes_in_service\"=>0, \"total_milli\"=>8000, \"free_milli\"=>6000, "
        "\"largest_milli\"=>4000, \"preempted\"=>[{\"job\"=>13, \"gpus\"=>1, \"limit_ns\"=>4}], "
        "\"resized\"=>[], \"submitted\"=>[{\"job\"=>17, \"gpus\"=>2, \"gpu_milli\"=>1000, "
        "\"submit_ns\"=>0, \"limit_ns\"=>5, \"priority\"=>0, \"user\"=>nil, \"group\"=>0, "
        "\"cpu_milli\"=>0, \"memory_bytes\"=>0, \"kinds\"=>nil, \"single_node\"=>false}], "
        "\"started\"=>[{\"job\"=>16, \"start_ns\"=>1, \"expected_end_ns\"=>9, "
        "\"gpus\"=>[[1, 2, 2, 1000]]}], \"ended\"=>[14, 15]}");
    CU_ASSERT_STRING_EQUAL(t.texts[2], "{\"v\"=>1, \"type\"=>\"end\"}");
}

/* ---- peers that fail ---- */

/* Asks for one pass. @return the message of the error, "" without: static. */
static const char *fail_at(const char *endpoint, hc_time timeout)
{
    static hc_error error;
    hc_scheduler_port *port = open_port(endpoint, timeout);
    const hc_port *table = hc_scheduler_port_table(port);
    hc_guest_pass pass = make_pass(1);
    hc_decision_log log;
    hc_guest_host host = hc_decision_log_host(&log);
    void *session = NULL;
    error = HC_ERROR_NONE;
    if (table->open(table->self, &CLUSTER, &session, &error) == 0) {
        CU_ASSERT_EQUAL(table->ask(session, &pass, &host, &error), -1);
        table->close(session);
    }
    CU_ASSERT_EQUAL(log.count, 0);
    CU_ASSERT(error.text[0] == '\0' || error.kind == HC_ERROR_RUNTIME);
    hc_scheduler_port_close(port);
    return error.text;
}

/* The same with a peer of its own. @param room  for its answers */
static const char *fail_with(hc_script_answer answer, void *self, size_t room, hc_time timeout)
{
    const char *endpoint = hc_in_place("ipc://", "peer");
    hc_scripted_scheduler *peer = hc_scripted_scheduler_start(endpoint, answer, self, room);
    const char *message = fail_at(endpoint, timeout);
    (void)hc_scripted_scheduler_stop(peer);
    return message;
}

/* What the peer says to the hello, and to the pass after a good hello. */
typedef struct words {
    const char *hello; /* NULL: a good one */
    size_t hello_size;
    const char *pass;
    size_t pass_size;
} words;

static long say(void *self, size_t n, const void *message, size_t size, char *out, size_t room)
{
    const words *w = self;
    const char *bytes = n == 0 ? w->hello : w->pass;
    size_t count = n == 0 ? w->hello_size : w->pass_size;
    (void)message;
    (void)size;
    (void)room;
    if (n == 0 && bytes == NULL) {
        return greet(out);
    }
    if (count > 0) {
        memcpy(out, bytes, count);
    }
    return (long)count;
}

static void wrong_answers_are_told_apart(void)
{
    static const char EMPTY_MAP[] = {(char)0x80};
    static const char VERSION_2[] = {(char)0x81, (char)0xa1, 'v', 2};
    static const char PASS_2[] = {(char)0x81, (char)0xa4, 'p', 'a', 's', 's', 2};
    static const char TEXT[] = {'H', 'T', 'T', 'P'};
    static const struct {
        words words;
        const char *message;
    } CASES_OF[] = {
        {{EMPTY_MAP, 1, NULL, 0},
         "answer to the hello of partition 3: expected v: 1 (the version of the protocol), found "
         "none"},
        {{VERSION_2, 4, NULL, 0}, "expected v: 1 (the version of the protocol), found another one"},
        {{TEXT, 4, NULL, 0}, "answer to the hello of partition 3: expected one msgpack map"},
        {{NULL, 0, EMPTY_MAP, 1}, "answer to pass 1 of partition 3: it does not say pass: 1"},
        {{NULL, 0, PASS_2, 7}, "answer to pass 1 of partition 3: it is for pass 2"},
        {{NULL, 0, TEXT, 4}, "answer to pass 1 of partition 3: expected one msgpack map"},
        {{NULL, 0, TEXT, 0}, "answer to pass 1 of partition 3: expected one msgpack map"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        words w = CASES_OF[i].words;
        const char *message = fail_with(say, &w, 64, 10 * HC_SECOND);
        if (strstr(message, CASES_OF[i].message) == NULL ||
            strstr(message, "the scheduler at ipc://") != message) {
            printf("\n    %s\n    lacks: %s\n", message, CASES_OF[i].message);
            CU_FAIL("another message");
        }
    }
}

static long be_silent(void *self, size_t n, const void *message, size_t size, char *out,
                      size_t room)
{
    const size_t *from = self;
    (void)message;
    (void)size;
    (void)room;
    return n >= *from ? HC_SCRIPT_SILENT : greet(out);
}

static void who_is_silent_is_given_up_in_time(void)
{
    size_t from = 1;
    CU_ASSERT_PTR_NOT_NULL(strstr(fail_with(be_silent, &from, 64, 50 * HC_MILLISECOND),
                                  "no answer to pass 1 of partition 3 within 50ms "
                                  "(scheduler.timeout): is it running?"));
    from = 0;
    CU_ASSERT_PTR_NOT_NULL(strstr(fail_with(be_silent, &from, 64, 50 * HC_MILLISECOND),
                                  "no answer to the hello of partition 3 within 50ms"));
}

static void who_is_not_there_is_given_up_in_time(void)
{
    hc_scheduler_port *port = open_port(hc_in_place("ipc://", "nobody"), 50 * HC_MILLISECOND);
    const hc_port *table = hc_scheduler_port_table(port);
    hc_error error = HC_ERROR_NONE;
    void *session = NULL;
    CU_ASSERT_EQUAL(table->open(table->self, &CLUSTER, &session, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no answer to the hello of partition 3 within 50ms"));
    hc_scheduler_port_close(port);
}

static long leave(void *self, size_t n, const void *message, size_t size, char *out, size_t room)
{
    (void)self;
    (void)message;
    (void)size;
    (void)room;
    return n == 0 ? greet(out) : HC_SCRIPT_LEAVE;
}

/* Long before the hour that it would have had. */
static void who_has_gone_is_noticed_at_once(void)
{
    time_t begin = time(NULL);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(fail_with(leave, NULL, 64, HC_HOUR),
               "the connection was lost before it answered pass 1 of partition 3"));
    CU_ASSERT(time(NULL) - begin < 30);
}

static long say_too_much(void *self, size_t n, const void *message, size_t size, char *out,
                         size_t room)
{
    (void)self;
    (void)message;
    (void)size;
    if (n == 0) {
        return greet(out);
    }
    memset(out, 0x90, room);
    return (long)room;
}

static void answers_of_more_than_a_mebibyte_are_not_taken(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(fail_with(say_too_much, NULL, HC_ANSWER_MAX_BYTES + 1, HC_HOUR),
                                  "or its answer was longer than 1 MiB"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fail_with(say_too_much, NULL, HC_ANSWER_MAX_BYTES, HC_HOUR),
                                  "expected one msgpack map of at most 1 MiB"));
}

/* ---- a thousand hostile messages ---- */

/* Bytes at random, answers with some bytes changed, and announced lengths that are not there. */
static long be_hostile(void *self, size_t n, const void *message, size_t size, char *out,
                       size_t room)
{
    hc_random *random = self;
    size_t length = hc_random_below(random, 64);
    (void)n;
    (void)room;
    if (memmem(message, size, "hello", 5) != NULL) {
        return greet(out);
    }
    for (size_t i = 0; i < length; i++) {
        out[i] = (char)hc_random_bits(random);
    }
    switch (hc_random_below(random, 3)) {
    case 0:
        out[0] = (char)(0xdc + hc_random_below(random, 4)); /* a list or a map of very many */
        return (long)length;
    case 1:
        (void)answer_pass(out, 2 + (int)hc_random_below(random, 100)); /* of another pass */
        return 7 + (long)(length / 2);
    default:
        return (long)length;
    }
}

static void a_thousand_hostile_answers_decide_nothing(void)
{
    hc_random random = hc_random_stream(5, 0, HC_RANDOM_BENCH);
    const char *endpoint = hc_in_place("ipc://", "hostile");
    hc_scripted_scheduler *peer = hc_scripted_scheduler_start(endpoint, be_hostile, &random, 256);
    for (int i = 0; i < 1000; i++) {
        CU_ASSERT_PTR_NOT_NULL(strstr(fail_at(endpoint, 10 * HC_SECOND), "answer to pass 1"));
    }
    CU_ASSERT(hc_scripted_scheduler_stop(peer) >= 2000);
}

/* ---- a run that is to stop ---- */

static bool has_asked_to_stop;

static bool is_stopping(void)
{
    return has_asked_to_stop;
}

static void a_run_that_is_to_stop_waits_no_longer(void)
{
    size_t from = 0;
    const char *endpoint = hc_in_place("ipc://", "stop");
    hc_scripted_scheduler *peer = hc_scripted_scheduler_start(endpoint, be_silent, &from, 64);
    hc_scheduler_port_options options = {
        .endpoint = endpoint, .timeout = HC_HOUR, .run = "test", .is_stopping = is_stopping};
    hc_scheduler_port *port = NULL;
    hc_error error = HC_ERROR_NONE;
    const hc_port *table = NULL;
    void *session = NULL;
    has_asked_to_stop = true;
    CU_ASSERT_EQUAL_FATAL(hc_scheduler_port_open(&port, &options, &error), 0);
    table = hc_scheduler_port_table(port);
    CU_ASSERT_FALSE(hc_scheduler_port_was_stopped(port));
    CU_ASSERT_EQUAL(table->open(table->self, &CLUSTER, &session, &error), -1);
    CU_ASSERT(hc_scheduler_port_was_stopped(port));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "stopped before it answered the hello"));
    hc_scheduler_port_close(port);
    (void)hc_scripted_scheduler_stop(peer);
}

static const hc_test_case CASES[] = {
    {"everything_is_told_and_decisions_arrive", everything_is_told_and_decisions_arrive},
    {"wrong_answers_are_told_apart", wrong_answers_are_told_apart},
    {"who_is_silent_is_given_up_in_time", who_is_silent_is_given_up_in_time},
    {"who_is_not_there_is_given_up_in_time", who_is_not_there_is_given_up_in_time},
    {"who_has_gone_is_noticed_at_once", who_has_gone_is_noticed_at_once},
    {"answers_of_more_than_a_mebibyte_are_not_taken",
     answers_of_more_than_a_mebibyte_are_not_taken},
    {"a_thousand_hostile_answers_decide_nothing", a_thousand_hostile_answers_decide_nothing},
    {"a_run_that_is_to_stop_waits_no_longer", a_run_that_is_to_stop_waits_no_longer},
};

HC_TEST_MAIN("traces/port/scheduler_port", CASES)
