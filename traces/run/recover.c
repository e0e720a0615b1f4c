#include "traces/run/recover.h"

#include "traces/run/committed_rows.h"
#include "traces/run/file_attributes.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/run_merge.h"
#include "traces/run/run_reader.h"
#include "traces/run/run_remains.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char NOTE[] =
    "recovered: the run was interrupted, what came after its last commit is missing";

/* @return the run id of a file, which the caller frees, or NULL with `error` set. */
static char *read_run_id(const char *path, hc_error *error)
{
    char *id = NULL;
    hid_t file = hc_hdf5_open(path);
    if (file < 0) {
        (void)hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "open");
        return NULL;
    }
    id = hc_file_attributes_run_id(file, path, error);
    (void)hc_hdf5_close(file);
    return id;
}

/* Files of other ranks, and a NAME that is there already, must be of the same run. */
static int check_same_run(const char *path, const char *run_id, const char *remedy, hc_error *error)
{
    char *other = read_run_id(path, error);
    int status = 0;
    if (other == NULL) {
        return -1;
    }
    if (strcmp(other, run_id) != 0) {
        status =
            hc_error_set(error, HC_ERROR_USAGE, "%s: is the file of another run; %s", path, remedy);
    }
    free(other);
    return status;
}

static int check_runs(const hc_remains *found, const char *run_id, hc_error *error)
{
    for (size_t i = 1; i < found->count; i++) {
        if (check_same_run(found->files[i].path, run_id, "move it away", error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_past_of(hc_run_past *past, const hc_remain *from, hc_error *error)
{
    hid_t file = hc_hdf5_open(from->path);
    int status = -1;
    if (file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, from->path, "open");
    }
    hc_run_past_release(past);
    status = hc_run_past_read(past, file, from->generation, from->path, error);
    (void)hc_hdf5_close(file);
    return status;
}

/* What the last generation goes on from. Its files tell the same; some may be damaged. */
static int read_past(hc_run_past *past, const hc_remains *found, hc_error *error)
{
    const hc_remain *last = &found->files[found->count - 1];
    for (size_t i = 0; i + 1 < found->count; i++) {
        if (found->files[i].generation == last->generation &&
            read_past_of(past, &found->files[i], NULL) == 0) {
            return 0;
        }
    }
    return read_past_of(past, last, error);
}

/* Whether a file holds rows of the time since its run was taken up. One that cannot be read may. */
static bool has_rows(const char *path)
{
    uint64_t committed[HC_TABLE_COUNT] = {0};
    uint64_t any = 0;
    hid_t file = hc_hdf5_open(path);
    bool is_read = file >= 0 && hc_committed_rows_read(file, path, committed, NULL) == 0;
    (void)H5Eclear2(H5E_DEFAULT);
    (void)hc_hdf5_close(file);
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        any |= committed[table];
    }
    return !is_read || any != 0;
}

/* A generation that died before its first row has not replaced what its predecessor wrote behind the mark. */
static void lift_cut(hc_run_sources *sources)
{
    uint32_t last = sources->count == 0 ? 0 : sources->items[sources->count - 1].generation;
    for (size_t i = 0; i < sources->count; i++) {
        if (sources->items[i].generation == last) {
            sources->items[i].is_cut = false;
        }
    }
}

/* The files of the last generation, behind those of earlier ones. */
static int add_last(hc_run_sources *sources, const char *path, const hc_remains *found,
                    hc_error *error)
{
    uint32_t generation = found->files[found->count - 1].generation;
    bool is_empty = true;
    int status = 0;
    for (size_t i = 0; i < found->count; i++) {
        const hc_remain *f = &found->files[i];
        is_empty = is_empty && (f->generation != generation || !has_rows(f->path));
    }
    if (is_empty) {
        lift_cut(sources);
    }
    for (size_t i = 0; i < found->count && status == 0; i++) {
        if (found->files[i].generation == generation) {
            status =
                hc_run_sources_add_rank(sources, path, generation, found->files[i].rank, error);
        }
    }
    return status;
}

/* The files of the last generation, and of those before it what counts. */
static int collect_sources(hc_run_sources *sources, const char *path, const hc_remains *found,
                           hc_error *error)
{
    hc_run_past past = {0};
    int status = read_past(&past, found, error);
    if (status == 0) {
        status = hc_run_sources_add_past(sources, path, &past, error);
    }
    hc_run_past_release(&past);
    return status < 0 ? -1 : add_last(sources, path, found, error);
}

static int rebuild(const char *path, const hc_remains *found, hc_recovery *out, hc_error *error)
{
    hc_run_sources sources = HC_RUN_SOURCES_NONE;
    hc_run_ending ending = {.note = NOTE};
    hc_merge merge = {
        .sources = &sources,
        .final_path = path,
        .may_replace = true,
        .ending = &ending,
        .lost_rows = out->lost_rows,
    };
    int status = collect_sources(&sources, path, found, error);
    if (status == 0) {
        status = hc_run_merge(&merge, out->row_counts, error);
    }
    hc_run_sources_release(&sources);
    if (status < 0) {
        return -1;
    }
    hc_remove_half_built(path);
    return hc_remains_remove(found, error);
}

/* What a finished file tells about itself. */
static int describe_result(const char *path, hc_recovery *out, hc_error *error)
{
    hc_run_reader *reader = NULL;
    if (hc_run_reader_open(&reader, path, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        out->row_counts[table] = hc_run_reader_row_count(reader, (hc_run_table)table);
    }
    out->outcome =
        hc_run_reader_is_complete(reader) ? HC_RECOVERY_WAS_COMPLETE : HC_RECOVERY_WAS_PARTIAL;
    hc_run_reader_close(reader);
    return 0;
}

/* Both NAME and remains. A file gets its final name only when it holds all that the private ones do, so when
 * it is of the same run somebody died before removing them. */
static int settle_both(const char *path, const hc_remains *found, const char *run_id,
                       hc_recovery *out, hc_error *error)
{
    if (check_same_run(path, run_id,
                       "move it away to recover the interrupted one, or remove the remains",
                       error) < 0 ||
        describe_result(path, out, error) < 0) {
        return -1;
    }
    return hc_remains_remove(found, error);
}

static int recover_remains(const char *path, const hc_remains *found, bool has_result,
                           hc_recovery *out, hc_error *error)
{
    char *run_id = NULL;
    int status = -1;
    if (hc_remains_check_dead(found, path, error) < 0) {
        return -1;
    }
    run_id = read_run_id(found->files[0].path, error);
    if (run_id != NULL && check_runs(found, run_id, error) == 0) {
        status = has_result ? settle_both(path, found, run_id, out, error)
                            : rebuild(path, found, out, error);
    }
    free(run_id);
    return status;
}

int hc_recover(const char *path, hc_recovery *out, hc_error *error)
{
    hc_remains found;
    struct stat status;
    bool has_result = lstat(path, &status) == 0;
    int result = -1;
    *out = (hc_recovery){.outcome = HC_RECOVERY_DONE};
    hc_hdf5_quiet();
    if (hc_remains_find(&found, path, error) < 0) {
        result = -1;
    } else if (found.count > 0) {
        result = recover_remains(path, &found, has_result, out, error);
    } else if (has_result) {
        result = describe_result(path, out, error);
    } else {
        result = hc_error_set(error, HC_ERROR_USAGE,
                              "%s: neither a result nor %s.rank0000 of an interrupted run is there",
                              path, path);
    }
    hc_remains_release(&found);
    return result;
}
