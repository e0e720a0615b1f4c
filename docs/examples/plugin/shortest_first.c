/* A policy in a shared object: the shortest job first; nobody passes the shortest one.
 *
 *     cc -std=c99 -shared -fPIC -o shortest_first.so shortest_first.c      # -I PREFIX/include where it is not installed in /usr
 *     scheduler: { policy: plugin, file: shortest_first.so, options: limit }
 *
 * Options: "limit" (or nothing) takes the job with the shortest time limit, as `policy: sjf` does; "size" the one with the
 * fewest GPUs, as `{ policy: fcfs, order: size }` does. */

#include <hindcast/policy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct waiting {
    int64_t key;
    uint64_t turn; /* in which it came: of two that are alike the first goes first */
    uint64_t job;
} waiting;

/* The queue is a heap: who goes first is waiting[0]. */
typedef struct policy {
    waiting *queue;
    size_t count;
    size_t capacity;
    uint64_t next_turn;
    int is_by_size;
} policy;

static int goes_before(const waiting *a, const waiting *b)
{
    return a->key != b->key ? a->key < b->key : a->turn < b->turn;
}

static int push(policy *p, waiting next)
{
    size_t at = p->count;
    if (p->count == p->capacity) {
        size_t capacity = p->capacity == 0 ? 64 : 2 * p->capacity;
        waiting *grown = realloc(p->queue, capacity * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        p->queue = grown;
        p->capacity = capacity;
    }
    p->count++;
    for (; at > 0 && goes_before(&next, &p->queue[(at - 1) / 2]); at = (at - 1) / 2) {
        p->queue[at] = p->queue[(at - 1) / 2];
    }
    p->queue[at] = next;
    return 0;
}

static void drop_first(policy *p)
{
    waiting last = p->queue[--p->count];
    size_t at = 0;
    size_t child = 1;
    while (child < p->count) {
        if (child + 1 < p->count && goes_before(&p->queue[child + 1], &p->queue[child])) {
            child++;
        }
        if (goes_before(&last, &p->queue[child])) {
            break;
        }
        p->queue[at] = p->queue[child];
        at = child;
        child = 2 * at + 1;
    }
    p->queue[at] = last;
}

static void *create(const hc_guest_cluster *cluster, const char *options, char *why)
{
    policy *p = NULL;
    (void)cluster;
    if (strcmp(options, "") != 0 && strcmp(options, "limit") != 0 && strcmp(options, "size") != 0) {
        snprintf(why, HC_GUEST_WHY_SIZE, "options: expected limit or size, got \"%s\"", options);
        return NULL;
    }
    p = calloc(1, sizeof *p);
    if (p != NULL) {
        p->is_by_size = strcmp(options, "size") == 0;
    }
    return p;
}

static void destroy(void *self)
{
    policy *p = self;
    free(p->queue);
    free(p);
}

static int pass(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    policy *p = self;
    size_t i;
    for (i = 0; i < pass->submitted_count; i++) {
        const hc_guest_job *job = &pass->submitted[i];
        waiting next;
        next.key = p->is_by_size ? (int64_t)job->gpus * job->gpu_milli : job->limit_ns;
        next.turn = p->next_turn++;
        next.job = job->job;
        if (push(p, next) < 0) {
            return host->fail(host->self, "memory is short");
        }
    }
    while (p->count > 0 && host->fits(host->self, p->queue[0].job) == 1) {
        if (host->start(host->self, p->queue[0].job) < 0) {
            return -1;
        }
        drop_first(p);
    }
    return 0;
}

const hc_guest_interface *hindcast_policy(void)
{
    static const hc_guest_interface INTERFACE = {HC_GUEST_VERSION, create, destroy, pass};
    return &INTERFACE;
}
