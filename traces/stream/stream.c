#include "traces/stream/stream.h"

#include "traces/run/record_rows.h"
#include "traces/stream/outlet.h"
#include "traces/stream/rank_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUEUED_PARCELS = 256, PATH_SIZE = 96 };

struct hc_stream {
    hc_stream_level level;
    hc_sink next;
    hc_outlet *outlet;
    /* of the rank that publishes */
    hc_parcel_queue *queue;
    hc_publisher *publisher;
    char folder[PATH_SIZE]; /* of the socket for the others; "" when there are none */
    char collect[PATH_SIZE + 16];
    /* of the others */
    hc_rank_link *link;
};

/* A place that only this user can reach, and that all ranks of the node know: by the id of the run. */
static void name_collection(hc_stream *s, const char *run)
{
    (void)snprintf(s->folder, sizeof s->folder, "/tmp/hindcast-%lu-%.40s", (unsigned long)geteuid(),
                   run);
    (void)snprintf(s->collect, sizeof s->collect, "ipc://%s/ranks", s->folder);
}

static int open_publisher(hc_stream *s, const hc_stream_options *o, hc_error *error)
{
    hc_publisher_options publisher = o->publisher;
    hc_outlet_options outlet = {.rank = o->rank, .is_lossy = !o->publisher.is_lossless};
    if (o->node_rank_count > 1 && mkdir(s->folder, 0700) < 0) {
        int code = errno;
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", s->folder, strerror(code));
        s->folder[0] = '\0'; /* not ours to remove */
        return -1;
    }
    if (hc_parcel_queue_create(&s->queue, QUEUED_PARCELS, error) < 0) {
        return -1;
    }
    publisher.queue = s->queue;
    publisher.collect = o->node_rank_count > 1 ? s->collect : NULL;
    publisher.ranks = o->node_ranks;
    publisher.rank_count = o->node_rank_count;
    outlet.queue = s->queue;
    return hc_publisher_start(&s->publisher, &publisher, error) < 0 ||
                   hc_outlet_create(&s->outlet, &outlet, error) < 0
               ? -1
               : 0;
}

static int join_publisher(hc_stream *s, const hc_stream_options *o, hc_error *error)
{
    hc_outlet_options outlet = {.rank = o->rank, .is_lossy = !o->publisher.is_lossless};
    if (hc_rank_link_open(&s->link, s->collect, error) < 0) {
        return -1;
    }
    outlet.link = s->link;
    return hc_outlet_create(&s->outlet, &outlet, error);
}

int hc_stream_open(hc_stream **out, const hc_stream_options *o, hc_error *error)
{
    hc_stream *s = calloc(1, sizeof *s);
    bool is_first = o->node_ranks[0] == o->rank;
    int status = 0;
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->level = o->level;
    if (o->node_rank_count > 1) {
        name_collection(s, o->publisher.facts.run);
    }
    status = is_first ? open_publisher(s, o, error) : join_publisher(s, o, error);
    if (!is_first) {
        s->folder[0] = '\0';
    }
    if (status < 0) {
        hc_stream_close(s);
        return -1;
    }
    *out = s;
    return 0;
}

void hc_stream_close(hc_stream *s)
{
    if (s == NULL) {
        return;
    }
    hc_outlet_destroy(s->outlet);
    hc_publisher_stop(s->publisher);
    hc_parcel_queue_destroy(s->queue);
    hc_rank_link_close(s->link);
    if (s->folder[0] != '\0') {
        (void)unlink(s->collect + strlen("ipc://"));
        (void)rmdir(s->folder);
    }
    free(s);
}

static int take_job(void *self, const hc_job_record *record, hc_error *error)
{
    hc_stream *s = self;
    return s->next.job(s->next.self, record, error);
}

/* That an attempt ended at its limit is the one thing that happens to a job and is no event. */
static int take_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_attempt_row row = hc_attempt_row_of(record);
    bool is_wanted = s->level == HC_STREAM_ALL || record->how == HC_ATTEMPT_TIMEOUT;
    return s->next.attempt(s->next.self, record, error) < 0 ? -1
           : is_wanted ? hc_outlet_row(s->outlet, HC_TABLE_ATTEMPTS, &row, error)
                       : 0;
}

static int take_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_placement_row row = hc_placement_row_of(record);
    return s->next.placement(s->next.self, record, error) < 0 ? -1
           : s->level == HC_STREAM_ALL ? hc_outlet_row(s->outlet, HC_TABLE_PLACEMENTS, &row, error)
                                       : 0;
}

static int take_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_decision_row row = hc_decision_row_of(record);
    return s->next.decision(s->next.self, record, error) < 0 ? -1
           : s->level == HC_STREAM_ALL ? hc_outlet_row(s->outlet, HC_TABLE_DECISIONS, &row, error)
                                       : 0;
}

static int take_event(void *self, const hc_event_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_event_row row = hc_event_row_of(record);
    return s->next.event(s->next.self, record, error) < 0 ? -1
           : record->type != HC_EVENT_PASS || s->level == HC_STREAM_ALL
               ? hc_outlet_row(s->outlet, HC_TABLE_EVENTS, &row, error)
               : 0;
}

static int take_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_sample_row row = hc_sample_row_of(record);
    return s->next.sample(s->next.self, record, error) < 0
               ? -1
               : hc_outlet_row(s->outlet, HC_TABLE_SERIES, &row, error);
}

static int take_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    hc_stream *s = self;
    hc_ledger_row row = hc_ledger_row_of(record);
    return s->next.ledger(s->next.self, record, error) < 0
               ? -1
               : hc_outlet_row(s->outlet, HC_TABLE_LEDGER, &row, error);
}

static int take_key(void *self, const hc_order_key *key, hc_error *error)
{
    hc_stream *s = self;
    return s->next.enter(s->next.self, key, error);
}

hc_sink hc_stream_sink(hc_stream *s, const hc_sink *next)
{
    s->next = *next;
    return (hc_sink){
        .self = s,
        .job = take_job,
        .attempt = take_attempt,
        .placement = take_placement,
        .decision = take_decision,
        .event = take_event,
        .sample = take_sample,
        .ledger = take_ledger,
        .enter = next->enter == NULL ? NULL : take_key,
    };
}

int hc_stream_tick(hc_stream *s, hc_error *error)
{
    return hc_outlet_tick(s->outlet, error);
}

int hc_stream_stand(hc_stream *s, const hc_run_standing *standing, hc_error *error)
{
    return hc_outlet_stand(s->outlet, standing, error);
}

int hc_stream_end(hc_stream *s, const hc_run_conclusion *conclusion, hc_error *error)
{
    return hc_outlet_end(s->outlet, conclusion, error);
}

void hc_stream_break_off(hc_stream *s)
{
    const hc_run_conclusion conclusion = {.run_digest = "", .is_complete = false};
    if (s->link != NULL) {
        hc_rank_link_hasten(s->link);
    }
    (void)hc_outlet_end(s->outlet, &conclusion, NULL);
}

hc_publisher *hc_stream_publisher(hc_stream *s)
{
    return s->publisher;
}
