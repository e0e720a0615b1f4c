#ifndef HC_TRACES_PORT_MESSAGES_H
#define HC_TRACES_PORT_MESSAGES_H

#include <hindcast/policy.h>

#include <msgpack.h>

/** What the simulator says to a scheduler in another process: msgpack maps with text keys (docs/external-scheduler.md). Each
 *  has `v`, the version of the protocol, and `type`: hello, pass or end. */

enum {
    HC_SCHEDULER_PROTOCOL = 1,
    /** Room in the queues of a socket. One question is on its way at a time; but room is given back some messages later, and REP
     *  drops an answer for which it sees none. */
    HC_PORT_MESSAGES = 64,
};

/** Each writes one message over the last one. @return 0, or -1 when memory is short. */
int hc_message_write_hello(msgpack_sbuffer *out, const char *run, const hc_guest_cluster *cluster);
int hc_message_write_pass(msgpack_sbuffer *out, const hc_guest_pass *pass);
int hc_message_write_end(msgpack_sbuffer *out);

#endif
