#include "sim/policies/plan/start_bounds.h"

#include "sim/archive.h"

#include <stdlib.h>
#include <string.h>

/* The latest start of all that are no larger and no longer is a maximum over a prefix in two dimensions: a tree of
 * partial maxima (Fenwick 1994) of such trees. */
enum { MAX_SIZES = 63, MAX_DURATIONS = 127 };

struct hc_start_bounds {
    int64_t sizes[MAX_SIZES]; /* rising */
    uint32_t size_count;
    int64_t durations[MAX_DURATIONS];
    uint32_t duration_count;
    hc_time latest[MAX_SIZES + 1][MAX_DURATIONS + 1]; /* from 1 */
};

hc_start_bounds *hc_start_bounds_create(void)
{
    return calloc(1, sizeof(hc_start_bounds));
}

void hc_start_bounds_destroy(hc_start_bounds *bounds)
{
    free(bounds);
}

/* How many values are at most `value`. */
static uint32_t count_to(const int64_t *values, uint32_t count, int64_t value)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (values[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The number, from 1, of the least value that is not below; `count` + 1 when all are. */
static uint32_t round_up(const int64_t *values, uint32_t count, int64_t value)
{
    uint32_t below = count_to(values, count, value);
    return below > 0 && values[below - 1] == value ? below : below + 1;
}

static bool insert(int64_t *values, uint32_t *count, uint32_t max, int64_t value)
{
    uint32_t at = count_to(values, *count, value);
    if (*count == max || (at > 0 && values[at - 1] == value)) {
        return false;
    }
    memmove(values + at + 1, values + at, (*count - at) * sizeof *values);
    values[at] = value;
    (*count)++;
    return true;
}

bool hc_start_bounds_learn(hc_start_bounds *b, uint32_t gpu_count, hc_time duration)
{
    bool is_size_new = insert(b->sizes, &b->size_count, MAX_SIZES, gpu_count);
    bool is_duration_new = insert(b->durations, &b->duration_count, MAX_DURATIONS, duration);
    return is_size_new || is_duration_new;
}

void hc_start_bounds_reset(hc_start_bounds *b)
{
    for (uint32_t i = 1; i <= b->size_count; i++) {
        for (uint32_t j = 1; j <= b->duration_count; j++) {
            b->latest[i][j] = HC_TIME_MISSING;
        }
    }
}

void hc_start_bounds_note(hc_start_bounds *b, uint32_t gpu_count, hc_time duration, hc_time start)
{
    uint32_t first = round_up(b->durations, b->duration_count, duration);
    for (uint32_t i = round_up(b->sizes, b->size_count, gpu_count); i <= b->size_count;
         i += i & -i) {
        for (uint32_t j = first; j <= b->duration_count; j += j & -j) {
            if (b->latest[i][j] < start) {
                b->latest[i][j] = start;
            }
        }
    }
}

hc_time hc_start_bounds_get(const hc_start_bounds *b, uint32_t gpu_count, hc_time duration)
{
    uint32_t last = count_to(b->durations, b->duration_count, duration);
    hc_time latest = HC_TIME_MISSING;
    for (uint32_t i = count_to(b->sizes, b->size_count, gpu_count); i > 0; i -= i & -i) {
        for (uint32_t j = last; j > 0; j -= j & -j) {
            latest = b->latest[i][j] > latest ? b->latest[i][j] : latest;
        }
    }
    return latest;
}

void hc_start_bounds_exchange(hc_start_bounds *b, hc_archive *archive)
{
    hc_archive_mark(archive, "start bounds");
    b->size_count = (uint32_t)hc_archive_count(archive, b->size_count, MAX_SIZES);
    b->duration_count = (uint32_t)hc_archive_count(archive, b->duration_count, MAX_DURATIONS);
    hc_archive_bytes(archive, b->sizes, b->size_count * sizeof b->sizes[0]);
    hc_archive_bytes(archive, b->durations, b->duration_count * sizeof b->durations[0]);
    for (uint32_t i = 1; i <= b->size_count; i++) {
        hc_archive_bytes(archive, &b->latest[i][1], b->duration_count * sizeof b->latest[i][1]);
    }
}
