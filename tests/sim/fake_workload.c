#include "tests/sim/fake_workload.h"

#include "tests/testing.h"

#include <stdbool.h>

int64_t hc_fake_percent(const hc_fake_spread *spread)
{
    return 100 + 10 * (int64_t)(spread->nodes - 1) + 25 * (int64_t)(spread->racks - 1) +
           60 * (int64_t)(spread->pods - 1) + 7 * (int64_t)spread->kind;
}

hc_pace hc_fake_pace(uint32_t work, uint32_t gpu_count, const hc_fake_spread *spread)
{
    int64_t percent = hc_fake_percent(spread);
    return work == HC_FAKE_SCALING ? (hc_pace){percent * 8, 100 * (int64_t)gpu_count, percent}
                                   : (hc_pace){percent, 100, percent};
}

static uint32_t count(const void *self)
{
    (void)self;
    return HC_FAKE_WORK_COUNT;
}

static int packed(void *self, uint32_t work, uint32_t gpu_count, hc_pace *out, hc_error *why)
{
    static const hc_fake_spread TOGETHER = {1, 1, 1, 0};
    (void)self;
    if (work == HC_FAKE_PICKY && gpu_count > 1 && gpu_count % 2 != 0) {
        return hc_error_set(why, HC_ERROR_USAGE, "%u GPUs are not even", gpu_count);
    }
    *out = hc_fake_pace(work, gpu_count, &TOGETHER);
    return 0;
}

/* Different values among those before `rank` and its own. */
static bool is_new(const uint32_t *values, uint32_t rank)
{
    for (uint32_t i = 0; i < rank; i++) {
        if (values[i] == values[rank]) {
            return false;
        }
    }
    return true;
}

static int placed(void *self, uint32_t work, const hc_work_place *place, hc_pace *out,
                  hc_error *error)
{
    const hc_rank_layout *layout = place->layout;
    hc_fake_spread spread = {0};
    (void)self;
    (void)error;
    for (uint32_t rank = 0; rank < layout->ranks; rank++) {
        spread.nodes += is_new(layout->node_of, rank) ? 1 : 0;
        spread.racks += is_new(layout->rack_of, rank) ? 1 : 0;
        spread.pods += is_new(layout->pod_of, rank) ? 1 : 0;
        spread.kind = place->kind_of[rank] > spread.kind ? place->kind_of[rank] : spread.kind;
    }
    *out = hc_fake_pace(work, layout->ranks, &spread);
    return 0;
}

const hc_workload hc_fake_workload = {.count = count, .packed = packed, .placed = placed};
