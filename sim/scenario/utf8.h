#ifndef HC_SIM_SCENARIO_UTF8_H
#define HC_SIM_SCENARIO_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Characters of what a user wrote: taken apart, judged, shown. */

/** Decodes the first character. Overlong forms, surrogates and codes above U+10FFFF are invalid.
 *  @return its length in bytes, or 0 when it is invalid or `length` is 0. */
size_t hc_utf8_decode(const char *text, size_t length, uint32_t *code);

/** Whether a character neither shows nor spaces: the C0 and C1 controls (tab and line breaks among them),
 *  delete, the separators U+2028 and U+2029, the byte order mark and the two noncharacters beside it. */
bool hc_utf8_is_control(uint32_t code);

enum { HC_GLYPH_SIZE = 8 };

/** How one character is shown: itself, or escaped ("\x1b", "\u202e") when it would change what a terminal
 *  shows of the others. A byte that is no UTF-8 is shown as "\xff". */
typedef struct hc_glyph {
    char text[HC_GLYPH_SIZE];
    size_t columns; /**< that it takes; every character that shows counts as one */
    size_t bytes;   /**< of the input that it stands for */
} hc_glyph;

/** The first character of a text that is not empty. */
hc_glyph hc_utf8_glyph(const char *text, size_t length);

/** Writes a text as it is shown, cut to `limit` columns, "..." included. */
void hc_utf8_show(FILE *out, const char *text, size_t length, size_t limit);

#endif
