#ifndef HC_TESTS_SIM_FAKE_WORKLOAD_H
#define HC_TESTS_SIM_FAKE_WORKLOAD_H

#include "sim/interfaces/workload.h"

/** Works whose pace anybody can work out by hand: each node, rack and pod beyond the first, and each later kind of GPU, costs some
 *  per cent. Texts of refusals name the number of GPUs. */
typedef enum hc_fake_work {
    HC_FAKE_PLAIN = 1, /**< as long as its source says where it is packed, on any number of GPUs */
    HC_FAKE_SCALING,   /**< 8 GPUs take as long as its source says, others in inverse proportion */
    HC_FAKE_PICKY,     /**< as the first, but on an even number of GPUs or on one only */
    HC_FAKE_WORK_COUNT = HC_FAKE_PICKY,
} hc_fake_work;

/** How a job lies. */
typedef struct hc_fake_spread {
    uint32_t nodes;
    uint32_t racks;
    uint32_t pods;
    uint32_t kind; /**< the greatest */
} hc_fake_spread;

/** 100 + 10 for each further node + 25 for each rack + 60 for each pod + 7 for each kind. */
int64_t hc_fake_percent(const hc_fake_spread *spread);

/** The pace of a work on so many GPUs that lie so. */
hc_pace hc_fake_pace(uint32_t work, uint32_t gpu_count, const hc_fake_spread *spread);

extern const hc_workload hc_fake_workload;

#endif
