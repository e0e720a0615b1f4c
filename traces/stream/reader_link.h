#ifndef HC_TRACES_STREAM_READER_LINK_H
#define HC_TRACES_STREAM_READER_LINK_H

#include "sim/error.h"
#include "traces/stream/decode.h"
#include "traces/stream/reader.h"
#include "traces/stream/request.h"

#include <stdbool.h>
#include <zmq.h>

/** A reader's sockets: what is published comes on one, answers of the replay on the other. */
typedef struct hc_reader_link {
    void *context;
    void *live;   /* SUB */
    void *replay; /* DEALER; NULL without one */
    int descriptor;
    char name[33]; /* that the replay knows this reader by */
    bool has_left;
    bool is_answering; /* frames of an answer are still to be taken */
    zmq_msg_t frames[3];
} hc_reader_link;

/** @return 0, or -1 with `error` set; close in both cases. */
int hc_reader_link_open(hc_reader_link *out, const hc_stream_reader_options *options,
                        hc_error *error);
void hc_reader_link_close(hc_reader_link *link);

/** Says that this reader needs nothing more: the publisher does not wait for it. */
void hc_reader_link_leave(hc_reader_link *link);

/** Asks the replay. @return whether it could be sent. */
bool hc_reader_link_ask(hc_reader_link *link, hc_request_op op, uint32_t rank, uint64_t from,
                        uint64_t to);

/** Waits until something can be taken. @param wants_live  also from the publisher */
void hc_reader_link_wait(hc_reader_link *link, bool wants_live, int timeout_ms);

/** Takes three frames [topic][header][payload], which live until the next call.
 *  @return 1; 0 when there are none; -1 when what came are not three frames. */
int hc_reader_link_take_live(hc_reader_link *link, hc_frame out[3]);

/** The same of an answer; its first frame comes alone, before them.
 *  @return 2 the first frame of an answer, in out[0]; 3 the answer is at its end. */
int hc_reader_link_take_answer(hc_reader_link *link, hc_frame out[3]);

#endif
