#ifndef HC_SIM_SCENARIO_DEFECTS_H
#define HC_SIM_SCENARIO_DEFECTS_H

#include "sim/error.h"
#include "sim/scenario/capture.h"
#include "sim/scenario/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { HC_DEFECTS_SHOWN = 20 };

/** The defects of a scenario, collected while it is read and checked, shown at the end in the order of their
 *  positions. Only the first HC_DEFECTS_SHOWN by position are kept; the others are counted.
 *  Starts as {.kind = ...}, and must be finished. */
typedef struct hc_defects {
    hc_error_kind kind; /**< of the messages */
    size_t count;       /**< of all defects */
    bool is_out_of_memory;
    size_t kept_count;
    struct {
        hc_position position;
        char *text;
    } kept[HC_DEFECTS_SHOWN + 1];
    hc_capture capture; /**< of the message that is being written */
    hc_position position;
} hc_defects;

/** Counts a defect and opens its message, which follows "file:1:2: error: ".
 *  @return the stream to write to; NULL when the message would not be shown. After a stream,
 *  hc_defects_close() must follow before the next hc_defects_open(). */
FILE *hc_defects_open(hc_defects *defects, const hc_position *position);
void hc_defects_close(hc_defects *defects);

/** The same in one call. */
void hc_defects_add(hc_defects *defects, const hc_position *position, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Notes a failed allocation: it is all that is reported then. */
void hc_defects_memory(hc_defects *defects);

/** Whether nothing has failed so far. */
bool hc_defects_is_clean(const hc_defects *defects);

/** Adds the messages to `error`, then "... and 7 more" when there are more than are shown or fit; counts all
 *  of them in `error->count`. Frees what is kept. @return 0 when there was no defect, else -1. */
int hc_defects_finish(hc_defects *defects, hc_error *error);

/** Writes one message in full: place, "error", text, excerpt. */
void hc_defects_write(FILE *out, const hc_position *position, const char *text);

#endif
