#include "workloads/catalogue/known_names.h"

#include "sim/scenario/suggest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

typedef struct plain_name {
    char letters[HC_SUGGEST_LENGTH_LIMIT + 1];
    size_t length; /* longer than the limit: a name that is too long to be known */
} plain_name;

static bool is_gap(char letter)
{
    return letter == '-' || letter == '_' || letter == ' ';
}

static char lower(char letter)
{
    return (char)tolower((unsigned char)letter);
}

static plain_name plain(const char *name, size_t length)
{
    plain_name out = {.length = 0};
    for (size_t i = 0; i < length && out.length <= HC_SUGGEST_LENGTH_LIMIT; i++) {
        if (!is_gap(name[i])) {
            out.letters[out.length++] = lower(name[i]);
        }
    }
    return out;
}

static bool is_same(const plain_name *a, const plain_name *b)
{
    return a->length == b->length && a->length <= HC_SUGGEST_LENGTH_LIMIT &&
           memcmp(a->letters, b->letters, a->length) == 0;
}

bool hc_known_names_include(const char *names, const char *wanted)
{
    plain_name target = plain(wanted, strlen(wanted));
    for (const char *name = names; name != NULL; name = hc_choice_next(name)) {
        plain_name known = plain(name, hc_choice_length(name));
        if (is_same(&known, &target)) {
            return true;
        }
    }
    return false;
}

size_t hc_known_names_distance(const char *names, const char *wanted)
{
    plain_name target = plain(wanted, strlen(wanted));
    size_t nearest = SIZE_MAX;
    for (const char *name = names; name != NULL; name = hc_choice_next(name)) {
        plain_name known = plain(name, hc_choice_length(name));
        size_t distance =
            hc_suggest_nearness(target.letters, target.length, known.letters, known.length);
        nearest = distance < nearest ? distance : nearest;
    }
    return nearest;
}
