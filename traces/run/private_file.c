#include "traces/run/private_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUFFIX_ROOM = 32, SUFFIX_DIGITS = 16 };

char *hc_private_file_name(const char *final_path, uint32_t generation, uint32_t rank)
{
    size_t room = strlen(final_path) + SUFFIX_ROOM;
    char *name = malloc(room);
    if (name == NULL) {
        return NULL;
    }
    if (generation == 0) {
        (void)snprintf(name, room, "%s.rank%04u", final_path, rank);
    } else {
        (void)snprintf(name, room, "%s.rank%04u.g%u", final_path, rank, generation);
    }
    return name;
}

int hc_private_file_init(hc_private_file *file, const char *final_path, uint32_t generation,
                         uint32_t rank, hc_error *error)
{
    *file = (hc_private_file){.guard = -1};
    file->final_path = strdup(final_path);
    file->path = hc_private_file_name(final_path, generation, rank);
    return file->final_path == NULL || file->path == NULL ? hc_error_memory(error) : 0;
}

void hc_private_file_release(hc_private_file *file)
{
    if (file->guard >= 0) {
        (void)close(file->guard);
    }
    free(file->final_path);
    free(file->path);
    *file = (hc_private_file){.guard = -1};
}

char *hc_temporary_name(const char *path)
{
    size_t room = strlen(path) + SUFFIX_ROOM;
    char *name = malloc(room);
    uint64_t number = 0;
    if (name == NULL) {
        return NULL;
    }
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
        number = (uint64_t)getpid();
    }
    (void)snprintf(name, room, "%s.%0*llx.tmp", path, SUFFIX_DIGITS, (unsigned long long)number);
    return name;
}

long hc_private_file_writer(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    long writer = 0;
    if (descriptor < 0) {
        return 0;
    }
    if (fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
        writer = (long)lock.l_pid;
    }
    (void)close(descriptor);
    return writer;
}

int hc_final_path_check(const char *final_path, bool is_forced, hc_error *error)
{
    struct stat status;
    if (lstat(final_path, &status) < 0) {
        return errno == ENOENT
                   ? 0
                   : hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", final_path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: exists and is not a plain file",
                            final_path);
    }
    if (is_forced) {
        return 0;
    }
    return hc_error_set(error, HC_ERROR_USAGE,
                        "%s: exists; --force replaces it, --out FILE writes another file",
                        final_path);
}

char *hc_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return strdup(".");
    }
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Some file systems cannot sync a folder and say EINVAL; they have no other way to keep a name. */
static int sync_folder(const char *path)
{
    char *folder = hc_folder_of(path);
    int descriptor = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int status = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL) ? 0 : -1;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    free(folder);
    return status;
}

static int set_lock(int descriptor)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return descriptor < 0 ? -1 : fcntl(descriptor, F_SETLK, &lock);
}

void hc_private_file_relock(hc_private_file *file)
{
    (void)set_lock(file->guard);
}

/* Locks a file under its temporary name, so that it is locked from the moment it has the real one. */
static int guard(const char *temporary)
{
    int descriptor = open(temporary, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    (void)set_lock(descriptor);
    return descriptor;
}

static void hold(hc_private_file *file, int descriptor)
{
    if (file->guard >= 0) {
        (void)close(file->guard);
    }
    file->guard = descriptor;
}

static bool is_temporary_name(const char *name, const char *base)
{
    static const char END[] = ".tmp";
    size_t length = strlen(base);
    const char *rest = name + length + 1;
    if (strncmp(name, base, length) != 0 || name[length] != '.') {
        return false;
    }
    return strspn(rest, "0123456789abcdef") == SUFFIX_DIGITS &&
           strcmp(rest + SUFFIX_DIGITS, END) == 0;
}

void hc_remove_half_built(const char *path)
{
    char *folder = hc_folder_of(path);
    DIR *directory = folder == NULL ? NULL : opendir(folder);
    const struct dirent *entry = NULL;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (is_temporary_name(entry->d_name, base_of(path))) {
            (void)unlinkat(dirfd(directory), entry->d_name, 0);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    free(folder);
}

static int claim_failed(hc_private_file *file, const char *temporary, int descriptor,
                        hc_error *error)
{
    int cause = errno;
    struct stat status;
    (void)unlink(temporary);
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    /* Whoever was faster has removed our temporary file as half built. */
    if (cause == EEXIST || (cause == ENOENT && lstat(file->path, &status) == 0)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: another run has just begun to write it",
                            file->final_path);
    }
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot create: %s", file->path,
                        strerror(cause));
}

/* A link never replaces a file, a rename always does. Where the file system has no links, the check that
 * nothing was there has to do. */
static int take_name(const char *temporary, const char *path, bool may_replace)
{
    if (!may_replace && link(temporary, path) == 0) {
        (void)unlink(temporary);
        return 0;
    }
    if (!may_replace && errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) {
        return -1;
    }
    return rename(temporary, path);
}

int hc_private_file_claim(hc_private_file *file, const char *temporary, bool is_forced,
                          hc_error *error)
{
    int descriptor = guard(temporary);
    if (take_name(temporary, file->path, is_forced) < 0) {
        return claim_failed(file, temporary, descriptor, error);
    }
    hold(file, descriptor);
    hc_remove_half_built(file->path);
    hc_remove_half_built(file->final_path);
    (void)sync_folder(file->path);
    return 0;
}

int hc_private_file_replace(hc_private_file *file, const char *temporary, hc_error *error)
{
    int descriptor = guard(temporary);
    if (rename(temporary, file->path) < 0) {
        return claim_failed(file, temporary, descriptor, error);
    }
    hold(file, descriptor);
    (void)sync_folder(file->path);
    return 0;
}

int hc_publish(const char *temporary, const char *path, bool may_replace, hc_error *error)
{
    if (take_name(temporary, path, may_replace) < 0 || sync_folder(path) < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot rename %s: %s", path, temporary,
                            strerror(errno));
    }
    return 0;
}

int hc_sync_file(const char *path, const char *shown, hc_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int status = descriptor < 0 ? -1 : fsync(descriptor);
    if (status < 0) {
        (void)hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", shown, strerror(errno));
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return status;
}

int hc_remove_file(const char *path, hc_error *error)
{
    if ((unlink(path) < 0 && errno != ENOENT) || sync_folder(path) < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot remove: %s", path, strerror(errno));
    }
    return 0;
}
