#include "sim/cluster/rank_places.h"

#include <stdbool.h>
#include <stdlib.h>

/* From the widest to the narrowest. */
enum { SITE, POD, RACK, LEVELS };

/* A site, pod or rack that a node lies in. */
typedef struct enclosure {
    uint32_t number;
    uint32_t least; /* fewest GPUs that one of its nodes gives */
    uint32_t total; /* GPUs of all its nodes */
} enclosure;

/* GPUs of one node. */
typedef struct hc_rank_node {
    uint32_t node; /* of the machine */
    uint32_t kind;
    uint32_t count;
    enclosure in[LEVELS];
} rank_node;

enum { ARRAYS = 5 }; /* node, rack, pod, site and kind of each rank */

void hc_rank_places_close(hc_rank_places *places)
{
    free(places->nodes);
    free(places->places);
    *places = (hc_rank_places){0};
}

static int make_room(hc_rank_places *p, size_t node_count)
{
    rank_node *nodes = NULL;
    if (node_count <= p->node_capacity) {
        return 0;
    }
    nodes = realloc(p->nodes, 2 * node_count * sizeof *nodes);
    if (nodes == NULL) {
        return -1;
    }
    p->nodes = nodes;
    p->node_capacity = 2 * node_count;
    return 0;
}

static int make_room_for_ranks(hc_rank_places *p, size_t rank_count)
{
    uint32_t *places = NULL;
    if (rank_count <= p->rank_capacity) {
        return 0;
    }
    places = realloc(p->places, 2 * rank_count * ARRAYS * sizeof *places);
    if (places == NULL) {
        return -1;
    }
    p->places = places;
    p->rank_capacity = 2 * rank_count;
    return 0;
}

static rank_node describe(const hc_machine *machine, hc_node_id id)
{
    const hc_node *node = hc_machine_node(machine, id);
    return (rank_node){
        .node = id.index,
        .kind = hc_machine_class(machine, node->class_index)->kind,
        .in = {{.number = node->site}, {.number = node->pod}, {.number = node->rack}},
    };
}

/* Runs of one node are added up. @return GPUs of all. */
static uint32_t list_nodes(hc_rank_places *p, const hc_machine *machine, uint32_t first_node,
                           const hc_occupancy *occupancy, const hc_allocation *allocation,
                           uint32_t *node_count)
{
    uint32_t total = 0;
    *node_count = 0;
    for (uint32_t i = allocation->first_slice; i != HC_NO_INDEX;) {
        const hc_slice *slice = hc_occupancy_slice(occupancy, i);
        hc_node_id node = {first_node + slice->node};
        if (*node_count == 0 || p->nodes[*node_count - 1].node != node.index) {
            p->nodes[(*node_count)++] = describe(machine, node);
        }
        p->nodes[*node_count - 1].count += slice->count;
        total += slice->count;
        i = slice->next;
    }
    return total;
}

/* By where they lie. */
static int compare_numbers(const void *a, const void *b)
{
    const rank_node *x = a;
    const rank_node *y = b;
    for (int level = SITE; level < LEVELS; level++) {
        if (x->in[level].number != y->in[level].number) {
            return x->in[level].number < y->in[level].number ? -1 : 1;
        }
    }
    return (x->node > y->node) - (x->node < y->node);
}

/* Whether two nodes lie in the same rack, pod or site. A pod of a number is in one site, and so on. */
static bool is_together(const rank_node *x, const rank_node *y, int level)
{
    return x->in[level].number == y->in[level].number &&
           (level == SITE || is_together(x, y, level - 1));
}

/* Tells the nodes of one rack (pod, site) about it; they follow each other from `first` on. @return the first one behind them. */
static uint32_t sum_up(rank_node *nodes, uint32_t first, uint32_t count, int level)
{
    enclosure sum = {.number = nodes[first].in[level].number, .least = UINT32_MAX};
    uint32_t end = first;
    for (; end < count && is_together(&nodes[first], &nodes[end], level); end++) {
        sum.least = nodes[end].count < sum.least ? nodes[end].count : sum.least;
        sum.total += nodes[end].count;
    }
    for (uint32_t i = first; i < end; i++) {
        nodes[i].in[level] = sum;
    }
    return end;
}

static int compare_enclosures(const enclosure *x, const enclosure *y)
{
    if (x->least != y->least) {
        return x->least > y->least ? -1 : 1;
    }
    if (x->total != y->total) {
        return x->total > y->total ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

static int compare_nodes(const void *a, const void *b)
{
    const rank_node *x = a;
    const rank_node *y = b;
    int order = 0;
    for (int level = SITE; level < LEVELS && order == 0; level++) {
        if (level == RACK && x->kind != y->kind) {
            return x->kind < y->kind ? -1 : 1;
        }
        order = compare_enclosures(&x->in[level], &y->in[level]);
    }
    if (order == 0 && x->count != y->count) {
        return x->count > y->count ? -1 : 1;
    }
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

static void sort_nodes(rank_node *nodes, uint32_t count)
{
    qsort(nodes, count, sizeof *nodes, compare_numbers);
    for (int level = SITE; level < LEVELS; level++) {
        for (uint32_t first = 0; first < count;) {
            first = sum_up(nodes, first, count, level);
        }
    }
    qsort(nodes, count, sizeof *nodes, compare_nodes);
}

static void fill_ranks(hc_rank_places *p, uint32_t node_count)
{
    uint32_t *node_of = p->places;
    uint32_t *of[LEVELS] = {node_of + p->rank_capacity, node_of + 2 * p->rank_capacity,
                            node_of + 3 * p->rank_capacity};
    uint32_t rank = 0;
    p->kind_of = node_of + 4 * p->rank_capacity;
    for (uint32_t i = 0; i < node_count; i++) {
        const rank_node *n = &p->nodes[i];
        for (uint32_t k = 0; k < n->count; k++, rank++) {
            node_of[rank] = n->node;
            p->kind_of[rank] = n->kind;
            for (int level = SITE; level < LEVELS; level++) {
                of[level][rank] = n->in[level].number;
            }
        }
    }
    p->layout = (hc_rank_layout){.ranks = rank,
                                 .ranks_per_node = p->nodes[0].count,
                                 .node_of = node_of,
                                 .rack_of = of[RACK],
                                 .pod_of = of[POD],
                                 .site_of = of[SITE]};
}

int hc_rank_places_find(hc_rank_places *out, const hc_machine *machine, uint32_t first_node,
                        const hc_occupancy *occupancy, const hc_allocation *allocation)
{
    uint32_t node_count = 0;
    uint32_t rank_count = 0;
    if (make_room(out, allocation->node_count) < 0) {
        return -1;
    }
    rank_count = list_nodes(out, machine, first_node, occupancy, allocation, &node_count);
    if (make_room_for_ranks(out, rank_count) < 0) {
        return -1;
    }
    sort_nodes(out->nodes, node_count);
    fill_ranks(out, node_count);
    return 0;
}
