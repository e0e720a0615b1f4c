#include "sim/cluster/calendar.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

hc_calendar hc_calendar_empty(hc_partition_id partition)
{
    return (hc_calendar){.partition = partition, .last_at = HC_TIME_MISSING};
}

void hc_calendar_free(hc_calendar *calendar)
{
    free(calendar->steps);
    *calendar = hc_calendar_empty(calendar->partition);
}

static uint32_t gpus_of_node(const hc_machine *machine, uint32_t node)
{
    uint32_t class_index = hc_machine_node(machine, (hc_node_id){node})->class_index;
    return hc_machine_class(machine, class_index)->gpu_count;
}

/* The most first nodes that have at most so many GPUs. @param sum  [out] what they have */
static uint32_t fill_nodes(const hc_machine *machine, const hc_partition_range *range,
                           uint64_t gpu_count, uint64_t *sum)
{
    uint32_t count = 0;
    *sum = 0;
    while (count < range->node_count) {
        uint64_t gpus = gpus_of_node(machine, range->first_node + count);
        if (*sum + gpus > gpu_count) {
            break;
        }
        *sum += gpus;
        count++;
    }
    return count;
}

static int refuse_split(const hc_machine *machine, const hc_partition_range *range, uint32_t below,
                        uint64_t sum, uint64_t gpu_count, char *complaint)
{
    uint64_t above = sum + gpus_of_node(machine, range->first_node + below);
    (void)snprintf(complaint, HC_CALENDAR_TEXT_SIZE,
                   "expected %llu or %llu (GPUs of the first %u or %u nodes), got %llu",
                   (unsigned long long)sum, (unsigned long long)above, below, below + 1,
                   (unsigned long long)gpu_count);
    return -1;
}

/* Nodes in service when so many GPUs are. @return 0, or -1 with a complaint. */
static int find_nodes(const hc_calendar *calendar, const hc_machine *machine, uint64_t gpu_count,
                      uint32_t *node_count, char *complaint)
{
    const hc_partition_range *range = hc_machine_partition(machine, calendar->partition);
    uint64_t sum = 0;
    if (gpu_count > range->gpu_count) {
        (void)snprintf(complaint, HC_CALENDAR_TEXT_SIZE,
                       "expected at most the %llu GPUs of the partition's nodes, got %llu",
                       (unsigned long long)range->gpu_count, (unsigned long long)gpu_count);
        return -1;
    }
    *node_count = fill_nodes(machine, range, gpu_count, &sum);
    return sum == gpu_count ? 0
                            : refuse_split(machine, range, *node_count, sum, gpu_count, complaint);
}

static bool grow(hc_calendar *calendar)
{
    size_t capacity = calendar->capacity == 0 ? 16 : 2 * calendar->capacity;
    hc_calendar_step *grown = realloc(calendar->steps, capacity * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    calendar->steps = grown;
    calendar->capacity = capacity;
    return true;
}

int hc_calendar_add(hc_calendar *calendar, const hc_machine *machine, hc_time at,
                    uint64_t gpu_count, char *complaint)
{
    uint64_t before = calendar->count == 0
                          ? hc_machine_partition(machine, calendar->partition)->gpu_count
                          : calendar->steps[calendar->count - 1].gpu_count;
    uint32_t node_count = 0;
    if (at > HC_TIME_LIMIT || at < -HC_TIME_LIMIT) {
        (void)snprintf(complaint, HC_CALENDAR_TEXT_SIZE,
                       "expected an instant within 146 years of time 0");
        return -1;
    }
    if (calendar->last_at != HC_TIME_MISSING && at <= calendar->last_at) {
        (void)snprintf(complaint, HC_CALENDAR_TEXT_SIZE,
                       "expected an instant later than that of the step before");
        return -1;
    }
    if (gpu_count != before &&
        find_nodes(calendar, machine, gpu_count, &node_count, complaint) < 0) {
        return -1;
    }
    calendar->last_at = at;
    if (gpu_count == before) {
        return 0;
    }
    if (calendar->count == calendar->capacity && !grow(calendar)) {
        (void)snprintf(complaint, HC_CALENDAR_TEXT_SIZE, "out of memory");
        return -1;
    }
    calendar->steps[calendar->count++] = (hc_calendar_step){at, gpu_count, node_count};
    return 0;
}

static bool is_of(uint64_t kinds, uint32_t kind)
{
    return kind != HC_NO_INDEX && (kinds == UINT64_MAX || (kinds >> kind & 1) != 0);
}

static uint64_t count_in_range(const hc_machine *machine, uint64_t kinds, uint32_t from,
                               uint32_t to)
{
    uint64_t sum = 0;
    for (uint32_t node = from; node < to; node++) {
        const hc_node_class *c =
            hc_machine_class(machine, hc_machine_node(machine, (hc_node_id){node})->class_index);
        sum += is_of(kinds, c->kind) ? c->gpu_count : 0;
    }
    return sum;
}

void hc_calendar_gpu_counts(const hc_calendar *calendar, const hc_machine *machine, uint64_t kinds,
                            uint64_t *out)
{
    const hc_partition_range *range = hc_machine_partition(machine, calendar->partition);
    uint32_t before = range->node_count;
    out[0] = count_in_range(machine, kinds, 0, hc_machine_node_count(machine));
    for (size_t i = 0; i < calendar->count; i++) {
        uint32_t after = calendar->steps[i].node_count;
        uint32_t low = range->first_node + (before < after ? before : after);
        uint32_t high = range->first_node + (before < after ? after : before);
        uint64_t moved = count_in_range(machine, kinds, low, high);
        out[i + 1] = after > before ? out[i] + moved : out[i] - moved;
        before = after;
    }
}

hc_int128 hc_calendar_integral(const hc_calendar *calendar, const uint64_t *gpu_counts,
                               hc_time from, hc_time to)
{
    hc_int128 sum = 0;
    hc_time at = from;
    for (size_t i = 0; i < calendar->count && at < to; i++) {
        hc_time next = calendar->steps[i].at < to ? calendar->steps[i].at : to;
        if (next > at) {
            sum += ((hc_int128)next - at) * gpu_counts[i];
            at = next;
        }
    }
    return at < to ? sum + ((hc_int128)to - at) * gpu_counts[calendar->count] : sum;
}
