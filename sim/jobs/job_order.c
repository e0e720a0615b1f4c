#include "sim/jobs/job_order.h"

#include <assert.h>
#include <stdlib.h>

/* Weight-balanced tree (Nievergelt and Reingold 1973) with the parameters (3, 2) proved sound by Hirai and
 * Yamamoto (J. Functional Programming 21(3), 2011): a subtree with its brother's weight x 3 or more is rotated,
 * twice when its inner child weighs 2 x its outer one or more; weight = jobs + 1. Depth stays below
 * log(n) / log(4/3), 77 for 2^32 jobs. The shape depends on the history of insertions; nothing that is
 * asked of the tree does. */
enum { DELTA = 3, GAMMA = 2 };

typedef struct node {
    hc_order_entry entry;
    uint32_t left;
    uint32_t right;
    uint32_t count; /* jobs in this subtree; 0: the slot is not in the order */
    uint64_t size_sum;
    uint64_t size_min;
    hc_time duration_min;
} node;

struct hc_job_order {
    node *nodes; /* by slot */
    uint32_t capacity;
    uint32_t root;
};

hc_job_order *hc_job_order_create(void)
{
    hc_job_order *order = calloc(1, sizeof *order);
    if (order != NULL) {
        order->root = HC_NO_SLOT;
    }
    return order;
}

void hc_job_order_destroy(hc_job_order *order)
{
    if (order == NULL) {
        return;
    }
    free(order->nodes);
    free(order);
}

int hc_order_compare(const hc_order_entry *a, const hc_order_entry *b)
{
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return (a->job > b->job) - (a->job < b->job);
}

static uint64_t weight(const node *nodes, uint32_t slot)
{
    return slot == HC_NO_SLOT ? 1 : (uint64_t)nodes[slot].count + 1;
}

/* Recomputes what a node knows of its subtree. */
static void update(node *nodes, uint32_t slot)
{
    node *n = &nodes[slot];
    n->count = 1;
    n->size_sum = n->entry.size;
    n->size_min = n->entry.size;
    n->duration_min = n->entry.duration;
    for (int side = 0; side < 2; side++) {
        uint32_t child = side == 0 ? n->left : n->right;
        if (child != HC_NO_SLOT) {
            const node *c = &nodes[child];
            n->count += c->count;
            n->size_sum += c->size_sum;
            n->size_min = c->size_min < n->size_min ? c->size_min : n->size_min;
            n->duration_min = c->duration_min < n->duration_min ? c->duration_min : n->duration_min;
        }
    }
}

static uint32_t rotate_left(node *nodes, uint32_t slot)
{
    uint32_t risen = nodes[slot].right;
    nodes[slot].right = nodes[risen].left;
    nodes[risen].left = slot;
    update(nodes, slot);
    update(nodes, risen);
    return risen;
}

static uint32_t rotate_right(node *nodes, uint32_t slot)
{
    uint32_t risen = nodes[slot].left;
    nodes[slot].left = nodes[risen].right;
    nodes[risen].right = slot;
    update(nodes, slot);
    update(nodes, risen);
    return risen;
}

/* Restores the balance of a node whose subtrees are balanced. @return the root of the subtree. */
static uint32_t balance(node *nodes, uint32_t slot)
{
    node *n = &nodes[slot];
    uint64_t left = weight(nodes, n->left);
    uint64_t right = weight(nodes, n->right);
    if (right > DELTA * left) {
        const node *child = &nodes[n->right];
        if (weight(nodes, child->left) >= GAMMA * weight(nodes, child->right)) {
            n->right = rotate_right(nodes, n->right);
        }
        return rotate_left(nodes, slot);
    }
    if (left > DELTA * right) {
        const node *child = &nodes[n->left];
        if (weight(nodes, child->right) >= GAMMA * weight(nodes, child->left)) {
            n->left = rotate_left(nodes, n->left);
        }
        return rotate_right(nodes, slot);
    }
    update(nodes, slot);
    return slot;
}

static uint32_t insert(node *nodes, uint32_t root, uint32_t slot)
{
    if (root == HC_NO_SLOT) {
        update(nodes, slot);
        return slot;
    }
    if (hc_order_compare(&nodes[slot].entry, &nodes[root].entry) < 0) {
        nodes[root].left = insert(nodes, nodes[root].left, slot);
    } else {
        nodes[root].right = insert(nodes, nodes[root].right, slot);
    }
    return balance(nodes, root);
}

/* Takes the first node out of a subtree. @return the root of what is left. */
static uint32_t take_first(node *nodes, uint32_t root, uint32_t *first)
{
    if (nodes[root].left == HC_NO_SLOT) {
        *first = root;
        return nodes[root].right;
    }
    nodes[root].left = take_first(nodes, nodes[root].left, first);
    return balance(nodes, root);
}

static uint32_t take(node *nodes, uint32_t root, uint32_t slot)
{
    uint32_t heir = HC_NO_SLOT;
    if (root != slot) {
        if (hc_order_compare(&nodes[slot].entry, &nodes[root].entry) < 0) {
            nodes[root].left = take(nodes, nodes[root].left, slot);
        } else {
            nodes[root].right = take(nodes, nodes[root].right, slot);
        }
        return balance(nodes, root);
    }
    if (nodes[root].left == HC_NO_SLOT || nodes[root].right == HC_NO_SLOT) {
        return nodes[root].left == HC_NO_SLOT ? nodes[root].right : nodes[root].left;
    }
    nodes[root].right = take_first(nodes, nodes[root].right, &heir);
    nodes[heir].right = nodes[root].right;
    nodes[heir].left = nodes[root].left;
    return balance(nodes, heir);
}

static int make_room(hc_job_order *order, uint32_t slot)
{
    uint32_t capacity = order->capacity == 0 ? 64 : order->capacity;
    node *grown = NULL;
    while (capacity <= slot && capacity <= UINT32_MAX / 2) {
        capacity *= 2;
    }
    grown = realloc(order->nodes, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    for (uint32_t i = order->capacity; i < capacity; i++) {
        grown[i].count = 0;
    }
    order->nodes = grown;
    order->capacity = capacity;
    return 0;
}

int hc_job_order_insert(hc_job_order *order, uint32_t slot, const hc_order_entry *entry)
{
    if (slot >= order->capacity && make_room(order, slot) < 0) {
        return -1;
    }
    assert(order->nodes[slot].count == 0);
    order->nodes[slot].entry = *entry;
    order->nodes[slot].left = HC_NO_SLOT;
    order->nodes[slot].right = HC_NO_SLOT;
    order->root = insert(order->nodes, order->root, slot);
    return 0;
}

int hc_job_order_reserve(hc_job_order *order, uint32_t slot)
{
    return slot < order->capacity ? 0 : make_room(order, slot);
}

void hc_job_order_remove(hc_job_order *order, uint32_t slot)
{
    assert(hc_job_order_contains(order, slot));
    order->root = take(order->nodes, order->root, slot);
    order->nodes[slot].count = 0;
}

bool hc_job_order_contains(const hc_job_order *order, uint32_t slot)
{
    return slot < order->capacity && order->nodes[slot].count > 0;
}

size_t hc_job_order_count(const hc_job_order *order)
{
    return order->root == HC_NO_SLOT ? 0 : order->nodes[order->root].count;
}

uint64_t hc_job_order_size_sum(const hc_job_order *order)
{
    return order->root == HC_NO_SLOT ? 0 : order->nodes[order->root].size_sum;
}

uint32_t hc_job_order_first(const hc_job_order *order)
{
    uint32_t at = order->root;
    while (at != HC_NO_SLOT && order->nodes[at].left != HC_NO_SLOT) {
        at = order->nodes[at].left;
    }
    return at;
}

size_t hc_job_order_rank(const hc_job_order *order, uint32_t slot)
{
    const node *nodes = order->nodes;
    uint32_t at = order->root;
    size_t rank = 0;
    assert(hc_job_order_contains(order, slot));
    while (at != slot) {
        if (hc_order_compare(&nodes[slot].entry, &nodes[at].entry) < 0) {
            at = nodes[at].left;
        } else {
            rank += weight(nodes, nodes[at].left);
            at = nodes[at].right;
        }
    }
    return rank + weight(nodes, nodes[slot].left) - 1;
}

static bool may_accept(const hc_order_filter *filter, uint64_t size, hc_time duration)
{
    return size <= filter->size_max &&
           (duration <= filter->duration_max || size <= filter->beyond_size_max);
}

/* The least size and the least duration of a subtree may belong to different jobs: a subtree that looks good may
 * hold none, and the search comes back from it. */
static uint32_t find(const node *nodes, uint32_t root, const hc_order_entry *after,
                     const hc_order_filter *filter)
{
    const node *n = NULL;
    uint32_t found = HC_NO_SLOT;
    if (root == HC_NO_SLOT) {
        return HC_NO_SLOT;
    }
    n = &nodes[root];
    if (!may_accept(filter, n->size_min, n->duration_min)) {
        return HC_NO_SLOT;
    }
    if (after != NULL && hc_order_compare(after, &n->entry) >= 0) {
        return find(nodes, n->right, after, filter);
    }
    found = find(nodes, n->left, after, filter);
    if (found != HC_NO_SLOT) {
        return found;
    }
    if (may_accept(filter, n->entry.size, n->entry.duration)) {
        return root;
    }
    return find(nodes, n->right, NULL, filter);
}

uint32_t hc_job_order_find(const hc_job_order *order, const hc_order_entry *after,
                           const hc_order_filter *filter)
{
    return find(order->nodes, order->root, after, filter);
}

uint32_t hc_job_order_next(const hc_job_order *order, const hc_order_entry *after)
{
    uint32_t at = order->root;
    uint32_t found = HC_NO_SLOT;
    if (after == NULL) {
        return hc_job_order_first(order);
    }
    while (at != HC_NO_SLOT) {
        if (hc_order_compare(&order->nodes[at].entry, after) > 0) {
            found = at;
            at = order->nodes[at].left;
        } else {
            at = order->nodes[at].right;
        }
    }
    return found;
}

uint32_t hc_job_order_previous(const hc_job_order *order, const hc_order_entry *before)
{
    uint32_t at = order->root;
    uint32_t found = HC_NO_SLOT;
    while (at != HC_NO_SLOT) {
        if (hc_order_compare(&order->nodes[at].entry, before) < 0) {
            found = at;
            at = order->nodes[at].right;
        } else {
            at = order->nodes[at].left;
        }
    }
    return found;
}

uint32_t hc_job_order_find_sum(const hc_job_order *order, uint64_t sum)
{
    const node *nodes = order->nodes;
    uint32_t at = order->root;
    if (hc_job_order_size_sum(order) < sum) {
        return HC_NO_SLOT;
    }
    while (at != HC_NO_SLOT) {
        uint32_t left = nodes[at].left;
        uint64_t before = left == HC_NO_SLOT ? 0 : nodes[left].size_sum;
        if (left != HC_NO_SLOT && before >= sum) {
            at = left;
        } else if (before + nodes[at].entry.size >= sum) {
            return at;
        } else {
            sum -= before + nodes[at].entry.size;
            at = nodes[at].right;
        }
    }
    return HC_NO_SLOT;
}

uint64_t hc_job_order_sum_to(const hc_job_order *order, int64_t key)
{
    const node *nodes = order->nodes;
    uint64_t sum = 0;
    uint32_t at = order->root;
    while (at != HC_NO_SLOT) {
        uint32_t left = nodes[at].left;
        if (nodes[at].entry.key > key) {
            at = left;
        } else {
            sum += nodes[at].entry.size + (left == HC_NO_SLOT ? 0 : nodes[left].size_sum);
            at = nodes[at].right;
        }
    }
    return sum;
}

uint64_t hc_job_order_sum_before(const hc_job_order *order, const hc_order_entry *place)
{
    const node *nodes = order->nodes;
    uint64_t sum = 0;
    uint32_t at = order->root;
    while (at != HC_NO_SLOT) {
        uint32_t left = nodes[at].left;
        if (hc_order_compare(&nodes[at].entry, place) >= 0) {
            at = left;
        } else {
            sum += nodes[at].entry.size + (left == HC_NO_SLOT ? 0 : nodes[left].size_sum);
            at = nodes[at].right;
        }
    }
    return sum;
}

bool hc_job_order_follows(const hc_job_order *order, uint32_t slot, const hc_order_entry *place)
{
    return hc_order_compare(&order->nodes[slot].entry, place) > 0;
}

const hc_order_entry *hc_job_order_entry(const hc_job_order *order, uint32_t slot)
{
    assert(hc_job_order_contains(order, slot));
    return &order->nodes[slot].entry;
}

static void push_left(hc_order_walk *walk, uint32_t at)
{
    while (at != HC_NO_SLOT) {
        assert(walk->depth < HC_ORDER_MAX_DEPTH);
        walk->path[walk->depth++] = at;
        at = walk->order->nodes[at].left;
    }
}

void hc_order_walk_start(hc_order_walk *walk, const hc_job_order *order)
{
    walk->order = order;
    walk->depth = 0;
    push_left(walk, order->root);
}

void hc_order_walk_start_behind(hc_order_walk *walk, const hc_job_order *order,
                                const hc_order_entry *after)
{
    uint32_t at = order->root;
    walk->order = order;
    walk->depth = 0;
    while (at != HC_NO_SLOT) {
        bool is_behind = hc_order_compare(&order->nodes[at].entry, after) > 0;
        if (is_behind) {
            walk->path[walk->depth++] = at;
        }
        at = is_behind ? order->nodes[at].left : order->nodes[at].right;
    }
}

uint32_t hc_order_walk_next(hc_order_walk *walk)
{
    uint32_t at = HC_NO_SLOT;
    if (walk->depth == 0) {
        return HC_NO_SLOT;
    }
    at = walk->path[--walk->depth];
    push_left(walk, walk->order->nodes[at].right);
    return at;
}

/* Recomputes the summary of a node in a copy of its surroundings: itself and its children. */
static bool is_summary_right(const node *nodes, uint32_t slot)
{
    node copies[3] = {nodes[slot]};
    const node *n = &nodes[slot];
    uint64_t left = weight(nodes, n->left);
    uint64_t right = weight(nodes, n->right);
    if (n->left != HC_NO_SLOT) {
        copies[1] = nodes[n->left];
        copies[0].left = 1;
    }
    if (n->right != HC_NO_SLOT) {
        copies[2] = nodes[n->right];
        copies[0].right = 2;
    }
    update(copies, 0);
    return copies[0].count == n->count && copies[0].size_sum == n->size_sum &&
           copies[0].size_min == n->size_min && copies[0].duration_min == n->duration_min &&
           left <= DELTA * right && right <= DELTA * left;
}

bool hc_job_order_check(const hc_job_order *order)
{
    hc_order_walk walk;
    uint32_t before = HC_NO_SLOT;
    size_t seen = 0;
    hc_order_walk_start(&walk, order);
    for (uint32_t at = hc_order_walk_next(&walk); at != HC_NO_SLOT;
         at = hc_order_walk_next(&walk)) {
        if (!is_summary_right(order->nodes, at) ||
            (before != HC_NO_SLOT &&
             hc_order_compare(&order->nodes[before].entry, &order->nodes[at].entry) >= 0)) {
            return false;
        }
        before = at;
        seen++;
    }
    return seen == hc_job_order_count(order);
}
