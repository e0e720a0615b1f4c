#ifndef HC_TRACES_PORT_MESSAGES_H
#define HC_TRACES_PORT_MESSAGES_H

#include <hindcast/policy.h>

#include <stddef.h>

/** What the simulator says to a scheduler in another process: msgpack maps with text keys (docs/external-scheduler.md). Each
 *  has `v`, the version of the protocol, and `type`: hello, pass or end. */

enum { HC_SCHEDULER_PROTOCOL = 1 };

/** Bytes that grow to the size they are needed in. All zero: empty. */
typedef struct hc_message {
    char *bytes;
    size_t size;
    size_t capacity;
} hc_message;

void hc_message_free(hc_message *message);

/** Each writes one message over the last one. @return 0, or -1 when memory is short. */
int hc_message_write_hello(hc_message *out, const char *run, const hc_guest_cluster *cluster);
int hc_message_write_pass(hc_message *out, const hc_guest_pass *pass);
int hc_message_write_end(hc_message *out);

#endif
