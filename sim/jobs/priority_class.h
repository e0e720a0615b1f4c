#ifndef HC_SIM_JOBS_PRIORITY_CLASS_H
#define HC_SIM_JOBS_PRIORITY_CLASS_H

#include "sim/interfaces/job_source.h"

#include <stdbool.h>
#include <stdint.h>

/** The priority of the jobs of a user or of a group, instead of the one they come with. */
typedef struct hc_priority_class {
    const char *name;
    bool is_user; /**< else a group */
    int32_t priority;
} hc_priority_class;

/** Gives a job the priority of the first class that it belongs to, if any. O(classes). */
void hc_priority_classes_apply(const hc_priority_class *classes, uint32_t count,
                               const hc_job_source *source, hc_job_spec *spec);

#endif
