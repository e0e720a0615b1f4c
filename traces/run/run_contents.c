#include "traces/run/run_contents.h"

#include <string.h>

enum { NODE_NAME_ROOM = HC_TEXT_BYTES_LIMIT + 1, NUMBER_TEXT_BYTES = 10 };

static uint32_t user_count(const hc_run_contents *contents)
{
    return contents->source == NULL ? 0 : contents->source->user_count(contents->source->self);
}

static uint32_t group_count(const hc_run_contents *contents)
{
    return contents->source == NULL ? 0 : contents->source->group_count(contents->source->self);
}

static uint32_t node_count(const hc_run_contents *contents)
{
    return contents->machine == NULL ? 0 : hc_machine_node_count(contents->machine);
}

static uint32_t partition_count(const hc_run_contents *contents)
{
    return contents->machine == NULL ? contents->partition_count
                                     : hc_machine_partition_count(contents->machine);
}

static uint32_t site_count(const hc_run_contents *contents)
{
    return contents->machine == NULL ? 0 : hc_machine_site_count(contents->machine);
}

static uint32_t kind_count(const hc_run_contents *contents)
{
    return contents->machine == NULL ? 0 : hc_machine_kind_count(contents->machine);
}

uint64_t hc_run_contents_rows(const hc_run_contents *contents, hc_run_table table)
{
    /* Of the other tables nothing is known but that they have a few rows for each job. */
    const uint64_t counts[HC_TABLE_COUNT] = {
        [HC_TABLE_JOBS] = contents->job_count,
        [HC_TABLE_ATTEMPTS] = contents->job_count,
        [HC_TABLE_PLACEMENTS] = contents->job_count * 2,
        [HC_TABLE_DECISIONS] = contents->job_count * 4,
        [HC_TABLE_EVENTS] = contents->job_count * 4,
        [HC_TABLE_LEDGER] = 1,
        [HC_TABLE_NODES] = node_count(contents),
        [HC_TABLE_INPUTS] = contents->input_count,
        [HC_TABLE_IMPORT_COUNTS] = contents->import_count_count,
        [HC_TABLE_PARTITIONS] = partition_count(contents),
        [HC_TABLE_SITES] = site_count(contents),
        [HC_TABLE_KINDS] = kind_count(contents),
        [HC_TABLE_USERS] = user_count(contents),
        [HC_TABLE_GROUPS] = group_count(contents),
        [HC_TABLE_WORKS] = contents->work_count,
    };
    return counts[table];
}

static void widen(uint32_t *bytes, const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    if (length > *bytes) {
        *bytes = length > HC_TEXT_BYTES_LIMIT ? HC_TEXT_BYTES_LIMIT : (uint32_t)length;
    }
}

static void widen_inputs(const hc_run_contents *contents, uint32_t *bytes)
{
    for (size_t i = 0; i < contents->input_count; i++) {
        const hc_input_row *row = &contents->inputs[i];
        widen(&bytes[0], row->file);
        widen(&bytes[1], row->format);
        widen(&bytes[2], row->sha256);
        widen(&bytes[3], row->licence);
        widen(&bytes[4], row->clock);
        widen(&bytes[5], row->zone);
    }
}

static void widen_import_counts(const hc_run_contents *contents, uint32_t *bytes)
{
    for (size_t i = 0; i < contents->import_count_count; i++) {
        widen(&bytes[0], contents->import_counts[i].category);
        widen(&bytes[1], contents->import_counts[i].reason);
    }
}

static const char *partition_name(const hc_run_contents *contents, uint32_t index)
{
    return contents->machine == NULL
               ? contents->partitions[index]
               : hc_machine_partition_name(contents->machine, (hc_partition_id){(uint16_t)index});
}

static const char *site_name(const hc_run_contents *contents, uint32_t index)
{
    return hc_machine_site_name(contents->machine, index);
}

static const char *kind_name(const hc_run_contents *contents, uint32_t index)
{
    return hc_machine_kind_name(contents->machine, index);
}

static const char *user_name(const hc_run_contents *contents, uint32_t index)
{
    return contents->source->user_name(contents->source->self, index);
}

static const char *group_name(const hc_run_contents *contents, uint32_t index)
{
    return contents->source->group_name(contents->source->self, index);
}

static const char *work_name(const hc_run_contents *contents, uint32_t index)
{
    return contents->works[index];
}

typedef const char *name_of(const hc_run_contents *contents, uint32_t index);

/* Tables of names, and where the names come from. */
static name_of *const NAMES[HC_TABLE_COUNT] = {
    [HC_TABLE_PARTITIONS] = partition_name, [HC_TABLE_SITES] = site_name,
    [HC_TABLE_KINDS] = kind_name,           [HC_TABLE_USERS] = user_name,
    [HC_TABLE_GROUPS] = group_name,         [HC_TABLE_WORKS] = work_name,
};

static void widen_names(const hc_run_contents *contents, hc_run_table table, uint32_t *bytes)
{
    uint32_t count = (uint32_t)hc_run_contents_rows(contents, table);
    for (uint32_t i = 0; i < count; i++) {
        widen(bytes, NAMES[table](contents, i));
    }
}

static void widen_nodes(const hc_run_contents *contents, uint32_t *bytes)
{
    char name[NODE_NAME_ROOM];
    uint32_t count = node_count(contents);
    for (uint32_t i = 0; i < count; i++) {
        hc_machine_node_name(contents->machine, (hc_node_id){i}, name, sizeof name);
        widen(bytes, name);
    }
}

void hc_run_contents_text_bytes(const hc_run_contents *contents, hc_run_table table,
                                uint32_t *text_bytes)
{
    size_t text_count = hc_table_text_count(hc_table_describe(table));
    for (size_t i = 0; i < text_count; i++) {
        text_bytes[i] = 1;
    }
    if (contents == NULL) {
        return;
    }
    if (table == HC_TABLE_JOBS) {
        text_bytes[0] = contents->job_id_bytes == 0 ? NUMBER_TEXT_BYTES : contents->job_id_bytes;
    } else if (table == HC_TABLE_NODES) {
        widen_nodes(contents, text_bytes);
    } else if (table == HC_TABLE_INPUTS) {
        widen_inputs(contents, text_bytes);
    } else if (table == HC_TABLE_IMPORT_COUNTS) {
        widen_import_counts(contents, text_bytes);
    } else if (NAMES[table] != NULL) {
        widen_names(contents, table, text_bytes);
    }
}

static int send_nodes(const hc_run_contents *contents, hc_row_taker *take, void *self,
                      hc_error *error)
{
    const hc_machine *machine = contents->machine;
    uint32_t count = node_count(contents);
    char name[NODE_NAME_ROOM];
    for (uint32_t i = 0; i < count; i++) {
        const hc_node *node = hc_machine_node(machine, (hc_node_id){i});
        const hc_node_class *class = hc_machine_class(machine, node->class_index);
        hc_node_row row = {
            .index = i,
            .partition = node->partition.index,
            .site = node->site,
            .rack = node->rack,
            .kind = class->kind,
            .gpus = class->gpu_count,
            .first_gpu = node->first_gpu,
            .cpu_milli = class->cpu_milli,
            .memory_bytes = class->memory_bytes,
            .name = name,
        };
        hc_machine_node_name(machine, (hc_node_id){i}, name, sizeof name);
        if (take(self, HC_TABLE_NODES, &row, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int send_partitions(const hc_run_contents *contents, hc_row_taker *take, void *self,
                           hc_error *error)
{
    static const hc_partition_range NOT_KNOWN = {0};
    const hc_machine *machine = contents->machine;
    uint32_t count = partition_count(contents);
    for (uint32_t i = 0; i < count; i++) {
        const hc_partition_range *range =
            machine == NULL ? &NOT_KNOWN
                            : hc_machine_partition(machine, (hc_partition_id){(uint16_t)i});
        hc_partition_row row = {
            .index = i,
            .first_node = range->first_node,
            .nodes = range->node_count,
            .gpus = range->gpu_count,
            .name = partition_name(contents, i),
        };
        if (take(self, HC_TABLE_PARTITIONS, &row, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int send_names(const hc_run_contents *contents, hc_run_table table, hc_row_taker *take,
                      void *self, hc_error *error)
{
    uint32_t count = (uint32_t)hc_run_contents_rows(contents, table);
    for (uint32_t i = 0; i < count; i++) {
        hc_name_row row = {.index = i, .name = NAMES[table](contents, i)};
        if (take(self, table, &row, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int send_inputs(const hc_run_contents *contents, hc_row_taker *take, void *self,
                       hc_error *error)
{
    for (size_t i = 0; i < contents->input_count; i++) {
        if (take(self, HC_TABLE_INPUTS, &contents->inputs[i], error) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < contents->import_count_count; i++) {
        if (take(self, HC_TABLE_IMPORT_COUNTS, &contents->import_counts[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_run_contents_send(const hc_run_contents *contents, hc_row_taker *take, void *self,
                         hc_error *error)
{
    static const hc_run_table TABLES[] = {HC_TABLE_SITES, HC_TABLE_KINDS, HC_TABLE_USERS,
                                          HC_TABLE_GROUPS, HC_TABLE_WORKS};
    if (send_nodes(contents, take, self, error) < 0 ||
        send_partitions(contents, take, self, error) < 0 ||
        send_inputs(contents, take, self, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        if (send_names(contents, TABLES[i], take, self, error) < 0) {
            return -1;
        }
    }
    return 0;
}
