#include "workloads/catalogue/describe_catalogue.h"

#include "sim/scenario/suggest.h"
#include "sim/scenario/wrap.h"
#include "workloads/catalogue/accelerators.h"
#include "workloads/catalogue/model_shape.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

enum { INDENT = 4, NOTE_SIZE = 512 };

static const char *const ACCELERATOR_HEAD =
    "Dense peaks in TFLOP/s (bf16: or fp16; fp8: with scales of blocks as well where there is "
    "fp4;\n"
    "2:4 sparsity apart), memory in GiB and GB/s, links to the other GPUs of the node in GB/s per\n"
    "direction, GPUs of a node, its network cards in GB/s per GPU and direction, watts, dollars "
    "per\n"
    "hour. -: not offered, or not known.\n\n"
    "                  fp32   tf32   bf16    fp8    fp4   int8  GiB  GB/s links node    NIC    W"
    "    $/h\n";

static const char *const MODEL_HEAD =
    "Parameters in all; those that a token meets, embedding and head included, blocks of "
    "multi-token\n"
    "prediction not; layers; width; heads of queries, heads of keys, their size; width of the\n"
    "feed-forward part of layers without experts; tokens of the vocabulary as published; tokens "
    "of\n"
    "the sequences of most of the training.\n\n"
    "                  parameters  active layers hidden heads  kv size    ffn vocabulary "
    "sequence\n";

static int finish(FILE *out, hc_error *error)
{
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s", strerror(errno));
    }
    return 0;
}

/* A line that is put together: the catalogues are our own, and their longest texts are known. */
typedef struct note {
    char text[NOTE_SIZE];
    size_t length;
} note;

__attribute__((format(printf, 2, 3))) static void add(note *n, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    n->length +=
        (size_t)vsnprintf(n->text + n->length, sizeof n->text - n->length, format, arguments);
    va_end(arguments);
    assert(n->length < sizeof n->text);
}

/* Nothing for an empty note. */
static void write_note(FILE *out, const note *n)
{
    if (n->length > 0) {
        (void)fprintf(out, "%*s", INDENT, "");
        hc_wrap_write(out, n->text, INDENT);
    }
}

static void write_source(FILE *out, const char *prefix, const char *source)
{
    note n = {.length = 0};
    if (source != NULL) {
        add(&n, "%s%s", prefix, source);
        write_note(out, &n);
    }
}

/* "also A100-80GB, A100": names that are found as well. */
static void write_aliases(FILE *out, const char *aliases)
{
    note n = {.length = 0};
    for (const char *name = aliases; name != NULL; name = hc_choice_next(name)) {
        add(&n, "%s%.*s", name == aliases ? "also " : ", ", (int)hc_choice_length(name), name);
    }
    write_note(out, &n);
}

/* A figure in a larger unit, or a dash for what is not offered or not known. */
static void write_figure(FILE *out, int width, double value, double unit)
{
    if (value == 0) {
        (void)fprintf(out, " %*s", width, "-");
    } else {
        (void)fprintf(out, " %*.5g", width, value / unit);
    }
}

static void write_measured(FILE *out, const hc_accelerator *gpu)
{
    note n = {.length = 0};
    if (gpu->gemm_flops_bf16 > 0) {
        add(&n, "largest rate measured for a matrix multiplication: %.5g TFLOP/s in bf16",
            gpu->gemm_flops_bf16 / 1e12);
    }
    if (gpu->gemm_flops_fp8 > 0) {
        add(&n, ", %.5g in fp8", gpu->gemm_flops_fp8 / 1e12);
    }
    write_note(out, &n);
}

static void write_accelerator(FILE *out, const hc_accelerator *gpu)
{
    static const hc_precision PEAKS[] = {HC_FP32, HC_TF32, HC_BF16, HC_FP8, HC_FP4, HC_INT8};
    double half = gpu->flops[HC_BF16] > 0 ? gpu->flops[HC_BF16] : gpu->flops[HC_FP16];
    (void)fprintf(out, "%-15s", gpu->name);
    for (size_t i = 0; i < sizeof PEAKS / sizeof PEAKS[0]; i++) {
        write_figure(out, 6, PEAKS[i] == HC_BF16 ? half : gpu->flops[PEAKS[i]], 1e12);
    }
    write_figure(out, 4, gpu->memory_bytes, 1073741824);
    write_figure(out, 5, gpu->memory_bytes_per_second, 1e9);
    write_figure(out, 5, gpu->scaleup_bytes_per_second, 1e9);
    write_figure(out, 4, gpu->gpus_per_node, 1);
    write_figure(out, 6, gpu->nic_bytes_per_second, 1e9);
    write_figure(out, 4, gpu->watts, 1);
    write_figure(out, 6, gpu->dollars_per_hour, 1);
    (void)fputc('\n', out);
    write_aliases(out, gpu->aliases);
    write_measured(out, gpu);
    write_source(out, "", gpu->source);
    write_source(out, "price: ", gpu->price_source);
}

int hc_describe_accelerators(FILE *out, hc_error *error)
{
    (void)fputs(ACCELERATOR_HEAD, out);
    for (size_t i = 0; i < hc_accelerator_count(); i++) {
        write_accelerator(out, hc_accelerator_at(i));
    }
    return finish(out, error);
}

/* "671 B", "125 M". */
static void write_parameters(FILE *out, double count)
{
    bool is_billions = count >= 1e9;
    (void)fprintf(out, " %7.*f %c", count >= 1e11 || !is_billions ? 0 : 2,
                  count / (is_billions ? 1e9 : 1e6), is_billions ? 'B' : 'M');
}

static void write_kind(FILE *out, const hc_model_shape *s)
{
    note n = {.length = 0};
    add(&n, "%s feed-forward part, %s", s->is_gated ? "gated" : "plain",
        s->has_layer_norm ? "LayerNorm" : "RMSNorm");
    add(&n, "%s%s%s", s->is_tied ? ", tied embeddings" : "",
        s->has_positions ? ", learned positions" : "", s->has_biases ? ", biases" : "");
    write_note(out, &n);
}

static void write_latent_attention(FILE *out, const hc_model_shape *s)
{
    note n = {.length = 0};
    if (s->kv_rank > 0) {
        add(&n, "latent attention: keys and values of rank %u, ", s->kv_rank);
        if (s->q_rank > 0) {
            add(&n, "queries of rank %u, ", s->q_rank);
        }
        add(&n, "heads of %u + %u rotary, values of %u", s->head_size, s->rope_head_size,
            s->value_head_size);
    }
    write_note(out, &n);
}

static void write_experts(FILE *out, const hc_model_shape *s)
{
    note n = {.length = 0};
    if (s->experts > 0) {
        add(&n, "%u experts of %u, %u for a token", s->experts, s->expert_ffn,
            s->experts_per_token);
    }
    if (s->shared_ffn > 0) {
        add(&n, ", shared ones of %u in all", s->shared_ffn);
    }
    if (s->dense_layers > 0) {
        add(&n, ", from layer %u on", s->dense_layers + 1);
    }
    if (s->mtp_layers > 0) {
        add(&n, "; %u block%s of multi-token prediction", s->mtp_layers,
            s->mtp_layers == 1 ? "" : "s");
    }
    write_note(out, &n);
}

static void write_model(FILE *out, const hc_model_shape *s, const char *aliases)
{
    hc_model_parameters p = {.total = 0};
    hc_model_count_parameters(s, &p);
    (void)fprintf(out, "%-17s", s->name);
    write_parameters(out, p.total);
    write_parameters(out, p.active);
    (void)fprintf(out, " %6u %6u %5u %3u %3u %6u %10u %8u\n", s->layers, s->hidden, s->heads,
                  s->kv_heads, s->head_size, s->ffn, s->vocabulary, s->sequence);
    write_kind(out, s);
    write_latent_attention(out, s);
    write_experts(out, s);
    write_aliases(out, aliases);
    write_source(out, "", s->source);
}

int hc_describe_models(FILE *out, hc_error *error)
{
    (void)fputs(MODEL_HEAD, out);
    for (size_t i = 0; i < hc_model_count(); i++) {
        write_model(out, hc_model_at(i), hc_model_aliases(i));
    }
    return finish(out, error);
}
