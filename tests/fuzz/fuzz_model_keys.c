#include "workloads/catalogue/model_keys.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const hc_key KEYS[] = {HC_MODEL_KEYS("model", "A model")};
static const hc_key_table TABLE = {KEYS, sizeof KEYS / sizeof KEYS[0]};

static hc_scenario *parse(const char *text, size_t size)
{
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    (void)hc_scenario_parse(&scenario, "m.yaml", text, size, &TABLE, 1, NULL, 0, &error);
    return scenario;
}

static bool is_count(double value)
{
    return isfinite(value) && value >= 0 && value == floor(value);
}

/* A shape that is accepted can be counted: whole numbers, parts that are no more than the whole. */
static void look(const hc_model_shape *shape)
{
    hc_error error = HC_ERROR_NONE;
    hc_model_parameters p = {.total = 0};
    hc_model_flops flops = {.total = 0};
    if (hc_model_check(shape, &error) < 0 || error.count > 0 || shape->name == NULL) {
        abort();
    }
    hc_model_count_parameters(shape, &p);
    hc_model_count_flops(shape, shape->sequence, HC_ATTENTION_CAUSAL, &flops);
    if (!is_count(p.total) || !is_count(p.active) || p.active > p.total || p.mtp > p.total ||
        !isfinite(flops.total) || flops.head > flops.total || flops.total <= 0) {
        abort();
    }
}

/* What is accepted means the same when the resolved text is read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_scenario *scenario = parse((const char *)data, size);
    hc_scenario *again = NULL;
    const hc_value *model = NULL;
    hc_model_shape shape;
    hc_model_shape same;
    hc_error error = HC_ERROR_NONE;
    if (scenario != NULL && (model = hc_value_get(hc_scenario_root(scenario), "model")) != NULL) {
        if (hc_model_read(model, &shape, &error) < 0) {
            if (error.count == 0) {
                abort();
            }
        } else {
            look(&shape);
            again = parse(hc_scenario_text(scenario), strlen(hc_scenario_text(scenario)));
            if (again == NULL ||
                hc_model_read(hc_value_get(hc_scenario_root(again), "model"), &same, &error) < 0 ||
                strcmp(same.name, shape.name) != 0 || same.layers != shape.layers ||
                same.experts != shape.experts || same.kv_heads != shape.kv_heads) {
                abort();
            }
        }
    }
    hc_scenario_destroy(again);
    hc_scenario_destroy(scenario);
    return 0;
}
