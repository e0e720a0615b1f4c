#include "analysis/plain_text.h"

#include "sim/scenario/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */
enum { REPLACEMENT_BYTES = sizeof REPLACEMENT - 1 };

/* Bytes of the character that begins here, 0 when none does or it is one that would not show. */
static size_t character_bytes(const char *text, size_t length)
{
    uint32_t code = 0;
    size_t bytes = hc_utf8_decode(text, length, &code);
    return bytes > 0 && hc_utf8_is_control(code) ? 0 : bytes;
}

const char *hc_plain_text(const char *text, char *out, size_t size)
{
    size_t length = 0;
    size_t left = text == NULL ? 0 : strlen(text);
    for (const char *at = text; left > 0;) {
        size_t bytes = character_bytes(at, left);
        size_t needed = bytes == 0 ? REPLACEMENT_BYTES : bytes;
        if (length + needed >= size) {
            break;
        }
        memcpy(out + length, bytes == 0 ? REPLACEMENT : at, needed);
        length += needed;
        at += bytes == 0 ? 1 : bytes;
        left -= bytes == 0 ? 1 : bytes;
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
