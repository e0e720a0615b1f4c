#include "tests/fuzz/trace_fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_trace_options options = hc_fuzz_options(HC_FORMAT_PHILLY);
    hc_fuzz_import(&options, data, size);
    return 0;
}
