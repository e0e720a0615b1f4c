#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/demo_keys.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_OVERRIDES = 8 };

static const char OVERRIDE_MARK[] = "#--set ";

/* Lines that begin with "#--set " are comments to YAML, and overrides here. Cuts them out of a copy. */
static size_t find_overrides(char *text, const char **overrides)
{
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL && count < MAX_OVERRIDES;
         line = strtok(NULL, "\n")) {
        if (strncmp(line, OVERRIDE_MARK, strlen(OVERRIDE_MARK)) == 0) {
            overrides[count++] = line + strlen(OVERRIDE_MARK);
        }
    }
    return count;
}

static hc_scenario *parse(const char *text, size_t size, const char *const *overrides, size_t count)
{
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    int status = hc_scenario_parse(&scenario, "t.yaml", text, size, DEMO_TABLES, DEMO_TABLE_COUNT,
                                   overrides, count, &error);
    bool has_message = error.count > 0 && error.length > 0 && error.length == strlen(error.text);
    if ((status == 0) != (scenario != NULL) || (status < 0) != has_message) {
        abort();
    }
    return scenario;
}

/* What is accepted must resolve to a text that resolves to itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *overrides[MAX_OVERRIDES];
    char *copy = malloc(size + 1);
    hc_scenario *scenario = NULL;
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    copy[size] = '\0';
    scenario = parse((const char *)data, size, overrides, find_overrides(copy, overrides));
    if (scenario != NULL) {
        const char *text = hc_scenario_text(scenario);
        hc_scenario *again = parse(text, strlen(text), NULL, 0);
        if (again == NULL || strcmp(hc_scenario_text(again), text) != 0) {
            abort();
        }
        hc_scenario_destroy(again);
    }
    hc_scenario_destroy(scenario);
    free(copy);
    return 0;
}
