#include "traces/port/echo_scheduler.h"

#include "traces/port/messages.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/msgpack_scan.h"

#include <msgpack.h>

#include <stdbool.h>
#include <string.h>
#include <zmq.h>

enum { DEPTH = 8 };

static bool is_text(const msgpack_object *o, const char *text)
{
    return o->type == MSGPACK_OBJECT_STR && o->via.str.size == strlen(text) &&
           memcmp(o->via.str.ptr, text, o->via.str.size) == 0;
}

/* The value of a key; nil when it is absent. */
static msgpack_object find(const msgpack_object *map, const char *key)
{
    for (uint32_t i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size; i++) {
        if (is_text(&map->via.map.ptr[i].key, key)) {
            return map->via.map.ptr[i].val;
        }
    }
    return (msgpack_object){.type = MSGPACK_OBJECT_NIL};
}

static void put_text(msgpack_packer *pk, const char *text)
{
    (void)msgpack_pack_str(pk, strlen(text));
    (void)msgpack_pack_str_body(pk, text, strlen(text));
}

static void answer_hello(msgpack_packer *pk)
{
    (void)msgpack_pack_map(pk, 1);
    put_text(pk, "v");
    (void)msgpack_pack_int(pk, HC_SCHEDULER_PROTOCOL);
}

static void answer_pass(msgpack_packer *pk, const msgpack_object *message)
{
    msgpack_object submitted = find(message, "submitted");
    uint32_t count = submitted.type == MSGPACK_OBJECT_ARRAY ? submitted.via.array.size : 0;
    (void)msgpack_pack_map(pk, 2);
    put_text(pk, "pass");
    (void)msgpack_pack_object(pk, find(message, "pass"));
    put_text(pk, "start");
    (void)msgpack_pack_array(pk, count);
    for (uint32_t i = 0; i < count; i++) {
        (void)msgpack_pack_object(pk, find(&submitted.via.array.ptr[i], "job"));
    }
}

/* @return whether the run goes on. */
static bool answer(msgpack_sbuffer *out, const void *bytes, size_t size)
{
    const hc_msgpack_limits limits = {.depth = DEPTH, .items = UINT64_MAX};
    msgpack_unpacked message;
    msgpack_packer pk;
    bool goes_on = false;
    msgpack_unpacked_init(&message);
    msgpack_sbuffer_clear(out);
    msgpack_packer_init(&pk, out, msgpack_sbuffer_write);
    if (hc_msgpack_scan(bytes, size, &limits) == 0 &&
        msgpack_unpack_next(&message, bytes, size, NULL) == MSGPACK_UNPACK_SUCCESS) {
        msgpack_object type = find(&message.data, "type");
        goes_on = !is_text(&type, "end");
        if (is_text(&type, "hello")) {
            answer_hello(&pk);
        } else {
            answer_pass(&pk, &message.data);
        }
    }
    msgpack_unpacked_destroy(&message);
    return goes_on;
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
    void *socket = context == NULL ? NULL : zmq_socket(context, ZMQ_REP);
    int linger = 0;
    int status = -1;
    if (socket == NULL) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: no socket: %s", endpoint,
                           zmq_strerror(zmq_errno()));
    } else {
        (void)zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
        status = hc_endpoint_bind(socket, endpoint, NULL, error);
    }
    if (status == 0) {
        serve(socket);
        hc_endpoint_remove(endpoint);
    }
    if (socket != NULL) {
        (void)zmq_close(socket);
    }
    if (context != NULL) {
        (void)zmq_ctx_term(context);
    }
    return status;
}
