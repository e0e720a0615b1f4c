#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/gate.h"

#include <stdio.h>
#include <string.h>
#include <zmq.h>

enum { SHORT_MS = 400, LONG_MS = 10000 };

/* A publisher behind a gate that lets Alice in, and who knocks. */
typedef struct scene {
    void *context; /* of the publisher */
    void *outside; /* of the others */
    hc_gate *gate;
    hc_allow_list *allowed;
    hc_curve_keys server;
    hc_curve_keys alice;
    hc_curve_keys mallory;
    void *publisher;
    char endpoint[HC_ENDPOINT_TEXT_SIZE];
} scene;

static void make_list(scene *s)
{
    hc_error error = HC_ERROR_NONE;
    const char *path = hc_in_place("", "readers");
    FILE *file = fopen(path, "w");
    (void)fprintf(file, "%s\n", s->alice.public_key);
    (void)fclose(file);
    CU_ASSERT_EQUAL_FATAL(hc_allow_list_read(&s->allowed, path, &error), 0);
}

static void scene_open(scene *s)
{
    hc_error error = HC_ERROR_NONE;
    const int none = 0;
    *s = (scene){.context = zmq_ctx_new(), .outside = zmq_ctx_new()};
    CU_ASSERT_EQUAL_FATAL(hc_curve_keys_make(&s->server, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_curve_keys_make(&s->alice, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_curve_keys_make(&s->mallory, &error), 0);
    make_list(s);
    CU_ASSERT_EQUAL_FATAL(hc_gate_create(&s->gate, s->context, s->allowed, &error), 0);
    s->publisher = zmq_socket(s->context, ZMQ_XPUB);
    (void)zmq_setsockopt(s->publisher, ZMQ_LINGER, &none, sizeof none);
    CU_ASSERT_EQUAL_FATAL(hc_gate_guard(s->publisher, &s->server, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_endpoint_bind(s->publisher, "tcp://127.0.0.1:*", s->endpoint, &error),
                          0);
}

static void scene_close(scene *s)
{
    (void)zmq_ctx_term(s->outside);
    (void)zmq_close(s->publisher);
    hc_gate_destroy(s->gate);
    (void)zmq_ctx_term(s->context);
    hc_allow_list_destroy(s->allowed);
}

/* A subscriber to everything; without keys where `client` is NULL. */
static void *knock(scene *s, const hc_curve_keys *client, const hc_curve_keys *server)
{
    hc_error error = HC_ERROR_NONE;
    const int none = 0;
    void *socket = zmq_socket(s->outside, ZMQ_SUB);
    (void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    if (client != NULL) {
        CU_ASSERT_EQUAL(hc_gate_enter(socket, client, server, &error), 0);
    }
    CU_ASSERT_EQUAL(hc_endpoint_connect(socket, s->endpoint, &error), 0);
    return socket;
}

static bool is_readable(void *socket)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    return zmq_poll(&item, 1, 0) == 1;
}

/* Publishes and answers until a subscription is in and a message is out, or the time is over.
 * @return whether the reader got a message */
static bool gets_messages(scene *s, void *reader, int limit_ms)
{
    for (int waited = 0; waited < limit_ms; waited += 10) {
        zmq_pollitem_t items[] = {
            {.socket = reader, .events = ZMQ_POLLIN},
            {.socket = s->gate == NULL ? NULL : hc_gate_socket(s->gate), .events = ZMQ_POLLIN}};
        (void)zmq_poll(items, s->gate == NULL ? 1 : 2, 10);
        if (s->gate != NULL) {
            hc_gate_answer(s->gate);
        }
        (void)zmq_send(s->publisher, "secret", 6, ZMQ_DONTWAIT);
        if (is_readable(reader)) {
            return true;
        }
    }
    return false;
}

static void who_is_on_the_list_gets_messages(void)
{
    scene s;
    void *reader = NULL;
    scene_open(&s);
    reader = knock(&s, &s.alice, &s.server);
    CU_ASSERT(gets_messages(&s, reader, LONG_MS));
    CU_ASSERT(is_readable(s.publisher)); /* its subscription */
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 1);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).refused, 0);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).broken, 0);
    (void)zmq_close(reader);
    scene_close(&s);
}

static void who_is_not_on_the_list_gets_nothing(void)
{
    scene s;
    void *reader = NULL;
    scene_open(&s);
    reader = knock(&s, &s.mallory, &s.server);
    CU_ASSERT_FALSE(gets_messages(&s, reader, SHORT_MS));
    CU_ASSERT_FALSE(is_readable(s.publisher));
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 0);
    CU_ASSERT(hc_gate_count(s.gate).refused > 0);
    (void)zmq_close(reader);
    scene_close(&s);
}

static void who_has_no_keys_gets_nothing(void)
{
    scene s;
    void *reader = NULL;
    scene_open(&s);
    reader = knock(&s, NULL, NULL);
    CU_ASSERT_FALSE(gets_messages(&s, reader, SHORT_MS));
    CU_ASSERT_FALSE(is_readable(s.publisher));
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 0);
    (void)zmq_close(reader);
    scene_close(&s);
}

/* Who is allowed, but takes somebody else for the publisher. */
static void who_has_a_wrong_server_key_gets_nothing(void)
{
    scene s;
    void *reader = NULL;
    scene_open(&s);
    reader = knock(&s, &s.alice, &s.mallory);
    CU_ASSERT_FALSE(gets_messages(&s, reader, SHORT_MS));
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 0);
    (void)zmq_close(reader);
    scene_close(&s);
}

/* The public key of somebody who is allowed is no secret: without its secret key it opens nothing. */
static void a_public_key_alone_opens_nothing(void)
{
    scene s;
    void *reader = NULL;
    hc_curve_keys forged;
    scene_open(&s);
    forged = s.mallory;
    memcpy(forged.public_key, s.alice.public_key, sizeof forged.public_key);
    reader = knock(&s, &forged, &s.server);
    CU_ASSERT_FALSE(gets_messages(&s, reader, SHORT_MS));
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 0);
    (void)zmq_close(reader);
    scene_close(&s);
}

static void without_a_gate_nobody_enters(void)
{
    scene s;
    void *reader = NULL;
    scene_open(&s);
    hc_gate_destroy(s.gate);
    s.gate = NULL;
    reader = knock(&s, &s.alice, &s.server);
    CU_ASSERT_FALSE(gets_messages(&s, reader, SHORT_MS));
    (void)zmq_close(reader);
    scene_close(&s);
}

static void a_context_has_one_gate(void)
{
    scene s;
    hc_gate *second = NULL;
    hc_error error = HC_ERROR_NONE;
    scene_open(&s);
    CU_ASSERT_EQUAL(hc_gate_create(&second, s.context, s.allowed, &error), -1);
    CU_ASSERT_PTR_NULL(second);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "Address already in use"));
    scene_close(&s);
}

/* ---- requests by hand ---- */

typedef struct frame {
    const char *bytes;
    size_t size;
} frame;

#define TEXT(text)             \
    {                          \
        text, sizeof(text) - 1 \
    }

enum { MAX_FRAMES = 20 };

static void *ask_by(scene *s)
{
    const int none = 0;
    const int wait_ms = 1000;
    void *socket = zmq_socket(s->context, ZMQ_DEALER);
    (void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    (void)zmq_setsockopt(socket, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    CU_ASSERT_EQUAL(zmq_connect(socket, "inproc://zeromq.zap.01"), 0);
    return socket;
}

static void ask(scene *s, void *socket, const frame *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(
            zmq_send(socket, frames[i].bytes, frames[i].size, i + 1 < count ? ZMQ_SNDMORE : 0),
            (int)frames[i].size);
    }
    hc_gate_answer(s->gate);
}

/* The answer: "1.0|7|200|OK|user|" */
static void get_answer(void *socket, char *out, size_t size)
{
    int has_more = 1;
    size_t has_more_size = sizeof has_more;
    size_t length = 0;
    out[0] = '\0';
    while (has_more) {
        char part[256];
        int got = zmq_recv(socket, part, sizeof part, 0);
        CU_ASSERT_FATAL(got >= 0);
        length += (size_t)snprintf(out + length, size - length, "%.*s|", got, part);
        (void)zmq_getsockopt(socket, ZMQ_RCVMORE, &has_more, &has_more_size);
    }
}

static void a_request_is_answered_as_zap_says(void)
{
    scene s;
    void *socket = NULL;
    char answer[512];
    char expected[512];
    unsigned char key[32];
    frame frames[] = {TEXT(""),          TEXT("1.0"), TEXT("7"),     TEXT("hindcast"),
                      TEXT("127.0.0.1"), TEXT("me"),  TEXT("CURVE"), {(char *)key, 32}};
    scene_open(&s);
    socket = ask_by(&s);
    (void)zmq_z85_decode(key, s.alice.public_key);
    ask(&s, socket, frames, 8);
    get_answer(socket, answer, sizeof answer);
    (void)snprintf(expected, sizeof expected, "|1.0|7|200|OK|%s||", s.alice.public_key);
    CU_ASSERT_STRING_EQUAL(answer, expected);
    (void)zmq_z85_decode(key, s.mallory.public_key);
    ask(&s, socket, frames, 8);
    get_answer(socket, answer, sizeof answer);
    CU_ASSERT_STRING_EQUAL(answer, "|1.0|7|400|No access|||");
    (void)zmq_close(socket);
    scene_close(&s);
}

/* A request with Alice's key in which one frame is another one, or which ends before it or goes on. */
static void other_mechanisms_domains_and_keys_are_refused(void)
{
    static char key[33];
    static const struct {
        size_t at;
        frame instead;
        size_t count;
    } CASES[] = {
        {6, TEXT("NULL"), 7},  {6, TEXT("CURVE"), 7},      {3, TEXT("hindcas"), 8},
        {3, TEXT(""), 8},      {3, TEXT("hindcast\0"), 8}, {6, TEXT("curve"), 8},
        {6, TEXT("PLAIN"), 8}, {7, {key, 31}, 8},          {7, {key, 33}, 8},
        {8, TEXT("more"), 9},
    };
    scene s;
    void *socket = NULL;
    char answer[512];
    scene_open(&s);
    socket = ask_by(&s);
    (void)zmq_z85_decode((unsigned char *)key, s.alice.public_key);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        frame frames[MAX_FRAMES] = {TEXT(""),  TEXT("1.0"), TEXT("1"),     TEXT("hindcast"),
                                    TEXT("a"), TEXT(""),    TEXT("CURVE"), {key, 32}};
        frames[CASES[i].at] = CASES[i].instead;
        ask(&s, socket, frames, CASES[i].count);
        get_answer(socket, answer, sizeof answer);
        CU_ASSERT_STRING_EQUAL(answer, "|1.0|1|400|No access|||");
    }
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).refused, sizeof CASES / sizeof CASES[0]);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 0);
    (void)zmq_close(socket);
    scene_close(&s);
}

static void what_is_no_request_is_counted_and_left(void)
{
    static char large[1 << 20];
    static const struct {
        size_t at;
        frame instead;
        size_t count;
    } CASES[] = {
        {0, TEXT(""), 1},     {0, TEXT(""), 6},     {0, TEXT("1.0"), 7},
        {1, TEXT("2.0"), 7},  {1, TEXT("1.00"), 7}, {1, {large, sizeof large}, 7},
        {2, {large, 256}, 7}, {0, TEXT(""), 16},    {0, {large, sizeof large}, MAX_FRAMES},
    };
    scene s;
    void *socket = NULL;
    char byte = 0;
    scene_open(&s);
    socket = ask_by(&s);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        frame frames[MAX_FRAMES] = {TEXT(""),  TEXT("1.0"), TEXT("1"),   TEXT("hindcast"),
                                    TEXT("a"), TEXT(""),    TEXT("NULL")};
        frames[CASES[i].at] = CASES[i].instead;
        ask(&s, socket, frames, CASES[i].count);
        CU_ASSERT_EQUAL(hc_gate_count(s.gate).broken, i + 1);
    }
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).refused, 0);
    CU_ASSERT_EQUAL(zmq_recv(socket, &byte, 1, ZMQ_DONTWAIT), -1);
    (void)zmq_close(socket);
    scene_close(&s);
}

static void the_gate_works_on_behind_broken_requests(void)
{
    scene s;
    void *socket = NULL;
    void *reader = NULL;
    const frame few[] = {TEXT(""), TEXT("1.0"), TEXT("1")};
    scene_open(&s);
    socket = ask_by(&s);
    for (int i = 0; i < 600; i++) {
        (void)zmq_send(socket, few[i % 3].bytes, few[i % 3].size, 0);
    }
    reader = knock(&s, &s.alice, &s.server);
    CU_ASSERT(gets_messages(&s, reader, LONG_MS));
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).broken, 600);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).admitted, 1);
    (void)zmq_close(reader);
    (void)zmq_close(socket);
    scene_close(&s);
}

static void a_call_answers_no_more_than_it_says(void)
{
    scene s;
    void *socket = NULL;
    scene_open(&s);
    socket = ask_by(&s);
    for (int i = 0; i < 600; i++) {
        (void)zmq_send(socket, "", 0, 0);
    }
    hc_gate_answer(s.gate);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).broken, 256);
    CU_ASSERT(is_readable(hc_gate_socket(s.gate)));
    hc_gate_answer(s.gate);
    hc_gate_answer(s.gate);
    CU_ASSERT_EQUAL(hc_gate_count(s.gate).broken, 600);
    CU_ASSERT_FALSE(is_readable(hc_gate_socket(s.gate)));
    (void)zmq_close(socket);
    scene_close(&s);
    hc_gate_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"who_is_on_the_list_gets_messages", who_is_on_the_list_gets_messages},
    {"who_is_not_on_the_list_gets_nothing", who_is_not_on_the_list_gets_nothing},
    {"who_has_no_keys_gets_nothing", who_has_no_keys_gets_nothing},
    {"who_has_a_wrong_server_key_gets_nothing", who_has_a_wrong_server_key_gets_nothing},
    {"a_public_key_alone_opens_nothing", a_public_key_alone_opens_nothing},
    {"without_a_gate_nobody_enters", without_a_gate_nobody_enters},
    {"a_context_has_one_gate", a_context_has_one_gate},
    {"a_request_is_answered_as_zap_says", a_request_is_answered_as_zap_says},
    {"other_mechanisms_domains_and_keys_are_refused",
     other_mechanisms_domains_and_keys_are_refused},
    {"what_is_no_request_is_counted_and_left", what_is_no_request_is_counted_and_left},
    {"the_gate_works_on_behind_broken_requests", the_gate_works_on_behind_broken_requests},
    {"a_call_answers_no_more_than_it_says", a_call_answers_no_more_than_it_says},
};

HC_TEST_MAIN("gate", CASES)
