#include "traces/stream/request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken for a request has an operation and a name that ends, and only whole bytes are one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_request_message request;
    uint8_t *bytes = malloc(size == 0 ? 1 : size); /* exactly so long: a look beyond it is seen */
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    if (hc_request_parse(bytes, size, &request) == 0) {
        if (size > HC_REQUEST_BYTES || (unsigned)request.op >= HC_REQUEST_OP_COUNT ||
            memchr(request.reader, '\0', sizeof request.reader) == NULL ||
            hc_request_parse(bytes, size - 1, &request) == 0) {
            abort();
        }
    }
    free(bytes);
    return 0;
}
