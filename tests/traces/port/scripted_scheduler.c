#include "tests/traces/port/scripted_scheduler.h"

#include "traces/stream/endpoint.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

struct hc_scripted_scheduler {
    void *context;
    void *socket;
    hc_script_answer answer;
    void *self;
    size_t room;
    char *out;
    size_t count;
    char endpoint[HC_ENDPOINT_TEXT_SIZE];
    atomic_bool is_over;
    pthread_t thread;
};

static void leave(hc_scripted_scheduler *s)
{
    hc_endpoint_remove(s->endpoint);
    (void)zmq_close(s->socket);
    s->socket = NULL;
}

static void take_message(hc_scripted_scheduler *s, bool *is_silent)
{
    zmq_msg_t message;
    long length = 0;
    (void)zmq_msg_init(&message);
    if (zmq_msg_recv(&message, s->socket, ZMQ_DONTWAIT) >= 0) {
        length = s->answer(s->self, s->count++, zmq_msg_data(&message), zmq_msg_size(&message),
                           s->out, s->room);
        *is_silent = length == HC_SCRIPT_SILENT;
        if (length == HC_SCRIPT_LEAVE) {
            leave(s);
        } else if (length >= 0) {
            (void)zmq_send(s->socket, s->out, (size_t)length, 0);
        }
    }
    (void)zmq_msg_close(&message);
}

static void *serve(void *self)
{
    hc_scripted_scheduler *s = self;
    bool is_silent = false;
    while (!atomic_load(&s->is_over) && s->socket != NULL && !is_silent) {
        zmq_pollitem_t item = {.socket = s->socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, 5) > 0) {
            take_message(s, &is_silent);
        }
    }
    return NULL;
}

hc_scripted_scheduler *hc_scripted_scheduler_start(const char *endpoint, hc_script_answer answer,
                                                   void *self, size_t room)
{
    hc_scripted_scheduler *s = calloc(1, sizeof *s);
    int linger = 0;
    hc_error error = HC_ERROR_NONE;
    s->context = zmq_ctx_new();
    s->socket = zmq_socket(s->context, ZMQ_REP);
    s->answer = answer;
    s->self = self;
    s->room = room;
    s->out = malloc(room);
    (void)snprintf(s->endpoint, sizeof s->endpoint, "%s", endpoint);
    (void)zmq_setsockopt(s->socket, ZMQ_LINGER, &linger, sizeof linger);
    if (hc_endpoint_bind(s->socket, endpoint, NULL, &error) < 0 ||
        pthread_create(&s->thread, NULL, serve, s) != 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return s;
}

size_t hc_scripted_scheduler_stop(hc_scripted_scheduler *s)
{
    size_t count = 0;
    atomic_store(&s->is_over, true);
    (void)pthread_join(s->thread, NULL);
    if (s->socket != NULL) {
        leave(s);
    }
    (void)zmq_ctx_term(s->context);
    count = s->count;
    free(s->out);
    free(s);
    return count;
}
