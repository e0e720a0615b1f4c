#include "traces/stream/reader_link.h"

#include "traces/stream/endpoint.h"
#include "traces/stream/gate.h"
#include "traces/stream/msgpack_write.h"
#include "traces/stream/sockets.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

enum { LIVE_MESSAGES = 1024, LINGER_MS = 1000 };

static int connect_to(void *socket, const char *endpoint, const char *who,
                      const hc_stream_reader_options *o, hc_error *error)
{
    if (hc_endpoint_check(endpoint, who, o->client != NULL, error) < 0 ||
        (o->client != NULL && hc_gate_enter(socket, o->client, o->server, error) < 0)) {
        return -1;
    }
    return hc_endpoint_connect(socket, endpoint, error);
}

static int open_live(hc_reader_link *link, const hc_stream_reader_options *o, hc_error *error)
{
    hc_socket_options options = {ZMQ_SUB, LIVE_MESSAGES, HC_MAX_PAYLOAD_BYTES, 0, 0};
    link->live = hc_socket_open(link->context, &options, error);
    if (link->live == NULL) {
        return -1;
    }
    if (zmq_setsockopt(link->live, ZMQ_SUBSCRIBE, "", 0) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "subscribing: %s", zmq_strerror(errno));
    }
    return connect_to(link->live, o->endpoint, "endpoint", o, error);
}

static int open_replay(hc_reader_link *link, const hc_stream_reader_options *o, hc_error *error)
{
    hc_socket_options options = {ZMQ_DEALER, LIVE_MESSAGES, HC_MAX_PAYLOAD_BYTES, LINGER_MS, 0};
    if (o->replay == NULL) {
        return 0;
    }
    link->replay = hc_socket_open(link->context, &options, error);
    return link->replay == NULL || connect_to(link->replay, o->replay, "--replay", o, error) < 0
               ? -1
               : 0;
}

static int watch(hc_reader_link *link, void *socket)
{
    struct epoll_event event = {.events = EPOLLIN};
    int descriptor = -1;
    size_t size = sizeof descriptor;
    return socket == NULL || (zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size) == 0 &&
                              epoll_ctl(link->descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0)
               ? 0
               : -1;
}

/* A name that nobody else has. */
static void name_reader(hc_reader_link *link)
{
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char bytes[16] = {0};
    (void)!getrandom(bytes, sizeof bytes, 0); /* so few bytes come whole */
    for (size_t i = 0; i < sizeof bytes; i++) {
        link->name[2 * i] = DIGITS[bytes[i] >> 4];
        link->name[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    link->name[32] = '\0';
}

int hc_reader_link_open(hc_reader_link *out, const hc_stream_reader_options *options,
                        hc_error *error)
{
    *out = (hc_reader_link){.descriptor = epoll_create1(EPOLL_CLOEXEC)};
    for (int i = 0; i < 3; i++) {
        (void)zmq_msg_init(&out->frames[i]);
    }
    name_reader(out);
    out->context = zmq_ctx_new();
    if (out->context == NULL) {
        return hc_error_memory(error);
    }
    if (open_live(out, options, error) < 0 || open_replay(out, options, error) < 0) {
        return -1;
    }
    if (out->descriptor < 0 || watch(out, out->live) < 0 || watch(out, out->replay) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "epoll: %s", strerror(errno));
    }
    return 0;
}

void hc_reader_link_close(hc_reader_link *link)
{
    for (int i = 0; i < 3; i++) {
        (void)zmq_msg_close(&link->frames[i]);
    }
    if (link->descriptor >= 0) {
        (void)close(link->descriptor);
    }
    hc_socket_close(link->live);
    hc_socket_close(link->replay);
    if (link->context != NULL) {
        (void)zmq_ctx_term(link->context);
    }
}

bool hc_reader_link_ask(hc_reader_link *link, hc_request_op op, uint32_t rank, uint64_t from,
                        uint64_t to)
{
    static const char *const OPS[HC_REQUEST_OP_COUNT] = {"hello", "events", "snapshot", "done"};
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    bool is_sent = false;
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    is_sent =
        (msgpack_pack_map(&packer, 5) || hc_pack_item(&packer, "op", OPS[op]) ||
         hc_pack_item(&packer, "reader", link->name) || hc_pack_number(&packer, "rank", rank) ||
         hc_pack_number(&packer, "from", from) || hc_pack_number(&packer, "to", to)) == 0 &&
        zmq_send(link->replay, buffer.data, buffer.size, ZMQ_DONTWAIT) >= 0;
    msgpack_sbuffer_destroy(&buffer);
    return is_sent;
}

void hc_reader_link_leave(hc_reader_link *link)
{
    if (link->has_left) {
        return;
    }
    link->has_left = true;
    if (link->live != NULL) {
        (void)zmq_setsockopt(link->live, ZMQ_UNSUBSCRIBE, "", 0);
    }
    if (link->replay != NULL) {
        (void)hc_reader_link_ask(link, HC_REQUEST_DONE, 0, 0, 0);
    }
}

void hc_reader_link_wait(hc_reader_link *link, bool wants_live, int timeout_ms)
{
    zmq_pollitem_t items[2];
    int count = 0;
    if (wants_live) {
        items[count++] = (zmq_pollitem_t){.socket = link->live, .events = ZMQ_POLLIN};
    }
    if (link->replay != NULL) {
        items[count++] = (zmq_pollitem_t){.socket = link->replay, .events = ZMQ_POLLIN};
    }
    (void)zmq_poll(items, count, timeout_ms);
}

/* The next frame of the message. @return 1 and more follow, 0 and it is the last, -1 there is none. */
static int take_frame(void *socket, zmq_msg_t *frame, hc_frame *out)
{
    if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0) {
        return -1;
    }
    *out = (hc_frame){zmq_msg_data(frame), zmq_msg_size(frame)};
    return zmq_msg_more(frame);
}

/* What is left of a message that is none of ours. */
static void skip_rest(void *socket, zmq_msg_t *frame)
{
    while (zmq_msg_more(frame) && zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) >= 0) {
    }
}

int hc_reader_link_take_live(hc_reader_link *link, hc_frame out[3])
{
    int more = take_frame(link->live, &link->frames[0], &out[0]);
    if (more < 0) {
        return 0;
    }
    for (int i = 1; i < 3 && more == 1; i++) {
        more = take_frame(link->live, &link->frames[i], &out[i]);
        if (i == 2 && more == 0) {
            return 1;
        }
    }
    if (more == 1) {
        skip_rest(link->live, &link->frames[2]);
    }
    return -1;
}

int hc_reader_link_take_answer(hc_reader_link *link, hc_frame out[3])
{
    int more = 0;
    if (link->replay == NULL) {
        return 0;
    }
    more = take_frame(link->replay, &link->frames[0], &out[0]);
    if (more < 0) {
        link->is_answering = false;
        return 0;
    }
    if (!link->is_answering) {
        link->is_answering = more == 1;
        return 2;
    }
    for (int i = 1; i < 3 && more == 1; i++) {
        more = take_frame(link->replay, &link->frames[i], &out[i]);
        if (i == 2) {
            link->is_answering = more == 1;
            return 1;
        }
    }
    link->is_answering = false; /* the empty frame that ends rows, or half a message */
    return 3;
}
