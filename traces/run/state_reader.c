#include "traces/run/state_layout.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>
#include <zstd.h>

struct hc_state_reader {
    char *path;
    FILE *file;
    uint64_t file_size;
    hc_state_head head;
    hc_state_tail tail;
    hc_state_entry *index;
    const hc_state_entry *section; /* that is open */
    uint64_t packed_left;          /* of it in the file */
    uint64_t content_left;
    ZSTD_DCtx *unpacker;
    XXH3_state_t *hash;
    unsigned char *packed; /* HC_STATE_CHUNK bytes */
    ZSTD_inBuffer in;      /* of them */
};

void hc_state_reader_close(hc_state_reader *r)
{
    if (r == NULL) {
        return;
    }
    if (r->file != NULL) {
        (void)fclose(r->file);
    }
    (void)ZSTD_freeDCtx(r->unpacker);
    (void)XXH3_freeState(r->hash);
    free(r->packed);
    free(r->index);
    free(r->path);
    free(r);
}

static int damaged(const hc_state_reader *r, const char *what, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "%s: the saved state is damaged: %s", r->path,
                        what);
}

static int read_at(hc_state_reader *r, uint64_t offset, void *out, size_t size, hc_error *error)
{
    if (fseeko(r->file, (off_t)offset, SEEK_SET) < 0 || fread(out, 1, size, r->file) != size) {
        return ferror(r->file) ? hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot read: %s",
                                              r->path, strerror(errno))
                               : damaged(r, "it is cut off", error);
    }
    return 0;
}

static int open_file(hc_state_reader *r, hc_error *error)
{
    struct stat status;
    r->file = fopen(r->path, "rbe");
    if (r->file == NULL || fstat(fileno(r->file), &status) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", r->path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: is not a plain file", r->path);
    }
    r->file_size = (uint64_t)status.st_size;
    return 0;
}

static int check_kind(const hc_state_reader *r, hc_error *error)
{
    const hc_state_head *head = &r->head;
    if (r->file_size < sizeof *head ||
        memcmp(head->magic, HC_STATE_MAGIC, HC_STATE_MAGIC_SIZE) != 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: is not the saved state of a run", r->path);
    }
    if (head->byte_order != HC_STATE_BYTE_ORDER) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: was saved on a machine with another order of bytes", r->path);
    }
    if (head->format != HC_STATE_FORMAT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: expected version %d of saved states, found version %" PRIu32,
                            r->path, HC_STATE_FORMAT, head->format);
    }
    return 0;
}

/* The sizes must add up before anything is allocated by them. */
static int read_index(hc_state_reader *r, hc_error *error)
{
    uint64_t least = sizeof r->head + sizeof r->tail;
    uint64_t index_size = 0;
    if (r->file_size < least ||
        read_at(r, r->file_size - sizeof r->tail, &r->tail, sizeof r->tail, error) < 0) {
        return r->file_size < least ? damaged(r, "it is cut off", error) : -1;
    }
    if (memcmp(r->tail.magic, HC_STATE_END, HC_STATE_MAGIC_SIZE) != 0) {
        return damaged(r, "it is cut off, or its end is another one's", error);
    }
    if (r->tail.section_count > (r->file_size - least) / sizeof *r->index) {
        return damaged(r, "its index is longer than the file", error);
    }
    index_size = r->tail.section_count * sizeof *r->index;
    if (r->tail.index_offset != r->file_size - sizeof r->tail - index_size) {
        return damaged(r, "its index lies elsewhere", error);
    }
    r->index = malloc(index_size + 1);
    if (r->index == NULL) {
        return hc_error_memory(error);
    }
    return read_at(r, r->tail.index_offset, r->index, index_size, error);
}

static bool is_entry_right(const hc_state_reader *r, const hc_state_entry *e)
{
    return memchr(e->name, '\0', sizeof e->name) != NULL && e->offset >= sizeof r->head &&
           e->offset <= r->tail.index_offset && e->size <= r->tail.index_offset - e->offset;
}

static int check_index(const hc_state_reader *r, hc_error *error)
{
    hc_state_hash hash = hc_state_hash_index(&r->head, r->index, r->tail.section_count);
    if (memcmp(&hash, &r->tail.hash, sizeof hash) != 0) {
        return damaged(r, "head and index are not as they were written", error);
    }
    assert(r->index != NULL);
    for (uint64_t i = 0; i < r->tail.section_count; i++) {
        if (!is_entry_right(r, &r->index[i])) {
            return damaged(r, "a section lies outside the file", error);
        }
    }
    return 0;
}

int hc_state_reader_check(const hc_state_reader *r, const hc_state_label *expected, hc_error *error)
{
    const hc_state_hash *found = &r->head.fingerprint;
    if (memchr(r->head.program, '\0', sizeof r->head.program) == NULL ||
        strcmp(r->head.program, expected->program) != 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: was saved by %.*s, this is %s: only the program that saved a run "
                            "can take it up",
                            r->path, (int)sizeof r->head.program, r->head.program,
                            expected->program);
    }
    if (memcmp(found, &expected->fingerprint, sizeof *found) != 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: was saved with another scenario or other inputs (%016" PRIx64
                            ", this run has %016" PRIx64 ")",
                            r->path, found->words[0], expected->fingerprint.words[0]);
    }
    return 0;
}

static int open_state(hc_state_reader *r, const hc_state_label *expected, hc_error *error)
{
    if (open_file(r, error) < 0 ||
        (r->file_size >= sizeof r->head && read_at(r, 0, &r->head, sizeof r->head, error) < 0) ||
        check_kind(r, error) < 0 || read_index(r, error) < 0 || check_index(r, error) < 0) {
        return -1;
    }
    return expected == NULL ? 0 : hc_state_reader_check(r, expected, error);
}

int hc_state_reader_open(hc_state_reader **out, const char *path, const hc_state_label *expected,
                         hc_error *error)
{
    hc_state_reader *r = calloc(1, sizeof *r);
    if (r != NULL) {
        r->path = strdup(path);
        r->unpacker = ZSTD_createDCtx();
        r->hash = XXH3_createState();
        r->packed = malloc(HC_STATE_CHUNK);
    }
    if (r == NULL || r->path == NULL || r->unpacker == NULL || r->hash == NULL ||
        r->packed == NULL) {
        hc_state_reader_close(r);
        return hc_error_memory(error);
    }
    if (open_state(r, expected, error) < 0) {
        hc_state_reader_close(r);
        return -1;
    }
    *out = r;
    return 0;
}

const hc_state_head *hc_state_reader_head(const hc_state_reader *reader)
{
    return &reader->head;
}

const hc_state_entry *hc_state_reader_index(const hc_state_reader *reader, uint64_t *count)
{
    *count = reader->tail.section_count;
    return reader->index;
}

hc_time hc_state_reader_time(const hc_state_reader *reader)
{
    return reader->head.time;
}

static const hc_state_entry *find(const hc_state_reader *r, const char *name)
{
    for (uint64_t i = 0; i < r->tail.section_count; i++) {
        if (strcmp(r->index[i].name, name) == 0) {
            return &r->index[i];
        }
    }
    return NULL;
}

bool hc_state_reader_has(const hc_state_reader *reader, const char *section)
{
    return find(reader, section) != NULL;
}

int hc_state_reader_copy(hc_state_reader *r, const hc_state_entry *entry,
                         int (*take)(void *self, const void *data, size_t size, hc_error *error),
                         void *self, hc_error *error)
{
    uint64_t done = 0;
    XXH128_hash_t hash;
    (void)XXH3_128bits_reset(r->hash);
    while (done < entry->size) {
        uint64_t left = entry->size - done;
        size_t part = left < HC_STATE_CHUNK ? (size_t)left : HC_STATE_CHUNK;
        if (read_at(r, entry->offset + done, r->packed, part, error) < 0 ||
            (take != NULL && take(self, r->packed, part, error) < 0)) {
            return -1;
        }
        (void)XXH3_128bits_update(r->hash, r->packed, part);
        done += part;
    }
    hash = XXH3_128bits_digest(r->hash);
    if (hash.low64 != entry->hash.words[0] || hash.high64 != entry->hash.words[1]) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: the saved state is damaged: section `%s` is not as it was written",
                            r->path, entry->name);
    }
    return 0;
}

static int open_section(void *self, const char *name, hc_error *error)
{
    hc_state_reader *r = self;
    r->section = find(r, name);
    if (r->section == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: section `%s` is missing", r->path, name);
    }
    if (hc_state_reader_copy(r, r->section, NULL, NULL, error) < 0) {
        return -1;
    }
    (void)ZSTD_DCtx_reset(r->unpacker, ZSTD_reset_session_only);
    r->packed_left = r->section->size;
    r->content_left = r->section->content_size;
    r->in = (ZSTD_inBuffer){r->packed, 0, 0};
    return 0;
}

static int fill(hc_state_reader *r, hc_error *error)
{
    size_t part = r->packed_left < HC_STATE_CHUNK ? (size_t)r->packed_left : HC_STATE_CHUNK;
    uint64_t offset = r->section->offset + r->section->size - r->packed_left;
    if (r->in.pos < r->in.size || part == 0) {
        return 0;
    }
    r->packed_left -= part;
    r->in = (ZSTD_inBuffer){r->packed, part, 0};
    return read_at(r, offset, r->packed, part, error);
}

/* Unpacks until something has come out. */
static int read_bytes(void *self, void *data, size_t size, size_t *got, hc_error *error)
{
    hc_state_reader *r = self;
    ZSTD_outBuffer out = {data, r->content_left < size ? (size_t)r->content_left : size, 0};
    while (out.pos == 0 && out.size > 0) {
        size_t before = 0;
        size_t status = 0;
        if (fill(r, error) < 0) {
            return -1;
        }
        before = r->in.pos;
        status = ZSTD_decompressStream(r->unpacker, &out, &r->in);
        if (ZSTD_isError(status) || (out.pos == 0 && r->in.pos == before && r->packed_left == 0)) {
            return damaged(r, "a section cannot be unpacked", error);
        }
    }
    r->content_left -= out.pos;
    *got = out.pos;
    return 0;
}

static int close_section(void *self, hc_error *error)
{
    (void)error;
    ((hc_state_reader *)self)->section = NULL;
    return 0;
}

hc_state_store hc_state_reader_store(hc_state_reader *reader)
{
    return (hc_state_store){
        .self = reader, .open = open_section, .read = read_bytes, .close = close_section};
}
