#include "traces/run/run_merge.h"

#include "traces/run/committed_rows.h"
#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/table_copy.h"
#include "traces/run/table_set.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One source. */
typedef struct source {
    const char *path;
    hid_t file;
    uint64_t committed[HC_TABLE_COUNT];
} source;

static int open_source(source *s, const char *path, hc_error *error)
{
    s->path = path;
    s->file = hc_hdf5_open(path);
    if (s->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "open");
    }
    return hc_committed_rows_read(s->file, path, s->committed, error);
}

/* Makes room in the plan for the text columns of a source's table. */
static int widen_plan(const source *s, const hc_table_info *info, hid_t type, hc_table_plan *plan,
                      hc_error *error)
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

static int plan_table(const source *s, hc_run_table table, hc_table_plan *plan, hc_error *error)
{
    const hc_table_info *info = hc_table_describe(table);
    hc_dataset_shape shape = {0};
    hid_t dataset = hc_dataset_open(s->file, info->name, s->path, &shape, error);
    hid_t type = dataset < 0 ? -1 : H5Dget_type(dataset);
    int status = type < 0 ? -1 : widen_plan(s, info, type, plan, error);
    plan->expected_rows =
        plan->expected_rows > shape.chunk_rows ? plan->expected_rows : shape.chunk_rows;
    return hc_hdf5_close(type) < 0 || hc_hdf5_close(dataset) < 0 ? -1 : status;
}

static int plan_all(const hc_merge *merge, const source *sources,
                    hc_table_plan plans[HC_TABLE_COUNT], hc_error *error)
{
    memset(plans, 0, HC_TABLE_COUNT * sizeof plans[0]);
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        for (size_t i = 0; i < merge->source_count; i++) {
            if (plan_table(&sources[i], (hc_run_table)table, &plans[table], error) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* What is whole before a run begins is the same on all ranks. */
static size_t sources_of(const hc_merge *merge, hc_run_table table)
{
    return hc_table_grows(table) ? merge->source_count : 1;
}

static int copy_tables(const hc_merge *merge, const source *sources, hc_table_set *set,
                       hc_error *error)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        size_t count = sources_of(merge, (hc_run_table)table);
        for (size_t i = 0; i < count; i++) {
            uint64_t *lost = merge->lost_rows == NULL ? NULL : &merge->lost_rows[table];
            if (hc_table_copy(&set->tables[table], sources[i].file, sources[i].path,
                              sources[i].committed[table], lost, error) < 0) {
                return -1;
            }
        }
    }
    return hc_table_set_flush(set, error);
}

/* Any HDF5 of the last fifteen years reads the final file; what SWMR needs, it does not. */
static hid_t create_target(const char *temporary)
{
    hid_t access = hc_hdf5_access(H5F_LIBVER_V18, H5F_LIBVER_V18);
    hid_t file = access < 0 ? -1 : H5Fcreate(temporary, H5F_ACC_EXCL, H5P_DEFAULT, access);
    return hc_hdf5_close(access) < 0 ? -1 : file;
}

static int write_failed(const hc_merge *merge, hc_error *error)
{
    return hc_hdf5_error(error, HC_ERROR_OUTPUT, merge->final_path, "write");
}

static uint64_t count_lost(const hc_merge *merge)
{
    uint64_t lost = 0;
    for (int table = 0; merge->lost_rows != NULL && table < HC_TABLE_COUNT; table++) {
        lost += merge->lost_rows[table];
    }
    return lost;
}

/* The ending, with a word about rows that could not be read: a loss is told where the rows are. */
static int put_attributes(const hc_merge *merge, hid_t from, hid_t to)
{
    char note[512];
    hc_run_ending ending = *merge->ending;
    uint64_t lost = count_lost(merge);
    if (lost > 0) {
        (void)snprintf(note, sizeof note, "%s; %" PRIu64 " committed rows could not be read",
                       ending.note == NULL ? "damaged" : ending.note, lost);
        ending.note = note;
    }
    return hc_file_attributes_copy(from, to, &ending);
}

static int fill_target(const hc_merge *merge, const source *sources, hid_t file, hc_table_set *set,
                       hc_error *error)
{
    hc_table_plan plans[HC_TABLE_COUNT];
    if (plan_all(merge, sources, plans, error) < 0 ||
        hc_table_set_create(set, file, plans, merge->final_path, error) < 0 ||
        copy_tables(merge, sources, set, error) < 0) {
        return -1;
    }
    if (put_attributes(merge, sources[0].file, file) < 0 || H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) {
        return write_failed(merge, error);
    }
    return 0;
}

static int build_target(const hc_merge *merge, const source *sources, const char *temporary,
                        hc_error *error)
{
    hc_table_set set;
    hid_t file = create_target(temporary);
    if (file < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, merge->final_path, "create");
    }
    hc_table_set_init(&set);
    if (fill_target(merge, sources, file, &set, error) < 0) {
        hc_hdf5_abandon(file);
        hc_table_set_forget(&set);
        return -1;
    }
    if (hc_table_set_close(&set) < 0 || hc_hdf5_close(file) < 0) {
        return write_failed(merge, error);
    }
    return hc_sync_file(temporary, merge->final_path, error);
}

static int merge_open_sources(const hc_merge *merge, const source *sources, hc_error *error)
{
    char *temporary = hc_temporary_name(merge->final_path);
    int status = -1;
    if (temporary == NULL) {
        return hc_error_memory(error);
    }
    if (build_target(merge, sources, temporary, error) == 0) {
        status = hc_publish(temporary, merge->final_path, merge->may_replace, error);
    }
    if (status < 0) {
        (void)unlink(temporary);
    }
    free(temporary);
    return status;
}

static void count_rows(const hc_merge *merge, const source *sources,
                       uint64_t row_counts[HC_TABLE_COUNT])
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        size_t count = sources_of(merge, (hc_run_table)table);
        row_counts[table] = 0;
        for (size_t i = 0; i < count; i++) {
            row_counts[table] += sources[i].committed[table];
        }
        row_counts[table] -= merge->lost_rows == NULL ? 0 : merge->lost_rows[table];
    }
}

int hc_run_merge(const hc_merge *merge, uint64_t row_counts[HC_TABLE_COUNT], hc_error *error)
{
    source *sources = calloc(merge->source_count, sizeof *sources);
    size_t opened = 0;
    int status = -1;
    assert(merge->source_count >= 1);
    if (sources == NULL) {
        return hc_error_memory(error);
    }
    hc_hdf5_quiet();
    if (merge->lost_rows != NULL) {
        memset(merge->lost_rows, 0, HC_TABLE_COUNT * sizeof merge->lost_rows[0]);
    }
    for (; opened < merge->source_count; opened++) {
        if (open_source(&sources[opened], merge->sources[opened], error) < 0) {
            opened += sources[opened].file > 0 ? 1 : 0;
            goto cleanup;
        }
    }
    status = merge_open_sources(merge, sources, error);
    if (status == 0 && row_counts != NULL) {
        count_rows(merge, sources, row_counts);
    }
cleanup:
    while (opened > 0) {
        (void)hc_hdf5_close(sources[--opened].file);
    }
    free(sources);
    return status;
}
