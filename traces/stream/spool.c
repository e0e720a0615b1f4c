#include "traces/stream/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MARK_BYTES = 1 << 16, BUFFER_BYTES = 1 << 18 };

/* Where rows of a rank begin, some way after the mark before. */
typedef struct mark {
    uint64_t seq;
    uint64_t offset;
    uint32_t rank;
} mark;

struct hc_spool {
    int descriptor;
    uint64_t bytes; /* of the file, with what is still in the buffer */
    size_t buffered;
    int failure; /* errno of the write that failed; 0: none */
    mark *marks;
    size_t mark_count;
    size_t mark_room;
    unsigned char buffer[BUFFER_BYTES];
};

/* A file without a name; where the file system has none, one whose name is removed at once. */
static int open_nameless(const char *folder)
{
    char *path = NULL;
    size_t size = strlen(folder) + sizeof "/.stream.XXXXXX";
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) {
        return descriptor;
    }
    path = malloc(size);
    if (path == NULL) {
        return -1;
    }
    (void)snprintf(path, size, "%s/.stream.XXXXXX", folder);
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0) {
        (void)unlink(path);
    }
    free(path);
    return descriptor;
}

int hc_spool_create(hc_spool **out, const char *folder, hc_error *error)
{
    hc_spool *spool = calloc(1, sizeof *spool);
    if (spool == NULL) {
        return hc_error_memory(error);
    }
    spool->descriptor = open_nameless(folder);
    if (spool->descriptor < 0) {
        free(spool);
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: no file for what can be replayed: %s",
                            folder, strerror(errno));
    }
    *out = spool;
    return 0;
}

void hc_spool_destroy(hc_spool *spool)
{
    if (spool != NULL) {
        (void)close(spool->descriptor); /* the file is gone with it */
        free(spool->marks);
        free(spool);
    }
}

static int fail(hc_spool *spool, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_OUTPUT, "what can be replayed cannot be written: %s",
                        strerror(spool->failure));
}

static int flush(hc_spool *spool, hc_error *error)
{
    size_t done = 0;
    while (done < spool->buffered && spool->failure == 0) {
        ssize_t written = pwrite(spool->descriptor, spool->buffer + done, spool->buffered - done,
                                 (off_t)(spool->bytes - spool->buffered + done));
        if (written > 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            spool->failure = written == 0 ? ENOSPC : errno;
        }
    }
    if (spool->failure != 0) {
        return fail(spool, error);
    }
    spool->buffered = 0;
    return 0;
}

static int add_mark(hc_spool *spool, const hc_parcel *parcel, hc_error *error)
{
    if (spool->mark_count == spool->mark_room) {
        size_t room = spool->mark_room == 0 ? 64 : 2 * spool->mark_room;
        mark *grown = realloc(spool->marks, room * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        spool->marks = grown;
        spool->mark_room = room;
    }
    spool->marks[spool->mark_count++] = (mark){parcel->first, spool->bytes, parcel->rank};
    return 0;
}

/* A rank gets a mark for its first rows, and then one in so many bytes. */
static bool needs_mark(const hc_spool *spool, uint32_t rank)
{
    for (size_t i = spool->mark_count; i-- > 0;) {
        if (spool->marks[i].rank == rank) {
            return spool->bytes - spool->marks[i].offset >= MARK_BYTES;
        }
    }
    return true;
}

int hc_spool_append(hc_spool *spool, const hc_parcel *parcel, hc_error *error)
{
    size_t bytes = hc_parcel_bytes(parcel);
    if (spool->failure != 0) {
        return fail(spool, error);
    }
    if ((needs_mark(spool, parcel->rank) && add_mark(spool, parcel, error) < 0) ||
        (spool->buffered + bytes > BUFFER_BYTES && flush(spool, error) < 0)) {
        return -1;
    }
    memcpy(spool->buffer + spool->buffered, parcel, bytes);
    spool->buffered += bytes;
    spool->bytes += bytes;
    return 0;
}

hc_spool_place hc_spool_find(const hc_spool *spool, uint32_t rank, uint64_t seq)
{
    hc_spool_place place = {spool->bytes}; /* nothing of the rank is here */
    for (size_t i = spool->mark_count; i-- > 0;) {
        if (spool->marks[i].rank == rank) {
            place.offset = spool->marks[i].offset;
            if (spool->marks[i].seq <= seq) {
                return place;
            }
        }
    }
    return place; /* rows before the first that is here were never published */
}

/* @return 0, or -1 when the bytes are not there. */
static int read_all(const hc_spool *spool, void *to, size_t bytes, uint64_t offset)
{
    size_t done = 0;
    while (done < bytes) {
        ssize_t got =
            pread(spool->descriptor, (char *)to + done, bytes - done, (off_t)(offset + done));
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

int hc_spool_read(hc_spool *spool, hc_spool_place *place, hc_parcel *out, hc_error *error)
{
    const size_t head = offsetof(hc_parcel, content);
    size_t bytes = 0;
    if (place->offset >= spool->bytes) {
        return 0;
    }
    if (flush(spool, error) < 0) {
        return -1;
    }
    if (read_all(spool, out, head, place->offset) == 0) {
        bytes = hc_parcel_bytes(out);
        if (hc_parcel_has_sound_head(out, bytes) &&
            read_all(spool, (char *)out + head, bytes - head, place->offset + head) == 0) {
            place->offset += bytes;
            return 1;
        }
    }
    return hc_error_set(error, HC_ERROR_RUNTIME, "what was published cannot be read again");
}
