#include "sim/cluster/ordered_set.h"

#include <assert.h>
#include <stdlib.h>

enum { MAX_LEVELS = 6 };

/* levels[0] holds a bit per number; a bit of levels[k + 1] says whether a word of levels[k] is not zero. */
struct hc_ordered_set {
    uint64_t bound;
    uint64_t *levels[MAX_LEVELS];
    uint64_t word_counts[MAX_LEVELS];
    int level_count;
};

hc_ordered_set *hc_ordered_set_create(uint64_t bound)
{
    hc_ordered_set *set = calloc(1, sizeof *set);
    uint64_t count = bound;
    assert(bound >= 1 && bound <= HC_SET_MAX_BOUND);
    if (set == NULL) {
        return NULL;
    }
    set->bound = bound;
    do {
        count = (count + 63) / 64;
        set->word_counts[set->level_count] = count;
        set->levels[set->level_count] = calloc(count, sizeof(uint64_t));
        if (set->levels[set->level_count] == NULL) {
            hc_ordered_set_destroy(set);
            return NULL;
        }
        set->level_count++;
    } while (count > 1);
    return set;
}

void hc_ordered_set_destroy(hc_ordered_set *set)
{
    if (set == NULL) {
        return;
    }
    for (int level = 0; level < set->level_count; level++) {
        free(set->levels[level]);
    }
    free(set);
}

/* Sets bits of a word; tells the level above when the word was empty. */
static void set_bits(hc_ordered_set *set, uint64_t word, uint64_t bits)
{
    for (int level = 0; level < set->level_count; level++) {
        uint64_t before = set->levels[level][word];
        set->levels[level][word] = before | bits;
        if (before != 0) {
            return;
        }
        bits = UINT64_C(1) << (word % 64);
        word /= 64;
    }
}

static void clear_bits(hc_ordered_set *set, uint64_t word, uint64_t bits)
{
    for (int level = 0; level < set->level_count; level++) {
        uint64_t after = set->levels[level][word] & ~bits;
        set->levels[level][word] = after;
        if (after != 0) {
            return;
        }
        bits = UINT64_C(1) << (word % 64);
        word /= 64;
    }
}

void hc_ordered_set_insert(hc_ordered_set *set, uint64_t member)
{
    assert(member < set->bound);
    set_bits(set, member / 64, UINT64_C(1) << (member % 64));
}

void hc_ordered_set_remove(hc_ordered_set *set, uint64_t member)
{
    assert(hc_ordered_set_contains(set, member));
    clear_bits(set, member / 64, UINT64_C(1) << (member % 64));
}

bool hc_ordered_set_contains(const hc_ordered_set *set, uint64_t member)
{
    return member < set->bound && (set->levels[0][member / 64] >> (member % 64) & 1) != 0;
}

/* `count` ones from bit `shift` on, within a word. */
static uint64_t mask(uint64_t shift, uint64_t count)
{
    uint64_t ones = count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    return ones << shift;
}

void hc_ordered_set_insert_run(hc_ordered_set *set, uint64_t begin, uint64_t count)
{
    assert(begin + count <= set->bound);
    while (count > 0) {
        uint64_t room = 64 - begin % 64;
        uint64_t part = count < room ? count : room;
        set_bits(set, begin / 64, mask(begin % 64, part));
        begin += part;
        count -= part;
    }
}

uint64_t hc_ordered_set_take_run(hc_ordered_set *set, uint64_t from, uint64_t limit,
                                 uint64_t *begin)
{
    uint64_t at = hc_ordered_set_next(set, from);
    uint64_t taken = 0;
    *begin = at;
    while (at < set->bound && taken < limit) {
        uint64_t rest = set->levels[0][at / 64] >> (at % 64);
        uint64_t ones = ~rest == 0 ? 64 : (uint64_t)__builtin_ctzll(~rest);
        uint64_t room = 64 - at % 64;
        uint64_t part = ones < room ? ones : room;
        part = part < limit - taken ? part : limit - taken;
        if (part == 0) {
            break;
        }
        clear_bits(set, at / 64, mask(at % 64, part));
        at += part;
        taken += part;
        if (at % 64 != 0) {
            break;
        }
    }
    return taken;
}

/* Goes down from a non-empty word to its first or last member. */
static uint64_t descend_first(const hc_ordered_set *set, int level, uint64_t index)
{
    while (level-- > 0) {
        index = index * 64 + (uint64_t)__builtin_ctzll(set->levels[level][index]);
    }
    return index;
}

static uint64_t descend_last(const hc_ordered_set *set, int level, uint64_t index)
{
    while (level-- > 0) {
        index = index * 64 + 63 - (uint64_t)__builtin_clzll(set->levels[level][index]);
    }
    return index;
}

uint64_t hc_ordered_set_next(const hc_ordered_set *set, uint64_t from)
{
    uint64_t index = from;
    for (int level = 0; level < set->level_count; level++) {
        uint64_t word = index / 64;
        uint64_t bits = 0;
        if (word >= set->word_counts[level]) {
            return HC_SET_NONE;
        }
        bits = set->levels[level][word] & (UINT64_MAX << (index % 64));
        if (bits != 0) {
            return descend_first(set, level, word * 64 + (uint64_t)__builtin_ctzll(bits));
        }
        index = word + 1;
    }
    return HC_SET_NONE;
}

uint64_t hc_ordered_set_previous(const hc_ordered_set *set, uint64_t before)
{
    uint64_t index = before < set->bound ? before : set->bound; /* members below index are wanted */
    for (int level = 0; level < set->level_count && index > 0; level++) {
        uint64_t word = (index - 1) / 64;
        uint64_t bits = set->levels[level][word] & (UINT64_MAX >> (63 - (index - 1) % 64));
        if (bits != 0) {
            return descend_last(set, level, word * 64 + 63 - (uint64_t)__builtin_clzll(bits));
        }
        index = word;
    }
    return HC_SET_NONE;
}

int hc_ordered_set_level_count(const hc_ordered_set *set)
{
    return set->level_count;
}

uint64_t hc_ordered_set_word_count(const hc_ordered_set *set, int level)
{
    return set->word_counts[level];
}

uint64_t hc_ordered_set_word(const hc_ordered_set *set, int level, uint64_t word)
{
    return set->levels[level][word];
}

bool hc_ordered_set_check(const hc_ordered_set *set)
{
    for (int level = 0; level + 1 < set->level_count; level++) {
        for (uint64_t word = 0; word < set->word_counts[level]; word++) {
            bool is_marked = (set->levels[level + 1][word / 64] >> (word % 64) & 1) != 0;
            if (is_marked != (set->levels[level][word] != 0)) {
                return false;
            }
        }
    }
    return true;
}
