#include "sim/scenario/lone_dash.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether a value ends before `at`: nothing but blanks up to the end of the line, of the map or of the item. */
static bool ends_at(const char *text, size_t length, size_t at)
{
    size_t begin = at;
    while (at < length && is_blank(text[at])) {
        at++;
    }
    return at == length || strchr("\r\n,}]", text[at]) != NULL || (text[at] == '#' && at > begin);
}

/* Whether a value begins at `at`: behind a colon and blanks. */
static bool begins_at(const char *text, size_t at)
{
    size_t before = at;
    while (before > 0 && is_blank(text[before - 1])) {
        before--;
    }
    return before > 0 && before < at && text[before - 1] == ':';
}

static bool is_whole_text(const char *text, size_t length, size_t at)
{
    return at == 0 && length == 1 && text[0] == '-';
}

/* The next dash that is a whole value, or the length. */
static size_t find_dash(const char *text, size_t length, size_t from)
{
    const char *found = NULL;
    while (from < length && (found = memchr(text + from, '-', length - from)) != NULL) {
        size_t at = (size_t)(found - text);
        if (is_whole_text(text, length, at) ||
            (begins_at(text, at) && ends_at(text, length, at + 1))) {
            return at;
        }
        from = at + 1;
    }
    return length;
}

/* A character that makes a plain value and that the text does not have; '\0' when it has them all. */
static char unused_character(const char *text, size_t length)
{
    static const char CANDIDATES[] =
        "QZXJKqzxjkABCDEFGHILMNOPRSTUVWYabcdefghilmnoprstuvwy0123456789"
        "^$;()/+=_.<";
    const char *candidate = CANDIDATES;
    while (*candidate != '\0' && memchr(text, *candidate, length) != NULL) {
        candidate++;
    }
    return *candidate;
}

bool hc_lone_dash_hide(hc_lone_dash *out, hc_arena *arena, const char *text, size_t length)
{
    size_t at = find_dash(text, length, 0);
    char stand_in = at == length ? '\0' : unused_character(text, length);
    char *copy = NULL;
    *out = (hc_lone_dash){.text = text};
    if (stand_in == '\0') {
        return true;
    }
    copy = hc_arena_copy(arena, text, length);
    if (copy == NULL) {
        return false;
    }
    for (; at < length; at = find_dash(text, length, at + 1)) {
        copy[at] = stand_in;
    }
    *out = (hc_lone_dash){.text = copy, .stand_in = stand_in};
    return true;
}

void hc_lone_dash_restore(const hc_lone_dash *dash, char *value, size_t length)
{
    for (size_t i = 0; dash->stand_in != '\0' && i < length; i++) {
        value[i] = value[i] == dash->stand_in ? '-' : value[i];
    }
}
