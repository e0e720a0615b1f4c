#include "traces/stream/gate.h"

#include "traces/stream/zap_request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static const char HANDLER[] = "inproc://zeromq.zap.01"; /* where libzmq looks for it */
static const char DOMAIN[] = "hindcast";

/* ZMQ_ZAP_ENFORCE_DOMAIN: zmq.h 4.3 has it among the drafts, the library without them as well. */
enum { ANSWERS_AT_ONCE = 256, ENFORCE_DOMAIN = 93 };

struct hc_gate {
    void *socket; /* ROUTER: what is broken needs no answer */
    const hc_allow_list *allowed;
    hc_gate_counts counts;
};

static int refuse(const char *what, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "%s: ZeroMQ: %s", what, zmq_strerror(zmq_errno()));
}

/* ---- the gate ---- */

static int open_handler(hc_gate *gate, void *context, hc_error *error)
{
    const int none = 0;
    gate->socket = zmq_socket(context, ZMQ_ROUTER);
    if (gate->socket == NULL || zmq_setsockopt(gate->socket, ZMQ_LINGER, &none, sizeof none) < 0 ||
        zmq_bind(gate->socket, HANDLER) < 0) {
        return refuse("cannot check who connects", error);
    }
    return 0;
}

int hc_gate_create(hc_gate **out, void *context, const hc_allow_list *allowed, hc_error *error)
{
    hc_gate *gate = calloc(1, sizeof *gate);
    if (gate == NULL) {
        return hc_error_memory(error);
    }
    gate->allowed = allowed;
    if (open_handler(gate, context, error) < 0) {
        hc_gate_destroy(gate);
        return -1;
    }
    *out = gate;
    return 0;
}

void hc_gate_destroy(hc_gate *gate)
{
    if (gate == NULL) {
        return;
    }
    if (gate->socket != NULL) {
        (void)zmq_close(gate->socket);
    }
    free(gate);
}

void *hc_gate_socket(const hc_gate *gate)
{
    return gate->socket;
}

hc_gate_counts hc_gate_count(const hc_gate *gate)
{
    return gate->counts;
}

/* @return whether a message was there */
static bool receive(hc_gate *gate, hc_zap_request *request)
{
    bool has_more = true;
    *request = HC_ZAP_REQUEST_NONE;
    while (has_more) {
        zmq_msg_t frame;
        (void)zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, gate->socket, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(&frame);
            return false; /* the frames of a message come together: there was none */
        }
        hc_zap_request_take(request, DOMAIN, zmq_msg_data(&frame), zmq_msg_size(&frame));
        has_more = zmq_msg_more(&frame) != 0;
        (void)zmq_msg_close(&frame);
    }
    hc_zap_request_finish(request);
    return true;
}

/* Whoever asked may be gone: then nobody reads the answer. */
static void send(hc_gate *gate, const void *frame, size_t size, int flags)
{
    (void)zmq_send(gate->socket, frame, size, ZMQ_DONTWAIT | flags);
}

static void send_text(hc_gate *gate, const char *text)
{
    send(gate, text, strlen(text), ZMQ_SNDMORE);
}

static void answer(hc_gate *gate, const hc_zap_request *request, bool is_admitted)
{
    char user[HC_CURVE_KEY_SIZE] = "";
    if (is_admitted) {
        (void)zmq_z85_encode(user, request->key, sizeof request->key);
    }
    send(gate, request->route, request->route_size, ZMQ_SNDMORE);
    send_text(gate, "");
    send_text(gate, "1.0");
    send(gate, request->id, request->id_size, ZMQ_SNDMORE);
    send_text(gate, is_admitted ? "200" : "400");
    send_text(gate, is_admitted ? "OK" : "No access");
    send_text(gate, user);
    send(gate, "", 0, 0);
}

void hc_gate_answer(hc_gate *gate)
{
    hc_zap_request request;
    for (int i = 0; i < ANSWERS_AT_ONCE && receive(gate, &request); i++) {
        bool is_admitted = false;
        if (request.is_broken) {
            gate->counts.broken++;
            continue;
        }
        is_admitted = !request.is_foreign && hc_allow_list_has(gate->allowed, request.key);
        gate->counts.admitted += is_admitted;
        gate->counts.refused += !is_admitted;
        answer(gate, &request, is_admitted);
    }
}

/* ---- sockets ---- */

/* Without enforcement, libzmq admits everybody while no handler is there; a library that does not know it is refused. */
int hc_gate_guard(void *socket, const hc_curve_keys *server, hc_error *error)
{
    const int is_on = 1;
    assert(server->secret_key[0] != '\0');
    if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, DOMAIN, strlen(DOMAIN)) < 0 ||
        zmq_setsockopt(socket, ENFORCE_DOMAIN, &is_on, sizeof is_on) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, server->secret_key, HC_CURVE_KEY_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &is_on, sizeof is_on) < 0) {
        return refuse("cannot protect a socket with keys", error);
    }
    return 0;
}

int hc_gate_enter(void *socket, const hc_curve_keys *client, const hc_curve_keys *server,
                  hc_error *error)
{
    assert(client->secret_key[0] != '\0');
    if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server->public_key, HC_CURVE_KEY_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, client->public_key, HC_CURVE_KEY_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, client->secret_key, HC_CURVE_KEY_SIZE) < 0) {
        return refuse("cannot use keys", error);
    }
    return 0;
}
