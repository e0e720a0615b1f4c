#include "sim/policies/registry.h"

#include "sim/policies/placements.h"
#include "sim/policies/policies.h"

#include <string.h>

static const hc_policy *const POLICIES[] = {
    &hc_policy_fcfs, &hc_policy_first_fit, &hc_policy_sjf, &hc_policy_easy, &hc_policy_easy_sjbf,
};

static const hc_placement *const PLACEMENTS[] = {
    &hc_placement_packed,
    &hc_placement_spread,
    &hc_placement_first,
};

const hc_policy *hc_policy_at(size_t index)
{
    return index < sizeof POLICIES / sizeof POLICIES[0] ? POLICIES[index] : NULL;
}

const hc_placement *hc_placement_at(size_t index)
{
    return index < sizeof PLACEMENTS / sizeof PLACEMENTS[0] ? PLACEMENTS[index] : NULL;
}

const hc_policy *hc_policy_find(const char *name)
{
    for (size_t i = 0; hc_policy_at(i) != NULL; i++) {
        if (strcmp(hc_policy_at(i)->name, name) == 0) {
            return hc_policy_at(i);
        }
    }
    return NULL;
}

const hc_placement *hc_placement_find(const char *name)
{
    for (size_t i = 0; hc_placement_at(i) != NULL; i++) {
        if (strcmp(hc_placement_at(i)->name, name) == 0) {
            return hc_placement_at(i);
        }
    }
    return NULL;
}
