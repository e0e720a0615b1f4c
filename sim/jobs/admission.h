#ifndef HC_SIM_JOBS_ADMISSION_H
#define HC_SIM_JOBS_ADMISSION_H

#include "sim/cluster/machine.h"
#include "sim/cluster/occupancy.h"
#include "sim/error.h"
#include "sim/interfaces/placement.h"
#include "sim/interfaces/sink.h"
#include "sim/jobs/job.h"

#include <stdbool.h>

/** Whether a job could ever start on a partition: does it fit when nothing else is there? */
typedef struct hc_admission hc_admission;

/** @return 0 and an admission that the caller owns, or -1 with `error` set. O(nodes). */
int hc_admission_create(hc_admission **out, const hc_machine *machine, hc_partition_id partition,
                        const hc_placement *placement, const hc_occupancy_options *options,
                        hc_error *error);
void hc_admission_destroy(hc_admission *admission);

/** @return why it never fits, HC_REJECTION_NONE when it does. O(nodes of the job), mostly O(classes). */
hc_rejection hc_admission_judge(hc_admission *admission, const hc_job_spec *spec);

/** Whether a placement rule finds room for a request. Asks for the largest request first where its size alone
 *  decides (sim/interfaces/placement.h), which is cheaper than a plan. */
bool hc_placement_fits(const hc_placement *placement, hc_occupancy *occupancy,
                       const hc_request *request);

/** Nothing but the number of whole GPUs decides. */
bool hc_request_is_plain(const hc_request *request);

#endif
