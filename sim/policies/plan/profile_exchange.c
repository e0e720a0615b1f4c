#include "sim/archive.h"
#include "sim/policies/plan/profile_state.h"

bool hc_profile_reaches(const hc_profile *profile, hc_time time)
{
    return profile->span_count > 0 && profile->spans[0].first <= time;
}

/* Numbers are saved as they are, with what is noted beside the block. */
static void exchange_span(hc_archive *archive, hc_profile_span *s)
{
    int32_t shift = s->shift;
    s->count = (uint32_t)hc_archive_count(archive, s->count, HC_PROFILE_STEPS);
    if (!hc_archive_require(archive, s->count > 0, "a block has steps")) {
        return;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        int32_t value = hc_archive_is_loading(archive) ? 0 : s->steps->free[i] + shift;
        HC_EXCHANGE(archive, s->steps->times[i]);
        HC_EXCHANGE(archive, value);
        s->steps->free[i] = value - shift;
    }
    hc_profile_sum_up(s);
}

void hc_profile_exchange(hc_profile *profile, hc_archive *archive)
{
    uint64_t count = 0;
    hc_archive_mark(archive, "profile");
    count = hc_archive_count(archive, profile->span_count, SIZE_MAX);
    for (size_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        if (hc_archive_is_loading(archive) && hc_profile_add_span(profile, i) < 0) {
            hc_archive_fail_memory(archive);
            return;
        }
        exchange_span(archive, &profile->spans[i]);
    }
    (void)hc_archive_require(archive, hc_profile_check(profile), "steps follow each other");
}
