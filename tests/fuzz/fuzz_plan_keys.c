#include "workloads/plan/plan_keys.h"
#include "workloads/plan/training_memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const hc_key KEYS[] = {HC_PLAN_KEYS("plan", "A plan")};
static const hc_key_table TABLE = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* A plan that is possible has a memory; one that is not has a reason. */
static void look(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    hc_error error = HC_ERROR_NONE;
    bool is_possible = hc_parallel_plan_is_possible(plan, shape);
    int status = hc_parallel_plan_check(plan, shape, &error);
    if ((status == 0) != is_possible || (error.count == 0) != is_possible) {
        abort();
    }
    if (is_possible) {
        hc_training_memory memory;
        hc_training_memory_need(shape, plan, &memory);
        if (!isfinite(memory.total) || memory.total <= 0 || memory.stage >= plan->pp) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const MODELS[] = {"llama3-70b", "deepseek-v3"};
    uint32_t layers[HC_PLAN_MAX_STAGES_LISTED];
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_scenario_parse(&scenario, "p.yaml", (const char *)data, size, &TABLE, 1, NULL, 0,
                          &error) < 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof MODELS / sizeof MODELS[0]; i++) {
        const hc_model_shape *shape = hc_model_find(MODELS[i]);
        const hc_value *value = hc_value_get(hc_scenario_root(scenario), "plan");
        hc_parallel_plan plan;
        if (hc_plan_read(&plan, value, shape, layers, NULL, &error) == 0) {
            look(&plan, shape);
        } else if (error.count == 0) {
            abort();
        }
    }
    hc_scenario_destroy(scenario);
    return 0;
}
