#ifndef HC_TRACES_STRINGS_H
#define HC_TRACES_STRINGS_H

#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** Texts of a trace in one block, named by a 32-bit index. Index 0 is the empty text.
 *  Names that recur (users, groups, kinds of GPU) are interned: equal texts get one index. Ids, which are
 *  nearly all different, are appended without a search.
 *  Memory: the bytes of the texts, one more for each, and about 16 bytes per interned text. */
typedef struct hc_strings hc_strings;

/** @return strings that the caller owns, or NULL when memory is short. */
hc_strings *hc_strings_create(void);

/** Accepts NULL. */
void hc_strings_destroy(hc_strings *strings);

/** The index of a text, which is added when it is new. O(length).
 *  @param text  without NUL
 *  @return 0, or -1 with `error` set: memory is short, or there are more than 4 GiB of text. */
int hc_strings_intern(hc_strings *strings, const char *text, size_t length, uint32_t *index,
                      hc_error *error);

/** Adds a text whether or not it is there. As above. */
int hc_strings_append(hc_strings *strings, const char *text, size_t length, uint32_t *index,
                      hc_error *error);

/** How many different texts were interned. */
uint32_t hc_strings_interned_count(const hc_strings *strings);

/** The text behind an index. Borrowed until the next text is added. */
const char *hc_strings_text(const hc_strings *strings, uint32_t index);

#endif
