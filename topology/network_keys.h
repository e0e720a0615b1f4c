#ifndef HC_TOPOLOGY_NETWORK_KEYS_H
#define HC_TOPOLOGY_NETWORK_KEYS_H

#include "sim/scenario/scenario.h"
#include "topology/hierarchy.h"

#include <stdint.h>

/** The rows of a network at a path: HC_NETWORK_KEYS("cluster.network", "What connects the GPUs"). */
#define HC_NETWORK_KEYS(at, meaning)                                                               \
    {.path = at, .type = HC_KEY_MAP, .help = meaning},                                             \
        {.path = at ".kind",                                                                       \
         .type = HC_KEY_CHOICE,                                                                    \
         .choices = "hierarchy",                                                                   \
         .fallback = "hierarchy",                                                                  \
         .help = "hierarchy: nodes, racks, pods and sites, closed forms without interference"},    \
        {.path = at ".scaleup",                                                                    \
         HC_NETWORK_BANDWIDTH_,                                                                    \
         .help = "What a GPU can send to those of its node, by the data sheet, in one direction; " \
                 "absent: "                                                                        \
                 "that of its kind"},                                                              \
        {.path = at ".scaleup_efficiency",                                                         \
         HC_NETWORK_SHARE_,                                                                        \
         .help = "Share of it that collectives reach at most, in place of what was measured"},     \
        {.path = at ".scaleup_latency",                                                            \
         HC_NETWORK_LATENCY_,                                                                      \
         .help = "Time of a step between two GPUs of a node, in place of what was measured"},      \
        {.path = at ".wiring",                                                                     \
         .type = HC_KEY_CHOICE,                                                                    \
         .choices = "switch|mesh",                                                                 \
         .help = "Inside a node, in place of what was measured: a switch, or a link between any "  \
                 "two GPUs"},                                                                      \
        {.path = at ".nic",                                                                        \
         HC_NETWORK_BANDWIDTH_,                                                                    \
         .help = "What a NIC can send in one direction; absent: that of a GPU of its kind"},       \
        {.path = at ".nics",                                                                       \
         .type = HC_KEY_INTEGER,                                                                   \
         .unit = "NICs",                                                                           \
         .minimum = 1,                                                                             \
         .maximum = 16777216,                                                                      \
         .help =                                                                                   \
             "NICs of a node, which GPUs share when there are fewer; absent: one for each GPU"},   \
        {.path = at ".nic_efficiency",                                                             \
         HC_NETWORK_SHARE_,                                                                        \
         .fallback = "0.94",                                                                       \
         .help = "Share of a NIC that collectives reach at most"},                                 \
        {.path = at ".node_latency",                                                               \
         HC_NETWORK_LATENCY_,                                                                      \
         .fallback = "9.6us",                                                                      \
         .help = "Time of a step between two nodes of a rack"},                                    \
        {.path = at ".rack_latency",                                                               \
         HC_NETWORK_LATENCY_,                                                                      \
         .fallback = "10.6us",                                                                     \
         .help = "Time of a step between two racks of a pod"},                                     \
        {.path = at ".pod_latency",                                                                \
         HC_NETWORK_LATENCY_,                                                                      \
         .fallback = "15us",                                                                       \
         .help = "Time of a step between two pods"},                                               \
        {.path = at ".racks_per_pod",                                                              \
         .type = HC_KEY_INTEGER,                                                                   \
         .unit = "racks",                                                                          \
         .minimum = 1,                                                                             \
         .maximum = 16777216,                                                                      \
         .help = "Racks in a pod; absent: one pod holds all racks of a site"},                     \
        {.path = at ".rack_oversubscription",                                                      \
         .type = HC_KEY_REAL,                                                                      \
         .minimum = 1,                                                                             \
         .maximum = 1000,                                                                          \
         .fallback = "1",                                                                          \
         .help = "What the NICs of a rack can send, over what its uplinks carry"},                 \
        {.path = at ".pod_oversubscription",                                                       \
         .type = HC_KEY_REAL,                                                                      \
         .minimum = 1,                                                                             \
         .maximum = 1000,                                                                          \
         .fallback = "1",                                                                          \
         .help = "What the NICs of a pod can send, over what its uplinks carry"},                  \
        {.path = at ".launch",                                                                     \
         HC_NETWORK_LATENCY_,                                                                      \
         .fallback = "8.4us",                                                                      \
         .help = "Time to launch a collective"},                                                   \
        {.path = at ".hierarchical",                                                               \
         .type = HC_KEY_BOOLEAN,                                                                   \
         .fallback = "false",                                                                      \
         .help = "Whether all-reduces may reduce inside nodes first; NCCL by itself does not"},    \
        {.path = at ".wan",                                                                        \
         .type = HC_KEY_MAP,                                                                       \
         .help = "What connects sites, for jobs that lie on several"},                             \
        {.path = at ".wan.bandwidth",                                                              \
         HC_NETWORK_BANDWIDTH_,                                                                    \
         .fallback = "100Gbps",                                                                    \
         .help = "What a site can send to others in all"},                                         \
        {.path = at ".wan.latency",                                                                \
         HC_NETWORK_LATENCY_,                                                                      \
         .fallback = "30ms",                                                                       \
         .help = "Time from one site to another"},                                                 \
    {                                                                                              \
        .path = at ".wan.egress", .type = HC_KEY_REAL, .unit = "USD per GB", .maximum = 1e6,       \
        .fallback = "0", .help = "Price of what leaves a site"                                     \
    }

/* Parts of the rows. */
#define HC_NETWORK_LATENCY_ .type = HC_KEY_DURATION, .maximum = 60
#define HC_NETWORK_SHARE_ .type = HC_KEY_REAL, .minimum = 0.01, .maximum = 1
#define HC_NETWORK_BANDWIDTH_ .type = HC_KEY_BANDWIDTH, .minimum = 1e6, .maximum = 1e15

/** The keys under `cluster.network`; they stand behind those of the machine. */
extern const hc_key_table hc_network_keys;

/** Reads a map with these rows over options: hc_hierarchy_options_default of the accelerator. What a key leaves open stays; the
 *  defaults of keys are those of the options.
 *  A link that is given (`scaleup`) brings its own measured curve; efficiency, latency and wiring that are given take the
 *  place of a curve.
 *  @param network  NULL: nothing is changed */
void hc_network_read(const hc_value *network, hc_hierarchy_options *options);

/** Racks of a pod, as rank layouts want them. 0: one pod holds all; likewise without a network. */
uint32_t hc_network_racks_per_pod(const hc_value *network);

#endif
