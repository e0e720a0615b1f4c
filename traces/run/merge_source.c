#include "traces/run/merge_source.h"

#include "traces/run/committed_rows.h"
#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Takes the rows that count of those that are committed. */
static int cut(hc_strand_source *s, const hc_run_source *from, bool is_lenient, hc_error *error)
{
    for (int table = 0; from->is_cut && table < HC_GROWING_TABLE_COUNT; table++) {
        if (s->rows[table] < from->rows[table] && !is_lenient) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table %s: expected %" PRIu64 " rows, found %" PRIu64, s->path,
                                hc_table_describe((hc_run_table)table)->name, from->rows[table],
                                s->rows[table]);
        }
        /* Rows that are missing here are found to be lost when they are read. */
        s->rows[table] = from->rows[table];
    }
    return 0;
}

static int open_source(hc_strand_source *s, const hc_run_source *from, bool is_lenient,
                       hc_error *error)
{
    s->path = from->path;
    s->file = hc_hdf5_open_streaming(from->path);
    if (s->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, from->path, "open");
    }
    return hc_committed_rows_read(s->file, from->path, s->rows, error) < 0
               ? -1
               : cut(s, from, is_lenient, error);
}

int hc_merge_sources_open(hc_merge_sources *out, const hc_run_sources *sources, bool is_lenient,
                          hc_error *error)
{
    *out = (hc_merge_sources){.items = calloc(sources->count, sizeof *out->items),
                              .generations = calloc(sources->count, sizeof *out->generations)};
    if (out->items == NULL || out->generations == NULL) {
        return hc_error_memory(error);
    }
    for (; out->count < sources->count; out->count++) {
        out->generations[out->count] = sources->items[out->count].generation;
        if (open_source(&out->items[out->count], &sources->items[out->count], is_lenient, error) <
            0) {
            (void)hc_hdf5_close(out->items[out->count].file);
            return -1;
        }
    }
    return 0;
}

void hc_merge_sources_close(hc_merge_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        (void)hc_hdf5_close(sources->items[i].file);
    }
    free(sources->items);
    free(sources->generations);
    *sources = HC_MERGE_SOURCES_NONE;
}

const hc_strand_source *hc_merge_sources_home(const hc_merge_sources *sources)
{
    size_t home = sources->count - 1;
    size_t first = home;
    while (first > 0 && sources->generations[first - 1] == sources->generations[home]) {
        first--;
    }
    for (size_t i = first; i < sources->count; i++) {
        if (sources->items[i].rows[HC_TABLE_NODES] > 0) {
            return &sources->items[i];
        }
    }
    /* None of them: one of an earlier generation, or one that tells at least what was asked for. */
    while (first > 0) {
        if (sources->items[--first].rows[HC_TABLE_NODES] > 0) {
            return &sources->items[first];
        }
    }
    return &sources->items[home];
}

/* Makes room in the plan for the text columns of a source's table. */
static int widen_plan(const hc_strand_source *s, const hc_table_info *info, hid_t type,
                      hc_table_plan *plan, hc_error *error)
{
    size_t next = 0;
    for (size_t i = 0; i < info->field_count; i++) {
        int index = H5Tget_member_index(type, info->fields[i].name);
        hid_t member = -1;
        size_t bytes = 1;
        if (info->fields[i].type != HC_ROW_FIELD_TEXT) {
            continue;
        }
        member = index < 0 ? -1 : H5Tget_member_type(type, (unsigned)index);
        bytes = member < 0 ? bytes : H5Tget_size(member);
        (void)hc_hdf5_close(member);
        if (bytes > HC_TEXT_BYTES_LIMIT) {
            return hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s: column %s is too wide",
                                s->path, info->name, info->fields[i].name);
        }
        plan->text_bytes[next] =
            plan->text_bytes[next] > bytes ? plan->text_bytes[next] : (uint32_t)bytes;
        next++;
    }
    return 0;
}

static int plan_table(const hc_strand_source *s, hc_run_table table, hc_table_plan *plan,
                      hc_error *error)
{
    const hc_table_info *info = hc_table_describe(table);
    hc_dataset_shape shape = {0};
    hid_t dataset =
        hc_dataset_open_first(s->file, info->name, s->path, s->rows[table], &shape, error);
    hid_t type = dataset < 0 ? -1 : H5Dget_type(dataset);
    int status = type < 0 ? -1 : widen_plan(s, info, type, plan, error);
    plan->expected_rows =
        plan->expected_rows > shape.chunk_rows ? plan->expected_rows : shape.chunk_rows;
    return hc_hdf5_close(type) < 0 || hc_hdf5_close(dataset) < 0 ? -1 : status;
}

int hc_merge_sources_plan(const hc_merge_sources *sources, hc_table_plan plans[HC_TABLE_COUNT],
                          hc_error *error)
{
    memset(plans, 0, HC_TABLE_COUNT * sizeof plans[0]);
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        uint64_t rows = hc_merge_sources_rows(sources, (hc_run_table)table);
        for (size_t i = 0; i < sources->count; i++) {
            if (plan_table(&sources->items[i], (hc_run_table)table, &plans[table], error) < 0) {
                return -1;
            }
        }
        /* One file is copied chunk by chunk; the chunks of several are small ones. */
        if (sources->count > 1 && rows > plans[table].expected_rows) {
            plans[table].expected_rows = rows;
        }
    }
    return 0;
}

/* What is whole before a run begins is the same in all files. */
uint64_t hc_merge_sources_rows(const hc_merge_sources *sources, hc_run_table table)
{
    uint64_t rows = 0;
    if (!hc_table_grows(table)) {
        return hc_merge_sources_home(sources)->rows[table];
    }
    for (size_t i = 0; i < sources->count; i++) {
        rows += sources->items[i].rows[table];
    }
    return rows;
}
