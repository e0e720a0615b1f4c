#ifndef HC_TRACES_NAME_TEXT_H
#define HC_TRACES_NAME_TEXT_H

#include "traces/field.h"

#include <stdbool.h>

/** Ids and names of a log as UTF-8: that is what run files, tables and terminals take.
 *  A text that is not valid UTF-8 is read as Latin-1 (ISO 8859-1), in which every byte is a character.
 *  Nothing here allocates; every function is O(length). */

/** Whether a text is valid UTF-8. Plain ASCII is. */
bool hc_text_is_utf8(hc_field text);

/** Converts Latin-1 to UTF-8 and adds a NUL.
 *  @param out  2 x length + 1 bytes
 *  @return the text in `out`. */
hc_field hc_text_from_latin1(hc_field text, char *out);

enum { HC_NAME_LIMIT = 255, HC_NAME_SIZE = HC_NAME_LIMIT + 1 };

typedef enum hc_name_state {
    HC_NAME_UTF8 = 0, /**< fit for an id or a name as it stands; may be empty */
    HC_NAME_LATIN1,   /**< fit once it is converted */
    HC_NAME_UNFIT,    /**< control characters, or more than HC_NAME_LIMIT bytes of UTF-8 */
} hc_name_state;

/** Whether a text is fit for an id or a name. The control characters of sim/scenario/utf8.h are not, be they
 *  written in UTF-8 or in Latin-1 (where the bytes 0x80 to 0x9f are controls). */
hc_name_state hc_name_judge(hc_field name);

/** A fit name as UTF-8, followed by NUL.
 *  @param out  HC_NAME_SIZE bytes
 *  @return the name in `out`. */
hc_field hc_name_read(hc_field name, char *out);

#endif
