#include "workloads/catalogue/model_keys.h"

#include <stddef.h>
#include <string.h>

/* Keys that are whole numbers, and where they go. */
static const struct {
    const char *key;
    size_t offset;
} NUMBERS[] = {
    {"layers", offsetof(hc_model_shape, layers)},
    {"hidden", offsetof(hc_model_shape, hidden)},
    {"heads", offsetof(hc_model_shape, heads)},
    {"kv_heads", offsetof(hc_model_shape, kv_heads)},
    {"head_size", offsetof(hc_model_shape, head_size)},
    {"ffn", offsetof(hc_model_shape, ffn)},
    {"vocabulary", offsetof(hc_model_shape, vocabulary)},
    {"sequence", offsetof(hc_model_shape, sequence)},
    {"mla.q_rank", offsetof(hc_model_shape, q_rank)},
    {"mla.kv_rank", offsetof(hc_model_shape, kv_rank)},
    {"mla.rope_head_size", offsetof(hc_model_shape, rope_head_size)},
    {"mla.value_head_size", offsetof(hc_model_shape, value_head_size)},
    {"moe.experts", offsetof(hc_model_shape, experts)},
    {"moe.per_token", offsetof(hc_model_shape, experts_per_token)},
    {"moe.ffn", offsetof(hc_model_shape, expert_ffn)},
    {"moe.shared_ffn", offsetof(hc_model_shape, shared_ffn)},
    {"moe.dense_layers", offsetof(hc_model_shape, dense_layers)},
    {"mtp_layers", offsetof(hc_model_shape, mtp_layers)},
};

/* The same of booleans. */
static const struct {
    const char *key;
    size_t offset;
} CLAIMS[] = {
    {"gated", offsetof(hc_model_shape, is_gated)},
    {"tied", offsetof(hc_model_shape, is_tied)},
    {"positions", offsetof(hc_model_shape, has_positions)},
    {"biases", offsetof(hc_model_shape, has_biases)},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_given(const hc_value *model, const char *key)
{
    return hc_value_get(model, key) != NULL;
}

/* @return whether the map says anything about the shape */
static bool read_values(const hc_value *model, hc_model_shape *out)
{
    const hc_value *norm = hc_value_get(model, "norm");
    bool is_any = norm != NULL;
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        const hc_value *value = hc_value_get(model, NUMBERS[i].key);
        if (value != NULL) {
            *(uint32_t *)(void *)((char *)out + NUMBERS[i].offset) =
                (uint32_t)hc_value_integer(value);
            is_any = true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(CLAIMS); i++) {
        const hc_value *value = hc_value_get(model, CLAIMS[i].key);
        if (value != NULL) {
            *(bool *)((char *)out + CLAIMS[i].offset) = hc_value_boolean(value);
            is_any = true;
        }
    }
    if (norm != NULL) {
        out->has_layer_norm = hc_value_choice(norm) == 0;
    }
    return is_any;
}

/* A shape of its own must say what no rule can fill in. */
static int require_whole(const hc_value *model, hc_error *error)
{
    static const char *const KEYS[] = {"layers", "hidden", "heads", "vocabulary", "sequence"};
    int status = 0;
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        if (!is_given(model, KEYS[i])) {
            status = hc_value_error(model, error,
                                    "a model without the name of a public one needs %s", KEYS[i]);
        }
    }
    if (!is_given(model, "ffn") && !is_given(model, "moe.ffn")) {
        status = hc_value_error(
            model, error,
            "a model without the name of a public one needs ffn, or moe with experts");
    }
    return status;
}

static int refuse_name(const hc_value *name, hc_error *error)
{
    const char *text = hc_value_text(name);
    const char *near = hc_model_suggest(text);
    return near == NULL
               ? hc_value_error(name, error, "unknown model \"%s\"; give its shape beside it", text)
               : hc_value_error(name, error, "unknown model \"%s\"; did you mean \"%s\"?", text,
                                near);
}

/* A name is either that of a public model or the user's, for a whole shape. */
static int read_base(const hc_value *model, const hc_model_shape *base, hc_model_shape *out,
                     hc_error *error)
{
    const hc_value *name = hc_value_get(model, "name");
    bool is_whole = require_whole(model, NULL) == 0;
    *out = (hc_model_shape){.name = "model", .is_gated = true};
    if (base != NULL) {
        *out = *base;
        return 0;
    }
    if (name != NULL && !is_whole) {
        (void)refuse_name(name, error);
    }
    if (!is_whole && (name == NULL || read_values(model, out))) {
        return require_whole(model, error);
    }
    out->name = name == NULL ? out->name : hc_value_text(name);
    return is_whole ? 0 : -1;
}

/* Where nothing is said, keys and values have as many heads as queries (those of latent attention always have), and
 * heads share the hidden state. */
static int complete_heads(const hc_value *model, const hc_model_shape *base, hc_model_shape *out,
                          hc_error *error)
{
    bool is_multi_head = base == NULL || base->kv_heads == base->heads || out->kv_rank > 0;
    if (!is_given(model, "kv_heads") && is_multi_head) {
        out->kv_heads = out->heads;
    }
    if (base == NULL && !is_given(model, "head_size")) {
        if (out->hidden % out->heads != 0) {
            return hc_value_error(model, error,
                                  "needs head_size, as hidden %u is no multiple of heads %u",
                                  out->hidden, out->heads);
        }
        out->head_size = out->hidden / out->heads;
    }
    return 0;
}

/* One message for each defect of the shape, at the place of the model. */
static int check_shape(const hc_value *model, const hc_model_shape *shape, hc_error *error)
{
    hc_error defects = HC_ERROR_NONE;
    char *rest = NULL;
    if (hc_model_check(shape, &defects) == 0) {
        return 0;
    }
    for (char *line = strtok_r(defects.text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        (void)hc_value_error(model, error, "%s", line);
    }
    return -1;
}

int hc_model_read(const hc_value *model, hc_model_shape *out, hc_error *error)
{
    const hc_value *name = hc_value_get(model, "name");
    const hc_model_shape *base = name == NULL ? NULL : hc_model_find(hc_value_text(name));
    if (read_base(model, base, out, error) < 0) {
        return -1;
    }
    if (!read_values(model, out)) {
        return 0;
    }
    out->source = NULL;
    if (complete_heads(model, base, out, error) < 0) {
        return -1;
    }
    if (out->experts > 0 && out->dense_layers == 0 && !is_given(model, "ffn")) {
        out->ffn = 0; /* the public model had no experts */
    }
    return check_shape(model, out, error);
}
