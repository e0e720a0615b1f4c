/* Preloaded into a program (LD_PRELOAD), makes the disk fail for plain files whose name contains ".h5":
 *   HC_FAULT_OFFSET=N  nothing can be written at or behind byte N of a file; what lies before it is written
 *   HC_FAULT_CALLS=N   the first N calls that write succeed, the next ones fail
 *   HC_FAULT_ERRNO=E   with this number (default ENOSPC)
 *   HC_FAULT_SYNC=1    fsync fails with EIO
 *   HC_FAULT_PIECES=1  every third call is interrupted, the others write half of what they should */

#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two functions here */
#define _GNU_SOURCE      /* NOLINT(bugprone-reserved-identifier): RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static long number(const char *name, long fallback)
{
    const char *text = getenv(name);
    return text == NULL ? fallback : strtol(text, NULL, 10);
}

static bool is_target(int descriptor)
{
    char link[64];
    char path[4096];
    struct stat status;
    ssize_t length = 0;
    if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return strstr(path, ".h5") != NULL;
}

/* @return how many of `count` bytes may be written, or -1 with errno set. */
static ssize_t allow(size_t count, off_t offset)
{
    long limit = number("HC_FAULT_OFFSET", -1);
    long call_limit = number("HC_FAULT_CALLS", -1);
    calls++;
    if (number("HC_FAULT_PIECES", 0) != 0) {
        errno = EINTR;
        return calls % 3 == 0 ? -1 : (ssize_t)(count - count / 2);
    }
    errno = (int)number("HC_FAULT_ERRNO", ENOSPC);
    if (call_limit >= 0 && calls > call_limit) {
        return -1;
    }
    if (limit >= 0 && offset + (off_t)count > limit) {
        return offset >= limit ? -1 : (ssize_t)(limit - offset);
    }
    return (ssize_t)count;
}

static ssize_t faulty_pwrite(const char *name, int descriptor, const void *data, size_t count,
                             off_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off_t) = NULL;
    ssize_t allowed = (ssize_t)count;
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (is_target(descriptor)) {
        allowed = allow(count, offset);
    }
    return allowed < 0 ? -1 : real(descriptor, data, (size_t)allowed, offset);
}

ssize_t pwrite(int descriptor, const void *data, size_t count, off_t offset)
{
    return faulty_pwrite("pwrite", descriptor, data, count, offset);
}

ssize_t pwrite64(int descriptor, const void *data, size_t count, off_t offset)
{
    return faulty_pwrite("pwrite64", descriptor, data, count, offset);
}

ssize_t write(int descriptor, const void *data, size_t count)
{
    ssize_t (*real)(int, const void *, size_t) = NULL;
    ssize_t allowed = (ssize_t)count;
    *(void **)&real = dlsym(RTLD_NEXT, "write");
    if (is_target(descriptor)) {
        allowed = allow(count, lseek(descriptor, 0, SEEK_CUR));
    }
    return allowed < 0 ? -1 : real(descriptor, data, (size_t)allowed);
}

int fsync(int descriptor)
{
    int (*real)(int) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    if (number("HC_FAULT_SYNC", 0) != 0 && is_target(descriptor)) {
        errno = EIO;
        return -1;
    }
    return real(descriptor);
}
