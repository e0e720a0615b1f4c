#include "traces/capacity_file.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hc_machine *make_machine(void)
{
    const hc_node_group nodes = {.count = 12, .gpu_count = 8};
    hc_machine *machine = hc_machine_create();
    if (machine == NULL || hc_machine_add(machine, &nodes, NULL) < 0 ||
        hc_machine_freeze(machine, NULL) < 0) {
        abort();
    }
    return machine;
}

static void check(const hc_calendar *calendar)
{
    for (size_t i = 0; i < calendar->count; i++) {
        const hc_calendar_step *step = &calendar->steps[i];
        if (step->gpu_count != (uint64_t)step->node_count * 8 || step->node_count > 12 ||
            (i > 0 && (step->at <= step[-1].at || step->gpu_count == step[-1].gpu_count))) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_machine *machine = make_machine();
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    const hc_capacity_file_options options = {.column = "total", .machine = machine};
    if (hc_input_file_open_memory(&input, "fuzz", data, size, &error) == 0 &&
        hc_capacity_file_read_input(&calendar, input, &options, &error) == 0) {
        check(&calendar);
    } else if (error.count == 0) {
        abort();
    }
    hc_input_file_close(input);
    hc_calendar_free(&calendar);
    hc_machine_destroy(machine);
    return 0;
}
