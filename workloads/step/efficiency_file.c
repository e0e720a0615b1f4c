#include "workloads/step/efficiency_file.h"

#include "sim/scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

#define AT "profile"
#define VALUE(name_, least, greatest, meaning)                                \
    {                                                                         \
        .path = AT ".values." name_, .type = HC_KEY_REAL, .minimum = (least), \
        .maximum = (greatest), .help = meaning                                \
    }

static const hc_key KEYS[] = {
    {.path = AT, .type = HC_KEY_MAP, .is_required = true, .help = "An efficiency profile"},
    {.path = AT ".name", .type = HC_KEY_TEXT, .is_required = true, .help = "Its name"},
    {.path = AT ".accelerator",
     .type = HC_KEY_TEXT,
     .is_required = true,
     .help = "Kind of GPU that it was fitted on, as in `hindcast help gpus`"},
    {.path = AT ".basis",
     .type = HC_KEY_TEXT,
     .fallback = "not said",
     .help = "What was fitted on which rows, and the error on others"},
    {.path = AT ".values",
     .type = HC_KEY_MAP,
     .is_required = true,
     .help = "Free parameters of the step model (docs/models.md)"},
    VALUE("gemm", 0.01, 1, "Share of the dense peak that large products reach in 16 bits"),
    VALUE("gemm_8bit", 0.01, 1, "Likewise in 8 bits"),
    VALUE("gemm_4bit", 0.01, 1, "Likewise in 4 bits"),
    VALUE("gemm_seconds", 0, 1e-3, "Seconds that each product takes beyond that"),
    VALUE("grouped", 0.01, 2, "Rate of products by experts / rate of plain ones"),
    VALUE("attention", 0.01, 1, "Share of the 16-bit peak that a fused attention core reaches"),
    VALUE("batched", 0.01, 1, "Likewise of the products of an unfused one"),
    VALUE("score_passes", 0, 100, "Times that an unfused core reads or writes its scores"),
    VALUE("memory", 0.01, 1, "Share of the memory bandwidth that streaming kernels reach"),
    VALUE("logit_passes", 0, 100, "Times that the loss reads or writes the logits in fp32"),
    VALUE("layer_seconds", 0, 1, "Least seconds of the host for a layer, forward and backward"),
    VALUE("expert_seconds", 0, 1, "Likewise of a layer with experts"),
    VALUE("step_seconds", 0, 10, "Seconds of each step outside of all micro-batches"),
    VALUE("send_share", 0, 1, "Share of the sends between stages that nothing hides"),
    VALUE("tensor_hidden", 0, 1, "Share of tensor-parallel traffic that overlap hides"),
    VALUE("slowdown", 0, 1, "Share of hidden communication that slows the compute above it"),
    VALUE("dispatch", 0, 1000, "Reads and writes of a token on its way to experts and back"),
};

const hc_key_table hc_efficiency_file_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

struct hc_efficiency_file {
    hc_scenario *scenario;
    hc_efficiency profile;
};

static int read_profile(hc_efficiency_file *file, hc_error *error)
{
    const hc_value *profile = hc_value_get(hc_scenario_root(file->scenario), AT);
    const hc_value *kind = hc_value_get(profile, "accelerator");
    const hc_accelerator *accelerator = hc_accelerator_find(hc_value_text(kind));
    if (accelerator == NULL) {
        const char *nearest = hc_accelerator_suggest(hc_value_text(kind));
        return hc_value_error(kind, error, "no such kind of GPU%s%s%s",
                              nearest == NULL ? "" : "; did you mean \"",
                              nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
    }
    file->profile = *hc_efficiency_for(accelerator, NULL);
    file->profile.name = hc_value_text(hc_value_get(profile, "name"));
    file->profile.accelerator = accelerator->name;
    file->profile.basis = hc_value_text(hc_value_get(profile, "basis"));
    const hc_value *values = hc_value_get(profile, "values");
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        const hc_value *value =
            hc_value_get(values, hc_efficiency_parameter_name((hc_efficiency_parameter)i));
        if (value != NULL) {
            file->profile.values[i] = hc_value_real(value);
        }
    }
    return 0;
}

/* Takes the scenario over. */
static int make_file(hc_efficiency_file **out, hc_scenario *scenario, hc_error *error)
{
    hc_efficiency_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        hc_scenario_destroy(scenario);
        return hc_error_memory(error);
    }
    file->scenario = scenario;
    if (read_profile(file, error) < 0) {
        hc_efficiency_file_destroy(file);
        return -1;
    }
    *out = file;
    return 0;
}

int hc_efficiency_file_read(hc_efficiency_file **out, const char *path, hc_error *error)
{
    hc_scenario *scenario = NULL;
    if (hc_scenario_read(&scenario, path, &hc_efficiency_file_keys, 1, NULL, 0, error) < 0) {
        return -1;
    }
    return make_file(out, scenario, error);
}

int hc_efficiency_file_parse(hc_efficiency_file **out, const char *name, const char *text,
                             size_t length, hc_error *error)
{
    hc_scenario *scenario = NULL;
    if (hc_scenario_parse(&scenario, name, text, length, &hc_efficiency_file_keys, 1, NULL, 0,
                          error) < 0) {
        return -1;
    }
    return make_file(out, scenario, error);
}

void hc_efficiency_file_destroy(hc_efficiency_file *file)
{
    if (file != NULL) {
        hc_scenario_destroy(file->scenario);
        free(file);
    }
}

const hc_efficiency *hc_efficiency_file_profile(const hc_efficiency_file *file)
{
    return &file->profile;
}

static void write_quoted(FILE *out, const char *key, const char *text)
{
    (void)fprintf(out, "  %s: \"", key);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            (void)fputc('\\', out);
        }
        (void)fputc(*text, out);
    }
    (void)fputs("\"\n", out);
}

void hc_efficiency_file_write(FILE *out, const hc_efficiency *efficiency)
{
    (void)fputs(AT ":\n", out);
    write_quoted(out, "name", efficiency->name);
    write_quoted(out, "accelerator", efficiency->accelerator);
    write_quoted(out, "basis", efficiency->basis);
    (void)fputs("  values:\n", out);
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        (void)fprintf(out, "    %s: %.17g\n",
                      hc_efficiency_parameter_name((hc_efficiency_parameter)i),
                      efficiency->values[i]);
    }
}
