#include "analysis/live/live_cluster.h"

#include "sim/cluster/machine.h"
#include "sim/interfaces/sink.h"

#include <stdbool.h>
#include <stdlib.h>

static const int64_t WHOLE_GPU_MILLI = 1000;
static const int64_t MAX_MILLI = (int64_t)HC_MACHINE_MAX_GPUS * 1000;

void hc_live_cluster_init(hc_live_cluster *cluster)
{
    cluster->partitions = NULL;
    cluster->count = 0;
    cluster->machine_milli = 0;
    cluster->held_milli_ns = 0;
    cluster->offline_milli_ns = 0;
    for (int channel = 0; channel < HC_LIVE_CHANNEL_COUNT; channel++) {
        cluster->total[channel] = 0;
    }
    hc_live_series_init(&cluster->series);
}

void hc_live_cluster_release(hc_live_cluster *cluster)
{
    free(cluster->partitions);
    cluster->partitions = NULL;
    cluster->count = 0;
}

void hc_live_cluster_set_machine(hc_live_cluster *cluster, uint64_t gpus, hc_time begin)
{
    cluster->machine_milli = (int64_t)gpus * WHOLE_GPU_MILLI;
    cluster->total[HC_LIVE_SERVICE] = cluster->machine_milli;
    hc_live_series_add(&cluster->series, HC_LIVE_SERVICE, begin, cluster->machine_milli);
}

static int make_room(hc_live_cluster *cluster, uint16_t partition, hc_error *error)
{
    size_t count = (size_t)partition + 1;
    hc_live_partition *grown = NULL;
    if (count <= cluster->count) {
        return 0;
    }
    grown = realloc(cluster->partitions, count * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = cluster->count; i < count; i++) {
        grown[i] = (hc_live_partition){.last = HC_TIME_MISSING};
    }
    cluster->partitions = grown;
    cluster->count = count;
    return 0;
}

/* The outcome of the partition's last instant is known. */
static void settle(hc_live_cluster *cluster, hc_live_partition *p)
{
    for (int channel = 0; channel < HC_LIVE_CHANNEL_COUNT; channel++) {
        int64_t change = p->amounts[channel] - p->noted[channel];
        hc_live_series_add(&cluster->series, (hc_live_channel)channel, p->last, change);
        p->noted[channel] = p->amounts[channel];
    }
}

static void advance(hc_live_cluster *cluster, hc_live_partition *p, hc_time time)
{
    hc_int128 length = 0;
    if (p->last != HC_TIME_MISSING && time <= p->last) {
        return;
    }
    if (p->last != HC_TIME_MISSING) {
        int64_t busy = p->amounts[HC_LIVE_BUSY];
        length = (hc_int128)time - p->last;
        cluster->held_milli_ns += busy > 0 ? busy * length : 0;
        cluster->offline_milli_ns += (p->full_milli - p->service_milli) * length;
        settle(cluster, p);
    }
    p->last = time;
}

static void change(hc_live_cluster *cluster, hc_live_partition *p, hc_live_channel channel,
                   int64_t by)
{
    p->amounts[channel] += by;
    cluster->total[channel] += by;
}

static void set(hc_live_cluster *cluster, hc_live_partition *p, hc_live_channel channel,
                int64_t amount)
{
    change(cluster, p, channel, amount - p->amounts[channel]);
}

static void set_service(hc_live_cluster *cluster, hc_live_partition *p, int64_t milli)
{
    p->service_milli = milli;
    p->full_milli = milli > p->full_milli ? milli : p->full_milli;
    set(cluster, p, HC_LIVE_SERVICE, cluster->machine_milli > 0 ? milli - p->full_milli : milli);
}

static bool is_time(hc_time time)
{
    return time >= -HC_TIME_LIMIT && time <= HC_TIME_LIMIT;
}

/* The partition of a row, at the row's time. NULL with `error` set when memory is short. */
static hc_live_partition *find(hc_live_cluster *cluster, uint32_t rank, uint16_t partition,
                               hc_time time, hc_error *error)
{
    hc_live_partition *p = NULL;
    if (make_room(cluster, partition, error) < 0) {
        return NULL;
    }
    p = &cluster->partitions[partition];
    p->rank = rank;
    advance(cluster, p, time);
    return p;
}

/* What an event does to the amounts; its own amount is one that can be. */
static bool apply(hc_live_cluster *cluster, hc_live_partition *p, const hc_event_row *row)
{
    int64_t milli = (int64_t)row->value;
    switch (row->type) {
    case HC_EVENT_SUBMIT:
        change(cluster, p, HC_LIVE_QUEUE, 1);
        return true;
    case HC_EVENT_REJECT:
        change(cluster, p, HC_LIVE_QUEUE, -1);
        return true;
    case HC_EVENT_START:
        if (p->amounts[HC_LIVE_BUSY] > MAX_MILLI - milli) {
            return false;
        }
        change(cluster, p, HC_LIVE_QUEUE, -1);
        change(cluster, p, HC_LIVE_RUNNING, 1);
        change(cluster, p, HC_LIVE_BUSY, milli);
        return true;
    case HC_EVENT_PREEMPT:
    case HC_EVENT_END:
        if (p->amounts[HC_LIVE_BUSY] < milli - MAX_MILLI) {
            return false;
        }
        change(cluster, p, HC_LIVE_QUEUE, row->type == HC_EVENT_PREEMPT ? 1 : 0);
        change(cluster, p, HC_LIVE_RUNNING, -1);
        change(cluster, p, HC_LIVE_BUSY, -milli);
        return true;
    case HC_EVENT_CAPACITY:
        set_service(cluster, p, milli);
        return true;
    default:
        return row->type < HC_EVENT_TYPE_COUNT;
    }
}

int hc_live_cluster_take_event(hc_live_cluster *cluster, uint32_t rank, const hc_event_row *row,
                               hc_error *error)
{
    hc_live_partition *p = NULL;
    if (!is_time(row->time) || row->value > (uint64_t)MAX_MILLI) {
        return 0;
    }
    p = find(cluster, rank, row->partition, row->time, error);
    if (p == NULL) {
        return -1;
    }
    return apply(cluster, p, row) ? 1 : 0;
}

/* A sample says how things are; when no row is missing it says nothing new but what is in service. */
int hc_live_cluster_take_sample(hc_live_cluster *cluster, uint32_t rank, const hc_sample_row *row,
                                hc_error *error)
{
    hc_live_partition *p = NULL;
    if (!is_time(row->time) || row->busy_milli > (uint64_t)MAX_MILLI ||
        row->free_milli > (uint64_t)MAX_MILLI - row->busy_milli) {
        return 0;
    }
    p = find(cluster, rank, row->partition, row->time, error);
    if (p == NULL) {
        return -1;
    }
    set(cluster, p, HC_LIVE_QUEUE, (int64_t)row->queue_length);
    set(cluster, p, HC_LIVE_RUNNING, (int64_t)row->running);
    set(cluster, p, HC_LIVE_BUSY, (int64_t)row->busy_milli);
    set_service(cluster, p, (int64_t)(row->busy_milli + row->free_milli));
    return 1;
}

void hc_live_cluster_settle(hc_live_cluster *cluster)
{
    for (size_t i = 0; i < cluster->count; i++) {
        if (cluster->partitions[i].last != HC_TIME_MISSING) {
            settle(cluster, &cluster->partitions[i]);
        }
    }
}
