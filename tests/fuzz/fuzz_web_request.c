#include "cli/web/web_request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lines: where to listen, then a method, a path and a host. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char TOKEN[] = "0123456789abcdef0123456789abcdef";

static void check_place(const char *text)
{
    hc_error error = HC_ERROR_NONE;
    hc_web_place place;
    hc_web_guard guard;
    if (hc_web_place_read(&place, text, &error) < 0) {
        if (error.kind != HC_ERROR_USAGE) {
            abort();
        }
        return;
    }
    if (hc_web_guard_make(&guard, &place, 1, NULL) < 0 ||
        (strncmp(guard.host, "127.", 4) != 0 && strncmp(guard.host, "[::1]", 5) != 0)) {
        abort();
    }
}

/* Nobody is let in without the token and a name of this machine. */
static void check_request(const char *method, const char *path, const char *host)
{
    hc_web_guard guard = {.host = "127.0.0.1:80", .local = "localhost:80"};
    hc_web_answer answer = HC_WEB_NOT_FOUND;
    memcpy(guard.token, TOKEN, sizeof guard.token);
    answer = hc_web_judge(&guard, method, path, host);
    if ((answer == HC_WEB_PAGE || answer == HC_WEB_EVENTS) &&
        (strstr(path, TOKEN) != path + 1 || strcmp(method, "GET") != 0 || strlen(host) < 12)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *parts[4] = {NULL};
    char *rest = text;
    if (text == NULL) {
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    for (int i = 0; i < 4; i++) {
        parts[i] = strsep(&rest, "\n");
    }
    check_place(parts[0] == NULL ? "" : parts[0]);
    check_request(parts[1] == NULL ? "" : parts[1], parts[2] == NULL ? "" : parts[2], parts[3]);
    free(text);
    return 0;
}
