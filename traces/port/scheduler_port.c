#include "traces/port/scheduler_port.h"

#include "sim/units.h"
#include "traces/port/answer.h"
#include "traces/port/messages.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/sockets.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum {
    PEER_SIZE = 300,
    RUN_SIZE = 256,
    WHAT_SIZE = 64,
    POLL_MS = 100, /* how often a wait looks at whether to go on */
    LINGER_MS = 1000,
};

static const hc_time SPIN = 200 * HC_MICROSECOND;

static const char MONITOR[] = "inproc://scheduler-port";

struct hc_scheduler_port {
    hc_port port;
    hc_time timeout;
    bool (*is_stopping)(void);
    void *context;
    void *socket;
    void *monitor; /* says when the connection is lost */
    msgpack_sbuffer message;
    char peer[PEER_SIZE];
    char run[RUN_SIZE];
    bool is_waiting; /* a question was sent and not answered: no other one can be */
    bool is_gone;    /* the connection was lost: who comes instead does not know the queue */
    bool was_stopped;
};

/* One partition's part of the talk. */
typedef struct session {
    hc_scheduler_port *port;
    uint32_t partition;
} session;

/* ---- the socket ---- */

static int milliseconds(hc_time time)
{
    return (int)((time + HC_MILLISECOND - 1) / HC_MILLISECOND);
}

static int open_sockets(hc_scheduler_port *p, const char *endpoint, hc_error *error)
{
    const hc_socket_options req = {ZMQ_REQ, HC_PORT_MESSAGES, HC_ANSWER_MAX_BYTES, 0, 0};
    const hc_socket_options pair = {ZMQ_PAIR, 0, -1, 0, 0};
    p->context = zmq_ctx_new();
    if (p->context == NULL) {
        return hc_error_memory(error);
    }
    p->socket = hc_socket_open(p->context, &req, error);
    p->monitor = p->socket == NULL ? NULL : hc_socket_open(p->context, &pair, error);
    if (p->monitor == NULL) {
        return -1;
    }
    if (zmq_socket_monitor(p->socket, MONITOR, ZMQ_EVENT_DISCONNECTED) < 0 ||
        zmq_connect(p->monitor, MONITOR) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: its connection cannot be watched: %s",
                            p->peer, zmq_strerror(zmq_errno()));
    }
    return hc_endpoint_connect(p->socket, endpoint, error);
}

/* Takes all news of the connection: two frames each. */
static void hear_monitor(hc_scheduler_port *p)
{
    unsigned char frame[HC_ENDPOINT_TEXT_SIZE];
    while (zmq_recv(p->monitor, frame, sizeof frame, ZMQ_DONTWAIT) >= 0) {
        p->is_gone = true;
    }
}

/* ---- asking ---- */

static hc_time wall_clock(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (hc_time)now.tv_sec * HC_SECOND + now.tv_nsec;
}

static int fail_late(const hc_scheduler_port *p, const char *what, hc_error *error)
{
    char time[HC_UNIT_TEXT_SIZE];
    hc_format_duration_exact(p->timeout, time);
    return hc_error_set(error, HC_ERROR_RUNTIME,
                        "%s: no answer to %s within %s (scheduler.timeout): is it running?",
                        p->peer, what, time);
}

static int fail_gone(const hc_scheduler_port *p, const char *what, hc_error *error)
{
    return hc_error_set(
        error, HC_ERROR_RUNTIME,
        "%s: the connection was lost before it answered %s: it has ended, or its answer "
        "was longer than 1 MiB",
        p->peer, what);
}

static int fail_stopped(hc_scheduler_port *p, const char *what, hc_error *error)
{
    p->was_stopped = true;
    return hc_error_set(error, HC_ERROR_RUNTIME, "%s: stopped before it answered %s", p->peer,
                        what);
}

/* Whether to wait no longer because the run is to stop: an answer that is nearly there lets it stop between two events.
 * @param asked  [in, out] when it was asked to, HC_TIME_MISSING before */
static bool has_to_stop(const hc_scheduler_port *p, hc_time *asked)
{
    if (p->is_stopping == NULL || !p->is_stopping()) {
        return false;
    }
    if (*asked == HC_TIME_MISSING) {
        *asked = wall_clock();
    }
    return wall_clock() - *asked >= HC_SECOND;
}

/* Looks again and again for a moment: an answer of a fast scheduler is there before this thread could be put to sleep and
 * woken again, which takes longer than all the rest on a machine that idles. Who else wants the core gets it. */
static bool catch_answer(const hc_scheduler_port *p)
{
    hc_time end = wall_clock() + SPIN;
    do {
        int events = 0;
        size_t size = sizeof events;
        if (zmq_getsockopt(p->socket, ZMQ_EVENTS, &events, &size) < 0) {
            return false;
        }
        if ((events & ZMQ_POLLIN) != 0) {
            return true;
        }
        (void)sched_yield();
    } while (wall_clock() < end);
    return false;
}

/* Waits until something can be received. What has come before the connection was lost still counts. */
static int await(hc_scheduler_port *p, const char *what, hc_error *error)
{
    hc_time deadline = wall_clock() + p->timeout;
    hc_time stop_asked = HC_TIME_MISSING;
    zmq_pollitem_t items[] = {{.socket = p->socket, .events = ZMQ_POLLIN},
                              {.socket = p->monitor, .events = ZMQ_POLLIN}};
    if (catch_answer(p)) {
        return 0;
    }
    for (;;) {
        hc_time left = deadline - wall_clock();
        int wait = left <= 0 ? 0 : left < POLL_MS * HC_MILLISECOND ? milliseconds(left) : POLL_MS;
        int count = zmq_poll(items, 2, wait);
        if (count > 0 && (items[0].revents & ZMQ_POLLIN) != 0) {
            return 0;
        }
        hear_monitor(p);
        if (p->is_gone) {
            return fail_gone(p, what, error);
        }
        if (has_to_stop(p, &stop_asked)) {
            return fail_stopped(p, what, error);
        }
        if (left <= 0) {
            return fail_late(p, what, error);
        }
    }
}

static int send_question(hc_scheduler_port *p, const char *what, hc_error *error)
{
    hear_monitor(p);
    if (p->is_gone) {
        return fail_gone(p, what, error);
    }
    if (zmq_send(p->socket, p->message.data, p->message.size, ZMQ_DONTWAIT) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot be asked: %s", p->peer,
                            zmq_strerror(zmq_errno()));
    }
    p->is_waiting = true;
    return 0;
}

/* @return the answer, or NULL with `error` set. */
static hc_answer *receive(hc_scheduler_port *p, const char *what, hc_error *error)
{
    char complaint[HC_ANSWER_COMPLAINT_SIZE] = "expected one frame, found several";
    hc_answer *answer = NULL;
    zmq_msg_t frame;
    (void)zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, p->socket, ZMQ_DONTWAIT) >= 0) {
        p->is_waiting = zmq_msg_more(&frame) != 0;
        if (!p->is_waiting) {
            answer = hc_answer_read(zmq_msg_data(&frame), zmq_msg_size(&frame), complaint);
        }
    }
    if (answer == NULL) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: answer to %s: %s", p->peer, what,
                           complaint);
    }
    (void)zmq_msg_close(&frame);
    return answer;
}

/* Sends the message that was written, and waits for the answer. @return NULL with `error` set. */
static hc_answer *talk(hc_scheduler_port *p, const char *what, hc_error *error)
{
    if (send_question(p, what, error) < 0 || await(p, what, error) < 0) {
        return NULL;
    }
    return receive(p, what, error);
}

/* ---- the port ---- */

static int greet(hc_scheduler_port *p, const hc_guest_cluster *cluster, hc_error *error)
{
    char what[WHAT_SIZE];
    uint64_t version = 0;
    hc_answer *answer = NULL;
    bool is_told = false;
    (void)snprintf(what, sizeof what, "the hello of partition %" PRIu32, cluster->partition);
    if (hc_message_write_hello(&p->message, p->run, cluster) < 0) {
        return hc_error_memory(error);
    }
    answer = talk(p, what, error);
    if (answer == NULL) {
        return -1;
    }
    is_told = hc_answer_version(answer, &version);
    hc_answer_destroy(answer);
    if (!is_told || version != HC_SCHEDULER_PROTOCOL) {
        return hc_error_set(
            error, HC_ERROR_RUNTIME,
            "%s: answer to %s: expected v: %d (the version of the protocol), found %s", p->peer,
            what, HC_SCHEDULER_PROTOCOL, is_told ? "another one" : "none");
    }
    return 0;
}

static int open_session(void *self, const hc_guest_cluster *cluster, void **out, hc_error *error)
{
    session *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    *s = (session){self, cluster->partition};
    if (greet(self, cluster, error) < 0) {
        free(s);
        return -1;
    }
    *out = s;
    return 0;
}

/* An answer says which pass it is for: one that belongs to another pass would be applied to another world. */
static int check_pass(const hc_scheduler_port *p, const hc_answer *answer,
                      const hc_guest_pass *pass, const char *what, hc_error *error)
{
    uint64_t number = 0;
    if (!hc_answer_pass(answer, &number)) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: answer to %s: it does not say pass: %" PRIu64, p->peer, what,
                            pass->number);
    }
    if (number != pass->number) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: answer to %s: it is for pass %" PRIu64,
                            p->peer, what, number);
    }
    return 0;
}

static int ask(void *self, const hc_guest_pass *pass, const hc_guest_host *host, hc_error *error)
{
    const session *s = self;
    char what[WHAT_SIZE];
    hc_answer *answer = NULL;
    int status = -1;
    (void)snprintf(what, sizeof what, "pass %" PRIu64 " of partition %" PRIu32, pass->number,
                   s->partition);
    if (hc_message_write_pass(&s->port->message, pass) < 0) {
        return hc_error_memory(error);
    }
    answer = talk(s->port, what, error);
    if (answer != NULL && check_pass(s->port, answer, pass, what, error) == 0) {
        status = hc_answer_decide(answer, host);
    }
    hc_answer_destroy(answer);
    return status;
}

static void close_session(void *self)
{
    free(self);
}

int hc_scheduler_port_open(hc_scheduler_port **out, const hc_scheduler_port_options *options,
                           hc_error *error)
{
    hc_scheduler_port *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return hc_error_memory(error);
    }
    msgpack_sbuffer_init(&p->message);
    (void)snprintf(p->peer, sizeof p->peer, "the scheduler at %s", options->endpoint);
    (void)snprintf(p->run, sizeof p->run, "%s", options->run);
    p->timeout = options->timeout;
    p->is_stopping = options->is_stopping;
    p->port = (hc_port){p, p->peer, open_session, ask, close_session};
    if (open_sockets(p, options->endpoint, error) < 0) {
        hc_scheduler_port_close(p);
        return -1;
    }
    *out = p;
    return 0;
}

static void say_end(hc_scheduler_port *p)
{
    hear_monitor(p);
    if (!p->is_waiting && !p->is_gone && hc_message_write_end(&p->message) == 0 &&
        hc_socket_set(p->socket, ZMQ_LINGER, LINGER_MS, NULL) == 0) {
        (void)zmq_send(p->socket, p->message.data, p->message.size, ZMQ_DONTWAIT);
    }
}

void hc_scheduler_port_close(hc_scheduler_port *p)
{
    if (p == NULL) {
        return;
    }
    if (p->socket != NULL && p->monitor != NULL) {
        say_end(p);
    }
    hc_socket_close(p->monitor);
    hc_socket_close(p->socket);
    if (p->context != NULL) {
        (void)zmq_ctx_term(p->context);
    }
    msgpack_sbuffer_destroy(&p->message);
    free(p);
}

const hc_port *hc_scheduler_port_table(const hc_scheduler_port *p)
{
    return &p->port;
}

bool hc_scheduler_port_was_stopped(const hc_scheduler_port *p)
{
    return p->was_stopped;
}
