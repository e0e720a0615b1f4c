#include "traces/run/run_place.h"

#include "traces/run/file_attributes.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/stored_table.h"

#include <stdlib.h>
#include <string.h>

/* Nobody writes there, and what somebody left may go, or is to be gone on from. */
static int check_remains(const hc_remains *found, const hc_run_wish *wish, hc_error *error)
{
    for (size_t i = 0; i < found->count; i++) {
        long writer = hc_private_file_writer(found->files[i].path);
        if (writer != 0) {
            return hc_error_set(error, HC_ERROR_USAGE, "%s: process %ld is writing it", wish->path,
                                writer);
        }
    }
    if (found->count == 0 || wish->is_forced || wish->mark_count > 0) {
        return 0;
    }
    return hc_error_set(
        error, HC_ERROR_USAGE,
        "%s: an interrupted run left %s; `hindcast recover %s` saves what it holds, "
        "--force discards it",
        wish->path, found->files[0].path, wish->path);
}

static bool is_of_past(const hc_run_past *past, const hc_remain *file)
{
    for (size_t i = 0; i < past->count; i++) {
        if (past->files[i].generation == file->generation && past->files[i].rank == file->rank) {
            return true;
        }
    }
    return false;
}

/* Keeps the files that the run does not go on from. */
static void drop_past(hc_remains *found, const hc_run_past *past)
{
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        hc_remain file = found->files[i];
        if (!is_of_past(past, &file)) {
            found->files[i] = found->files[kept];
            found->files[kept++] = file;
        }
    }
    while (found->count > kept) {
        free(found->files[--found->count].path);
    }
}

/* What is to be removed was left by attempts to go on with this run. */
static int check_obsolete(const hc_remain *file, const char *run_id, hc_error *error)
{
    char *found = NULL;
    int status = -1;
    hid_t opened = hc_stored_file_open(file->path, error);
    if (opened < 0) {
        return -1;
    }
    found = hc_file_attributes_run_id(opened, file->path, error);
    if (found != NULL) {
        status = strcmp(found, run_id) == 0
                     ? 0
                     : hc_error_set(error, HC_ERROR_USAGE,
                                    "%s: is the file of another run; move it away", file->path);
    }
    free(found);
    (void)hc_hdf5_close(opened);
    return status;
}

/* A generation of its own: what failed attempts to go on have left is never written to again. */
static int find_generation(const hc_remains *found, uint32_t *generation, hc_error *error)
{
    uint32_t last = found->count == 0 ? 0 : found->files[found->count - 1].generation;
    *generation = last + 1;
    return *generation < HC_GENERATION_LIMIT
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE, "%s: was taken up again too often",
                              found->files[found->count - 1].path);
}

static int find_past(hc_run_place *out, const hc_run_wish *wish, hc_run_identity *identity,
                     hc_error *error)
{
    if (hc_run_past_of_marks(&out->past, wish->path, wish->marks, wish->mark_count, error) < 0) {
        return -1;
    }
    *identity = wish->marks[0].identity;
    if (hc_run_past_check(&out->past, wish->path, identity->run_id, error) < 0 ||
        find_generation(&out->obsolete, &identity->generation, error) < 0) {
        return -1;
    }
    drop_past(&out->obsolete, &out->past);
    for (size_t i = 0; i < out->obsolete.count; i++) {
        if (check_obsolete(&out->obsolete.files[i], identity->run_id, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_run_place_find(hc_run_place *out, const hc_run_wish *wish, hc_run_identity *identity,
                      hc_error *error)
{
    int final = 0;
    int remains = 0;
    *out = HC_RUN_PLACE_NONE;
    final = hc_final_path_check(wish->path, wish->is_forced, error);
    remains = hc_remains_find(&out->obsolete, wish->path, error);
    remains = remains < 0 ? -1 : check_remains(&out->obsolete, wish, error);
    if (final < 0 || remains < 0) {
        return -1;
    }
    identity->generation = 0;
    return wish->mark_count == 0 ? 0 : find_past(out, wish, identity, error);
}

int hc_run_place_join(hc_run_place *out, const hc_run_wish *wish, hc_error *error)
{
    *out = HC_RUN_PLACE_NONE;
    return wish->mark_count == 0
               ? 0
               : hc_run_past_of_marks(&out->past, wish->path, wish->marks, wish->mark_count, error);
}

int hc_run_place_clear(const hc_run_place *place, const char *own_path, hc_error *error)
{
    for (size_t i = 0; i < place->obsolete.count; i++) {
        const char *path = place->obsolete.files[i].path;
        hc_remove_half_built(path);
        if (strcmp(path, own_path) != 0 && hc_remove_file(path, error) < 0) {
            return -1;
        }
    }
    return 0;
}

void hc_run_place_release(hc_run_place *place)
{
    hc_run_past_release(&place->past);
    hc_remains_release(&place->obsolete);
}
