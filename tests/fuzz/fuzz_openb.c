#include "tests/fuzz/trace_fuzzing.h"
#include "traces/openb_nodes.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same bytes as a list of nodes. */
static void read_nodes(const uint8_t *data, size_t size)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_machine *machine = hc_machine_create();
    if (machine != NULL && hc_input_file_open_memory(&input, "fuzz", data, size, &error) == 0) {
        if (hc_openb_nodes_read_input(machine, input, &error) == 0) {
            if (hc_machine_freeze(machine, &error) < 0 || hc_machine_node_count(machine) == 0) {
                abort();
            }
        } else if (error.count == 0) {
            abort();
        }
    }
    hc_input_file_close(input);
    hc_machine_destroy(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_trace_options options = hc_fuzz_options(HC_FORMAT_OPENB);
    hc_fuzz_import(&options, data, size);
    read_nodes(data, size);
    return 0;
}
