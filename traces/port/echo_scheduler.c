#include "traces/port/echo_scheduler.h"

#include "traces/port/messages.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/msgpack_map.h"
#include "traces/stream/msgpack_write.h"
#include "traces/stream/sockets.h"

#include <stdbool.h>
#include <zmq.h>

enum { DEPTH = 8 };

static int pack_value(msgpack_packer *pk, const msgpack_object *map, const char *key)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    return value == NULL ? msgpack_pack_nil(pk) : msgpack_pack_object(pk, *value);
}

static int answer_pass(msgpack_packer *pk, const msgpack_object *message)
{
    const msgpack_object *jobs = hc_msgpack_get(message, "submitted");
    uint32_t count = jobs != NULL && jobs->type == MSGPACK_OBJECT_ARRAY ? jobs->via.array.size : 0;
    int status = msgpack_pack_map(pk, 2) || hc_pack_text(pk, "pass") ||
                 pack_value(pk, message, "pass") || hc_pack_list(pk, "start", count);
    for (uint32_t i = 0; i < count && status == 0; i++) {
        const msgpack_object *job = &jobs->via.array.ptr[i];
        status = job->type == MSGPACK_OBJECT_MAP ? pack_value(pk, job, "job") : -1;
    }
    return status;
}

/* @return whether there is an answer to send: the run goes on. */
static bool answer(msgpack_sbuffer *out, const void *bytes, size_t size)
{
    hc_msgpack_map message;
    msgpack_packer pk;
    int status = -1;
    msgpack_sbuffer_clear(out);
    msgpack_packer_init(&pk, out, msgpack_sbuffer_write);
    if (hc_msgpack_map_open(&message, bytes, size, DEPTH, UINT64_MAX) == 0) {
        const msgpack_object *type = hc_msgpack_get(message.map, "type");
        if (type != NULL && hc_msgpack_is(type, "hello")) {
            status = msgpack_pack_map(&pk, 1) || hc_pack_number(&pk, "v", HC_SCHEDULER_PROTOCOL);
        } else if (type != NULL && hc_msgpack_is(type, "pass")) {
            status = answer_pass(&pk, message.map);
        }
    }
    hc_msgpack_map_close(&message);
    return status == 0;
}

static void serve(void *socket)
{
    msgpack_sbuffer out;
    zmq_msg_t message;
    bool goes_on = true;
    msgpack_sbuffer_init(&out);
    while (goes_on) {
        (void)zmq_msg_init(&message);
        goes_on = zmq_msg_recv(&message, socket, 0) >= 0 &&
                  answer(&out, zmq_msg_data(&message), zmq_msg_size(&message)) &&
                  zmq_send(socket, out.data, out.size, 0) >= 0;
        (void)zmq_msg_close(&message);
    }
    msgpack_sbuffer_destroy(&out);
}

int hc_echo_scheduler_serve(const char *endpoint, hc_error *error)
{
    void *context = zmq_ctx_new();
    const hc_socket_options rep = {ZMQ_REP, HC_PORT_MESSAGES, -1, 0, -1};
    void *socket = NULL;
    int status = -1;
    if (context == NULL) {
        return hc_error_memory(error);
    }
    socket = hc_socket_open(context, &rep, error);
    if (socket != NULL && hc_endpoint_bind(socket, endpoint, NULL, error) == 0) {
        serve(socket);
        hc_endpoint_remove(endpoint);
        status = 0;
    }
    hc_socket_close(socket);
    (void)zmq_ctx_term(context);
    return status;
}
