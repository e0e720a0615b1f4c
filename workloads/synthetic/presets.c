#include "workloads/synthetic/presets.h"

#include <assert.h>
#include <string.h>

static const hc_preset PRESETS[HC_PRESET_COUNT] = {
    {"philly", "Microsoft Philly 2017: nine in ten jobs on one GPU, long gangs of 4 and 8",
     &hc_preset_philly},
    {"helios", "SenseTime Helios 2020, cluster Venus: half on one GPU, a quarter on 8, a day cycle",
     &hc_preset_helios},
    {"acme-seren", "Shanghai AI Lab Acme 2023, cluster Seren: language models and much else",
     &hc_preset_acme_seren},
    {"acme-kalos", "Shanghai AI Lab Acme 2023, cluster Kalos: language models up to 1,024 GPUs",
     &hc_preset_acme_kalos},
    {"pai", "Alibaba PAI 2020: fractions of a GPU and gangs of many workers", &hc_preset_pai},
    {"demo", "A month on 2,048 GPUs: 100,000 jobs, most on one GPU, a few gangs up to 1,024",
     &hc_preset_demo},
};

const hc_preset *hc_preset_at(size_t index)
{
    assert(index < HC_PRESET_COUNT);
    return &PRESETS[index];
}

const hc_preset *hc_preset_find(const char *name)
{
    for (size_t i = 0; i < HC_PRESET_COUNT; i++) {
        if (strcmp(PRESETS[i].name, name) == 0) {
            return &PRESETS[i];
        }
    }
    return NULL;
}
