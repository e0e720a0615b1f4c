#ifndef HC_SIM_FEDERATION_JOINED_SOURCE_H
#define HC_SIM_FEDERATION_JOINED_SOURCE_H

#include "sim/error.h"
#include "sim/interfaces/job_source.h"

#include <stdint.h>

/** One site's part of the numbers that users and groups have in a federation, and of its jobs. */
typedef struct hc_joined_part {
    const char *site;            /**< borrowed for the call */
    const hc_job_source *source; /**< borrowed for as long as jobs are pulled */
    uint32_t first_user;         /**< [out] what is added to the source's own numbers */
    uint32_t first_group;        /**< [out] */
} hc_joined_part;

/** The jobs of all sites as one source, in the order of their submission, at one instant in the order of the sites: for
 *  whoever looks at all of them at once. Users and groups are called "site/name": those of two sites are not the same.
 *  A job's partition is the number of its site. The names need nothing of the parts' sources once it is created.
 *  @return 0 and a source that the caller destroys, or -1 with `error` set: no memory, or 2^32 users or groups.
 *  Memory: the names. Cost of a job: O(parts). */
int hc_joined_source_create(hc_job_source *out, hc_joined_part *parts, uint32_t part_count,
                            hc_error *error);

#endif
