#include "traces/run/run_merge.h"

#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/merge_source.h"
#include "traces/run/private_file.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A merge on its way. */
typedef struct work {
    const hc_merge *merge;
    hc_merge_sources sources;
    hc_table_set set;
    hc_merge_target target;
    uint64_t unordered_rows;
    uint64_t row_counts[HC_TABLE_COUNT]; /* of the file, once it is full */
} work;

/* What fills the tables of a file. @return 0, or -1 with `error` set. */
typedef int filler(work *w, const void *self, hc_error *error);

static uint64_t *lost_of(const work *w, int table)
{
    return w->merge->lost_rows == NULL ? NULL : &w->merge->lost_rows[table];
}

/* The first rows of a table of one source, as they stand. */
static int copy_table(work *w, const hc_strand_source *from, hc_run_table table, hc_error *error)
{
    hc_row_stream stream;
    int status = hc_row_stream_open(&stream, &w->set.tables[table], from->file, from->path,
                                    from->rows[table], lost_of(w, (int)table), error);
    if (status == 0) {
        status =
            hc_merge_target_take(&w->target, table, &stream, hc_row_stream_left(&stream), error);
    }
    hc_row_stream_close(&stream);
    return status;
}

static int copy_whole_tables(work *w, hc_error *error)
{
    const hc_strand_source *home = hc_merge_sources_home(&w->sources);
    for (int table = HC_GROWING_TABLE_COUNT; table < HC_TABLE_COUNT; table++) {
        if (copy_table(w, home, (hc_run_table)table, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int copy_growing_tables(work *w, const hc_strand_source *from, hc_error *error)
{
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        if (copy_table(w, from, (hc_run_table)table, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Generation after generation: each was cut at one simulated time. */
static int merge_growing_tables(work *w, hc_error *error)
{
    const hc_merge_sources *all = &w->sources;
    size_t first = 0;
    while (first < all->count) {
        size_t end = first + 1;
        int status = 0;
        while (end < all->count && all->generations[end] == all->generations[first]) {
            end++;
        }
        status = end - first == 1 ? copy_growing_tables(w, &all->items[first], error)
                                  : hc_interleave(&w->target, &all->items[first], end - first,
                                                  w->merge->lost_rows, &w->unordered_rows, error);
        if (status < 0) {
            return -1;
        }
        first = end;
    }
    return 0;
}

/* Files */

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
static int put_attributes(const work *w, hid_t to)
{
    char note[512];
    hc_run_ending ending = {.note = NULL};
    uint64_t lost = count_lost(w->merge);
    const char *told = NULL;
    if (w->merge->ending != NULL) {
        ending = *w->merge->ending;
    }
    told = ending.note == NULL ? "damaged" : ending.note;
    if (lost > 0) {
        (void)snprintf(note, sizeof note, "%s; %" PRIu64 " committed rows could not be read", told,
                       lost);
        ending.note = note;
    } else if (w->unordered_rows > 0) {
        (void)snprintf(note, sizeof note,
                       "%s; %" PRIu64 " rows do not stand in the order of their events", told,
                       w->unordered_rows);
        ending.note = note;
    }
    return hc_file_attributes_copy(hc_merge_sources_home(&w->sources)->file, to, &ending);
}

static int fill_file(work *w, hid_t file, filler *fill, const void *self, hc_error *error)
{
    hc_table_plan plans[HC_TABLE_COUNT];
    if (hc_merge_sources_plan(&w->sources, plans, error) < 0 ||
        hc_table_set_create(&w->set, file, plans, w->merge->final_path, error) < 0 ||
        fill(w, self, error) < 0 || hc_table_set_flush(&w->set, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        w->row_counts[table] = hc_table_writer_row_count(&w->set.tables[table]);
    }
    if (put_attributes(w, file) < 0 || H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) {
        return write_failed(w->merge, error);
    }
    return 0;
}

static int close_built(work *w, hid_t file)
{
    int status = hc_table_set_close(&w->set);
    return hc_hdf5_close(file) < 0 ? -1 : status;
}

/* A file that comes to nothing: closed when it was a source that failed, else it may be what cannot be written. */
static void discard_built(work *w, hid_t file, const hc_error *error)
{
    if (error == NULL || error->kind != HC_ERROR_RUNTIME || close_built(w, file) < 0) {
        hc_hdf5_abandon(file);
        hc_table_set_forget(&w->set);
    }
}

static int build_file(work *w, const char *path, filler *fill, const void *self, hc_error *error)
{
    hid_t file = hc_hdf5_create(path);
    if (file < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, w->merge->final_path, "create");
    }
    hc_table_set_init(&w->set);
    w->target = hc_merge_target_whole(&w->set);
    if (fill_file(w, file, fill, self, error) < 0) {
        discard_built(w, file, error);
        return -1;
    }
    return close_built(w, file) < 0 ? write_failed(w->merge, error) : 0;
}

static int publish(work *w, filler *fill, const void *self, hc_error *error)
{
    const hc_merge *merge = w->merge;
    char *temporary = hc_temporary_name(merge->final_path);
    int status = -1;
    if (temporary == NULL) {
        return hc_error_memory(error);
    }
    if (build_file(w, temporary, fill, self, error) == 0 &&
        hc_sync_file(temporary, merge->final_path, error) == 0) {
        status = hc_publish(temporary, merge->final_path, merge->may_replace, error);
    }
    if (status < 0) {
        (void)unlink(temporary);
    }
    free(temporary);
    return status;
}

static int open_work(work *w, const hc_merge *merge, hc_error *error)
{
    assert(merge->sources->count >= 1);
    *w = (work){.merge = merge};
    hc_hdf5_quiet();
    if (merge->lost_rows != NULL) {
        memset(merge->lost_rows, 0, HC_TABLE_COUNT * sizeof merge->lost_rows[0]);
    }
    return hc_merge_sources_open(&w->sources, merge->sources, merge->lost_rows != NULL, error);
}

/* One process merges all */

static int fill_whole(work *w, const void *self, hc_error *error)
{
    (void)self;
    return copy_whole_tables(w, error) < 0 ? -1 : merge_growing_tables(w, error);
}

int hc_run_merge(const hc_merge *merge, uint64_t row_counts[HC_TABLE_COUNT], hc_error *error)
{
    work w;
    int status = open_work(&w, merge, error);
    if (status == 0) {
        status = publish(&w, fill_whole, NULL, error);
    }
    if (status == 0 && row_counts != NULL) {
        memcpy(row_counts, w.row_counts, sizeof w.row_counts);
    }
    hc_merge_sources_close(&w.sources);
    return status;
}

/* Several processes share the merge */

/* A part of the merge. */
typedef struct share {
    uint32_t part;
    uint32_t part_count;
} share;

/* The name of a part: that of a file that is being built, so that it goes with those when its process dies. All
 * processes find the same. */
static char *part_name(const work *w, uint32_t part, hc_error *error)
{
    const hc_strand_source *home = hc_merge_sources_home(&w->sources);
    char *run_id = hc_file_attributes_run_id(home->file, home->path, error);
    size_t room = strlen(w->merge->final_path) + 32;
    char *name = run_id == NULL ? NULL : malloc(room);
    if (run_id != NULL && name == NULL) {
        (void)hc_error_memory(error);
    }
    if (name != NULL) {
        (void)snprintf(name, room, "%s.%.8s%08" PRIx32 ".tmp", w->merge->final_path, run_id, part);
    }
    free(run_id);
    return name;
}

/* The first row of a part of a table: that of a chunk. */
static uint64_t first_row(const work *w, hc_run_table table, uint32_t part, uint32_t part_count)
{
    uint64_t chunk_rows = w->set.tables[table].chunk_rows;
    uint64_t rows = hc_merge_sources_rows(&w->sources, table);
    uint64_t chunks = rows / chunk_rows + (rows % chunk_rows > 0 ? 1 : 0);
    return chunks * part / part_count * chunk_rows;
}

static int fill_part(work *w, const void *self, hc_error *error)
{
    const share *s = self;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        w->target.first[table] = first_row(w, (hc_run_table)table, s->part, s->part_count);
        w->target.end[table] = first_row(w, (hc_run_table)table, s->part + 1, s->part_count);
    }
    return merge_growing_tables(w, error);
}

int hc_run_merge_part(const hc_merge *merge, uint32_t part, uint32_t part_count, hc_error *error)
{
    const share s = {.part = part, .part_count = part_count};
    work w;
    char *name = NULL;
    int status = -1;
    assert(part < part_count && merge->lost_rows == NULL);
    if (open_work(&w, merge, error) == 0) {
        name = part_name(&w, part, error);
    }
    if (name != NULL) {
        (void)unlink(name);
        status = build_file(&w, name, fill_part, &s, error);
    }
    if (name != NULL && status < 0) {
        (void)unlink(name);
    }
    free(name);
    hc_merge_sources_close(&w.sources);
    return status;
}

/* The tables of a part follow those of the parts before it: all but the last one end with a full chunk. */
static int append_part(work *w, const char *path, hc_error *error)
{
    hc_strand_source part = {.path = path, .file = hc_hdf5_open_streaming(path)};
    int status = 0;
    if (part.file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "open");
    }
    for (int table = 0; table < HC_GROWING_TABLE_COUNT && status == 0; table++) {
        hc_dataset_shape shape = {0};
        const char *name = hc_table_describe((hc_run_table)table)->name;
        hid_t dataset = hc_dataset_open(part.file, name, path, &shape, error);
        part.rows[table] = shape.row_count;
        status = dataset < 0 || hc_hdf5_close(dataset) < 0 ? -1 : 0;
    }
    if (status == 0) {
        status = copy_growing_tables(w, &part, error);
    }
    (void)hc_hdf5_close(part.file);
    return status;
}

static int for_each_part(work *w, uint32_t part_count,
                         int (*action)(work *w, const char *path, hc_error *error), hc_error *error)
{
    int status = 0;
    for (uint32_t part = 0; part < part_count && status == 0; part++) {
        char *name = part_name(w, part, error);
        status = name == NULL ? -1 : action(w, name, error);
        free(name);
    }
    return status;
}

/* All rows have come, or a part is missing some. */
static int check_rows(const work *w, hc_error *error)
{
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        uint64_t expected = hc_merge_sources_rows(&w->sources, (hc_run_table)table);
        if (w->target.next[table] != expected) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table %s: expected %" PRIu64
                                " rows in all parts, found %" PRIu64,
                                w->merge->final_path, hc_table_describe((hc_run_table)table)->name,
                                expected, w->target.next[table]);
        }
    }
    return 0;
}

static int fill_joined(work *w, const void *self, hc_error *error)
{
    const uint32_t *part_count = self;
    return copy_whole_tables(w, error) < 0 || for_each_part(w, *part_count, append_part, error) < 0
               ? -1
               : check_rows(w, error);
}

static int remove_part(work *w, const char *path, hc_error *error)
{
    (void)w;
    return hc_remove_file(path, error);
}

int hc_run_merge_join(const hc_merge *merge, uint32_t part_count, hc_error *error)
{
    work w;
    int status = open_work(&w, merge, error);
    assert(merge->lost_rows == NULL);
    if (status == 0) {
        status = publish(&w, fill_joined, &part_count, error);
    }
    if (status == 0) {
        status = for_each_part(&w, part_count, remove_part, error);
    }
    hc_merge_sources_close(&w.sources);
    return status;
}
