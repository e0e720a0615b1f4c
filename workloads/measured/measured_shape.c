#include "workloads/measured/measured_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Shapes of rows: given by columns, by the name of a public model, or by both. */

enum { NAME_SIZE = 96, VOCABULARY = 51200, SEQUENCE = 2048 };

/* "DeepSeek-V3 671B (37B active)" is asked for whole, then by the words before its last ones. */
static const hc_model_shape *find_model(const char *name)
{
    char text[NAME_SIZE];
    const hc_model_shape *found = NULL;
    char *cut = NULL;
    (void)snprintf(text, sizeof text, "%s", name);
    found = hc_model_find(text);
    cut = strchr(text, '(');
    for (int i = 0; i < 2 && found == NULL && cut != NULL && cut > text; i++) {
        while (cut > text && cut[-1] == ' ') {
            cut--;
        }
        *cut = '\0';
        found = text[0] == '\0' ? NULL : hc_model_find(text);
        cut = strrchr(text, ' ');
    }
    return found;
}

typedef struct given_shape {
    uint32_t layers, hidden, heads, kv_heads, ffn, vocabulary, sequence, experts,
        topk; /* 0: not given */
    bool has_latent_attention;
} given_shape;

static int read_given(given_shape *given, const char *const *cells, hc_error *error)
{
    const struct {
        hc_measured_column column;
        uint32_t *out;
    } COUNTS[] = {
        {HC_MEASURED_LAYERS, &given->layers},         {HC_MEASURED_HIDDEN, &given->hidden},
        {HC_MEASURED_HEADS, &given->heads},           {HC_MEASURED_FFN, &given->ffn},
        {HC_MEASURED_VOCABULARY, &given->vocabulary}, {HC_MEASURED_SEQUENCE, &given->sequence},
        {HC_MEASURED_EXPERTS, &given->experts},       {HC_MEASURED_TOPK, &given->topk},
    };
    int status = 0;
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        status = hc_cell_count(cells[COUNTS[i].column], COUNTS[i].column, COUNTS[i].out, error) < 0
                     ? -1
                     : status;
    }
    given->has_latent_attention = hc_cell_has(cells[HC_MEASURED_KV_HEADS], "MLA");
    if (!given->has_latent_attention) {
        status = hc_cell_count(cells[HC_MEASURED_KV_HEADS], HC_MEASURED_KV_HEADS, &given->kv_heads,
                               error) < 0
                     ? -1
                     : status;
    }
    return status;
}

static void replace(uint32_t *value, uint32_t given)
{
    *value = given > 0 ? given : *value;
}

static bool is_same_model(const hc_model_shape *model, const given_shape *given)
{
    bool is_whole = given->hidden > 0; /* a row that says so much names its experts */
    return (given->hidden == 0 || given->hidden == model->hidden) &&
           (given->heads == 0 || given->heads == model->heads) &&
           (is_whole ? (given->experts > 0) == (model->experts > 0)
                     : given->experts == 0 || model->experts > 0) &&
           (!given->has_latent_attention || model->kv_rank > 0);
}

/* Fewer layers than the model has, for a test of an engine: dense ones in proportion, but one at least, and no blocks of
 * multi-token prediction. */
static void cut_layers(hc_measured_row *row, const hc_model_shape *model)
{
    hc_model_shape *shape = &row->shape;
    uint64_t dense = (uint64_t)model->dense_layers * shape->layers / model->layers;
    if (model->dense_layers > 0) {
        shape->dense_layers = dense < 1 ? 1 : (uint32_t)dense;
    }
    shape->mtp_layers = 0;
    hc_measured_row_remark(row, "%s with %u layers", model->name, shape->layers);
    if (model->dense_layers > 0 || model->mtp_layers > 0) {
        hc_measured_row_remark(row, "%u of them dense, no multi-token prediction",
                               shape->dense_layers);
    }
}

/* A public model, with what the row says about it. Tables of experts give the width of one as `ffn`. */
static void take_model(hc_measured_row *row, const hc_model_shape *model, const given_shape *given)
{
    hc_model_shape *shape = &row->shape;
    *shape = *model;
    replace(&shape->layers, given->layers);
    replace(&shape->kv_heads, shape->kv_rank > 0 ? 0 : given->kv_heads);
    replace(&shape->vocabulary, given->vocabulary);
    replace(&shape->sequence, given->sequence);
    replace(&shape->experts, given->experts);
    replace(&shape->experts_per_token, given->topk);
    if (shape->experts == 0) {
        replace(&shape->ffn, given->ffn);
    } else if (given->ffn > 0 && given->ffn != shape->ffn) {
        shape->expert_ffn = given->ffn;
    }
    if (shape->layers != model->layers) {
        cut_layers(row, model);
    } else if (given->layers == 0) {
        hc_measured_row_remark(row, "dimensions of %s from the catalogue", model->name);
    }
}

static double parameters_of(const hc_model_shape *shape)
{
    hc_model_parameters parameters;
    hc_model_count_parameters(shape, &parameters);
    return parameters.total;
}

/* Which of gated or plain, tied or untied comes nearest to the parameters that the row states. */
static void match_parameters(hc_measured_row *row, const char *cell)
{
    hc_model_shape best = row->shape;
    double stated = 0;
    double least = 0;
    if (!hc_cell_number(cell, &stated) || stated <= 0) {
        return;
    }
    least = fabs(parameters_of(&best) / (stated * 1e9) - 1) *
            0.5; /* the usual one, unless another is far better */
    for (int i = 0; i < 4; i++) {
        hc_model_shape other = row->shape;
        double distance = 0;
        other.is_gated = (i & 1) != 0;
        other.is_tied = (i & 2) != 0;
        distance = fabs(parameters_of(&other) / (stated * 1e9) - 1);
        if (distance < least) {
            least = distance;
            best = other;
        }
    }
    row->shape = best;
}

static void set_head_size(hc_measured_row *row)
{
    hc_model_shape *shape = &row->shape;
    shape->head_size = shape->hidden / shape->heads;
    if (shape->hidden % shape->heads != 0 || shape->head_size == 0) {
        shape->head_size = 64;
        hc_measured_row_remark(row, "head size 64 (hidden / heads is not whole)");
    }
}

/* GPT models before 2023 are alike; those after Llama are alike in another way. */
static void set_kind(hc_model_shape *shape)
{
    bool is_gpt =
        shape->experts == 0 && shape->kv_heads == shape->heads && shape->ffn == 4 * shape->hidden;
    shape->is_gated = !is_gpt;
    shape->is_tied = is_gpt;
    shape->has_positions = is_gpt;
    shape->has_layer_norm = is_gpt;
    shape->has_biases = is_gpt;
}

static int set_feed_forward(hc_measured_row *row, const given_shape *given, hc_error *error)
{
    hc_model_shape *shape = &row->shape;
    shape->ffn = given->ffn;
    if (given->ffn == 0 && given->hidden <= UINT32_MAX / 4) {
        shape->ffn = 4 * given->hidden;
        hc_measured_row_remark(row, "ffn 4 x hidden");
    }
    if (given->experts > 0) {
        if (given->topk == 0) {
            return hc_error_set(error, HC_ERROR_TRACE, "topk: needed with experts");
        }
        shape->experts = given->experts;
        shape->experts_per_token = given->topk;
        shape->expert_ffn = shape->ffn;
        shape->ffn = 0;
    }
    return 0;
}

/* A shape from columns alone. */
static int build(hc_measured_row *row, const given_shape *given, const char *const *cells,
                 hc_error *error)
{
    const char *name = cells[HC_MEASURED_MODEL];
    hc_model_shape *shape = &row->shape;
    if (given->layers == 0 || given->hidden == 0 || given->heads == 0) {
        const char *near = hc_model_suggest(name);
        return hc_error_set(error, HC_ERROR_TRACE,
                            "layers, hidden and heads are not stated, and the catalogue has no "
                            "model \"%.40s\"%s%s%s",
                            name, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                            near == NULL ? "" : "?");
    }
    if (given->has_latent_attention) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "kv_heads: the ranks of MLA are those of a model of the catalogue, "
                            "which has no \"%.40s\" of this shape",
                            name);
    }
    *shape = (hc_model_shape){
        .name = name[0] == '\0' ? "model" : name,
        .layers = given->layers,
        .hidden = given->hidden,
        .heads = given->heads,
        .kv_heads = given->kv_heads > 0 ? given->kv_heads : given->heads,
        .vocabulary = given->vocabulary > 0 ? given->vocabulary : VOCABULARY,
        .sequence = given->sequence > 0 ? given->sequence : SEQUENCE,
    };
    set_head_size(row);
    if (set_feed_forward(row, given, error) < 0) {
        return -1;
    }
    if (given->vocabulary == 0) {
        hc_measured_row_remark(row, "vocabulary %d", VOCABULARY);
    }
    if (given->sequence == 0) {
        hc_measured_row_remark(row, "sequence %d", SEQUENCE);
    }
    set_kind(shape);
    return 0;
}

int hc_measured_read_shape(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    const hc_model_shape *model = find_model(cells[HC_MEASURED_MODEL]);
    given_shape given = {0};
    if (read_given(&given, cells, error) < 0) {
        return -1;
    }
    if (model != NULL && is_same_model(model, &given)) {
        take_model(row, model, &given);
        return hc_model_check(&row->shape, error);
    }
    if (build(row, &given, cells, error) < 0 || hc_model_check(&row->shape, error) < 0) {
        return -1;
    }
    match_parameters(row, cells[HC_MEASURED_PARAMETERS]);
    return 0;
}
