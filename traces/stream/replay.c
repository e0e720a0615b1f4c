#include "traces/stream/replay.h"

#include "traces/stream/msgpack_write.h"
#include "traces/stream/request.h"
#include "traces/stream/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    REQUESTS_AT_ONCE = 16,
    ROWS_AT_ONCE = 65536,
    MAPS_AT_ONCE = 4096,
    NAME_BYTES = 255, /* of a peer, as ROUTER calls it */
    MAX_FRAMES = 4,   /* of a message that is looked at */
};

struct hc_replay {
    void *socket;
    hc_roll *roll;
    hc_spool *spool; /* NULL: nothing is kept any more */
    hc_stream_format format;
    hc_replay_counts counts;
    char readers[HC_REPLAY_MAX_READERS][HC_READER_NAME_SIZE];
    uint32_t reader_count;
    hc_snapshot **snapshots; /* of each rank; NULL until it is asked for */
    hc_frames frames;
    hc_parcel parcel;
    msgpack_sbuffer status;
};

/* A request as it came: who asks, whether an empty frame follows the name (REQ), and the request. */
typedef struct letter {
    char name[NAME_BYTES];
    size_t name_bytes;
    bool is_req;
    hc_request_message request;
} letter;

int hc_replay_create(hc_replay **out, void *socket, hc_roll *roll, hc_spool *spool,
                     hc_stream_format format, hc_error *error)
{
    hc_replay *replay = calloc(1, sizeof *replay);
    if (replay == NULL) {
        return hc_error_memory(error);
    }
    replay->socket = socket;
    replay->roll = roll;
    replay->spool = spool;
    replay->format = format;
    hc_frames_open(&replay->frames);
    msgpack_sbuffer_init(&replay->status);
    replay->snapshots = calloc(roll->count, sizeof *replay->snapshots);
    if (replay->snapshots == NULL) {
        hc_replay_destroy(replay);
        return hc_error_memory(error);
    }
    *out = replay;
    return 0;
}

void hc_replay_destroy(hc_replay *replay)
{
    if (replay == NULL) {
        return;
    }
    for (uint32_t i = 0; replay->snapshots != NULL && i < replay->roll->count; i++) {
        hc_snapshot_destroy(replay->snapshots[i]);
    }
    free(replay->snapshots);
    hc_frames_close(&replay->frames);
    msgpack_sbuffer_destroy(&replay->status);
    free(replay);
}

void hc_replay_forget(hc_replay *replay)
{
    replay->spool = NULL;
}

/* Takes one whole message. @return 1 a request, 0 none waits, -1 something else. */
static int receive(hc_replay *r, letter *out)
{
    unsigned char frames[MAX_FRAMES][HC_REQUEST_BYTES];
    int sizes[MAX_FRAMES] = {0};
    int count = 0;
    int has_more = 1;
    size_t size = sizeof has_more;
    while (has_more != 0) {
        int at = count < MAX_FRAMES ? count : MAX_FRAMES - 1;
        int got = zmq_recv(r->socket, frames[at], sizeof frames[at], ZMQ_DONTWAIT);
        if (got < 0) {
            return 0;
        }
        sizes[at] = got;
        count++;
        (void)zmq_getsockopt(r->socket, ZMQ_RCVMORE, &has_more, &size);
    }
    out->is_req = count == 3 && sizes[1] == 0;
    if ((count != 2 && !out->is_req) || sizes[0] < 1 || sizes[0] > NAME_BYTES ||
        sizes[count - 1] > HC_REQUEST_BYTES ||
        hc_request_parse(frames[count - 1], (size_t)sizes[count - 1], &out->request) < 0) {
        return -1;
    }
    memcpy(out->name, frames[0], (size_t)sizes[0]);
    out->name_bytes = (size_t)sizes[0];
    return 1;
}

/* Nothing blocks: what a peer does not take is dropped by ROUTER, and the peer asks again. */
static void send_frame(hc_replay *r, const void *data, size_t size, bool is_last)
{
    (void)zmq_send(r->socket, data, size, ZMQ_DONTWAIT | (is_last ? 0 : ZMQ_SNDMORE));
}

static void begin_answer(hc_replay *r, const letter *to, const msgpack_sbuffer *status, bool is_all)
{
    send_frame(r, to->name, to->name_bytes, false);
    if (to->is_req) {
        send_frame(r, "", 0, false);
    }
    send_frame(r, status->data, status->size, is_all);
}

static void add_message(hc_replay *r, bool is_last)
{
    send_frame(r, r->frames.topic, strlen(r->frames.topic), false);
    send_frame(r, r->frames.header.data, r->frames.header.size, false);
    send_frame(r, r->frames.payload.data, r->frames.payload.size, is_last);
}

static int pack_refusal(hc_replay *r, const char *why)
{
    msgpack_packer packer;
    msgpack_sbuffer_clear(&r->status);
    msgpack_packer_init(&packer, &r->status, msgpack_sbuffer_write);
    return msgpack_pack_map(&packer, 2) || hc_pack_flag(&packer, "ok", false) ||
           hc_pack_item(&packer, "error", why);
}

/* The first frame of an answer. */
static int pack_status(hc_replay *r, const hc_request_message *request, uint64_t from)
{
    const hc_roll_rank *rank = hc_roll_find(r->roll, request->rank);
    msgpack_packer packer;
    if (rank == NULL) {
        return pack_refusal(r, "no rank of that number is published here");
    }
    msgpack_sbuffer_clear(&r->status);
    msgpack_packer_init(&packer, &r->status, msgpack_sbuffer_write);
    return msgpack_pack_map(&packer, 6) || hc_pack_flag(&packer, "ok", true) ||
           hc_pack_number(&packer, "rank", rank->rank) || hc_pack_number(&packer, "from", from) ||
           hc_pack_number(&packer, "published", rank->next) ||
           hc_pack_flag(&packer, "ended", rank->is_ended) ||
           hc_pack_flag(&packer, "over", hc_roll_is_over(r->roll));
}

/* Who has said hello is waited for at the end. */
static void remember(hc_replay *r, const char *reader)
{
    for (uint32_t i = 0; i < r->reader_count; i++) {
        if (strcmp(r->readers[i], reader) == 0) {
            return;
        }
    }
    if (reader[0] != '\0' && r->reader_count < HC_REPLAY_MAX_READERS) {
        memcpy(r->readers[r->reader_count++], reader, HC_READER_NAME_SIZE);
    }
}

static void forget(hc_replay *r, const char *reader)
{
    for (uint32_t i = 0; i < r->reader_count; i++) {
        if (strcmp(r->readers[i], reader) == 0) {
            r->reader_count--;
            memmove(r->readers[i], r->readers[r->reader_count], HC_READER_NAME_SIZE);
            return;
        }
    }
}

/* What is streamed, and how each rank ended that has. */
static int answer_hello(hc_replay *r, const letter *from, hc_error *error)
{
    uint32_t ended = 0;
    remember(r, from->request.reader);
    for (uint32_t i = 0; i < r->roll->count; i++) {
        ended += r->roll->ranks[i].is_ended;
    }
    if (hc_roll_hello(r->roll, &r->frames) < 0) {
        return hc_error_memory(error);
    }
    begin_answer(r, from, &r->status, false);
    add_message(r, ended == 0);
    for (uint32_t i = 0; i < r->roll->count; i++) {
        const hc_roll_rank *rank = &r->roll->ranks[i];
        if (rank->is_ended) {
            ended--;
            (void)hc_roll_end(
                r->roll, rank,
                &r->frames); /* short of memory: half a message, refused by its reader */
            add_message(r, ended == 0);
        }
    }
    return 0;
}

/* Sends a part of the parcel that was read. @return rows. */
static uint32_t send_rows(hc_replay *r, uint32_t from, uint32_t count)
{
    const char *run = r->roll->facts.run;
    if (r->format == HC_STREAM_COLUMNS) {
        if (hc_frames_columns(&r->frames, run, &r->parcel, from, count) == 0) {
            add_message(r, false);
        }
        return count;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (hc_frames_map(&r->frames, run, &r->parcel, from + i) == 0) {
            add_message(r, false);
        }
    }
    return count;
}

/* Reads on to the parcel that holds a row of a rank or the first one behind it. @return as hc_spool_read. */
static int seek(hc_replay *r, hc_spool_place *place, uint32_t rank, uint64_t seq, hc_error *error)
{
    int status = hc_spool_read(r->spool, place, &r->parcel, error);
    while (status == 1 && (r->parcel.rank != rank || r->parcel.first + r->parcel.count <= seq)) {
        status = hc_spool_read(r->spool, place, &r->parcel, error);
    }
    return status;
}

/* Where rows begin that can be sent: behind those before the parcel that was found, or behind all so far. */
static uint64_t first_kept(const hc_replay *r, const hc_request_message *request, bool is_any)
{
    uint64_t first = is_any ? r->parcel.first : hc_roll_find(r->roll, request->rank)->next;
    return first > request->from ? first : request->from;
}

/* An answer ends with an empty frame when rows were promised: nobody knows before which parcel is the last. */
static int answer_events(hc_replay *r, const letter *from, hc_error *error)
{
    const hc_request_message *q = &from->request;
    hc_spool_place place = {0};
    uint32_t room = r->format == HC_STREAM_COLUMNS ? ROWS_AT_ONCE : MAPS_AT_ONCE;
    uint64_t next = q->from;
    int status = 0;
    if (r->spool != NULL) {
        place = hc_spool_find(r->spool, q->rank, q->from);
        status = seek(r, &place, q->rank, next, error);
    }
    if (status >= 0) {
        next = first_kept(r, q, status == 1);
    }
    if (pack_status(r, q, next) != 0) {
        return hc_error_memory(error);
    }
    begin_answer(r, from, &r->status, false);
    while (status == 1 && room > 0 && next < q->to && r->parcel.first <= next) {
        uint32_t skip = (uint32_t)(next - r->parcel.first);
        uint32_t count = r->parcel.count - skip;
        count = count > room ? room : count;
        count = count > q->to - next ? (uint32_t)(q->to - next) : count;
        room -= send_rows(r, skip, count);
        r->counts.rows += count;
        next += count;
        status = seek(r, &place, q->rank, next, error);
    }
    send_frame(r, "", 0, true);
    return status < 0 ? -1 : 0;
}

static int refuse(hc_replay *r, const letter *from, const char *why, hc_error *error)
{
    if (pack_refusal(r, why) != 0) {
        return hc_error_memory(error);
    }
    begin_answer(r, from, &r->status, true);
    return 0;
}

static int answer_snapshot(hc_replay *r, const letter *from, hc_error *error)
{
    size_t index = (size_t)(hc_roll_find(r->roll, from->request.rank) - r->roll->ranks);
    hc_snapshot **snapshot = &r->snapshots[index];
    if (r->spool == NULL) {
        return refuse(r, from, "what was published is not kept any more", error);
    }
    if (*snapshot == NULL && hc_snapshot_create(snapshot, from->request.rank, error) < 0) {
        return -1;
    }
    if (hc_snapshot_update(*snapshot, r->spool, error) < 0) {
        return -1;
    }
    if (hc_snapshot_pack(*snapshot, r->roll->facts.run, &r->frames) < 0) {
        return hc_error_memory(error);
    }
    begin_answer(r, from, &r->status, false);
    add_message(r, true);
    return 0;
}

static int answer(hc_replay *r, const letter *from, hc_error *error)
{
    hc_request_message request = from->request;
    if (request.op == HC_REQUEST_HELLO || request.op == HC_REQUEST_DONE) {
        request.rank = r->roll->ranks[0].rank;
    }
    if (pack_status(r, &request, request.from) != 0) {
        return hc_error_memory(error);
    }
    if (hc_roll_find(r->roll, request.rank) == NULL) {
        begin_answer(r, from, &r->status, true);
        return 0;
    }
    switch (request.op) {
    case HC_REQUEST_HELLO:
        return answer_hello(r, from, error);
    case HC_REQUEST_EVENTS:
        return answer_events(r, from, error);
    case HC_REQUEST_SNAPSHOT:
        return answer_snapshot(r, from, error);
    case HC_REQUEST_DONE:
        forget(r, request.reader);
        begin_answer(r, from, &r->status, true);
        return 0;
    case HC_REQUEST_OP_COUNT:
        break;
    }
    return 0;
}

int hc_replay_serve(hc_replay *r, hc_error *error)
{
    letter from;
    int status = 0;
    for (int i = 0; i < REQUESTS_AT_ONCE && status == 0; i++) {
        int got = receive(r, &from);
        if (got == 0) {
            return 0;
        }
        r->counts.requests += got > 0;
        r->counts.broken += got < 0;
        status = got > 0 ? answer(r, &from, error) : 0;
    }
    return status;
}

uint32_t hc_replay_reader_count(const hc_replay *r)
{
    return r->reader_count;
}

hc_replay_counts hc_replay_count(const hc_replay *r)
{
    return r->counts;
}
