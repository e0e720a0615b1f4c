#include "traces/run/private_file.h"
#include "traces/study/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int hc_files_beside(const char *name, const char *pattern_behind, glob_t *out, hc_error *error)
{
    char *pattern = malloc(2 * strlen(name) + strlen(pattern_behind) + 1);
    char *at = pattern;
    int status = 0;
    *out = (glob_t){.gl_pathc = 0};
    if (pattern == NULL) {
        return hc_error_memory(error);
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (strchr("*?[]\\", *c) != NULL) {
            *at++ = '\\';
        }
        *at++ = *c;
    }
    memcpy(at, pattern_behind, strlen(pattern_behind) + 1);
    status = glob(pattern, 0, NULL, out);
    free(pattern);
    if (status != 0 && status != GLOB_NOMATCH) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot look for %s%s", name, name,
                            pattern_behind);
    }
    return 0;
}

static int find(const char *name, glob_t *out, hc_error *error)
{
    return hc_files_beside(name, ".journal-*", out, error);
}

static int read_file(const char *path, const hc_journal_identity *identity,
                     hc_journal_visitor visit, void *self, hc_journals_found *found,
                     hc_error *error)
{
    FILE *file = fopen(path, "rb");
    uint64_t end = 0;
    bool is_torn = false;
    int status = 0;
    if (file == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", path, strerror(errno));
    }
    status = hc_journal_scan(file, path, identity, visit, self, &end, &is_torn, error);
    (void)fclose(file);
    found->file_count++;
    found->torn_count += is_torn ? 1 : 0;
    return status;
}

/* Counts on the way to whoever wants the records. */
typedef struct counting {
    hc_journal_visitor visit;
    void *self;
    uint64_t *count;
} counting;

static int count_record(void *self, const hc_journal_record *record, hc_error *error)
{
    counting *c = self;
    (*c->count)++;
    return c->visit == NULL ? 0 : c->visit(c->self, record, error);
}

int hc_journals_read(const char *name, const hc_journal_identity *identity,
                     hc_journal_visitor visit, void *self, hc_journals_found *found,
                     hc_error *error)
{
    counting c = {visit, self, &found->record_count};
    glob_t files;
    int status = find(name, &files, error);
    *found = (hc_journals_found){.file_count = 0};
    for (size_t i = 0; status == 0 && i < files.gl_pathc; i++) {
        status = read_file(files.gl_pathv[i], identity, count_record, &c, found, error);
    }
    globfree(&files);
    return status;
}

bool hc_journals_exist(const char *name)
{
    glob_t files;
    hc_error error = HC_ERROR_NONE;
    bool is_any = find(name, &files, &error) == 0 && files.gl_pathc > 0;
    globfree(&files);
    return is_any;
}

static int remove_file(const char *name, const char *path, hc_error *error)
{
    if (hc_private_file_writer(path) != 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: another process is working on it", name);
    }
    return hc_remove_file(path, error);
}

int hc_journals_remove(const char *name, hc_error *error)
{
    glob_t files;
    int status = find(name, &files, error);
    for (size_t i = 0; status == 0 && i < files.gl_pathc; i++) {
        status = remove_file(name, files.gl_pathv[i], error);
    }
    globfree(&files);
    return status;
}
