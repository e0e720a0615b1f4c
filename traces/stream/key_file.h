#ifndef HC_TRACES_STREAM_KEY_FILE_H
#define HC_TRACES_STREAM_KEY_FILE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Small text files that say who may connect, and the keys in them. Messages never show what a file holds. */

enum { HC_KEY_BYTES = 32, HC_KEY_TEXT = 40 };

typedef struct hc_key_file {
    char *text; /**< NUL at the end, none before */
    size_t length;
    size_t at;         /**< where the next line begins */
    size_t line;       /**< number of the last line, from 1 */
    unsigned int mode; /**< as stat gives it */
} hc_key_file;

/** Reads a plain file that not everybody may write; never waits for one that is no plain file.
 *  @param limit  bytes, > 0
 *  @return 0 and a file that the caller releases, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_key_file_read(hc_key_file *out, const char *path, size_t limit, hc_error *error);
void hc_key_file_release(hc_key_file *file); /**< wipes the text; accepts one that is all 0 */

/** The next line without blanks around it. @return false after the last one */
bool hc_key_file_next(hc_key_file *file, const char **line, size_t *length);

/** Whether a text is a key in Z85: 40 characters that stand for 32 bytes.
 *  @param out  HC_KEY_BYTES; NULL: not wanted */
bool hc_key_decode(const char *text, size_t length, unsigned char *out);

/** Refuses files and folders that everybody may change. @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_key_file_check_mode(const char *path, unsigned int mode, hc_error *error);

/** Refuses files with secrets that others may read. @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_key_file_check_secret(const char *path, unsigned int mode, hc_error *error);

#endif
