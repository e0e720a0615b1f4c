#ifndef HC_TESTS_TRACES_PORT_SCRIPTED_SCHEDULER_H
#define HC_TESTS_TRACES_PORT_SCRIPTED_SCHEDULER_H

#include <stddef.h>

/** A scheduler in a thread of its own that says what a test wants. */
typedef struct hc_scripted_scheduler hc_scripted_scheduler;

enum { HC_SCRIPT_SILENT = -1, HC_SCRIPT_LEAVE = -2 };

/** What it answers to the n-th message (from 0). Called in its thread.
 *  @param out  [out] the answer, `room` bytes
 *  @return its length, HC_SCRIPT_SILENT: never answers again; HC_SCRIPT_LEAVE: closes its socket. */
typedef long (*hc_script_answer)(void *self, size_t n, const void *message, size_t size, char *out,
                                 size_t room);

/** Binds before it returns. @param room  for an answer */
hc_scripted_scheduler *hc_scripted_scheduler_start(const char *endpoint, hc_script_answer answer,
                                                   void *self, size_t room);

/** Ends it. @return messages that it got. */
size_t hc_scripted_scheduler_stop(hc_scripted_scheduler *scheduler);

#endif
