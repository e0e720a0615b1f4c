#ifndef HC_TRACES_FIELD_H
#define HC_TRACES_FIELD_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One field of a row as text, and what it means as a number or a time (as a name: traces/name_text.h).
 *  Nothing here allocates or depends on the locale; every function is O(length). */
typedef struct hc_field {
    const char *text; /**< a NUL follows it where a CSV was split (traces/csv_row.h) */
    size_t length;
} hc_field;

typedef enum hc_field_state {
    HC_FIELD_READ = 0,
    HC_FIELD_ROUNDED, /**< read; digits finer than we hold were cut off (12.3456000000000001 s) */
    HC_FIELD_MISSING, /**< empty, or one of the words for it; `out` is untouched */
    HC_FIELD_NOT_A_NUMBER, /**< `out` is untouched */
    HC_FIELD_OUT_OF_RANGE, /**< a number, but not one that we can hold; `out` is untouched */
} hc_field_state;

/** The text between two places without the spaces and tabs around it. */
hc_field hc_field_trim(const char *begin, const char *end);

/** Empty, or "null", "none", "nan", "na", "n/a", "unknown" in any case. */
bool hc_field_is_missing(hc_field field);

/** Equal to a word, in any case. */
bool hc_field_equals(hc_field field, const char *word);

/** Seconds to nanoseconds. */
hc_field_state hc_field_seconds(hc_field field, hc_time *out);

/** A number times 1000: GPUs and cores to their thousandths. */
hc_field_state hc_field_milli(hc_field field, int64_t *out);

/** A whole number, also as "63.0". */
hc_field_state hc_field_whole(hc_field field, int64_t *out);

/** An amount of memory: a number of bytes, or with a unit ("80GiB"); a NUL must follow the text. */
hc_field_state hc_field_bytes(hc_field field, int64_t *out);

/** A date and time (sim/civil_time.h) to nanoseconds since 1970. */
hc_field_state hc_field_date(hc_field field, hc_time *out);

#endif
