#include "analysis/plain_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */
enum { REPLACEMENT_BYTES = sizeof REPLACEMENT - 1 };

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Whether the second byte keeps the character shortest, no half of a pair, and at most U+10FFFF
 * (Unicode 15, table 3-7). */
static bool is_second_byte(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return is_continuation(second);
    }
}

/* Bytes of the character that begins here, 0 when none does or it is a control character. A NUL ends the text, so
 * no byte behind it is looked at. */
static size_t character_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (bytes == 1) {
        return at[0] >= 0x20 && at[0] != 0x7f ? 1 : 0;
    }
    if (at[0] < 0xc2 || at[0] > 0xf4 || !is_second_byte(at[0], at[1]) ||
        (at[0] == 0xc2 && at[1] < 0xa0)) {
        return 0;
    }
    for (size_t i = 2; i < bytes; i++) {
        if (!is_continuation(at[i])) {
            return 0;
        }
    }
    return bytes;
}

const char *hc_plain_text(const char *text, char *out, size_t size)
{
    size_t length = 0;
    for (const char *at = text == NULL ? "" : text; *at != '\0';) {
        size_t bytes = character_bytes(at);
        size_t needed = bytes == 0 ? REPLACEMENT_BYTES : bytes;
        if (length + needed >= size) {
            break;
        }
        memcpy(out + length, bytes == 0 ? REPLACEMENT : at, needed);
        length += needed;
        at += bytes == 0 ? 1 : bytes;
    }
    out[length] = '\0';
    return out;
}

json_t *hc_json_text(const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text) * REPLACEMENT_BYTES + 1;
    char *plain = NULL;
    json_t *made = NULL;
    if (text == NULL) {
        return json_null();
    }
    plain = malloc(size);
    if (plain == NULL) {
        return NULL;
    }
    made = json_string(hc_plain_text(text, plain, size));
    free(plain);
    return made;
}
