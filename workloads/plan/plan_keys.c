#include "workloads/plan/plan_keys.h"

#include <inttypes.h>
#include <stddef.h>

/* Where the value of a key goes. */
typedef struct place {
    const char *key;
    size_t offset;
} place;

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MEMBER(name) offsetof(hc_parallel_plan, name)

static const place NUMBERS[] = {
    {"gpus", MEMBER(gpus)},
    {"tp", MEMBER(tp)},
    {"pp", MEMBER(pp)},
    {"dp", MEMBER(dp)},
    {"cp", MEMBER(cp)},
    {"ep", MEMBER(ep)},
    {"micro_batch", MEMBER(micro_batch)},
    {"global_batch", MEMBER(global_batch)},
    {"sequence", MEMBER(sequence)},
    {"interleave", MEMBER(interleave)},
    {"zero", MEMBER(zero)},
    {"shard_group", MEMBER(shard_group)},
    {"node_limit", MEMBER(expert_node_limit)},
    {"tuning.rank", MEMBER(lora_rank)},
    {"tuning.layers", MEMBER(trained_layers)},
};

static const place CLAIMS[] = {
    {"sequence_parallel", MEMBER(sequence_parallel)},
    {"fused_attention", MEMBER(has_fused_attention)},
    {"fused_loss", MEMBER(has_fused_loss)},
    {"dropout", MEMBER(has_dropout)},
    {"offload.optimizer", MEMBER(offloads_optimizer)},
    {"offload.activations", MEMBER(offloads_activations)},
    {"overlap.data", MEMBER(overlaps_data)},
    {"overlap.tensor", MEMBER(overlaps_tensor)},
    {"overlap.pipeline", MEMBER(overlaps_pipeline)},
    {"overlap.expert", MEMBER(overlaps_expert)},
    {"merge_dispatch", MEMBER(merges_dispatch)},
    {"tuning.attention_only", MEMBER(lora_attention_only)},
    {"sparse_2to4", MEMBER(is_sparse_2to4)},
};

static const place REALS[] = {
    {"expert_imbalance", MEMBER(expert_imbalance)},
    {"capacity_factor", MEMBER(capacity_factor)},
    {"pruned", MEMBER(pruned_share)},
};

static void read_scalars(const hc_value *map, hc_parallel_plan *out)
{
    char *base = (char *)out;
    const hc_value *value = NULL;
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        if ((value = hc_value_get(map, NUMBERS[i].key)) != NULL) {
            *(uint32_t *)(void *)(base + NUMBERS[i].offset) = (uint32_t)hc_value_integer(value);
        }
    }
    for (size_t i = 0; i < COUNT_OF(CLAIMS); i++) {
        if ((value = hc_value_get(map, CLAIMS[i].key)) != NULL) {
            *(bool *)(void *)(base + CLAIMS[i].offset) = hc_value_boolean(value);
        }
    }
    for (size_t i = 0; i < COUNT_OF(REALS); i++) {
        if ((value = hc_value_get(map, REALS[i].key)) != NULL) {
            *(double *)(void *)(base + REALS[i].offset) = hc_value_real(value);
        }
    }
}

/* The place of a choice, which is the value of its enum. */
static int choice_of(const hc_value *map, const char *key, int otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : (int)hc_value_choice(value);
}

static void read_choices(const hc_value *map, hc_parallel_plan *out)
{
    out->schedule = (hc_pipeline_schedule)choice_of(map, "schedule", (int)out->schedule);
    out->recompute = (hc_recomputation)choice_of(map, "recompute", (int)out->recompute);
    out->context = (hc_context_kind)choice_of(map, "context", (int)out->context);
    out->precision = (hc_precision)choice_of(map, "precision", (int)out->precision);
    out->dispatch_precision =
        (hc_precision)choice_of(map, "dispatch_precision", (int)out->dispatch_precision);
    out->tuning = (hc_tuning)choice_of(map, "tuning.kind", (int)out->tuning);
    out->has_fp32_gradients = choice_of(map, "gradients", 0) == 0;
}

/* As many as there are stages; stages are as many as there are numbers where pp is not given. */
static int read_stage_layers(const hc_value *map, uint32_t *stage_layers, hc_parallel_plan *out,
                             hc_error *note, hc_error *error)
{
    const hc_value *list = hc_value_get(map, "stage_layers");
    size_t count = hc_value_count(list);
    if (list == NULL) {
        return 0;
    }
    if (hc_value_get(map, "pp") == NULL) {
        out->pp = (uint32_t)count;
        (void)hc_error_set(note, HC_ERROR_OK, "pp: %zu, as many as stage_layers", count);
    }
    if (count != out->pp) {
        return hc_value_error(list, error, "expected pp = %" PRIu32 " numbers, found %zu", out->pp,
                              count);
    }
    for (size_t i = 0; i < count; i++) {
        stage_layers[i] = (uint32_t)hc_value_integer(hc_value_at(list, i));
    }
    out->stage_layers = stage_layers;
    return 0;
}

/* Whoever cuts the layers cuts what lies between them as well, wherever that can be cut. */
static void complete_sequence_parallel(const hc_value *map, hc_parallel_plan *out, hc_error *note)
{
    bool can_be = out->tp > 1 && out->sequence / out->cp % out->tp == 0;
    if (can_be && hc_value_get(map, "sequence_parallel") == NULL) {
        out->sequence_parallel = true;
        (void)hc_error_set(note, HC_ERROR_OK, "sequence_parallel: true, with tp > 1");
    }
}

int hc_plan_read(hc_parallel_plan *out, const hc_value *plan, const hc_model_shape *shape,
                 uint32_t stage_layers[HC_PLAN_MAX_STAGES_LISTED], hc_error *note, hc_error *error)
{
    *out = hc_parallel_plan_default();
    read_scalars(plan, out);
    read_choices(plan, out);
    if (read_stage_layers(plan, stage_layers, out, note, error) < 0) {
        return -1;
    }
    hc_parallel_plan_complete(out, shape, note);
    complete_sequence_parallel(plan, out, note);
    return 0;
}
