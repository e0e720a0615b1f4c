#ifndef HC_TRACES_STREAM_ZAP_REQUEST_H
#define HC_TRACES_STREAM_ZAP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

/** A request of ZAP (RFC 27), as a ROUTER socket gets it: route, delimiter, version, request id, domain, address,
 *  identity, mechanism, credentials. Frames are taken one after the other and checked; nothing is allocated. */

enum {
    HC_ZAP_LEAST_FRAMES = 8, /**< of a mechanism without credentials */
    HC_ZAP_MOST_FRAMES = 16,
    HC_ZAP_ID_SIZE = 255,
    HC_ZAP_KEY_SIZE = 32,
};

typedef struct hc_zap_request {
    size_t frame_count;
    bool is_broken;  /**< no request of ZAP 1.0: there is nothing to answer */
    bool is_foreign; /**< a request that is not of CURVE, or of another domain */
    size_t route_size;
    size_t id_size;
    unsigned char route[HC_ZAP_ID_SIZE];
    unsigned char id[HC_ZAP_ID_SIZE];
    unsigned char
        key[HC_ZAP_KEY_SIZE]; /**< of the client, unless the request is broken or foreign */
} hc_zap_request;

#define HC_ZAP_REQUEST_NONE ((hc_zap_request){.frame_count = 0})

/** Takes the next frame.
 *  @param domain  that is guarded */
void hc_zap_request_take(hc_zap_request *request, const char *domain, const void *frame,
                         size_t size);

/** Says, after the last frame, whether it may be answered: marks what is too short as broken, and what brings no key as
 *  foreign. */
void hc_zap_request_finish(hc_zap_request *request);

#endif
