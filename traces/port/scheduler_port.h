#ifndef HC_TRACES_PORT_SCHEDULER_PORT_H
#define HC_TRACES_PORT_SCHEDULER_PORT_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/interfaces/port.h"

#include <stdbool.h>

/** A scheduler in another process, which is asked over ZeroMQ: the simulator connects a REQ socket to where the scheduler has
 *  bound a REP socket. One scheduler answers for all partitions of one run. Used by one thread; its context is created
 *  when it is opened: after MPI_Init, before no fork. */
typedef struct hc_scheduler_port hc_scheduler_port;

typedef struct hc_scheduler_port_options {
    const char *endpoint;      /**< that hc_endpoint_check allows */
    hc_time timeout;           /**< wall-clock time for an answer */
    const char *run;           /**< name of the run */
    bool (*is_stopping)(void); /**< whether to wait no longer; NULL: always wait */
} hc_scheduler_port_options;

/** Connects; who is not there yet is waited for when it is asked first.
 *  @return 0 and a port that the caller closes, or -1 with `error` set. */
int hc_scheduler_port_open(hc_scheduler_port **out, const hc_scheduler_port_options *options,
                           hc_error *error);

/** Tells the scheduler that the run is over, if it is still there. Waits for a second at most. Accepts NULL. */
void hc_scheduler_port_close(hc_scheduler_port *port);

/** Lives as long as the port. It fails with HC_ERROR_RUNTIME when no answer comes in time, the connection is lost, or what
 *  comes is no answer to what was asked. */
const hc_port *hc_scheduler_port_table(const hc_scheduler_port *port);

/** Whether it has failed because of `is_stopping`. */
bool hc_scheduler_port_was_stopped(const hc_scheduler_port *port);

#endif
