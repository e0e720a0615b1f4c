#include "sim/cluster/node_names.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    char *name;
    uint32_t node;
} entry;

struct hc_node_names {
    entry *entries; /* by name, then by node */
    uint32_t count;
};

void hc_node_names_destroy(hc_node_names *names)
{
    if (names == NULL) {
        return;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        free(names->entries[i].name);
    }
    free(names->entries);
    free(names);
}

static int compare(const void *a, const void *b)
{
    const entry *x = a;
    const entry *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

hc_node_names *hc_node_names_create(const hc_machine *machine, hc_partition_id partition)
{
    const hc_partition_range *range = hc_machine_partition(machine, partition);
    hc_node_names *names = calloc(1, sizeof *names);
    if (names == NULL || (names->entries = calloc(range->node_count, sizeof(entry))) == NULL) {
        hc_node_names_destroy(names);
        return NULL;
    }
    for (uint32_t i = 0; i < range->node_count; i++) {
        char name[HC_NODE_NAME_SIZE];
        hc_machine_node_name(machine, (hc_node_id){range->first_node + i}, name, sizeof name);
        names->entries[i] = (entry){strdup(name), i};
        names->count++;
        if (names->entries[i].name == NULL) {
            hc_node_names_destroy(names);
            return NULL;
        }
    }
    qsort(names->entries, names->count, sizeof(entry), compare);
    return names;
}

/* How `name` stands to a known one: as strcmp. */
static int compare_text(const char *name, size_t length, const char *known)
{
    int order = strncmp(name, known, length);
    return order != 0 ? order : (known[length] == '\0' ? 0 : -1);
}

uint32_t hc_node_names_find(const hc_node_names *names, const char *name, size_t length)
{
    uint32_t low = 0;
    uint32_t high = names->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_text(name, length, names->entries[middle].name) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < names->count && compare_text(name, length, names->entries[low].name) == 0
               ? names->entries[low].node
               : HC_NO_INDEX;
}
