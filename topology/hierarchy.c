#include "topology/hierarchy.h"

#include "topology/collectives.h"
#include "topology/domain.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

typedef struct hierarchy {
    hc_hierarchy_options options;
    hc_domain domain;
    double nic_bytes_per_second; /* of one NIC, what a collective reaches */
} hierarchy;

/* What a rank of the group has of the NICs of its node when `users` communicate there at once. */
static double rank_bytes_per_second(const hierarchy *h, double users)
{
    return h->nic_bytes_per_second * fmin(1, h->options.nics_per_node / users);
}

/* Ranks on a node that use its NICs: those of the group and of the groups that share them. */
static double nic_users(const hierarchy *h, const hc_comm_group *group)
{
    return fmax(group->ranks_per_node,
                fmin((double)group->sharers * group->ranks_per_node, h->options.gpus_per_node));
}

/* Share of its NICs' bandwidth that a ring through all nodes of a group keeps where it leaves a rack or pod, whose other
 * nodes leave it room on the uplinks. */
static double border_share(const hierarchy *h, const hc_comm_group *group)
{
    double share = 1;
    if (group->racks > 1) {
        double nodes = (double)group->nodes / group->racks;
        share = fmin(share, nodes / h->options.rack_oversubscription);
    }
    if (group->pods > 1) {
        double nodes = (double)group->nodes / group->pods;
        share = fmin(share, nodes / h->options.pod_oversubscription);
    }
    return share;
}

/* What the group has between its nodes. */
typedef struct rails {
    double ranks_per_node;
    hc_link rank;         /* of one rank; the latency is that of all steps around the ring */
    double climb_seconds; /* latency of the way from the leaves of a tree over nodes to its root */
    double height;
    double domain_bytes_per_second;
} rails;

static double steps(const hierarchy *h, double between_nodes, double between_racks,
                    double between_pods)
{
    return between_nodes * h->options.node_latency_seconds +
           between_racks * h->options.rack_latency_seconds +
           between_pods * h->options.pod_latency_seconds;
}

static double height(uint32_t leaves)
{
    return leaves < 2 ? 0 : 32 - __builtin_clz(leaves - 1);
}

static rails rails_of(const hierarchy *h, const hc_comm_group *group)
{
    double users = nic_users(h, group);
    double share = border_share(h, group);
    double inside = (double)group->ranks - group->nodes;
    rails result = {
        .ranks_per_node = group->ranks_per_node,
        .rank = {steps(h, (double)group->nodes - group->racks, (double)group->racks - group->pods,
                       (double)group->pods - 1) +
                     inside * h->domain.link.latency_seconds,
                 rank_bytes_per_second(h, users) * share},
        .climb_seconds = steps(h, height(group->nodes) - height(group->racks),
                               height(group->racks) - height(group->pods), height(group->pods)),
        .height = height(group->nodes),
        .domain_bytes_per_second = INFINITY,
    };
    if (group->ranks_per_node > 1) {
        result.domain_bytes_per_second =
            hc_domain_bytes_per_second(&h->domain, group->ranks_per_node);
    }
    return result;
}

/* One ring over all ranks; where it leaves a node it is as wide as there are ranks. `operations` is 2 for an all-reduce. */
static double ring_seconds(const hierarchy *h, const rails *way, double operations, double bytes,
                           uint32_t ranks)
{
    double bytes_per_second =
        fmin(way->domain_bytes_per_second, way->ranks_per_node * way->rank.bytes_per_second);
    double longer = operations > 1 ? h->options.all_reduce_step_factor : 1;
    return operations * longer * way->rank.latency_seconds +
           hc_ring_volume(operations, ranks) * bytes / bytes_per_second;
}

/* Each step also takes the time of a piece, twice where it goes through a NIC. */
static double tree_seconds(const hierarchy *h, const rails *way, double bytes)
{
    double outside = 2 / (way->ranks_per_node * way->rank.bytes_per_second);
    double inside = hc_ring_volume(2, (uint32_t)way->ranks_per_node) / way->domain_bytes_per_second;
    double piece = hc_tree_piece_seconds(bytes);
    double chain = (way->ranks_per_node - 1) * (h->domain.link.latency_seconds + piece);
    return 2 * (chain + way->climb_seconds + way->height * 2 * piece) +
           bytes * fmax(outside, inside) / h->options.tree_efficiency;
}

/* Shares of the buffer, each reduced between nodes on the NIC of its rank. */
static double hierarchical_seconds(const hierarchy *h, const rails *between, double bytes,
                                   const hc_comm_group *group)
{
    uint32_t inside = group->ranks_per_node;
    rails share = *between;
    double reduced = 0;
    share.ranks_per_node = 1;
    share.domain_bytes_per_second = INFINITY;
    share.rank.latency_seconds -=
        ((double)group->ranks - group->nodes) * h->domain.link.latency_seconds;
    reduced = fmin(ring_seconds(h, &share, 2, bytes / inside, group->nodes),
                   tree_seconds(h, &share, bytes / inside));
    return hc_domain_cost(&h->domain, HC_REDUCE_SCATTER, bytes, inside).seconds + reduced +
           hc_domain_cost(&h->domain, HC_ALL_GATHER, bytes, inside).seconds;
}

static void keep_faster(hc_comm_cost *best, double seconds, hc_collective_algorithm algorithm)
{
    if (seconds < best->seconds) {
        *best = (hc_comm_cost){.seconds = seconds, .algorithm = algorithm};
    }
}

static hc_comm_cost all_reduce(const hierarchy *h, double bytes, const hc_comm_group *group)
{
    rails between = rails_of(h, group);
    hc_comm_cost best = {.seconds = ring_seconds(h, &between, 2, bytes, group->ranks),
                         .algorithm = HC_ALGORITHM_RING};
    keep_faster(&best, tree_seconds(h, &between, bytes), HC_ALGORITHM_TREE);
    if (group->ranks_per_node > 1 && h->options.cuts_by_node) {
        keep_faster(&best, hierarchical_seconds(h, &between, bytes, group),
                    HC_ALGORITHM_HIERARCHICAL);
    }
    return best;
}

static hc_comm_cost half_of_all_reduce(const hierarchy *h, double bytes, const hc_comm_group *group)
{
    rails between = rails_of(h, group);
    return (hc_comm_cost){.seconds = ring_seconds(h, &between, 1, bytes, group->ranks),
                          .algorithm = HC_ALGORITHM_RING};
}

/* In pieces that follow each other around the ring. */
static hc_comm_cost broadcast(const hierarchy *h, double bytes, const hc_comm_group *group)
{
    rails between = rails_of(h, group);
    double bytes_per_second = fmin(between.domain_bytes_per_second,
                                   between.ranks_per_node * between.rank.bytes_per_second);
    return (hc_comm_cost){.seconds = between.rank.latency_seconds + bytes / bytes_per_second,
                          .algorithm = HC_ALGORITHM_RING};
}

/* Between the farthest ranks of the group. */
static double farthest_seconds(const hierarchy *h, const hc_comm_group *group)
{
    return group->pods > 1    ? h->options.pod_latency_seconds
           : group->racks > 1 ? h->options.rack_latency_seconds
                              : h->options.node_latency_seconds;
}

/* Of a rank's buffer, what goes to ranks beyond the border of its unit, of which the group has `units`. */
static double share_beyond(const hc_comm_group *group, double ranks_inside)
{
    return ((double)group->ranks - ranks_inside) / group->ranks;
}

static hc_comm_cost all_to_all(const hierarchy *h, double bytes, const hc_comm_group *group)
{
    double ranks = group->ranks;
    double inside = group->ranks_per_node;
    double nic = rank_bytes_per_second(h, nic_users(h, group));
    double slowest = share_beyond(group, inside) / nic;
    if (inside > 1) {
        slowest = fmax(slowest, (inside - 1) / ranks /
                                    hc_domain_bytes_per_second(&h->domain, group->ranks_per_node));
    }
    if (group->racks > 1) {
        slowest = fmax(slowest, share_beyond(group, ranks / group->racks) *
                                    h->options.rack_oversubscription / nic);
    }
    if (group->pods > 1) {
        slowest = fmax(slowest, share_beyond(group, ranks / group->pods) *
                                    h->options.pod_oversubscription / nic);
    }
    return (hc_comm_cost){.seconds = farthest_seconds(h, group) +
                                     (ranks - inside) * h->options.message_seconds +
                                     bytes * slowest / h->options.all_to_all_efficiency,
                          .algorithm = HC_ALGORITHM_DIRECT};
}

/* Of the pairs of a group, the ones on two nodes are the slowest; each group has one on a node. */
static hc_comm_cost send(const hierarchy *h, double bytes, const hc_comm_group *group)
{
    double users = fmin(group->sharers, h->options.gpus_per_node);
    hc_link link = {farthest_seconds(h, group),
                    rank_bytes_per_second(h, users) * border_share(h, group)};
    return (hc_comm_cost){.seconds = hc_send_seconds(bytes, link),
                          .algorithm = HC_ALGORITHM_DIRECT};
}

static hc_comm_cost between_nodes(const hierarchy *h, hc_collective kind, double bytes,
                                  const hc_comm_group *group)
{
    switch (kind) {
    case HC_ALL_REDUCE:
        return all_reduce(h, bytes, group);
    case HC_ALL_GATHER:
    case HC_REDUCE_SCATTER:
        return half_of_all_reduce(h, bytes, group);
    case HC_ALL_TO_ALL:
        return all_to_all(h, bytes, group);
    case HC_BROADCAST:
        return broadcast(h, bytes, group);
    case HC_SEND:
    case HC_COLLECTIVE_COUNT:
        break;
    }
    return send(h, bytes, group);
}

static hc_comm_cost within_site(const hierarchy *h, hc_collective kind, double bytes,
                                const hc_comm_group *group)
{
    hc_comm_cost cost = {.seconds = 0, .algorithm = HC_ALGORITHM_NONE};
    if (group->ranks < 2) {
        return cost;
    }
    if (group->nodes < 2) {
        return hc_domain_cost(&h->domain, kind, bytes, group->ranks);
    }
    cost = between_nodes(h, kind, bytes, group);
    cost.seconds += h->options.launch_seconds;
    return cost;
}

static uint32_t share_of(uint32_t count, uint32_t sites)
{
    return (count + sites - 1) / sites;
}

/* The part of a group in one of its sites. */
static hc_comm_group part_in_site(const hc_comm_group *group)
{
    hc_comm_group part = *group;
    part.ranks = share_of(group->ranks, group->sites);
    part.nodes = share_of(group->nodes, group->sites);
    part.racks = share_of(group->racks, group->sites);
    part.pods = share_of(group->pods, group->sites);
    part.ranks_per_node = group->ranks_per_node < part.ranks ? group->ranks_per_node : part.ranks;
    part.sites = 1;
    return part;
}

/* What each site sends to others, in buffers of a rank, and in how many steps that follow each other. */
typedef struct site_traffic {
    double buffers;
    double steps;
} site_traffic;

static site_traffic traffic_of_site(hc_collective kind, const hc_comm_group *group)
{
    double sites = group->sites;
    switch (kind) {
    case HC_ALL_REDUCE:
        return (site_traffic){2 * (sites - 1) / sites, 2 * (sites - 1)};
    case HC_ALL_GATHER:
    case HC_REDUCE_SCATTER:
        return (site_traffic){(sites - 1) / sites, sites - 1};
    case HC_ALL_TO_ALL:
        return (site_traffic){group->ranks / sites * (sites - 1) / sites, 1};
    case HC_BROADCAST:
        return (site_traffic){1, sites - 1};
    case HC_SEND:
    case HC_COLLECTIVE_COUNT:
        break;
    }
    return (site_traffic){1, 1};
}

/* Sites that send: of a chain, all but the last. */
static double sending_sites(hc_collective kind, const hc_comm_group *group)
{
    return kind == HC_BROADCAST || kind == HC_SEND ? (double)group->sites - 1 : group->sites;
}

static hc_comm_cost between_sites(const hierarchy *h, hc_collective kind, double bytes,
                                  const hc_comm_group *group)
{
    hc_comm_group part = part_in_site(group);
    site_traffic traffic = traffic_of_site(kind, group);
    double sharers = group->site_sharers < 2 ? 1 : group->site_sharers;
    hc_comm_cost cost = within_site(h, kind, bytes, &part);
    double across = traffic.steps * h->options.wan_latency_seconds +
                    traffic.buffers * bytes * sharers / h->options.wan_bytes_per_second;
    cost.seconds = kind == HC_SEND ? fmax(cost.seconds, across) : cost.seconds + across;
    cost.egress_bytes = traffic.buffers * bytes * sending_sites(kind, group);
    cost.egress_dollars = cost.egress_bytes * h->options.wan_dollars_per_byte;
    return cost;
}

static hc_comm_cost hierarchy_cost(const void *self, hc_collective kind, double bytes,
                                   const hc_comm_group *group)
{
    const hierarchy *h = self;
    assert(bytes >= 0 && group->ranks >= 1 && group->nodes >= group->racks &&
           group->racks >= group->pods && group->pods >= 1 && group->ranks >= group->nodes &&
           group->ranks_per_node >= 1 && group->sharers >= 1);
    return group->sites > 1 ? between_sites(h, kind, bytes, group)
                            : within_site(h, kind, bytes, group);
}

static int require(bool is_right, const char *name, const char *expected, double found,
                   hc_error *error)
{
    return is_right ? 0
                    : hc_error_set(error, HC_ERROR_USAGE, "network: %s: expected %s, found %g",
                                   name, expected, found);
}

static int require_above_zero(double value, const char *name, hc_error *error)
{
    return require(isfinite(value) && value > 0, name, "a number above 0", value, error);
}

static int require_seconds(double value, const char *name, hc_error *error)
{
    return require(isfinite(value) && value >= 0, name, "at least 0 seconds", value, error);
}

static int require_share(double value, const char *name, hc_error *error)
{
    return require(value > 0 && value <= 1, name, "a share above 0, at most 1", value, error);
}

static int check(const hc_hierarchy_options *o, hc_error *error)
{
    int status = 0;
    status |= require(o->gpus_per_node > 0, "gpus_per_node", "at least 1", 0, error);
    status |= require(o->nics_per_node > 0, "nics_per_node", "at least 1", 0, error);
    status |= require_above_zero(o->scaleup_bytes_per_second, "scaleup_bytes_per_second", error);
    status |= require_share(o->scaleup_efficiency, "scaleup_efficiency", error);
    status |= require_seconds(o->scaleup_latency_seconds, "scaleup_latency_seconds", error);
    status |= require_above_zero(o->nic_bytes_per_second, "nic_bytes_per_second", error);
    status |= require_share(o->nic_efficiency, "nic_efficiency", error);
    status |= require_seconds(o->node_latency_seconds, "node_latency_seconds", error);
    status |= require_seconds(o->rack_latency_seconds, "rack_latency_seconds", error);
    status |= require_seconds(o->pod_latency_seconds, "pod_latency_seconds", error);
    status |= require(isfinite(o->rack_oversubscription) && o->rack_oversubscription >= 1,
                      "rack_oversubscription", "at least 1", o->rack_oversubscription, error);
    status |= require(isfinite(o->pod_oversubscription) && o->pod_oversubscription >= 1,
                      "pod_oversubscription", "at least 1", o->pod_oversubscription, error);
    status |= require_seconds(o->launch_seconds, "launch_seconds", error);
    status |= require(isfinite(o->all_reduce_step_factor) && o->all_reduce_step_factor >= 1,
                      "all_reduce_step_factor", "at least 1", o->all_reduce_step_factor, error);
    status |= require_seconds(o->message_seconds, "message_seconds", error);
    status |= require_share(o->all_to_all_efficiency, "all_to_all_efficiency", error);
    status |= require_share(o->tree_efficiency, "tree_efficiency", error);
    status |= require_above_zero(o->wan_bytes_per_second, "wan_bytes_per_second", error);
    status |= require_seconds(o->wan_latency_seconds, "wan_latency_seconds", error);
    status |= require(isfinite(o->wan_dollars_per_byte) && o->wan_dollars_per_byte >= 0,
                      "wan_dollars_per_byte", "at least 0", o->wan_dollars_per_byte, error);
    return status;
}

int hc_hierarchy_create(hc_network *out, const hc_hierarchy_options *options, hc_error *error)
{
    hierarchy *h = NULL;
    if (check(options, error) < 0) {
        return -1;
    }
    h = malloc(sizeof *h);
    if (h == NULL) {
        return hc_error_memory(error);
    }
    h->options = *options;
    h->nic_bytes_per_second = options->nic_bytes_per_second * options->nic_efficiency;
    hc_domain_prepare(options, &h->domain);
    *out = (hc_network){.self = h, .cost = hierarchy_cost, .destroy = free};
    return 0;
}
