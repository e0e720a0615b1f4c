#include "traces/stream/curve_keys.h"

#include "traces/stream/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { FILE_LIMIT = 4096 };

static const char PUBLIC_END[] = ".key";
static const char SECRET_END[] = ".key_secret";

int hc_curve_keys_make(hc_curve_keys *out, hc_error *error)
{
    *out = (hc_curve_keys){.public_key = ""};
    if (zmq_curve_keypair(out->public_key, out->secret_key) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "cannot make keys: ZeroMQ: %s",
                            zmq_strerror(zmq_errno()));
    }
    return 0;
}

/* ---- writing ---- */

static int write_all(int descriptor, const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno != EINTR) {
            return -1;
        }
        text += written < 0 ? 0 : written;
        length -= written < 0 ? 0 : (size_t)written;
    }
    return fsync(descriptor) < 0 && errno != EINVAL ? -1 : 0;
}

static int create(const char *path, mode_t mode, const char *text, hc_error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    int status = 0;
    if (descriptor < 0 && errno == EEXIST) {
        return hc_error_set(
            error, HC_ERROR_USAGE,
            "%s: exists; keys are never replaced: remove both files of the pair, or "
            "take another name",
            path);
    }
    if (descriptor < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot create: %s", path, strerror(errno));
    }
    status = write_all(descriptor, text);
    if (status < 0) {
        (void)hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", path, strerror(errno));
        (void)close(descriptor);
    } else if (close(descriptor) < 0) {
        status =
            hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", path, strerror(errno));
    }
    if (status < 0) {
        (void)unlink(path);
    }
    return status;
}

static int create_public(const hc_curve_keys *keys, const char *path, hc_error *error)
{
    char text[512];
    (void)snprintf(
        text, sizeof text,
        "#   ZeroMQ CURVE public key, made by hindcast keys. It may be read by anybody.\n"
        "\n"
        "curve\n"
        "    public-key = \"%s\"\n",
        keys->public_key);
    return create(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, text, error);
}

static int create_secret(const hc_curve_keys *keys, const char *path, hc_error *error)
{
    char text[512];
    int status = 0;
    (void)snprintf(text, sizeof text,
                   "#   ZeroMQ CURVE SECRET key, made by hindcast keys. Give this file to nobody.\n"
                   "\n"
                   "curve\n"
                   "    public-key = \"%s\"\n"
                   "    secret-key = \"%s\"\n",
                   keys->public_key, keys->secret_key);
    status = create(path, S_IRUSR | S_IWUSR, text, error);
    explicit_bzero(text, sizeof text);
    return status;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static int check_name(const char *name, hc_error *error)
{
    if (name[0] == '\0' || ends_with(name, "/")) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "\"%s\": expected a name for the files NAME.key and NAME.key_secret",
                            name);
    }
    if (ends_with(name, PUBLIC_END) || ends_with(name, SECRET_END)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: expected the name without %s", name,
                            strrchr(name, '.'));
    }
    if (strlen(name) + sizeof SECRET_END > PATH_MAX) {
        return hc_error_set(error, HC_ERROR_USAGE, "expected a name of at most %zu bytes, got %zu",
                            PATH_MAX - sizeof SECRET_END, strlen(name));
    }
    return 0;
}

int hc_curve_keys_write(const hc_curve_keys *keys, const char *name, hc_error *error)
{
    char public_path[PATH_MAX];
    char secret_path[PATH_MAX];
    if (check_name(name, error) < 0) {
        return -1;
    }
    (void)snprintf(public_path, sizeof public_path, "%s%s", name, PUBLIC_END);
    (void)snprintf(secret_path, sizeof secret_path, "%s%s", name, SECRET_END);
    if (create_public(keys, public_path, error) < 0) {
        return -1;
    }
    if (create_secret(keys, secret_path, error) < 0) {
        (void)unlink(public_path);
        return -1;
    }
    return 0;
}

/* ---- reading ---- */

/* The value of `name = "value"`, NULL when the line is another one. */
static const char *value_of(const char *line, size_t length, const char *name, size_t *size)
{
    const char *end = line + length;
    const char *at = NULL;
    if (length < strlen(name) || memcmp(line, name, strlen(name)) != 0) {
        return NULL;
    }
    at = line + strlen(name);
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    if (at == end || *at++ != '=') {
        return NULL;
    }
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    if (end - at >= 2 && (*at == '"' || *at == '\'') && end[-1] == *at) {
        at++;
        end--;
    }
    *size = (size_t)(end - at);
    return at;
}

/* Takes a key from the line if it has this name. */
static int take(char out[HC_CURVE_KEY_SIZE], const char *name, const char *line, size_t length,
                hc_error *error)
{
    size_t size = 0;
    const char *value = value_of(line, length, name, &size);
    if (value == NULL) {
        return 0;
    }
    if (out[0] != '\0') {
        return hc_error_set(error, HC_ERROR_USAGE, "there already was one");
    }
    if (!hc_key_decode(value, size, NULL)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected a key: 40 characters of Z85 in quotes (found %zu)", size);
    }
    memcpy(out, value, HC_KEY_TEXT);
    out[HC_KEY_TEXT] = '\0';
    return 0;
}

static int take_lines(hc_curve_keys *out, hc_key_file *file, const char *path, hc_error *error)
{
    const char *line = NULL;
    size_t length = 0;
    while (hc_key_file_next(file, &line, &length)) {
        hc_error why = HC_ERROR_NONE;
        if (take(out->public_key, "public-key", line, length, &why) < 0) {
            return hc_error_set(error, HC_ERROR_USAGE, "%s:%zu: public-key: %s", path, file->line,
                                why.text);
        }
        if (take(out->secret_key, "secret-key", line, length, &why) < 0) {
            return hc_error_set(error, HC_ERROR_USAGE, "%s:%zu: secret-key: %s", path, file->line,
                                why.text);
        }
    }
    return 0;
}

static int check_pair(const hc_curve_keys *keys, const char *path, hc_error *error)
{
    char derived[HC_CURVE_KEY_SIZE] = "";
    if (keys->secret_key[0] == '\0') {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: has no secret key; the file that ends with %s has", path,
                            SECRET_END);
    }
    if (zmq_curve_public(derived, keys->secret_key) < 0 || strcmp(derived, keys->public_key) != 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: secret-key and public-key are not of one pair", path);
    }
    return 0;
}

static int check_taken(hc_curve_keys *keys, const hc_key_file *file, const char *path,
                       bool needs_secret, hc_error *error)
{
    if (keys->public_key[0] == '\0') {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: expected a line public-key = \"...\", as hindcast keys writes it",
                            path);
    }
    if (needs_secret) {
        return check_pair(keys, path, error) < 0
                   ? -1
                   : hc_key_file_check_secret(path, file->mode, error);
    }
    explicit_bzero(keys->secret_key, sizeof keys->secret_key);
    return 0;
}

int hc_curve_keys_read(hc_curve_keys *out, const char *path, bool needs_secret, hc_error *error)
{
    hc_key_file file;
    hc_curve_keys keys = {.public_key = ""};
    int status = hc_key_file_read(&file, path, FILE_LIMIT, error);
    if (status < 0) {
        return -1;
    }
    status = take_lines(&keys, &file, path, error);
    if (status == 0) {
        status = check_taken(&keys, &file, path, needs_secret, error);
    }
    if (status == 0) {
        *out = keys;
    }
    hc_key_file_release(&file);
    explicit_bzero(&keys, sizeof keys);
    return status;
}
