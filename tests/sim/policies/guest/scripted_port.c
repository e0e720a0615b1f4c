#include "tests/sim/policies/guest/scripted_port.h"

#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/testing.h"

#include <string.h>

static int open_session(void *self, const hc_guest_cluster *cluster, void **session,
                        hc_error *error)
{
    hc_scripted_port *p = self;
    (void)error;
    p->introduced = *cluster;
    p->node_count = 0;
    for (size_t i = 0; i < cluster->nodes_count; i++) {
        for (uint32_t k = 0; k < cluster->nodes[i].count && p->node_count < 64; k++) {
            p->gpus_of_node[p->node_count++] = cluster->nodes[i].gpus;
        }
    }
    p->open_count++;
    *session = p;
    return 0;
}

static int ask(void *session, const hc_guest_pass *pass, const hc_guest_host *host, hc_error *error)
{
    const hc_scripted_port *p = session;
    (void)error;
    return p->answer(p->self, pass, host);
}

static void close_session(void *session)
{
    hc_scripted_port *p = session;
    p->open_count--;
}

void hc_scripted_port_ask(hc_scripted_port *p, hc_replay *replay, const hc_node_group *nodes)
{
    p->port = (hc_port){p, "the script", open_session, ask, close_session};
    p->options = hc_policy_find("external")->options;
    p->options.port = &p->port;
    p->open_count = 0;
    replay->groups = nodes;
    replay->group_count = 1;
    replay->policy_options = &p->options;
    replay->begin = HC_TIME_MISSING;
    replay->checks_every_event = true;
}

const char *hc_scripted_failure(hc_replay *replay)
{
    static hc_error error;
    bool is_over = false;
    int status = 0;
    hc_replay_stage *stage = hc_replay_open(replay, NULL);
    error = HC_ERROR_NONE;
    while (status == 0 && !is_over) {
        status = hc_simulation_run(hc_replay_simulation(stage), 1000, &is_over, &error);
    }
    CU_ASSERT_EQUAL(status, -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_EQUAL(error.count, 1);
    hc_replay_close(stage);
    return error.text;
}
