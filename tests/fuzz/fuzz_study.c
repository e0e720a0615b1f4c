#include "analysis/study/definition.h"
#include "analysis/study/design.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MANY = 10000 };

static bool is_small(const hc_study_definition *d)
{
    double product = 1;
    for (size_t i = 0; i < d->axis_count; i++) {
        product *= d->axes[i].value_count == 0 ? 1 : (double)d->axes[i].value_count;
    }
    return product <= MANY && d->sample_points <= MANY;
}

/* What is accepted has points, and every value of each can be written. */
static void look(const hc_study_definition *d)
{
    hc_design *design = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_design_create(&design, d, &error) < 0) {
        if (error.count == 0) {
            abort();
        }
        return;
    }
    for (size_t i = 0; i < hc_design_point_count(design); i++) {
        for (size_t j = 0; j < d->variable_count; j++) {
            char *text = hc_design_override(design, i, j);
            if (text == NULL ||
                strncmp(text, d->variables[j].key, strlen(d->variables[j].key)) != 0) {
                abort();
            }
            free(text);
        }
    }
    hc_design_destroy(design);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_study_definition d;
    hc_error error = HC_ERROR_NONE;
    int status = hc_study_definition_parse(&d, "s.yaml", (const char *)data, size, &error);
    if ((status < 0) != (error.count > 0)) {
        abort();
    }
    if (status < 0) {
        return 0;
    }
    if (is_small(&d)) {
        look(&d);
    }
    hc_study_definition_close(&d);
    return 0;
}
