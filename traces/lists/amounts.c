#include "traces/lists/list_reader.h"

#include "sim/civil_time.h"

#include <string.h>

/* What the lists write in ways of their own: dollars, dates of the United States. */

hc_field_state hc_list_dollars(hc_field field, int64_t *out)
{
    int64_t value = 0;
    hc_field_state state = HC_FIELD_READ;
    if (field.length > 0 && field.text[0] == '$') {
        field.text++;
        field.length--;
    }
    state = hc_field_seconds(field, &value); /* billionths, like nanoseconds */
    if (state > HC_FIELD_ROUNDED) {
        return state;
    }
    *out = value;
    return value < 0 ? HC_FIELD_OUT_OF_RANGE : state;
}

/* Digits up to a sign, at most four. @return false when there are none. */
static bool take_number(hc_field *left, char sign, int *out)
{
    size_t digits = 0;
    *out = 0;
    while (digits < left->length && digits < 4 && left->text[digits] >= '0' &&
           left->text[digits] <= '9') {
        *out = *out * 10 + (left->text[digits] - '0');
        digits++;
    }
    if (digits == 0) {
        return false;
    }
    left->text += digits;
    left->length -= digits;
    if (sign == '\0') {
        return true;
    }
    if (left->length == 0 || left->text[0] != sign) {
        return false;
    }
    left->text++;
    left->length--;
    return true;
}

hc_field_state hc_list_american_date(hc_field field, hc_time *out)
{
    hc_civil civil = {0};
    hc_field left = field;
    int year = 0;
    bool is_date = false;
    if (hc_field_is_missing(field)) {
        return HC_FIELD_MISSING;
    }
    is_date = take_number(&left, '/', &civil.month) && take_number(&left, '/', &civil.day) &&
              take_number(&left, '\0', &year);
    if (is_date && left.length > 0 && left.text[0] == ' ') {
        left.text++;
        left.length--;
        is_date = take_number(&left, ':', &civil.hour) && take_number(&left, '\0', &civil.minute);
    }
    civil.year = year;
    return is_date && left.length == 0 && hc_civil_to_time(&civil, out) == 0
               ? HC_FIELD_READ
               : HC_FIELD_NOT_A_NUMBER;
}
