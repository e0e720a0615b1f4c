#include "sim/cluster/fit_index.h"

#include "sim/cluster/ordered_set.h"

#include <assert.h>
#include <stdlib.h>

enum { MAX_LEVELS = 6 };

/* The key of an item is level x item_count + item. peaks[k][w] is, in each resource, the most that is free on
 * any node with an item below word w of level k of the set; no node need have both. */
struct hc_fit_index {
    hc_ordered_set *keys;
    uint64_t item_count;
    uint64_t items_per_node;
    const hc_host *free_host;
    hc_host *peaks[MAX_LEVELS];
};

static const hc_fit NOTHING = {HC_SET_NONE, HC_SET_NONE};

hc_fit_index *hc_fit_index_create(uint64_t item_count, uint64_t level_count,
                                  uint64_t items_per_node, const hc_host *free_host)
{
    hc_fit_index *index = calloc(1, sizeof *index);
    assert(item_count >= 1 && level_count >= 1 && items_per_node >= 1);
    assert(item_count <= HC_SET_MAX_BOUND / level_count);
    if (index == NULL) {
        return NULL;
    }
    index->item_count = item_count;
    index->items_per_node = items_per_node;
    index->free_host = free_host;
    index->keys = hc_ordered_set_create(item_count * level_count);
    if (index->keys == NULL) {
        hc_fit_index_destroy(index);
        return NULL;
    }
    for (int k = 0; free_host != NULL && k < hc_ordered_set_level_count(index->keys); k++) {
        index->peaks[k] =
            calloc(hc_ordered_set_word_count(index->keys, k), sizeof *index->peaks[k]);
        if (index->peaks[k] == NULL) {
            hc_fit_index_destroy(index);
            return NULL;
        }
    }
    return index;
}

void hc_fit_index_destroy(hc_fit_index *index)
{
    if (index == NULL) {
        return;
    }
    hc_ordered_set_destroy(index->keys);
    for (int k = 0; k < MAX_LEVELS; k++) {
        free(index->peaks[k]);
    }
    free(index);
}

static hc_host host_of(const hc_fit_index *index, uint64_t key)
{
    return index->free_host[key % index->item_count / index->items_per_node];
}

static void raise_peak(hc_host *peak, hc_host host)
{
    peak->cpu_milli = host.cpu_milli > peak->cpu_milli ? host.cpu_milli : peak->cpu_milli;
    peak->memory_bytes =
        host.memory_bytes > peak->memory_bytes ? host.memory_bytes : peak->memory_bytes;
}

/* The peak of a word from what lies below it. */
static hc_host peak_of_word(const hc_fit_index *index, int level, uint64_t word)
{
    hc_host peak = {0};
    uint64_t bits = hc_ordered_set_word(index->keys, level, word);
    for (; bits != 0; bits &= bits - 1) {
        uint64_t below = word * 64 + (uint64_t)__builtin_ctzll(bits);
        raise_peak(&peak, level == 0 ? host_of(index, below) : index->peaks[level - 1][below]);
    }
    return peak;
}

static void refresh_key(hc_fit_index *index, uint64_t key)
{
    uint64_t word = key;
    if (index->free_host == NULL) {
        return;
    }
    for (int level = 0; level < hc_ordered_set_level_count(index->keys); level++) {
        word /= 64;
        index->peaks[level][word] = peak_of_word(index, level, word);
    }
}

void hc_fit_index_insert(hc_fit_index *index, uint64_t level, uint64_t item)
{
    uint64_t key = level * index->item_count + item;
    hc_ordered_set_insert(index->keys, key);
    if (index->free_host != NULL) {
        hc_host host = host_of(index, key);
        uint64_t word = key;
        for (int k = 0; k < hc_ordered_set_level_count(index->keys); k++) {
            word /= 64;
            raise_peak(&index->peaks[k][word], host);
        }
    }
}

void hc_fit_index_remove(hc_fit_index *index, uint64_t level, uint64_t item)
{
    uint64_t key = level * index->item_count + item;
    hc_ordered_set_remove(index->keys, key);
    refresh_key(index, key);
}

void hc_fit_index_refresh(hc_fit_index *index, uint64_t level, uint64_t item)
{
    refresh_key(index, level * index->item_count + item);
}

static bool has(hc_host host, hc_host need)
{
    return host.cpu_milli >= need.cpu_milli && host.memory_bytes >= need.memory_bytes;
}

/* First key >= from below word `word` of level `level` whose node has `need`. `span` is the number of keys
 * below one bit of this level. Recursion ends after MAX_LEVELS. */
static uint64_t search(const hc_fit_index *index, int level, uint64_t word, uint64_t span,
                       uint64_t from, hc_host need)
{
    uint64_t bits = 0;
    if (!has(index->peaks[level][word], need)) {
        return HC_SET_NONE;
    }
    bits = hc_ordered_set_word(index->keys, level, word);
    for (; bits != 0; bits &= bits - 1) {
        uint64_t below = word * 64 + (uint64_t)__builtin_ctzll(bits);
        uint64_t found = HC_SET_NONE;
        if ((below + 1) * span <= from) {
            continue;
        }
        if (level > 0) {
            found = search(index, level - 1, below, span / 64, from, need);
        } else if (has(host_of(index, below), need)) {
            found = below;
        }
        if (found != HC_SET_NONE) {
            return found;
        }
    }
    return HC_SET_NONE;
}

static uint64_t next_key(const hc_fit_index *index, uint64_t from, hc_host need)
{
    int top = hc_ordered_set_level_count(index->keys) - 1;
    if (index->free_host == NULL || (need.cpu_milli == 0 && need.memory_bytes == 0)) {
        return hc_ordered_set_next(index->keys, from);
    }
    return search(index, top, 0, UINT64_C(1) << (6 * top), from, need);
}

hc_fit hc_fit_index_next(const hc_fit_index *index, uint64_t level, uint64_t item, hc_host need)
{
    uint64_t key = next_key(index, level * index->item_count + item, need);
    if (key == HC_SET_NONE) {
        return NOTHING;
    }
    return (hc_fit){key / index->item_count, key % index->item_count};
}

uint64_t hc_fit_index_level_below(const hc_fit_index *index, uint64_t level)
{
    uint64_t key = hc_ordered_set_previous(index->keys, level * index->item_count);
    return key == HC_SET_NONE ? HC_SET_NONE : key / index->item_count;
}

hc_fit hc_fit_index_highest(const hc_fit_index *index, uint64_t level, hc_host need)
{
    uint64_t at = hc_fit_index_level_below(index, HC_SET_MAX_BOUND / index->item_count);
    for (; at != HC_SET_NONE && at >= level; at = hc_fit_index_level_below(index, at)) {
        hc_fit found = hc_fit_index_next(index, at, 0, need);
        if (found.level == at) {
            return found;
        }
    }
    return NOTHING;
}

hc_fit hc_fit_index_lowest(const hc_fit_index *index, uint64_t level, uint64_t item, hc_host need)
{
    static const hc_host NO_NEED = {0};
    hc_fit lowest = NOTHING;
    hc_fit at = hc_fit_index_next(index, level, 0, NO_NEED); /* the next level that has items */
    while (at.item != HC_SET_NONE) {
        hc_fit found = hc_fit_index_next(index, at.level, item, need);
        if (found.level == at.level && found.item < lowest.item) {
            lowest = found;
        }
        at = hc_fit_index_next(index, at.level + 1, 0, NO_NEED);
    }
    return lowest;
}

bool hc_fit_index_contains(const hc_fit_index *index, uint64_t level, uint64_t item)
{
    return hc_ordered_set_contains(index->keys, level * index->item_count + item);
}

bool hc_fit_index_check(const hc_fit_index *index)
{
    if (!hc_ordered_set_check(index->keys)) {
        return false;
    }
    for (int k = 0; index->free_host != NULL && k < hc_ordered_set_level_count(index->keys); k++) {
        for (uint64_t word = 0; word < hc_ordered_set_word_count(index->keys, k); word++) {
            hc_host peak = peak_of_word(index, k, word);
            if (peak.cpu_milli != index->peaks[k][word].cpu_milli ||
                peak.memory_bytes != index->peaks[k][word].memory_bytes) {
                return false;
            }
        }
    }
    return true;
}
