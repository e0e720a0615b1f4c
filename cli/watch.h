#ifndef HC_CLI_WATCH_H
#define HC_CLI_WATCH_H

#include "sim/error.h"

#include <stdbool.h>

/** `hindcast watch`: what it was asked for, and its work from the first item of the stream to the last. */

typedef struct hc_watch_options {
    const char *endpoint;
    const char *replay;     /**< NULL: none; likewise the other texts */
    const char *keys;       /**< file of the own pair */
    const char *server_key; /**< file of the publisher's public key */
    const char *record;
    const char *web;         /**< "127.0.0.1:5665" */
    double gpu_hour_dollars; /**< NAN: no price */
    bool is_from_now;
    bool exits_at_end;
    bool is_forced;
    bool is_json;
    bool is_quiet;
    const char *command_line;
} hc_watch_options;

/** Watches until the stream is over and the user has seen enough. Results go to stdout, progress to a terminal's screen
 *  or to stderr.
 *  @param signal  [out] the signal that ended it before the stream was over, or 0
 *  @return 0, or -1 with `error` set: what was recorded until then is in its file. */
int hc_watch(const hc_watch_options *options, int *signal, hc_error *error);

#endif
