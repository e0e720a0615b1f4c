#include "tests/traces/run/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

hc_scratch hc_scratch_make(void)
{
    hc_scratch scratch;
    const char *parent = getenv("TMPDIR");
    (void)snprintf(scratch.path, sizeof scratch.path, "%s/hindcast-XXXXXX",
                   parent == NULL ? "/tmp" : parent);
    if (mkdtemp(scratch.path) == NULL) {
        give_up(scratch.path);
    }
    return scratch;
}

/* Calls `visit` for each file; counts them. */
static size_t for_each(const hc_scratch *scratch, void (*visit)(const char *path))
{
    DIR *directory = opendir(scratch->path);
    const struct dirent *entry = NULL;
    size_t count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            count++;
            if (visit != NULL) {
                visit(hc_scratch_file(scratch, entry->d_name));
            }
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return count;
}

static void remove_path(const char *path)
{
    (void)remove(path);
}

void hc_scratch_clear(const hc_scratch *scratch)
{
    (void)for_each(scratch, remove_path);
}

void hc_scratch_remove(const hc_scratch *scratch)
{
    hc_scratch_clear(scratch);
    (void)rmdir(scratch->path);
}

size_t hc_scratch_count(const hc_scratch *scratch)
{
    return for_each(scratch, NULL);
}

const char *hc_scratch_file(const hc_scratch *scratch, const char *name)
{
    static char paths[8][1024];
    static size_t next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", scratch->path, name);
    return path;
}

bool hc_file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static void become(const char *const *arguments, const char *const *environment,
                   const char *error_path)
{
    enum { LIMIT = 16 };
    char *copies[LIMIT] = {NULL}; /* execv wants them without const, and does not change them */
    int error_output = open(error_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int nothing = open("/dev/null", O_WRONLY);
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        (void)putenv(strdup(environment[i]));
    }
    if (error_output >= 0 && nothing >= 0 && dup2(error_output, 2) >= 0 && dup2(nothing, 1) >= 0) {
        for (size_t i = 0; i + 1 < LIMIT && arguments[i] != NULL; i++) {
            copies[i] = strdup(arguments[i]);
        }
        if (copies[0] != NULL) {
            (void)execv(copies[0], copies);
        }
    }
    _exit(127);
}

int hc_start(const char *const *arguments, const char *const *environment, const char *error_path)
{
    pid_t process = fork();
    if (process < 0) {
        give_up("fork");
    }
    if (process == 0) {
        become(arguments, environment, error_path);
    }
    return (int)process;
}

static double now_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void read_text(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t length = 0;
    if (file != NULL) {
        length = fread(out, 1, size - 1, file);
        (void)fclose(file);
    }
    out[length] = '\0';
}

hc_ended hc_wait(int process, double seconds, const char *error_path)
{
    hc_ended ended = {.exit_code = -1};
    const struct timespec pause = {.tv_nsec = 500000};
    double deadline = now_seconds() + seconds;
    int status = 0;
    while (waitpid(process, &status, WNOHANG) == 0) {
        if (now_seconds() > deadline) {
            ended.timed_out = true;
            (void)kill(process, SIGKILL);
        }
        (void)nanosleep(&pause, NULL);
    }
    ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    read_text(error_path, ended.text, sizeof ended.text);
    return ended;
}

hc_ended hc_run_program(const hc_scratch *scratch, const char *const *arguments,
                        const char *const *environment)
{
    char path[300];
    hc_ended ended;
    (void)snprintf(path, sizeof path, "%s.stderr", scratch->path);
    ended = hc_wait(hc_start(arguments, environment, path), 60, path);
    (void)remove(path);
    return ended;
}
