#include "traces/stream/private_folder.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; /* as Linux follows */

typedef enum step {
    STEP_FAILED = -1, /* errno says why */
    STEP_DONE,        /* no link is left */
    STEP_LINK,        /* one was replaced by what it points to */
    STEP_FOREIGN,     /* somebody else decides where the way leads */
} step;

static bool is_mine(const struct stat *status)
{
    return status->st_uid == geteuid();
}

static bool is_trusted(const struct stat *status)
{
    return is_mine(status) || status->st_uid == 0;
}

/* In a sticky folder (/tmp) one renames only what is one's own. */
static bool everybody_renames(const struct stat *status)
{
    return S_ISDIR(status->st_mode) && (status->st_mode & S_IWOTH) != 0 &&
           (status->st_mode & S_ISVTX) == 0;
}

/* Puts the target of the link path[0, end) in its place. */
static step follow(char path[PATH_MAX], size_t end)
{
    char target[PATH_MAX];
    char joined[PATH_MAX];
    char link[PATH_MAX];
    size_t folder = end;
    ssize_t length = 0;
    int size = 0;
    memcpy(link, path, end);
    link[end] = '\0';
    length = readlink(link, target, sizeof target - 1);
    if (length < 0) {
        return STEP_FAILED;
    }
    target[length] = '\0';
    while (target[0] != '/' && folder > 0 && path[folder - 1] != '/') {
        folder--;
    }
    size = snprintf(joined, sizeof joined, "%.*s%s%s", target[0] == '/' ? 0 : (int)folder, path,
                    target, path + end);
    if (size < 0 || (size_t)size >= sizeof joined) {
        errno = ENAMETOOLONG;
        return STEP_FAILED;
    }
    memcpy(path, joined, (size_t)size + 1);
    return STEP_LINK;
}

/* Walks down from the root to the first link. */
static step walk(char path[PATH_MAX])
{
    struct stat status;
    for (size_t at = 1; path[at - 1] != '\0'; at++) {
        char after = path[at];
        if (after != '/' && after != '\0') {
            continue;
        }
        path[at] = '\0';
        if (lstat(path, &status) < 0) {
            return STEP_FAILED;
        }
        path[at] = after;
        if (S_ISLNK(status.st_mode)) {
            return is_trusted(&status) ? follow(path, at) : STEP_FOREIGN;
        }
        if (everybody_renames(&status) && after != '\0') {
            return STEP_FOREIGN;
        }
    }
    return STEP_DONE;
}

/* The folder without links. A way that changes while it is walked ends in an error or in a folder that is checked. */
static step resolve(const char *folder, char path[PATH_MAX])
{
    step reached = STEP_LINK;
    size_t length = strlen(folder);
    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return STEP_FAILED;
    }
    memcpy(path, folder, length + 1);
    for (int links = 0; reached == STEP_LINK; links++) {
        if (links > MAX_LINKS) {
            errno = ELOOP;
            return STEP_FAILED;
        }
        reached = walk(path);
    }
    return reached;
}

static int refuse_status(const char *folder, const struct stat *status, const char *who,
                         hc_error *error)
{
    if (!S_ISDIR(status->st_mode)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s: is no folder", who, folder);
    }
    if (!is_mine(status)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: %s: belongs to user %lu; sockets without keys need a folder of "
                            "your own: mkdir -m 700 DIR",
                            who, folder, (unsigned long)status->st_uid);
    }
    if ((status->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return hc_error_set(
            error, HC_ERROR_USAGE,
            "%s: %s: expected mode 0700, found %04o: others may enter; mkdir -m 700 "
            "%s/private makes a folder for the socket",
            who, folder, (unsigned int)status->st_mode & 07777U,
            strcmp(folder, "/") == 0 ? "" : folder);
    }
    return 0;
}

int hc_private_folder_check(const char *folder, const char *who, hc_error *error)
{
    char path[PATH_MAX];
    struct stat status;
    step reached = resolve(folder, path);
    if (reached == STEP_FOREIGN) {
        return hc_error_set(
            error, HC_ERROR_USAGE,
            "%s: %s: somebody else can change where this leads (a link that is not "
            "yours, or a folder in which everybody may rename); mkdir -m 700 DIR in "
            "your home",
            who, folder);
    }
    if (reached == STEP_FAILED || lstat(path, &status) < 0) {
        int cause = errno;
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s: %s%s%s", who, folder, strerror(cause),
                            cause == ENOENT ? "; mkdir -m 700 " : "",
                            cause == ENOENT ? folder : "");
    }
    return refuse_status(folder, &status, who, error);
}
