#ifndef HC_CLI_ASSEMBLE_TRAINING_H
#define HC_CLI_ASSEMBLE_TRAINING_H

#include "cli/assemble.h"

/** What is trained in a run, with `fidelity: analytic`. */

/** Once the machine is there: which accelerators its kinds of GPU are, and the network of each. Nothing with
 *  `fidelity: recorded`.
 *  @return 0, or -1 with `error` set. */
int hc_assembly_open_training(hc_assembly *assembly, hc_error *error);

/** What the simulation asks; borrowed. NULL: nothing is trained. */
const hc_workload *hc_assembly_workload(const hc_assembly *assembly);

/** Names of what is trained, in the order of their numbers; the caller frees the array, which borrows the names. NULL: no memory. */
const char **hc_assembly_work_names(const hc_assembly *assembly);

void hc_assembly_close_training(hc_assembly *assembly);

#endif
