#ifndef HC_ANALYSIS_PLAIN_TEXT_H
#define HC_ANALYSIS_PLAIN_TEXT_H

#include <jansson.h>
#include <stddef.h>

/** Texts of an input or a run file, which may hold any byte: a log in Latin-1, or one made to move a terminal's
 *  cursor. */

/** Copies a text so that it is UTF-8 without control characters: each byte that cannot stay becomes U+FFFD.
 *  What finds no room is cut between two characters.
 *  @param text  NULL is ""
 *  @param out   `size` bytes, at least 1; always ends with NUL
 *  @return `out` */
const char *hc_plain_text(const char *text, char *out, size_t size);

/** The same of any length as JSON, which knows UTF-8 alone.
 *  @return a new reference: null for NULL; NULL when memory is short. */
json_t *hc_json_text(const char *text);

#endif
