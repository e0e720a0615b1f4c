#ifndef HC_SIM_FEDERATION_IN_FLIGHT_H
#define HC_SIM_FEDERATION_IN_FLIGHT_H

#include "sim/engine/time.h"
#include "sim/int128.h"

#include <stddef.h>
#include <stdint.h>

/** Jobs that a site has sent to another one and that the other one's last report cannot know yet: they arrived after it, or
 *  travel still. A queue in the order of arrival. All zero is an empty one. */
typedef struct hc_in_flight {
    struct hc_flight *flights; /**< ring */
    size_t first;
    size_t count;
    size_t capacity;
    uint64_t claimed_milli; /**< sum */
    hc_int128 work;         /**< thousandths of a GPU x ns, by the time limits */
} hc_in_flight;

/** @param arrival  not before that of the job added before
 *  @return 0, or -1 when memory is short. Amortised O(1). */
int hc_in_flight_add(hc_in_flight *in_flight, hc_time arrival, uint64_t milli, hc_time time_limit);

/** Forgets all that had arrived at `time` or before. Amortised O(1). */
void hc_in_flight_forget(hc_in_flight *in_flight, hc_time time);

struct hc_archive;

/** To be saved or loaded (sim/archive.h). */
void hc_in_flight_exchange(hc_in_flight *in_flight, struct hc_archive *archive);

void hc_in_flight_free(hc_in_flight *in_flight);

#endif
