#include "cli/web/web_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARK_BYTES = sizeof HC_WEB_NONCE - 1 };

static const unsigned char *find_mark(const unsigned char *from, const unsigned char *end)
{
    return memmem(from, (size_t)(end - from), HC_WEB_NONCE, MARK_BYTES);
}

static size_t count_marks(void)
{
    const unsigned char *end = hc_web_page_bytes + hc_web_page_size;
    size_t count = 0;
    for (const unsigned char *at = find_mark(hc_web_page_bytes, end); at != NULL;
         at = find_mark(at + MARK_BYTES, end)) {
        count++;
    }
    return count;
}

char *hc_web_page_make(const char *nonce, size_t *size)
{
    const unsigned char *from = hc_web_page_bytes;
    const unsigned char *end = hc_web_page_bytes + hc_web_page_size;
    size_t length = strlen(nonce);
    char *page = malloc(hc_web_page_size + count_marks() * length + 1);
    char *to = page;
    if (page == NULL) {
        return NULL;
    }
    while (from < end) {
        const unsigned char *mark = find_mark(from, end);
        size_t plain = (size_t)((mark == NULL ? end : mark) - from);
        memcpy(to, from, plain);
        to += plain;
        from += plain;
        if (mark != NULL) {
            memcpy(to, nonce, length);
            to += length;
            from += MARK_BYTES;
        }
    }
    *size = (size_t)(to - page);
    return page;
}

void hc_web_page_policy(const char *nonce, char out[HC_WEB_POLICY_SIZE])
{
    (void)snprintf(out, HC_WEB_POLICY_SIZE,
                   "default-src 'none'; script-src 'nonce-%s'; style-src 'nonce-%s'; "
                   "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
                   "frame-ancestors 'none'",
                   nonce, nonce);
}
