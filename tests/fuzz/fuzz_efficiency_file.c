#include "workloads/step/efficiency_file.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_efficiency_file *file = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_efficiency_file_parse(&file, "profile", (const char *)data, size, &error) == 0) {
        const hc_efficiency *profile = hc_efficiency_file_profile(file);
        for (int i = 0; i < HC_EFF_COUNT; i++) {
            if (!isfinite(profile->values[i])) {
                abort();
            }
        }
    }
    hc_efficiency_file_destroy(file);
    return 0;
}
