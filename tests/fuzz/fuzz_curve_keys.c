#include "traces/stream/allow_list.h"
#include "traces/stream/curve_keys.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(const char *text)
{
    uint8_t bytes[32];
    if (strlen(text) != 40 || zmq_z85_decode(bytes, text) == NULL) {
        abort();
    }
}

/* A pair that is taken works: its public key follows from the secret one. */
static void read_keys(const char *path, bool needs_secret)
{
    hc_curve_keys keys;
    hc_error error = HC_ERROR_NONE;
    char derived[HC_CURVE_KEY_SIZE];
    if (hc_curve_keys_read(&keys, path, needs_secret, &error) < 0) {
        if (error.kind != HC_ERROR_USAGE || error.count != 1) {
            abort();
        }
        return;
    }
    check_key(keys.public_key);
    if (!needs_secret && keys.secret_key[0] != '\0') {
        abort();
    }
    if (needs_secret &&
        (zmq_curve_public(derived, keys.secret_key) < 0 || strcmp(derived, keys.public_key) != 0)) {
        abort();
    }
}

static void read_list(const char *path)
{
    static const uint8_t NONE[32];
    hc_allow_list *list = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_allow_list_read(&list, path, &error) < 0) {
        if (error.kind != HC_ERROR_USAGE || error.count != 1) {
            abort();
        }
        return;
    }
    (void)hc_allow_list_has(list, NONE);
    hc_allow_list_destroy(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int file = memfd_create("keys", MFD_CLOEXEC);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (file < 0 || fchmod(file, S_IRUSR | S_IWUSR) < 0 ||
        write(file, data, size) != (ssize_t)size) {
        abort();
    }
    read_keys(path, false);
    read_keys(path, true);
    read_list(path);
    (void)close(file);
    return 0;
}
