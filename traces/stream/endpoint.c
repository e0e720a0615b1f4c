#include "traces/stream/endpoint.h"

#include "sim/scenario/utf8.h"
#include "traces/stream/private_folder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

static const char IPC[] = "ipc://";
static const char TCP[] = "tcp://";

enum { PATH_SIZE = sizeof(((struct sockaddr_un *)NULL)->sun_path), LISTEN_BACKLOG = 100 };

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* ---- what is allowed ---- */

/* Whether a text shows as it is, and how it shows when it does not. */
static bool is_shown_plainly(const char *text, char shown[HC_ENDPOINT_TEXT_SIZE])
{
    size_t length = strlen(text);
    size_t used = 0;
    bool is_plain = length < HC_ENDPOINT_TEXT_SIZE;
    shown[0] = '\0';
    for (size_t at = 0; at < length && used < HC_ENDPOINT_TEXT_SIZE - HC_GLYPH_SIZE - 4;) {
        hc_glyph glyph = hc_utf8_glyph(text + at, length - at);
        is_plain = is_plain && strncmp(text + at, glyph.text, glyph.bytes) == 0;
        used += (size_t)snprintf(shown + used, HC_ENDPOINT_TEXT_SIZE - used, "%s", glyph.text);
        at += glyph.bytes;
        if (used >= HC_ENDPOINT_TEXT_SIZE - HC_GLYPH_SIZE - 4 && at < length) {
            (void)snprintf(shown + used, HC_ENDPOINT_TEXT_SIZE - used, "...");
        }
    }
    return is_plain;
}

static int check_ipc(const char *endpoint, const char *who, bool has_keys, hc_error *error)
{
    char folder[PATH_SIZE];
    const char *path = endpoint + strlen(IPC);
    size_t length = strlen(path);
    size_t folder_length = 0;
    if (path[0] != '/' || path[length - 1] == '/') {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: expected ipc:// and the absolute path of a file, got \"%s\"", who,
                            endpoint);
    }
    if (length >= PATH_SIZE) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: expected a path of at most %d bytes after ipc://, got %zu: \"%s\"",
                            who, PATH_SIZE - 1, length, endpoint);
    }
    folder_length = (size_t)(strrchr(path, '/') - path);
    memcpy(folder, path, folder_length == 0 ? 1 : folder_length);
    folder[folder_length == 0 ? 1 : folder_length] = '\0';
    return has_keys ? 0 : hc_private_folder_check(folder, who, error);
}

static bool is_port(const char *text)
{
    if (strcmp(text, "*") == 0) {
        return true;
    }
    return text[0] != '0' && strspn(text, "0123456789") == strlen(text) && text[0] != '\0' &&
           strlen(text) <= 5 && strtoul(text, NULL, 10) <= 65535;
}

/* Names are looked up, in files and on the network: only numbers say where they lead. */
static bool is_loopback(const char *host)
{
    struct in_addr four;
    return strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

/* A name, a number, an interface or "*". */
static bool is_host(const char *host)
{
    return host[0] != '\0' && strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789.-_:%[]*") == strlen(host);
}

static int check_tcp(const char *endpoint, const char *who, bool has_keys, hc_error *error)
{
    char host[HC_ENDPOINT_TEXT_SIZE];
    const char *begin = endpoint + strlen(TCP);
    const char *colon = strrchr(begin, ':');
    (void)snprintf(host, sizeof host, "%.*s", colon == NULL ? 0 : (int)(colon - begin), begin);
    if (colon == NULL || !is_host(host) || !is_port(colon + 1)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: expected tcp://ADDRESS:PORT with a port from 1 to 65535 or *, got "
                            "\"%s\"",
                            who, endpoint);
    }
    if (!has_keys && !is_loopback(host)) {
        return hc_error_set(
            error, HC_ERROR_USAGE,
            "%s: \"%s\" is no loopback address in numbers, others could connect: "
            "write tcp://127.0.0.1:%s, or give keys (hindcast keys NAME makes them)",
            who, endpoint, colon + 1);
    }
    return 0;
}

int hc_endpoint_check(const char *endpoint, const char *who, bool has_keys, hc_error *error)
{
    char shown[HC_ENDPOINT_TEXT_SIZE];
    bool is_plain = is_shown_plainly(endpoint, shown);
    if (is_plain && starts_with(endpoint, IPC)) {
        return check_ipc(endpoint, who, has_keys, error);
    }
    if (is_plain && starts_with(endpoint, TCP)) {
        return check_tcp(endpoint, who, has_keys, error);
    }
    return hc_error_set(error, HC_ERROR_USAGE,
                        "%s: expected ipc:///FOLDER/NAME or tcp://127.0.0.1:PORT of at most %d "
                        "bytes, got \"%s\"",
                        who, HC_ENDPOINT_TEXT_SIZE - 1, shown);
}

/* ---- sockets ---- */

static int refuse_bind(const char *endpoint, const char *why, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot bind: %s", endpoint, why);
}

/* Numbers of IPv6 need it; for all else it would change which addresses names mean. */
static int allow_ipv6(void *socket, const char *endpoint)
{
    int is_on = 1;
    return starts_with(endpoint, "tcp://[") ? zmq_setsockopt(socket, ZMQ_IPV6, &is_on, sizeof is_on)
                                            : 0;
}

static int open_unix(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    (void)snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static bool is_socket(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* Whether a socket file is left over from a process that is gone. */
static bool is_abandoned(const char *path)
{
    struct sockaddr_un address;
    int probe = open_unix(path, &address);
    bool is_refused = probe >= 0 && is_socket(path) &&
                      connect(probe, (struct sockaddr *)&address, sizeof address) < 0 &&
                      errno == ECONNREFUSED;
    if (probe >= 0) {
        (void)close(probe);
    }
    return is_refused;
}

/* A listening socket whose file is for the user alone: Linux takes its mode from that of the descriptor.
 * @return -1 with errno. */
static int listen_unix(const char *path)
{
    struct sockaddr_un address;
    int descriptor = open_unix(path, &address);
    if (descriptor < 0) {
        return -1;
    }
    if (fchmod(descriptor, S_IRWXU) < 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(descriptor, LISTEN_BACKLOG) < 0) {
        int cause = errno;
        (void)close(descriptor);
        errno = cause;
        return -1;
    }
    return descriptor;
}

static const char *explain_unix(const char *path, int cause)
{
    if (cause != EADDRINUSE) {
        return strerror(cause);
    }
    return is_socket(path) ? "another process listens there" : "a file that is no socket is there";
}

/* libzmq would remove whatever has the name, and take the umask of the process; it is given a socket instead. */
static int bind_ipc(void *socket, const char *endpoint, hc_error *error)
{
    const char *path = endpoint + strlen(IPC);
    const int none = -1;
    int status = 0;
    int descriptor = listen_unix(path);
    if (descriptor < 0 && errno == EADDRINUSE && is_abandoned(path)) {
        (void)unlink(path);
        descriptor = listen_unix(path);
    }
    if (descriptor < 0) {
        return refuse_bind(endpoint, explain_unix(path, errno), error);
    }
    status = zmq_setsockopt(socket, ZMQ_USE_FD, &descriptor, sizeof descriptor);
    if (status < 0 || zmq_bind(socket, endpoint) < 0) {
        status = refuse_bind(endpoint, zmq_strerror(zmq_errno()), error);
        (void)unlink(path);
        (void)close(descriptor);
    }
    (void)zmq_setsockopt(socket, ZMQ_USE_FD, &none, sizeof none);
    return status;
}

static int bind_tcp(void *socket, const char *endpoint, hc_error *error)
{
    return allow_ipv6(socket, endpoint) < 0 || zmq_bind(socket, endpoint) < 0
               ? refuse_bind(endpoint, zmq_strerror(zmq_errno()), error)
               : 0;
}

int hc_endpoint_bind(void *socket, const char *endpoint, char *bound, hc_error *error)
{
    size_t size = HC_ENDPOINT_TEXT_SIZE;
    int status = starts_with(endpoint, IPC) ? bind_ipc(socket, endpoint, error)
                                            : bind_tcp(socket, endpoint, error);
    if (status == 0 && bound != NULL &&
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, bound, &size) < 0) {
        return refuse_bind(endpoint, zmq_strerror(zmq_errno()), error);
    }
    return status;
}

int hc_endpoint_connect(void *socket, const char *endpoint, hc_error *error)
{
    if (allow_ipv6(socket, endpoint) < 0 || zmq_connect(socket, endpoint) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot connect: %s", endpoint,
                            zmq_strerror(zmq_errno()));
    }
    return 0;
}

void hc_endpoint_remove(const char *endpoint)
{
    if (starts_with(endpoint, IPC) && is_socket(endpoint + strlen(IPC))) {
        (void)unlink(endpoint + strlen(IPC));
    }
}
