#ifndef HC_CLI_WEB_PAGE_H
#define HC_CLI_WEB_PAGE_H

#include "cli/web/web_request.h"

#include <stddef.h>

/** The page as it was built into the program: HTML, style, script and Chart.js in one, with HC_WEB_NONCE wherever the
 *  nonce of a response belongs. */
extern const unsigned char hc_web_page_bytes[];
extern const size_t hc_web_page_size;

#define HC_WEB_NONCE "@NONCE@" /* in the built page */

/** The page with a nonce in its place.
 *  @param size  [out] bytes
 *  @return text that the caller frees, or NULL when memory is short. */
char *hc_web_page_make(const char *nonce, size_t *size);

enum { HC_WEB_POLICY_SIZE = 512 };

/** The value of Content-Security-Policy for that page: nothing but its own scripts, style and events. */
void hc_web_page_policy(const char *nonce, char out[HC_WEB_POLICY_SIZE]);

#endif
