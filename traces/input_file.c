#include "traces/input_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The window holds one line of the limit and the bytes of one read behind it. */
enum { READ_SIZE = 1 << 18, WINDOW_SIZE = HC_LINE_LIMIT + READ_SIZE, LONGEST_MARK = 3 };

struct hc_input_file {
    hc_byte_source *source;
    char *window;
    size_t begin;   /* of what is not yet returned */
    size_t scanned; /* no LF in begin .. scanned */
    size_t end;
    uint64_t line_number;
    const char *inserted; /* to be given first; NULL: nothing, or given */
    bool is_at_end;       /* of the source */
    bool is_begun;        /* the byte-order mark was looked for */
};

static int create(hc_input_file **out, hc_byte_source *source, hc_error *error)
{
    hc_input_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        hc_byte_source_close(source);
        return hc_error_memory(error);
    }
    file->source = source;
    file->window = malloc(WINDOW_SIZE);
    if (file->window == NULL) {
        hc_input_file_close(file);
        return hc_error_memory(error);
    }
    *out = file;
    return 0;
}

int hc_input_file_open(hc_input_file **out, const char *path, hc_error *error)
{
    hc_byte_source *source = NULL;
    return hc_byte_source_open(&source, path, error) < 0 ? -1 : create(out, source, error);
}

int hc_input_file_open_memory(hc_input_file **out, const char *name, const void *bytes, size_t size,
                              hc_error *error)
{
    hc_byte_source *source = NULL;
    return hc_byte_source_open_memory(&source, name, bytes, size, error) < 0
               ? -1
               : create(out, source, error);
}

/* Appends what the next read gives; the unfinished line moves to the front first. */
static int fill(hc_input_file *file, hc_error *error)
{
    size_t length = 0;
    memmove(file->window, file->window + file->begin, file->end - file->begin);
    file->scanned -= file->begin;
    file->end -= file->begin;
    file->begin = 0;
    if (hc_byte_source_read(file->source, file->window + file->end, READ_SIZE, &length, error) <
        0) {
        return -1;
    }
    file->end += length;
    file->is_at_end = length == 0;
    return 0;
}

/* UTF-16 would otherwise show as a file full of NUL bytes: say what it is. */
static int skip_byte_order_mark(hc_input_file *file, hc_error *error)
{
    while (file->end < LONGEST_MARK && !file->is_at_end) {
        if (fill(file, error) < 0) {
            return -1;
        }
    }
    if (file->end >= 2 &&
        (memcmp(file->window, "\xff\xfe", 2) == 0 || memcmp(file->window, "\xfe\xff", 2) == 0)) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "%s: text in UTF-16; convert it with iconv -f UTF-16 -t UTF-8",
                            hc_input_file_name(file));
    }
    if (file->end >= 3 && memcmp(file->window, "\xef\xbb\xbf", 3) == 0) {
        file->begin = 3;
        file->scanned = 3;
    }
    file->is_begun = true;
    return 0;
}

/* The window holds the bytes of the line in begin .. begin + length, and `skip` more that end it. */
static int take(hc_input_file *file, size_t length, size_t skip, hc_line *out, hc_error *error)
{
    const char *text = file->window + file->begin;
    file->line_number++;
    if (length > HC_LINE_LIMIT) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "%s:%" PRIu64 ": a line of more than %d bytes: not a job log",
                            hc_input_file_name(file), file->line_number, HC_LINE_LIMIT);
    }
    file->begin += length + skip;
    file->scanned = file->begin;
    if (length > 0 && text[length - 1] == '\r') {
        length--;
    }
    *out = (hc_line){
        .text = text,
        .length = length,
        .number = file->line_number,
        .has_nul = memchr(text, '\0', length) != NULL,
    };
    return 1;
}

void hc_input_file_insert_line(hc_input_file *file, const char *text)
{
    file->inserted = text;
}

static int take_inserted(hc_input_file *file, hc_line *out)
{
    *out = (hc_line){.text = file->inserted, .length = strlen(file->inserted)};
    file->inserted = NULL;
    return 1;
}

int hc_input_file_next(hc_input_file *file, hc_line *out, hc_error *error)
{
    if (!file->is_begun && skip_byte_order_mark(file, error) < 0) {
        return -1;
    }
    if (file->inserted != NULL) {
        return take_inserted(file, out);
    }
    for (;;) {
        const char *from = file->window + file->scanned;
        const char *newline = memchr(from, '\n', file->end - file->scanned);
        size_t unfinished = file->end - file->begin;
        if (newline != NULL) {
            return take(file, (size_t)(newline - file->window) - file->begin, 1, out, error);
        }
        file->scanned = file->end;
        if (unfinished > HC_LINE_LIMIT || (file->is_at_end && unfinished > 0)) {
            return take(file, unfinished, 0, out, error);
        }
        if (file->is_at_end) {
            return 0;
        }
        if (fill(file, error) < 0) {
            return -1;
        }
    }
}

int hc_input_file_chunk(hc_input_file *file, const char **bytes, size_t *length, hc_error *error)
{
    if (!file->is_begun && skip_byte_order_mark(file, error) < 0) {
        return -1;
    }
    while (file->begin == file->end && !file->is_at_end) {
        file->scanned = file->end;
        if (fill(file, error) < 0) {
            return -1;
        }
    }
    *bytes = file->window + file->begin;
    *length = file->end - file->begin;
    file->begin = file->end;
    file->scanned = file->end;
    return *length > 0 ? 1 : 0;
}

hc_line hc_line_excerpt(const hc_line *line, char *room, size_t size)
{
    hc_line excerpt = *line;
    excerpt.length = line->length < size ? line->length : size;
    memcpy(room, line->text, excerpt.length);
    excerpt.text = room;
    return excerpt;
}

bool hc_line_is_blank(const hc_line *line)
{
    for (size_t i = 0; i < line->length; i++) {
        if (line->text[i] != ' ' && line->text[i] != '\t') {
            return false;
        }
    }
    return true;
}

const char *hc_input_file_name(const hc_input_file *file)
{
    return hc_byte_source_name(file->source);
}

void hc_input_file_sha256(hc_input_file *file, char *out)
{
    hc_byte_source_sha256(file->source, out);
}

void hc_input_file_close(hc_input_file *file)
{
    if (file == NULL) {
        return;
    }
    hc_byte_source_close(file->source);
    free(file->window);
    free(file);
}
