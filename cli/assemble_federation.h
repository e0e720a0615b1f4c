#ifndef HC_CLI_ASSEMBLE_FEDERATION_H
#define HC_CLI_ASSEMBLE_FEDERATION_H

#include "cli/assemble.h"

/** The parts of a federation, as cli/assemble.h has those of a run. */

/** What the scenario says about sites and broker; nothing is opened.
 *  @return 0, or -1 with all defects in `error`. */
int hc_assembly_read_federation(hc_assembly *assembly, const hc_value *federation, hc_error *error);

/** Builds the machine, a partition for each site, and the sources of jobs.
 *  @return 0, or -1 with `error` set. */
int hc_assembly_build_federation(hc_assembly *assembly, const hc_assembly_options *options,
                                 hc_error *error);

/** The sites as the simulation wants them; the caller frees the array. NULL: no memory. */
hc_simulation_site *hc_assembly_simulated_sites(const hc_assembly *assembly);

/** "16 sites, broker home_first, limit 100 %". @param size  HC_SCHEDULER_TEXT_SIZE is enough */
void hc_assembly_write_federation(const hc_assembly *assembly, char *out, size_t size);

void hc_assembly_close_federation(hc_assembly *assembly);

#endif
