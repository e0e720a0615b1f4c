#include "sim/scenario/scenario.h"

#include "sim/scenario/arena.h"
#include "sim/scenario/capture.h"
#include "sim/scenario/check.h"
#include "sim/scenario/defects.h"
#include "sim/scenario/emit.h"
#include "sim/scenario/key_tree.h"
#include "sim/scenario/override.h"
#include "sim/scenario/source.h"
#include "sim/scenario/value.h"
#include "sim/scenario/yaml_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct hc_scenario {
    hc_arena arena; /* holds everything but the text */
    hc_source file;
    hc_source fallback;
    const hc_key_node *keys;
    const hc_value *root;
    char *text;
};

/* What the parts of hc_scenario_parse() share. */
typedef struct request {
    const hc_key_table *tables;
    size_t table_count;
    const char *const *overrides;
    size_t override_count;
} request;

/* Copies name and text: messages about values need them as long as the scenario lives. */
static int set_source(hc_scenario *scenario, const char *name, const char *text, size_t length,
                      hc_error *error)
{
    bool has_mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
    size_t skipped = has_mark ? 3 : 0;
    char *name_copy = hc_arena_copy(&scenario->arena, name, strlen(name));
    char *text_copy = hc_arena_copy(&scenario->arena, text + skipped, length - skipped);
    if (name_copy == NULL || text_copy == NULL) {
        return hc_error_memory(error);
    }
    scenario->file = (hc_source){
        .kind = HC_SOURCE_FILE, .name = name_copy, .text = text_copy, .length = length - skipped};
    scenario->fallback =
        (hc_source){.kind = HC_SOURCE_DEFAULT, .rank = SIZE_MAX, .name = name_copy, .text = ""};
    return 0;
}

/* A mistake in the tables is ours, and says so. */
static int join_tables(hc_scenario *scenario, const request *r, hc_error *error)
{
    hc_defects defects = {.kind = HC_ERROR_INTERNAL};
    scenario->keys = hc_key_tree_build(&scenario->arena, r->tables, r->table_count, &defects);
    for (const hc_key_node *key = scenario->keys; key != NULL; key = hc_key_next(key)) {
        if (key->fallback != NULL) {
            (void)hc_check_fallback(&scenario->arena, key, &defects);
        }
    }
    return hc_defects_finish(&defects, error);
}

static void apply_override(hc_scenario *scenario, hc_yaml_node *root, const char *text, size_t rank,
                           hc_defects *defects)
{
    size_t length = strlen(HC_OVERRIDE_PREFIX) + strlen(text);
    hc_source *source = hc_arena_take(&scenario->arena, 1, sizeof *source);
    char *shown = hc_arena_take(&scenario->arena, length + 1, 1);
    if (source == NULL || shown == NULL) {
        hc_defects_memory(defects);
        return;
    }
    (void)snprintf(shown, length + 1, "%s%s", HC_OVERRIDE_PREFIX, text);
    *source = (hc_source){
        .kind = HC_SOURCE_OVERRIDE, .rank = rank, .name = shown, .text = shown, .length = length};
    hc_override_apply(&scenario->arena, scenario->keys, root, source, defects);
}

static int check(hc_scenario *scenario, const request *r, hc_error *error)
{
    hc_defects defects = {.kind = HC_ERROR_USAGE};
    hc_yaml_node *root = NULL;
    if (hc_yaml_read(&root, &scenario->arena, &scenario->file, 0, &defects) == 0) {
        for (size_t i = 0; root != NULL && root->kind == HC_YAML_MAP && i < r->override_count;
             i++) {
            apply_override(scenario, root, r->overrides[i], i + 1, &defects);
        }
        scenario->root = hc_check_scenario(&scenario->arena, scenario->keys, root, &scenario->file,
                                           &scenario->fallback, &defects);
    }
    return hc_defects_finish(&defects, error);
}

static int write_text(hc_scenario *scenario, hc_error *error)
{
    hc_capture capture;
    FILE *out = hc_capture_open(&capture);
    if (out == NULL) {
        return hc_error_memory(error);
    }
    hc_emit_scenario(out, scenario->root);
    scenario->text = hc_capture_close(&capture);
    if (scenario->text == NULL) {
        return hc_error_memory(error);
    }
    if (capture.length > HC_YAML_BYTE_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: error: larger than 16 MiB with the defaults", scenario->file.name);
    }
    return 0;
}

int hc_scenario_parse(hc_scenario **out, const char *name, const char *text, size_t length,
                      const hc_key_table *tables, size_t table_count, const char *const *overrides,
                      size_t override_count, hc_error *error)
{
    request r = {tables, table_count, overrides, override_count};
    hc_scenario *scenario = NULL;
    if (length > HC_YAML_BYTE_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: error: larger than 16 MiB", name);
    }
    scenario = calloc(1, sizeof *scenario);
    if (scenario == NULL) {
        return hc_error_memory(error);
    }
    if (set_source(scenario, name, text, length, error) < 0 ||
        join_tables(scenario, &r, error) < 0 || check(scenario, &r, error) < 0 ||
        write_text(scenario, error) < 0) {
        hc_scenario_destroy(scenario);
        return -1;
    }
    *out = scenario;
    return 0;
}

/* Reads up to one byte more than is allowed, so that what is too large is seen.
 * @return the text, which the caller frees, or NULL with `error` set. */
static char *read_stream(FILE *file, const char *name, size_t *length, hc_error *error)
{
    char *text = malloc(HC_YAML_BYTE_LIMIT + 1);
    if (text == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    *length = fread(text, 1, HC_YAML_BYTE_LIMIT + 1, file);
    if (ferror(file) != 0) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", name, strerror(errno));
        free(text);
        return NULL;
    }
    return text;
}

int hc_scenario_read(hc_scenario **out, const char *path, const hc_key_table *tables,
                     size_t table_count, const char *const *overrides, size_t override_count,
                     hc_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "<stdin>" : path;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    size_t length = 0;
    char *text = NULL;
    int status = -1;
    if (file == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", path, strerror(errno));
    }
    text = read_stream(file, name, &length, error);
    if (text != NULL) {
        status = hc_scenario_parse(out, name, text, length, tables, table_count, overrides,
                                   override_count, error);
    }
    free(text);
    if (!is_stdin) {
        (void)fclose(file);
    }
    return status;
}

void hc_scenario_destroy(hc_scenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    hc_arena_release(&scenario->arena);
    free(scenario->text);
    free(scenario);
}

const hc_value *hc_scenario_root(const hc_scenario *scenario)
{
    return scenario->root;
}

const char *hc_scenario_text(const hc_scenario *scenario)
{
    return scenario->text;
}

char *hc_scenario_file(const hc_scenario *scenario, const hc_value *path)
{
    const char *relative = hc_value_text(path);
    const char *slash = strrchr(scenario->file.name, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - scenario->file.name) + 1;
    char *joined = NULL;
    if (relative[0] == '/' || strcmp(relative, "-") == 0) {
        folder = 0;
    }
    joined = malloc(folder + strlen(relative) + 1);
    if (joined != NULL) {
        memcpy(joined, scenario->file.name, folder);
        memcpy(joined + folder, relative, strlen(relative) + 1);
    }
    return joined;
}

/* Of a value and of all below it. */
static int refuse_standard_input(const hc_value *value, const char *readers, hc_error *error)
{
    hc_key_type type = value->key->key->type;
    int status = 0;
    if (type == HC_KEY_PATH && strcmp(hc_value_text(value), "-") == 0) {
        return hc_value_error(value, error,
                              "expected a file, found - (standard input), which %s would read",
                              readers);
    }
    for (size_t i = 0; (type == HC_KEY_MAP || type == HC_KEY_LIST) && i < value->as.list.count;
         i++) {
        const hc_value *item = value->as.list.items[i];
        status |= item == NULL ? 0 : refuse_standard_input(item, readers, error);
    }
    return status;
}

int hc_scenario_refuse_standard_input(const hc_scenario *scenario, const char *readers,
                                      hc_error *error)
{
    return refuse_standard_input(scenario->root, readers, error);
}
