#ifndef HC_TESTS_SIM_POLICIES_GUEST_SCRIPTED_PORT_H
#define HC_TESTS_SIM_POLICIES_GUEST_SCRIPTED_PORT_H

#include "sim/interfaces/port.h"
#include "tests/sim/replay.h"

#include <stdint.h>

/** Somebody outside who does what a test says. */
typedef struct hc_scripted_port {
    /** Answers, as hc_port.ask does. */
    int (*answer)(void *self, const hc_guest_pass *pass, const hc_guest_host *host);
    void *self;
    hc_guest_cluster introduced; /**< [out] the last partition; its pointers are not kept */
    uint32_t node_count;         /**< [out] of it */
    uint32_t gpus_of_node[64];   /**< [out] */
    uint32_t open_count;         /**< [out] sessions that are open */
    hc_port port;                /**< [out] */
    hc_policy_options options;   /**< [out] of the policy that asks it */
} hc_scripted_port;

/** Lets a replay on one group of nodes ask the port, and checks every event; the struct must stay where it is while it runs. */
void hc_scripted_port_ask(hc_scripted_port *port, hc_replay *replay, const hc_node_group *nodes);

/** Runs a replay that must end with an error. @return its message: static, up to the next call. */
const char *hc_scripted_failure(hc_replay *replay);

#endif
