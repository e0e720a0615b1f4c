#include "traces/stream/reader.h"

#include "traces/stream/decode.h"
#include "traces/stream/rank_book.h"
#include "traces/stream/reader_link.h"
#include "traces/stream/sockets.h"
#include "traces/stream/stream_tables.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* A reader goes on as far as it has all rows. Rows that came too early wait here, nothing more is taken from the
 * publisher, and those before them are asked for; whatever answers, rows count by their numbers alone. */

enum { ASK_AGAIN_MS = 1000, ASK_ROWS = 1 << 16 };

/* Rows that came. */
typedef struct arrival {
    bool is_here;
    uint32_t rank;
    hc_run_table table;
    uint64_t first;
    uint32_t count;
    alignas(8) unsigned char rows[(size_t)HC_BATCH_ROWS * HC_STREAM_ROW_BYTES];
} arrival;

struct hc_stream_reader {
    hc_reader_link link;
    hc_rank_book book;
    hc_decoded_hello hello;
    bool has_hello;
    bool is_map; /* rows came as maps last */
    bool is_ended;
    arrival live;   /* the newest rows of the publisher, or those that wait for others */
    arrival answer; /* rows of an answer */
    /* what is being asked for */
    bool is_asking;
    uint32_t wanted_rank;
    uint64_t wanted_up_to; /* 0: a hello */
    double asked_ms;
    double heard_ms;
    hc_stream_reader_counts counts;
};

static double now_ms(void)
{
    return hc_wall_clock() * 1000;
}

int hc_stream_reader_open(hc_stream_reader **out, const hc_stream_reader_options *options,
                          hc_error *error)
{
    hc_stream_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    reader->book.is_from_now = options->is_from_now;
    reader->heard_ms = now_ms();
    if (hc_reader_link_open(&reader->link, options, error) < 0) {
        hc_stream_reader_close(reader);
        return -1;
    }
    reader->is_asking = reader->link.replay != NULL; /* for a hello */
    *out = reader;
    return 0;
}

void hc_stream_reader_close(hc_stream_reader *reader)
{
    if (reader != NULL) {
        hc_reader_link_leave(&reader->link);
        hc_reader_link_close(&reader->link);
        hc_rank_book_free(&reader->book);
        hc_decoded_hello_free(&reader->hello);
        free(reader);
    }
}

/* Asks for what is missing, again after a while. */
static void ask(hc_stream_reader *r)
{
    const hc_book_rank *rank = NULL;
    if (r->link.replay == NULL) {
        return;
    }
    if (!r->is_asking && !r->has_hello) {
        r->is_asking = true;
        r->wanted_up_to = 0;
    }
    if (!r->is_asking || r->link.is_answering || now_ms() - r->asked_ms < ASK_AGAIN_MS) {
        return;
    }
    r->asked_ms = now_ms();
    rank = r->wanted_up_to == 0 ? NULL : hc_rank_book_find(&r->book, r->wanted_rank);
    if (rank == NULL) {
        (void)hc_reader_link_ask(&r->link, HC_REQUEST_HELLO, 0, 0, 0);
    } else {
        uint64_t room = r->wanted_up_to - rank->next;
        (void)hc_reader_link_ask(&r->link, HC_REQUEST_EVENTS, rank->rank, rank->next,
                                 rank->next + (room > ASK_ROWS ? ASK_ROWS : room));
    }
}

/* Rows up to here are missing: ask for them at once. */
static void want(hc_stream_reader *r, const hc_book_rank *rank, uint64_t up_to)
{
    if (!r->is_asking || r->wanted_up_to == 0) {
        r->is_asking = true;
        r->wanted_rank = rank->rank;
        r->wanted_up_to = up_to;
        r->asked_ms = 0;
    }
}

static int give_lost(hc_stream_reader *r, hc_book_rank *rank, uint64_t up_to, hc_stream_item *out)
{
    *out = (hc_stream_item){.kind = HC_STREAM_LOST,
                            .rank = rank->rank,
                            .first = rank->next,
                            .count = up_to - rank->next};
    r->counts.lost += out->count;
    hc_book_lose(rank, up_to);
    return 1;
}

/* Hands out rows that came, if they are the next ones. @return 1 there is an item, 0 not. */
static int give(hc_stream_reader *r, arrival *a, hc_stream_item *out)
{
    hc_book_rank *rank = hc_rank_book_find(&r->book, a->rank);
    uint32_t skip = 0;
    const unsigned char *rows = NULL;
    hc_book_verdict verdict =
        rank == NULL ? HC_BOOK_KNOWN : hc_book_judge(rank, a->first, a->count, &skip);
    if (verdict == HC_BOOK_GAP && a == &r->live) {
        if (r->link.replay == NULL) {
            return give_lost(r, rank, a->first, out); /* and they are the next ones then */
        }
        want(r, rank, a->first);
        return 0;
    }
    a->is_here = false;
    if (verdict != HC_BOOK_TAKE) {
        r->counts.doubled += verdict == HC_BOOK_KNOWN ? a->count : 0;
        return 0;
    }
    r->counts.doubled += skip;
    rows = a->rows + skip * hc_table_describe(a->table)->row_size;
    *out = (hc_stream_item){.kind = HC_STREAM_BATCH,
                            .rank = a->rank,
                            .table = a->table,
                            .first = a->first + skip,
                            .count = a->count - skip,
                            .rows = rows};
    hc_book_take(rank, a->table, rows, out->first, a->count - skip);
    r->counts.rows += out->count;
    r->counts.replayed += a == &r->answer ? out->count : 0;
    return 1;
}

static int take_rows(hc_stream_reader *r, const hc_decoded_header *header, const hc_frame frames[3],
                     arrival *into)
{
    int status = -1;
    if (header->count == 0) {
        return -1;
    }
    if (!r->is_map || header->count > 1) {
        status = hc_decode_rows(&frames[2], header->seq, header->count, &into->table, into->rows);
        r->is_map = r->is_map && status < 0;
    }
    if (status < 0 && header->count == 1) {
        status = hc_decode_map(&frames[2], header->seq, &into->table, into->rows);
        r->is_map = r->is_map || status == 0;
    }
    if (status == 0) {
        into->is_here = true;
        into->rank = header->rank;
        into->first = header->seq;
        into->count = header->count;
    }
    return status;
}

static int take_hello(hc_stream_reader *r, const hc_decoded_header *header, const hc_frame *payload,
                      hc_stream_item *out)
{
    hc_decoded_hello hello;
    if (r->has_hello) {
        return 0;
    }
    if (hc_decode_hello(payload, header->run, &hello) < 0) {
        return -1;
    }
    r->hello = hello;
    r->has_hello = true;
    *out =
        (hc_stream_item){.kind = HC_STREAM_HELLO, .rank = header->rank, .hello = &r->hello.hello};
    return 1;
}

static int take_end(hc_book_rank *rank, const hc_frame *payload)
{
    hc_stream_ending ending;
    if (hc_decode_end(payload, &ending) < 0) {
        return -1;
    }
    rank->ending = ending;
    rank->has_end = true;
    return 0;
}

/* @return 1 there is an item, 0 not, -1 it is no message of a stream. */
static int take_control(hc_stream_reader *r, const char *topic, const hc_decoded_header *header,
                        const hc_frame *payload, hc_stream_item *out)
{
    hc_book_rank *rank = hc_rank_book_find(&r->book, header->rank);
    *out = (hc_stream_item){.rank = header->rank};
    if (rank == NULL) {
        return -1;
    }
    if (strcmp(topic, "ctl.hello") == 0) {
        return take_hello(r, header, payload, out);
    }
    if (strcmp(topic, "ctl.end") == 0) {
        return take_end(rank, payload);
    }
    if (strcmp(topic, "ctl.heartbeat") == 0) {
        out->kind = HC_STREAM_HEARTBEAT;
        return hc_decode_heartbeat(payload, &out->heartbeat) < 0 ? -1 : 1;
    }
    if (strcmp(topic, "ctl.lossy") == 0) {
        out->kind = HC_STREAM_NOTE;
        out->text = "the publisher has left a slow reader behind";
        return 1;
    }
    return 0; /* what later versions say */
}

/* What a control message tells besides: how many rows there were before it. */
static int notice_gap(hc_stream_reader *r, uint32_t number, uint64_t seq, hc_stream_item *out)
{
    hc_book_rank *rank = hc_rank_book_find(&r->book, number);
    if (rank == NULL || !rank->is_begun || seq <= rank->next) {
        return 0;
    }
    if (r->link.replay != NULL) {
        want(r, rank, seq);
        return 0;
    }
    return give_lost(r, rank, seq, out);
}

static bool has_topic(const hc_frame *frame, char topic[64])
{
    if (frame->size >= 64 || memchr(frame->data, '\0', frame->size) != NULL) {
        return false;
    }
    memcpy(topic, frame->data, frame->size);
    topic[frame->size] = '\0';
    return true;
}

static bool is_of_this_run(const hc_stream_reader *r, const hc_decoded_header *header)
{
    return !r->has_hello || strcmp(r->hello.hello.run, header->run) == 0;
}

static int fail_other_run(const hc_stream_reader *r, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME,
                        "another run publishes here now; run %s ended without saying so",
                        r->hello.hello.run);
}

/* A message of the stream, live or again. @return 1 there is an item, 0 not, -1 failed. */
static int take_message(hc_stream_reader *r, const hc_frame frames[3], arrival *into,
                        hc_stream_item *out, hc_error *error)
{
    char topic[64];
    hc_decoded_header header;
    int status = -1;
    if (has_topic(&frames[0], topic) && hc_decode_header(&frames[1], &header) == 0) {
        if (!is_of_this_run(r, &header)) {
            return fail_other_run(r, error);
        }
        if (strncmp(topic, "ctl.", 4) == 0) {
            status = take_control(r, topic, &header, &frames[2], out);
            if (status == 0) {
                status = notice_gap(r, header.rank, header.seq, out);
            } else if (status == 1 && r->link.replay != NULL) {
                (void)notice_gap(r, header.rank, header.seq, out);
            }
        } else if (!r->has_hello) {
            return 0; /* nobody could read them; their numbers are missed later */
        } else {
            status = take_rows(r, &header, frames, into);
            status = status == 0 ? give(r, into, out) : -1;
        }
    }
    r->counts.broken += status < 0;
    return status < 0 ? 0 : status;
}

/* The first frame of an answer: where rows begin that the replay still has. */
static int take_status(hc_stream_reader *r, const hc_frame *frame, hc_stream_item *out)
{
    hc_decoded_status status;
    hc_book_rank *rank = NULL;
    uint64_t first = 0;
    if (hc_decode_status(frame, &status) < 0) {
        r->counts.broken++;
        return 0;
    }
    if (!r->is_asking || r->wanted_up_to == 0 || !status.is_ok || status.rank != r->wanted_rank) {
        return 0;
    }
    rank = hc_rank_book_find(&r->book, status.rank);
    first = status.from < r->wanted_up_to ? status.from : r->wanted_up_to;
    return rank != NULL && first > rank->next ? give_lost(r, rank, first, out) : 0;
}

/* An answer is at its end: what is still missing is asked for. */
static void conclude_answer(hc_stream_reader *r)
{
    const hc_book_rank *rank = NULL;
    r->asked_ms = 0;
    if (r->wanted_up_to == 0) {
        r->is_asking = r->is_asking && !r->has_hello;
        r->asked_ms = r->is_asking ? now_ms() : 0;
        return;
    }
    rank = hc_rank_book_find(&r->book, r->wanted_rank);
    r->is_asking = rank != NULL && rank->next < r->wanted_up_to;
}

/* @return 1 there is an item, 0 not, -1 failed. */
static int take_answers(hc_stream_reader *r, hc_stream_item *out, hc_error *error)
{
    hc_frame frames[3];
    int got = hc_reader_link_take_answer(&r->link, frames);
    while (got != 0) {
        int status = got == 1   ? take_message(r, frames, &r->answer, out, error)
                     : got == 2 ? take_status(r, &frames[0], out)
                                : 0;
        r->heard_ms = now_ms();
        if (!r->link.is_answering) {
            conclude_answer(r);
        }
        if (status != 0) {
            return status;
        }
        got = hc_reader_link_take_answer(&r->link, frames);
    }
    return 0;
}

/* While rows are missing, nothing is taken from the publisher that would have to wait for them. */
static bool wants_live(const hc_stream_reader *r)
{
    return !r->live.is_here && !(r->is_asking && r->wanted_up_to > 0);
}

static int take_live(hc_stream_reader *r, hc_stream_item *out, hc_error *error)
{
    hc_frame frames[3];
    while (wants_live(r)) {
        int got = hc_reader_link_take_live(&r->link, frames);
        int status = 0;
        if (got == 0) {
            return 0;
        }
        r->heard_ms = now_ms();
        if (got < 0) {
            r->counts.broken++;
            continue;
        }
        status = take_message(r, frames, &r->live, out, error);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

/* Rows that a publisher says it has published, and that did not come: asked for, or lost. */
static int settle_ends(hc_stream_reader *r, hc_stream_item *out)
{
    hc_book_rank *rank = NULL;
    for (uint32_t i = 0; i < r->book.count; i++) {
        rank = &r->book.ranks[i];
        if (rank->has_end && !rank->is_closed &&
            notice_gap(r, rank->rank, rank->ending.published, out) == 1) {
            return 1;
        }
    }
    rank = hc_rank_book_ending(&r->book);
    if (rank == NULL) {
        return 0;
    }
    rank->is_closed = true;
    *out = (hc_stream_item){.kind = HC_STREAM_RANK_END, .rank = rank->rank, .ending = rank->ending};
    out->ending.is_equal = rank->lost == 0 && rank->digest == rank->ending.stream_digest;
    return 1;
}

static int give_end(hc_stream_reader *r, hc_stream_item *out)
{
    if (r->is_ended || !r->has_hello || !hc_rank_book_is_closed(&r->book, r->hello.hello.ranks)) {
        return 0;
    }
    r->is_ended = true;
    hc_reader_link_leave(&r->link);
    *out = (hc_stream_item){.kind = HC_STREAM_END};
    return 1;
}

/* @return 1 there is an item, 0 not, -1 failed. */
static int take(hc_stream_reader *r, hc_stream_item *out, hc_error *error)
{
    int status = take_answers(r, out, error);
    if (status == 0 && r->live.is_here) {
        status = give(r, &r->live, out);
    }
    if (status == 0) {
        status = take_live(r, out, error);
    }
    if (status == 0) {
        status = settle_ends(r, out);
    }
    if (status == 0) {
        status = give_end(r, out);
    }
    ask(r);
    return status;
}

int hc_stream_reader_next(hc_stream_reader *r, int timeout_ms, hc_stream_item *out, hc_error *error)
{
    double deadline = now_ms() + timeout_ms;
    int status = 0;
    *out = (hc_stream_item){.kind = HC_STREAM_NOTHING};
    status = take(r, out, error);
    while (status == 0) {
        double left = deadline - now_ms();
        if (left <= 0) {
            *out = (hc_stream_item){.kind = HC_STREAM_NOTHING};
            return 0;
        }
        hc_reader_link_wait(&r->link, wants_live(r),
                            left > ASK_AGAIN_MS ? ASK_AGAIN_MS : (int)left + 1);
        status = take(r, out, error);
    }
    return status < 0 ? -1 : 0;
}

hc_stream_reader_counts hc_stream_reader_count(const hc_stream_reader *r)
{
    hc_stream_reader_counts counts = r->counts;
    counts.silent_seconds = (now_ms() - r->heard_ms) / 1000;
    return counts;
}

int hc_stream_reader_descriptor(const hc_stream_reader *r)
{
    return r->link.descriptor;
}
