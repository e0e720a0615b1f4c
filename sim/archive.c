#include "sim/archive.h"

#include "sim/engine/time.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_SIZE = 65536, MARK_SIZE = 16, FIRST_ITEMS = 1024 };

struct hc_archive {
    hc_archive_port port;
    hc_error *error;
    const char *mark; /* the last one */
    bool is_loading;
    bool has_failed;
    size_t begin; /* of what is left to load in the buffer */
    size_t end;   /* of what is in the buffer */
    unsigned char buffer[BUFFER_SIZE];
};

static hc_archive *open_archive(const hc_archive_port *port, hc_error *error)
{
    hc_archive *a = malloc(sizeof *a);
    if (a == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    a->port = *port;
    a->error = error;
    a->mark = "its begin";
    a->is_loading = false;
    a->has_failed = false;
    a->begin = 0;
    a->end = 0;
    return a;
}

hc_archive *hc_archive_save(const hc_archive_port *port, hc_error *error)
{
    assert(port->write != NULL);
    return open_archive(port, error);
}

hc_archive *hc_archive_load(const hc_archive_port *port, hc_error *error)
{
    hc_archive *a = open_archive(port, error);
    assert(port->read != NULL);
    if (a != NULL) {
        a->is_loading = true;
    }
    return a;
}

static void write_buffer(hc_archive *a)
{
    if (!a->has_failed && a->end > 0 &&
        a->port.write(a->port.self, a->buffer, a->end, a->error) < 0) {
        a->has_failed = true;
    }
    a->end = 0;
}

/* @return whether there is something in the buffer. */
static bool fill_buffer(hc_archive *a)
{
    if (a->begin == a->end && !a->has_failed) {
        a->begin = 0;
        a->end = 0;
        if (a->port.read(a->port.self, a->buffer, BUFFER_SIZE, &a->end, a->error) < 0) {
            a->has_failed = true;
            a->end = 0;
        }
    }
    return a->begin < a->end;
}

int hc_archive_close(hc_archive *a)
{
    int status = 0;
    if (a == NULL) {
        return -1;
    }
    if (!a->is_loading) {
        write_buffer(a);
    } else if (fill_buffer(a)) {
        (void)hc_archive_require(a, false, "nothing follows");
    }
    status = a->has_failed ? -1 : 0;
    free(a);
    return status;
}

bool hc_archive_is_loading(const hc_archive *a)
{
    return a->is_loading;
}

bool hc_archive_has_failed(const hc_archive *a)
{
    return a->has_failed;
}

bool hc_archive_require(hc_archive *a, bool holds, const char *claim)
{
    if (a->is_loading && !a->has_failed && !holds) {
        (void)hc_error_set(a->error, HC_ERROR_RUNTIME,
                           "the saved state cannot be used: expected at `%s` that %s", a->mark,
                           claim);
        a->has_failed = true;
    }
    return !a->has_failed;
}

void hc_archive_fail_memory(hc_archive *a)
{
    if (!a->has_failed) {
        (void)hc_error_memory(a->error);
        a->has_failed = true;
    }
}

static void save_bytes(hc_archive *a, const unsigned char *data, size_t size)
{
    while (size > 0) {
        size_t room = BUFFER_SIZE - a->end;
        size_t part = size < room ? size : room;
        memcpy(a->buffer + a->end, data, part);
        a->end += part;
        data += part;
        size -= part;
        if (a->end == BUFFER_SIZE) {
            write_buffer(a);
        }
    }
}

static void load_bytes(hc_archive *a, unsigned char *data, size_t size)
{
    while (size > 0 && fill_buffer(a)) {
        size_t left = a->end - a->begin;
        size_t part = size < left ? size : left;
        memcpy(data, a->buffer + a->begin, part);
        a->begin += part;
        data += part;
        size -= part;
    }
    if (size > 0) {
        memset(data, 0, size);
        (void)hc_archive_require(a, false, "more follows");
    }
}

void hc_archive_bytes(hc_archive *a, void *data, size_t size)
{
    if (!a->is_loading) {
        save_bytes(a, data, size);
    } else if (a->has_failed) {
        memset(data, 0, size);
    } else {
        load_bytes(a, data, size);
    }
}

void hc_archive_mark(hc_archive *a, const char *name)
{
    char expected[MARK_SIZE] = {0};
    char found[MARK_SIZE];
    assert(strlen(name) < MARK_SIZE);
    memcpy(expected, name, strlen(name));
    memcpy(found, expected, sizeof found);
    a->mark = name;
    hc_archive_bytes(a, found, sizeof found);
    (void)hc_archive_require(a, memcmp(found, expected, sizeof found) == 0, "it begins there");
}

void hc_archive_bool(hc_archive *a, bool *value)
{
    unsigned char byte = !a->is_loading && *value ? 1 : 0;
    HC_EXCHANGE(a, byte);
    (void)hc_archive_require(a, byte <= 1, "a yes or no follows");
    *value = byte == 1;
}

void hc_archive_time(hc_archive *archive, int64_t *time)
{
    HC_EXCHANGE(archive, *time);
    (void)hc_archive_require(archive, *time == HC_TIME_MISSING || *time >= -HC_TIME_LIMIT,
                             "times can be");
}

uint32_t hc_archive_below(hc_archive *a, uint32_t value, uint32_t limit)
{
    HC_EXCHANGE(a, value);
    return hc_archive_require(a, value < limit, "a number is within its bounds") || !a->is_loading
               ? value
               : 0;
}

uint64_t hc_archive_count(hc_archive *a, uint64_t count, uint64_t limit)
{
    HC_EXCHANGE(a, count);
    return hc_archive_require(a, count <= limit, "a count is within its bounds") || !a->is_loading
               ? count
               : 0;
}

/* Makes room step by step, so that a count that promises too much ends with what is there. */
static void *load_array(hc_archive *a, uint64_t count, size_t item_size)
{
    unsigned char *items = NULL;
    uint64_t loaded = 0;
    while (loaded < count && !a->has_failed) {
        uint64_t room = loaded == 0 ? FIRST_ITEMS : 2 * loaded;
        unsigned char *grown = NULL;
        room = room < count ? room : count;
        grown = room > SIZE_MAX / item_size ? NULL : realloc(items, room * item_size);
        if (grown == NULL) {
            hc_archive_fail_memory(a);
            break;
        }
        items = grown;
        load_bytes(a, items + loaded * item_size, (room - loaded) * item_size);
        loaded = room;
    }
    if (a->has_failed) {
        free(items);
        return NULL;
    }
    return items;
}

void *hc_archive_array(hc_archive *a, void *items, uint64_t *count, uint64_t limit,
                       size_t item_size)
{
    *count = hc_archive_count(a, *count, limit);
    if (!a->is_loading) {
        save_bytes(a, items, *count * item_size);
        return items;
    }
    items = load_array(a, *count, item_size);
    *count = items == NULL ? 0 : *count;
    return items;
}
