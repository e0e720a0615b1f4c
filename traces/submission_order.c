#include "traces/submission_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What decides nearly every comparison without a look at the texts. */
typedef struct sort_key {
    hc_time submit;
    uint64_t id; /* order of ids, as far as 8 bytes can tell */
    uint32_t index;
} sort_key;

enum { KEY_DIGITS = 18, KEY_TEXT_BYTES = 7 };

static const uint64_t LONG_NUMBER = UINT64_C(1) << 62; /* beyond every number of 18 digits */
static const uint64_t NOT_A_NUMBER = UINT64_C(1) << 63;

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_times(hc_time a, hc_time b)
{
    return (a > b) - (a < b);
}

static bool is_number(const char *id)
{
    return id[0] != '\0' && id[strspn(id, "0123456789")] == '\0';
}

static int compare_as_numbers(const char *a, const char *b)
{
    const char *a_digits = a + strspn(a, "0");
    const char *b_digits = b + strspn(b, "0");
    int order = compare_numbers(strlen(a_digits), strlen(b_digits));
    if (order == 0) {
        order = strcmp(a_digits, b_digits);
    }
    return order != 0 ? order : compare_numbers(strlen(a), strlen(b));
}

int hc_submission_order_compare_ids(const char *a, const char *b)
{
    bool is_a_number = is_number(a);
    bool is_b_number = is_number(b);
    if (is_a_number && is_b_number) {
        return compare_as_numbers(a, b);
    }
    if (is_a_number != is_b_number && a[0] != '\0' && b[0] != '\0') {
        return is_a_number ? -1 : 1;
    }
    return strcmp(a, b);
}

static int compare_sizes(const hc_trace_job *a, const hc_trace_job *b)
{
    int order = compare_numbers(a->gpu_count, b->gpu_count);
    order = order != 0 ? order : compare_numbers(a->gpu_milli, b->gpu_milli);
    order = order != 0 ? order : compare_numbers(a->cpu_milli, b->cpu_milli);
    return order != 0 ? order : compare_numbers(a->memory_bytes, b->memory_bytes);
}

static int compare_all_times(const hc_trace_job *a, const hc_trace_job *b)
{
    int order = compare_times(a->run_time, b->run_time);
    order = order != 0 ? order : compare_times(a->time_limit, b->time_limit);
    order = order != 0 ? order : compare_times(a->start, b->start);
    return order != 0 ? order : compare_times(a->end, b->end);
}

static int compare_texts(uint32_t a, uint32_t b, const hc_strings *strings)
{
    return a == b ? 0 : strcmp(hc_strings_text(strings, a), hc_strings_text(strings, b));
}

static int compare_all_names(const hc_trace_job *a, const hc_trace_job *b,
                             const hc_strings *strings)
{
    int order = compare_texts(a->user, b->user, strings);
    order = order != 0 ? order : compare_texts(a->group, b->group, strings);
    order = order != 0 ? order : compare_texts(a->partition, b->partition, strings);
    return order != 0 ? order : compare_texts(a->kinds, b->kinds, strings);
}

static int compare_flags(const hc_trace_job *a, const hc_trace_job *b)
{
    int order = compare_numbers(a->outcome, b->outcome);
    order = order != 0 ? order : compare_numbers(a->is_single_node, b->is_single_node);
    return order != 0 ? order : compare_numbers(a->is_limit_requested, b->is_limit_requested);
}

static int compare_origins(const hc_trace_job *a, const hc_trace_job *b, const hc_strings *strings)
{
    int order = compare_times(a->requested_time, b->requested_time);
    order = order != 0 ? order : compare_times(a->think_time, b->think_time);
    order = order != 0 ? order : (a->priority > b->priority) - (a->priority < b->priority);
    order = order != 0 ? order : compare_texts(a->preceding_id, b->preceding_id, strings);
    return order != 0 ? order : compare_texts(a->nodes, b->nodes, strings);
}

/* Jobs of one instant and one id. */
static int compare_contents(const hc_trace_job *a, const hc_trace_job *b, const hc_strings *strings)
{
    int order = compare_sizes(a, b);
    order = order != 0 ? order : compare_all_times(a, b);
    order = order != 0 ? order : compare_all_names(a, b, strings);
    order = order != 0 ? order : compare_flags(a, b);
    return order != 0 ? order : compare_origins(a, b, strings);
}

int hc_submission_order_compare(const hc_kept_jobs *kept, size_t a, size_t b)
{
    const hc_kept_job *x = &kept->jobs[a];
    const hc_kept_job *y = &kept->jobs[b];
    int order = compare_times(x->submit, y->submit);
    if (order == 0) {
        order = hc_submission_order_compare_ids(hc_strings_text(kept->strings, x->id),
                                                hc_strings_text(kept->strings, y->id));
    }
    if (order == 0) {
        hc_trace_job whole_x = hc_kept_jobs_get(kept, a);
        hc_trace_job whole_y = hc_kept_jobs_get(kept, b);
        order = compare_contents(&whole_x, &whole_y, kept->strings);
    }
    return order;
}

/* The order of keys never contradicts that of ids; equal keys leave it open. */
static uint64_t key_of_id(const char *id)
{
    uint64_t key = 0;
    if (is_number(id)) {
        const char *digits = id + strspn(id, "0");
        size_t length = strlen(digits);
        for (size_t i = 0; i < length && length <= KEY_DIGITS; i++) {
            key = key * 10 + (uint64_t)(digits[i] - '0');
        }
        return length <= KEY_DIGITS ? key : LONG_NUMBER;
    }
    for (size_t i = 0; i < KEY_TEXT_BYTES && id[i] != '\0'; i++) {
        key |= (uint64_t)(unsigned char)id[i] << (8 * (KEY_TEXT_BYTES - 1 - i));
    }
    return key == 0 ? 0 : NOT_A_NUMBER | key;
}

static int compare_lines(const hc_kept_jobs *kept, size_t a, size_t b)
{
    return compare_numbers(hc_kept_jobs_line(kept, &kept->jobs[a]),
                           hc_kept_jobs_line(kept, &kept->jobs[b]));
}

static int compare_keys(const sort_key *a, const sort_key *b, const hc_kept_jobs *kept)
{
    int order = compare_times(a->submit, b->submit);
    order = order != 0 ? order : compare_numbers(a->id, b->id);
    if (order == 0) {
        order = hc_submission_order_compare(kept, a->index, b->index);
        order = order != 0 ? order : compare_lines(kept, a->index, b->index);
    }
    return order;
}

/* Merges two sorted runs of `from`; runs that follow each other are copied at once. */
static void merge(const sort_key *from, size_t begin, size_t middle, size_t end, sort_key *to,
                  const hc_kept_jobs *kept)
{
    size_t left = begin;
    size_t right = middle;
    if (middle == end || compare_keys(&from[middle - 1], &from[middle], kept) <= 0) {
        memcpy(to + begin, from + begin, (end - begin) * sizeof *to);
        return;
    }
    for (size_t at = begin; at < end; at++) {
        bool takes_left =
            right == end || (left < middle && compare_keys(&from[left], &from[right], kept) <= 0);
        to[at] = takes_left ? from[left++] : from[right++];
    }
}

/* Merge sort from the bottom up. @return the one of the two arrays that holds the sorted keys. */
static sort_key *sort_keys(sort_key *keys, sort_key *spare, size_t count, const hc_kept_jobs *kept)
{
    for (size_t width = 1; width < count; width *= 2) {
        sort_key *swap = keys;
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = begin + width < count ? begin + width : count;
            size_t end = begin + 2 * width < count ? begin + 2 * width : count;
            merge(keys, begin, middle, end, spare, kept);
        }
        keys = spare;
        spare = swap;
    }
    return keys;
}

/* Moves each job to its place, one cycle of the permutation after the other. */
static void permute(hc_kept_job *jobs, sort_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hc_kept_job moved = jobs[i];
        size_t to = i;
        while (keys[to].index != i) {
            size_t from = keys[to].index;
            jobs[to] = jobs[from];
            keys[to].index = (uint32_t)to;
            to = from;
        }
        jobs[to] = moved;
        keys[to].index = (uint32_t)to;
    }
}

static bool is_in_order(const hc_kept_jobs *kept)
{
    for (size_t i = 1; i < kept->count; i++) {
        int order = kept->jobs[i - 1].submit < kept->jobs[i].submit
                        ? -1
                        : hc_submission_order_compare(kept, i - 1, i);
        if (order > 0 || (order == 0 && compare_lines(kept, i - 1, i) > 0)) {
            return false;
        }
    }
    return true;
}

int hc_submission_order_sort(hc_kept_jobs *kept, hc_error *error)
{
    size_t count = kept->count;
    sort_key *keys = NULL;
    assert(count < UINT32_MAX);
    if (is_in_order(kept)) {
        return 0;
    }
    keys = malloc(2 * count * sizeof *keys);
    if (keys == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        const char *id = hc_strings_text(kept->strings, kept->jobs[i].id);
        keys[i] = (sort_key){kept->jobs[i].submit, key_of_id(id), (uint32_t)i};
    }
    permute(kept->jobs, sort_keys(keys, keys + count, count, kept), count);
    free(keys);
    return 0;
}

uint64_t hc_submission_order_count_duplicates(const hc_kept_jobs *kept)
{
    uint64_t duplicates = 0;
    for (size_t i = 1; i < kept->count; i++) {
        if (hc_submission_order_compare(kept, i - 1, i) == 0) {
            duplicates++;
        }
    }
    return duplicates;
}
