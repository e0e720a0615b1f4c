#include "sim/federation/in_flight.h"

#include "sim/archive.h"
#include "sim/cluster/request.h"

#include <assert.h>
#include <stdlib.h>

typedef struct hc_flight {
    hc_time arrival;
    uint64_t milli;
    hc_time time_limit;
} hc_flight;

static int grow(hc_in_flight *f)
{
    size_t capacity = f->capacity == 0 ? 16 : f->capacity * 2;
    hc_flight *flights = malloc(capacity * sizeof *flights);
    if (flights == NULL) {
        return -1;
    }
    for (size_t i = 0; i < f->count; i++) {
        flights[i] = f->flights[(f->first + i) % f->capacity];
    }
    free(f->flights);
    f->flights = flights;
    f->first = 0;
    f->capacity = capacity;
    return 0;
}

int hc_in_flight_add(hc_in_flight *f, hc_time arrival, uint64_t milli, hc_time time_limit)
{
    if (f->count == f->capacity && grow(f) < 0) {
        return -1;
    }
    assert(f->count == 0 || f->flights[(f->first + f->count - 1) % f->capacity].arrival <= arrival);
    f->flights[(f->first + f->count++) % f->capacity] = (hc_flight){arrival, milli, time_limit};
    f->claimed_milli += milli;
    f->work += (hc_int128)milli * time_limit;
    return 0;
}

void hc_in_flight_forget(hc_in_flight *f, hc_time time)
{
    while (f->count > 0 && f->flights[f->first].arrival <= time) {
        const hc_flight *flight = &f->flights[f->first];
        f->claimed_milli -= flight->milli;
        f->work -= (hc_int128)flight->milli * flight->time_limit;
        f->first = (f->first + 1) % f->capacity;
        f->count--;
    }
}

static void load(hc_in_flight *f, hc_archive *archive, uint64_t count)
{
    for (uint64_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        hc_flight flight = {0};
        hc_time before = f->count == 0 ? INT64_MIN : f->flights[f->count - 1].arrival;
        HC_EXCHANGE(archive, flight);
        if (hc_archive_require(archive,
                               flight.arrival >= before && flight.time_limit >= 0 &&
                                   flight.milli <= (uint64_t)UINT32_MAX * HC_WHOLE_GPU,
                               "jobs on their way arrive in order") &&
            hc_in_flight_add(f, flight.arrival, flight.milli, flight.time_limit) < 0) {
            hc_archive_fail_memory(archive);
        }
    }
}

void hc_in_flight_exchange(hc_in_flight *f, hc_archive *archive)
{
    uint64_t count = hc_archive_count(archive, f->count, UINT32_MAX);
    if (hc_archive_is_loading(archive)) {
        load(f, archive, count);
        return;
    }
    for (size_t i = 0; i < f->count; i++) {
        HC_EXCHANGE(archive, f->flights[(f->first + i) % f->capacity]);
    }
}

void hc_in_flight_free(hc_in_flight *f)
{
    free(f->flights);
    *f = (hc_in_flight){0};
}
