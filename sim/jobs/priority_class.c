#include "sim/jobs/priority_class.h"

#include <string.h>

static const char *name_of(const hc_priority_class *c, const hc_job_source *source,
                           const hc_job_spec *spec)
{
    uint32_t index = c->is_user ? spec->user : spec->group;
    if (index == HC_NO_INDEX) {
        return NULL;
    }
    return c->is_user ? source->user_name(source->self, index)
                      : source->group_name(source->self, index);
}

void hc_priority_classes_apply(const hc_priority_class *classes, uint32_t count,
                               const hc_job_source *source, hc_job_spec *spec)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *name = name_of(&classes[i], source, spec);
        if (name != NULL && strcmp(name, classes[i].name) == 0) {
            spec->priority = classes[i].priority;
            return;
        }
    }
}
