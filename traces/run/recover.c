#include "traces/run/recover.h"

#include "traces/run/attribute_list.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/run_merge.h"
#include "traces/run/run_reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char NOTE[] =
    "recovered: the run was interrupted, what came after its last commit is missing";

/* The private files of a run, in order of rank. */
typedef struct remains {
    char **paths;
    size_t count;
} remains;

static void release(remains *found)
{
    for (size_t i = 0; i < found->count; i++) {
        free(found->paths[i]);
    }
    free(found->paths);
    *found = (remains){0};
}

static int add_path(remains *found, const char *path, hc_error *error)
{
    char **grown = realloc(found->paths, (found->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    found->paths = grown;
    grown[found->count] = strdup(path);
    if (grown[found->count] == NULL) {
        return hc_error_memory(error);
    }
    found->count++;
    return 0;
}

/* @return 1 when rank has a file, 0 when not, -1 with `error` set. */
static int find_rank(remains *found, const char *path, uint32_t rank, hc_error *error)
{
    hc_private_file private;
    struct stat status;
    int result = hc_private_file_init(&private, path, rank, error);
    if (result == 0 && lstat(private.path, &status) == 0) {
        result = add_path(found, private.path, error) < 0 ? -1 : 1;
    }
    hc_private_file_release(&private);
    return result;
}

static int find_remains(remains *found, const char *path, hc_error *error)
{
    int result = 1;
    *found = (remains){0};
    for (uint32_t rank = 0; result == 1; rank++) {
        result = find_rank(found, path, rank, error);
    }
    return result;
}

static int check_dead(const remains *found, const char *path, hc_error *error)
{
    for (size_t i = 0; i < found->count; i++) {
        long writer = hc_private_file_writer(found->paths[i]);
        if (writer != 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "%s: the run is not over, process %ld writes %s", path, writer,
                                found->paths[i]);
        }
    }
    return 0;
}

/* @return the run id of a file, which the caller frees, or NULL with `error` set. */
static char *read_run_id(const char *path, hc_error *error)
{
    hc_attribute_list list = {0};
    const hc_attribute *found = NULL;
    char *id = NULL;
    hid_t file = hc_hdf5_open(path);
    if (file < 0) {
        (void)hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "open");
        return NULL;
    }
    if (hc_attribute_list_read(&list, file, path, error) == 0) {
        found = hc_attribute_list_find(&list, "run_id");
        id = found == NULL ? NULL : strdup(found->text);
        if (id == NULL) {
            (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not the file of a run", path);
        }
    }
    hc_attribute_list_destroy(&list);
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

static int check_ranks(const remains *found, const char *run_id, hc_error *error)
{
    for (size_t i = 1; i < found->count; i++) {
        if (check_same_run(found->paths[i], run_id, "move it away", error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int remove_remains(const remains *found, hc_error *error)
{
    for (size_t i = 0; i < found->count; i++) {
        hc_remove_half_built(found->paths[i]);
        if (hc_remove_file(found->paths[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int rebuild(const char *path, const remains *found, hc_recovery *out, hc_error *error)
{
    hc_run_ending ending = {.note = NOTE};
    hc_merge merge = {
        .sources = (const char *const *)found->paths,
        .source_count = found->count,
        .final_path = path,
        .may_replace = true,
        .ending = &ending,
        .lost_rows = out->lost_rows,
    };
    if (hc_run_merge(&merge, out->row_counts, error) < 0) {
        return -1;
    }
    hc_remove_half_built(path);
    return remove_remains(found, error);
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
static int settle_both(const char *path, const remains *found, const char *run_id, hc_recovery *out,
                       hc_error *error)
{
    if (check_same_run(path, run_id,
                       "move it away to recover the interrupted one, or remove the remains",
                       error) < 0 ||
        describe_result(path, out, error) < 0) {
        return -1;
    }
    return remove_remains(found, error);
}

static int recover_remains(const char *path, const remains *found, bool has_result,
                           hc_recovery *out, hc_error *error)
{
    char *run_id = NULL;
    int status = -1;
    if (check_dead(found, path, error) < 0) {
        return -1;
    }
    run_id = read_run_id(found->paths[0], error);
    if (run_id != NULL && check_ranks(found, run_id, error) == 0) {
        status = has_result ? settle_both(path, found, run_id, out, error)
                            : rebuild(path, found, out, error);
    }
    free(run_id);
    return status;
}

int hc_recover(const char *path, hc_recovery *out, hc_error *error)
{
    remains found;
    struct stat status;
    bool has_result = lstat(path, &status) == 0;
    int result = -1;
    *out = (hc_recovery){.outcome = HC_RECOVERY_DONE};
    hc_hdf5_quiet();
    if (find_remains(&found, path, error) < 0) {
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
    release(&found);
    return result;
}
