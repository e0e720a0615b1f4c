#ifndef HC_TRACES_PORT_ECHO_SCHEDULER_H
#define HC_TRACES_PORT_ECHO_SCHEDULER_H

#include "sim/error.h"

/** The least that a scheduler in another process can do: it starts every job that is submitted, at once. What it costs to ask
 *  it is what the protocol costs.
 *  Binds to an endpoint that hc_endpoint_check allows and answers until the run is over.
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_echo_scheduler_serve(const char *endpoint, hc_error *error);

#endif
