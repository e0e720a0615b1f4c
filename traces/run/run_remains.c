#include "traces/run/run_remains.h"

#include "traces/run/private_file.h"
#include "traces/run/provenance.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare_files(const void *a, const void *b)
{
    const hc_remain *x = a;
    const hc_remain *y = b;
    if (x->generation != y->generation) {
        return x->generation < y->generation ? -1 : 1;
    }
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* A whole number at the begin of a text. @return what follows it, NULL when there is none below the limit. */
static const char *read_number(const char *text, uint32_t limit, uint32_t *out)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long value = digits == 0 || digits > 9 ? limit : strtoul(text, NULL, 10);
    *out = (uint32_t)value;
    return value >= limit ? NULL : text + digits;
}

/* NAME.rank0007 and NAME.rank0007.g2, spelt as hc_private_file_name spells them. */
static bool parse_name(const char *name, const char *base, hc_remain *out)
{
    static const char RANK[] = ".rank";
    size_t length = strlen(base);
    const char *rest = name + length;
    if (strncmp(name, base, length) != 0 || strncmp(rest, RANK, sizeof RANK - 1) != 0) {
        return false;
    }
    rest = read_number(rest + sizeof RANK - 1, HC_RANK_LIMIT, &out->rank);
    out->generation = 0;
    if (rest != NULL && strncmp(rest, ".g", 2) == 0) {
        rest = read_number(rest + 2, HC_GENERATION_LIMIT, &out->generation);
    }
    return rest != NULL && *rest == '\0';
}

/* Another spelling of the same numbers (rank1, rank01) is not a name of ours. */
static int add_file(hc_remains *out, const hc_remain *file, const char *final_path,
                    const char *found, hc_error *error)
{
    char *path = hc_private_file_name(final_path, file->generation, file->rank);
    hc_remain *grown = NULL;
    if (path == NULL) {
        return hc_error_memory(error);
    }
    if (strcmp(path + strlen(path) - strlen(found), found) != 0) {
        free(path);
        return 0;
    }
    grown = realloc(out->files, (out->count + 1) * sizeof *grown);
    if (grown == NULL) {
        free(path);
        return hc_error_memory(error);
    }
    out->files = grown;
    grown[out->count] = *file;
    grown[out->count++].path = path;
    return 0;
}

static int collect(hc_remains *out, DIR *folder, const char *final_path, hc_error *error)
{
    const char *slash = strrchr(final_path, '/');
    const char *base = slash == NULL ? final_path : slash + 1;
    const struct dirent *entry = NULL;
    while ((entry = readdir(folder)) != NULL) {
        hc_remain file = {0};
        if (parse_name(entry->d_name, base, &file) &&
            add_file(out, &file, final_path, entry->d_name, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_remains_find(hc_remains *out, const char *final_path, hc_error *error)
{
    char *name = hc_folder_of(final_path);
    DIR *folder = name == NULL ? NULL : opendir(name);
    int cause = errno;
    int status = 0;
    *out = (hc_remains){0};
    if (name == NULL) {
        return hc_error_memory(error);
    }
    free(name);
    if (folder == NULL) {
        return cause == ENOENT || cause == ENOTDIR
                   ? 0
                   : hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", final_path, strerror(cause));
    }
    status = collect(out, folder, final_path, error);
    (void)closedir(folder);
    if (out->count > 0) {
        qsort(out->files, out->count, sizeof *out->files, compare_files);
    }
    return status;
}

void hc_remains_release(hc_remains *remains)
{
    for (size_t i = 0; i < remains->count; i++) {
        free(remains->files[i].path);
    }
    free(remains->files);
    *remains = (hc_remains){0};
}

int hc_remains_check_dead(const hc_remains *remains, const char *final_path, hc_error *error)
{
    for (size_t i = 0; i < remains->count; i++) {
        long writer = hc_private_file_writer(remains->files[i].path);
        if (writer != 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "%s: the run is not over, process %ld writes %s", final_path,
                                writer, remains->files[i].path);
        }
    }
    return 0;
}

int hc_remains_remove(const hc_remains *remains, hc_error *error)
{
    for (size_t i = 0; i < remains->count; i++) {
        hc_remove_half_built(remains->files[i].path);
        if (hc_remove_file(remains->files[i].path, error) < 0) {
            return -1;
        }
    }
    return 0;
}
