#include "traces/byte_source.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STORED_SIZE = 65536, MAGIC_SIZE = 6 };

typedef enum packing {
    PACKING_UNKNOWN = 0, /* nothing read yet */
    PACKING_NONE,
    PACKING_GZIP,
} packing;

struct hc_byte_source {
    char *name;
    int descriptor; /* -1: memory */
    bool owns_descriptor;
    const unsigned char *memory;
    size_t memory_left;
    struct sha256_ctx sha256;
    packing packing;
    bool is_at_end;      /* no more stored bytes will come */
    bool is_inflating;   /* z is initialised */
    bool is_in_member;   /* within a gzip member */
    size_t stored_begin; /* stored bytes not yet used */
    size_t stored_end;
    z_stream z;
    unsigned char stored[STORED_SIZE];
};

static hc_byte_source *create(const char *name)
{
    hc_byte_source *source = calloc(1, sizeof *source);
    if (source == NULL) {
        return NULL;
    }
    source->name = strdup(name);
    if (source->name == NULL) {
        free(source);
        return NULL;
    }
    source->descriptor = -1;
    sha256_init(&source->sha256);
    return source;
}

int hc_byte_source_open(hc_byte_source **out, const char *path, hc_error *error)
{
    bool is_standard_input = strcmp(path, "-") == 0;
    hc_byte_source *source = create(is_standard_input ? "standard input" : path);
    if (source == NULL) {
        return hc_error_memory(error);
    }
    source->descriptor = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->descriptor < 0) {
        (void)hc_error_set(error, HC_ERROR_TRACE, "%s: %s", path, strerror(errno));
        hc_byte_source_close(source);
        return -1;
    }
    source->owns_descriptor = !is_standard_input;
    *out = source;
    return 0;
}

int hc_byte_source_open_memory(hc_byte_source **out, const char *name, const void *bytes,
                               size_t size, hc_error *error)
{
    hc_byte_source *source = create(name);
    if (source == NULL) {
        return hc_error_memory(error);
    }
    source->memory = bytes;
    source->memory_left = size;
    *out = source;
    return 0;
}

static size_t take_memory(hc_byte_source *source, unsigned char *buffer, size_t size)
{
    size_t taken = size < source->memory_left ? size : source->memory_left;
    if (taken > 0) {
        memcpy(buffer, source->memory, taken);
        source->memory += taken;
        source->memory_left -= taken;
    }
    return taken;
}

static int read_descriptor(hc_byte_source *source, unsigned char *buffer, size_t size,
                           size_t *length, hc_error *error)
{
    ssize_t got = read(source->descriptor, buffer, size);
    if (got < 0) { /* also when a signal came: whoever handles it wants the program to stop */
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", source->name, strerror(errno));
    }
    *length = (size_t)got;
    return 0;
}

/* Stored bytes, hashed on their way. */
static int read_stored(hc_byte_source *source, unsigned char *buffer, size_t size, size_t *length,
                       hc_error *error)
{
    *length = 0;
    if (source->descriptor < 0) {
        *length = take_memory(source, buffer, size);
    } else if (read_descriptor(source, buffer, size, length, error) < 0) {
        return -1;
    }
    source->is_at_end = *length == 0;
    sha256_update(&source->sha256, *length, buffer);
    return 0;
}

/* Appends to the stored bytes; unused ones move to the front first. */
static int fill_stored(hc_byte_source *source, hc_error *error)
{
    size_t length = 0;
    size_t unused = source->stored_end - source->stored_begin;
    memmove(source->stored, source->stored + source->stored_begin, unused);
    source->stored_begin = 0;
    source->stored_end = unused;
    if (read_stored(source, source->stored + unused, STORED_SIZE - unused, &length, error) < 0) {
        return -1;
    }
    source->stored_end += length;
    return 0;
}

static int start_inflating(hc_byte_source *source, hc_error *error)
{
    if (inflateInit2(&source->z, 16 + MAX_WBITS) != Z_OK) { /* 16: gzip header and checksum */
        return hc_error_memory(error);
    }
    source->is_inflating = true;
    source->is_in_member = true;
    source->packing = PACKING_GZIP;
    return 0;
}

typedef struct magic {
    const char *bytes;
    size_t length;
    const char *command; /* that unpacks it */
    const char *name;
} magic;

static const magic REFUSED[] = {
    {"\xfd"
     "7zXZ\0",
     6, "xz -d", "xz"},
    {"BZh", 3, "bzip2 -d", "bzip2"},
    {"\x28\xb5\x2f\xfd", 4, "zstd -d", "zstd"},
    {"PK\x03\x04", 4, "unzip", "zip"},
};

static bool starts_with(const hc_byte_source *source, const char *bytes, size_t length)
{
    return source->stored_end >= length && memcmp(source->stored, bytes, length) == 0;
}

/* Decides by the first bytes how the input is packed. */
static int detect_packing(hc_byte_source *source, hc_error *error)
{
    while (source->stored_end < MAGIC_SIZE && !source->is_at_end) {
        if (fill_stored(source, error) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        if (starts_with(source, REFUSED[i].bytes, REFUSED[i].length)) {
            return hc_error_set(error, HC_ERROR_TRACE,
                                "%s: packed with %s, which is not read; unpack it with %s, or "
                                "pack it with gzip",
                                source->name, REFUSED[i].name, REFUSED[i].command);
        }
    }
    if (starts_with(source, "\x1f\x8b", 2)) {
        return start_inflating(source, error);
    }
    source->packing = PACKING_NONE;
    return 0;
}

static int read_plain(hc_byte_source *source, unsigned char *buffer, size_t size, size_t *length,
                      hc_error *error)
{
    size_t unused = source->stored_end - source->stored_begin;
    if (unused == 0) {
        return read_stored(source, buffer, size, length, error);
    }
    *length = unused < size ? unused : size;
    memcpy(buffer, source->stored + source->stored_begin, *length);
    source->stored_begin += *length;
    return 0;
}

/* Between members: another one may follow, or zeros up to the end (blocks of a tape).
 *  @return 1 when a member begins, 0 at the end, -1 with `error` set. */
static int seek_member(hc_byte_source *source, hc_error *error)
{
    for (;;) {
        while (source->stored_begin < source->stored_end &&
               source->stored[source->stored_begin] == 0) {
            source->stored_begin++;
        }
        if (source->stored_end - source->stored_begin >= 2 || source->is_at_end) {
            break;
        }
        if (fill_stored(source, error) < 0) {
            return -1;
        }
    }
    if (source->stored_begin == source->stored_end) {
        return 0;
    }
    if (source->stored_end - source->stored_begin < 2 ||
        memcmp(source->stored + source->stored_begin, "\x1f\x8b", 2) != 0) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: other bytes behind the gzip stream",
                            source->name);
    }
    (void)inflateReset(&source->z);
    source->is_in_member = true;
    return 1;
}

static int fail_inflate(const hc_byte_source *source, int status, hc_error *error)
{
    if (status == Z_MEM_ERROR) {
        return hc_error_memory(error);
    }
    return hc_error_set(error, HC_ERROR_TRACE, "%s: damaged gzip stream: %s", source->name,
                        source->z.msg == NULL ? "not deflate data" : source->z.msg);
}

/* Unpacks stored bytes until there is output, the member ends or no stored byte is left. */
static int inflate_some(hc_byte_source *source, unsigned char *buffer, size_t size, size_t *length,
                        hc_error *error)
{
    int status = Z_OK;
    source->z.next_in = source->stored + source->stored_begin;
    source->z.avail_in = (uInt)(source->stored_end - source->stored_begin);
    source->z.next_out = buffer;
    source->z.avail_out = (uInt)size;
    status = inflate(&source->z, Z_NO_FLUSH);
    source->stored_begin = source->stored_end - source->z.avail_in;
    *length = size - source->z.avail_out;
    source->is_in_member = status != Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return fail_inflate(source, status, error);
    }
    return 0;
}

static int read_gzip(hc_byte_source *source, unsigned char *buffer, size_t size, size_t *length,
                     hc_error *error)
{
    *length = 0;
    while (*length == 0) {
        if (!source->is_in_member) {
            int status = seek_member(source, error);
            if (status <= 0) {
                return status;
            }
        }
        if (source->stored_begin == source->stored_end && fill_stored(source, error) < 0) {
            return -1;
        }
        if (inflate_some(source, buffer, size, length, error) < 0) {
            return -1;
        }
        if (*length == 0 && source->is_in_member && source->is_at_end) {
            return hc_error_set(error, HC_ERROR_TRACE,
                                "%s: the gzip stream is cut off: the file is not complete",
                                source->name);
        }
    }
    return 0;
}

int hc_byte_source_read(hc_byte_source *source, char *buffer, size_t size, size_t *length,
                        hc_error *error)
{
    unsigned char *bytes = (unsigned char *)buffer;
    *length = 0;
    if (source->packing == PACKING_UNKNOWN && detect_packing(source, error) < 0) {
        return -1;
    }
    return source->packing == PACKING_GZIP ? read_gzip(source, bytes, size, length, error)
                                           : read_plain(source, bytes, size, length, error);
}

const char *hc_byte_source_name(const hc_byte_source *source)
{
    return source->name;
}

void hc_byte_source_sha256(hc_byte_source *source, char *out)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&source->sha256, sizeof digest, digest);
    base16_encode_update(out, sizeof digest, digest);
    out[2 * sizeof digest] = '\0';
}

void hc_byte_source_close(hc_byte_source *source)
{
    if (source == NULL) {
        return;
    }
    if (source->is_inflating) {
        (void)inflateEnd(&source->z);
    }
    if (source->owns_descriptor) {
        (void)close(source->descriptor);
    }
    free(source->name);
    free(source);
}
