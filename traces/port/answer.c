#include "traces/port/answer.h"

#include "traces/stream/msgpack_map.h"
#include "traces/stream/msgpack_scan.h"

#include <msgpack/unpack.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the keys hold. */
typedef enum kind {
    JOBS,  /* list of numbers of jobs */
    PAIRS, /* list of [job, GPUs] */
    COUNT, /* whole number, not negative */
    TIME,  /* whole number */
    BOOLEAN,
    TEXT,
} kind;

typedef enum key { VERSION, PASS, PREEMPT, RESIZE, START, HOLD, WAKE, AGAIN, ERROR, KEY_COUNT } key;

static const struct {
    const char *name;
    kind kind;
} KEYS[KEY_COUNT] = {
    [VERSION] = {"v", COUNT},     [PASS] = {"pass", COUNT},     [PREEMPT] = {"preempt", JOBS},
    [RESIZE] = {"resize", PAIRS}, [START] = {"start", JOBS},    [HOLD] = {"hold", JOBS},
    [WAKE] = {"wake_ns", TIME},   [AGAIN] = {"again", BOOLEAN}, [ERROR] = {"error", TEXT},
};

struct hc_answer {
    msgpack_unpacked unpacked;
    const msgpack_object *values[KEY_COUNT]; /* NULL: absent; what texts they point to is gone */
    char why[HC_GUEST_WHY_SIZE];             /* of the key error */
};

static const char *name_type(const msgpack_object *o)
{
    switch (o->type) {
    case MSGPACK_OBJECT_NIL:
        return "nil";
    case MSGPACK_OBJECT_BOOLEAN:
        return "a boolean";
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        return "a whole number";
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        return "a negative number";
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        return "a floating-point number";
    case MSGPACK_OBJECT_STR:
        return "text";
    case MSGPACK_OBJECT_ARRAY:
        return "a list";
    case MSGPACK_OBJECT_MAP:
        return "a map";
    case MSGPACK_OBJECT_BIN:
        return "bytes";
    case MSGPACK_OBJECT_EXT:
    default:
        return "an extension type";
    }
}

static bool is_count(const msgpack_object *o)
{
    return o->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
}

static bool is_pair(const msgpack_object *o)
{
    return o->type == MSGPACK_OBJECT_ARRAY && o->via.array.size == 2 &&
           is_count(&o->via.array.ptr[0]) && is_count(&o->via.array.ptr[1]) &&
           o->via.array.ptr[1].via.u64 <= UINT32_MAX;
}

static int complain(char *complaint, const char *name, const char *expected,
                    const msgpack_object *found)
{
    (void)snprintf(complaint, HC_ANSWER_COMPLAINT_SIZE, "%s: expected %s, found %s", name, expected,
                   name_type(found));
    return -1;
}

static int check_list(const char *name, const msgpack_object *o, bool is_of_pairs, char *complaint)
{
    const char *expected = is_of_pairs ? "[job, GPUs]" : "the number of a job";
    char place[64];
    if (o->type != MSGPACK_OBJECT_ARRAY) {
        return complain(complaint, name, "a list", o);
    }
    for (uint32_t i = 0; i < o->via.array.size; i++) {
        const msgpack_object *item = &o->via.array.ptr[i];
        if (is_of_pairs ? !is_pair(item) : !is_count(item)) {
            (void)snprintf(place, sizeof place, "%s[%" PRIu32 "]", name, i);
            return complain(complaint, place, expected, item);
        }
    }
    return 0;
}

static int check_value(const char *name, kind expected, const msgpack_object *o, char *complaint)
{
    switch (expected) {
    case JOBS:
    case PAIRS:
        return check_list(name, o, expected == PAIRS, complaint);
    case COUNT:
        return is_count(o) ? 0 : complain(complaint, name, "a whole number", o);
    case TIME:
        return is_count(o) || o->type == MSGPACK_OBJECT_NEGATIVE_INTEGER
                   ? 0
                   : complain(complaint, name, "a whole number", o);
    case BOOLEAN:
        return o->type == MSGPACK_OBJECT_BOOLEAN ? 0 : complain(complaint, name, "a boolean", o);
    case TEXT:
    default:
        return o->type == MSGPACK_OBJECT_STR ? 0 : complain(complaint, name, "text", o);
    }
}

/* KEY_COUNT: none that is known. */
static size_t find_key(const msgpack_object *o)
{
    size_t i = 0;
    while (i < KEY_COUNT && !hc_msgpack_is(o, KEYS[i].name)) {
        i++;
    }
    return i;
}

/* Its words go to a terminal: without what controls one. */
static void keep_words(hc_answer *a, const msgpack_object_str *text)
{
    (void)snprintf(a->why, sizeof a->why, "it says: %.*s",
                   (int)(text->size < sizeof a->why ? text->size : sizeof a->why), text->ptr);
    for (char *at = a->why; *at != '\0'; at++) {
        *at = (unsigned char)*at < ' ' || *at == 0x7f ? ' ' : *at;
    }
}

static int take_values(hc_answer *a, const msgpack_object_map *map, char *complaint)
{
    for (uint32_t i = 0; i < map->size; i++) {
        size_t found = find_key(&map->ptr[i].key);
        if (found == KEY_COUNT) {
            continue;
        }
        if (a->values[found] != NULL) {
            (void)snprintf(complaint, HC_ANSWER_COMPLAINT_SIZE, "%s is there twice",
                           KEYS[found].name);
            return -1;
        }
        if (check_value(KEYS[found].name, KEYS[found].kind, &map->ptr[i].val, complaint) < 0) {
            return -1;
        }
        a->values[found] = &map->ptr[i].val;
        if (found == ERROR) {
            keep_words(a, &map->ptr[i].val.via.str);
        }
    }
    return 0;
}

/* Its lengths are known to lie inside the bytes: at most 24 bytes of memory are needed for each of them. */
static int unpack(hc_answer *a, const void *bytes, size_t size, char *complaint)
{
    const msgpack_object *o = &a->unpacked.data;
    if (msgpack_unpack_next(&a->unpacked, bytes, size, NULL) != MSGPACK_UNPACK_SUCCESS) {
        (void)snprintf(complaint, HC_ANSWER_COMPLAINT_SIZE, "memory is short");
        return -1;
    }
    if (o->type != MSGPACK_OBJECT_MAP) {
        return complain(complaint, "the answer", "a map", o);
    }
    return take_values(a, &o->via.map, complaint);
}

hc_answer *hc_answer_read(const void *bytes, size_t size, char complaint[HC_ANSWER_COMPLAINT_SIZE])
{
    const hc_msgpack_limits limits = {.depth = HC_ANSWER_MAX_DEPTH, .items = HC_ANSWER_MAX_BYTES};
    hc_answer *a = NULL;
    complaint[0] = '\0';
    if (size > HC_ANSWER_MAX_BYTES || hc_msgpack_scan(bytes, size, &limits) < 0) {
        (void)snprintf(complaint, HC_ANSWER_COMPLAINT_SIZE,
                       "expected one msgpack map of at most 1 MiB and %d levels, found %zu bytes "
                       "that are none",
                       HC_ANSWER_MAX_DEPTH, size);
        return NULL;
    }
    a = calloc(1, sizeof *a);
    if (a == NULL) {
        (void)snprintf(complaint, HC_ANSWER_COMPLAINT_SIZE, "memory is short");
        return NULL;
    }
    msgpack_unpacked_init(&a->unpacked);
    if (unpack(a, bytes, size, complaint) < 0) {
        hc_answer_destroy(a);
        return NULL;
    }
    return a;
}

void hc_answer_destroy(hc_answer *a)
{
    if (a != NULL) {
        msgpack_unpacked_destroy(&a->unpacked);
        free(a);
    }
}

static bool read_count(const hc_answer *a, key which, uint64_t *out)
{
    if (a->values[which] == NULL) {
        return false;
    }
    *out = a->values[which]->via.u64;
    return true;
}

bool hc_answer_version(const hc_answer *a, uint64_t *out)
{
    return read_count(a, VERSION, out);
}

bool hc_answer_pass(const hc_answer *a, uint64_t *out)
{
    return read_count(a, PASS, out);
}

static int decide_all(const hc_answer *a, key which, int (*decide)(void *self, uint64_t job),
                      void *self)
{
    const msgpack_object *list = a->values[which];
    int status = 0;
    for (uint32_t i = 0; list != NULL && i < list->via.array.size && status == 0; i++) {
        status = decide(self, list->via.array.ptr[i].via.u64);
    }
    return status;
}

static int resize_all(const hc_answer *a, const hc_guest_host *host)
{
    const msgpack_object *list = a->values[RESIZE];
    int status = 0;
    for (uint32_t i = 0; list != NULL && i < list->via.array.size && status == 0; i++) {
        const msgpack_object *pair = list->via.array.ptr[i].via.array.ptr;
        status = host->resize(host->self, pair[0].via.u64, (uint32_t)pair[1].via.u64);
    }
    return status;
}

static int wake(const hc_answer *a, const hc_guest_host *host)
{
    const msgpack_object *time = a->values[WAKE];
    if (time == NULL) {
        return 0;
    }
    return host->wake(host->self,
                      is_count(time) && time->via.u64 > INT64_MAX ? INT64_MAX : time->via.i64);
}

int hc_answer_decide(const hc_answer *a, const hc_guest_host *host)
{
    if (a->values[ERROR] != NULL) {
        return host->fail(host->self, a->why);
    }
    if (decide_all(a, PREEMPT, host->preempt, host->self) < 0 || resize_all(a, host) < 0 ||
        decide_all(a, START, host->start, host->self) < 0 ||
        decide_all(a, HOLD, host->hold, host->self) < 0 || wake(a, host) < 0) {
        return -1;
    }
    return a->values[AGAIN] != NULL && a->values[AGAIN]->via.boolean ? 1 : 0;
}
