#include "workloads/training/training_keys.h"

#include <string.h>

static bool claim_or(const hc_value *map, const char *key, bool otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_boolean(value);
}

/* Passes on what a check has found, one message per line of it. */
static int report(const hc_value *value, const hc_error *found, hc_error *error)
{
    for (const char *line = found->text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        (void)hc_value_error(value, error, "%.*s", (int)length, line);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return -1;
}

static int read_amount(hc_training_work *work, const hc_value *map, bool is_drawn, hc_error *error)
{
    const hc_value *tokens = hc_value_get(map, "tokens");
    const hc_value *steps = hc_value_get(map, "steps");
    if (is_drawn) {
        work->steps = 1;
        return tokens == NULL && steps == NULL
                   ? 0
                   : hc_value_error(tokens == NULL ? steps : tokens, error,
                                    "run_time says how long the jobs take");
    }
    if ((tokens == NULL) == (steps == NULL)) {
        return hc_value_error(map, error, "give tokens or steps, one of the two");
    }
    work->tokens = tokens == NULL ? 0 : hc_value_real(tokens);
    work->steps = steps == NULL ? 0 : (uint64_t)hc_value_integer(steps);
    return 0;
}

static int read_kinds(hc_training_work *work, const hc_training_desk *desk, const hc_value *gpu,
                      hc_error *error)
{
    work->kinds = gpu == NULL ? UINT64_MAX : hc_machine_kinds(desk->machine, hc_value_text(gpu));
    return work->kinds != 0
               ? 0
               : hc_value_error(gpu, error, "the cluster has no GPU \"%s\"", hc_value_text(gpu));
}

static int read_shape(hc_training_work *work, const hc_value *map, hc_error *error)
{
    const hc_value *model = hc_value_get(map, "model");
    return model == NULL ? hc_value_error(map, error, "a model is missing")
                         : hc_model_read(model, &work->shape, error);
}

/* A plan can be judged only when its model is sound. */
static int read_plan(hc_training_work *work, const hc_value *map,
                     uint32_t stage_layers[HC_PLAN_MAX_STAGES_LISTED], hc_error *error)
{
    const hc_value *plan = hc_value_get(map, "plan");
    hc_error found = HC_ERROR_NONE;
    if (hc_plan_read(&work->plan, plan, &work->shape, stage_layers, NULL, error) < 0) {
        return -1;
    }
    return hc_parallel_plan_check(&work->plan, &work->shape, &found) < 0
               ? report(plan == NULL ? map : plan, &found, error)
               : 0;
}

int hc_training_read(const hc_training_desk *desk, const hc_value *map, const char *name,
                     bool is_drawn, uint32_t *number, hc_error *error)
{
    hc_training_work work = {.name = name, .partition = desk->partition};
    uint32_t stage_layers[HC_PLAN_MAX_STAGES_LISTED];
    hc_error found = HC_ERROR_NONE;
    int status = 0;
    if (desk->training == NULL) {
        return hc_value_error(map, error, "what is trained needs fidelity: analytic");
    }
    status |= read_amount(&work, map, is_drawn, error);
    status |= read_kinds(&work, desk, hc_value_get(map, "gpu"), error);
    work.is_elastic = claim_or(map, "elastic", false);
    if (read_shape(&work, map, error) < 0 || read_plan(&work, map, stage_layers, error) < 0 ||
        status < 0) {
        return -1;
    }
    return hc_training_add(desk->training, &work, number, &found) < 0 ? report(map, &found, error)
                                                                      : 0;
}
