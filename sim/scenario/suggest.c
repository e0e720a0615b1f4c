#include "sim/scenario/suggest.h"

#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: edit distance with swaps of neighbours (F. J. Damerau, Communications of the
 * ACM 7(3), 1964), row by row. rows[0] is the current row, rows[1] and rows[2] are those before it. */
size_t hc_suggest_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][HC_SUGGEST_LENGTH_LIMIT + 1] = {{0}};
    if (a_length > HC_SUGGEST_LENGTH_LIMIT || b_length > HC_SUGGEST_LENGTH_LIMIT) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b_length; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        memcpy(rows[2], rows[1], sizeof rows[1]);
        memcpy(rows[1], rows[0], sizeof rows[0]);
        rows[0][0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = rows[1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            rows[0][j] = least(replaced, least(rows[1][j], rows[0][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                rows[0][j] = least(rows[0][j], rows[2][j - 2] + 1);
            }
        }
    }
    return rows[0][b_length];
}

size_t hc_suggest_nearness(const char *word, size_t length, const char *candidate,
                           size_t candidate_length)
{
    size_t limit = length / 3 > 2 ? length / 3 : 2;
    size_t distance = hc_suggest_distance(word, length, candidate, candidate_length);
    return distance <= limit && distance < candidate_length ? distance : SIZE_MAX;
}

const hc_key_node *hc_suggest_key(const hc_key_node *map, const char *name, size_t length)
{
    const hc_key_node *nearest = NULL;
    size_t least_distance = SIZE_MAX;
    for (const hc_key_node *child = map->first; child != NULL; child = child->next) {
        size_t distance = hc_suggest_nearness(name, length, child->name, child->name_length);
        if (distance < least_distance) {
            least_distance = distance;
            nearest = child;
        }
    }
    return nearest;
}

const char *hc_suggest_choice(const char *choices, const char *text, size_t length)
{
    const char *nearest = NULL;
    size_t least_distance = SIZE_MAX;
    for (const char *choice = choices; choice != NULL; choice = hc_choice_next(choice)) {
        size_t distance = hc_suggest_nearness(text, length, choice, hc_choice_length(choice));
        if (distance < least_distance) {
            least_distance = distance;
            nearest = choice;
        }
    }
    return nearest;
}

/* The first key of this name anywhere in the tables. */
static const hc_key_node *find_elsewhere(const hc_key_node *map, const char *name, size_t length)
{
    const hc_key_node *node = map;
    while (node->parent != NULL) {
        node = node->parent;
    }
    while (node != NULL && (node->name_length != length || memcmp(node->name, name, length) != 0)) {
        node = hc_key_next(node);
    }
    return node;
}

void hc_suggest_write(FILE *out, const hc_key_node *map, const char *name, size_t length)
{
    const hc_key_node *sibling = hc_suggest_key(map, name, length);
    const hc_key_node *elsewhere = find_elsewhere(map, name, length);
    if (sibling == NULL && elsewhere == NULL) {
        return;
    }
    (void)fputs("; did you mean ", out);
    if (sibling != NULL) {
        (void)fprintf(out, "\"%.*s\"", (int)sibling->name_length, sibling->name);
    }
    if (elsewhere != NULL) {
        (void)fprintf(out, "%s%s", sibling == NULL ? "" : " or ", elsewhere->key->path);
    }
    (void)fputc('?', out);
}
