#include "traces/run/perfetto_packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of fields and values of enums as of protos/perfetto/trace/ in https://github.com/google/perfetto: trace.proto,
 * trace_packet.proto, clock_snapshot.proto, interned_data/interned_data.proto, and in track_event/ track_event.proto,
 * track_descriptor.proto, counter_descriptor.proto, debug_annotation.proto. Those of packets, tracks and their events
 * are a stable interface; how they are used: docs/getting-started/converting.md there. */
enum {
    TRACE_PACKET = 1,

    PACKET_CLOCK_SNAPSHOT = 6,
    PACKET_TIMESTAMP = 8,
    PACKET_SEQUENCE_ID = 10,
    PACKET_TRACK_EVENT = 11,
    PACKET_INTERNED_DATA = 12,
    PACKET_SEQUENCE_FLAGS = 13,
    PACKET_TRACK_DESCRIPTOR = 60,

    SEQUENCE_STATE_CLEARED = 1,
    SEQUENCE_NEEDS_STATE = 2,

    TRACK_UUID = 1,
    TRACK_NAME = 2,
    TRACK_PARENT_UUID = 5,
    TRACK_COUNTER = 8,
    TRACK_CHILD_ORDERING = 11,
    TRACK_SIBLING_ORDER_RANK = 12,
    CHILD_ORDERING_EXPLICIT = 3,

    COUNTER_UNIT_NAME = 6,

    EVENT_DEBUG_ANNOTATIONS = 4,
    EVENT_TYPE = 9,
    EVENT_TRACK_UUID = 11,
    EVENT_NAME = 23,
    EVENT_COUNTER_VALUE = 30,
    EVENT_DOUBLE_COUNTER_VALUE = 44,
    EVENT_CORRELATION_ID = 52,
    TYPE_SLICE_BEGIN = 1,
    TYPE_SLICE_END = 2,
    TYPE_COUNTER = 4,

    ANNOTATION_NAME_IID = 1,
    ANNOTATION_INT_VALUE = 4,
    ANNOTATION_DOUBLE_VALUE = 5,
    ANNOTATION_STRING_VALUE = 6,
    ANNOTATION_NAME = 10,

    INTERNED_ANNOTATION_NAMES = 3,
    INTERNED_IID = 1, /* from 1 */
    INTERNED_NAME = 2,

    SNAPSHOT_CLOCKS = 1,
    SNAPSHOT_PRIMARY_CLOCK = 2,
    CLOCK_ID = 1,
    CLOCK_TIMESTAMP = 2,
    CLOCK_REALTIME = 1,
    CLOCK_BOOTTIME = 6, /* that of packets which name none */
};

enum {
    SEQUENCE = 1,                /* all packets are of one writer */
    PACKET_CAPACITY = 128 << 10, /* some texts of HC_TEXT_BYTES_LIMIT, and room */
};

const char *const hc_perfetto_note_names[HC_NOTE_COUNT] = {
    [HC_NOTE_USER] = "user",          [HC_NOTE_GROUP] = "group",      [HC_NOTE_GPUS] = "gpus",
    [HC_NOTE_NODES] = "nodes",        [HC_NOTE_DEVICES] = "devices",  [HC_NOTE_ATTEMPT] = "attempt",
    [HC_NOTE_ENDED] = "ended",        [HC_NOTE_SUBMIT] = "submit_ns", [HC_NOTE_WAIT] = "wait_ns",
    [HC_NOTE_RESTART] = "restart_ns", [HC_NOTE_LOST] = "lost_ns",
};

static void begin_packet(hc_perfetto *p)
{
    p->packet.size = 0;
    p->packet.is_full = false;
    hc_protobuf_unsigned(&p->packet, PACKET_SEQUENCE_ID, SEQUENCE);
}

static int put_packet(hc_perfetto *p, hc_error *error)
{
    unsigned char head[HC_VARINT_SIZE];
    hc_protobuf tag = {.bytes = head, .capacity = sizeof head};
    if (p->packet.is_full) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: the texts of one row take more than %d bytes", p->shown,
                            PACKET_CAPACITY);
    }
    (void)hc_protobuf_begin(&tag, TRACE_PACKET);
    tag.size += hc_varint_put(head + tag.size, p->packet.size);
    if (fwrite(head, 1, tag.size, p->out) != tag.size ||
        fwrite(p->packet.bytes, 1, p->packet.size, p->out) != p->packet.size) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", p->shown,
                            strerror(errno));
    }
    return 0;
}

/* The names of notes, by their number from 1; the packets behind it depend on them. */
static int put_note_names(hc_perfetto *p, hc_error *error)
{
    hc_protobuf *b = &p->packet;
    size_t interned = 0;
    begin_packet(p);
    hc_protobuf_unsigned(b, PACKET_SEQUENCE_FLAGS, SEQUENCE_STATE_CLEARED | SEQUENCE_NEEDS_STATE);
    interned = hc_protobuf_begin(b, PACKET_INTERNED_DATA);
    for (unsigned i = 0; i < HC_NOTE_COUNT; i++) {
        size_t name = hc_protobuf_begin(b, INTERNED_ANNOTATION_NAMES);
        hc_protobuf_unsigned(b, INTERNED_IID, i + 1);
        hc_protobuf_text(b, INTERNED_NAME, hc_perfetto_note_names[i]);
        hc_protobuf_end(b, name);
    }
    hc_protobuf_end(b, interned);
    return put_packet(p, error);
}

int hc_perfetto_begin(hc_perfetto *p, FILE *out, const char *shown, hc_error *error)
{
    *p = (hc_perfetto){.out = out, .shown = shown};
    p->packet.bytes = malloc(PACKET_CAPACITY);
    p->packet.capacity = PACKET_CAPACITY;
    if (p->packet.bytes == NULL) {
        return hc_error_memory(error);
    }
    return put_note_names(p, error);
}

int hc_perfetto_end(hc_perfetto *p, hc_error *error)
{
    if (fflush(p->out) == EOF || ferror(p->out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", p->shown,
                            strerror(errno));
    }
    return 0;
}

void hc_perfetto_release(hc_perfetto *p)
{
    free(p->packet.bytes);
    p->packet.bytes = NULL;
}

int hc_perfetto_put_track(hc_perfetto *p, const hc_perfetto_track *track, hc_error *error)
{
    hc_protobuf *b = &p->packet;
    size_t descriptor = 0;
    begin_packet(p);
    descriptor = hc_protobuf_begin(b, PACKET_TRACK_DESCRIPTOR);
    hc_protobuf_unsigned(b, TRACK_UUID, track->id);
    hc_protobuf_text(b, TRACK_NAME, track->name);
    if (track->parent != 0) {
        hc_protobuf_unsigned(b, TRACK_PARENT_UUID, track->parent);
        hc_protobuf_unsigned(b, TRACK_SIBLING_ORDER_RANK, track->rank);
    }
    if (track->kind == HC_PERFETTO_GROUP) {
        hc_protobuf_unsigned(b, TRACK_CHILD_ORDERING, CHILD_ORDERING_EXPLICIT);
    }
    if (track->kind == HC_PERFETTO_COUNTER) {
        size_t counter = hc_protobuf_begin(b, TRACK_COUNTER);
        hc_protobuf_text(b, COUNTER_UNIT_NAME, track->unit);
        hc_protobuf_end(b, counter);
    }
    hc_protobuf_end(b, descriptor);
    return put_packet(p, error);
}

static void put_clock(hc_protobuf *b, uint64_t id, uint64_t time)
{
    size_t clock = hc_protobuf_begin(b, SNAPSHOT_CLOCKS);
    hc_protobuf_unsigned(b, CLOCK_ID, id);
    hc_protobuf_unsigned(b, CLOCK_TIMESTAMP, time);
    hc_protobuf_end(b, clock);
}

int hc_perfetto_put_date(hc_perfetto *p, uint64_t time, uint64_t unix_time, hc_error *error)
{
    hc_protobuf *b = &p->packet;
    size_t snapshot = 0;
    begin_packet(p);
    hc_protobuf_unsigned(b, PACKET_TIMESTAMP, time);
    snapshot = hc_protobuf_begin(b, PACKET_CLOCK_SNAPSHOT);
    put_clock(b, CLOCK_BOOTTIME, time);
    put_clock(b, CLOCK_REALTIME, unix_time);
    hc_protobuf_unsigned(b, SNAPSHOT_PRIMARY_CLOCK, CLOCK_BOOTTIME);
    hc_protobuf_end(b, snapshot);
    return put_packet(p, error);
}

/* @return what the end of the event needs to know. */
static size_t begin_event(hc_perfetto *p, uint64_t track, uint64_t time, uint64_t type)
{
    hc_protobuf *b = &p->packet;
    size_t event = 0;
    begin_packet(p);
    hc_protobuf_unsigned(b, PACKET_TIMESTAMP, time);
    hc_protobuf_unsigned(b, PACKET_SEQUENCE_FLAGS, SEQUENCE_NEEDS_STATE);
    event = hc_protobuf_begin(b, PACKET_TRACK_EVENT);
    hc_protobuf_unsigned(b, EVENT_TYPE, type);
    hc_protobuf_unsigned(b, EVENT_TRACK_UUID, track);
    return event;
}

static bool is_whole(uint64_t value_milli)
{
    return value_milli % 1000 == 0;
}

int hc_perfetto_put_counter(hc_perfetto *p, uint64_t track, uint64_t time, uint64_t value_milli,
                            hc_error *error)
{
    size_t event = begin_event(p, track, time, TYPE_COUNTER);
    if (is_whole(value_milli)) {
        hc_protobuf_unsigned(&p->packet, EVENT_COUNTER_VALUE, value_milli / 1000);
    } else {
        hc_protobuf_double(&p->packet, EVENT_DOUBLE_COUNTER_VALUE, (double)value_milli / 1000);
    }
    hc_protobuf_end(&p->packet, event);
    return put_packet(p, error);
}

void hc_perfetto_begin_slice(hc_perfetto *p, uint64_t track, uint64_t time, const char *name,
                             uint64_t correlation)
{
    p->event = begin_event(p, track, time, TYPE_SLICE_BEGIN);
    hc_protobuf_text(&p->packet, EVENT_NAME, name);
    if (correlation != 0) {
        hc_protobuf_unsigned(&p->packet, EVENT_CORRELATION_ID, correlation);
    }
}

static size_t begin_note(hc_perfetto *p, hc_perfetto_note note)
{
    size_t annotation = hc_protobuf_begin(&p->packet, EVENT_DEBUG_ANNOTATIONS);
    hc_protobuf_unsigned(&p->packet, ANNOTATION_NAME_IID, (uint64_t)note + 1);
    return annotation;
}

void hc_perfetto_note_text(hc_perfetto *p, hc_perfetto_note note, const char *text)
{
    size_t annotation = begin_note(p, note);
    hc_protobuf_text(&p->packet, ANNOTATION_STRING_VALUE, text);
    hc_protobuf_end(&p->packet, annotation);
}

void hc_perfetto_note_number(hc_perfetto *p, hc_perfetto_note note, int64_t number)
{
    size_t annotation = begin_note(p, note);
    hc_protobuf_signed(&p->packet, ANNOTATION_INT_VALUE, number);
    hc_protobuf_end(&p->packet, annotation);
}

void hc_perfetto_note_milli(hc_perfetto *p, hc_perfetto_note note, uint64_t value_milli)
{
    size_t annotation = 0;
    if (is_whole(value_milli)) {
        hc_perfetto_note_number(p, note, (int64_t)(value_milli / 1000));
        return;
    }
    annotation = begin_note(p, note);
    hc_protobuf_double(&p->packet, ANNOTATION_DOUBLE_VALUE, (double)value_milli / 1000);
    hc_protobuf_end(&p->packet, annotation);
}

void hc_perfetto_note_named(hc_perfetto *p, const char *name, const char *text)
{
    size_t annotation = hc_protobuf_begin(&p->packet, EVENT_DEBUG_ANNOTATIONS);
    hc_protobuf_text(&p->packet, ANNOTATION_NAME, name);
    hc_protobuf_text(&p->packet, ANNOTATION_STRING_VALUE, text);
    hc_protobuf_end(&p->packet, annotation);
}

int hc_perfetto_put_slice(hc_perfetto *p, hc_error *error)
{
    hc_protobuf_end(&p->packet, p->event);
    return put_packet(p, error);
}

int hc_perfetto_put_slice_end(hc_perfetto *p, uint64_t track, uint64_t time, hc_error *error)
{
    hc_protobuf_end(&p->packet, begin_event(p, track, time, TYPE_SLICE_END));
    return put_packet(p, error);
}
