#ifndef HC_TOPOLOGY_COLLECTIVES_H
#define HC_TOPOLOGY_COLLECTIVES_H

#include <stdint.h>

/** What collectives cost on equal links of an idle network: latency for each hop, and bytes over bandwidth.
 *  `bytes` are those of the full buffer (sim/interfaces/network.h). One rank, or no hop: 0 seconds. All O(1). */

/** A link of one rank in one direction. */
typedef struct hc_link {
    double latency_seconds;  /**< of a hop, >= 0 */
    double bytes_per_second; /**< > 0 */
} hc_link;

/** One ring over all ranks. */
double hc_ring_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link);
double hc_ring_all_gather_seconds(double bytes, uint32_t ranks, hc_link link);
double hc_ring_reduce_scatter_seconds(double bytes, uint32_t ranks, hc_link link);

/** From one rank around the ring, in pieces that follow each other. */
double hc_ring_broadcast_seconds(double bytes, uint32_t ranks, hc_link link);

/** Halving the buffer with farther and farther partners, then back. As exact as `ranks` is a power of two. */
double hc_halving_doubling_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link);

/** Two trees, each for half of the bytes, inner ranks of one being leaves of the other. */
double hc_tree_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link);

/** Every rank sends its share to each other one, one after the other. */
double hc_all_to_all_seconds(double bytes, uint32_t ranks, hc_link link);

double hc_send_seconds(double bytes, hc_link link);

/** Bytes that each rank sends, over those of the buffer, when the collective is done by a ring or directly: the factor
 *  between NCCL's bus bandwidth and bytes over time for the kinds that have one. 0 for one rank. */
double hc_ring_volume(double operations, uint32_t ranks);

#endif
