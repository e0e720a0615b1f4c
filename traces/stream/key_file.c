#include "traces/stream/key_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

static int refuse(const char *path, const char *why, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, why);
}

int hc_key_file_check_mode(const char *path, unsigned int mode, hc_error *error)
{
    if ((mode & S_IWOTH) == 0) {
        return 0;
    }
    return hc_error_set(error, HC_ERROR_USAGE,
                        "%s: mode %04o: everybody may write there, and so decide who connects; "
                        "chmod o-w closes it",
                        path, mode & 07777U);
}

int hc_key_file_check_secret(const char *path, unsigned int mode, hc_error *error)
{
    if ((mode & (S_IRWXG | S_IRWXO)) == 0) {
        return 0;
    }
    return hc_error_set(error, HC_ERROR_USAGE,
                        "%s: expected mode 0600, found %04o: others may read the secret key; chmod "
                        "600 closes it, but a key that was read is no secret: hindcast keys NAME "
                        "makes a new one",
                        path, mode & 07777U);
}

/* @return bytes read, up to `limit`, or -1 with errno */
static ssize_t read_up_to(int descriptor, char *out, size_t limit)
{
    size_t used = 0;
    while (used < limit) {
        ssize_t got = read(descriptor, out + used, limit - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? -1 : (ssize_t)used;
        }
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* One byte more than the limit is looked for: a file that grows meanwhile is refused as well. */
static int take(hc_key_file *file, int descriptor, const char *path, size_t limit, hc_error *error)
{
    ssize_t length = 0;
    file->text = calloc(limit + 2, 1);
    if (file->text == NULL) {
        return hc_error_memory(error);
    }
    length = read_up_to(descriptor, file->text, limit + 1);
    if (length < 0) {
        return refuse(path, strerror(errno), error);
    }
    file->length = (size_t)length;
    if (file->length > limit) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: expected at most %zu bytes", path, limit);
    }
    if (memchr(file->text, '\0', file->length) != NULL) {
        return refuse(path, "expected text, found a NUL byte", error);
    }
    return 0;
}

int hc_key_file_read(hc_key_file *out, const char *path, size_t limit, hc_error *error)
{
    struct stat status;
    int result = -1;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    *out = (hc_key_file){.text = NULL};
    if (descriptor < 0 || fstat(descriptor, &status) < 0) {
        (void)refuse(path, strerror(errno), error);
    } else if (!S_ISREG(status.st_mode)) {
        (void)refuse(path, "expected a plain file", error);
    } else if (hc_key_file_check_mode(path, status.st_mode, error) == 0) {
        out->mode = status.st_mode;
        result = take(out, descriptor, path, limit, error);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    if (result < 0) {
        hc_key_file_release(out);
    }
    return result;
}

void hc_key_file_release(hc_key_file *file)
{
    if (file->text != NULL) {
        explicit_bzero(file->text, file->length);
        free(file->text);
    }
    *file = (hc_key_file){.text = NULL};
}

bool hc_key_file_next(hc_key_file *file, const char **line, size_t *length)
{
    const char *begin = file->text + file->at;
    const char *end = NULL;
    if (file->at >= file->length) {
        return false;
    }
    end = memchr(begin, '\n', file->length - file->at);
    end = end == NULL ? file->text + file->length : end;
    file->at = (size_t)(end - file->text) + 1;
    file->line++;
    while (begin < end && isspace((unsigned char)*begin)) {
        begin++;
    }
    while (end > begin && isspace((unsigned char)end[-1])) {
        end--;
    }
    *line = begin;
    *length = (size_t)(end - begin);
    return true;
}

/* RFC 32. Groups of five characters beyond 2^32 stand for nothing: the way back shows them. */
bool hc_key_decode(const char *text, size_t length, unsigned char *out)
{
    static const char ALPHABET[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   ".-:+=^!/*?&<>()[]{}@%$#";
    char copy[HC_KEY_TEXT + 1];
    char back[HC_KEY_TEXT + 1];
    unsigned char bytes[HC_KEY_BYTES];
    bool is_key = false;
    if (length != HC_KEY_TEXT) {
        return false;
    }
    memcpy(copy, text, HC_KEY_TEXT);
    copy[HC_KEY_TEXT] = '\0';
    is_key = strspn(copy, ALPHABET) == HC_KEY_TEXT && zmq_z85_decode(bytes, copy) != NULL &&
             zmq_z85_encode(back, bytes, sizeof bytes) != NULL && strcmp(copy, back) == 0;
    if (is_key && out != NULL) {
        memcpy(out, bytes, sizeof bytes);
    }
    explicit_bzero(copy, sizeof copy);
    explicit_bzero(back, sizeof back);
    explicit_bzero(bytes, sizeof bytes);
    return is_key;
}
