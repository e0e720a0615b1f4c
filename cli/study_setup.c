#include "cli/study_setup.h"

#include "hc_version.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t hc_study_run_point(const hc_study_setup *setup, size_t run)
{
    return run / setup->definition.repetition_count;
}

uint32_t hc_study_run_repetition(const hc_study_setup *setup, size_t run)
{
    return (uint32_t)(run % setup->definition.repetition_count);
}

void hc_study_overrides_free(char **overrides, size_t count)
{
    for (size_t i = 0; overrides != NULL && i < count; i++) {
        free(overrides[i]);
    }
    free(overrides);
}

char **hc_study_overrides(const hc_study_setup *setup, size_t point, const char *const *last,
                          size_t last_count, size_t *count)
{
    size_t variables = setup->definition.variable_count;
    bool is_whole = true;
    char **list = NULL;
    *count = setup->override_count + variables + last_count;
    list = calloc(*count + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < *count && is_whole; i++) {
        if (i < setup->override_count) {
            list[i] = strdup(setup->overrides[i]);
        } else if (i < setup->override_count + variables) {
            list[i] = hc_design_override(setup->design, point, i - setup->override_count);
        } else {
            list[i] = strdup(last[i - setup->override_count - variables]);
        }
        is_whole = list[i] != NULL;
    }
    if (!is_whole) {
        hc_study_overrides_free(list, *count);
        return NULL;
    }
    return list;
}

hc_assembly_options hc_study_scenario(const hc_study_setup *setup, char **overrides, size_t count)
{
    return (hc_assembly_options){.path = setup->definition.scenario_path,
                                 .overrides = (const char **)(void *)overrides,
                                 .override_count = count,
                                 .readers = "each run of the study"};
}

/* @param text  [out] the resolved scenario, freed by the caller; NULL: not wanted */
static int check_scenario(const hc_study_setup *setup, char **overrides, size_t count, char **text,
                          hc_error *error)
{
    hc_assembly_options options = hc_study_scenario(setup, overrides, count);
    hc_assembly assembly;
    int status = hc_assembly_open(&assembly, &options, error);
    if (status == 0 && text != NULL) {
        *text = strdup(hc_scenario_text(assembly.scenario));
        status = *text == NULL ? hc_error_memory(error) : 0;
    }
    hc_assembly_close(&assembly);
    return status;
}

int hc_study_point_check(const hc_study_setup *setup, size_t point, hc_error *error)
{
    size_t count = 0;
    char **overrides = hc_study_overrides(setup, point, NULL, 0, &count);
    int status = overrides == NULL ? hc_error_memory(error)
                                   : check_scenario(setup, overrides, count, NULL, error);
    hc_study_overrides_free(overrides, count);
    return status;
}

/* Which variables the scenario refuses even alone, at their places in the study. @return how many */
static size_t blame_variables(const hc_study_setup *setup, hc_error *error)
{
    size_t refused = 0;
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        hc_error found = HC_ERROR_NONE;
        char *override = hc_design_override(setup->design, 0, i);
        if (override != NULL && check_scenario(setup, &override, 1, NULL, &found) < 0) {
            (void)hc_value_error(setup->definition.variables[i].place, error, "%s", found.text);
            refused++;
        }
        free(override);
    }
    return refused;
}

/* The scenario as it is first: what is wrong there is not the variables' fault. */
static int check_first_point(hc_study_setup *setup, hc_error *error)
{
    hc_error found = HC_ERROR_NONE;
    size_t count = 0;
    char **overrides = hc_study_overrides(setup, 0, NULL, 0, &count);
    int status = overrides == NULL ? hc_error_memory(error)
                                   : check_scenario(setup, overrides, setup->override_count,
                                                    &setup->scenario_text, error);
    hc_study_overrides_free(overrides, count);
    if (status < 0) {
        return -1;
    }
    if (hc_study_point_check(setup, 0, &found) == 0) {
        return 0;
    }
    if (blame_variables(setup, error) == 0) {
        *error = found;
    }
    return -1;
}

/* What each run sets anew would go unheard. */
static int check_override(const hc_study_setup *setup, const char *override, hc_error *error)
{
    size_t length = strcspn(override, "=");
    if (length == strlen("seed") && strncmp(override, "seed", length) == 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--set %s: each run has a seed of its own, made from the study's key "
                            "`seed`",
                            override);
    }
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        const hc_design_variable *v = &setup->definition.variables[i];
        if (strlen(v->key) == length && strncmp(override, v->key, length) == 0) {
            return hc_error_set(error, HC_ERROR_USAGE, "--set %s: the study varies it, as %s",
                                override, v->name);
        }
    }
    return 0;
}

static int check_overrides(const hc_study_setup *setup, hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < setup->override_count; i++) {
        status = check_override(setup, setup->overrides[i], error) < 0 ? -1 : status;
    }
    return status;
}

/* Results of another version may differ. */
static void identify(hc_study_setup *setup)
{
    const char *texts[] = {HC_VERSION, hc_scenario_text(setup->definition.file),
                           setup->scenario_text};
    setup->identity = (hc_journal_identity){
        .hash = hc_journal_hash(texts, sizeof texts / sizeof texts[0]),
        .output_count = (uint32_t)setup->definition.output_count,
    };
}

int hc_study_setup_open(hc_study_setup *out, const char *path, const char *const *overrides,
                        size_t override_count, hc_error *error)
{
    *out = (hc_study_setup){.overrides = overrides, .override_count = override_count};
    if (access(path, R_OK) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    if (hc_study_definition_read(&out->definition, path, error) < 0) {
        return -1;
    }
    if (hc_design_create(&out->design, &out->definition, error) < 0 ||
        check_overrides(out, error) < 0 || check_first_point(out, error) < 0) {
        hc_study_setup_close(out);
        return -1;
    }
    identify(out);
    return 0;
}

void hc_study_setup_close(hc_study_setup *setup)
{
    hc_design_destroy(setup->design);
    hc_study_definition_close(&setup->definition);
    free(setup->scenario_text);
    *setup = (hc_study_setup){0};
}
