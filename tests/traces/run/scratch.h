#ifndef HC_TESTS_TRACES_SCRATCH_H
#define HC_TESTS_TRACES_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/** A folder of a test's own, and programs that it starts. */

typedef struct hc_scratch {
    char path[256];
} hc_scratch;

/** Makes a folder. Ends the program when it cannot. */
hc_scratch hc_scratch_make(void);

/** Removes the folder and all files in it. */
void hc_scratch_remove(const hc_scratch *scratch);

/** Removes all files in the folder. */
void hc_scratch_clear(const hc_scratch *scratch);

/** Path of a file in it: one of a few static buffers, valid until eight more calls. */
const char *hc_scratch_file(const hc_scratch *scratch, const char *name);

bool hc_file_exists(const char *path);

/** Files in the folder. */
size_t hc_scratch_count(const hc_scratch *scratch);

/** How a program ended, and what it said. */
typedef struct hc_ended {
    int exit_code;   /**< -1 when a signal ended it */
    int signal;      /**< that signal, 0 when it exited */
    bool timed_out;  /**< it was still running after the given time, and was killed */
    char text[4096]; /**< the beginning of its standard error */
} hc_ended;

/** Starts a program. @param arguments  the program and its arguments, NULL behind them
 *  @param environment  "NAME=value" to add, NULL behind them; may be NULL
 *  @param error_path   where its standard error goes
 *  @return its process id; ends this program when it cannot. */
int hc_start(const char *const *arguments, const char *const *environment, const char *error_path);

/** Waits for a program. @param seconds  it is killed after that */
hc_ended hc_wait(int process, double seconds, const char *error_path);

/** Starts a program and waits for it, at most a minute. */
hc_ended hc_run_program(const hc_scratch *scratch, const char *const *arguments,
                        const char *const *environment);

#endif
