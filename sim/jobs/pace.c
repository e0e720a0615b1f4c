#include "sim/jobs/pace.h"

#include "sim/int128.h"

const hc_pace hc_pace_as_recorded = {.here = 1, .reference = 1, .step = HC_TIME_MISSING};

static hc_time capped(hc_int128 time)
{
    return time > HC_TIME_LIMIT ? HC_TIME_LIMIT + 1 : (hc_time)time;
}

hc_time hc_pace_time(const hc_pace *pace, hc_time work)
{
    if (pace->here == pace->reference) {
        return work;
    }
    return capped(((hc_int128)work * pace->here + pace->reference - 1) / pace->reference);
}

hc_time hc_pace_work(const hc_pace *pace, hc_time time)
{
    if (pace->here == pace->reference) {
        return time;
    }
    return capped((hc_int128)time * pace->reference / pace->here);
}

bool hc_pace_is_sound(const hc_pace *pace)
{
    return pace->here > 0 && pace->here <= HC_TIME_LIMIT && pace->reference > 0 &&
           pace->reference <= HC_TIME_LIMIT;
}
