#include "cli/web/web_view.h"

#include "cli/bench.h"
#include "cli/web/web_events.h"
#include "cli/web/web_page.h"
#include "cli/web/web_request.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTION_LIMIT = 32,
    CONNECTION_BYTES = 16384,
    CONNECTION_SECONDS = 20,
    ADDRESS_SIZE = 160,
    LAST_WAIT_MS = 20,
};

static const double LAST_SECONDS = 1;

struct hc_web_view {
    struct MHD_Daemon *daemon;
    hc_web_events *events;
    hc_web_guard guard;
    char address[ADDRESS_SIZE];
};

/* Answers */

/* What all answers have: nobody keeps them, guesses what they are, shows them in a frame or tells whence one came. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned status,
                                     struct MHD_Response *response)
{
    static const char *const HEADERS[][2] = {{"X-Content-Type-Options", "nosniff"},
                                             {"Referrer-Policy", "no-referrer"},
                                             {"Cache-Control", "no-store"},
                                             {"X-Frame-Options", "DENY"},
                                             {"Cross-Origin-Resource-Policy", "same-origin"},
                                             {"Cross-Origin-Opener-Policy", "same-origin"}};
    enum MHD_Result result = MHD_NO;
    if (response == NULL) {
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        (void)MHD_add_response_header(response, HEADERS[i][0], HEADERS[i][1]);
    }
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_refusal(struct MHD_Connection *connection, unsigned status)
{
    static char text[] = "hindcast watch: not here\n";
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        (void)MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
        (void)MHD_add_response_header(response, "Content-Security-Policy", "default-src 'none'");
        if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
            (void)MHD_add_response_header(response, "Allow", "GET");
        }
    }
    return send_response(connection, status, response);
}

static enum MHD_Result send_page(struct MHD_Connection *connection)
{
    char nonce[HC_WEB_TOKEN_SIZE];
    char policy[HC_WEB_POLICY_SIZE];
    size_t size = 0;
    char *page = hc_web_random(nonce, NULL) < 0 ? NULL : hc_web_page_make(nonce, &size);
    struct MHD_Response *response = NULL;
    if (page == NULL) {
        return MHD_NO;
    }
    response = MHD_create_response_from_buffer(size, page, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(page);
        return MHD_NO;
    }
    hc_web_page_policy(nonce, policy);
    (void)MHD_add_response_header(response, "Content-Type", "text/html; charset=utf-8");
    (void)MHD_add_response_header(response, "Content-Security-Policy", policy);
    return send_response(connection, MHD_HTTP_OK, response);
}

static enum MHD_Result send_events(hc_web_view *view, struct MHD_Connection *connection)
{
    struct MHD_Response *response = hc_web_events_response(view->events, connection);
    if (response == NULL) {
        return send_refusal(connection, MHD_HTTP_SERVICE_UNAVAILABLE);
    }
    (void)MHD_add_response_header(response, "Content-Type", "text/event-stream; charset=utf-8");
    return send_response(connection, MHD_HTTP_OK, response);
}

static enum MHD_Result answer(void *self, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    hc_web_view *view = self;
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    (void)version, (void)upload, (void)upload_size, (void)state;
    switch (hc_web_judge(&view->guard, method, path, host)) {
    case HC_WEB_PAGE:
        return send_page(connection);
    case HC_WEB_EVENTS:
        return send_events(view, connection);
    case HC_WEB_WRONG_HOST:
        return send_refusal(connection, MHD_HTTP_FORBIDDEN);
    case HC_WEB_WRONG_METHOD:
        return send_refusal(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
    case HC_WEB_NOT_FOUND:
    default:
        return send_refusal(connection, MHD_HTTP_NOT_FOUND);
    }
}

/* Open and close */

static int start(hc_web_view *view, const hc_web_place *place, const char *shown, hc_error *error)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
                     (place->address.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0U);
    errno = 0;
    view->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, view, MHD_OPTION_SOCK_ADDR,
                                    &place->address.any, MHD_OPTION_CONNECTION_LIMIT,
                                    (unsigned)CONNECTION_LIMIT, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                    (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
                                    (unsigned)CONNECTION_SECONDS, MHD_OPTION_END);
    return view->daemon != NULL
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "--web: %s: cannot listen: %s", shown,
                              errno == 0 ? "the library refused" : strerror(errno));
}

static int name_address(hc_web_view *view, const hc_web_place *place, hc_error *error)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(view->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (hc_web_guard_make(&view->guard, place, info->port, error) < 0) {
        return -1;
    }
    (void)snprintf(view->address, sizeof view->address, "http://%s/%s/", view->guard.host,
                   view->guard.token);
    return 0;
}

int hc_web_view_open(hc_web_view **out, const char *place, hc_error *error)
{
    hc_web_place where;
    hc_web_view *view = NULL;
    if (hc_web_place_read(&where, place, error) < 0) {
        return -1;
    }
    view = calloc(1, sizeof *view);
    if (view == NULL) {
        return hc_error_memory(error);
    }
    view->events = hc_web_events_create();
    if (view->events == NULL) {
        free(view);
        return hc_error_memory(error);
    }
    if (start(view, &where, place, error) < 0 || name_address(view, &where, error) < 0) {
        hc_web_view_close(view);
        return -1;
    }
    *out = view;
    return 0;
}

static void send_last(hc_web_view *view)
{
    double end = hc_stopwatch_read().wall_seconds + LAST_SECONDS;
    while (!hc_web_events_are_sent(view->events) && hc_stopwatch_read().wall_seconds < end) {
        struct pollfd source = {.fd = hc_web_view_descriptor(view), .events = POLLIN};
        (void)poll(&source, 1, LAST_WAIT_MS);
        hc_web_view_serve(view);
    }
}

void hc_web_view_close(hc_web_view *view)
{
    if (view == NULL) {
        return;
    }
    if (view->daemon != NULL) {
        send_last(view);
        hc_web_events_wake(view->events);
        MHD_stop_daemon(view->daemon);
    }
    hc_web_events_destroy(view->events);
    free(view);
}

const char *hc_web_view_address(const hc_web_view *view)
{
    return view->address;
}

int hc_web_view_descriptor(const hc_web_view *view)
{
    return MHD_get_daemon_info(view->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void hc_web_view_serve(hc_web_view *view)
{
    (void)MHD_run(view->daemon);
}

bool hc_web_view_has_readers(const hc_web_view *view)
{
    return hc_web_events_reader_count(view->events) > 0;
}

int hc_web_view_show(hc_web_view *view, json_t *state, hc_error *error)
{
    int status = state == NULL ? -1 : hc_web_events_put(view->events, state);
    json_decref(state);
    return status < 0 ? hc_error_memory(error) : 0;
}
