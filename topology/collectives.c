#include "topology/collectives.h"

#include <math.h>

/* The alpha-beta model: R. Hockney, "The communication challenge for MPP", Parallel Computing 20 (1994); volumes: R.
 * Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH", IJHPCA 19 (2005);
 * the double tree: P. Sanders, J. Speck, J. Traeff, "Two-tree algorithms for full bandwidth broadcast, reduction and
 * scan", Parallel Computing 35 (2009). */

double hc_ring_volume(double operations, uint32_t ranks)
{
    return ranks < 2 ? 0 : operations * ((double)ranks - 1) / ranks;
}

static double ring_seconds(double operations, double bytes, uint32_t ranks, hc_link link)
{
    return ranks < 2 ? 0
                     : operations * ((double)ranks - 1) * link.latency_seconds +
                           hc_ring_volume(operations, ranks) * bytes / link.bytes_per_second;
}

double hc_ring_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ring_seconds(2, bytes, ranks, link);
}

double hc_ring_all_gather_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ring_seconds(1, bytes, ranks, link);
}

double hc_ring_reduce_scatter_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ring_seconds(1, bytes, ranks, link);
}

double hc_ring_broadcast_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ranks < 2 ? 0
                     : ((double)ranks - 1) * link.latency_seconds + bytes / link.bytes_per_second;
}

double hc_halving_doubling_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ranks < 2 ? 0
                     : 2 * log2(ranks) * link.latency_seconds +
                           hc_ring_volume(2, ranks) * bytes / link.bytes_per_second;
}

double hc_tree_all_reduce_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ranks < 2 ? 0
                     : 2 * log2(ranks) * link.latency_seconds + 2 * bytes / link.bytes_per_second;
}

double hc_all_to_all_seconds(double bytes, uint32_t ranks, hc_link link)
{
    return ring_seconds(1, bytes, ranks, link);
}

double hc_send_seconds(double bytes, hc_link link)
{
    return link.latency_seconds + bytes / link.bytes_per_second;
}
