#ifndef HC_TRACES_STREAM_ENDPOINT_H
#define HC_TRACES_STREAM_ENDPOINT_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Where sockets bind and connect, as ZeroMQ writes it: "ipc:///run/user/1000/hindcast", "tcp://127.0.0.1:5555".
 *
 *  Without keys an endpoint is of this machine and of this user: a socket file in a folder that nobody else may enter
 *  (traces/stream/private_folder.h), by its absolute path, or a loopback address, written as numbers. Anything else needs
 *  CURVE keys. Never: ipc://@name (no permissions), a wildcard for a path, other transports. */

enum { HC_ENDPOINT_TEXT_SIZE = 256 };

/** @param who       opens the message: "--stream", "scenario.yaml:12:13: scheduler.endpoint"
 *  @param has_keys  whether the socket is protected by CURVE
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) that says what was expected and what to do. */
int hc_endpoint_check(const char *endpoint, const char *who, bool has_keys, hc_error *error);

/** Binds a ZeroMQ socket to an endpoint that was checked. The file of an ipc socket has mode 0700 from the begin, whatever
 *  the umask is. What is there is left alone, unless it is a socket on which nobody listens any more.
 *  @param bound  [out] where it is bound: the port instead of "*"; HC_ENDPOINT_TEXT_SIZE; may be NULL
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME: the endpoint and why). */
int hc_endpoint_bind(void *socket, const char *endpoint, char *bound, hc_error *error);

/** Connects a ZeroMQ socket to an endpoint that was checked; nobody need be there yet.
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_endpoint_connect(void *socket, const char *endpoint, hc_error *error);

/** Removes the socket file of an ipc endpoint that was bound, which closing the socket does not do; before it is closed, so
 *  that no other process has taken the name by then. Other endpoints, and files that are no sockets, are left. */
void hc_endpoint_remove(const char *endpoint);

#endif
