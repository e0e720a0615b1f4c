#include "traces/name_text.h"

#include "sim/scenario/utf8.h"

#include <assert.h>
#include <string.h>

/* Nearly all names are plain: they need no closer look. */
static bool is_plain(hc_field text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.text[i];
        if (c < 0x20 || c >= 0x7f) {
            return false;
        }
    }
    return true;
}

bool hc_text_is_utf8(hc_field text)
{
    uint32_t code = 0;
    for (size_t at = 0, bytes = 0; at < text.length; at += bytes) {
        bytes = hc_utf8_decode(text.text + at, text.length - at, &code);
        if (bytes == 0) {
            return false;
        }
    }
    return true;
}

/* The codes of Latin-1 are those of Unicode. */
hc_field hc_text_from_latin1(hc_field text, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char code = (unsigned char)text.text[i];
        if (code >= 0x80) {
            out[length++] = (char)(0xc0U | code >> 6);
            code = (unsigned char)(0x80U | (code & 0x3fU));
        }
        out[length++] = (char)code;
    }
    out[length] = '\0';
    return (hc_field){out, length};
}

static bool has_control(hc_field text)
{
    uint32_t code = 0;
    for (size_t at = 0; at < text.length;) {
        at += hc_utf8_decode(text.text + at, text.length - at, &code);
        if (hc_utf8_is_control(code)) {
            return true;
        }
    }
    return false;
}

hc_name_state hc_name_judge(hc_field name)
{
    char converted[2 * HC_NAME_LIMIT + 1];
    bool is_utf8 = true;
    if (name.length > HC_NAME_LIMIT) {
        return HC_NAME_UNFIT;
    }
    if (is_plain(name)) {
        return HC_NAME_UTF8;
    }
    is_utf8 = hc_text_is_utf8(name);
    if (!is_utf8) {
        name = hc_text_from_latin1(name, converted);
    }
    if (name.length > HC_NAME_LIMIT || has_control(name)) {
        return HC_NAME_UNFIT;
    }
    return is_utf8 ? HC_NAME_UTF8 : HC_NAME_LATIN1;
}

hc_field hc_name_read(hc_field name, char *out)
{
    hc_name_state state = hc_name_judge(name);
    assert(state != HC_NAME_UNFIT);
    if (state == HC_NAME_LATIN1) {
        return hc_text_from_latin1(name, out);
    }
    if (name.length > 0) {
        memcpy(out, name.text, name.length);
    }
    out[name.length] = '\0';
    return (hc_field){out, name.length};
}
