#include "tests/fuzz/trace_fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The three formats of one reader. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hc_trace_format FORMATS[] = {HC_FORMAT_HELIOS_LOG, HC_FORMAT_ACME_SEREN,
                                              HC_FORMAT_ACME_KALOS};
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        hc_trace_options options = hc_fuzz_options(FORMATS[i]);
        hc_fuzz_import(&options, data, size);
    }
    return 0;
}
