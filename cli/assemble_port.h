#ifndef HC_CLI_ASSEMBLE_PORT_H
#define HC_CLI_ASSEMBLE_PORT_H

#include "sim/error.h"
#include "sim/policies/guest/plugin.h"
#include "sim/policies/scheduler_keys.h"
#include "sim/scenario/scenario.h"
#include "traces/port/scheduler_port.h"

#include <stdbool.h>

/** Where the policy of a scheduler is that is no part of the program: nothing, a shared object, or a socket. All zero: nothing. */
typedef struct hc_assembled_port {
    hc_plugin *plugin;
    hc_scheduler_port *socket;
} hc_assembled_port;

/** What can be told before anything is read.
 *  @param readers  "each of the ranks": so many would ask the same scheduler; NULL: one does
 *  @param is_site  of a federation
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_assembled_port_check(const hc_scheduler_choice *choice, const hc_scenario *scenario,
                            const char *readers, bool is_site, hc_error *error);

/** Loads or connects, and gives the port to the options of the choice.
 *  @param run  name of the run
 *  @return 0, or -1 with `error` set; close in both cases. */
int hc_assembled_port_open(hc_assembled_port *port, hc_scheduler_choice *choice,
                           const hc_scenario *scenario, const char *run, hc_error *error);
void hc_assembled_port_close(hc_assembled_port *port);

/** Whether it has failed because of a signal. */
bool hc_assembled_port_was_stopped(const hc_assembled_port *port);

#endif
