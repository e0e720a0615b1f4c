#include "sim/federation/federation.h"

#include "sim/int128.h"
#include "sim/jobs/admission.h"

#include <stdlib.h>

typedef struct site {
    hc_site_terms terms;
    hc_admission *admission;
    uint64_t capacity_milli;
    uint64_t largest_plain_milli; /* most that a job can have that asks for GPUs alone */
} site;

struct hc_federation {
    hc_broker_options broker;
    site *sites;
    uint32_t site_count;
};

/* Nodes of one class run a gang. */
static uint64_t largest_plain(const hc_machine *machine, uint32_t partition)
{
    const hc_partition_range *range =
        hc_machine_partition(machine, (hc_partition_id){(uint16_t)partition});
    uint64_t largest = 0;
    for (uint32_t i = 0; i < range->class_count; i++) {
        const hc_node_class *class = hc_machine_class(machine, range->first_class + i);
        uint64_t milli = (uint64_t) class->node_count * class->gpu_count * HC_WHOLE_GPU;
        largest = milli > largest ? milli : largest;
    }
    return largest;
}

static int open_site(site *s, const hc_machine *machine, uint32_t index,
                     const hc_federation_site *given, const hc_occupancy_options *occupancy,
                     hc_error *error)
{
    hc_partition_id partition = {(uint16_t)index};
    s->terms = given->terms;
    s->capacity_milli = hc_machine_partition(machine, partition)->gpu_count * HC_WHOLE_GPU;
    s->largest_plain_milli = largest_plain(machine, index);
    return hc_admission_create(&s->admission, machine, partition, given->placement, occupancy,
                               error);
}

static int check_delays(const hc_broker_options *broker, hc_error *error)
{
    if (broker->dispatch < HC_FEDERATION_LEAST_DELAY ||
        broker->report_delay < HC_FEDERATION_LEAST_DELAY || broker->report_every <= 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "federation.broker: dispatch and report_delay must be at least 1ms, "
                            "and report_every above 0");
    }
    return 0;
}

int hc_federation_create(hc_federation **out, const hc_machine *machine,
                         const hc_broker_options *broker, const hc_federation_site *sites,
                         const hc_occupancy_options *occupancy, hc_error *error)
{
    uint32_t count = hc_machine_partition_count(machine);
    hc_federation *f = NULL;
    if (check_delays(broker, error) < 0) {
        return -1;
    }
    f = calloc(1, sizeof *f);
    if (f == NULL) {
        return hc_error_memory(error);
    }
    f->broker = *broker;
    f->sites = calloc(count, sizeof *f->sites);
    if (f->sites == NULL) {
        hc_federation_destroy(f);
        return hc_error_memory(error);
    }
    for (; f->site_count < count; f->site_count++) {
        if (open_site(&f->sites[f->site_count], machine, f->site_count, &sites[f->site_count],
                      occupancy, error) < 0) {
            hc_federation_destroy(f);
            return -1;
        }
    }
    *out = f;
    return 0;
}

void hc_federation_destroy(hc_federation *f)
{
    if (f == NULL) {
        return;
    }
    for (uint32_t i = 0; f->sites != NULL && i < f->site_count; i++) {
        hc_admission_destroy(f->sites[i].admission);
    }
    free(f->sites);
    free(f);
}

uint32_t hc_federation_site_count(const hc_federation *f)
{
    return f->site_count;
}

const hc_broker_options *hc_federation_broker(const hc_federation *f)
{
    return &f->broker;
}

uint64_t hc_federation_capacity_milli(const hc_federation *f, uint32_t index)
{
    return f->sites[index].capacity_milli;
}

double hc_federation_price(const hc_federation *f, uint32_t index, hc_time time)
{
    (void)time;
    return f->sites[index].terms.price_per_gpu_hour;
}

double hc_federation_carbon(const hc_federation *f, uint32_t index, hc_time time)
{
    (void)time;
    return f->sites[index].terms.carbon_grams_per_kwh;
}

/* Bytes at a speed, rounded up to a nanosecond, and no longer than simulated time may last. */
static hc_time transfer_time(uint64_t bytes, uint64_t bytes_per_second)
{
    hc_int128 ns = ((hc_int128)bytes * HC_SECOND + bytes_per_second - 1) / bytes_per_second;
    return ns < HC_TIME_LIMIT ? (hc_time)ns : HC_TIME_LIMIT;
}

static uint64_t slower(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

hc_time hc_federation_travel(const hc_federation *f, uint32_t home, uint32_t index)
{
    const hc_site_terms *from = &f->sites[home].terms;
    uint64_t speed = slower(from->bytes_per_second, f->sites[index].terms.bytes_per_second);
    hc_time transfer = speed == 0 ? 0 : transfer_time(from->data_bytes, speed);
    return home == index ? 0 : f->broker.dispatch + transfer;
}

/* 0 is no limit. */
static bool is_faster(const hc_federation *f, uint32_t index, uint32_t than)
{
    uint64_t speed = f->sites[index].terms.bytes_per_second;
    uint64_t other = than == HC_NO_INDEX ? 0 : f->sites[than].terms.bytes_per_second;
    return than == HC_NO_INDEX || (other != 0 && (speed == 0 || speed > other));
}

/* Nothing gets from a site to any other sooner than to the fastest of them. */
hc_time hc_federation_lookahead(const hc_federation *f)
{
    hc_time least = f->broker.report_delay;
    uint32_t first = HC_NO_INDEX;
    uint32_t second = HC_NO_INDEX;
    for (uint32_t i = 0; i < f->site_count; i++) {
        if (is_faster(f, i, first)) {
            second = first;
            first = i;
        } else if (is_faster(f, i, second)) {
            second = i;
        }
    }
    for (uint32_t i = 0; i < f->site_count && f->site_count > 1; i++) {
        hc_time travel = hc_federation_travel(f, i, i == first ? second : first);
        least = travel < least ? travel : least;
    }
    return least;
}

bool hc_federation_can_run(hc_federation *f, uint32_t index, const hc_job_spec *spec)
{
    hc_job_spec there;
    if (hc_request_is_plain(&spec->request)) {
        return hc_request_milli(&spec->request) <= f->sites[index].largest_plain_milli;
    }
    there = *spec;
    there.partition = (hc_partition_id){(uint16_t)index};
    return hc_admission_judge(f->sites[index].admission, &there) == HC_REJECTION_NONE;
}
