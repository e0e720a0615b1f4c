#ifndef HC_TRACES_STREAM_GATE_H
#define HC_TRACES_STREAM_GATE_H

#include "sim/error.h"
#include "traces/stream/allow_list.h"
#include "traces/stream/curve_keys.h"

#include <stdint.h>

/** Who may connect to the sockets of a ZeroMQ context: answers the handshakes (ZAP, RFC 27) of CURVE sockets. One for a
 *  context, made before any socket that it guards is bound; used by one thread. Where a socket is guarded and no gate is
 *  there (yet, or any more), nobody is admitted. */
typedef struct hc_gate hc_gate;

/** @param allowed  borrowed
 *  @return 0 and a gate that the caller destroys before the context ends, or -1 with `error` set. */
int hc_gate_create(hc_gate **out, void *context, const hc_allow_list *allowed, hc_error *error);
void hc_gate_destroy(hc_gate *gate); /**< accepts NULL */

/** The socket to poll for ZMQ_POLLIN; then call hc_gate_answer, which never blocks and answers what waits, 256 requests
 *  at most. What is no request of ZAP is counted and left. */
void *hc_gate_socket(const hc_gate *gate);
void hc_gate_answer(hc_gate *gate);

typedef struct hc_gate_counts {
    uint64_t admitted;
    uint64_t refused;
    uint64_t broken; /**< messages that are no requests */
} hc_gate_counts;
hc_gate_counts hc_gate_count(const hc_gate *gate);

/** Makes a socket a CURVE server that this context's gate guards; before it is bound. @return 0, or -1 with `error` set. */
int hc_gate_guard(void *socket, const hc_curve_keys *server, hc_error *error);

/** Makes a socket a CURVE client; before it is connected.
 *  @param server  of which the public key is used */
int hc_gate_enter(void *socket, const hc_curve_keys *client, const hc_curve_keys *server,
                  hc_error *error);

#endif
