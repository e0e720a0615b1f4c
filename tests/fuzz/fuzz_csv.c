#include "tests/fuzz/trace_fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_trace_options options = hc_fuzz_options(HC_FORMAT_CSV);
    hc_trace_options few = hc_fuzz_options(HC_FORMAT_CSV);
    for (int i = 0; i < HC_COLUMN_COUNT; i++) {
        options.columns[i] = hc_column_name((hc_column)i);
    }
    few.columns[HC_COLUMN_SUBMIT] = "submit";
    few.columns[HC_COLUMN_RUNTIME] = "runtime";
    few.columns[HC_COLUMN_GPUS] = "gpus";
    hc_fuzz_import(&options, data, size);
    hc_fuzz_import(&few, data, size);
    return 0;
}
