#include "traces/json_stream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct hc_json_stream {
    hc_input_file *input;
    hc_json_listener listener;
    yajl_handle parser;
    hc_error *error; /* of the present step */
    bool is_failed;  /* by the listener */

    const char *chunk; /* bytes read and not yet parsed */
    size_t chunk_length;
    bool is_in_string; /* where the scan for the end of a piece stands */
    bool is_escaped;

    const char *piece; /* being parsed */
    size_t piece_length;
    uint64_t line; /* of the first byte of the piece, from 1 */
    uint64_t column;
    int depth;
    bool is_told;       /* something was told during this step */
    size_t quiet_bytes; /* in the steps before, since something was told */
};

/* What the parser has used of the piece: up to the last byte of the token that it tells of. */
static size_t used(const hc_json_stream *stream)
{
    size_t consumed = yajl_get_bytes_consumed(stream->parser);
    return consumed < stream->piece_length ? consumed : stream->piece_length;
}

/* Moves a position over text. A column counts bytes. */
static void advance(const char *text, size_t length, uint64_t *line, uint64_t *column)
{
    const char *end = text + length;
    const char *newline = NULL;
    while ((newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        (*line)++;
        *column = 1;
        text = newline + 1;
    }
    *column += (uint64_t)(end - text);
}

/* The place of the last byte used. */
int hc_json_stream_fail(const hc_json_stream *stream, hc_error *error, const char *what)
{
    uint64_t line = stream->line;
    uint64_t column = stream->column;
    size_t length = used(stream);
    advance(stream->piece, length == 0 ? 0 : length - 1, &line, &column);
    return hc_error_set(error, HC_ERROR_TRACE, "%s:%" PRIu64 ":%" PRIu64 ": %s",
                        hc_input_file_name(stream->input), line, column, what);
}

hc_line hc_json_stream_line(const hc_json_stream *stream)
{
    uint64_t line = stream->line;
    uint64_t column = stream->column;
    size_t at = used(stream);
    at -= at == 0 ? 0 : 1;
    advance(stream->piece, at, &line, &column);
    return (hc_line){
        .text = stream->piece + at,
        .length = stream->piece_length - at,
        .number = line,
    };
}

/* What the parser is to do next: go on, or stop. */
static int reply(hc_json_stream *stream, int status)
{
    stream->is_told = true;
    stream->is_failed = status < 0;
    return status < 0 ? 0 : 1;
}

static int begin(hc_json_stream *stream, bool is_object)
{
    if (stream->depth == HC_JSON_DEPTH_LIMIT) {
        return reply(stream, hc_json_stream_fail(stream, stream->error,
                                                 "nested deeper than a job log can be"));
    }
    stream->depth++;
    return reply(stream, stream->listener.begin(stream->listener.self, is_object, stream->error));
}

static int end(hc_json_stream *stream)
{
    stream->depth--;
    return reply(stream, stream->listener.end(stream->listener.self, stream->error));
}

static int value(hc_json_stream *stream, hc_json_kind kind, hc_field text)
{
    return reply(stream, stream->listener.value(stream->listener.self, kind, text, stream->error));
}

static int on_null(void *context)
{
    return value(context, HC_JSON_NULL, (hc_field){"", 0});
}

static int on_boolean(void *context, int is_true)
{
    return value(context, HC_JSON_BOOLEAN,
                 is_true ? (hc_field){"true", 4} : (hc_field){"false", 5});
}

static int on_number(void *context, const char *text, size_t length)
{
    return value(context, HC_JSON_NUMBER, (hc_field){text, length});
}

static int on_string(void *context, const unsigned char *text, size_t length)
{
    return value(context, HC_JSON_STRING, (hc_field){(const char *)text, length});
}

static int on_key(void *context, const unsigned char *text, size_t length)
{
    hc_json_stream *stream = context;
    hc_field name = {(const char *)text, length};
    return reply(stream, stream->listener.key(stream->listener.self, name, stream->error));
}

static int on_object(void *context)
{
    return begin(context, true);
}

static int on_array(void *context)
{
    return begin(context, false);
}

static int on_end(void *context)
{
    return end(context);
}

static const yajl_callbacks CALLBACKS = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_end,
};

int hc_json_stream_open(hc_json_stream **out, hc_input_file *input,
                        const hc_json_listener *listener, hc_error *error)
{
    hc_json_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return hc_error_memory(error);
    }
    stream->input = input;
    stream->listener = *listener;
    stream->piece = "";
    stream->line = 1;
    stream->column = 1;
    stream->parser = yajl_alloc(&CALLBACKS, NULL, stream);
    if (stream->parser == NULL) {
        hc_json_stream_close(stream);
        return hc_error_memory(error);
    }
    (void)yajl_config(stream->parser, yajl_dont_validate_strings, 1);
    *out = stream;
    return 0;
}

/* Bytes up to the end of an object, or all. Braces within strings do not count: each piece that ends within a
 * token makes the parser read that token anew. */
static size_t find_piece(hc_json_stream *stream)
{
    for (size_t i = 0; i < stream->chunk_length; i++) {
        char c = stream->chunk[i];
        if (stream->is_escaped) {
            stream->is_escaped = false;
        } else if (c == '"') {
            stream->is_in_string = !stream->is_in_string;
        } else if (stream->is_in_string) {
            stream->is_escaped = c == '\\';
        } else if (c == '}') {
            return i + 1;
        }
    }
    return stream->chunk_length;
}

/* The message of the parser, without the line end behind it. */
static int fail_parser(const hc_json_stream *stream, hc_error *error)
{
    unsigned char *text = yajl_get_error(stream->parser, 0, NULL, 0);
    int status = -1;
    if (text == NULL) {
        return hc_error_memory(error);
    }
    text[strcspn((char *)text, "\n")] = '\0';
    status = hc_json_stream_fail(stream, error, (char *)text);
    yajl_free_error(stream->parser, text);
    return status;
}

static int judge(const hc_json_stream *stream, yajl_status status, hc_error *error)
{
    if (stream->is_failed) {
        return -1;
    }
    return status == yajl_status_ok ? 0 : fail_parser(stream, error);
}

/* The parser holds an unfinished token whole: its length is what has to be bounded. */
static int note_progress(hc_json_stream *stream, hc_error *error)
{
    stream->quiet_bytes = stream->is_told ? 0 : stream->quiet_bytes + stream->piece_length;
    if (stream->quiet_bytes > HC_LINE_LIMIT) {
        return hc_json_stream_fail(stream, error, "more than 1 MiB without a value: not a job log");
    }
    advance(stream->piece, stream->piece_length, &stream->line, &stream->column);
    stream->piece = "";
    stream->piece_length = 0;
    return 0;
}

static int parse_piece(hc_json_stream *stream, hc_error *error)
{
    yajl_status status = yajl_status_ok;
    stream->piece = stream->chunk;
    stream->piece_length = find_piece(stream);
    stream->chunk += stream->piece_length;
    stream->chunk_length -= stream->piece_length;
    stream->is_told = false;
    status = yajl_parse(stream->parser, (const unsigned char *)stream->piece, stream->piece_length);
    return judge(stream, status, error) < 0 ? -1 : note_progress(stream, error);
}

int hc_json_stream_step(hc_json_stream *stream, hc_error *error)
{
    stream->error = error;
    if (stream->chunk_length == 0) {
        int status =
            hc_input_file_chunk(stream->input, &stream->chunk, &stream->chunk_length, error);
        if (status <= 0) {
            return status < 0 ? -1 : judge(stream, yajl_complete_parse(stream->parser), error);
        }
    }
    return parse_piece(stream, error) < 0 ? -1 : 1;
}

void hc_json_stream_close(hc_json_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    if (stream->parser != NULL) {
        yajl_free(stream->parser);
    }
    free(stream);
}
