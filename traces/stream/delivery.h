#ifndef HC_TRACES_STREAM_DELIVERY_H
#define HC_TRACES_STREAM_DELIVERY_H

#include "traces/stream/frames.h"

#include <stdbool.h>
#include <stdint.h>

/** Messages to all readers of an XPUB socket, and what happens when one of them does not take them. */
typedef struct hc_delivery {
    void *socket; /**< XPUB with ZMQ_XPUB_NODROP and a short ZMQ_SNDTIMEO; borrowed */
    bool is_lossless;
    double patience_seconds;
    /** Called while a reader is waited for. @return whether to go on waiting. */
    bool (*meanwhile)(void *self);
    void *self;
} hc_delivery;

typedef enum hc_delivered {
    HC_DELIVERED = 0,
    HC_DELIVERED_TO_OTHERS, /**< patience has ended: a reader was left behind */
    HC_DELIVERED_TO_NONE,   /**< lossy, or nobody waits any more: dropped */
} hc_delivered;

hc_delivered hc_delivery_send(const hc_delivery *delivery, const hc_frames *frames);

/** A message that nobody waits for. @return whether it was sent. */
bool hc_delivery_try(const hc_delivery *delivery, const hc_frames *frames);

#endif
