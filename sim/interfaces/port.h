#ifndef HC_SIM_INTERFACES_PORT_H
#define HC_SIM_INTERFACES_PORT_H

#include "sim/error.h"

#include <hindcast/policy.h>

/** Where a policy that is no part of the simulator is reached: in a shared object (sim/policies/guest/plugin.h), in another
 *  process (traces/port/scheduler_port.h). What is said there is the contract of <hindcast/policy.h>. */
typedef struct hc_port {
    void *self;
    const char *peer; /**< for messages: "the scheduler at ipc:///run/user/1000/s" */

    /** Introduces a partition.
     *  @param cluster  borrowed for the call
     *  @param session  [out] who answers for it, to be closed
     *  @return 0, or -1 with `error` set. */
    int (*open)(void *self, const hc_guest_cluster *cluster, void **session, hc_error *error);

    /** Asks for decisions, which are made by calls of `host`, and waits for them.
     *  @return 0; 1: wants to be asked again at once; -1: failed, with `error` set, or a call of `host` has. */
    int (*ask)(void *session, const hc_guest_pass *pass, const hc_guest_host *host,
               hc_error *error);

    void (*close)(void *session);
} hc_port;

#endif
