#ifndef HC_TRACES_PORT_ANSWER_H
#define HC_TRACES_PORT_ANSWER_H

#include <hindcast/policy.h>

#include <stdbool.h>
#include <stddef.h>

/** What a scheduler in another process answers: one msgpack map (docs/external-scheduler.md). Its bytes come from somebody else:
 *  they are scanned for lengths and depth before they are unpacked, and all of it is checked before any of it is done.
 *  Keys that are not known are ignored. */

enum {
    HC_ANSWER_MAX_BYTES = 1048576,
    HC_ANSWER_MAX_DEPTH = 8,
    HC_ANSWER_COMPLAINT_SIZE = 160,
};

typedef struct hc_answer hc_answer;

/** @param complaint  [out] what is wrong with it: "start[3]: expected the number of a job, found text"
 *  @return an answer that the caller destroys, or NULL with a complaint; the bytes are not needed any more. */
hc_answer *hc_answer_read(const void *bytes, size_t size, char complaint[HC_ANSWER_COMPLAINT_SIZE]);
void hc_answer_destroy(hc_answer *answer); /**< accepts NULL */

/** Version of the protocol that it speaks; the pass that it answers. @return whether it says so. */
bool hc_answer_version(const hc_answer *answer, uint64_t *out);
bool hc_answer_pass(const hc_answer *answer, uint64_t *out);

/** Decides what it says: preempt, resize, start, hold, each in its order; wake; or gives up.
 *  @return as hc_port.ask does. */
int hc_answer_decide(const hc_answer *answer, const hc_guest_host *host);

#endif
