#ifndef HC_CLI_STREAM_OPTIONS_H
#define HC_CLI_STREAM_OPTIONS_H

#include "traces/stream/stream.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/** What the command line says about a stream of events. */
typedef struct hc_stream_arguments {
    const char *endpoint; /**< NULL: nothing is streamed */
    const char *replay;
    const char *keys;
    const char *allow;
    hc_stream_format format;
    hc_stream_level level;
    bool is_lossy;
    uint32_t subscribers; /**< to wait for */
    double patience_seconds;
    double linger_seconds;
} hc_stream_arguments;

/** To be used as a child parser, with the arguments as its input. */
extern const struct argp hc_stream_argp;

/** Makes the arguments ready for parsing. */
void hc_stream_arguments_init(hc_stream_arguments *arguments);

#endif
