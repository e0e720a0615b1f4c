#include "traces/run/new_file.h"

#include "traces/run/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int hc_new_file_check(const char *path, bool may_replace, hc_error *error)
{
    struct stat status;
    if (lstat(path, &status) < 0) {
        return 0; /* nothing there, or nothing that can be written: creating it will tell */
    }
    if (!S_ISREG(status.st_mode)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: is not a plain file", path);
    }
    return may_replace
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE, "%s: exists; --force replaces it", path);
}

int hc_new_file_open(hc_new_file *out, const char *path, bool may_replace, hc_error *error)
{
    int descriptor = -1;
    *out = (hc_new_file){.path = path, .may_replace = may_replace};
    if (hc_new_file_check(path, may_replace, error) < 0) {
        return -1;
    }
    out->temporary = hc_temporary_name(path);
    if (out->temporary == NULL) {
        return hc_error_memory(error);
    }
    descriptor = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    out->file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (out->file == NULL) {
        (void)hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", path, strerror(errno));
        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        return -1;
    }
    return 0;
}

int hc_new_file_finish(hc_new_file *file, hc_error *error)
{
    bool is_written =
        fflush(file->file) == 0 && !ferror(file->file) && fsync(fileno(file->file)) == 0;
    int cause = errno;
    if (fclose(file->file) != 0 && is_written) {
        is_written = false;
        cause = errno;
    }
    file->file = NULL;
    if (!is_written) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", file->path,
                            strerror(cause));
    }
    if (hc_publish(file->temporary, file->path, file->may_replace, error) < 0) {
        return -1;
    }
    free(file->temporary);
    file->temporary = NULL;
    return 0;
}

void hc_new_file_discard(hc_new_file *file)
{
    if (file->file != NULL) {
        (void)fclose(file->file);
    }
    if (file->temporary != NULL) {
        (void)unlink(file->temporary);
    }
    free(file->temporary);
    *file = (hc_new_file){.path = NULL};
}
