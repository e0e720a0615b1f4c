#ifndef HC_SIM_ERROR_H
#define HC_SIM_ERROR_H

#include <stddef.h>

/** What a caller learns when a function fails.
 *  The caller owns the struct and starts with HC_ERROR_NONE. Functions that check user input add one
 *  message per defect, so that all of them are reported at once. */

/** Why something failed; `cli` turns it into the exit code. The first one added wins. */
typedef enum hc_error_kind {
    HC_ERROR_OK = 0,
    HC_ERROR_RUNTIME,  /**< the system refused: memory, a file that cannot be read */
    HC_ERROR_USAGE,    /**< command line or scenario */
    HC_ERROR_TRACE,    /**< an input trace */
    HC_ERROR_OUTPUT,   /**< a result could not be written: disk full */
    HC_ERROR_INTERNAL, /**< a check of our own failed */
} hc_error_kind;

enum { HC_ERROR_TEXT_SIZE = 8192 };

typedef struct hc_error {
    hc_error_kind kind;
    size_t count;                  /**< messages added, those that found no room included */
    size_t length;                 /**< bytes of `text` in use */
    char text[HC_ERROR_TEXT_SIZE]; /**< messages, one per line (a message may have several lines) */
} hc_error;

#define HC_ERROR_NONE ((hc_error){.kind = HC_ERROR_OK})

/** Adds a message. Messages that do not fit are counted, not stored.
 *  @param error  may be NULL: nothing is stored then
 *  @return always -1, so that a function can end with `return hc_error_set(...)`. */
int hc_error_set(hc_error *error, hc_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The message for a failed allocation. @return always -1. */
int hc_error_memory(hc_error *error);

#endif
