#ifndef HC_TESTS_SIM_REFERENCE_WORLD_H
#define HC_TESTS_SIM_REFERENCE_WORLD_H

#include "tests/sim/replay.h"

#include <stdbool.h>
#include <stdint.h>

/** The machine of the slow and obvious scheduler (tests/sim/reference.h), and its placement rules. */

enum { HC_REF_MAX_NODES = 32, HC_REF_MAX_GPUS = 16 };

typedef struct hc_ref_node {
    int group; /* nodes of equal groups are alike */
    int gpus;
    int kind;
    int free_milli[HC_REF_MAX_GPUS];
    uint64_t cpu, memory; /* free; HC_UNLIMITED: not modelled */
    bool is_closed;       /* out of service: nothing is placed there */
} hc_ref_node;

/* What a job holds. */
typedef struct hc_ref_grant {
    int gpus[HC_REF_MAX_NODES];
    bool is_on[HC_REF_MAX_NODES];
    unsigned devices[HC_REF_MAX_NODES]; /* bit d: the whole GPU d */
    int shared_device;                  /* -1: whole GPUs */
} hc_ref_grant;

typedef struct hc_ref_world {
    hc_ref_node nodes[HC_REF_MAX_NODES];
    int node_count;
    int group_count;
    char kinds[8][32];
    int kind_count;
} hc_ref_world;

/** The machine of a replay, free. */
void hc_ref_build(const hc_replay *replay, hc_ref_world *w);

/** Takes the steps of the replay's calendar that have come: the first nodes are in service, the others are not.
 *  @param next_step  [in, out] of the calendar @return whether there were any */
bool hc_ref_take_steps(hc_ref_world *w, const hc_replay *replay, size_t *next_step, hc_time now);

/** When the next step comes; HC_TIME_NEVER: there is none. */
hc_time hc_ref_next_step(const hc_replay *replay, size_t next_step);

/** GPUs of a node that nobody has a part of. */
int hc_ref_whole_free(const hc_ref_node *n);

/** The lowest GPU of a node that nobody has a part of; there must be one. */
int hc_ref_first_free_device(const hc_ref_node *n);

/** CPU or memory that goes with `part` of `whole` GPUs, rounded up. */
uint64_t hc_ref_share(uint64_t amount, int part, uint32_t whole);

/** Takes GPUs of one node for a request, with their CPU and memory. @param shared  the GPU to take a part of, or -1 */
void hc_ref_put(hc_ref_world *w, hc_ref_grant *g, const hc_request *r, int index, int gpus,
                int shared);

void hc_ref_take_back(hc_ref_world *w, const hc_ref_grant *g, const hc_request *r);

/** Places a request by a rule ("packed", "spread", "first"); the world changes only when it fits. */
bool hc_ref_place(hc_ref_world *w, hc_ref_grant *g, const char *rule, const hc_request *r);

#endif
