#ifndef HC_SIM_CLUSTER_MACHINE_KEYS_H
#define HC_SIM_CLUSTER_MACHINE_KEYS_H

#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "sim/scenario/scenario.h"

/** The keys under `cluster`, but for `cluster.nodes_from`, which belongs to those who read files. */
extern const hc_key_table hc_machine_keys;

/** Adds the nodes of `cluster.nodes` to a machine. Absent: nothing.
 *  @return 0, or -1 with `error` set. */
int hc_machine_read(hc_machine *machine, const hc_value *cluster, hc_error *error);

/** The same for a site of a federation: all nodes are of this site and of the one partition that has its name.
 *  @return 0, or -1 with `error` set; also when the scenario gives its nodes another one. */
int hc_machine_read_site(hc_machine *machine, const hc_value *cluster, const char *name,
                         hc_error *error);

#endif
