#ifndef HC_MPI_PACKET_H
#define HC_MPI_PACKET_H

#include "sim/engine/event.h"

#include <stddef.h>
#include <stdint.h>

enum {
    HC_PACKET_ROUNDS = 4, /**< that a rank may be ahead of what it has taken from the others */
    HC_PACKET_INLINE_BYTES = 4 * 1024 - 48,
};

/** What one rank tells another between two windows: how far it is, what it asks for, and its events. Ranks run
 *  the same program on the same kind of machine: structs travel as they are. */
typedef struct hc_packet {
    hc_time
        next; /**< least time of the sender's events, those in here included; HC_TIME_NEVER: none */
    uint32_t requests;     /**< HC_REQUEST_* of the sender */
    uint32_t inline_bytes; /**< of `records` */
    uint64_t executed;     /**< events of the sender since the last round */
    uint64_t pace;         /**< ns of a round of the sender, lately; 0: not measured */
    uint64_t rest_bytes;   /**< of further records, which follow as a message of their own */
    /** Each: hc_event; of a message also its size (uint64_t) and bytes, padded. */
    uint64_t records[HC_PACKET_INLINE_BYTES / 8];
} hc_packet;

#endif
