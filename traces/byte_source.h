#ifndef HC_TRACES_BYTE_SOURCE_H
#define HC_TRACES_BYTE_SOURCE_H

#include "sim/error.h"

#include <stddef.h>

/** The bytes of an input, unpacked when they are gzip, with the SHA-256 of what is stored.
 *  Holds 64 KiB and the state of the decompressor, whatever the size of the input. */
typedef struct hc_byte_source hc_byte_source;

enum { HC_SHA256_TEXT_SIZE = 65 };

/** Opens a file; "-" is standard input. Nothing is read yet.
 *  @return 0 and a source that the caller owns, or -1 with `error` set. */
int hc_byte_source_open(hc_byte_source **out, const char *path, hc_error *error);

/** The same for bytes in memory, which must outlive the source. `name` is used in messages. */
int hc_byte_source_open_memory(hc_byte_source **out, const char *name, const void *bytes,
                               size_t size, hc_error *error);

/** The next unpacked bytes, as many as are at hand: at most `size`, at least one before the end.
 *  Refuses packed forms other than gzip, damaged or truncated gzip, and bytes behind a gzip stream that are
 *  neither another member nor zeros.
 *  @param length  [out] 0 at the end of the input
 *  @return 0, or -1 with `error` set. */
int hc_byte_source_read(hc_byte_source *source, char *buffer, size_t size, size_t *length,
                        hc_error *error);

/** What to call the input in a message: its path, or "standard input". Borrowed. */
const char *hc_byte_source_name(const hc_byte_source *source);

/** SHA-256 of the stored bytes in hexadecimal; valid once the end was reached, and only once.
 *  @param out  HC_SHA256_TEXT_SIZE bytes. */
void hc_byte_source_sha256(hc_byte_source *source, char *out);

/** Closes the file (standard input stays open). Accepts NULL. */
void hc_byte_source_close(hc_byte_source *source);

#endif
