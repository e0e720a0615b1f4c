#include "cli/web/web_events.h"

#include "cli/bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const double REPEAT_SECONDS = 5;
static const char BEFORE[] = "data: ";
static const char BEHIND[] = "\n\n";

enum { BLOCK_BYTES = 32768 };

/* An event as it is sent; shared by those who send it. */
typedef struct event {
    size_t users;
    size_t size;
    char text[];
} event;

typedef struct reader {
    hc_web_events *owner;
    struct MHD_Connection *connection;
    event *sending; /* NULL: nothing */
    size_t offset;
    const event *sent; /* the last one; only compared */
    bool is_suspended;
    struct reader *next;
} reader;

struct hc_web_events {
    event *newest;
    double put_at;
    reader *readers;
};

hc_web_events *hc_web_events_create(void)
{
    return calloc(1, sizeof(hc_web_events));
}

static void release(event *e)
{
    if (e != NULL && --e->users == 0) {
        free(e);
    }
}

void hc_web_events_destroy(hc_web_events *events)
{
    if (events != NULL) {
        release(events->newest);
        free(events);
    }
}

size_t hc_web_events_reader_count(const hc_web_events *events)
{
    size_t count = 0;
    for (const reader *r = events->readers; r != NULL; r = r->next) {
        count++;
    }
    return count;
}

static bool begin_event(reader *r)
{
    event *newest = r->owner->newest;
    if (newest == NULL || newest == r->sent) {
        return false;
    }
    newest->users++;
    r->sending = newest;
    r->offset = 0;
    return true;
}

/* The library asks when the browser has room. A reader that has everything sleeps. */
static ssize_t read_events(void *self, uint64_t position, char *out, size_t room)
{
    reader *r = self;
    size_t left = 0;
    (void)position;
    if (r->sending == NULL && !begin_event(r)) {
        r->is_suspended = true;
        MHD_suspend_connection(r->connection);
        return 0;
    }
    left = r->sending->size - r->offset;
    left = left < room ? left : room;
    memcpy(out, r->sending->text + r->offset, left);
    r->offset += left;
    if (r->offset == r->sending->size) {
        r->sent = r->sending;
        release(r->sending);
        r->sending = NULL;
    }
    return (ssize_t)left;
}

static void forget_reader(void *self)
{
    reader *r = self;
    reader **at = &r->owner->readers;
    while (*at != r) {
        at = &(*at)->next;
    }
    *at = r->next;
    release(r->sending);
    free(r);
}

struct MHD_Response *hc_web_events_response(hc_web_events *events,
                                            struct MHD_Connection *connection)
{
    struct MHD_Response *response = NULL;
    reader *r = NULL;
    if (hc_web_events_reader_count(events) >= HC_WEB_READER_LIMIT) {
        return NULL;
    }
    r = calloc(1, sizeof *r);
    if (r == NULL) {
        return NULL;
    }
    *r = (reader){.owner = events, .connection = connection, .next = events->readers};
    events->readers = r;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_events, r,
                                                 forget_reader);
    if (response == NULL) {
        forget_reader(r);
    }
    return response;
}

void hc_web_events_wake(hc_web_events *events)
{
    for (reader *r = events->readers; r != NULL; r = r->next) {
        if (r->is_suspended) {
            r->is_suspended = false;
            MHD_resume_connection(r->connection);
        }
    }
}

bool hc_web_events_are_sent(const hc_web_events *events)
{
    for (const reader *r = events->readers; r != NULL; r = r->next) {
        if (r->sending != NULL || r->sent != events->newest) {
            return false;
        }
    }
    return true;
}

/* JSON in one line without '<', so that it can also stand in a page. */
static event *make_event(const char *json)
{
    static const char ESCAPED[] = "\\u003c";
    size_t length = strlen(json);
    size_t size = sizeof BEFORE + length + sizeof BEHIND;
    event *e = NULL;
    char *to = NULL;
    for (size_t i = 0; i < length; i++) {
        size += json[i] == '<' ? sizeof ESCAPED - 2 : 0;
    }
    e = malloc(sizeof *e + size);
    if (e == NULL) {
        return NULL;
    }
    to = stpcpy(e->text, BEFORE);
    for (size_t i = 0; i < length; i++) {
        if (json[i] == '<') {
            to = stpcpy(to, ESCAPED);
        } else {
            *to++ = json[i];
        }
    }
    to = stpcpy(to, BEHIND);
    e->users = 1;
    e->size = (size_t)(to - e->text);
    return e;
}

static bool is_same(const event *a, const event *b)
{
    return a != NULL && a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

int hc_web_events_put(hc_web_events *events, const json_t *state)
{
    double now = hc_stopwatch_read().wall_seconds;
    char *json = json_dumps(state, JSON_COMPACT | JSON_REAL_PRECISION(12));
    event *made = json == NULL ? NULL : make_event(json);
    free(json);
    if (made == NULL) {
        return -1;
    }
    if (is_same(events->newest, made) && now < events->put_at + REPEAT_SECONDS) {
        release(made);
        return 0;
    }
    for (reader *r = events->readers; r != NULL; r = r->next) {
        r->sent = NULL; /* what comes may get the place of what was */
    }
    release(events->newest);
    events->newest = made;
    events->put_at = now;
    hc_web_events_wake(events);
    return 0;
}
