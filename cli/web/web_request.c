#include "cli/web/web_request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

static const char EXPECTED[] =
    "expected a loopback address as numbers and a port: 127.0.0.1:5665 or [::1]:5665";

static int refuse(const char *text, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE, "--web: %s, got \"%s\"", EXPECTED, text);
}

/* @return the port, or -1. */
static int read_port(const char *text)
{
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);
    return text[0] < '0' || text[0] > '9' || *end != '\0' || port > UINT16_MAX ? -1 : (int)port;
}

static bool read_v4(hc_web_place *out, const char *host, int port)
{
    struct sockaddr_in *v4 = &out->address.v4;
    *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    out->length = sizeof *v4;
    return inet_pton(AF_INET, host, &v4->sin_addr) == 1 && ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

/* In brackets. */
static bool read_v6(hc_web_place *out, const char *host, int port)
{
    struct sockaddr_in6 *v6 = &out->address.v6;
    char inner[INET6_ADDRSTRLEN];
    size_t length = strlen(host);
    if (length < 3 || length - 2 >= sizeof inner || host[0] != '[' || host[length - 1] != ']') {
        return false;
    }
    memcpy(inner, host + 1, length - 2);
    inner[length - 2] = '\0';
    *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    out->length = sizeof *v6;
    return inet_pton(AF_INET6, inner, &v6->sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

int hc_web_place_read(hc_web_place *out, const char *text, hc_error *error)
{
    const char *colon = strrchr(text, ':');
    char host[HC_WEB_HOST_SIZE];
    int port = colon == NULL ? -1 : read_port(colon + 1);
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    if (port < 0 || length >= sizeof host) {
        return refuse(text, error);
    }
    memcpy(host, text, length);
    host[length] = '\0';
    return read_v4(out, host, port) || read_v6(out, host, port) ? 0 : refuse(text, error);
}

int hc_web_random(char out[HC_WEB_TOKEN_SIZE], hc_error *error)
{
    unsigned char bytes[(HC_WEB_TOKEN_SIZE - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "random numbers: %s", strerror(errno));
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    return 0;
}

int hc_web_guard_make(hc_web_guard *out, const hc_web_place *place, uint16_t port, hc_error *error)
{
    char address[INET6_ADDRSTRLEN] = "";
    bool is_v6 = place->address.any.sa_family == AF_INET6;
    const void *number = is_v6 ? (const void *)&place->address.v6.sin6_addr
                               : (const void *)&place->address.v4.sin_addr;
    (void)inet_ntop(place->address.any.sa_family, number, address, sizeof address);
    (void)snprintf(out->host, sizeof out->host, is_v6 ? "[%s]:%u" : "%s:%u", address, port);
    (void)snprintf(out->local, sizeof out->local, "localhost:%u", port);
    return hc_web_random(out->token, error);
}

/* Takes as long for a token that is nearly right as for any other of its length. */
static bool is_token(const char *token, const char *text, size_t length)
{
    unsigned char differs = 0;
    if (length != HC_WEB_TOKEN_SIZE - 1) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        differs |= (unsigned char)(token[i] ^ text[i]);
    }
    return differs == 0;
}

/* "/TOKEN/" and "/TOKEN/events". */
static hc_web_answer find(const hc_web_guard *guard, const char *path)
{
    const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;
    if (slash == NULL || !is_token(guard->token, path + 1, (size_t)(slash - path - 1))) {
        return HC_WEB_NOT_FOUND;
    }
    if (slash[1] == '\0') {
        return HC_WEB_PAGE;
    }
    return strcmp(slash, "/events") == 0 ? HC_WEB_EVENTS : HC_WEB_NOT_FOUND;
}

hc_web_answer hc_web_judge(const hc_web_guard *guard, const char *method, const char *path,
                           const char *host)
{
    if (host == NULL ||
        (strcasecmp(host, guard->host) != 0 && strcasecmp(host, guard->local) != 0)) {
        return HC_WEB_WRONG_HOST;
    }
    return strcmp(method, "GET") == 0 ? find(guard, path) : HC_WEB_WRONG_METHOD;
}
