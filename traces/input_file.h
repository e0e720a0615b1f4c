#ifndef HC_TRACES_INPUT_FILE_H
#define HC_TRACES_INPUT_FILE_H

#include "sim/error.h"
#include "traces/byte_source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A text file as a sequence of lines, plain or gzip, read once from front to back.
 *  Lines end with LF or CR LF; the last one may lack its end. A byte-order mark of UTF-8 is skipped.
 *  Memory: about 1.4 MiB, whatever the file holds. */
typedef struct hc_input_file hc_input_file;

enum { HC_LINE_LIMIT = 1 << 20 /**< bytes of the longest line */ };

/** One line, without its end. Borrowed until the next line is read. */
typedef struct hc_line {
    const char *text; /**< not terminated */
    size_t length;
    uint64_t number; /**< from 1 */
    bool has_nul;    /**< holds a NUL byte: not text */
} hc_line;

/** Opens a file; "-" is standard input. @return 0 and a file that the caller owns, or -1 with `error` set. */
int hc_input_file_open(hc_input_file **out, const char *path, hc_error *error);

/** The same for bytes in memory, which must outlive the file. `name` is used in messages. */
int hc_input_file_open_memory(hc_input_file **out, const char *name, const void *bytes, size_t size,
                              hc_error *error);

/** Puts a line before those of the file, with the number 0: column names for a table that has none.
 *  @param text  borrowed until the first line was read; without line end */
void hc_input_file_insert_line(hc_input_file *file, const char *text);

/** The next line.
 *  @return 1 and a line; 0 at the end; -1 with `error` set (UTF-16, a line beyond HC_LINE_LIMIT, a damaged or
 *  truncated gzip stream, an error of the system). Nothing can be read after -1. */
int hc_input_file_next(hc_input_file *file, hc_line *out, hc_error *error);

/** The next bytes as they come, for a format that is not made of lines; not to be mixed with hc_input_file_next.
 *  @param bytes   [out] borrowed until more is read
 *  @param length  [out] at least 1
 *  @return 1; 0 at the end; -1 with `error` set, as above but for the lines. */
int hc_input_file_chunk(hc_input_file *file, const char **bytes, size_t *length, hc_error *error);

/** True for a line of nothing but spaces and tabs. */
bool hc_line_is_blank(const hc_line *line);

/** The line with the first `size` bytes of its text at most, kept in `room`: for a report that comes later. */
hc_line hc_line_excerpt(const hc_line *line, char *room, size_t size);

/** What to call the file in a message. Borrowed. */
const char *hc_input_file_name(const hc_input_file *file);

/** SHA-256 of the file as stored; valid once the end was reached, and only once.
 *  @param out  HC_SHA256_TEXT_SIZE bytes. */
void hc_input_file_sha256(hc_input_file *file, char *out);

/** Accepts NULL. */
void hc_input_file_close(hc_input_file *file);

#endif
