#ifndef HC_CLI_WATCH_TEXT_H
#define HC_CLI_WATCH_TEXT_H

#include "analysis/live/live_state.h"

#include <stdbool.h>
#include <stddef.h>

/** What a watch tells people, as lines of text: the same on a terminal and at the end of the standard output. */

enum { HC_WATCH_LINE_LIMIT = 12, HC_WATCH_LINE_SIZE = 512 };

typedef struct hc_watch_text {
    char lines[HC_WATCH_LINE_LIMIT][HC_WATCH_LINE_SIZE]; /**< the most important first */
    size_t count;
} hc_watch_text;

/** What a text depends on beside the state. */
typedef struct hc_watch_style {
    size_t columns;
    bool is_utf8;            /**< bars of eight heights; else they are made of ASCII */
    double gpu_hour_dollars; /**< NAN: no price */
    const char *endpoint;
    double waited_seconds; /**< since anything came */
} hc_watch_style;

/** All there is to say; lines may be wider than `columns`, from which bars take their width. */
void hc_watch_text_make(hc_watch_text *out, hc_live_state *state, const hc_watch_style *style);

/** One line for a log: "2026-04-18 09:12:44  43 %  utilisation 53.8 %  queue 57 ..."
 *  @param out  HC_WATCH_LINE_SIZE bytes */
void hc_watch_line_make(char *out, hc_live_state *state, const hc_watch_style *style);

#endif
