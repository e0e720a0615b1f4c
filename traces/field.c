#include "traces/field.h"

#include "sim/civil_time.h"
#include "sim/units.h"

#include <string.h>
#include <strings.h>

enum { SECONDS_SCALE = 9, MILLI_SCALE = 3, LONGEST_MISSING = 7 };

bool hc_field_equals(hc_field field, const char *word)
{
    return strlen(word) == field.length && strncasecmp(field.text, word, field.length) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

hc_field hc_field_trim(const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin)) {
        begin++;
    }
    while (end > begin && is_blank(end[-1])) {
        end--;
    }
    return (hc_field){begin, (size_t)(end - begin)};
}

bool hc_field_is_missing(hc_field field)
{
    static const char *const WORDS[] = {"null", "none", "nan", "na", "n/a", "unknown"};
    if (field.length == 0) {
        return true;
    }
    for (size_t i = 0; field.length <= LONGEST_MISSING && i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (hc_field_equals(field, WORDS[i])) {
            return true;
        }
    }
    return false;
}

static size_t count_digits(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && text[count] >= '0' && text[count] <= '9') {
        count++;
    }
    return count;
}

/* Bytes of sign, digits, point and digits at the front; 0 when there is no digit.
 * @param fraction  [out] where the digits behind the point begin */
static size_t match_decimal(hc_field field, size_t *fraction)
{
    size_t at = field.length > 0 && (field.text[0] == '-' || field.text[0] == '+') ? 1 : 0;
    size_t digits = count_digits(field.text + at, field.length - at);
    at += digits;
    *fraction = at;
    if (at < field.length && field.text[at] == '.') {
        *fraction = at + 1;
        at += 1 + count_digits(field.text + at + 1, field.length - at - 1);
        digits += at - *fraction;
    }
    return digits == 0 ? 0 : at;
}

/* Why a number was refused. */
static hc_field_state classify(hc_field field)
{
    size_t fraction = 0;
    size_t length = match_decimal(field, &fraction);
    if (length > 0 && length < field.length &&
        (field.text[length] == 'e' || field.text[length] == 'E')) {
        size_t at = length + 1;
        at += at < field.length && (field.text[at] == '-' || field.text[at] == '+') ? 1 : 0;
        length = at < field.length ? at + count_digits(field.text + at, field.length - at) : length;
    }
    return length > 0 && length == field.length ? HC_FIELD_OUT_OF_RANGE : HC_FIELD_NOT_A_NUMBER;
}

/* Length of the field without the digits behind `scale` decimals; its own length when there are none.
 * Sums of binary fractions are written with 17 digits: what is below a nanosecond is noise. */
static size_t cut_length(hc_field field, int scale)
{
    size_t fraction = 0;
    size_t length = match_decimal(field, &fraction);
    return length == field.length && length - fraction > (size_t)scale ? fraction + (size_t)scale
                                                                       : field.length;
}

/* What did not parse: missing, finer than we hold, or bad. */
static hc_field_state recover(hc_field field, int scale, int64_t *out)
{
    int64_t value = 0;
    size_t length = 0;
    if (hc_field_is_missing(field)) {
        return HC_FIELD_MISSING;
    }
    length = cut_length(field, scale);
    if (length < field.length && hc_parse_scaled(field.text, length, scale, &value) == 0) {
        *out = value;
        return HC_FIELD_ROUNDED;
    }
    return classify(field);
}

hc_field_state hc_field_seconds(hc_field field, hc_time *out)
{
    hc_time value = 0;
    hc_field_state state = HC_FIELD_READ;
    if (hc_parse_seconds(field.text, field.length, &value) < 0) {
        state = recover(field, SECONDS_SCALE, &value);
    }
    if (value > HC_TIME_LIMIT || value < -HC_TIME_LIMIT) {
        return HC_FIELD_OUT_OF_RANGE;
    }
    if (state == HC_FIELD_READ || state == HC_FIELD_ROUNDED) {
        *out = value;
    }
    return state;
}

hc_field_state hc_field_milli(hc_field field, int64_t *out)
{
    return hc_parse_scaled(field.text, field.length, MILLI_SCALE, out) == 0
               ? HC_FIELD_READ
               : recover(field, MILLI_SCALE, out);
}

hc_field_state hc_field_whole(hc_field field, int64_t *out)
{
    if (hc_parse_scaled(field.text, field.length, 0, out) == 0) {
        return HC_FIELD_READ;
    }
    return hc_field_is_missing(field) ? HC_FIELD_MISSING : classify(field);
}

hc_field_state hc_field_bytes(hc_field field, int64_t *out)
{
    hc_field_state state = HC_FIELD_READ;
    if (hc_parse_scaled(field.text, field.length, 0, out) == 0) {
        return HC_FIELD_READ;
    }
    state = recover(field, 0, out);
    return state == HC_FIELD_NOT_A_NUMBER && hc_parse_bytes(field.text, out) == 0 ? HC_FIELD_READ
                                                                                  : state;
}

hc_field_state hc_field_date(hc_field field, hc_time *out)
{
    if (hc_parse_civil(field.text, field.length, out) == 0) {
        return HC_FIELD_READ;
    }
    return hc_field_is_missing(field) ? HC_FIELD_MISSING : HC_FIELD_NOT_A_NUMBER;
}
