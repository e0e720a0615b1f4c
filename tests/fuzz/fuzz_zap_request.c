#include "traces/stream/zap_request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each byte says how long the next frame is; 255: eight times as long as the byte behind it. */
static size_t frame_size(const uint8_t **data, size_t *size)
{
    size_t length = **data;
    ++*data;
    --*size;
    if (length == 255 && *size > 0) {
        length = (size_t) * *data * 8;
        ++*data;
        --*size;
    }
    return length < *size ? length : *size;
}

/* What may be admitted is exactly a request of RFC 27 for CURVE: made anew from what was kept, it is the same bytes. */
static void check(const hc_zap_request *request, const uint8_t *frames[9], const size_t sizes[9])
{
    if (request->frame_count != 9 || sizes[1] != 0 || sizes[2] != 3 || sizes[8] != 32 ||
        sizes[7] != 5 || memcmp(frames[7], "CURVE", 5) != 0 || memcmp(frames[2], "1.0", 3) != 0 ||
        sizes[4] != 8 || memcmp(frames[4], "hindcast", 8) != 0 ||
        memcmp(frames[8], request->key, 32) != 0 || sizes[3] != request->id_size ||
        (sizes[3] > 0 && memcmp(frames[3], request->id, sizes[3]) != 0)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_zap_request request = HC_ZAP_REQUEST_NONE;
    const uint8_t *frames[9] = {NULL};
    size_t sizes[9] = {0};
    for (size_t count = 0; size > 0; count++) {
        size_t length = frame_size(&data, &size);
        hc_zap_request_take(&request, "hindcast", length == 0 ? NULL : data, length);
        if (count < 9) {
            frames[count] = data;
            sizes[count] = length;
        }
        data += length;
        size -= length;
    }
    hc_zap_request_finish(&request);
    if (!request.is_broken && !request.is_foreign) {
        check(&request, frames, sizes);
    }
    return 0;
}
