#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/sim/memory_state.h"

#include <stdlib.h>
#include <string.h>

/* A small run is saved, the input changes bytes of the state, and a new run takes it up or refuses it.
 * Input: policy, events before the state is saved, kind of machine; then changes of four bytes each: section, place (two
 * bytes), value that is added. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { JOBS = 60, USERS = 5, NODES = 6, HEADER = 3, CHANGE = 4 };

typedef struct job_list {
    hc_job_spec jobs[JOBS];
    size_t next;
} job_list;

static const hc_time SAMPLE[] = {60 * HC_SECOND, 600 * HC_SECOND};

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    job_list *list = self;
    (void)error;
    if (list->next == JOBS) {
        return 0;
    }
    *out = list->jobs[list->next];
    out->place = (uint32_t)list->next++;
    return 1;
}

static hc_job_source_facts facts(void *self)
{
    (void)self;
    return (hc_job_source_facts){.last_submit = HC_TIME_MISSING, .has_host_needs = true};
}

static uint32_t count_users(void *self)
{
    (void)self;
    return USERS;
}

static uint32_t count_groups(void *self)
{
    (void)self;
    return 0;
}

static int find_texts(void *self, hc_job_spec *spec)
{
    (void)self;
    return spec->place < JOBS ? 0 : -1;
}

static void destroy_nothing(void *self)
{
    (void)self;
}

static void fill(job_list *list)
{
    *list = (job_list){.next = 0};
    for (uint32_t i = 0; i < JOBS; i++) {
        hc_time run = (hc_time)(60 + i * 7919 % 3000) * HC_SECOND;
        list->jobs[i] = (hc_job_spec){
            .submit = (hc_time)i * 30 * HC_SECOND,
            .run_time = run,
            .time_limit = run + (hc_time)(i % 3) * 300 * HC_SECOND,
            .recorded_start = HC_TIME_MISSING,
            .recorded_end = HC_TIME_MISSING,
            .request = {.kinds = UINT64_MAX,
                        .cpu_milli = (uint64_t)(i % 4) * 1000,
                        .gpu_count = 1 + i * 31 % 9,
                        .gpu_milli = HC_WHOLE_GPU},
            .user = i % USERS,
            .group = HC_NO_INDEX,
            .partition = {(uint16_t)(i % 4 == 0)},
        };
    }
}

/* One node in each partition, where counting decides, or several. */
static hc_machine *build_machine(bool is_plain)
{
    hc_machine *machine = hc_machine_create();
    hc_node_group group = {.count = is_plain ? 1 : NODES,
                           .gpu_count = is_plain ? 12 : 4,
                           .cpu_milli = is_plain ? HC_UNLIMITED : 16000,
                           .memory_bytes = HC_UNLIMITED};
    group.partition = "a";
    if (hc_machine_add(machine, &group, NULL) < 0) {
        abort();
    }
    group.partition = "b";
    if (hc_machine_add(machine, &group, NULL) < 0 || hc_machine_freeze(machine, NULL) < 0) {
        abort();
    }
    return machine;
}

static hc_policy_options choose_policy(uint8_t number)
{
    size_t count = 0;
    hc_policy_options options;
    while (hc_policy_at(count) != NULL && hc_policy_at(count)->options.guest == HC_GUEST_NOBODY) {
        count++;
    }
    options = hc_policy_at(count == 0 ? 0 : number % count)->options;
    if (options.rank == HC_RANK_GITTINS) {
        options.gittins = (hc_gittins_options){SAMPLE, 2, 60 * HC_SECOND};
    }
    return options;
}

/* @return NULL when the state is refused. */
static hc_simulation *create(const uint8_t *data, job_list *list, const hc_state_store *state)
{
    hc_error error = HC_ERROR_NONE;
    hc_simulation *simulation = NULL;
    hc_simulation_options options = {
        .machine = build_machine(data[2] % 2 == 0),
        .source = {.self = list,
                   .next = next_job,
                   .facts = facts,
                   .user_count = count_users,
                   .group_count = count_groups,
                   .find_texts = find_texts,
                   .destroy = destroy_nothing},
        .scheduling = {.policy_options = choose_policy(data[0]),
                       .placement = hc_placement_at(0),
                       .estimates = {.source = HC_ESTIMATE_USER_MEAN}},
        .begin = HC_TIME_MISSING,
        .sample_interval = 600 * HC_SECOND,
        .state = state,
    };
    fill(list);
    options.scheduling.policy = hc_policy_of(&options.scheduling.policy_options);
    if (hc_simulation_create(&simulation, &options, &error) < 0) {
        if (state == NULL || error.count == 0) {
            abort();
        }
        hc_machine_destroy(options.machine);
    }
    return simulation;
}

static void save(const uint8_t *data, hc_memory_state *state)
{
    static job_list list;
    hc_error error = HC_ERROR_NONE;
    hc_simulation *simulation = create(data, &list, NULL);
    hc_state_store writer = hc_memory_state_writer(state);
    bool is_over = false;
    if (hc_simulation_run(simulation, data[1], &is_over, &error) < 0 ||
        hc_simulation_save(simulation, &writer, &error) < 0) {
        abort();
    }
    hc_simulation_destroy(simulation);
}

static void change(hc_memory_state *state, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + CHANGE <= size; i += CHANGE) {
        hc_memory_section *section = &state->sections[data[i] % state->count];
        size_t place = (size_t)data[i + 1] << 8 | data[i + 2];
        unsigned char *byte = &section->bytes[place % section->size];
        *byte = (unsigned char)(*byte + data[i + 3]);
    }
}

/* What is taken up can go on, or says why not. */
static void go_on(hc_simulation *simulation)
{
    enum { EVENTS = 500 };
    hc_error error = HC_ERROR_NONE;
    bool is_over = false;
    if (hc_simulation_run(simulation, EVENTS, &is_over, &error) < 0 && error.count == 0) {
        abort();
    }
}

/* What is taken up holds all invariants; what is not changed is taken up. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static job_list list;
    hc_memory_state state = {.sections = NULL};
    hc_state_store reader;
    hc_simulation *simulation = NULL;
    if (size < HEADER) {
        return 0;
    }
    save(data, &state);
    change(&state, data + HEADER, size - HEADER);
    reader = hc_memory_state_reader(&state);
    simulation = create(data, &list, &reader);
    if (size < HEADER + CHANGE && simulation == NULL) {
        abort();
    }
    if (simulation != NULL) {
        go_on(simulation);
    }
    hc_simulation_destroy(simulation);
    hc_memory_state_free(&state);
    return 0;
}
