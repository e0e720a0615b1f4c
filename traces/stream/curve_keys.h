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
 *  @return 0, or -1 with `error` set: HC_ERROR_USAGE when one of them is there, HC_ERROR_OUTPUT; nothing is left then. */
int hc_curve_keys_write(const hc_curve_keys *keys, const char *name, hc_error *error);

/** Reads one of the two files. At most 4 KiB are looked at.
 *  @param needs_secret  refuses a file without a secret key, and one that others may read
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) with file and line. */
int hc_curve_keys_read(hc_curve_keys *out, const char *path, bool needs_secret, hc_error *error);

/** Public keys that may connect. */
typedef struct hc_allow_list hc_allow_list;

/** @param path  a file with one public key per line ('#' begins a comment), or a folder of NAME.key files
 *  @return 0 and a list that the caller destroys, or -1 with `error` set (HC_ERROR_USAGE): also when it is empty. */
int hc_allow_list_read(hc_allow_list **out, const char *path, hc_error *error);
void hc_allow_list_destroy(hc_allow_list *list); /**< accepts NULL */

/** @param key  32 bytes, as a handshake brings it */
bool hc_allow_list_has(const hc_allow_list *list, const void *key);
size_t hc_allow_list_count(const hc_allow_list *list);

#endif
