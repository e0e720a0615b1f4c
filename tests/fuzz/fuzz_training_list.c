#include "workloads/training/training_jobs.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hc_comm_cost cost(const void *self, hc_collective kind, double bytes,
                         const hc_comm_group *group)
{
    (void)self;
    (void)kind;
    return (hc_comm_cost){.seconds = group->ranks == 1 ? 0 : 1e-6 + bytes * 1e-11};
}

/* Every job can be done where it asks to be, in some time. */
static void look(hc_training *training, hc_job_source *source)
{
    hc_workload workload = hc_training_workload(training);
    hc_error error = HC_ERROR_NONE;
    hc_job_spec spec;
    hc_time before = 0;
    for (int i = 0; i < 100 && source->next(source->self, &spec, &error) == 1; i++) {
        hc_pace pace;
        if (spec.submit < before || spec.run_time <= 0 || spec.workload == 0 ||
            workload.packed(workload.self, spec.workload, spec.request.gpu_count, &pace, &error) <
                0 ||
            pace.here != pace.reference || pace.step <= 0) {
            abort();
        }
        (void)workload.packed(workload.self, spec.workload, 2 * spec.request.gpu_count, &pace,
                              &error);
        before = spec.submit;
    }
}

static void read_list(const hc_machine *machine, const hc_value *list)
{
    static const hc_network NETWORK = {.cost = cost};
    hc_training_kind kinds[] = {{hc_accelerator_find("A100"), &NETWORK},
                                {hc_accelerator_find("H100"), &NETWORK}};
    hc_training_desk desk = {.machine = machine};
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    if (hc_training_create(&desk.training, machine, kinds, &error) < 0) {
        abort();
    }
    if (hc_training_jobs_create(&source, &desk, list, &error) == 0) {
        look(desk.training, &source);
        source.destroy(source.self);
    } else if (error.count == 0) {
        abort();
    }
    hc_training_destroy(desk.training);
}

static hc_machine *build_machine(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 2, .gpu_count = 8, .kind = "A100", .partition = "a"},
        {.count = 8, .gpu_count = 8, .kind = "H100", .per_rack = 2, .partition = "b"}};
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    if (hc_machine_add(machine, &GROUPS[0], &error) < 0 ||
        hc_machine_add(machine, &GROUPS[1], &error) < 0 || hc_machine_freeze(machine, &error) < 0) {
        abort();
    }
    return machine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hc_key WORKLOAD[] = {{.path = "workload", .type = HC_KEY_MAP, .help = "Jobs"}};
    const hc_key_table tables[] = {{WORKLOAD, 1}, hc_training_list_keys};
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    const hc_value *list = NULL;
    if (hc_scenario_parse(&scenario, "t.yaml", (const char *)data, size, tables, 2, NULL, 0,
                          &error) < 0) {
        return 0;
    }
    list = hc_value_get(hc_scenario_root(scenario), "workload.training");
    if (list != NULL) {
        hc_machine *machine = build_machine();
        read_list(machine, list);
        hc_machine_destroy(machine);
    }
    hc_scenario_destroy(scenario);
    return 0;
}
