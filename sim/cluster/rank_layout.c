#include "sim/cluster/rank_layout.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

enum { NODE, RACK, POD, SITE, LEVELS };

/* How one group lies: the nodes, racks, pods and sites that it spans, and its ranks on its fullest node. */
typedef struct spread {
    uint64_t units[LEVELS];
    uint64_t fullest;
} spread;

/* Groups of `count` ranks that are `stride` apart. Those of a block have their first ranks next to each other. */
typedef struct grouping {
    uint64_t count;
    uint64_t stride;
    uint64_t extent; /* from the first rank of a group to its last */
    uint64_t block;
} grouping;

/* What is known after some of the groups. */
typedef struct tally {
    spread worst;
    uint64_t sharers;
    uint64_t site_sharers;
} tally;

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_worse(const spread *a, const spread *b)
{
    for (size_t level = LEVELS; level-- > 0;) {
        if (a->units[level] != b->units[level]) {
            return a->units[level] > b->units[level];
        }
    }
    return a->fullest < b->fullest;
}

static void count_spread(tally *so_far, const spread *found)
{
    if (is_worse(found, &so_far->worst)) {
        so_far->worst = *found;
    }
}

/* Groups of one block with ranks in from .. to - 1 (of the block), but for those that lie there with all their ranks. */
static uint64_t cut_in_block(const grouping *groups, uint64_t from, uint64_t to)
{
    uint64_t touching = smaller(to - from, groups->stride);
    uint64_t behind_last = to > groups->extent ? smaller(to - groups->extent, groups->stride) : 0;
    uint64_t whole = behind_last > from ? behind_last - from : 0;
    return touching - whole;
}

/* Groups that have ranks on the node of ranks from .. to - 1 and on others. Of the blocks that meet there, only the first
 * and the last can lie on other nodes as well. */
static uint64_t cut_groups(const grouping *groups, uint64_t from, uint64_t to)
{
    uint64_t first = from / groups->block;
    uint64_t last = (to - 1) / groups->block;
    if (first == last) {
        return cut_in_block(groups, from % groups->block, (to - 1) % groups->block + 1);
    }
    return cut_in_block(groups, from % groups->block, groups->block) +
           cut_in_block(groups, 0, (to - 1) % groups->block + 1);
}

static void count_sharers(tally *so_far, const grouping *groups, uint64_t from, uint64_t to)
{
    uint64_t sharers = cut_groups(groups, from, to);
    so_far->sharers = sharers > so_far->sharers ? sharers : so_far->sharers;
}

/* Ranks of a regular layout's nodes, racks, pods, sites; one that holds all ranks has more than there can be. */
typedef struct units {
    uint64_t ranks[LEVELS];
} units;

#define NO_BOUND (UINT64_C(1) << 32)

static units units_of(const hc_rank_layout *layout)
{
    uint64_t factors[LEVELS] = {layout->ranks_per_node, layout->nodes_per_rack,
                                layout->racks_per_pod, layout->pods_per_site};
    units result;
    uint64_t ranks = 1;
    for (size_t level = 0; level < LEVELS; level++) {
        ranks = factors[level] == 0 ? NO_BOUND : smaller(ranks * factors[level], NO_BOUND);
        result.ranks[level] = ranks;
    }
    return result;
}

/* Ranks of the group that starts at `start` on its fullest node; the stride is less than a node. Nodes inside the group
 * differ by how the stride meets their first rank, which repeats. */
static uint64_t fullest_node(const grouping *groups, uint64_t node, uint64_t start)
{
    uint64_t first = start / node;
    uint64_t last = (start + groups->extent) / node;
    uint64_t looked_at = (node % groups->stride == 0 ? 1 : groups->stride) + 1;
    uint64_t before = 0;
    uint64_t fullest = 0;
    for (uint64_t n = first; n <= smaller(last, first + looked_at); n++) {
        uint64_t behind = (n + 1) * node - start;
        uint64_t until = smaller((behind + groups->stride - 1) / groups->stride, groups->count);
        fullest = until - before > fullest ? until - before : fullest;
        before = until;
    }
    return fullest;
}

static spread regular_spread(const units *in, const grouping *groups, uint64_t start)
{
    spread found;
    for (size_t level = 0; level < LEVELS; level++) {
        uint64_t unit = in->ranks[level];
        found.units[level] = groups->stride >= unit
                                 ? groups->count
                                 : (start + groups->extent) / unit - start / unit + 1;
    }
    found.fullest =
        groups->stride >= in->ranks[NODE] ? 1 : fullest_node(groups, in->ranks[NODE], start);
    return found;
}

static void count_start(tally *so_far, const units *in, const grouping *groups, uint64_t start)
{
    spread found = regular_spread(in, groups, start);
    count_spread(so_far, &found);
}

/* Looks at the groups of a block that can be the worst. When the stride is less than a node, that is any of them. Else
 * all have each rank on a node of its own, and a group spans more units of a level than those that start before it only
 * if it is the first whose last rank lies beyond a border. */
static void count_starts(tally *so_far, const units *in, const grouping *groups, uint64_t block)
{
    uint64_t candidates = groups->stride < in->ranks[NODE] ? groups->stride : 1;
    for (uint64_t i = 0; i < candidates; i++) {
        count_start(so_far, in, groups, block + i);
    }
    for (size_t level = RACK; candidates == 1 && level < LEVELS; level++) {
        uint64_t unit = in->ranks[level];
        uint64_t to_border = (unit - (block + groups->extent) % unit) % unit;
        if (to_border < groups->stride) {
            count_start(so_far, in, groups, block + to_border);
        }
    }
}

/* Groups that start before a rank, at any distance, and cross a border of a unit. */
static uint64_t crossing_before(const grouping *groups, uint64_t unit, uint64_t rank)
{
    uint64_t crossing = smaller(groups->extent, unit);
    uint64_t staying = unit - crossing;
    return rank / unit * crossing + (rank % unit > staying ? rank % unit - staying : 0);
}

static void count_block(tally *so_far, const units *in, const grouping *groups, uint64_t block)
{
    count_starts(so_far, in, groups, block);
    so_far->site_sharers += crossing_before(groups, in->ranks[SITE], block + groups->stride) -
                            crossing_before(groups, in->ranks[SITE], block);
}

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
    uint64_t divisor = a;
    uint64_t rest = b;
    while (rest != 0) {
        uint64_t next = divisor % rest;
        divisor = rest;
        rest = next;
    }
    return a / divisor * b;
}

/* The highest level with a border that lies within a block; LEVELS when there is none. */
static size_t highest_crossed(const units *in, const grouping *groups, uint64_t ranks)
{
    for (size_t level = LEVELS; level-- > NODE;) {
        if (in->ranks[level] < ranks && in->ranks[level] % groups->block != 0) {
            return level;
        }
    }
    return LEVELS;
}

/* The worst groups are those that cross the borders of the highest level. They lie in the blocks that do, and where blocks
 * and units are in the same phase again they lie alike; only those between sites are counted to the end. */
static void count_crossing_blocks(tally *so_far, const units *in, const grouping *groups,
                                  size_t level, uint64_t ranks)
{
    uint64_t unit = in->ranks[level];
    uint64_t period = level == SITE ? ranks : common_multiple(unit, groups->block);
    uint64_t end = smaller(period, ranks);
    if (groups->block >= unit) {
        for (uint64_t block = 0; block < end; block += groups->block) {
            count_block(so_far, in, groups, block);
        }
        return;
    }
    for (uint64_t border = unit; border < end; border += unit) {
        if (border % groups->block != 0) {
            count_block(so_far, in, groups, border - border % groups->block);
        }
    }
}

/* The first two nodes of each block; further ones are not entered by fewer groups, up to the first of the next block. */
static void count_nodes(tally *so_far, const grouping *groups, uint64_t node, uint64_t ranks)
{
    uint64_t end = smaller(common_multiple(node, groups->block), ranks);
    for (uint64_t block = 0; block < end; block += groups->block) {
        uint64_t from = block / node * node;
        for (uint64_t i = 0; i < 2 && from < ranks; i++) {
            count_sharers(so_far, groups, from, smaller(from + node, ranks));
            from += node;
        }
    }
}

static void tally_regular(tally *so_far, const hc_rank_layout *layout, const grouping *groups)
{
    units in = units_of(layout);
    size_t level = highest_crossed(&in, groups, layout->ranks);
    if (level == LEVELS) {
        count_block(so_far, &in, groups, 0); /* all lie within a node */
        return;
    }
    count_crossing_blocks(so_far, &in, groups, level, layout->ranks);
    count_nodes(so_far, groups, in.ranks[NODE], layout->ranks);
}

static bool is_apart(const uint32_t *unit_of, uint64_t rank, uint64_t other)
{
    return unit_of != NULL && unit_of[rank] != unit_of[other];
}

/* Follows one group from its first rank on. */
static void count_group(tally *so_far, const hc_rank_layout *layout, const grouping *groups,
                        uint64_t start)
{
    const uint32_t *unit_of[LEVELS] = {layout->node_of, layout->rack_of, layout->pod_of,
                                       layout->site_of};
    spread found = {{1, 1, 1, 1}, 1};
    uint64_t here = 1;
    for (uint64_t i = 1; i < groups->count; i++) {
        uint64_t rank = start + i * groups->stride;
        for (size_t level = 0; level < LEVELS; level++) {
            found.units[level] += is_apart(unit_of[level], rank, rank - groups->stride) ? 1 : 0;
        }
        here = is_apart(layout->node_of, rank, rank - groups->stride) ? 1 : here + 1;
        found.fullest = here > found.fullest ? here : found.fullest;
    }
    count_spread(so_far, &found);
    so_far->site_sharers += found.units[SITE] > 1 ? 1 : 0;
}

static void tally_arrays(tally *so_far, const hc_rank_layout *layout, const grouping *groups)
{
    uint64_t from = 0;
    for (uint64_t block = 0; block < layout->ranks; block += groups->block) {
        for (uint64_t i = 0; i < groups->stride; i++) {
            count_group(so_far, layout, groups, block + i);
        }
    }
    for (uint64_t rank = 1; rank <= layout->ranks; rank++) {
        if (rank == layout->ranks || is_apart(layout->node_of, rank, from)) {
            count_sharers(so_far, groups, from, rank);
            from = rank;
        }
    }
}

static uint32_t at_least_one(uint64_t count)
{
    return count == 0 ? 1 : (uint32_t)count;
}

hc_comm_group hc_rank_layout_group(const hc_rank_layout *layout, uint32_t count, uint32_t stride)
{
    grouping groups = {count, stride, (uint64_t)(count - 1) * stride, (uint64_t)count * stride};
    tally result = {.worst = {.units = {0}}};
    assert(count > 0 && stride > 0 && layout->ranks % groups.block == 0);
    if (layout->node_of == NULL) {
        tally_regular(&result, layout, &groups);
    } else {
        tally_arrays(&result, layout, &groups);
    }
    return (hc_comm_group){
        .ranks = count,
        .ranks_per_node = (uint32_t)result.worst.fullest,
        .nodes = (uint32_t)result.worst.units[NODE],
        .racks = (uint32_t)result.worst.units[RACK],
        .pods = (uint32_t)result.worst.units[POD],
        .sites = (uint32_t)result.worst.units[SITE],
        .sharers = at_least_one(result.sharers),
        .site_sharers = at_least_one(result.site_sharers),
    };
}
