/* A publisher among peers that mean it no good, and one reader that wants all: it gets all, whatever the others send. */

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/gate.h"
#include "traces/stream/reader.h"
#include "traces/stream/stream.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { MESSAGES = 1000, LIMIT_SECONDS = 60, LARGE = 1 << 20 };

/* ---- the run ---- */

typedef struct scene {
    hc_stream *stream;
    hc_sink sink;
    hc_publisher *publisher;
    const char *endpoint;
    const char *replay;
    bool has_keys;
    hc_curve_keys server;
    hc_curve_keys reader_keys;
    hc_allow_list *allowed;
    uint64_t rows;
    hc_random random;
    void *context; /* of the hostile peers */
    pthread_t reader;
} scene;

static int ignore_event(void *self, const hc_event_record *record, hc_error *error)
{
    (void)self;
    (void)record;
    (void)error;
    return 0;
}

static void nap(void)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    (void)nanosleep(&moment, NULL);
}

static hc_publisher_counts counts_of(const scene *s)
{
    return hc_publisher_count(s->publisher);
}

static void make_keys(scene *s)
{
    hc_error error = HC_ERROR_NONE;
    const char *path = hc_in_place("", "readers");
    FILE *file = fopen(path, "w");
    CU_ASSERT_EQUAL_FATAL(hc_curve_keys_make(&s->server, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_curve_keys_make(&s->reader_keys, &error), 0);
    (void)fprintf(file, "%s\n", s->reader_keys.public_key);
    (void)fclose(file);
    CU_ASSERT_EQUAL_FATAL(hc_allow_list_read(&s->allowed, path, &error), 0);
}

static void open_stream(scene *s, const char *endpoint, const char *replay)
{
    static const uint32_t RANKS[] = {0};
    const hc_sink next = {.event = ignore_event};
    hc_error error = HC_ERROR_NONE;
    hc_stream_options options = {.node_ranks = RANKS, .node_rank_count = 1};
    options.publisher = (hc_publisher_options){
        .endpoint = endpoint,
        .replay = replay,
        .folder = hc_private_place(),
        .keys = s->has_keys ? &s->server : NULL,
        .allowed = s->allowed,
        .is_lossless = true,
        .patience_seconds = 10,
        .linger_seconds = 20,
        .facts =
            {.run = "r", .name = "n", .policy = "fcfs", .clock = "unknown zero", .rank_count = 1},
    };
    CU_ASSERT_EQUAL_FATAL(hc_stream_open(&s->stream, &options, &error), 0);
    s->sink = hc_stream_sink(s->stream, &next);
    s->publisher = hc_stream_publisher(s->stream);
    s->endpoint = hc_publisher_endpoint(s->publisher);
    s->replay = hc_publisher_replay(s->publisher);
}

/* Rows for whoever listens. */
static void publish(scene *s, uint64_t count)
{
    hc_error error = HC_ERROR_NONE;
    for (uint64_t i = 0; i < count; i++, s->rows++) {
        hc_event_record event = {.time = (hc_time)s->rows, .type = HC_EVENT_SUBMIT};
        event.job.index = (uint32_t)s->rows;
        CU_ASSERT_EQUAL(s->sink.event(s->sink.self, &event, &error), 0);
    }
    CU_ASSERT_EQUAL(hc_stream_tick(s->stream, &error), 0);
}

/* ---- the reader that wants all ---- */

typedef struct outcome {
    uint64_t rows;
    bool is_equal;
    bool is_over;
} outcome;

static outcome reader_outcome;

static void take_item(const hc_stream_item *item, outcome *out)
{
    if (item->kind == HC_STREAM_BATCH) {
        out->rows += item->count;
    } else if (item->kind == HC_STREAM_RANK_END) {
        out->is_equal = item->ending.is_equal;
    }
    out->is_over = item->kind == HC_STREAM_END;
}

static void *read_all(void *self)
{
    const scene *s = self;
    hc_stream_reader_options options = {.endpoint = s->endpoint,
                                        .replay = s->replay,
                                        .client = s->has_keys ? &s->reader_keys : NULL,
                                        .server = s->has_keys ? &s->server : NULL};
    hc_stream_reader *reader = NULL;
    hc_stream_item item;
    hc_error error = HC_ERROR_NONE;
    outcome out = {.rows = 0};
    if (hc_stream_reader_open(&reader, &options, &error) == 0) {
        while (!out.is_over && hc_stream_reader_next(reader, 1000, &item, &error) == 0 &&
               hc_stream_reader_count(reader).silent_seconds < LIMIT_SECONDS) {
            take_item(&item, &out);
        }
        hc_stream_reader_close(reader);
    }
    if (error.count > 0) {
        printf("%s\n", error.text);
    }
    reader_outcome = out;
    return NULL;
}

static void scene_open(scene *s, bool has_keys)
{
    *s = (scene){.has_keys = has_keys, .random = hc_random_stream(7, 0, HC_RANDOM_BENCH)};
    if (has_keys) {
        make_keys(s);
        open_stream(s, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
    } else {
        open_stream(s, hc_in_place("ipc://", "events"), hc_in_place("ipc://", "replay"));
    }
    s->context = zmq_ctx_new();
    CU_ASSERT_EQUAL_FATAL(pthread_create(&s->reader, NULL, read_all, s), 0);
    for (int i = 0; i < LIMIT_SECONDS * 500 && counts_of(s).subscribers == 0; i++) {
        nap();
    }
}

/* Ends the run: the reader has got every row. */
static void scene_close(scene *s)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_conclusion conclusion = {.run_digest = "0", .is_complete = true};
    CU_ASSERT_EQUAL(hc_stream_end(s->stream, &conclusion, &error), 0);
    (void)pthread_join(s->reader, NULL);
    CU_ASSERT(reader_outcome.is_over);
    CU_ASSERT(reader_outcome.is_equal);
    CU_ASSERT_EQUAL(reader_outcome.rows, s->rows);
    CU_ASSERT_EQUAL(counts_of(s).dropped, 0);
    CU_ASSERT_EQUAL(counts_of(s).left_behind, 0);
    hc_stream_close(s->stream);
    (void)zmq_ctx_term(s->context);
    hc_allow_list_destroy(s->allowed);
}

/* ---- hostile peers ---- */

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): it is the sanitizers' */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes that are in use now, of the whole program. */
static size_t allocated_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes != NULL
               ? __sanitizer_get_current_allocated_bytes()
               : mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* What a peer that has just gone had takes a moment to go as well. */
static bool are_soon_allocated_at_most(size_t bytes)
{
    for (int i = 0; i < 2500 && allocated_bytes() > bytes; i++) {
        nap();
    }
    return allocated_bytes() <= bytes;
}

static void *knock(scene *s, int type, const char *endpoint)
{
    const int none = 0;
    const int seconds_ms = 5000;
    void *socket = zmq_socket(s->context, type);
    (void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    (void)zmq_setsockopt(socket, ZMQ_SNDTIMEO, &seconds_ms, sizeof seconds_ms);
    CU_ASSERT_EQUAL(zmq_connect(socket, endpoint), 0);
    return socket;
}

static size_t fill(scene *s, unsigned char *out, size_t least, size_t most)
{
    size_t size = least + hc_random_below(&s->random, most - least + 1);
    for (size_t i = 0; i < size; i++) {
        out[i] = (unsigned char)hc_random_bits(&s->random);
    }
    return size;
}

/* Subscriptions to what is no topic, short and long, and what is no subscription. Each differs from all others: equal ones
 * do not leave the socket. */
static void send_odd_subscription(scene *s, void *socket, uint32_t number)
{
    unsigned char bytes[256];
    size_t size = fill(s, bytes, 16, number % 3 == 0 ? 250 : 60);
    bytes[0] = number % 4 == 0 ? (unsigned char)(2 + number % 200) : 1;
    bytes[1] = 'x';
    memcpy(bytes + 2, &number, sizeof number);
    CU_ASSERT_EQUAL(zmq_send(socket, bytes, size, 0), (int)size);
}

typedef struct text {
    const char *bytes;
    size_t size;
} text;

#define TEXT(bytes)              \
    {                            \
        bytes, sizeof(bytes) - 1 \
    }

/* msgpack that reserves gigabytes where it is believed, and requests with something wrong in each. */
static const text REQUESTS[] = {
    TEXT(""),
    TEXT("\xc1"),
    TEXT("\xdd\x07\xff\xff\xff"),
    TEXT("\xdf\xff\xff\xff\xff"),
    TEXT("\x81\xa2op\xc6\xff\xff\xff\xff"),
    TEXT("\xdb\xff\xff\xff\xffhello"),
    TEXT("\xdd\x07\xff\xff\xff\xdd\x07\xff\xff\xff\xdd\x07\xff\xff\xff"),
    TEXT(
        "\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91"),
    TEXT("\x80"),
    TEXT("\x81\xa2op\xa3"
         "cow"),
    TEXT("\x81\xa2op\xa5hell"),
    TEXT("\x81\xa2op\xa5hello!"),
    TEXT("\x81\xa2op\x01"),
    TEXT("\x82\xa2op\xa6"
         "events\xa4"
         "from\xff"),
    TEXT("\x82\xa2op\xa6"
         "events\xa4"
         "from\xcb\x7f\xf8\0\0\0\0\0\0"),
    TEXT("\x82\xa2op\xa6"
         "events\xa4rank\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
    TEXT("\x82\xa2op\xa5hello\xa6reader\xc0"),
    TEXT("\x82\xa2op\xa5hello\xa6reader\x90"),
};

static void send_odd_request(scene *s, void *socket, uint32_t number)
{
    unsigned char bytes[4096];
    const text *known = &REQUESTS[number % (sizeof REQUESTS / sizeof REQUESTS[0])];
    size_t size = fill(s, bytes, 1, number % 5 == 0 ? sizeof bytes : 100);
    bytes[0] = 0x93; /* no map */
    switch (number % 4) {
    case 0:
        CU_ASSERT_EQUAL(zmq_send(socket, bytes, size, 0), (int)size);
        return;
    case 1: /* more frames than a request has */
        CU_ASSERT(zmq_send(socket, "", 0, ZMQ_SNDMORE) == 0);
        CU_ASSERT(zmq_send(socket, bytes, size, ZMQ_SNDMORE) >= 0);
        CU_ASSERT(zmq_send(socket, "", 0, ZMQ_SNDMORE) == 0);
        CU_ASSERT(zmq_send(socket, bytes, size, 0) >= 0);
        return;
    default:
        CU_ASSERT_EQUAL(zmq_send(socket, known->bytes, known->size, 0), (int)known->size);
        return;
    }
}

static void wait_until_odd(const scene *s, uint64_t count)
{
    for (int i = 0; i < LIMIT_SECONDS * 500 && counts_of(s).odd < count; i++) {
        nap();
    }
}

static void wait_until_alone(const scene *s)
{
    for (int i = 0; i < LIMIT_SECONDS * 500 && counts_of(s).peers > 1; i++) {
        nap();
    }
    nap();
}

/* A thousand messages to each socket: each is counted, once. */
static void send_round(scene *s, uint64_t rows_beside)
{
    uint64_t before = counts_of(s).odd;
    void *subscriber = knock(s, ZMQ_XSUB, s->endpoint);
    void *asking = knock(s, ZMQ_DEALER, s->replay);
    unsigned char byte = 0;
    for (uint32_t i = 0; i < MESSAGES; i++) {
        send_odd_subscription(s, subscriber, i);
        send_odd_request(s, asking, i);
        publish(s, rows_beside);
    }
    wait_until_odd(s, before + 2 * (uint64_t)MESSAGES);
    CU_ASSERT_EQUAL(counts_of(s).odd, before + 2 * (uint64_t)MESSAGES);
    CU_ASSERT_EQUAL(zmq_recv(subscriber, &byte, 1, ZMQ_DONTWAIT), -1);
    CU_ASSERT_EQUAL(zmq_recv(asking, &byte, 1, ZMQ_DONTWAIT), -1);
    (void)zmq_close(subscriber);
    (void)zmq_close(asking);
    wait_until_alone(s);
}

/* ZeroMQ keeps some room for subscriptions that have gone, which the first rounds make; the next ones bring 4 MB and leave
 * nothing. */
static void hostile_messages_are_counted_and_change_nothing(void)
{
    enum { ROUNDS = 12 };
    scene s;
    size_t before = 0;
    scene_open(&s, false);
    send_round(&s, 20);
    for (int i = 0; i < ROUNDS; i++) {
        send_round(&s, 0);
    }
    before = allocated_bytes();
    for (int i = 0; i < ROUNDS; i++) {
        send_round(&s, 0);
    }
    CU_ASSERT(are_soon_allocated_at_most(before + 131072));
    publish(&s, 5000);
    scene_close(&s);
}

/* It is cut off before its message is read. */
static void what_is_too_large_does_not_come_in(void)
{
    static char large[LARGE];
    scene s;
    size_t before = 0;
    uint64_t odd = 0;
    scene_open(&s, false);
    memset(
        large, 2,
        sizeof large); /* no subscription: of a long one libzmq itself would die, here at its sender */
    before = allocated_bytes();
    odd = counts_of(&s).odd;
    for (int i = 0; i < 20; i++) {
        void *subscriber = knock(&s, ZMQ_XSUB, s.endpoint);
        void *asking = knock(&s, ZMQ_DEALER, s.replay);
        (void)zmq_send(subscriber, large, sizeof large, 0);
        (void)zmq_send(asking, large, sizeof large, 0);
        publish(&s, 100);
        nap();
        (void)zmq_close(subscriber);
        (void)zmq_close(asking);
    }
    wait_until_alone(&s);
    CU_ASSERT_EQUAL(counts_of(&s).odd, odd);
    CU_ASSERT(are_soon_allocated_at_most(before + LARGE));
    scene_close(&s);
}

static const char ALL_EVENTS[] = "\x83\xa2op\xa6"
                                 "events\xa4"
                                 "from\x00\xa2to\xce\xff\xff\xff\xff";

/* Asks for everything a thousand times over, and takes no answer: some are kept for it, the others are not made. */
static void who_asks_and_never_reads_fills_no_memory(void)
{
    enum { ROWS = 60000, ANSWER_BYTES = ROWS * 64, ANSWERS = 24 };
    const int few = 1;
    scene s;
    void *asking = NULL;
    size_t before = 0;
    size_t most = 0;
    scene_open(&s, false);
    publish(&s, ROWS);
    asking = zmq_socket(s.context, ZMQ_DEALER);
    (void)zmq_setsockopt(asking, ZMQ_RCVHWM, &few, sizeof few);
    (void)zmq_connect(asking, s.replay);
    before = allocated_bytes();
    for (int i = 0; i < MESSAGES; i++) {
        (void)zmq_send(asking, ALL_EVENTS, sizeof ALL_EVENTS - 1, 0);
        if (i % 10 == 0) {
            nap();
        }
        most = allocated_bytes() > most ? allocated_bytes() : most;
    }
    for (int i = 0; i < 500; i++) {
        nap();
        most = allocated_bytes() > most ? allocated_bytes() : most;
    }
    CU_ASSERT(most < before + (size_t)ANSWERS * ANSWER_BYTES);
    (void)zmq_close(asking);
    scene_close(&s);
}

/* Its requests still fill the queue when it goes: with heartbeats of ZeroMQ, libzmq ended the program two seconds later. */
static void who_leaves_behind_a_full_queue_harms_nobody(void)
{
    enum { REQUESTS_THAT_TAKE_LONGER_THAN_A_BEAT = 8000 };
    scene s;
    void *asking = NULL;
    scene_open(&s, false);
    publish(&s, 60000);
    asking = knock(&s, ZMQ_DEALER, s.replay);
    for (int i = 0; i < REQUESTS_THAT_TAKE_LONGER_THAN_A_BEAT; i++) {
        (void)zmq_send(asking, ALL_EVENTS, sizeof ALL_EVENTS - 1, 0);
    }
    for (int i = 0; i < 50; i++) {
        nap();
    }
    (void)zmq_close(asking);
    scene_close(&s);
}

/* Bytes of no protocol, right at the port. */
static void send_garbage(scene *s, const char *endpoint)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    unsigned char bytes[300];
    size_t size = fill(s, bytes, 1, sizeof bytes);
    int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_port = htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (hc_random_below(&s->random, 2) == 0) {
        memcpy(bytes, "\xff\0\0\0\0\0\0\0\x01\x7f\x03\0CURVE\0\0\0", size < 20 ? size : 20);
    }
    CU_ASSERT_EQUAL(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
    (void)send(peer, bytes, size, MSG_NOSIGNAL);
    (void)close(peer);
}

static void knock_with_unknown_keys(scene *s)
{
    hc_error error = HC_ERROR_NONE;
    hc_curve_keys stranger;
    void *sockets[2];
    CU_ASSERT_EQUAL(hc_curve_keys_make(&stranger, &error), 0);
    for (int i = 0; i < 2; i++) {
        const int none = 0;
        sockets[i] = zmq_socket(s->context, i == 0 ? ZMQ_XSUB : ZMQ_DEALER);
        (void)zmq_setsockopt(sockets[i], ZMQ_LINGER, &none, sizeof none);
        CU_ASSERT_EQUAL(hc_gate_enter(sockets[i], &stranger, &s->server, &error), 0);
        (void)zmq_connect(sockets[i], i == 0 ? s->endpoint : s->replay);
        (void)zmq_send(sockets[i], "\x01", 1, ZMQ_DONTWAIT);
    }
    nap();
    (void)zmq_close(sockets[0]);
    (void)zmq_close(sockets[1]);
}

static void a_key_that_is_refused_is_told_once(void)
{
    scene s;
    char note[512] = "";
    bool is_told = false;
    scene_open(&s, true);
    for (int i = 0; i < 1000 && !is_told; i++) {
        knock_with_unknown_keys(&s);
        is_told = hc_publisher_take_note(s.publisher, note, sizeof note);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(note, "a reader was refused"));
    for (int i = 0; i < 50; i++) {
        knock_with_unknown_keys(&s);
        CU_ASSERT(!hc_publisher_take_note(s.publisher, note, sizeof note));
    }
    publish(&s, 100);
    scene_close(&s);
}

static void garbage_at_the_ports_of_a_guarded_stream_changes_nothing(void)
{
    scene s;
    size_t before = 0;
    scene_open(&s, true);
    CU_ASSERT_EQUAL(counts_of(&s).subscribers, 1);
    for (int round = 0; round < 2; round++) {
        before = allocated_bytes();
        for (int i = 0; i < MESSAGES / 2; i++) {
            send_garbage(&s, s.endpoint);
            send_garbage(&s, s.replay);
            if (i % 25 == 0) {
                knock_with_unknown_keys(&s);
            }
        }
        wait_until_alone(&s);
    }
    CU_ASSERT(are_soon_allocated_at_most(before + 262144));
    CU_ASSERT_EQUAL(counts_of(&s).odd, 0);
    publish(&s, 5000);
    scene_close(&s);
}

static const hc_test_case CASES[] = {
    {"hostile_messages_are_counted_and_change_nothing",
     hostile_messages_are_counted_and_change_nothing},
    {"what_is_too_large_does_not_come_in", what_is_too_large_does_not_come_in},
    {"who_asks_and_never_reads_fills_no_memory", who_asks_and_never_reads_fills_no_memory},
    {"who_leaves_behind_a_full_queue_harms_nobody", who_leaves_behind_a_full_queue_harms_nobody},
    {"a_key_that_is_refused_is_told_once", a_key_that_is_refused_is_told_once},
    {"garbage_at_the_ports_of_a_guarded_stream_changes_nothing",
     garbage_at_the_ports_of_a_guarded_stream_changes_nothing},
};

HC_TEST_MAIN("hostile_peers", CASES)
