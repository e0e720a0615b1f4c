#include "sim/cluster/machine_keys.h"

#include <math.h>
#include <string.h>

static const hc_key KEYS[] = {
    {.path = "cluster",
     .type = HC_KEY_MAP,
     .help = "What the jobs run on; required but for a federation whose sites all have one"},
    {.path = "cluster.nodes",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = 65536,
     .help = "Groups of nodes that are alike"},
    {.path = "cluster.nodes[]", .type = HC_KEY_MAP, .help = "One group"},
    {.path = "cluster.nodes[].count",
     .type = HC_KEY_INTEGER,
     .unit = "nodes",
     .minimum = 1,
     .maximum = 16777216,
     .is_required = true,
     .help = "How many nodes"},
    {.path = "cluster.nodes[].gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 1,
     .maximum = 16777216,
     .help = "GPUs of each node (an SWF machine is one node with as many as it has processors); "
             "absent: a node without GPUs"},
    {.path = "cluster.nodes[].gpu",
     .type = HC_KEY_TEXT,
     .fallback = "GPU",
     .help = "Kind of GPU, the name that jobs ask for"},
    {.path = "cluster.nodes[].cpus",
     .type = HC_KEY_REAL,
     .unit = "cores",
     .minimum = 0,
     .maximum = 1000000,
     .help = "Cores of each node; absent: CPU is not modelled"},
    {.path = "cluster.nodes[].memory",
     .type = HC_KEY_BYTES,
     .help = "Host memory of each node; absent: memory is not modelled"},
    {.path = "cluster.nodes[].per_rack",
     .type = HC_KEY_INTEGER,
     .unit = "nodes",
     .minimum = 1,
     .maximum = 16777216,
     .help = "Nodes in a rack; absent: the group is one rack"},
    {.path = "cluster.nodes[].partition",
     .type = HC_KEY_TEXT,
     .fallback = "default",
     .help = "Partition of the nodes; each has a queue and a scheduler of its own"},
    {.path = "cluster.nodes[].site",
     .type = HC_KEY_TEXT,
     .fallback = "site",
     .help = "Site of the nodes"},
    {.path = "cluster.nodes[].name",
     .type = HC_KEY_TEXT,
     .fallback = "n",
     .help = "Name of the nodes, before their number"},
};

const hc_key_table hc_machine_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

static uint64_t optional_count(const hc_value *group, const char *key)
{
    const hc_value *value = hc_value_get(group, key);
    return value == NULL ? 0 : (uint64_t)hc_value_integer(value);
}

/* Run files and reports have columns for names; a log's names are as long at most. */
enum { NAME_LIMIT = 255 };

static int check_names(const hc_value *group, hc_error *error)
{
    static const char *const KEYS_OF_NAMES[] = {"gpu", "partition", "site", "name"};
    int status = 0;
    for (size_t i = 0; i < sizeof KEYS_OF_NAMES / sizeof KEYS_OF_NAMES[0]; i++) {
        const hc_value *name = hc_value_get(group, KEYS_OF_NAMES[i]);
        size_t length = strlen(hc_value_text(name));
        if (length > NAME_LIMIT) {
            status = hc_value_error(name, error, "expected a name of at most %d bytes, got %zu",
                                    NAME_LIMIT, length);
        }
    }
    return status;
}

/* Jobs name several kinds with '|' between them: a kind with one in its name could never be asked for. */
static int check_kind(const hc_value *kind, hc_error *error)
{
    return strchr(hc_value_text(kind), '|') == NULL
               ? 0
               : hc_value_error(kind, error,
                                "a node has GPUs of one kind; jobs name several with |");
}

/* A site of a federation has one partition, which has its name. */
static int check_site(const hc_value *group, hc_error *error)
{
    static const char *const KEYS_OF_PLACES[] = {"partition", "site"};
    int status = 0;
    for (size_t i = 0; i < sizeof KEYS_OF_PLACES / sizeof KEYS_OF_PLACES[0]; i++) {
        const hc_value *name = hc_value_get(group, KEYS_OF_PLACES[i]);
        if (hc_value_is_given(name)) {
            status = hc_value_error(name, error,
                                    "a site of a federation is one partition, with its name");
        }
    }
    return status;
}

/* @param site  NULL: the group says it itself */
static int read_group(hc_machine *machine, const hc_value *group, const char *site, hc_error *error)
{
    const hc_value *cpus = hc_value_get(group, "cpus");
    const hc_value *memory = hc_value_get(group, "memory");
    hc_node_group nodes = {
        .count = optional_count(group, "count"),
        .gpu_count = optional_count(group, "gpus"),
        .kind = hc_value_text(hc_value_get(group, "gpu")),
        .cpu_milli = cpus == NULL ? HC_UNLIMITED : (uint64_t)llround(hc_value_real(cpus) * 1000),
        .memory_bytes = memory == NULL ? HC_UNLIMITED : (uint64_t)hc_value_bytes(memory),
        .per_rack = optional_count(group, "per_rack"),
        .partition = site != NULL ? site : hc_value_text(hc_value_get(group, "partition")),
        .site = site != NULL ? site : hc_value_text(hc_value_get(group, "site")),
        .name = hc_value_text(hc_value_get(group, "name")),
    };
    if (nodes.gpu_count == 0 && cpus == NULL) {
        return hc_value_error(group, error, "a node needs gpus, or cpus if it has no GPU");
    }
    if (check_names(group, error) < 0 || check_kind(hc_value_get(group, "gpu"), error) < 0 ||
        (site != NULL && check_site(group, error) < 0)) {
        return -1;
    }
    return hc_machine_add(machine, &nodes, error);
}

static int read_groups(hc_machine *machine, const hc_value *cluster, const char *site,
                       hc_error *error)
{
    const hc_value *groups = hc_value_get(cluster, "nodes");
    int status = 0;
    for (size_t i = 0; i < hc_value_count(groups); i++) {
        if (read_group(machine, hc_value_at(groups, i), site, error) < 0) {
            status = -1;
        }
    }
    return status;
}

int hc_machine_read(hc_machine *machine, const hc_value *cluster, hc_error *error)
{
    return read_groups(machine, cluster, NULL, error);
}

int hc_machine_read_site(hc_machine *machine, const hc_value *cluster, const char *name,
                         hc_error *error)
{
    return read_groups(machine, cluster, name, error);
}
