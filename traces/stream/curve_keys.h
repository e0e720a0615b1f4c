#ifndef HC_TRACES_STREAM_CURVE_KEYS_H
#define HC_TRACES_STREAM_CURVE_KEYS_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Keys for ZeroMQ's CURVE, in the form of files that CZMQ and pyzmq (zmq.auth) write and read: NAME.key holds the
 *  public key, NAME.key_secret (mode 0600) both. Keys are Z85 text of 40 characters. */

enum { HC_CURVE_KEY_SIZE = 41 };

typedef struct hc_curve_keys {
    char public_key[HC_CURVE_KEY_SIZE];
    char secret_key[HC_CURVE_KEY_SIZE]; /**< "" where only the public key is known */
} hc_curve_keys;

/** A new pair. @return 0, or -1 with `error` set. */
int hc_curve_keys_make(hc_curve_keys *out, hc_error *error);

/** Writes NAME.key and NAME.key_secret, the latter readable by the user alone from the begin.
 *  @return 0, or -1 with `error` set: HC_ERROR_USAGE when the name is none or one of them is there, HC_ERROR_OUTPUT; no
 *  file is left then. */
int hc_curve_keys_write(const hc_curve_keys *keys, const char *name, hc_error *error);

/** Reads one of the two files, of 4 KiB at most. What a file holds is never shown.
 *  @param needs_secret  refuses a file without a secret key, with one that is not of the public key, and one that others
 *                       may read; without, a secret key is not taken over
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) with file and line. */
int hc_curve_keys_read(hc_curve_keys *out, const char *path, bool needs_secret, hc_error *error);

#endif
