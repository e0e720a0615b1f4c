#include "traces/run/new_file.h"
#include "traces/run/private_file.h"
#include "traces/run/state_layout.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

enum { LEVEL = 1, HELPERS = 1 };

struct hc_state_writer {
    char *path;
    hc_new_file file;
    bool is_open; /* the file */
    hc_state_head head;
    hc_state_entry *index;
    uint64_t section_count;
    uint64_t offset;
    ZSTD_CCtx *packer;
    XXH3_state_t *hash; /* of the open section */
    void *packed;       /* HC_STATE_CHUNK bytes */
};

hc_state_hash hc_state_hash_of(const void *data, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(data, size);
    return (hc_state_hash){{hash.low64, hash.high64}};
}

hc_state_hash hc_state_hash_index(const hc_state_head *head, const hc_state_entry *index,
                                  uint64_t section_count)
{
    hc_state_hash seed = hc_state_hash_of(head, sizeof *head);
    XXH128_hash_t hash =
        XXH3_128bits_withSeed(index, section_count * sizeof *index, seed.words[0] ^ seed.words[1]);
    return (hc_state_hash){{hash.low64, hash.high64}};
}

/* What comes is large, or the end: nothing is gained by a buffer. */
static int write_out(hc_state_writer *w, const void *data, size_t size, hc_error *error)
{
    const unsigned char *bytes = data;
    while (size > 0) {
        ssize_t written = write(fileno(w->file.file), bytes, size);
        if (written < 0 && errno != EINTR) {
            return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", w->path,
                                strerror(errno));
        }
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
            w->offset += (uint64_t)written;
        }
    }
    return 0;
}

static int write_section_bytes(void *self, const void *data, size_t size, hc_error *error)
{
    hc_state_writer *w = self;
    (void)XXH3_128bits_update(w->hash, data, size);
    return write_out(w, data, size, error);
}

static int allocate(hc_state_writer *w, const char *path)
{
    w->path = strdup(path);
    w->packer = ZSTD_createCCtx();
    w->hash = XXH3_createState();
    w->packed = malloc(HC_STATE_CHUNK);
    if (w->path == NULL || w->packer == NULL || w->hash == NULL || w->packed == NULL ||
        ZSTD_isError(ZSTD_CCtx_setParameter(w->packer, ZSTD_c_compressionLevel, LEVEL))) {
        return -1;
    }
    /* Packing goes on beside the walk through the state; a library without threads says no, and packs all the same. */
    (void)ZSTD_CCtx_setParameter(w->packer, ZSTD_c_nbWorkers, HELPERS);
    return 0;
}

int hc_state_writer_open(hc_state_writer **out, const char *path, const hc_state_label *label,
                         hc_error *error)
{
    hc_state_writer *w = calloc(1, sizeof *w);
    assert(strlen(label->program) < HC_STATE_PROGRAM_SIZE);
    if (w == NULL || allocate(w, path) < 0) {
        hc_state_writer_close(w);
        return hc_error_memory(error);
    }
    memcpy(w->head.magic, HC_STATE_MAGIC, HC_STATE_MAGIC_SIZE);
    memcpy(w->head.program, label->program, strlen(label->program));
    w->head.byte_order = HC_STATE_BYTE_ORDER;
    w->head.format = HC_STATE_FORMAT;
    w->head.fingerprint = label->fingerprint;
    w->head.time = label->time;
    hc_remove_half_built(path);
    w->is_open = true;
    if (hc_new_file_open(&w->file, w->path, true, error) < 0 ||
        write_out(w, &w->head, sizeof w->head, error) < 0) {
        hc_state_writer_close(w);
        return -1;
    }
    *out = w;
    return 0;
}

void hc_state_writer_close(hc_state_writer *w)
{
    if (w == NULL) {
        return;
    }
    if (w->is_open) {
        hc_new_file_discard(&w->file);
    }
    (void)ZSTD_freeCCtx(w->packer);
    (void)XXH3_freeState(w->hash);
    free(w->packed);
    free(w->index);
    free(w->path);
    free(w);
}

/* The entry of a section that begins here. @return NULL, with `error` set. */
static hc_state_entry *add_entry(hc_state_writer *w, const char *name, hc_error *error)
{
    hc_state_entry *grown = realloc(w->index, (w->section_count + 1) * sizeof *grown);
    if (grown == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    w->index = grown;
    assert(strlen(name) < HC_STATE_NAME_SIZE);
    for (uint64_t i = 0; i < w->section_count; i++) {
        if (strcmp(grown[i].name, name) == 0) {
            (void)hc_error_set(error, HC_ERROR_INTERNAL, "%s: section `%s` is written twice",
                               w->path, name);
            return NULL;
        }
    }
    grown += w->section_count++;
    memset(grown, 0, sizeof *grown);
    memcpy(grown->name, name, strlen(name));
    grown->offset = w->offset;
    return grown;
}

static int open_section(void *self, const char *name, hc_error *error)
{
    hc_state_writer *w = self;
    (void)ZSTD_CCtx_reset(w->packer, ZSTD_reset_session_only);
    (void)XXH3_128bits_reset(w->hash);
    return add_entry(w, name, error) == NULL ? -1 : 0;
}

/* Packs, and writes what comes out of it. @param how  ZSTD_e_end: nothing follows */
static int pack(hc_state_writer *w, ZSTD_inBuffer *in, ZSTD_EndDirective how, hc_error *error)
{
    size_t left = 1;
    while (left > 0) {
        ZSTD_outBuffer out = {w->packed, HC_STATE_CHUNK, 0};
        left = ZSTD_compressStream2(w->packer, &out, in, how);
        if (ZSTD_isError(left)) {
            return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot pack: %s", w->path,
                                ZSTD_getErrorName(left));
        }
        if (out.pos > 0 && write_section_bytes(w, w->packed, out.pos, error) < 0) {
            return -1;
        }
        if (how == ZSTD_e_continue) {
            left = in->size - in->pos;
        }
    }
    return 0;
}

static int write_bytes(void *self, const void *data, size_t size, hc_error *error)
{
    hc_state_writer *w = self;
    ZSTD_inBuffer in = {data, size, 0};
    w->index[w->section_count - 1].content_size += size;
    return pack(w, &in, ZSTD_e_continue, error);
}

static void end_entry(hc_state_writer *w, hc_state_entry *entry)
{
    XXH128_hash_t hash = XXH3_128bits_digest(w->hash);
    entry->hash = (hc_state_hash){{hash.low64, hash.high64}};
    entry->size = w->offset - entry->offset;
}

static int close_section(void *self, hc_error *error)
{
    hc_state_writer *w = self;
    ZSTD_inBuffer none = {NULL, 0, 0};
    if (pack(w, &none, ZSTD_e_end, error) < 0) {
        return -1;
    }
    end_entry(w, &w->index[w->section_count - 1]);
    return 0;
}

hc_state_store hc_state_writer_store(hc_state_writer *writer)
{
    return (hc_state_store){
        .self = writer, .open = open_section, .write = write_bytes, .close = close_section};
}

int hc_state_writer_add(hc_state_writer *w, hc_state_reader *from, const hc_state_entry *entry,
                        hc_error *error)
{
    hc_state_entry *added = add_entry(w, entry->name, error);
    if (added == NULL) {
        return -1;
    }
    (void)XXH3_128bits_reset(w->hash);
    if (hc_state_reader_copy(from, entry, write_section_bytes, w, error) < 0) {
        return -1;
    }
    added->content_size = entry->content_size;
    end_entry(w, added);
    return 0;
}

int hc_state_writer_finish(hc_state_writer *w, hc_error *error)
{
    hc_state_tail tail = {.index_offset = w->offset, .section_count = w->section_count};
    tail.hash = hc_state_hash_index(&w->head, w->index, w->section_count);
    memcpy(tail.magic, HC_STATE_END, HC_STATE_MAGIC_SIZE);
    if (write_out(w, w->index, w->section_count * sizeof *w->index, error) < 0 ||
        write_out(w, &tail, sizeof tail, error) < 0) {
        return -1;
    }
    return hc_new_file_finish(&w->file, error);
}
