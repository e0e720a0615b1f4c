#ifndef HC_TRACES_STREAM_ALLOW_LIST_H
#define HC_TRACES_STREAM_ALLOW_LIST_H

#include "sim/error.h"

#include <stdbool.h>

/** Public keys that may connect. */
typedef struct hc_allow_list hc_allow_list;

/** @param path  a file NAME.key; any other file: one public key per line, '#' begins a comment; or a folder: its files
 *               *.key
 *  @return 0 and a list that the caller destroys, or -1 with `error` set (HC_ERROR_USAGE): also when it is empty, or
 *  everybody may change it. */
int hc_allow_list_read(hc_allow_list **out, const char *path, hc_error *error);
void hc_allow_list_destroy(hc_allow_list *list); /**< accepts NULL */

/** @param key  32 bytes, as a handshake brings it */
bool hc_allow_list_has(const hc_allow_list *list, const void *key);

#endif
