#include "traces/stream/zap_request.h"

#include <string.h>

enum frame {
    FRAME_ROUTE,
    FRAME_DELIMITER,
    FRAME_VERSION,
    FRAME_ID,
    FRAME_DOMAIN,
    FRAME_ADDRESS,
    FRAME_IDENTITY,
    FRAME_MECHANISM,
    FRAME_KEY,
    FRAME_AFTER_KEY, /* one more than a request of CURVE has */
};

static bool is_text(const void *frame, size_t size, const char *text)
{
    return size == strlen(text) && memcmp(frame, text, size) == 0;
}

/* @return whether it fits */
static bool keep(unsigned char out[HC_ZAP_ID_SIZE], size_t *out_size, const void *frame,
                 size_t size)
{
    if (size > HC_ZAP_ID_SIZE) {
        return false;
    }
    if (size > 0) {
        memcpy(out, frame, size);
    }
    *out_size = size;
    return true;
}

static void take_key(hc_zap_request *request, const void *frame, size_t size)
{
    if (size == HC_ZAP_KEY_SIZE) {
        memcpy(request->key, frame, size);
    } else {
        request->is_foreign = true;
    }
}

void hc_zap_request_take(hc_zap_request *request, const char *domain, const void *frame,
                         size_t size)
{
    switch (request->frame_count++) {
    case FRAME_ROUTE:
        request->is_broken |= !keep(request->route, &request->route_size, frame, size);
        return;
    case FRAME_DELIMITER:
        request->is_broken |= size != 0;
        return;
    case FRAME_VERSION:
        request->is_broken |= !is_text(frame, size, "1.0");
        return;
    case FRAME_ID:
        request->is_broken |= !keep(request->id, &request->id_size, frame, size);
        return;
    case FRAME_DOMAIN:
        request->is_foreign |= !is_text(frame, size, domain);
        return;
    case FRAME_ADDRESS:
    case FRAME_IDENTITY:
        return;
    case FRAME_MECHANISM:
        request->is_foreign |= !is_text(frame, size, "CURVE");
        return;
    case FRAME_KEY:
        take_key(request, frame, size);
        return;
    default:
        request->is_foreign = true;
        return;
    }
}

void hc_zap_request_finish(hc_zap_request *request)
{
    request->is_broken |=
        request->frame_count < HC_ZAP_LEAST_FRAMES || request->frame_count > HC_ZAP_MOST_FRAMES;
    request->is_foreign |= request->frame_count != FRAME_AFTER_KEY;
}
