#include "sim/cluster/machine.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Distinct names in order of first mention. Few: kinds, partitions, sites. */
typedef struct name_list {
    char **names;
    uint32_t count;
    uint32_t capacity;
} name_list;

/* A group as added; names are indices into the lists. */
typedef struct group {
    hc_node_group as_added;
    char *name;
    uint32_t kind;
    uint32_t partition;
    uint32_t site;
    uint32_t first_node; /* known after the freeze, and so on */
    uint32_t first_rack;
    uint32_t first_number; /* in the name of its first node */
    bool is_only_one;      /* no other group has its name */
} group;

struct hc_machine {
    group *groups;
    size_t group_count;
    size_t group_capacity;
    name_list kinds;
    name_list partitions;
    name_list sites;
    uint64_t node_total;
    uint64_t gpu_total;
    uint64_t racks_per_pod; /* of groups that do not say it */

    hc_node *nodes; /* NULL until frozen */
    uint32_t *group_of_node;
    hc_node_class *classes;
    uint32_t class_count;
    hc_partition_range *ranges;
    uint32_t rack_count;
    uint32_t pod_count;
};

static bool name_equals(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && memcmp(name, text, length) == 0;
}

static uint32_t find_name(const name_list *list, const char *text, size_t length)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (name_equals(list->names[i], text, length)) {
            return i;
        }
    }
    return HC_NO_INDEX;
}

/* @return index of the name, HC_NO_INDEX when memory is short. */
static uint32_t intern(name_list *list, const char *text)
{
    uint32_t found = find_name(list, text, strlen(text));
    if (found != HC_NO_INDEX) {
        return found;
    }
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        char **grown = realloc(list->names, capacity * sizeof *grown);
        if (grown == NULL) {
            return HC_NO_INDEX;
        }
        list->names = grown;
        list->capacity = capacity;
    }
    list->names[list->count] = strdup(text);
    return list->names[list->count] == NULL ? HC_NO_INDEX : list->count++;
}

static void free_names(name_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        free(list->names[i]);
    }
    free(list->names);
}

hc_machine *hc_machine_create(void)
{
    return calloc(1, sizeof(hc_machine));
}

void hc_machine_destroy(hc_machine *machine)
{
    if (machine == NULL) {
        return;
    }
    for (size_t i = 0; i < machine->group_count; i++) {
        free(machine->groups[i].name);
    }
    free(machine->groups);
    free_names(&machine->kinds);
    free_names(&machine->partitions);
    free_names(&machine->sites);
    free(machine->nodes);
    free(machine->group_of_node);
    free(machine->classes);
    free(machine->ranges);
    free(machine);
}

static int check_limits(const hc_machine *machine, const hc_node_group *added, hc_error *error)
{
    assert(added->count >= 1);
    if (added->count > HC_MACHINE_MAX_NODES - machine->node_total) {
        return hc_error_set(error, HC_ERROR_USAGE, "cluster: more than %llu nodes",
                            (unsigned long long)HC_MACHINE_MAX_NODES);
    }
    if (added->gpu_count > (HC_MACHINE_MAX_GPUS - machine->gpu_total) / added->count) {
        return hc_error_set(error, HC_ERROR_USAGE, "cluster: more than %llu GPUs",
                            (unsigned long long)HC_MACHINE_MAX_GPUS);
    }
    return 0;
}

static group *append_group(hc_machine *machine)
{
    if (machine->group_count == machine->group_capacity) {
        size_t capacity = machine->group_capacity == 0 ? 16 : machine->group_capacity * 2;
        group *grown = realloc(machine->groups, capacity * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        machine->groups = grown;
        machine->group_capacity = capacity;
    }
    machine->groups[machine->group_count] = (group){0};
    return &machine->groups[machine->group_count++];
}

static int fill_group(hc_machine *machine, group *g, const hc_node_group *added, hc_error *error)
{
    g->as_added = *added;
    g->as_added.racks_per_pod =
        added->racks_per_pod == 0 ? machine->racks_per_pod : added->racks_per_pod;
    g->name = strdup(added->name == NULL ? "n" : added->name);
    g->kind = added->gpu_count == 0
                  ? HC_NO_INDEX
                  : intern(&machine->kinds, added->kind == NULL ? "GPU" : added->kind);
    g->partition =
        intern(&machine->partitions, added->partition == NULL ? "default" : added->partition);
    g->site = intern(&machine->sites, added->site == NULL ? "site" : added->site);
    if (g->name == NULL || (added->gpu_count > 0 && g->kind == HC_NO_INDEX) ||
        g->partition == HC_NO_INDEX || g->site == HC_NO_INDEX) {
        return hc_error_memory(error);
    }
    if (machine->kinds.count > HC_MACHINE_MAX_KINDS) {
        return hc_error_set(error, HC_ERROR_USAGE, "cluster: more than %d kinds of GPU",
                            HC_MACHINE_MAX_KINDS);
    }
    if (machine->partitions.count > HC_MACHINE_MAX_PARTITIONS ||
        machine->sites.count > HC_MACHINE_MAX_PARTITIONS) {
        return hc_error_set(error, HC_ERROR_USAGE, "cluster: more than %d partitions or sites",
                            HC_MACHINE_MAX_PARTITIONS);
    }
    return 0;
}

void hc_machine_set_racks_per_pod(hc_machine *machine, uint64_t racks_per_pod)
{
    machine->racks_per_pod = racks_per_pod;
}

int hc_machine_add(hc_machine *machine, const hc_node_group *added, hc_error *error)
{
    group *g = NULL;
    assert(machine->nodes == NULL);
    if (check_limits(machine, added, error) < 0) {
        return -1;
    }
    g = append_group(machine);
    if (g == NULL) {
        return hc_error_memory(error);
    }
    if (fill_group(machine, g, added, error) < 0) {
        free(g->name);
        machine->group_count--;
        return -1;
    }
    machine->node_total += added->count;
    machine->gpu_total += added->count * added->gpu_count;
    return 0;
}

static bool is_alike(const hc_node_class *c, const group *g)
{
    return c->partition.index == g->partition && c->gpu_count == g->as_added.gpu_count &&
           c->kind == g->kind && c->cpu_milli == g->as_added.cpu_milli &&
           c->memory_bytes == g->as_added.memory_bytes;
}

/* The class of a group among those of its partition, added when it is the first of its kind. */
static uint32_t find_class(hc_machine *machine, hc_partition_range *range, const group *g)
{
    for (uint32_t i = range->first_class; i < machine->class_count; i++) {
        if (is_alike(&machine->classes[i], g)) {
            return i;
        }
    }
    machine->classes[machine->class_count] = (hc_node_class){
        .gpu_count = (uint32_t)g->as_added.gpu_count,
        .kind = g->kind,
        .partition = {(uint16_t)g->partition},
        .cpu_milli = g->as_added.cpu_milli,
        .memory_bytes = g->as_added.memory_bytes,
    };
    range->class_count++;
    return machine->class_count++;
}

typedef struct numbering {
    uint32_t node;
    uint32_t rack;
    uint32_t pod; /* the first ones are those of the sites */
    uint32_t gpu;
} numbering;

/* The pod of a rack of a group, both counted from the group's first. */
static uint32_t pod_of(const group *g, uint32_t first_pod, uint32_t rack)
{
    return g->as_added.racks_per_pod == 0
               ? g->site
               : first_pod + (uint32_t)(rack / g->as_added.racks_per_pod);
}

static uint32_t pods_of(const group *g, uint32_t rack_count)
{
    uint64_t per_pod = g->as_added.racks_per_pod;
    return per_pod == 0 ? 0 : (uint32_t)((rack_count + per_pod - 1) / per_pod);
}

static void number_group(hc_machine *machine, uint32_t group_index, numbering *next)
{
    group *g = &machine->groups[group_index];
    hc_partition_range *range = &machine->ranges[g->partition];
    uint32_t class_index = find_class(machine, range, g);
    uint32_t count = (uint32_t)g->as_added.count;
    uint32_t per_rack = g->as_added.per_rack == 0 || g->as_added.per_rack > count
                            ? count
                            : (uint32_t)g->as_added.per_rack;
    assert(per_rack > 0); /* no group is empty */
    g->first_node = next->node;
    g->first_rack = next->rack;
    for (uint32_t i = 0; i < count; i++) {
        machine->group_of_node[next->node] = group_index;
        machine->nodes[next->node++] = (hc_node){
            .class_index = class_index,
            .rack = next->rack + i / per_rack,
            .pod = pod_of(g, next->pod, i / per_rack),
            .first_gpu = next->gpu,
            .site = (uint16_t)g->site,
            .partition = {(uint16_t)g->partition},
        };
        next->gpu += (uint32_t)g->as_added.gpu_count;
    }
    next->rack += (count + per_rack - 1) / per_rack;
    next->pod += pods_of(g, (count + per_rack - 1) / per_rack);
    machine->classes[class_index].node_count += count;
    range->node_count += count;
    range->gpu_count += g->as_added.count * g->as_added.gpu_count;
}

static int compare_names(const void *a, const void *b)
{
    const group *x = *(group *const *)a;
    const group *y = *(group *const *)b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x > y) - (x < y); /* the order in which they were added */
}

/* Groups of one name count on where the one before ends, so that no two nodes have the same name. */
static int number_names(hc_machine *machine, hc_error *error)
{
    size_t count = machine->group_count;
    group **order = malloc(count * sizeof(group *));
    if (order == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &machine->groups[i];
    }
    qsort(order, count, sizeof(group *), compare_names);
    for (size_t i = 0; i < count; i++) {
        bool goes_on = i > 0 && strcmp(order[i - 1]->name, order[i]->name) == 0;
        order[i]->first_number =
            goes_on ? order[i - 1]->first_number + (uint32_t)order[i - 1]->as_added.count : 0;
        order[i]->is_only_one =
            !goes_on && (i + 1 == count || strcmp(order[i]->name, order[i + 1]->name) != 0);
    }
    free(order);
    return 0;
}

int hc_machine_freeze(hc_machine *machine, hc_error *error)
{
    numbering next = {.pod = machine->sites.count};
    assert(machine->nodes == NULL);
    if (machine->node_total == 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "cluster: it has no node");
    }
    if (number_names(machine, error) < 0) {
        return -1;
    }
    machine->nodes = calloc(machine->node_total, sizeof *machine->nodes);
    machine->group_of_node = calloc(machine->node_total, sizeof *machine->group_of_node);
    machine->classes = calloc(machine->group_count, sizeof *machine->classes);
    machine->ranges = calloc(machine->partitions.count, sizeof *machine->ranges);
    if (machine->nodes == NULL || machine->group_of_node == NULL || machine->classes == NULL ||
        machine->ranges == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t p = 0; p < machine->partitions.count; p++) {
        machine->ranges[p].first_node = next.node;
        machine->ranges[p].first_class = machine->class_count;
        for (uint32_t i = 0; i < machine->group_count; i++) {
            if (machine->groups[i].partition == p) {
                number_group(machine, i, &next);
            }
        }
    }
    machine->rack_count = next.rack;
    machine->pod_count = next.pod;
    return 0;
}

uint32_t hc_machine_node_count(const hc_machine *machine)
{
    return (uint32_t)machine->node_total;
}

uint64_t hc_machine_gpu_count(const hc_machine *machine)
{
    return machine->gpu_total;
}

uint32_t hc_machine_rack_count(const hc_machine *machine)
{
    return machine->rack_count;
}

uint32_t hc_machine_pod_count(const hc_machine *machine)
{
    return machine->pod_count;
}

const hc_node *hc_machine_node(const hc_machine *machine, hc_node_id node)
{
    assert(node.index < machine->node_total);
    return &machine->nodes[node.index];
}

void hc_machine_node_name(const hc_machine *machine, hc_node_id node, char *out, size_t size)
{
    const group *g = &machine->groups[machine->group_of_node[node.index]];
    if (g->as_added.count == 1 && g->as_added.name != NULL && g->is_only_one) {
        (void)snprintf(out, size, "%s", g->name);
    } else {
        (void)snprintf(out, size, "%s%u", g->name, g->first_number + (node.index - g->first_node));
    }
}

uint32_t hc_machine_class_count(const hc_machine *machine)
{
    return machine->class_count;
}

const hc_node_class *hc_machine_class(const hc_machine *machine, uint32_t class_index)
{
    assert(class_index < machine->class_count);
    return &machine->classes[class_index];
}

uint32_t hc_machine_partition_count(const hc_machine *machine)
{
    return machine->partitions.count;
}

const hc_partition_range *hc_machine_partition(const hc_machine *machine, hc_partition_id partition)
{
    assert(partition.index < machine->partitions.count);
    return &machine->ranges[partition.index];
}

const char *hc_machine_partition_name(const hc_machine *machine, hc_partition_id partition)
{
    assert(partition.index < machine->partitions.count);
    return machine->partitions.names[partition.index];
}

uint32_t hc_machine_site_count(const hc_machine *machine)
{
    return machine->sites.count;
}

const char *hc_machine_site_name(const hc_machine *machine, uint32_t site)
{
    assert(site < machine->sites.count);
    return machine->sites.names[site];
}

uint32_t hc_machine_kind_count(const hc_machine *machine)
{
    return machine->kinds.count;
}

const char *hc_machine_kind_name(const hc_machine *machine, uint32_t kind)
{
    assert(kind < machine->kinds.count);
    return machine->kinds.names[kind];
}

uint64_t hc_machine_kinds(const hc_machine *machine, const char *names)
{
    uint64_t kinds = 0;
    const char *at = names;
    if (*names == '\0') {
        return UINT64_MAX;
    }
    for (;;) {
        size_t length = strcspn(at, "|");
        uint32_t kind = find_name(&machine->kinds, at, length);
        kinds |= kind == HC_NO_INDEX ? 0 : UINT64_C(1) << kind;
        if (at[length] == '\0') {
            return kinds;
        }
        at += length + 1;
    }
}

hc_partition_id hc_machine_find_partition(const hc_machine *machine, const char *name)
{
    uint32_t found = find_name(&machine->partitions, name, strlen(name));
    return (hc_partition_id){(uint16_t)found}; /* HC_NO_INDEX becomes UINT16_MAX */
}
