#ifndef HC_CLI_PLAN_JSON_H
#define HC_CLI_PLAN_JSON_H

#include "workloads/plan/parallel_plan.h"

#include <jansson.h>

/** A plan as an object with the names that a job's file has. @return owned by the caller; NULL: it could not be made */
json_t *hc_plan_json(const hc_parallel_plan *plan);

#endif
