#ifndef HC_TRACES_OPENB_NODES_H
#define HC_TRACES_OPENB_NODES_H

#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "traces/input_file.h"

/** Reads the nodes of Alibaba cluster-trace-gpu-v2023 (openb): a CSV with the columns
 *  sn,cpu_milli,memory_mib,gpu,model, plain or gzip. Each row becomes one node, named by its sn, in the
 *  default partition; nodes without GPUs are nodes too.
 *  @param machine  not yet frozen
 *  @param sha256   [out] of the file as stored, HC_SHA256_TEXT_SIZE bytes; may be NULL
 *  @return 0, or -1 with `error` set: every defect is named, up to about 20. The machine then holds some
 *  of the nodes and is fit to be destroyed only. */
int hc_openb_nodes_read(hc_machine *machine, const char *path, char *sha256, hc_error *error);

/** The same from an input that is already open. */
int hc_openb_nodes_read_input(hc_machine *machine, hc_input_file *input, hc_error *error);

#endif
