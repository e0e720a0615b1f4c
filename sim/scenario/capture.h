#ifndef HC_SIM_SCENARIO_CAPTURE_H
#define HC_SIM_SCENARIO_CAPTURE_H

#include <stddef.h>
#include <stdio.h>

/** A stream whose output becomes a string: messages and files are then written by the same functions. */
typedef struct hc_capture {
    FILE *file;
    char *text;
    size_t length;
} hc_capture;

/** @return the stream to write to, or NULL when memory is short (nothing is to be closed then). */
FILE *hc_capture_open(hc_capture *capture);

/** Ends the capture.
 *  @return the text, which the caller frees; `capture->length` is its length. NULL when memory was short
 *  at any time since the start. */
char *hc_capture_close(hc_capture *capture);

#endif
