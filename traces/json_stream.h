#ifndef HC_TRACES_JSON_STREAM_H
#define HC_TRACES_JSON_STREAM_H

#include "traces/field.h"
#include "traces/input_file.h"

#include <stdbool.h>

/** JSON (RFC 8259) read piece by piece, however large the file is: values are told as they come, none is kept.
 *  Refused with their line and column: what is not JSON, text behind the value, a file that ends within it,
 *  values nested more than HC_JSON_DEPTH_LIMIT deep, and tokens (or gaps between them) of more than
 *  HC_LINE_LIMIT bytes. Strings need not be UTF-8: published logs are not always.
 *  Memory: a few MiB at most, whatever the file holds. */
typedef struct hc_json_stream hc_json_stream;

enum { HC_JSON_DEPTH_LIMIT = 32 };

typedef enum hc_json_kind {
    HC_JSON_NULL = 0,
    HC_JSON_BOOLEAN,
    HC_JSON_NUMBER, /**< of any size, as it is written */
    HC_JSON_STRING, /**< without quotes and escapes */
} hc_json_kind;

/** Who is told. Texts are borrowed for the call. Each returns 0, or -1 with `error` set, which ends the
 *  reading. */
typedef struct hc_json_listener {
    void *self;
    int (*begin)(void *self, bool is_object, hc_error *error); /**< of an object or an array */
    int (*key)(void *self, hc_field name, hc_error *error);
    int (*value)(void *self, hc_json_kind kind, hc_field text, hc_error *error);
    int (*end)(void *self, hc_error *error);
} hc_json_listener;

/** @param input  borrowed until the stream is closed, not used by others meanwhile
 *  @return 0 and a stream that the caller owns, or -1 with `error` set. */
int hc_json_stream_open(hc_json_stream **out, hc_input_file *input,
                        const hc_json_listener *listener, hc_error *error);

/** Reads a piece in which at most one object ends.
 *  @return 1; 0 when the file ended behind a complete value; -1 with `error` set. */
int hc_json_stream_step(hc_json_stream *stream, hc_error *error);

/** For a listener: the line of the token that it is told of, and the text from its last byte on, as far as it
 *  is at hand (borrowed for the call). */
hc_line hc_json_stream_line(const hc_json_stream *stream);

/** For a listener: notes "FILE:LINE:COLUMN: what". @return -1. */
int hc_json_stream_fail(const hc_json_stream *stream, hc_error *error, const char *what);

/** Accepts NULL. */
void hc_json_stream_close(hc_json_stream *stream);

#endif
